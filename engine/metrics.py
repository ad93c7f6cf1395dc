"""What is said about a run: the metric names, computed from two readings of what had been counted.

Knows no engine: a reading comes from the kernel's counters or from the rows of a log, and both must be the same. Many stretches
of a run are worked out together, each as if it were alone.
"""

from collections.abc import Sequence

import numpy as np

from engine.log import BUCKETS, COUNTED, FIRST_OCTAVE, OCTAVE, OUTCOMES, STAGES
from engine.reading import BUSY, DISPATCHED, QUEUE, TAKES_PART, Reading, Readings

PERCENTILES = {"latency_p50_ms": 0.5, "latency_p95_ms": 0.95, "latency_p99_ms": 0.99, "latency_p999_ms": 0.999}
SUMS = (
    "unavailable_s", "read_your_writes_violations", "cache_keys_moved", "keys_moved", "lost_writes", "write_unavailable_s",
)  # fmt: skip
"""Metrics that a longer run has more of: amounts and durations, not means or ratios."""

_EDGES_NS = np.array(
    [2.0 ** (FIRST_OCTAVE + bucket // OCTAVE) * (1.0 + (bucket % OCTAVE) / OCTAVE) for bucket in range(BUCKETS + 1)]
)


def bucket_edges_ms() -> np.ndarray:
    """Edges of the latency histogram's buckets."""
    return _EDGES_NS / 1e6


def quantile_ns(histogram: np.ndarray, share: float) -> float | None:
    """The quantile of a histogram, between the edges of its bucket in proportion; none without entries."""
    return told(_quantiles_ns([histogram], [share])[0, 0])


def _quantiles_ns(histograms: Sequence[np.ndarray], shares: Sequence[float]) -> np.ndarray:
    """[histogram, share]"""
    found = np.full((len(histograms), len(shares)), np.nan)
    for quantiles, histogram in zip(found, histograms):
        filled = np.flatnonzero(histogram)
        if len(filled):
            cumulative = np.cumsum(histogram[filled])
            ranks = np.multiply(shares, cumulative[-1])
            places = cumulative.searchsorted(ranks, side="left")
            buckets = filled[places]
            inside = (ranks - (cumulative[places] - histogram[buckets])) / histogram[buckets]
            quantiles[:] = _EDGES_NS[buckets] + inside * (_EDGES_NS[buckets + 1] - _EDGES_NS[buckets])
    return found


def told(value: float) -> float | None:
    """A metric of one stretch as it is told: None where there is none."""
    return None if np.isnan(value) else float(value)


def metrics_between(readings: Sequence[Reading], answered: Reading | None = None) -> dict[str, float | None]:
    """The metrics of the time from the first reading to the last; `answered` is a later one up to which latencies are followed."""
    found = metrics_of(Readings(readings), np.array([0]), np.array([len(readings) - 1]), answered)
    return {name: told(values[0]) for name, values in found.items()}


def metrics_of(readings: Readings, first: np.ndarray, last: np.ndarray, answered: Reading | None = None) -> dict[str, np.ndarray]:
    """The metrics of each stretch from its first to its last reading, which are told by their numbers: an array a metric, NaN where
    there is none.
    """
    start, end = readings.counts[first], readings.counts[last]
    seconds = (readings.time_ns[last] - readings.time_ns[first]) / 1e9
    during = dict(zip(COUNTED, (end - start).T))
    followed = during if answered is None else dict(zip(COUNTED, (answered.counts - start).T))
    finished = [answered or readings.each[place] for place in last]
    pairs = [(readings.each[place], after) for place, after in zip(first, finished)]
    over = sum(followed[name] for name in OUTCOMES)
    ok = followed["ok"]
    metrics = {
        "offered_rate": _per(during["sent"], seconds),
        "throughput": _per(during["served"], seconds),
        "goodput": _per(during["ok"], seconds),
        "error_rate": _per(over - ok, over),
    }
    metrics |= {f"errors.{name}": _per(followed[name], over) for name in OUTCOMES if name != "ok"}
    metrics["attempts_per_request"] = _per(followed["attempts"], followed["sent"])
    metrics["latency_mean_ms"] = _per(followed["latency_ns"], ok) / 1e6
    quantiles_ns = _quantiles_ns([after.histogram - before.histogram for before, after in pairs], [*PERCENTILES.values()])
    metrics |= zip(PERCENTILES, quantiles_ns.T / 1e6)
    metrics |= {f"latency_by_stage_ms.{name}": _per(followed[name], ok) / 1e6 for name in STAGES}
    metrics |= _node_metrics(readings, first, last)
    metrics["cache_hit_ratio"] = _per(followed["hits"], followed["look_ups"])
    metrics["cdn_hit_ratio"] = _per(followed["cdn_hits"], followed["cdn_look_ups"])
    metrics["cdn_offload"] = _per(followed["cdn_served"], followed["attempts"])
    metrics["stale_read_ratio"] = _per(followed["stale_reads"], followed["reads"])
    metrics["replication_lag_p95_ms"] = _quantiles_ns([after.lags - before.lags for before, after in pairs], [0.95])[:, 0] / 1e6
    metrics["unavailable_s"] = during["nobody_ns"] / 1e9
    metrics["read_your_writes_violations"] = followed["violations"].astype(float)
    metrics |= {name: during[name].astype(float) for name in ("cache_keys_moved", "keys_moved")}
    metrics["keys_moving"] = np.array([readings.each[place].keys_moving for place in last], dtype=float)
    metrics["lost_writes"] = during["lost_writes"].astype(float)
    metrics["write_unavailable_s"] = during["no_primary_ns"] / 1e9
    return metrics


def utilisations(readings: Readings, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """[stretch, node]: busy places over places, both over time; 0 without places."""
    places_ns = readings.places_ns[last] - readings.places_ns[first]
    busy_ns = readings.nodes[last, :, BUSY] - readings.nodes[first, :, BUSY]
    return np.divide(busy_ns, places_ns, out=np.zeros(busy_ns.shape), where=places_ns > 0)


def _node_metrics(readings: Readings, first: np.ndarray, last: np.ndarray) -> dict[str, np.ndarray]:
    servers = readings.nodes[:, : readings.servers]
    busy, queue, dispatched = (servers[last, :, field] - servers[first, :, field] for field in (BUSY, QUEUE, DISPATCHED))
    span_ns = readings.time_ns[last] - readings.time_ns[first]
    vcpus_ns = readings.vcpus_ns[last] - readings.vcpus_ns[first]
    # Whoever takes part at the end, or got something: all others got none.
    part = ((servers[last, :, TAKES_PART] > 0) | (dispatched > 0)).sum(axis=1)
    sent, squares = dispatched.sum(axis=1), (dispatched.astype(float) ** 2).sum(axis=1)
    most = dispatched.max(axis=1, initial=0)
    database = utilisations(readings, first, last)[:, readings.servers :]
    busiest = np.where(span_ns > 0, database.max(axis=1), np.nan) if database.shape[1] else np.full(len(first), np.nan)
    return {
        "server_utilisation": _per(busy.sum(axis=1), vcpus_ns),
        "database_utilisation": busiest,
        "queue_length_mean": _per(queue.sum(axis=1), span_ns),
        "load_imbalance": _per(most, _per(sent, part)),
        "jain_fairness": _per(sent.astype(float) ** 2, part * squares),
    }


def _per(amount: np.ndarray, base: np.ndarray) -> np.ndarray:
    return np.divide(amount, base, out=np.full(len(amount), np.nan), where=base > 0)
