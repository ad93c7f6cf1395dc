"""Experiment: a whole run at once of the system that the controls describe, from empty, with 95 % intervals.

Long enough for what expires or boots in the system, as far as the budget reaches; says what limits the answer. Knows nothing of
Streamlit nor of how it is drawn.
"""

import math
from typing import Any

from dashboard.asks import Change
from dashboard.experiment import histogram, money, tail
from dashboard.experiment.figures import numbers
from dashboard.memo import MEMO, Memo
from dashboard.runs import Recordings, changed
from dashboard.words import engine_text, figure, language, t
from engine import VERSION, Result, simulate
from engine.run import default_duration_s, mean_rate
from engine.system import System

MOST_REQUESTS = 400_000
QUICK_REQUESTS = 101_000
"""Requests of a run that is asked for while a control is being moved."""
KEPT_REQUESTS = 20_000
"""Requests kept to be looked at one by one, evenly thinned; all numbers are counted over all."""
WINDOWS = 66
"""Windows of a run: two for each batch that intervals are taken from,"""
LEFT_OUT = 6
"""and the first ones, which are left out of its numbers because it begins empty."""
FULL = 0.995
"""Busy for so much of the measured time a node is full: queues grow for as long as the run lasts."""
NUMBERS = (
    "latency_mean_ms", "latency_p50_ms", "latency_p95_ms", "latency_p99_ms", "latency_p999_ms", "error_rate",
    "errors.timeout", "errors.refused", "errors.failed", "errors.unavailable",
    "offered_rate", "throughput", "goodput", "attempts_per_request", "load_imbalance", "server_utilisation", "database_utilisation",
    "queue_length_mean", "latency_by_stage_ms.server_queue", "latency_by_stage_ms.database_queue",
    "cache_hit_ratio", "cdn_hit_ratio", "cdn_offload", "stale_read_ratio", "read_your_writes_violations",
    "replication_lag_p95_ms", "lost_writes", "unavailable_s", "write_unavailable_s", "cost_per_hour", "cost_per_million_ok",
)  # fmt: skip


def answer(start: System, seed: int, values: Change, recordings: Recordings, memo: Memo = MEMO) -> dict[str, Any]:
    """What the browser shows: {requests, simulated_s, numbers: {name: [value, low, high]}, limits, …}.

    `low` and `high` are None where there is no interval; `limits` are sentences that say what the numbers do not tell.
    Raises BadAsk for values that the system cannot take together.
    """
    return _remembered(changed(start, values, recordings)[0], seed, memo, MOST_REQUESTS)


def quick(start: System, seed: int, values: Change, recordings: Recordings, memo: Memo = MEMO) -> dict[str, Any]:
    """The same of a run that is cut where the system asks for a longer one; then `more` says that there is more to ask for."""
    system = changed(start, values, recordings)[0]
    more = default_duration_s(system) * mean_rate(system) > QUICK_REQUESTS
    return _remembered(system, seed, memo, QUICK_REQUESTS if more else MOST_REQUESTS) | {"more": more}


def _remembered(system: System, seed: int, memo: Memo, most_requests: int) -> dict[str, Any]:
    key = ("experiment", system.model_dump_json(), seed, most_requests, language())
    return memo.computed(key, lambda: _run(system, seed, most_requests))


def _run(system: System, seed: int, most_requests: int) -> dict[str, Any]:
    result = whole_run(system, seed, most_requests, KEPT_REQUESTS)
    summary, intervals = result.summary(), honest_intervals(result)
    return {
        "requests": result.requests_sent,
        "simulated_s": round(result.duration_s, 3),
        "seed": seed,
        "version": VERSION,
        "numbers": numbers(summary, intervals, NUMBERS),
        "limits": limits(result, most_requests),
        "histogram": histogram.described(result),
        "tail": tail.described(result),
        "money": money.described(result),
        "engine": result.engine,
    }


def whole_run(system: System, seed: int, most_requests: int, keep_requests: int) -> Result:
    """A run from empty of the length that the system asks for, of at most about so many requests."""
    length_s = min(default_duration_s(system), most_requests / mean_rate(system))
    window_s = math.ceil(1e9 * length_s / WINDOWS) / 1e9
    return simulate(
        system, duration_s=length_s, window_s=window_s, warmup_s=LEFT_OUT * window_s, seed=seed, keep_requests=keep_requests
    )


def is_full(result: Result) -> bool:
    """Whether some node is busy all the time."""
    summary = result.summary()
    full = max(summary[name] or 0.0 for name in ("server_utilisation", "database_utilisation")) >= FULL
    return full or bool((result.utilisations >= FULL).any())


def honest_intervals(result: Result) -> dict[str, tuple[float, float]]:
    """The intervals of a run that batch means may be taken of: of steady traffic, with nothing full."""
    return result.intervals() if result.system.traffic.pattern == "steady" and not is_full(result) else {}


def limits(result: Result, most_requests: int) -> list[str]:
    """What the numbers of a run do not tell, in sentences."""
    told, full, wanted_s = [], is_full(result), default_duration_s(result.system)
    if full:
        told.append(t("Something is full all the time: the longer the run, the worse the numbers. So there are no intervals."))
    if result.system.traffic.pattern != "steady":
        told.append(t("The traffic is not steady, so there are no intervals."))
    if result.duration_s < 0.99 * wanted_s and not full and not result.stopped:
        told.append(t(
            "A full run of this system takes {seconds} s; this one ends after some {requests} requests.",
            seconds=figure(wanted_s), requests=figure(most_requests),
        ))  # fmt: skip
    said = [engine_text(text) for text in (result.stopped, result.note) if text]
    return told + [text[0].upper() + text[1:] + "." for text in said]
