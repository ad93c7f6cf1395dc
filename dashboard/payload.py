"""Payload: a slice of a run as the browser plays it. This docstring is the format's only description.

A chunk:
    echo        the id of the ask it answers
    from_s      simulated time at which it begins; to_s: at which it ends (earlier than asked when the budget ended it)
    pieces      one a stretch of time in which no control changed:
        from_s, to_s, step_s    row k covers step_s from from_s + k * step_s on; the last one ends at to_s
        window_s            length of the trailing window of `series`
        series  {name: [a value a row]}: the engine's metrics of the trailing window at the row's end, exact at any rate:
                latency_p50_ms, latency_p95_ms, latency_p99_ms (None when nobody was served in the window), offered_rate,
                goodput (a second), load_imbalance (busiest ÷ mean; None when nobody was sent anything),
                errors.<outcome> (share of the requests that ended in the window), and with a cache cache_hit_ratio
        nodes   {tier: [...], index: [...], and one list a node with a value a row: busy (0 to 100 % of the row), waiting (in its
                queues at the row's end), taken (attempts that reached it in the row), up (0 or 1), seen (1: the balancer believes
                it healthy), part (0: still starting, or leaving)}; more than GROUP_ABOVE servers are merged into groups by state:
                `size` says how many each holds, `of` which server is in which
    moves       {every, and one list a column with a value an attempt: id, server, db, hit (1, 0, or -1: no look-up), outcome, and
                the instants of INSTANTS in microseconds since the chunk's begin (None: not reached)}: a sample of the attempts in
                the chunk, for the picture only
    sentences   [[t_s, key, text, nodes]]: what happened in the trailing window that ends at t_s, the end of a row; the key names
                the kind of situation; nodes {busy, waiting, taken} has that window's means of every node (waiting: length of its
                queue; taken: attempts a second), so that bars and words tell the same; None where servers are merged
    engine      which of the engine's paths made it ("plain" is Python without the compiled kernel)
    stopped     why the engine's budget ended the run, or ""

It reads results of the engine and knows nothing of asks, Streamlit or drawing.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.window import within
from engine.log import COLUMNS, OUTCOMES
from engine.metrics import metrics_between
from engine.reading import Reading

INSTANTS = ("sent", "dispatched", "cpu_at", "cpu_done", "db_at", "db_done", "left", "ended")
"""The instants of an attempt that the picture shows: at the server, out of its queue, computed, at the database, and back."""
ERRORS = dict.fromkeys((f"errors.{name}" for name in OUTCOMES if name != "ok"), 5)
SERIES = (
    dict.fromkeys(("latency_p50_ms", "latency_p95_ms", "latency_p99_ms"), 2)
    | dict.fromkeys(("offered_rate", "goodput"), 1)
    | {"load_imbalance": 3}
    | ERRORS
)
"""Metrics that are told, each with the digits that a chart shows."""
GROUP_ABOVE = 12
GROUPS = ("working", "full", "down", "starting")
MOVES_PER_VIEWER_SECOND = 65
"""Requests that set out in the picture in a second of the viewer's time: some 200 are under way then."""
MAX_MOVES = 1_000
"""Bursts bring more than the mean rate tells; the latest ones are drawn."""
PRIMES = (1, 3, 5, 7, 11, 17, 23, 31, 43, 61, 89, 127, 181, 251, 359, 509, 719, 1_021, 1_447, 2_039, 4_093, 8_191, 16_381, 32_749)
"""Steps of the sample: every n-th request, n no divisor of the number of servers, or round robin would show one server only."""
LONGEST_WINDOW_S = 10
NS = 1_000_000_000
PLACES = {name: place for place, name in enumerate(COLUMNS)}


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


def every(expected: float, wanted: float, servers: int) -> int:
    """Which requests a sample keeps so that of `expected` about `wanted` remain: 1 all, n those whose number n divides."""
    for step in PRIMES:
        if expected / step <= wanted and (step == 1 or servers % step):
            return step
    return PRIMES[-1]


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


def piece(result: Any, cuts: list[Reading], step_s: float, window_s: float) -> dict[str, Any]:
    """One stretch of time as the browser plays it; `cuts` reach back before it, as far as the windows do."""
    begin, end = _span(result)
    return {
        "from_s": begin / NS,
        "to_s": end / NS,
        "step_s": step_s,
        "window_s": window_s,
        "series": _series(result, cuts, window_s),
        "nodes": _nodes(result, server_count(result)),
    }


