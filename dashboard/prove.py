"""Proof: both engines on the same few requests, compared column by column; and theory beside a measured run.

Bounded work, at most one simulation a core. Calls the engine, and knows nothing of how the outcome is shown.
"""

from typing import Any

import numpy as np

from dashboard.runs import CORES, MEMO, PLAIN, Memo
from engine import Result, simulate
from engine.log import COLUMNS, COUNTED
from engine.run import default_duration_s, mean_rate
from engine.system import System
from engine.theory.predictions import predictions
from engine.workload.tables import round_trip_ms

REQUESTS = 300
"""Requests that both engines simulate; retries come on top as further rows."""
MOST_REQUESTS = 200_000
"""Requests of the run that theory is held against."""
WARMUP = 0.1
REFERENCE = "reference"


def prove(system: System, seed: int) -> dict[str, Any]:
    """Run the reference and the kernel, and say how many rows of their logs differ."""
    with CORES:
        runs = [simulate(system, requests=REQUESTS, seed=seed, engine=engine) for engine in (REFERENCE, "auto")]
    return compared(*runs)


def compared(one: Result, other: Result) -> dict[str, Any]:
    """What differs between two runs: rows, and for every column and counter how many of its values; all compared with ==."""
    rows = min(len(one.rows), len(other.rows))
    different = one.rows[:rows] != other.rows[:rows]
    missing = max(len(one.rows), len(other.rows)) - rows
    counts = np.asarray(one.readings[-1].counts) != np.asarray(other.readings[-1].counts)
    return {
        "requests": one.requests_sent,
        "rows": rows + missing,
        "differing": int(different.any(axis=1).sum()) + missing,
        "columns": [
            {"name": name, "meaning": meaning, "differing": int(different[:, column].sum()) + missing}
            for column, (name, meaning) in enumerate(COLUMNS.items())
        ],
        "counters": len(COUNTED),
        "counters_differing": int(counts.sum()),
        "engine": other.engine,
    }


def theory(system: System, seed: int, memo: Memo = MEMO) -> dict[str, Any]:
    """Each prediction for the system beside a run: {requests, seconds, engine, rows: [{metric, formula, source, predicted, …}]}."""
    key = ("theory", system.model_dump_json(), seed)
    told = memo.answer(key)
    if told is None:
        with CORES:
            length_s = min(default_duration_s(system), MOST_REQUESTS / mean_rate(system))
            result = simulate(system, duration_s=length_s, warmup_s=WARMUP * length_s, seed=seed, keep_requests=0)
        told = beside(system, result)
        if told["engine"] != PLAIN:
            memo.keep_answer(key, told)
    return told


def beside(system: System, result: Result) -> dict[str, Any]:
    """The predictions for a system beside what a run of it measured, each with its interval where there is one."""
    summary, intervals = result.summary(), result.intervals()
    rows = []
    for prediction in predictions(system, round_trip_ms):
        low, high = intervals.get(prediction.metric, (None, None))
        inside = None if prediction.value is None or low is None else bool(low <= prediction.value <= high)
        rows.append({
            "metric": prediction.metric, "formula": prediction.formula, "source": prediction.source,
            "predicted": prediction.value, "failing": prediction.failing, "approximate": prediction.approximate,
            "measured": summary[prediction.metric], "low": low, "high": high, "inside": inside,
        })  # fmt: skip
    return {"requests": result.requests_sent, "seconds": round(result.duration_s, 1), "engine": result.engine, "rows": rows}
