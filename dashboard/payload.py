"""Payload: a slice of a run as the browser plays it. This docstring is the format's only description.

A chunk:
    echo        the id of the ask it answers
    from_s      simulated time at which it begins; to_s: at which it ends (earlier than asked when the budget ended it)
    pieces      one a stretch of time in which no control changed:
        from_s, to_s, step_s    row k covers step_s from from_s + k * step_s on; the last one ends at to_s
        window_s            length of the trailing window of `series`
        series  {name: [a value a row]}: the engine's metrics of the trailing window at the row's end, exact at any rate; None where
                there is none (nobody was served, nobody looked up). Always SERIES, and by what the system has those of OPTIONAL
        regions {name: [...], latency_ms: [[a value a row]], errors: [[...]]}: mean latency and share of errors of each region with
                traffic in the window; only where there are several, or a CDN
        nodes   servers, then database nodes: {id: [...], tier: [...], index: [...] (number in its tier), group: [...] (the
                database's group, shard × functions + function; -1), member: [...] (number in its group), and one list a node with a
                value a row: busy (0 to 100 % of the row), waiting (in its queues at the row's end), taken (attempts that reached it
                in the row), up (0 or 1), seen (1: the balancer believes it healthy), part (0: still starting, or leaving), primary
                (1: the primary of its group now)}; of the last four one value stands for all rows if they are equal. Past
                a dozen of a tier nodes are merged: `size` says how many each holds, `of` {s: [...], d: [...]} which id each holds
        stores  cache nodes, then points of presence: {id, tier ("cache" or "cdn"), index, name, region (of a
                PoP), size, and one list a store with a
                value a row: looks (look-ups in the row), hits, items (held at its end), up (how many of the `size` are up)};
                with many cache nodes one entry and `of`; None where the system has none
        memory  {gb, used: [a value a row]}: of the only server, and what requests hold of it at the row's end; None for several
                servers, or where requests need none
        curves  what theory says of the system, whatever happens in the run (see curves.py); None where there are several servers
    moves       {every, and one list a column with a value an attempt: id, server, db, hit (1, 0, or -1: no look-up), outcome, kind,
                with a cache `cache` (the node in charge), with a CDN pop and pop_hit (as in the engine's log), and the instants of
                sample.INSTANTS and POP_INSTANTS in microseconds since the chunk's begin (None: not reached), and ada: which of
                them are Ada's, [id, user], and once her request is over [id, user, µs that it took, [[stage of the log, µs]] of
                its longest part and its longest wait, attempts]}: a sample of the attempts in the chunk, for the picture only
    sentences   [[t_s, key, text, nodes]]: what happened in the trailing window that ends at t_s, the end of a row; the key names
                the kind of situation; nodes {busy, waiting, taken} has that window's means of every node (waiting: length of its
                queue; taken: attempts a second), so that bars and words tell the same; None where nodes are merged
    engine      which of the engine's paths made it ("plain" is Python without the compiled kernel)
    stopped     why the engine's budget ended the run, or ""

It reads results of the engine and knows nothing of asks, Streamlit or drawing.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.curves import curves
from dashboard.nodes import memory, nodes, server_count, shown, stores
from dashboard.sample import column, every, moves
from dashboard.window import Windows
from engine.bill import cost_metrics
from engine.log import COUNTED, COUNTED_OF_REGION, OUTCOMES
from engine.metrics import metrics_of
from engine.reading import TAKES_PART, UP
from engine.system import System
from engine.workload.tables import REGIONS

__all__ = ["Tail", "collect", "column", "every", "moves", "piece", "server_count", "shown", "trailing_window_s"]

ERRORS = dict.fromkeys((f"errors.{name}" for name in OUTCOMES if name != "ok"), 5)
SERIES = (
    dict.fromkeys(("latency_p50_ms", "latency_p95_ms", "latency_p99_ms", "latency_mean_ms"), 2)
    | dict.fromkeys(("offered_rate", "goodput", "throughput", "attempt_rate", "serving", "wanted"), 1)
    | {"load_imbalance": 3, "server_utilisation": 4, "database_utilisation": 4, "attempts_per_request": 3}
    | ERRORS
)
"""Metrics that are always told, each with the digits that a chart shows; attempt_rate: attempts sent in a second; serving: servers
that are up and take part; wanted: those that there should be."""
BOUNDED = ("server_utilisation", "database_utilisation", "cdn_offload")
"""Shares whose two counts are not of one instant (work on places that were taken away, attempts on their way): told from 0 to 1."""
MONEY = ("cost_per_hour", "cost_per_million_ok")
OPTIONAL = {
    "cache": {"cache_hit_ratio": 4},
    "cdn": {"cdn_hit_ratio": 4, "cdn_offload": 4},
    "replicas": {
        "replication_lag_p95_ms": 1, "stale_read_ratio": 5, "read_your_writes_violations": 0, "lost_writes": 0,
        "write_unavailable_s": 2,
    },
}  # fmt: skip
"""Metrics that are told of a system that has these."""
MONEY_EVERY = 5
"""Rows between two bills: prices hardly move."""
LONGEST_WINDOW_S = 10
NS = 1_000_000_000
ATTEMPTS = COUNTED.index("attempts")
assert COUNTED_OF_REGION == (*OUTCOMES, "latency_ns")


@dataclass(frozen=True)
class Tail:
    """A sample of the requests that ended lately, by their end: of which queue is to blame for the slowest."""

    ended: np.ndarray
    latency: np.ndarray
    outcome: np.ndarray
    queued: np.ndarray
    """Time in a server's queue."""
    home: np.ndarray
    """That server."""

    @staticmethod
    def empty() -> "Tail":
        """Nothing ended yet."""
        return Tail(*(np.zeros(0, np.int64) for _ in range(5)))


