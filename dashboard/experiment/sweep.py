"""Sweep: one point of a curve, that is a run of bounded length with one control at one value; the browser asks point after point.

So a sweep is cancelled by not asking on, and each person has one point at a time. Knows nothing of which control is swept.
"""

from typing import Any

from dashboard.asks import Change
from dashboard.experiment import theory
from dashboard.experiment.figures import numbers, rounded
from dashboard.experiment.run import NUMBERS, honest_intervals, is_full, whole_run
from dashboard.memo import MEMO, Memo
from dashboard.runs import Recordings, changed
from engine.run import default_duration_s, mean_rate
from engine.system import System

MOST_REQUESTS = 120_000
"""Requests of one point."""


def answer(start: System, seed: int, values: Change, recordings: Recordings, memo: Memo = MEMO) -> dict[str, Any]:
    """{numbers: {metric: [value, low, high]}, theory: {metric: value}, simpler: {metric: value}, full, short, engine}.

    `simpler` is theory of a system without what the formula does not know; `short` says that the budget cut the run.
    """
    system = changed(start, values, recordings)[0]
    key = ("point", system.model_dump_json(), seed)
    return memo.computed(key, lambda: _point(system, seed))


def _point(system: System, seed: int) -> dict[str, Any]:
    result = whole_run(system, seed, MOST_REQUESTS, 0)
    fitting, simpler = theory.values(system)
    return {
        "numbers": numbers(result.summary(), honest_intervals(result), NUMBERS),
        "theory": {metric: rounded(value) for metric, value in fitting.items() if metric in NUMBERS},
        "simpler": {metric: rounded(value) for metric, value in simpler.items() if metric in NUMBERS},
        "full": is_full(result),
        "short": MOST_REQUESTS / mean_rate(system) < 0.99 * default_duration_s(system),
        "engine": result.engine,
    }
