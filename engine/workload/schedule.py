"""What comes to a run from outside, and when: the faults of the list, what they bring about later, the autoscaler's times.

Both engines take what is due from here and do it to their nodes. Knows no engine.
"""

from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from engine.system import Crash, LoseCacheNode, RandomCrashes, Recover, System, TrafficSpike
from engine.system.base import MAX_LISTED
from engine.workload import draws
from engine.workload.autoscaling import Autoscaling, Load
from engine.workload.parameters import Parameters

MAX_NODES = MAX_LISTED * MAX_LISTED
FAULT, LOOK, DECISION = range(3)
"""Order of what is due at one instant."""


@dataclass(frozen=True)
class Surge:
    """The arrival rate is this multiple of the pattern's from then on."""

    rate_factor: float


@dataclass(frozen=True)
class SpikeEnds:
    """One of the spikes is over."""

    rate_factor: float


@dataclass(frozen=True)
class Failure:
    """A node of a random crash fails, for the `count`-th time; `cause` numbers the faults of this kind."""

    fault: RandomCrashes
    cause: int
    shard: int
    index: int
    count: int


@dataclass(frozen=True)
class Repair:
    """It is mended."""

    failure: Failure


@dataclass(frozen=True)
class Look:
    """The autoscaler reads the servers' busy time, the first time or for a decision one window later."""

    first: bool


@dataclass(frozen=True)
class Decision:
    """The autoscaler decides."""


