"""The kernel: the model of `MODEL.md` as one event loop over arrays, compiled by numba where it can be.

`Kernel` has the reference's face: advance, change, inject. It knows nothing of metrics' names or of how runs are shown.
"""

from copy import copy
from typing import Any

import numpy as np

from engine.jit import NUMBA_PRESENT
from engine.kernel import compiled
from engine.kernel.layout import START_SLOTS, as_arrays, as_plain, first_arrays, following, placed, with_room
from engine.kernel.placement import planned
from engine.kernel.state import ARRIVAL, Arrays, addresses, copied, size_of, to_array
from engine.kernel.steps import TRAVELLING_OUT as FIRST_ATTEMPT_STATE
from engine.log import (
    BUCKETS,
    COLUMNS,
    COUNTED_OF_COHORT,
    COUNTED_OF_REGION,
    LOG_FULL,
    NEEDS_ROOM,
    NOT_BEFORE,
    OUT_OF_EVENTS,
    REACHED,
    thinned,
)
from engine.reading import BUSY, FIRST_POP, NODE_FIELDS, STORE_FIELDS, STORES, Reading
from engine.system import PopOutage, PopRecovery, System
from engine.system.shown import said
from engine.workload.autoscaling import Load
from engine.workload.parameters import NONE, Parameters, parameters_of
from engine.workload.rates import NEVER
from engine.workload.schedule import Decision, Look, Schedule, Surge
from engine.workload.tables import REGIONS, same_groups

__all__ = ["Kernel"]

MAX_SLOTS = 1 << 20
"""The most attempts, ghosts included, that a run may have in flight: about 0.6 GB."""
MAX_ADDED_SLOTS = 1 << 17
"""At once, where there are more already: room that stays empty is copied with each snapshot."""
RESERVE = 64
MAX_RETRIES = 100
FAULT_KINDS = ("crash", "recover", "slow", "fail_fast", "flush_cache", "lose_cache_node", "cut_replication")
FAULT_TIERS = ("servers", "database", "cache")
EVERY_NODE = -1


