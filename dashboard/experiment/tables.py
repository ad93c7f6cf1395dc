"""Tables of a run as CSV: its numbers, what happened over time, and a sample of its requests.

Text that a spreadsheet would take for a formula is quoted, for some of it comes from strangers. Knows nothing of files.
"""

import csv
import io
from collections.abc import Iterable
from typing import Any

import numpy as np

from dashboard.asks import Change
from dashboard.cores import CORES
from dashboard.experiment.microscope import described as as_seen
from dashboard.experiment.run import KEPT_REQUESTS, MOST_REQUESTS, honest_intervals, whole_run
from dashboard.runs import Recordings, changed
from engine import VERSION, Result
from engine.log import STAGES
from engine.system import System

SAMPLE = 1_000
"""Requests of the sample: a table that a spreadsheet opens at once."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a cell that is a formula begins with (OWASP, CSV injection)."""


def answer(start: System, seed: int, values: Change, table: str, recordings: Recordings) -> dict[str, str]:
    """{table, text}."""
    system = changed(start, values, recordings)[0]
    with CORES:
        result = whole_run(system, seed, MOST_REQUESTS, KEPT_REQUESTS if table == "requests" else 0)
    return {"table": table, "text": TABLES[table](result)}


def summary_csv(result: Result) -> str:
    """A line a metric with its interval, then the run and the fields of its system that are not as by default."""
    intervals = honest_intervals(result)
    rows = [[name, value, *intervals.get(name, (None, None))] for name, value in result.summary().items()]
    rows += [["seed", result.seed], ["engine_version", VERSION], ["requests", result.requests_sent]]
    rows += [["simulated_s", result.duration_s]]
    default = System().model_dump()
    for part, fields in result.system.model_dump().items():
        if isinstance(fields, dict):
            rows += [[f"system.{part}.{name}", value] for name, value in fields.items() if value != default[part][name]]
    return csv_text(["name", "value", "low_95", "high_95"], rows)


def timeline_csv(result: Result) -> str:
    """A line a window."""
    table = result.timeline.astype(object).where(result.timeline.notna(), None)
    return csv_text(list(table.columns), table.itertuples(index=False))


def requests_csv(result: Result) -> str:
    """A line a request of an even sample, with its stages in ms."""
    kept = np.unique(result.rows[result.rows[:, 0] >= 0, 0]) if len(result.rows) else np.zeros(0, np.int64)
    final = result.requests[(result.requests["final"] == 1) & (result.requests["outcome"] >= 0)]["request"].to_numpy()
    kept = np.intersect1d(kept, final)
    numbers = kept[np.linspace(0, len(kept) - 1, min(SAMPLE, len(kept))).astype(int)] if len(kept) else kept
    head = ["request", "arrived_s", "kind", "outcome", "region", "user", "server", "db_node", "cache_hit", "attempts", "latency_ms"]
    rows = [
        [
            one["request"], one["at_s"], one["kind"], one["outcome"], one["region"], one["user"], one["server"], one["db"],
            one.get("hit"), len(one.get("attempts", [0])), one["total_us"] / 1_000,
            *(one["parts_us"].get(stage, 0) / 1_000 for stage in STAGES),
        ]
        for one in as_seen(result, numbers.tolist())
    ]  # fmt: skip
    return csv_text([*head, *(f"{stage}_ms" for stage in STAGES)], rows)


TABLES = {"summary": summary_csv, "timeline": timeline_csv, "requests": requests_csv}


def csv_text(head: list[str], rows: Iterable[Iterable[Any]]) -> str:
    """Lines of values separated by commas, with a heading; what is not there is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue()


def cell(value: Any) -> str:
    """A number as it is; text and whatever else with an apostrophe before what would be a formula."""
    if value is None:
        return ""
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        return f"{value:.9g}" if isinstance(value, float | np.floating) else str(value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
