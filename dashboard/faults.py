"""Faults: what a page lets a person break, as values; and an injected fault checked as the text of a stranger.

What a fault does is the engine's; which button injects it is the browser's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from dashboard.words import t
from engine.system import Fault, System

SERVERS = ("servers.crash", "servers.slow", "servers.fail_fast")
DATABASE = ("database.crash", "database.slow")
REPLICAS = ("database.cut",)
CACHE = ("cache.lose", "cache.flush")
POPS = ("cdn.outage",)
ZONES = ("zone.crash",)
SPIKE = ("traffic.spike",)
RANDOM = ("servers.random",)
BEGIN_CRASHES, END_CRASHES = "random_crashes", "end_random_crashes"
"""What begins and what ends the random crashes of a tier; the second is no fault of the engine's, but a change of its list."""
KINDS = {
    "servers.crash": ("crash", "servers"), "servers.slow": ("slow", "servers"), "servers.fail_fast": ("fail_fast", "servers"),
    "servers.random": (BEGIN_CRASHES, "servers"), "database.crash": ("crash", "database"), "database.slow": ("slow", "database"),
    "database.cut": ("cut_replication", "database"), "cache.lose": ("lose_cache_node", None), "cache.flush": ("flush_cache", None),
    "cdn.outage": ("pop_outage", None), "zone.crash": ("crash", "zone"), "zone.slow": ("slow", "zone"),
    "traffic.spike": ("traffic_spike", None),
}  # fmt: skip
"""What a button injects: kind and tier of the fault."""
MENDS = {"cdn": ("pop_recovery", None)}
"""What mends a tier, where it is not `recover`."""
PLACING = {"cache.nodes", "cache.placement"}
"""Controls that give keys another cache node."""
_FAULT = TypeAdapter(Fault)


class BadFault(ValueError):
    """A fault that cannot be injected on this page; the message says what can."""


def read_fault(raw: Any, offered: frozenset[str]) -> dict[str, Any]:
    """The fault in its canonical form, only what the page offers. Raises BadFault."""
    allowed = {KINDS[name] for name in offered}
    if isinstance(raw, dict) and raw.get("kind") == END_CRASHES:
        return _end(raw, allowed)
    allowed |= {MENDS.get(tier, ("recover", tier)) for tier in {name.split(".")[0] for name in offered} - {"traffic"}}
    if not isinstance(raw, dict):
        raise BadFault(t("A fault is an object with its kind."))
    try:
        fault = _FAULT.validate_python({name: value for name, value in raw.items() if name != "at_s"}).model_dump()
    except ValidationError as problem:
        place = ".".join(map(str, ("fault", *problem.errors()[0]["loc"][1:])))
        raise BadFault(t("{place}: a fault of this kind cannot have that.", place=place)) from None
    if (fault["kind"], fault.get("tier")) not in allowed:
        raise BadFault(t("A fault is one of those of this page: {names}.", names=", ".join(sorted(offered)) or t("none")))
    fault.pop("at_s")
    if not fault.get("shard", 1):
        fault.pop("shard")
    return fault


def _end(raw: dict[str, Any], allowed: set[tuple[str, str | None]]) -> dict[str, Any]:
    """The end of random crashes, where the page offers their begin. Raises BadFault."""
    fault = {"kind": END_CRASHES, "tier": raw.get("tier")}
    if raw != fault or not isinstance(fault["tier"], str) or (BEGIN_CRASHES, fault["tier"]) not in allowed:
        raise BadFault(t("This page has no random crashes that could end."))
    return fault


def with_crashes(system: System, fault: dict[str, Any]) -> System:
    """The system whose list of faults begins random crashes now, or ends those of a tier; what is down is mended all the same."""
    if fault["kind"] == BEGIN_CRASHES:
        listed = [*system.faults, _FAULT.validate_python(fault)]
    else:
        listed = [one for one in system.faults if (one.kind, getattr(one, "tier", "")) != (BEGIN_CRASHES, fault["tier"])]
    return system.model_copy(update={"faults": listed})


@dataclass
class Broken:
    """What is broken after some faults, and when the last of the passing ones was."""

    failing: set[int] = field(default_factory=set)
    """Servers that fail fast."""
    slow: dict[tuple[str, int, int], float] = field(default_factory=dict)
    """Speed by tier, group and number."""
    cut: set[tuple[int, int]] = field(default_factory=set)
    """Group and number of replicas that receive nothing."""
    flushed_s: float | None = None
    flushed: int | None = None
    """Which cache node; None if all."""
    placed_s: float | None = None
    """When the cache's nodes, and with them the places of its keys, last changed."""
    database_crashed_s: float | None = None
    spike_until_s: float | None = None


def broken_by(changes: Iterable[Any]) -> Broken:
    """What the faults among these changes leave broken."""
    out = Broken()
    for change in changes:
        if fault := change.values.get("inject"):
            _take(out, fault, change.t_ms / 1_000)
        elif change.t_ms and not PLACING.isdisjoint(change.values):
            out.placed_s = change.t_ms / 1_000
    return out


def _take(out: Broken, fault: dict[str, Any], at_s: float) -> None:
    kind, tier, group, index = fault["kind"], fault.get("tier", ""), fault.get("shard", 0), fault.get("index", 0)
    if kind == "fail_fast":
        out.failing.add(index)
    elif kind == "slow":
        out.slow[tier, group, index] = fault["factor"]
    elif kind == "cut_replication":
        out.cut.add((group, index))
    elif kind == "crash" and tier in {"database", "zone"}:
        out.database_crashed_s = at_s
    elif kind == "flush_cache":
        out.flushed_s, out.flushed = at_s, fault.get("index")
    elif kind == "traffic_spike":
        out.spike_until_s = at_s if fault["factor"] < 1 else at_s + fault["for_s"]
    elif kind == "recover":
        out.slow.pop((tier, group, index), None)
        if tier == "servers":
            out.failing.discard(index)
        elif tier == "database":
            out.cut.discard((group, index))