class Kernel:
    """A running system. `keep_every` n keeps the log of every n-th request, 0 of none; keeping changes nothing else.

    With more than twice `most_kept` requests in the log every second one goes, and so on: a run that is longer than expected.
    """

    def __init__(
        self,
        system: System,
        seed: int,
        *,
        request_limit: int = 2**62,
        plain: bool = False,
        keep_every: int = 1,
        most_kept: int = 2**40,
    ):
        self.most_kept = most_kept
        self.plain = plain or not NUMBA_PRESENT
        self.run_functions = compiled.functions(plain)
        self.system = system
        self.p = parameters_of(system)
        self.rows: list[np.ndarray] = []
        self.stopped = ""
        w = first_arrays(self.p, seed, START_SLOTS + _slots_at_once(self.p))
        self.schedule = Schedule(system, self.p, w.keys.tolist())
        run = w.run[0]
        run["request_limit"] = request_limit
        run["event_limit"] = 2**62
        run["keep_every"] = keep_every
        w = planned(with_room(w, len(w.slots)), self.p, self.p)
        self._hold(placed(w, self.p, self.p, w.stores["is_up"]))
        self.run_functions.start(self._state, self._warm_items())
        self._settle()

    # Time

    @property
    def now_ns(self) -> int:
        return self.value("now")

    def advance(self, until_ns: int, stop: int = NOT_BEFORE) -> int:
        """Let everything happen that is due before a time; returns why it came back."""
        while True:
            outside_ns = self.schedule.due_ns(until_ns)
            status = self._enter(min(outside_ns, until_ns), stop)
            if status != REACHED or outside_ns >= until_ns:
                return status
            self._from_outside(self.schedule.pop())

    def _enter(self, until_ns: int, stop: int) -> int:
        """Run the loop; give it more room or take its rows whenever it asks."""
        while True:
            status = self.run_functions.advance(self._state, until_ns, stop)
            if status == LOG_FULL:
                self._take_rows()
            elif status != NEEDS_ROOM:
                return status
            elif not self._make_room():
                self.stopped = said("more than {most} requests in flight", most=MAX_SLOTS)
                return OUT_OF_EVENTS

    def _hold(self, arrays: Arrays) -> None:
        """Keep these arrays as the state, in the form that the engine works on."""
        self._hold_as_is(as_plain(arrays) if self.plain else arrays)

    def _hold_as_is(self, arrays: Arrays) -> None:
        self.w = arrays
        self._state = arrays if self.plain else addresses(arrays)

    @property
    def events(self) -> int:
        return self.value("events")

    def value(self, name: str) -> int:
        """A number of the run's state."""
        run = self.w.run[0]
        return int(run[name]) if isinstance(run, np.void) else getattr(run, name)

    def set_value(self, name: str, value: int) -> None:
        _set(self.w.run[0], name, value)

    def _settle(self) -> None:
        """Let everything happen that follows at once."""
        self._enter(self.now_ns, NOT_BEFORE)

    # What a live run does

    def _from_outside(self, item: Any) -> None:
        """What the schedule holds for now: the autoscaler's looks and decisions, or a fault."""
        if not isinstance(item, (Look, Decision)):
            self.inject(item)
            return
        count = self.schedule.autoscale(item, self.now_ns, self._load(), self.p.server_count)
        if count != self.p.server_count:
            self._follow(parameters_of(self.system, count))

    def _load(self) -> Load:
        """What the autoscaler is told of the servers."""
        busy_ns, servers = self._told()[0][:, BUSY], to_array("servers", self.w.servers)
        columns = (servers["is_up"], servers["joined"], servers["busy_at_join"], busy_ns[: len(servers)])
        return Load(*(column.copy() for column in columns), vcpus=self.p.vcpus)

    def inject(self, fault: Any) -> None:
        """Something breaks, or is mended, now: node by node."""
        for single in self.schedule.on_nodes(fault, self.p, self.now_ns):
            if isinstance(single, Surge):
                self.run_functions.surge(self._state, single.rate_factor)
                self._settle()
            elif isinstance(single, (PopOutage, PopRecovery)):
                pop = self.w.stores[FIRST_POP + REGIONS.index(single.region)]
                _set(pop, "is_up", int(isinstance(single, PopRecovery)))
            else:
                self._inject_at_node(single)

    def _inject_at_node(self, fault: Any) -> None:
        tier = FAULT_TIERS.index(getattr(fault, "tier", "cache"))
        index = EVERY_NODE if fault.index is None else fault.index
        if tier == FAULT_TIERS.index("database"):
            index = self._database_node(fault)
        if index >= (self.p.server_count, len(self.w.nodes), self.p.cache_nodes)[tier]:
            return
        number = getattr(fault, "factor", getattr(fault, "ratio", 0.0))
        after_ns = round(getattr(fault, "after_ms", 0.0) * 1e6)
        passes = int(getattr(fault, "passes_checks", True))
        was_up = to_array("stores", self.w.stores)["is_up"].copy()
        self.run_functions.inject(self._state, FAULT_KINDS.index(fault.kind), tier, index, float(number), after_ns, passes)
        if tier == FAULT_TIERS.index("cache"):
            self._place_keys(was_up)
        self._settle()

    def _database_node(self, fault: Any) -> int:
        """The node that a fault names; one that is not there if it does not take part."""
        nodes = to_array("nodes", self.w.nodes)
        named = np.nonzero((nodes["group"] == fault.shard) & (nodes["member"] == fault.index) & (nodes["takes_part"] == 1))[0]
        return int(named[0]) if len(named) else len(nodes)

    def _place_keys(self, was_up: np.ndarray) -> None:
        """Other cache nodes are up than before."""
        self._hold(placed(as_arrays(self.w), self.p, self.p, was_up))

    def change(self, system: System) -> None:
        """Another system takes over at this instant, its faults with it, before anything else that happens at it."""
        self._follow(parameters_of(system, self.schedule.servers_under(system, self.p.server_count)))
        self.system = system
        self.schedule.follow(system, self.p, self.now_ns)

    def _follow(self, new: Parameters) -> None:
        """Other numbers hold from here on."""
        old, self.p = self.p, new
        pattern_changed = old.pattern_key != new.pattern_key
        if pattern_changed:
            self.run_functions.stop_pattern(self._state)
        w = planned(following(as_arrays(self.w), new, bool(self.value("bursting"))), new, old)
        needed = _slots_at_once(new) + len(w.groups)
        w = with_room(w, len(w.slots) + max(needed - self.value("free_count"), 0))
        was_up = w.stores["is_up"].copy()
        w.stores["is_up"][old.cache_nodes : new.cache_nodes] = 1
        self._hold(placed(w, new, old, was_up))
        reset_credit = old.algorithm != new.algorithm or old.weights.tolist() != new.weights.tolist()
        interval_changed = old.check_interval_ns != new.check_interval_ns
        items_move = not same_groups(old, new)
        self.run_functions.change(self._state, pattern_changed, old.server_count, reset_credit, interval_changed, items_move)
        self._settle()

    def set_budget(self, events: int) -> None:
        """How many events the run may have before it stops."""
        self.set_value("event_limit", events)

    def stop_sending(self) -> None:
        """No further request is sent; what is in flight goes on."""
        self.set_value("request_limit", self.value("next_request"))
        self.run_functions.quiet(self._state)

    def is_silent(self) -> bool:
        """Whether no request will ever be sent again, and none is in flight."""
        source = self.w.sources[ARRIVAL]
        due = int(source["due"]) if isinstance(source, np.void) else source.due
        ended = not self.p.closed and not self.p.bursts and not self.schedule.spikes and due >= NEVER
        return ended and self.value("in_flight") == 0

    # Room

    def _make_room(self) -> bool:
        """Twice as many slots, or some more of very many; False where that is more than a run may have."""
        slots = len(self.w.slots) + min(len(self.w.slots), MAX_ADDED_SLOTS)
        if slots > MAX_SLOTS:
            return False
        w = with_room(as_arrays(self.w), slots)
        self._hold(w)
        return True

    def _warm_items(self) -> int:
        if not (self.p.cache and self.p.start_warm):
            return 0
        places = self.p.items if self.p.cache_capacity == NONE else self.p.cache_nodes * self.p.cache_capacity
        return min(self.p.items, places)

    # Snapshots

    def snapshot(self) -> tuple:
        """All that the run's future depends on."""
        self._take_rows()
        return copied(self.w), self.system, self.p, self.schedule.copied(), list(self.rows)

    def snapshot_bytes(self) -> int:
        """What a snapshot of now takes, about."""
        return size_of(self.w)

    def held_bytes(self) -> int:
        """What the state takes, about, its room for more included."""
        return size_of(self.w, with_room=True)

    def restore(self, snapshot: tuple) -> None:
        """Go back to a snapshot, which stays usable."""
        arrays, self.system, self.p, schedule, rows = snapshot
        self._hold_as_is(copied(arrays, into=self.w))
        self.schedule = schedule.copied()
        self.rows = list(rows)

    def copied(self) -> "Kernel":
        """Another one in the same state, which goes its own way from here."""
        other = copy(self)
        arrays, other.system, other.p, other.schedule, other.rows = self.snapshot()
        other._hold_as_is(arrays)
        return other

    def reading(self) -> Reading:
        """All that has been counted up to now."""
        nodes, stores = self._told()
        histogram = np.array(self.w.histogram)
        cohorts = np.array(self.w.cohort_counts).reshape(-1, len(COUNTED_OF_COHORT))
        regions = np.array(self.w.region_counts).reshape(-1, len(COUNTED_OF_REGION))
        counted = (np.array(self.w.counts), histogram[:BUCKETS], histogram[BUCKETS:], nodes, len(self.w.servers))
        return Reading(self.now_ns, *counted, cohorts, regions, stores, self.p.server_count, self.value("keys_moving"))

    def _told(self) -> tuple[np.ndarray, np.ndarray]:
        """The rows of a reading's nodes and stores."""
        nodes = np.zeros((len(self.w.servers) + len(self.w.nodes), len(NODE_FIELDS)), dtype=np.int64)
        stores = np.zeros((STORES, len(STORE_FIELDS)), dtype=np.int64)
        self.run_functions.read(self._state, nodes, stores)
        return nodes, stores

    # The log

    def attempts(self) -> np.ndarray:
        """The kept attempts, finished or open: one row each with the log's columns, by request and attempt."""
        self._take_rows()
        slots = to_array("slots", self.w.slots)
        every = self.value("keep_every")
        is_open = (slots["state"] >= FIRST_ATTEMPT_STATE) & (slots["request"] % max(every, 1) == 0) & (every > 0)
        still_open = _columns(slots[is_open])
        blocks = [*self.rows, still_open]
        keys = np.concatenate([rows[:, 0] * (MAX_RETRIES + 1) + rows[:, 1] for rows in blocks])
        places = np.empty(len(keys), dtype=np.int64)
        places[np.argsort(keys, kind="stable")] = np.arange(len(keys))
        attempts = np.empty((len(keys), len(COLUMNS)), dtype=np.int64)
        for rows, of_block in zip(blocks, np.split(places, np.cumsum([len(rows) for rows in blocks]))):
            attempts[of_block] = rows
        return attempts

    def ready_log(self) -> None:
        """Make room for the rows that `keep_every` asks for."""
        self._hold(with_room(as_arrays(self.w), len(self.w.slots)))

    def forget_rows(self) -> None:
        """Drop the finished attempts kept so far."""
        self._take_rows()
        self.rows.clear()

    def _take_rows(self) -> None:
        count = self.value("log_count")
        if count:
            self.rows.append(_columns(to_array("log", self.w.log[:count])))
            self.set_value("log_count", 0)
        every = thinned(self.value("keep_every"), self.value("next_request"), self.most_kept)
        if every != self.value("keep_every"):
            self.set_value("keep_every", every)
            self.rows = [rows[rows[:, 0] % every == 0] for rows in self.rows]


def _slots_at_once(p: Parameters) -> int:
    """Slots that a start or a change may take at once, copiers of items apart: closed users, booting servers, a reserve."""
    return (p.users if p.closed else 0) + p.server_count + 1 + p.replicas + RESERVE


def _set(record: Any, name: str, value: int) -> None:
    """Set a field of a record, in either form of the state."""
    if isinstance(record, np.void):
        record[name] = value
    else:
        setattr(record, name, value)


def _columns(rows: np.ndarray) -> np.ndarray:
    """The log's columns of slots or rows, as whole numbers; they are the first fields of both."""
    fields = len(rows.dtype.names)
    return rows.view(np.int64).reshape(len(rows), fields)[:, : len(COLUMNS)].copy()