class Schedule:
    """Entries in order of time, at equal times faults first, then in the order in which they were put there."""

    def __init__(self, system: System, p: Parameters, keys: Any):
        self.keys = keys
        self.entries: list[tuple[int, int, int, Any]] = []
        self.put = 0
        self.spikes: list[float] = []
        self.causes = 0
        self.first_cause = 0
        self.autoscaling: Autoscaling | None = None
        self.system = system
        self._put_faults(p, 0)
        self._start_autoscaling(0)

    def due_ns(self, otherwise_ns: int) -> int:
        """When the next entry is due."""
        return self.entries[0][0] if self.entries else otherwise_ns

    def pop(self) -> Any:
        return self.entries.pop(0)[3]

    def _add(self, time_ns: int, rank: int, item: Any) -> None:
        insort(self.entries, (time_ns, rank, self.put, item))
        self.put += 1

    def copied(self) -> "Schedule":
        """A copy that shares nothing that changes."""
        copy = Schedule.__new__(Schedule)
        copy.__dict__ |= self.__dict__ | {"entries": list(self.entries), "spikes": list(self.spikes)}
        copy.autoscaling = self.autoscaling.copied() if self.autoscaling else None
        return copy

    # Faults

    def follow(self, system: System, p: Parameters, now_ns: int) -> None:
        """Another system takes over: the faults of its list that are due from here on replace those that are not due yet.

        Random crashes go on unless the list has others; what is down because of them is mended all the same.
        """
        others = _random(system) != _random(self.system)
        restarted = system.autoscaler != self.system.autoscaler
        self.system = system
        self.entries = [
            entry
            for entry in self.entries
            if isinstance(entry[3], (SpikeEnds, Repair) if others else (SpikeEnds, Repair, Failure))
            or (entry[1] != FAULT and not restarted)
        ]
        if others:
            self.first_cause = self.causes
        self._put_faults(p, now_ns, begun=others)
        if restarted:
            self._start_autoscaling(now_ns)

    def _put_faults(self, p: Parameters, now_ns: int, begun: bool = False) -> None:
        for fault in p.faults:
            at_ns = round(fault.at_s * 1e9)
            if at_ns >= now_ns or (begun and isinstance(fault, RandomCrashes)):
                self._add(max(at_ns, now_ns), FAULT, fault)

    def on_nodes(self, item: Any, p: Parameters, now_ns: int) -> Iterator[Any]:
        """What an entry, or a fault from elsewhere, does to single nodes and to the traffic; what it brings about is put here."""
        match item:
            case TrafficSpike():
                self.spikes.append(item.factor)
                self._add(now_ns + round(item.for_s * 1e9), FAULT, SpikeEnds(item.factor))
                yield self._surge()
            case SpikeEnds():
                self.spikes.remove(item.rate_factor)
                yield self._surge()
            case RandomCrashes():
                for shard, index in _nodes(item.tier, p):
                    self._put_failure(Failure(item, self.causes, shard, index, 0), now_ns)
                self.causes += 1
            case Failure():
                yield Crash(tier=item.fault.tier, shard=item.shard, index=item.index)
                mean_ns = item.fault.mean_time_to_repair_s * 1e9
                self._add(now_ns + self._time_ns(draws.REPAIR, item, mean_ns), FAULT, Repair(item))
            case Repair():
                yield Recover(tier=item.failure.fault.tier, shard=item.failure.shard, index=item.failure.index)
                self._put_failure(replace(item.failure, count=item.failure.count + 1), now_ns)
            case _ if getattr(item, "tier", "") == "zone":
                for tier in ("servers", "database"):
                    for shard, index in _nodes(tier, p):
                        if (shard + index) % p.zones == item.index:
                            yield item.model_copy(update={"tier": tier, "shard": shard, "index": index})
                for index in range(item.index, p.cache_nodes, p.zones):
                    if isinstance(item, Crash):
                        yield LoseCacheNode(index=index)
                    elif isinstance(item, Recover):
                        yield Recover(tier="cache", index=index)
            case _:
                yield item

    def _surge(self) -> Surge:
        factor = 1.0
        for spike in self.spikes:
            factor *= spike
        return Surge(factor)

    def _put_failure(self, failure: Failure, now_ns: int) -> None:
        """The next failure of a node, unless its random crashes have been ended by another list."""
        if failure.cause >= self.first_cause:
            mean_ns = failure.fault.mean_time_to_failure_s * 1e9
            self._add(now_ns + self._time_ns(draws.FAILURE, failure, mean_ns), FAULT, failure)

    def _time_ns(self, stream: int, failure: Failure, mean_ns: float) -> int:
        node = (2 * failure.cause + (failure.fault.tier == "database")) * MAX_NODES + failure.shard * MAX_LISTED + failure.index
        return draws.to_ns(draws.exponential(self.keys, stream, node, failure.count), mean_ns)

    # The autoscaler

    def _start_autoscaling(self, now_ns: int) -> None:
        """Measure from now on; the first decision is one interval away, the looks for the decisions one window before each."""
        wish = self.system.autoscaler
        if not wish.enabled:
            self.autoscaling = None
            return
        self.autoscaling = Autoscaling(
            interval_ns=round(wish.interval_s * 1e9),
            window_ns=round(wish.metric_window_s * 1e9),
            up_ns=round(wish.scale_up_cooldown_s * 1e9),
            down_ns=round(wish.scale_down_cooldown_s * 1e9),
            least=wish.min,
            most=wish.max,
            target_ratio=wish.target_utilisation,
            tolerance_ratio=wish.tolerance,
        )
        interval_ns, window_ns = self.autoscaling.interval_ns, self.autoscaling.window_ns
        self._add(now_ns, LOOK, Look(first=True))
        self._add(now_ns + (window_ns // interval_ns + 1) * interval_ns - window_ns, LOOK, Look(first=False))
        self._add(now_ns + interval_ns, DECISION, Decision())

    def autoscale(self, item: Look | Decision, now_ns: int, load: Load, current: int) -> int:
        """The autoscaler looks or decides: how many servers there are to be from then on."""
        scaling = self.autoscaling
        if isinstance(item, Decision):
            self._add(now_ns + scaling.interval_ns, DECISION, item)
            return scaling.decide(now_ns, load, current)
        if item.first:
            scaling.begin(now_ns, load, current)
        else:
            scaling.look(now_ns, load)
            self._add(now_ns + scaling.interval_ns, LOOK, item)
        return current

    def servers_under(self, system: System, current: int) -> int:
        """The number of servers when another system takes over: the autoscaler's, until the description's is changed."""
        before = self.system
        scaled = before.autoscaler.enabled and system.autoscaler.enabled and before.servers.count == system.servers.count
        return current if scaled else system.servers.count


def _nodes(tier: str, p: Parameters) -> list[tuple[int, int]]:
    """The nodes of a tier as (group, index); servers are of group 0."""
    if tier == "servers":
        return [(0, index) for index in range(p.server_count)]
    return [(group, index) for group in range(p.groups) for index in range(1 + p.replicas)]


def _random(system: System) -> list[RandomCrashes]:
    return [fault for fault in system.faults if isinstance(fault, RandomCrashes)]
