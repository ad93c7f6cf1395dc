"""A result as text: a table to read, or JSON to go on with.

Knows groups, units and absent values; it does not know how a number comes about.
"""

import json
import math
from collections.abc import Iterator
from typing import Any

ABSENT = "–"
GROUPS = (
    ("Traffic", ("offered_rate", "throughput", "goodput")),
    ("Errors", ("error_rate", "errors", "attempts_per_request")),
    ("Latency", ("latency",)),
    ("Where the time goes", ("latency_by_stage_ms",)),
    ("Servers", ("server", "queue_length", "load_", "jain")),
    ("Cache and CDN", ("cache", "cdn")),
    ("Database", ("database", "stale", "read_your_writes", "replication", "lost_writes")),
    ("Availability and cost", ("unavailable_s", "cost")),
    ("Where the money goes, per hour", ("cost_per_hour_by_tier",)),
)
COHORTS = "Cohorts"
OTHER = "Other"


def as_json(result: Any) -> str:
    """The summary by its metric names, with what gave it; an absent value is null."""
    told = {name: getattr(result, name) for name in ("engine", "seed", "requests_sent", "duration_s", "stopped", "note")}
    summary = {name: None if is_absent(value) else value for name, value in flat(result.summary())}
    cohorts = [{name: None if is_absent(value) else value for name, value in row.items()} for row in _cohorts(result)]
    return json.dumps(told | summary | ({"cohorts": cohorts} if cohorts else {}), indent=2, allow_nan=False, default=_plain)


def as_table(result: Any) -> str:
    """The summary in groups, one metric a line, with its unit and, for a steady run, its 95 % interval."""
    steady = result.system.traffic.pattern == "steady" and not result.system.faults
    intervals = result.intervals() if steady else {}
    grouped: dict[str, list[tuple[str, ...]]] = {}
    for name, value in flat(result.summary()):
        unit = unit_of(name)
        row = (label_of(name), shown(value, unit), "" if is_absent(value) else unit, interval(intervals.get(name), unit))
        grouped.setdefault(group_of(name), []).append(row)
    for cohort in _cohorts(result):
        for name in ("sent", "error_rate", "latency_mean_ms"):
            unit = unit_of(name)
            row = (f"{cohort['name']}: {label_of(name)}", shown(cohort[name], unit), "" if is_absent(cohort[name]) else unit, "")
            grouped.setdefault(COHORTS, []).append(row)
    rows = [row for group in grouped.values() for row in group]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    lines = [f"{result.requests_sent:,} requests in {result.duration_s:,.6g} s ({result.engine} engine, seed {result.seed})"]
    lines += [result.note] if result.note else []
    lines += [f"Stopped early: {result.stopped}"] if result.stopped else []
    for group in (*(title for title, _ in GROUPS), COHORTS, OTHER):
        lines += ["", group] if group in grouped else []
        for label, value, unit, spread in grouped.get(group, []):
            lines.append(f"  {label:<{widths[0]}}  {value:>{widths[1]}} {unit:<{widths[2]}}  {spread}".rstrip())
    if any(row[3] for row in rows):
        lines += ["", "Last column: 95 % confidence interval."]
    return "\n".join(lines)


def _cohorts(result: Any) -> list[dict[str, Any]]:
    """What each cohort of clients came to; nothing where all are one."""
    rows = result.cohorts.to_dict("records")
    return rows if len(rows) > 1 else []


def interval(low_high: tuple[float, float] | None, unit: str) -> str:
    """An interval, unless it is absent or has no width."""
    if not low_high or any(map(is_absent, low_high)) or low_high[0] == low_high[1]:
        return ""
    return f"{shown(low_high[0], unit)} – {shown(low_high[1], unit)}"


def flat(summary: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Names and values; what is in a part comes as "part.name"."""
    for name, value in summary.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def is_absent(value: Any) -> bool:
    """Whether there is no such value: nothing, or not a number."""
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def group_of(name: str) -> str:
    """The group whose longest prefix the name has."""
    found = [(len(prefix), title) for title, prefixes in GROUPS for prefix in prefixes if name.startswith(prefix)]
    return max(found)[1] if found else OTHER


def unit_of(name: str) -> str:
    """The unit in which a metric is shown; shares are shown in %."""
    first = name.split(".")[0]
    if first in ("error_rate", "errors", "cdn_offload") or first.endswith(("_ratio", "_utilisation")):
        return "%"
    if first in ("throughput", "goodput") or first.endswith("_rate"):
        return "requests/s"
    if first.startswith("cost_"):
        return "$"
    return "ms" if first.endswith("_ms") else "s" if first.endswith("_s") else ""


def label_of(name: str) -> str:
    """The name as words, without the unit, which stands after the value."""
    first, _, part = name.partition(".")
    if part:
        return part.replace("_", " ")
    return first.removesuffix("_ms").removesuffix("_s").replace("_per_", " per ").replace("_", " ")


def shown(value: Any, unit: str) -> str:
    """A value with the digits that a reader can use."""
    if is_absent(value):
        return ABSENT
    if isinstance(value, (bool, str)):
        return str(value)
    if unit == "%":
        return f"{100 * value:.2f}"
    if isinstance(value, int) or abs(value) >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 0.1 or value == 0 else f"{value:.2g}"


def _plain(value: Any) -> Any:
    """A number of numpy as one of Python."""
    return value.item()
