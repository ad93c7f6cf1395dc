"""The sentence: what just happened and why, for instants of a slice of the run: its facts, measured, and their words.

The words are those of `dashboard.sentences`; knows nothing of asks, nor of where the words are shown.
"""

from typing import Any

import numpy as np

from dashboard.faults import Broken
from dashboard.payload import Tail, server_count, shown
from dashboard.regions import PLACES
from dashboard.sentences import describe
from dashboard.sentences.facts import Caching, DatabaseNode, Delivery, Facts, Impatience, Replication
from dashboard.window import Over, Windows
from engine.log import COUNTED
from engine.reading import BREAKER, FIRST_POP, IS_PRIMARY, SHARD, STORE_SIZE, STORE_TAKES_PART, STORE_UP, TAKES_PART, UP, Reading
from engine.system import System
from engine.workload.tables import REGIONS

__all__ = ["EVERY_S", "Facts", "describe", "sentences", "tail_in_queue"]

EVERY_S = 0.2
"""Time between two looks: the page takes all its numbers from the instant of a look."""
SPIKE_TOLD_S = 120.0
"""A spike is spoken of for so long after its end."""
LOST = COUNTED.index("lost_writes")


def sentences(
    piece: dict[str, Any], result: Any, system: System, tail: Tail, windows: Windows, broken: Broken | None = None
) -> list[list[Any]]:
    """[[t_s, key, text, nodes]] for one stretch of a run; `tail` and `windows` reach back before it."""
    rows = len(piece["series"]["offered_rate"])
    stride = max(1, round(EVERY_S / piece["step_s"]))
    grouped, there = "size" in piece["nodes"], shown(result)
    said: list[list[Any]] = []
    for row in sorted({0, *range(stride - 1, rows, stride), rows - 1} if rows else set()):
        end_ns = result.readings[row + 1].time_ns
        window = windows.over(row)
        key, text = describe(_facts(piece, result, system, row, window, tail, broken or Broken()))
        nodes = None if grouped else {
            "busy": np.rint(window.busy[there]).astype(int).tolist(),
            "waiting": np.round(window.waiting[there], 1).tolist(),
            "taken": np.round(window.taken[there], 1).tolist(),
        }  # fmt: skip
        said.append([round(end_ns / 1e9, 3), key, text, nodes])
    return said


def _facts(piece: dict[str, Any], result: Any, system: System, row: int, window: Over, tail: Tail, broken: Broken) -> Facts:
    """The facts of the trailing window at a row's end: the one that the row's series tell of."""
    lines, many = result.node_timeline, server_count(result)
    taking_part = np.flatnonzero(lines["takes_part"][row, :many])
    series, speeds, reading = piece["series"], system.servers.speeds, result.readings[row + 1]
    end_ns, end_s = reading.time_ns, reading.time_ns / 1e9
    blame = tail_in_queue(tail, many, end_ns - round(window.span_s * 1e9), end_ns)
    nodes, scaler = _database(result, row, window), system.autoscaler
    functions = (
        tuple(name for name, weight in system.traffic.functions.items() if weight > 0) if system.database.federated else ("",)
    )
    size = system.servers.vcpus
    wanted = reading.wanted or system.servers.count
    return Facts(
        algorithm=system.balancer.algorithm,
        rate=series["offered_rate"][row],
        busy=tuple(window.busy[taking_part]),
        waiting=tuple(window.waiting[taking_part]),
        taken=tuple(window.taken[taking_part]),
        up=tuple(lines["up"][row, taking_part] > 0),
        seen=tuple(lines["believed_healthy"][row, taking_part] > 0),
        speeds=tuple((speeds[i] if i < len(speeds) else 1.0) * broken.slow.get(("servers", 0, int(i)), 1.0) for i in taking_part),
        queue_growth=float(window.growth[taking_part].sum()),
        database_busy=max((node.busy for node in nodes), default=0.0),
        database_waiting=sum(node.waiting for node in nodes),
        tail_in_queue=tuple(blame[i] for i in taking_part),
        failing=tuple(int(i) in broken.failing for i in taking_part),
        errors=sum(series[name][row] for name in series if name.startswith("errors.")),
        timeouts=series["errors.timeout"][row],
        starting=0 if scaler.enabled else int((lines["takes_part"][row, : min(wanted, many)] == 0).sum()),
        window_s=window.span_s,
        goodput=series["goodput"][row],
        p95_ms=series["latency_p95_ms"][row],
        database=nodes,
        shards=system.database.shards,
        items=system.traffic.items,
        keys_moving=reading.keys_moving,
        functions=functions,
        colocated=system.database.colocated,
        replication=_replication(series, row, system, reading, end_s, broken) if system.database.replicas else None,
        caching=_caching(series, row, system, reading, end_s, broken) if system.cache.enabled else None,
        delivery=_delivery(series, row, system, reading) if system.cdn.enabled else None,
        impatience=_impatience(series, row, system, reading, end_s, broken),
        regions=_regions(piece, row),
        wanted=reading.wanted if scaler.enabled else 0,
        target=100 * scaler.target_utilisation,
        vcpus=size,
        growth=1.0 + system.servers.contention * (size - 1) + system.servers.coherency * size * (size - 1),
    )


