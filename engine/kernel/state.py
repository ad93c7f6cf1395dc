"""The kernel's state: arrays of records, how they are made, grown and copied.

Compiled code works on numpy records; without a compiler the same code works on lists of plain objects with the same
fields, which Python reads an order of magnitude faster than numpy scalars.
"""

from collections import namedtuple

import numpy as np

from engine.log import COLUMNS, COUNTED
from engine.reading import FIRST_POP
from engine.system.base import MAX_LISTED

NIL = -1

# Sources of events. Lanes are agendas for delays that are equal for all, where the newest entry is always the last one due;
# three sources have one event each; everything else is on the heap.
OUT_LANE, PASS_LANE, LOOKUP_LANE, BACK_LANE, PAUSE_LANE, SHIP_LANE, DEADLINE_LANE, CHECK, BURST, ARRIVAL, HEAP = range(11)
SOURCES = 11
NOWHERE = -1
SHARED = -2
"""Lane of a slot that computes beside others: its end is kept by those who share the vCPUs."""
UNKNOWN = -1

# Places of the counters
SENT, ATTEMPTS, ENDED, LATENCY_NS, STAGE_NS = (COUNTED.index(name) for name in ("sent", "attempts", "ok", "latency_ns", "network"))
CDN_LOOK_UPS, CDN_HITS, CDN_SERVED = (COUNTED.index(name) for name in ("cdn_look_ups", "cdn_hits", "cdn_served"))
LOOK_UPS, HITS, READS, STALE_READS = (COUNTED.index(name) for name in ("look_ups", "hits", "reads", "stale_reads"))
BREAKER_REFUSED = COUNTED.index("breaker_refused")
WRITES, APPLIED, SERVED, NOBODY_NS = (COUNTED.index(name) for name in ("writes", "applied", "served", "nobody_ns"))
EVICTED, CACHE_KEYS_MOVED, COALESCED, STALE_SERVED = (
    COUNTED.index(name) for name in ("evictions", "cache_keys_moved", "coalesced", "stale_served")
)
VIOLATIONS, LOST_WRITES, NO_PRIMARY_NS, KEYS_MOVED = (
    COUNTED.index(name) for name in ("violations", "lost_writes", "no_primary_ns", "keys_moved")
)

