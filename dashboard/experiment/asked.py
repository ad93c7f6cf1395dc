"""What the browser may ask of whole runs: an experiment, theory beside it, one point of a sweep, a table as CSV.

Each ask holds the controls' values, so that it is complete in itself: {id, seed, kind: {path: value}}, the kind experiment,
quick, theory, point or csv; one for a csv also names its `table`. Everything in it is checked here or in asks.py. Knows nothing of
Streamlit nor of what stands in an answer.
"""

from typing import Any

from dashboard.asks import BadAsk, read_experiment
from dashboard.controls import Control
from dashboard.experiment import run, sweep, tables, theory
from dashboard.memo import MEMO, Memo
from dashboard.runs import Recordings
from dashboard.words import t
from engine.system import System

KINDS = {"experiment": run.answer, "quick": run.quick, "theory": theory.answer, "point": sweep.answer}


def reply(
    start: System, raw: Any, controls: dict[str, Control], recordings: Recordings, memo: Memo = MEMO
) -> dict[str, Any] | None:
    """The answer under the name of what was asked; None for what is not about a whole run. Raises BadAsk."""
    kind = next((name for name in (*KINDS, "csv") if isinstance(raw, dict) and name in raw), None)
    if kind is None:
        return None
    seed, values = read_experiment(raw, controls, kind)
    if kind in KINDS:
        return {kind: KINDS[kind](start, seed, values, recordings, memo)}
    table = raw.get("table")
    if table not in tables.TABLES:
        raise BadAsk(t("table: give one of {names}.", names=", ".join(tables.TABLES)))
    return {kind: tables.answer(start, seed, values, table, recordings)}
