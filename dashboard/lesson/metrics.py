"""Metrics: what the engine's metrics are called in a lesson's conditions, and how a number of one is written.

Knows names and units; measures nothing.
"""

from dashboard.words import figure, marked, t
from lessons.showing import LONG, rounded

ABSENT = "–"
LABELS = marked({
    "latency_p50_ms": "p50 latency",
    "latency_p95_ms": "p95 latency",
    "latency_p99_ms": "p99 latency",
    "latency_p999_ms": "p99.9 latency",
    "latency_mean_ms": "Mean latency",
    "error_rate": "Errors",
    "errors.timeout": "Requests that timed out",
    "errors.refused": "Requests that were refused",
    "errors.failed": "Requests that failed",
    "errors.unavailable": "Requests that nobody could serve",
    "offered_rate": "Asked for",
    "throughput": "Served",
    "goodput": "Goodput",
    "attempts_per_request": "Attempts per request",
    "load_imbalance": "Busiest ÷ mean",
    "server_utilisation": "Servers busy",
    "database_utilisation": "Database busy",
    "queue_length_mean": "Waiting in all servers’ queues",
    "cache_hit_ratio": "Cache hits",
    "cdn_hit_ratio": "CDN hits",
    "cdn_offload": "Answered by the CDN",
    "stale_read_ratio": "Stale reads",
    "read_your_writes_violations": "Own writes not seen",
    "replication_lag_p95_ms": "p95 replica lag",
    "lost_writes": "Writes lost",
    "unavailable_s": "Nobody to serve",
    "write_unavailable_s": "No primary",
    "cost_per_hour": "Cost per hour",
    "cost_per_million_ok": "Cost per million good requests",
})  # fmt: skip
SHARES = {
    "error_rate", "server_utilisation", "database_utilisation", "cache_hit_ratio", "cdn_hit_ratio", "cdn_offload",
    "stale_read_ratio",
}  # fmt: skip
RATES = {"offered_rate", "throughput", "goodput"}
FIGURES = 3
CENTS = 2


def label(metric: str) -> str:
    """What a metric is called."""
    known = LABELS.get(metric)
    return t(known) if known else metric.replace("_", " ").replace(".", " ").capitalize()


def amount(metric: str, number: float | None) -> str:
    """A number of a metric with its unit, as the viewer's language writes it."""
    if number is None:
        return ABSENT
    if metric.startswith("cost_"):
        return money(number)
    if metric in SHARES or metric.startswith("errors."):
        return f"{written(rounded(100 * number, FIGURES))} %"
    unit = (
        "/s" if metric in RATES else " ms" if metric.endswith("_ms") or "_ms." in metric else " s" if metric.endswith("_s") else ""
    )
    return f"{written(rounded(number, FIGURES))}{unit}"


def money(number: float | None) -> str:
    """Dollars; cents where they matter."""
    if number is None:
        return ABSENT
    if abs(number) >= LONG:
        return f"${number:.10g}"
    return f"${figure(number, 0 if number >= 1_000 else CENTS)}"


def written(number: float) -> str:
    """A number with the decimals that it has, at most six."""
    if abs(number) >= LONG:
        return f"{number:.10g}"
    text = f"{number:.6f}".rstrip("0")
    return figure(number, len(text.partition(".")[2]))


def span(found: str, low: str, high: str) -> str:
    """What a design came to, over the judge's runs."""
    return found if low == high else t("{found} (from {low} to {high})", found=found, low=low, high=high)


def missed(words: str, off: str) -> str:
    """What a design came to, and how far beyond the limit that is."""
    return t("{found}: off by {off}", found=words, off=off)


def nothing() -> str:
    """Where there was nothing to measure."""
    return t("Nobody was served, so there is nothing to measure.")
