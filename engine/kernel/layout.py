"""How the state's arrays are made from a system's parameters, made to follow another system, and given more room.

Works on numpy arrays; the plain kernel's lists are converted on the way in and out, for none of this happens in an event.
"""

import numpy as np

from engine.kernel.placement import homes_of, moved
from engine.kernel.shelves import first_stores, with_shelves
from engine.kernel.state import (
    CACHE_KEYS_MOVED,
    DTYPES,
    FIRST_SERVER_POOL,
    MAX_SERVER_POOLS,
    NIL,
    PAR,
    SOURCES,
    Arrays,
    records,
    to_array,
    to_plain,
)
from engine.log import BUCKETS, COUNTED, COUNTED_OF_COHORT, COUNTED_OF_REGION
from engine.workload import draws
from engine.workload.counter import stream_keys
from engine.workload.parameters import Parameters
from engine.workload.rates import NEVER
from engine.workload.tables import REGIONS

TAKEN_AS_IS = [
    name for name in PAR if hasattr(Parameters, name) or (name in Parameters.__annotations__ and not name.endswith("_shape"))
]
"""What stands in the state under the name that it has among the parameters."""
START_SLOTS = 256
READY_PER_SLOT = 6
"""A slot can be the subject of an entry of each kind: granted, over, interrupted, started, shipped, and a stale one."""
HEAP_PER_SLOT = 4
"""A slot has at most its next event and its deadline on the heap; the rest is room for cancelled ones until they are due."""


def first_arrays(p: Parameters, seed: int, slots: int) -> Arrays:
    """The arrays before the first instant, with so many slots."""
    w = Arrays(
        run=records("run", 1, plain=False),
        par=records("par", 1, plain=False),
        slots=_free_slots(0, slots),
        sources=records("sources", SOURCES, plain=False, fill=NIL),
        heap=records("heap", slots * HEAP_PER_SLOT, plain=False),
        ready=records("ready", slots * READY_PER_SLOT, plain=False),
        pools=_pools(0, FIRST_SERVER_POOL),
        groups=records("groups", 0, plain=False),
        user_writes=np.zeros(0, dtype=np.int64),
        origins=np.zeros(0, dtype=np.int64),
        moves=np.zeros(0, dtype=np.int64),
        servers=records("servers", 0, plain=False),
        nodes=records("nodes", 0, plain=False),
        policies=records("policies", 0, plain=False),
        keys=np.array(stream_keys(seed, draws.STREAMS), dtype=np.int64),
        rotation=np.zeros(0, dtype=np.int64),
        items=records("items", 0, plain=False),
        users_here=np.zeros(0, dtype=np.int64),
        counts=np.zeros(len(COUNTED), dtype=np.int64),
        cohort_counts=np.zeros(0, dtype=np.int64),
        region_counts=np.zeros(len(REGIONS) * len(COUNTED_OF_REGION), dtype=np.int64),
        histogram=np.zeros(2 * BUCKETS, dtype=np.int64),
        log=records("log", 0, plain=False),
        stores=first_stores(),
        entries=records("entries", 0, plain=False),
        tallies=records("tallies", 0, plain=False),
        members=np.zeros(0, dtype=np.int64),
        homes=np.zeros(0, dtype=np.int64),
        shares=records("shares", 0, plain=False),
        breakers=records("breakers", 0, plain=False),
        fetches=records("fetches", 0, plain=False),
        **_constants(p),
    )
    run = w.run[0]
    run["free_count"] = slots
    run["last"] = -1
    run["surge"] = 1.0
    w.sources["due"] = NEVER
    return following(w, p, bursting=False)


