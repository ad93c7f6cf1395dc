"""Inside: what the page "Look inside" answers: a listing, a proof, a theory table.

What the browser asks is taken as a stranger's text. Knows nothing of how an answer is drawn.
"""

from typing import Any

from dashboard import prove
from dashboard.asks import MAX_SEED
from dashboard.listing import TIERS, listing
from dashboard.situations import BY_NAME, SITUATIONS
from dashboard.words import mark
from engine.system import System

FIRST_TIER = "balancer"
DEFAULT = "default"
WORK = {"prove": prove.prove, "theory": prove.theory}


def system_choices() -> list[tuple[str, str]]:
    """The systems that can be proven: the defaults, and every situation's before anything happens to it."""
    return [(DEFAULT, mark("The default system")), *((situation.name, situation.title) for situation in SITUATIONS)]


def answer(raw: Any) -> dict[str, Any]:
    """What the page shows for an ask {tier, system, seed, work: ["prove", "theory"]}; what is bad in it was not asked for."""
    asked = raw if isinstance(raw, dict) else {}
    tier = asked.get("tier") if asked.get("tier") in list(TIERS) else FIRST_TIER
    name = asked.get("system") if asked.get("system") in list(BY_NAME) else DEFAULT
    seed = asked.get("seed")
    seed = seed if type(seed) is int and 0 <= seed <= MAX_SEED else 1
    system = System() if name == DEFAULT else BY_NAME[name].system
    work = asked.get("work") if isinstance(asked.get("work"), list) else []
    told = {kind: {"system": name, "seed": seed} | work_of(system, seed) for kind, work_of in WORK.items() if kind in work}
    return {"tier": tier, "lines": listing(tier)} | told
