"""Parts: a system that a class makes together: every member owns one part of it, a client's policy or a server.

What members chose is merged into values of the system: equal policies into one cohort, however many follow it. Knows lessons and
the engine's fields; nothing of who the members are.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Any

from engine.system.client import Client
from engine.system.paths import value_at
from lessons.checks import SERVER, SHARE, Part
from lessons.entries import Values
from lessons.format import Lesson, Step

COHORTS = "traffic.cohorts"
FIELDS = ("timeout_ms", "retries", "backoff", "backoff_ms")
"""Of a client's policy, in the order in which they stand in a cohort's text."""
BETWEEN = "-"


def owns(part: Part, path: str) -> bool:
    """Whether a field is the members' to choose, so that moving it for all at once would change nothing."""
    return path.startswith("servers.speeds") if SERVER in part.choices else path == COHORTS or path.startswith("client.")


def usual(part: Part, system: Any) -> Values:
    """What a member's part is before they change it: as the system has it."""
    own = {SHARE: 1.0, SERVER: 1.0}
    return {path: own[path] if path in own else value_at(system, path) for path in part.choices}


def chosen(part: Part, answer: Any) -> Values | None:
    """A member's answer as the part's own values; None for what is none of the part's choices."""
    if not isinstance(answer, dict) or set(answer) != set(part.choices):
        return None
    found = {}
    for path, offered in part.choices.items():
        same = [one for one in offered if one == answer[path] and isinstance(one, bool) == isinstance(answer[path], bool)]
        if not same:
            return None
        found[path] = same[0]
    return found


def merged(part: Part, system: Any, policies: Sequence[Values]) -> Values:
    """The values that a system has with these parts in it, in the order of their owners."""
    if SERVER in part.choices:
        return _servers(system, [policy[SERVER] for policy in policies])
    shares: Counter[str] = Counter()
    for policy in policies:
        shares[_text({**usual(part, system), **policy}, system)] += policy.get(SHARE, 1)
    return {COHORTS: [f"{_plain(share)}{BETWEEN}{text}" for text, share in sorted(shares.items())]}


def texts_of(part: Part, system: Any) -> list[str]:
    """Every policy that the part lets its owners choose, as it stands in a cohort's text behind the share."""
    if SERVER in part.choices:
        return []
    found = [dict(usual(part, system))]
    for path, offered in part.choices.items():
        if path != SHARE:
            found = [policy | {path: value} for policy in found for value in offered]
    return list(dict.fromkeys(_text(policy, system) for policy in found))


def cohorts(texts: Iterable[str], client: Client) -> list[dict[str, Any]]:
    """The engine's cohorts of these texts; what they do not say is the client's. Raises ValueError."""
    found = []
    for number, text in enumerate(texts):
        share, *told = text.split(BETWEEN)
        policy = {name: _value(name, value) for name, value in zip(FIELDS, told, strict=True)}
        found.append({"name": f"policy_{number + 1}", "share": float(share), "client": client.model_dump() | policy})
    return found


def expanded(values: Values, client: Client) -> Values:
    """The values with their cohorts as the engine takes them."""
    texts = values.get(COHORTS)
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        return values
    return values | {COHORTS: cohorts(texts, client)}


def simulated_class(part: Part, system: Any, policy: Values) -> list[Values]:
    """A class in which all do as one member does, but for a few who stay as they are."""
    return [policy] * (part.members - part.stay) + [usual(part, system)] * part.stay


def followed(part: Part, system: Any, policy: Values) -> Values:
    """The values of a system whose class mostly does as one member does."""
    return merged(part, system, simulated_class(part, system, policy))


def in_words(policy: Values) -> str:
    """A policy by the names of its fields."""
    return ", ".join(f"{path.rpartition('.')[2]} {_plain(value)}" for path, value in policy.items())


def part_steps(lesson: Lesson) -> list[Step]:
    """The steps in which a class makes the system."""
    return [step for step in lesson.all_steps if step.part]


def _servers(system: Any, speeds: Sequence[float]) -> Values:
    """Each member owns a server; where they are more, servers have several owners, and work at the mean of their speeds."""
    count = system.servers.count
    owned = [list(speeds[at::count]) for at in range(count)]
    return {f"servers.speeds.{at}": round(fmean(mine), 6) if mine else 1.0 for at, mine in enumerate(owned)}


def _text(policy: Values, system: Any) -> str:
    values = {name: policy.get(f"client.{name}", getattr(system.client, name)) for name in FIELDS}
    return BETWEEN.join(_plain(value) for value in values.values())


def _plain(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or "none"
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _value(name: str, text: str) -> Any:
    if name == "backoff":
        return text
    if name == "timeout_ms" and text == "none":
        return None
    return int(text) if name == "retries" else float(text)