def following(w: Arrays, p: Parameters, bursting: bool) -> Arrays:
    """The same state under other parameters: larger where it must be, never smaller."""
    w = with_shelves(_with_room_for_tiers(w, p), p, len(w.items))._replace(**_constants(p))
    if bursting:
        w = w._replace(rates=p.burst_rates.rates.copy())
    par = w.par[0]
    for name in TAKEN_AS_IS:
        par[name] = getattr(p, name)
    par["period_ns"] = p.rates.period_ns
    par["calm_rate"], par["burst_rate"] = p.rates.rates[0], p.burst_rates.rates[0]
    par["gap_shape"], par["gap_a"], par["gap_b"] = p.gap_shape
    par["cpu_shape"], par["cpu_a"], par["cpu_b"] = p.cpu_shape
    par["database_shape"], par["database_a"], par["database_b"] = p.database_shape
    w.servers["weight"][: p.server_count] = p.weights
    w.servers["mean_cpu_ns"][: p.server_count] = p.cpu_ns
    is_new, places = w.pools["places"] < 0, w.pools["places"]
    places[is_new] = p.connections
    end = FIRST_SERVER_POOL + MAX_SERVER_POOLS
    for first, count in ((FIRST_SERVER_POOL, p.workers), (FIRST_SERVER_POOL + 1, p.vcpu_places)):
        places[first:end:2][is_new[first:end:2]] = count
    return w


def with_room(w: Arrays, slots: int) -> Arrays:
    """So many slots, and an agenda and a log to go with them."""
    have = len(w.slots)
    if slots > have:
        run = w.run[0]
        added = _free_slots(have, slots)
        added["next"][-1] = run["free"] if run["free_count"] > 0 else NIL
        run["free"] = have
        run["free_count"] += slots - have
        w = w._replace(
            slots=_joined(w.slots, added),
            heap=_lengthened(w.heap, slots * HEAP_PER_SLOT),
            ready=_unrolled(w, slots * READY_PER_SLOT),
        )
    if w.run[0]["keep_every"] > 0:
        w = w._replace(log=_lengthened(w.log, len(w.slots) + max(len(w.slots), 4096)))
    return w


def _constants(p: Parameters) -> dict[str, np.ndarray]:
    return {
        "region_shares": p.region_shares,
        "out_ns": p.out_ns,
        "back_ns": p.back_ns,
        "cohort_shares": p.cohort_shares,
        "popularity": p.popularity,
        "guide": p.guide,
        "starts": p.rates.starts_ns,
        "rates": p.rates.rates.copy(),
        "slopes": p.rates.slopes,
        "points": p.ring_points,
        "owners": p.ring_owners,
        "region_numbers": p.region_numbers,
        "pop_order": p.pop_order.ravel(),
        "to_pop_ns": p.to_pop_ns.ravel(),
        "from_pop_ns": p.from_pop_ns.ravel(),
        "pop_out_ns": p.pop_out_ns,
        "pop_back_ns": p.pop_back_ns,
        "shard_points": p.shard_points,
        "shard_owners": p.shard_owners,
        "function_shares": p.function_shares,
    }


def _with_room_for_tiers(w: Arrays, p: Parameters) -> Arrays:
    servers, policies = w.servers, w.policies
    groups, nodes = _with_nodes(w, p)
    if p.server_count > len(servers):
        servers = _joined(servers, records("servers", p.server_count - len(servers), plain=False))
        added = records("shares", len(servers) - len(w.shares), plain=False)
        added["first"] = NIL
        added["vcpus"] = p.vcpus
        breakers = records("breakers", len(added), plain=False)
        breakers["trial"] = NIL
        w = w._replace(shares=_joined(w.shares, added), breakers=_joined(w.breakers, breakers))
    if len(p.policies) > len(policies):
        policies = _joined(policies, records("policies", len(p.policies) - len(policies), plain=False))
    for index, record in enumerate(policies):
        policy = p.policies[min(index, len(p.policies) - 1)]
        for name in ("timeout_ns", "retries", "backoff", "backoff_ns", "backoff_cap_ns", "budget"):
            record[name] = getattr(policy, name)
    pools = w.pools
    needed = FIRST_SERVER_POOL + 2 * len(servers)
    if len(nodes) > FIRST_SERVER_POOL:
        needed = MAX_SERVER_POOLS + len(nodes)
    if needed > len(pools):
        pools = _joined(pools, _pools(len(pools), needed, int(w.run[0]["now"])))
    run = w.run[0]
    run["users_seen"] = max(run["users_seen"], p.users)
    return w._replace(
        servers=servers,
        nodes=nodes,
        policies=policies,
        pools=pools,
        rotation=_lengthened(w.rotation, len(servers)),
        items=_lengthened(w.items, p.items),
        users_here=_lengthened(w.users_here, p.users if p.closed else 0),
        groups=groups,
        user_writes=_user_writes(w, p, len(groups)),
        cohort_counts=_lengthened(w.cohort_counts, len(p.policies) * len(COUNTED_OF_COHORT)),
    )