SLOT = tuple(COLUMNS) + (
    "state", "due", "seq", "lane", "prev", "next", "deadline", "deadline_seq", "deadline_lane", "before", "after",
    "verdict", "journey_over", "client_over", "version", "order", "db_order", "closed_user",
    "machine", "turn", "child", "finish",
    "write", "writer", "holders", "awaited", "previous", "replication", "unseen", "first_part", "last_part",
)  # fmt: skip
RUN = (
    "now", "seq", "order", "next_request", "request_limit", "in_flight", "open_users",
    "free", "free_count", "ready_first", "ready_count", "heap_size",
    "anchor", "bursting", "stays", "arriving", "surge",
    "next_pass", "last", "rotation_count", "rotation_weight", "nobody_since",
    "committed", "pop_block",
    "events", "event_limit", "earliest", "free_needed", "heap_limit", "log_limit", "slot_limit", "log_count", "keep_every", "units",
    "outages_settled", "users_seen", "keys_moving", "copy_round",
)  # fmt: skip
PAR = (
    "static_ratio", "write_ratio", "users", "closed", "think_ns", "jitter_cv", "simple", "gap_shape", "gap_a", "gap_b",
    "bursts", "burst_ns", "calm_ns", "burst_rate", "calm_rate", "period_ns",
    "algorithm", "hash_bound_percent", "check_interval_ns", "unhealthy_after", "healthy_after", "overhead_ns", "pass_ns",
    "server_count", "vcpus", "workers", "queue_limit", "memory_limit", "shed_above", "drop", "cpu_shape", "cpu_a",
    "cpu_b", "boot_ns", "vcpu_places", "sharing", "breaker", "breaker_failures", "half_open_ns", "colocated",
    "cache", "cache_nodes", "cache_capacity", "eviction", "ttl_ns", "ttl_jitter_ratio", "ttl_from_use", "lookup_ns", "on_write",
    "coalescing", "stale_ns",
    "connections", "database_queue_limit", "database_shape", "database_a", "database_b",
    "read_ns", "write_ns", "apply_ns", "replicas", "read_replicas", "lag_ns", "lag_random",
    "cdn", "cdn_dynamic", "pop_ns", "pop_ttl_ns", "pop_capacity", "pop_eviction", "pop_coalescing", "pop_count",
    "read_your_writes", "tracks_users", "replication", "failover_ns", "shards", "functions", "groups",
    "cross_shard_ratio", "cross_function_ratio", "asks_several", "many_groups", "copy_ns",
)  # fmt: skip
POLICY = ("timeout_ns", "retries", "backoff", "backoff_ns", "backoff_cap_ns", "budget", "tokens")
POOL = ("places", "taken", "first", "last", "waiting", "changed", "busy_area", "queue_area")
SERVER = (
    "is_up", "takes_part", "believed_healthy", "failed_checks", "passed_checks", "boots", "present", "in_flight",
    "credit", "weight", "weight_before", "passes_checks", "fail_after_ns", "place", "dispatched", "joined", "busy_at_join",
    "mean_cpu_ns", "speed", "fail_ratio", "latency",
)  # fmt: skip
SHARE = ("jobs", "vcpus", "first", "due", "seq", "changed", "excess_area", "attained")
BREAKER = ("is_open", "failures", "opened", "trial")
NODE = (
    "is_up", "takes_part", "applied", "received_until", "first_unapplied", "last_unapplied", "first_held", "last_held",
    "queries", "speed", "group", "member", "following", "received", "is_cut", "follows", "waits_to_copy",
)  # fmt: skip
GROUP = ("primary", "first", "holds_back", "needs_primary", "failures", "next_move", "end_move", "first_waiting", "last_waiting")
ITEM = ("last_write", "moved")
STORE = (
    "first", "last", "size", "capacity", "eviction", "base", "touches", "is_up", "look_ups", "hits", "evictions", "first_entry",
)  # fmt: skip
ENTRY = ("before", "after", "expiry", "version", "store")
TALLY = ("uses", "used", "place")
FETCH = ("fetcher", "first", "last", "refresh")
READY = ("kind", "slot", "stamp")
SOURCE = ("due", "seq", "first", "last")
FLOATS = {
    "units", "surge", "static_ratio", "write_ratio", "think_ns", "jitter_cv", "gap_a", "gap_b", "burst_ns", "calm_ns", "burst_rate",
    "calm_rate", "cpu_a", "cpu_b", "database_a", "database_b", "read_ns", "write_ns", "apply_ns", "lag_ns",
    "mean_cpu_ns", "speed", "fail_ratio", "latency", "ttl_jitter_ratio", "attained", "finish",
    "cross_shard_ratio", "cross_function_ratio", "copy_ns",
}  # fmt: skip
MAX_GROUP = 51
"""The most nodes of a group."""
FIRST_SERVER_POOL = 64
"""Pools 0 … 63 are the first database nodes' connections; from here on each server has two: workers and vCPUs."""
MAX_SERVER_POOLS = 2 * MAX_LISTED
"""Where there are more nodes, their pools stand after those of the most servers that there can be."""
CACHE_NODES = FIRST_POP
"""Stores 0 … 99 are the cache nodes', whether they take part or not; from here on each region has one for a point of presence."""

Arrays = namedtuple(
    "Arrays",
    "run par slots sources heap ready pools servers nodes policies keys region_shares out_ns back_ns cohort_shares popularity "
    "guide starts rates slopes points owners rotation items users_here "
    "counts cohort_counts histogram log stores entries tallies members homes "
    "region_numbers region_counts pop_order to_pop_ns from_pop_ns pop_out_ns pop_back_ns shares breakers fetches "
    "groups user_writes shard_points shard_owners function_shares origins moves",
)

RECORDS = {
    "run": RUN,
    "par": PAR,
    "slots": SLOT,
    "sources": SOURCE,
    "heap": ("due", "seq", "what"),
    "ready": READY,
    "pools": POOL,
    "servers": SERVER,
    "nodes": NODE,
    "policies": POLICY,
    "items": ITEM,
    "log": tuple(COLUMNS),
    "stores": STORE,
    "entries": ENTRY,
    "tallies": TALLY,
    "shares": SHARE,
    "breakers": BREAKER,
    "fetches": FETCH,
    "groups": GROUP,
}


def _dtype(fields: tuple[str, ...]) -> np.dtype:
    return np.dtype([(name, np.float64 if name in FLOATS else np.int64) for name in fields])


