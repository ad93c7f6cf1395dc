"""Inside: what the page "Look inside" answers: a listing, a proof, a theory table.

What the browser asks is taken as a stranger's text. Knows nothing of how an answer is drawn.
"""

from typing import Any

from dashboard import prove
from dashboard.asks import MAX_SEED
from dashboard.links import BadLink
from dashboard.listing import TIERS, listing
from dashboard.migrations import SCHEMA
from dashboard.remembered import pages, read
from dashboard.situations import BY_NAME, SITUATIONS
from dashboard.words import mark, t
from engine.system import System

FIRST_TIER = "balancer"
DEFAULT = "default"
REMEMBERED = "?"
"""What the text of a remembered system begins with."""
TIER_OF = {
    "web-app": "server", "vertical-scaling": "server", "horizontal-scaling": "server", "load-balancing": "balancer",
    "replication": "replication", "caching": "cache", "cdn": "cdn", "overload": "client", "challenge": "__init__",
}  # fmt: skip
"""The part of the code that a concept page is about."""
WORK = {"prove": prove.prove, "theory": prove.theory}


def system_choices() -> list[tuple[str, str]]:
    """The systems that can be proven: the defaults, and every situation's before anything happens to it."""
    return [(DEFAULT, mark("The default system")), *((situation.name, situation.title) for situation in SITUATIONS)]


def remembering() -> dict[str, Any]:
    """What a browser must know to offer the systems that it remembers: {version, pages: {name: [title, tier]}}."""
    return {"version": SCHEMA.version, "pages": {name: [t(page.title), TIER_OF[name]] for name, page in pages().items()}}


def answer(raw: Any) -> dict[str, Any]:
    """What the page shows for an ask {tier, system, seed, work: ["prove", "theory"]}; what is bad in it was not asked for.

    A system is a name, or the text of one that the browser remembers. `chosen` says what it differs in, or why the default system
    was taken instead.
    """
    asked = raw if isinstance(raw, dict) else {}
    tier = asked.get("tier") if asked.get("tier") in list(TIERS) else FIRST_TIER
    name, system, chosen = _chosen(asked.get("system"))
    seed = asked.get("seed")
    seed = seed if type(seed) is int and 0 <= seed <= MAX_SEED else 1
    work = asked.get("work") if isinstance(asked.get("work"), list) else []
    told = {kind: {"system": name, "seed": seed} | work_of(system, seed) for kind, work_of in WORK.items() if kind in work}
    return {"tier": tier, "lines": listing(tier), "chosen": {"asked": asked.get("system")} | chosen} | told


def _chosen(asked: Any) -> tuple[str, System, dict[str, Any]]:
    """The name, the system and what is told of it; the default system where the asked one is none."""
    chosen: dict[str, Any] = {"reasons": [], "differs": []}
    if isinstance(asked, str) and asked.startswith(REMEMBERED):
        try:
            found = read(asked)
        except BadLink as problem:
            return DEFAULT, System(), chosen | {"reasons": problem.reasons}
        return asked, found.system, chosen | {"differs": found.differs}
    if asked in list(BY_NAME):
        return asked, BY_NAME[asked].system, chosen
    return DEFAULT, System(), chosen