def placed(w: Arrays, p: Parameters, old: Parameters, was_up: np.ndarray) -> Arrays:
    """The same state with the cache nodes in charge of their items, and the keys that have moved counted."""
    is_up = w.stores["is_up"]
    w.counts[CACHE_KEYS_MOVED] += moved(p, is_up, old, was_up)
    return w._replace(homes=homes_of(p, is_up, len(w.items)) if p.cache_nodes > 1 else np.zeros(0, dtype=np.int64))


def _with_nodes(w: Arrays, p: Parameters) -> tuple[np.ndarray, np.ndarray]:
    """The groups, and the database nodes in order of creation: at the start group by group, the primary first."""
    groups, nodes, committed = w.groups, w.nodes, w.run[0]["committed"]
    for group in range(p.groups):
        if group == len(groups):
            groups = _joined(groups, records("groups", 1, plain=False))
            groups["primary"][group] = groups["first"][group] = len(nodes)
            groups["first_waiting"][group] = groups["last_waiting"][group] = NIL
        members = np.nonzero(nodes["group"] == group)[0]
        missing = 1 + p.replicas - len(members)
        if missing <= 0:
            continue
        first = len(nodes)
        added = records("nodes", missing, plain=False)
        for name in ("first_unapplied", "last_unapplied", "first_held", "last_held"):
            added[name] = NIL
        for name in ("is_up", "takes_part", "follows"):
            added[name] = 1
        added["speed"] = 1.0
        added["applied"] = added["received"] = committed
        added["group"] = group
        added["member"] = len(members) + np.arange(missing)
        added["following"] = [*range(first + 1, first + missing), NIL]
        nodes = _joined(nodes, added)
        if len(members):
            nodes["following"][members[-1]] = first
    return groups, nodes


def _user_writes(w: Arrays, p: Parameters, groups: int) -> np.ndarray:
    """For every user and group the version of the last acknowledged write; only where replicas are read."""
    seen, before = int(w.run[0]["users_seen"]), w.user_writes
    if not (p.tracks_users or len(before)) or len(before) == seen * groups:
        return before
    table = np.zeros((seen, groups), dtype=np.int64)
    if len(before):
        known = before.reshape(-1, len(w.groups))
        table[: len(known), : len(w.groups)] = known
    return table.reshape(-1)


def _pools(first: int, end: int, now_ns: int = 0) -> np.ndarray:
    pools = records("pools", end - first, plain=False)
    pools["first"] = pools["last"] = NIL
    pools["changed"] = now_ns
    pools["places"] = -1
    return pools


def _free_slots(first: int, end: int) -> np.ndarray:
    """Unused slots, each pointing to the next."""
    slots = records("slots", end - first, plain=False)
    slots["next"] = np.arange(first + 1, end + 1)
    for name in ("pop", "pop_hit", "at_pop", "pop_done", "pop_waited", "pop_filled", "fetched", "acknowledged"):
        slots[name] = -1
    return slots


def _joined(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Two arrays of the same records, one after the other; numpy's own function compares their fields one by one."""
    if len(one) == 0:
        return other
    joined = np.empty(len(one) + len(other), dtype=one.dtype)
    joined[: len(one)] = one
    joined[len(one) :] = other
    return joined


def _lengthened(array: np.ndarray, length: int) -> np.ndarray:
    if length <= len(array):
        return array
    longer = np.zeros(length, dtype=array.dtype)
    longer[: len(array)] = array
    return longer


def _unrolled(w: Arrays, length: int) -> np.ndarray:
    """The ring of what follows at once, longer, beginning at its first entry."""
    run = w.run[0]
    longer = np.zeros(length, dtype=DTYPES["ready"])
    places = (run["ready_first"] + np.arange(run["ready_count"])) % len(w.ready)
    longer[: len(places)] = w.ready[places]
    run["ready_first"] = 0
    return longer


def as_arrays(w: Arrays) -> Arrays:
    return Arrays(*(to_array(name, value) for name, value in w._asdict().items()))


def as_plain(w: Arrays) -> Arrays:
    return Arrays(*(to_plain(name, value) for name, value in w._asdict().items()))