def _database(result: Any, row: int, window: Over) -> tuple[DatabaseNode, ...]:
    many, reading = server_count(result), result.readings[row + 1]
    rows = reading.nodes[reading.server_count :]
    part = np.flatnonzero(rows[:, TAKES_PART] > 0)
    members: dict[int, int] = {}
    numbers = []
    for shard in rows[:, SHARD].tolist():
        numbers.append(members.get(shard, 0))
        members[shard] = numbers[-1] + 1
    return tuple(
        DatabaseNode(
            int(rows[k, SHARD]), numbers[k], bool(rows[k, IS_PRIMARY] > 0), bool(rows[k, UP]), float(window.busy[many + k]),
            float(window.waiting[many + k]), float(window.taken[many + k]),
        )
        for k in part
    )  # fmt: skip


def _replication(series: dict[str, Any], row: int, system: System, reading: Reading, end_s: float, broken: Broken) -> Replication:
    database = system.database
    return Replication(
        mode=database.replication,
        read_from=database.read_from,
        lag_ms=series["replication_lag_p95_ms"][row],
        stale_ratio=series["stale_read_ratio"][row] or 0.0,
        violations=int(series["read_your_writes_violations"][row] or 0),
        lost_writes=int(reading.counts[LOST]),
        no_primary_s=series["write_unavailable_s"][row] or 0.0,
        failover_s=database.failover_s,
        crashed_s=None if broken.database_crashed_s is None else end_s - broken.database_crashed_s,
        cut=tuple(sorted(broken.cut)),
    )


def _caching(series: dict[str, Any], row: int, system: System, reading: Reading, end_s: float, broken: Broken) -> Caching:
    stores = reading.stores[: system.cache.nodes]
    return Caching(
        hit_ratio=series["cache_hit_ratio"][row],
        nodes=system.cache.nodes,
        up=int((stores[:, STORE_UP] > 0).sum()),
        items=int(stores[:, STORE_SIZE].sum()),
        capacity=system.cache.capacity_items,
        ttl_s=system.cache.ttl_s,
        emptied_s=None if broken.flushed_s is None else end_s - broken.flushed_s,
        emptied=broken.flushed,
        placed_s=None if broken.placed_s is None else end_s - broken.placed_s,
        placement=system.cache.placement,
        coalescing=system.cache.coalescing,
    )


def _delivery(series: dict[str, Any], row: int, system: System, reading: Reading) -> Delivery:
    stores = reading.stores[FIRST_POP:]
    points = [k for k in range(len(REGIONS)) if stores[k, STORE_TAKES_PART] > 0]
    there = [(PLACES[REGIONS[k]].city, bool(stores[k, STORE_UP])) for k in points]
    return Delivery(
        hit_ratio=series["cdn_hit_ratio"][row],
        offload=series["cdn_offload"][row] or 0.0,
        static_ratio=system.traffic.static_ratio,
        pops=tuple(city for city, up in there if up),
        down=tuple(city for city, up in there if not up),
    )


def _impatience(series: dict[str, Any], row: int, system: System, reading: Reading, end_s: float, broken: Broken) -> Impatience:
    over_s = None if broken.spike_until_s is None else end_s - broken.spike_until_s
    return Impatience(
        attempts=series["attempts_per_request"][row] or 1.0,
        attempt_rate=series["attempt_rate"][row],
        retries=system.client.retries,
        refused=series["errors.refused"][row],
        limit=_limit(system),
        open_breakers=int((reading.nodes[: reading.server_count, BREAKER] > 0).sum()),
        spike_ended_s=None if over_s is None or over_s > SPIKE_TOLD_S else over_s,
    )


def _limit(system: System) -> str:
    """Which limit a server reaches first."""
    servers = system.servers
    limits = {
        "shed": servers.shed_above,
        "memory": servers.memory_gb * 1_024 / servers.memory_mb_per_request if servers.memory_mb_per_request else None,
        "queue": None if servers.queue_limit is None else servers.workers + servers.queue_limit,
    }
    known = {name: limit for name, limit in limits.items() if limit is not None}
    return min(known, key=known.get) if known else ""


def _regions(piece: dict[str, Any], row: int) -> tuple[tuple[str, float], ...]:
    told = piece.get("regions")
    if not told:
        return ()
    answered = ((name, values[row]) for name, values in zip(told["name"], told["latency_ms"]))
    return tuple((PLACES[name].city, ms) for name, ms in answered if ms is not None)


def tail_in_queue(tail: Tail, servers: int, after_ns: int, until_ns: int) -> tuple[float, ...]:
    """Of the time of the slowest 1 % of those served in this window, the share that was spent in each server's queue."""
    low, high = np.searchsorted(tail.ended, [after_ns, until_ns], "right")
    served = low + np.flatnonzero(tail.outcome[low:high] == 0)
    if len(served) < 100:
        return (0.0,) * servers
    latency, count = tail.latency[served], max(1, len(served) // 100)
    least = np.partition(latency, -count)[-count]
    above = served[latency > least]
    slowest = np.concatenate([above, served[latency == least][len(above) - count :]])  # of equal ones the last
    by_server = np.bincount(np.maximum(tail.home[slowest], 0), tail.queued[slowest], minlength=servers)[:servers]
    return tuple(by_server / max(1, tail.latency[slowest].sum()))
