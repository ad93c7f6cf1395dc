"""What is said about a run: the metric names, computed from two readings of what had been counted.

Knows no engine: a reading comes from the kernel's counters or from the rows of a log, and both must be the same.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import numpy as np

from engine.log import BUCKETS, COUNTED, FIRST_OCTAVE, OCTAVE, OUTCOMES, STAGES
from engine.reading import BUSY, DISPATCHED, PLACES, QUEUE, TAKES_PART, Reading

PERCENTILES = {"latency_p50_ms": 0.5, "latency_p95_ms": 0.95, "latency_p99_ms": 0.99, "latency_p999_ms": 0.999}

_EDGES_NS = np.array(
    [2.0 ** (FIRST_OCTAVE + bucket // OCTAVE) * (1.0 + (bucket % OCTAVE) / OCTAVE) for bucket in range(BUCKETS + 1)]
)


def bucket_edges_ms() -> np.ndarray:
    """Edges of the latency histogram's buckets."""
    return _EDGES_NS / 1e6


def quantile_ns(histogram: np.ndarray, share: float) -> float | None:
    """The quantile of a histogram, between the edges of its bucket in proportion; none without entries."""
    return _quantiles_ns(histogram, (share,))[0]


def _quantiles_ns(histogram: np.ndarray, shares: Iterable[float]) -> list[float | None]:
    cumulative = np.cumsum(histogram)
    total = int(cumulative[-1]) if len(cumulative) else 0
    return [_quantile_ns(cumulative, share * total) if total else None for share in shares]


def _quantile_ns(cumulative: np.ndarray, rank: float) -> float:
    bucket = int(cumulative.searchsorted(rank, side="left"))
    before = int(cumulative[bucket - 1]) if bucket else 0
    inside = (rank - before) / (int(cumulative[bucket]) - before)
    return float(_EDGES_NS[bucket] + inside * (_EDGES_NS[bucket + 1] - _EDGES_NS[bucket]))


def metrics_between(readings: Sequence[Reading], answered: Reading | None = None) -> dict[str, float | None]:
    """The metrics of the time from the first reading to the last; `answered` is a later one up to which latencies are followed."""
    start, end = readings[0], readings[-1]
    seconds = (end.time_ns - start.time_ns) / 1e9
    during = dict(zip(COUNTED, (end.counts - start.counts).tolist()))
    finished = answered or end
    followed = dict(zip(COUNTED, (finished.counts - start.counts).tolist()))
    histogram = finished.histogram - start.histogram
    over = sum(followed[name] for name in OUTCOMES)
    ok = followed["ok"]
    metrics: dict[str, float | None] = {
        "offered_rate": _per(during["sent"], seconds),
        "throughput": _per(during["served"], seconds),
        "goodput": _per(during["ok"], seconds),
        "error_rate": _per(over - ok, over),
    }
    metrics |= {f"errors.{name}": _per(followed[name], over) for name in OUTCOMES if name != "ok"}
    metrics["attempts_per_request"] = _per(followed["attempts"], followed["sent"])
    metrics["latency_mean_ms"] = _ms(_per(followed["latency_ns"], ok))
    metrics |= zip(PERCENTILES, map(_ms, _quantiles_ns(histogram, PERCENTILES.values())))
    metrics |= {f"latency_by_stage_ms.{name}": _ms(_per(followed[name], ok)) for name in STAGES}
    metrics |= _node_metrics(readings)
    metrics["cache_hit_ratio"] = _per(followed["hits"], followed["look_ups"])
    metrics["cdn_hit_ratio"] = _per(followed["cdn_hits"], followed["cdn_look_ups"])
    metrics["cdn_offload"] = _per(followed["cdn_served"], followed["attempts"])
    metrics["stale_read_ratio"] = _per(followed["stale_reads"], followed["reads"])
    metrics["replication_lag_p95_ms"] = _ms(quantile_ns(finished.lags - start.lags, 0.95))
    metrics["unavailable_s"] = during["nobody_ns"] / 1e9
    metrics["read_your_writes_violations"] = float(followed["violations"])
    metrics["cache_keys_moved"] = float(during["cache_keys_moved"])
    metrics["keys_moved"] = float(during["keys_moved"])
    metrics["keys_moving"] = float(end.keys_moving)
    metrics["lost_writes"] = float(during["lost_writes"])
    metrics["write_unavailable_s"] = during["no_primary_ns"] / 1e9
    return metrics


def utilisations(readings: Sequence[Reading]) -> np.ndarray:
    """Busy places over places, both over time (between two readings, the places of the later one), per node; 0 without places."""
    places_ns = _in_all(readings, lambda rows: rows[:, PLACES])
    busy = readings[-1].nodes[:, BUSY] - _same_nodes(readings[0], readings[-1])[:, BUSY]
    return np.divide(busy, places_ns, out=np.zeros(len(busy)), where=places_ns > 0)


def _in_all(readings: Sequence[Reading], tell: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """What is told of the nodes, in the rows of the last reading, times the time for which it held."""
    last = readings[-1]
    return sum(tell(_same_nodes(after, last)) * (after.time_ns - before.time_ns) for before, after in pairwise(readings))


def _node_metrics(readings: Sequence[Reading]) -> dict[str, float | None]:
    start, end = readings[0], readings[-1]
    servers = slice(0, end.server_count)
    span = end.time_ns - start.time_ns
    part = end.nodes[servers, TAKES_PART] > 0
    vcpus_ns = float(_in_all(readings, lambda rows: rows[servers, PLACES] * (rows[servers, TAKES_PART] > 0)).sum())
    delta = end.nodes - _same_nodes(start, end)
    busy = float(delta[servers, BUSY].sum())
    dispatched = delta[servers, DISPATCHED][part | (delta[servers, DISPATCHED] > 0)].astype(float)
    sent = dispatched.sum()
    database = utilisations(readings)[end.server_count :]
    return {
        "server_utilisation": _per(busy, vcpus_ns),
        "database_utilisation": float(database.max()) if span and len(database) else None,
        "queue_length_mean": _per(float(delta[servers, QUEUE].sum()), span),
        "load_imbalance": float(dispatched.max() / dispatched.mean()) if sent else None,
        "jain_fairness": float(sent**2 / (len(dispatched) * (dispatched**2).sum())) if sent else None,
    }


def _same_nodes(start: Reading, end: Reading) -> np.ndarray:
    """The first reading's nodes in the rows of the second, zeros for those that came later."""
    if start.nodes.shape == end.nodes.shape and start.server_count == end.server_count:
        return start.nodes
    rows = np.zeros_like(end.nodes)
    rows[: start.server_count] = start.nodes[: start.server_count]
    databases = start.nodes[start.server_count :]
    rows[end.server_count : end.server_count + len(databases)] = databases
    return rows


def _per(amount: float, base: float) -> float | None:
    return amount / base if base > 0 else None


def _ms(nanoseconds: float | None) -> float | None:
    return None if nanoseconds is None else nanoseconds / 1e6
