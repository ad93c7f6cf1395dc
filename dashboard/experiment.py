"""Experiment: a whole run at once of the system that the controls describe, from empty, with 95 % intervals.

Long enough for what expires or boots in the system, as far as the budget reaches; says what limits the answer. Knows nothing of
Streamlit nor of how it is drawn.
"""

from typing import Any

from dashboard.asks import Change
from dashboard.runs import CORES, MEMO, PLAIN, Memo, Recordings, changed
from engine import simulate
from engine.run import default_duration_s, mean_rate
from engine.system import System

MOST_REQUESTS = 400_000
WARMUP = 0.1
"""Share of the run that is left out of its numbers, because it begins empty."""
FULL = 0.995
"""Busy for so much of the measured time a node is full: queues grow for as long as the run lasts."""
NUMBERS = (
    "latency_p50_ms", "latency_p95_ms", "latency_p99_ms", "error_rate",
    "errors.timeout", "errors.refused", "errors.failed", "errors.unavailable",
    "goodput", "load_imbalance", "server_utilisation", "database_utilisation",
)  # fmt: skip


def answer(start: System, seed: int, values: Change, recordings: Recordings, memo: Memo = MEMO) -> dict[str, Any]:
    """What the browser shows: {requests, simulated_s, numbers: {name: [value, low, high]}, limits, engine}.

    `low` and `high` are None where there is no interval; `limits` are sentences that say what the numbers do not tell.
    Raises BadAsk for values that the system cannot take together.
    """
    system = changed(start, values, recordings)[0]
    key = ("experiment", system.model_dump_json(), seed)
    told = memo.answer(key)
    if told is None:
        with CORES:
            told = _run(system, seed)
        if told["engine"] != PLAIN:
            memo.keep_answer(key, told)
    return told


def _run(system: System, seed: int) -> dict[str, Any]:
    wanted_s = default_duration_s(system)
    length_s = min(wanted_s, MOST_REQUESTS / mean_rate(system))
    result = simulate(system, duration_s=length_s, warmup_s=WARMUP * length_s, seed=seed, keep_requests=0)
    summary = result.summary()
    full = max(summary[name] or 0.0 for name in ("server_utilisation", "database_utilisation")) >= FULL
    full = full or bool((result.nodes["utilisation"] >= FULL).any())
    steady = system.traffic.pattern == "steady" and not full
    intervals = result.intervals() if steady else {}
    limits = []
    if full:
        limits.append("Something is full all the time: the longer the run, the worse the numbers. So there are no intervals.")
    if system.traffic.pattern != "steady":
        limits.append("The traffic is not steady, so there are no intervals.")
    if length_s < 0.99 * wanted_s and not full:
        limits.append(f"A full run of this system takes {wanted_s:,.0f} s; this one ends after some {MOST_REQUESTS:,} requests.")
    limits += [text[0].upper() + text[1:] + "." for text in (result.stopped, result.note) if text]
    return {
        "requests": result.requests_sent,
        "simulated_s": round(result.duration_s, 3),
        "numbers": {name: [_rounded(value) for value in (summary[name], *intervals.get(name, (None, None)))] for name in NUMBERS},
        "limits": limits,
        "engine": result.engine,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")