def _series(result: Any, cuts: list[Reading], window_s: float) -> dict[str, list[float | None]]:
    """The engine's metrics of the trailing window at each row's end."""
    windows = [within(cuts, reading.time_ns, window_s) for reading in result.readings[1:]]
    rows = [metrics_between(inside[0], inside[-1]) for inside in windows]
    digits = SERIES | ({"cache_hit_ratio": 4} if result.system.cache.enabled else {})
    series = {name: [None if row[name] is None else round(row[name], places) for row in rows] for name, places in digits.items()}
    for name in ERRORS:
        series[name] = [value or 0.0 for value in series[name]]
    return series


def shown(result: Any) -> np.ndarray:
    """Which nodes are shown: servers that were removed until they have finished what they had."""
    there = result.node_timeline["in_progress"].any(axis=0)
    there[: result.system.servers.count] = True
    there[server_count(result) :] = True
    return there


def _nodes(result: Any, servers: int) -> dict[str, Any]:
    """The nodes' windows, one list a node; many servers are merged into groups by state."""
    lines = result.node_timeline
    there = shown(result)
    servers = int(there[:servers].sum())
    table = {
        "busy": np.rint(lines["utilisation"][:, there] * 100),
        "waiting": lines["waiting"][:, there],
        "taken": lines["dispatched"][:, there],
        "up": lines["up"][:, there],
        "seen": lines["believed_healthy"][:, there],
        "part": lines["takes_part"][:, there],
    }
    nodes = result.nodes[: len(there)]  # without the cache nodes behind them
    tiers, indices = nodes["tier"][there].tolist(), nodes["index"][there].tolist()
    if servers <= GROUP_ABOVE:
        return {"tier": tiers, "index": indices} | {name: _columns(values) for name, values in table.items()}
    return _groups(table, tiers, indices, servers)


def _groups(table: dict[str, np.ndarray], tiers: list[str], indices: list[int], servers: int) -> dict[str, Any]:
    """Servers merged by their state in most rows: starting, down, full (95 % busy and more), working."""
    up, busy, part = (table[name][:, :servers].mean(axis=0) for name in ("up", "busy", "part"))
    state = np.where(up < 0.5, np.where(part < 0.5, 3, 2), np.where(busy >= 95, 1, 0))
    members = [np.flatnonzero(state == which) for which in range(len(GROUPS))]
    out: dict[str, Any] = {
        "tier": [*GROUPS, *tiers[servers:]],
        "index": [0] * len(GROUPS) + indices[servers:],
        "size": [len(group) for group in members] + [1] * len(tiers[servers:]),
        "of": state.tolist(),
    }
    for name, values in table.items():
        rows = [_merged(values, group, name) for group in members]
        out[name] = rows + _columns(values[:, servers:])
    return out


def _merged(values: np.ndarray, group: np.ndarray, name: str) -> list[int]:
    """A group's row values: the mean of busy, the sum of what is counted, the least of up and seen."""
    if not len(group):
        return [0] * len(values)
    how = {"busy": np.mean, "up": np.min, "seen": np.min, "part": np.max}.get(name, np.sum)
    return [round(float(value)) for value in how(values[:, group], axis=1)]


def _columns(values: np.ndarray) -> list[list[int]]:
    return values.T.astype(np.int64).tolist()


def moves(results: list[Any], from_s: float, step: int) -> dict[str, Any]:
    """The attempts in these slices of every `step`-th request. Later slices know more of an attempt, so the last word counts."""
    begin = round(from_s * NS)
    table = {
        name: np.concatenate([column(result, name) for result in results])
        for name in ("request", "attempt", "server", "db_node", "hit", "outcome", *INSTANTS)
    }
    ids = table["request"] * 64 + np.minimum(table["attempt"], 63)
    _, last = np.unique(ids[::-1], return_index=True)
    keep = len(ids) - 1 - last
    keep = keep[table["request"][keep] % step == 0][-MAX_MOVES:]
    out: dict[str, Any] = {"every": step, "id": ids[keep].tolist(), "server": table["server"][keep].tolist()}
    out["db"] = table["db_node"][keep].tolist()
    out["hit"] = table["hit"][keep].tolist()
    out["outcome"] = table["outcome"][keep].tolist()
    for name in INSTANTS:
        instants = table[name][keep]
        out[name] = [None if at < 0 else round((at - begin) / 1_000) for at in instants.tolist()]
    return out


def server_count(result: Any) -> int:
    """How many of the result's nodes are servers, those that are leaving included."""
    return result.readings[-1].server_count


def column(result: Any, name: str) -> np.ndarray:
    """One column of the kept attempts."""
    return result.rows[:, PLACES[name]]


def _span(result: Any) -> tuple[int, int]:
    """Begin and end of a slice in nanoseconds."""
    return result.readings[0].time_ns, result.readings[-1].time_ns