DTYPES = {name: _dtype(fields) for name, fields in RECORDS.items()}


def _plain_class(name: str, fields: tuple[str, ...]) -> type:
    """A class of plain objects with the fields of a record."""
    return type(name.capitalize(), (), {"__slots__": fields})


PLAIN = {name: _plain_class(name, fields) for name, fields in RECORDS.items()}


def records(name: str, count: int, plain: bool, fill: int = 0):
    """So many records of a kind, all fields alike."""
    if not plain:
        made = np.zeros(count, dtype=DTYPES[name])
        for field in RECORDS[name] if fill else ():
            made[field] = fill
        return made
    return plain_records(name, records(name, count, plain=False, fill=fill))


def plain_records(name: str, array: np.ndarray) -> list:
    """Records as plain objects."""
    made = []
    for values in array.tolist():
        record = PLAIN[name]()
        for field, value in zip(RECORDS[name], values):
            setattr(record, field, value)
        made.append(record)
    return made


def to_array(name: str, value) -> np.ndarray:
    """An array of the state, however it is kept."""
    if isinstance(value, np.ndarray):
        return value
    if name in RECORDS:
        return np.array([tuple(getattr(record, field) for field in RECORDS[name]) for record in value], dtype=DTYPES[name])
    return np.array(value) if value else np.zeros(0, dtype=np.int64)  # numpy takes nothing for floats


def to_plain(name: str, array: np.ndarray):
    """The same array as plain Python: objects for records, numbers otherwise."""
    return plain_records(name, array) if name in RECORDS else array.tolist()


def addresses(arrays: Arrays) -> np.ndarray:
    """Address and length of each array, in the order of their names: the table through which compiled code reaches them."""
    return np.array([word for array in arrays for word in (array.ctypes.data, len(array))], dtype=np.int64)


def copied(arrays: Arrays, into: Arrays | None = None) -> Arrays:
    """A copy that shares nothing that changes: a snapshot. `into` gives arrays of its own to whatever has the same length there."""
    heap_size = _number(arrays.run[0], "heap_size")
    made = {}
    for name, value in arrays._asdict().items():
        used = heap_size if name == "heap" else len(value)
        made[name] = _copied(name, value, used, None if into is None else getattr(into, name))
    return Arrays(**made)


def size_of(arrays: Arrays, with_room: bool = False) -> int:
    """Bytes that copying a snapshot moves, about; or all that the arrays take, but for the log, of which little is ever used."""
    words = {name: len(fields) for name, fields in RECORDS.items()}
    lengths = {name: len(value) for name, value in arrays._asdict().items() if name not in CONSTANT and name != "log"}
    if not with_room:
        del lengths["ready"]
        lengths["heap"] = _number(arrays.run[0], "heap_size")
    return sum(8 * words.get(name, 1) * length for name, length in lengths.items())


def _number(record, name: str) -> int:
    return int(record[name]) if isinstance(record, np.void) else getattr(record, name)


CONSTANT = {
    "keys", "region_shares", "out_ns", "back_ns", "cohort_shares", "popularity", "guide", "starts", "slopes",
    "points", "owners", "homes", "region_numbers", "pop_order", "to_pop_ns", "from_pop_ns", "pop_out_ns", "pop_back_ns",
    "shard_points", "shard_owners", "function_shares", "moves",
}  # fmt: skip
"""Arrays that no event changes: snapshots share them. (The rates are not among them: bursts switch them.)"""


SCRATCH = {"ready", "log"}
"""Arrays that are empty whenever nothing is left that follows at once and the rows have been taken."""


def _copied(name: str, values, used: int, old=None):
    """The first `used` entries copied; what is behind them is never read before it is written."""
    if name in CONSTANT:
        return values
    if isinstance(values, np.ndarray):
        fits = isinstance(old, np.ndarray) and old.shape == values.shape and old.dtype == values.dtype
        made = old if fits else np.empty_like(values)  # memory that is at hand is faster than new
        if name not in SCRATCH:
            made[:used] = values[:used]
        return made
    if name not in RECORDS:
        return list(values)
    fields, make, made = RECORDS[name], PLAIN[name], []
    for value in values:
        record = make()
        for field in fields:
            setattr(record, field, getattr(value, field))
        made.append(record)
    return made