def trailing_window_s(rate: float) -> float:
    """Length of the trailing window: one second, more when fewer than some 200 requests would be in it."""
    return round(min(float(LONGEST_WINDOW_S), max(1.0, 200.0 / max(rate, 0.01))), 1)


def collect(result: Any, tail: Tail) -> Tail:
    """The tail after this slice: the requests of `tail` and of the slice that a window may still look back at."""
    begin, end = _span(result)
    ended = column(result, "ended")
    final = np.flatnonzero((column(result, "final") == 1) & (ended > begin) & (ended <= end))
    final = final[np.argsort(ended[final], kind="stable")]
    young = tail.ended > end - LONGEST_WINDOW_S * NS
    queued = np.maximum(column(result, "cpu_at") - column(result, "dispatched"), 0)
    new = (ended, ended - column(result, "arrived"), column(result, "outcome"), queued, column(result, "server"))
    old = (tail.ended, tail.latency, tail.outcome, tail.queued, tail.home)
    return Tail(*(np.concatenate([was[young], values[final]]) for was, values in zip(old, new)))


def piece(result: Any, windows: Windows, step_s: float) -> dict[str, Any]:
    """One stretch of time as the browser plays it; the windows end with its rows, and reach back before it."""
    begin, end = _span(result)
    return {
        "from_s": begin / NS,
        "to_s": end / NS,
        "step_s": step_s,
        "window_s": windows.window_s,
        "series": _series(result.system, windows),
        "regions": _regions(result.system, windows),
        "nodes": nodes(result),
        "stores": stores(result),
        "memory": memory(result),
        "curves": curves(result.system),
    }


def _series(system: System, windows: Windows) -> dict[str, list[float | None]]:
    """The engine's metrics of the trailing window at each row's end."""
    found = metrics_of(windows.readings, windows.first, windows.last) | _counted(windows)
    has = {"cache": system.cache.enabled, "cdn": system.cdn.enabled, "replicas": system.database.replicas > 0}
    digits = dict(SERIES)
    for what, names in OPTIONAL.items():
        digits |= names if has[what] else {}
    for name in ERRORS:
        found[name] = np.nan_to_num(found[name])
    for name in BOUNDED:
        found[name] = np.clip(found[name], 0.0, 1.0)
    series = {name: [_rounded(value, places) for value in found[name].tolist()] for name, places in digits.items()}
    ends = list(zip(windows.first.tolist(), windows.last.tolist()))
    bills = [cost_metrics(system, windows.readings, *pair) for pair in ends[::MONEY_EVERY]]
    for name in MONEY:
        values = [None if one[name] is None else round(one[name], 4) for one in bills]
        series[name] = [values[row // MONEY_EVERY] for row in range(len(ends))]
    return series


def _rounded(value: float, places: int) -> float | None:
    return None if value != value else round(value, places)


def _counted(windows: Windows) -> dict[str, np.ndarray]:
    """What the engine's metrics do not say: attempts sent in a second, and the numbers of servers at the end."""
    readings, first, last = windows.readings, windows.first, windows.last
    sent = readings.counts[last, ATTEMPTS] - readings.counts[first, ATTEMPTS]
    servers = readings.nodes[last, : readings.servers]
    return {
        "attempt_rate": sent * NS / np.maximum(readings.time_ns[last] - readings.time_ns[first], 1),
        "serving": ((servers[:, :, UP] > 0) & (servers[:, :, TAKES_PART] > 0)).sum(axis=1),
        "wanted": np.array([readings.each[place].wanted for place in last]),
    }


def _regions(system: System, windows: Windows) -> dict[str, Any] | None:
    """Mean latency and errors of each region's requests over the trailing window at each row's end."""
    weights = system.traffic.regions
    where = [place for place, name in enumerate(REGIONS) if weights.get(name, 0) > 0]
    if len(where) < 2 and not system.cdn.enabled:
        return None
    regions = np.array([one.regions[where] for one in windows.readings.each])
    counted = regions[windows.last] - regions[windows.first]
    over, ok = counted[:, :, : len(OUTCOMES)].sum(axis=2), counted[:, :, 0]
    latency = np.divide(counted[:, :, -1] / 1e6, ok, out=np.full(ok.shape, np.nan), where=ok > 0)
    errors = np.divide(over - ok, over, out=np.zeros(ok.shape), where=over > 0)
    return {
        "name": [REGIONS[place] for place in where],
        "latency_ms": [[_rounded(value, 1) for value in row] for row in latency.T.tolist()],
        "errors": np.round(errors.T, 4).tolist(),
    }


def _span(result: Any) -> tuple[int, int]:
    """Begin and end of a slice in nanoseconds."""
    return result.readings[0].time_ns, result.readings[-1].time_ns
