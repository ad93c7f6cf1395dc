"""Proof: both engines on the same few requests, compared column by column; and theory beside a measured run.

Bounded work, at most one simulation a core. Calls the engine, and knows nothing of how the outcome is shown.
"""

from typing import Any

import numpy as np

from dashboard.cores import CORES
from dashboard.experiment.run import honest_intervals, whole_run
from dashboard.experiment.theory import soon
from dashboard.memo import MEMO, Memo
from dashboard.words import language
from engine import Result, simulate
from engine.log import COLUMNS, COUNTED
from engine.system import System

REQUESTS = 300
"""Requests that both engines simulate; retries come on top as further rows."""
MOST_REQUESTS = 200_000
"""Requests of the run that theory is held against."""
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
    """Each prediction that is soon made beside a run of the system: {requests, seconds, engine, rows: [{metric, formula, …}]}."""
    key = ("beside", system.model_dump_json(), seed, language())  # a table has words in it
    return memo.computed(key, lambda: beside(system, whole_run(system, seed, MOST_REQUESTS, keep_requests=0)))


def beside(system: System, result: Result) -> dict[str, Any]:
    """The predictions for a system beside what a run of it measured, each with its interval where there is one."""
    summary, intervals = result.summary(), honest_intervals(result)
    rows = []
    for prediction in soon(system):
        low, high = intervals.get(prediction.metric, (None, None))
        inside = None if prediction.value is None or low is None else bool(low <= prediction.value <= high)
        rows.append({
            "metric": prediction.metric, "formula": prediction.formula, "source": prediction.source,
            "predicted": prediction.value, "failing": prediction.failing, "approximate": prediction.approximate,
            "measured": summary[prediction.metric], "low": low, "high": high, "inside": inside,
        })  # fmt: skip
    return {"requests": result.requests_sent, "seconds": round(result.duration_s, 1), "engine": result.engine, "rows": rows}
