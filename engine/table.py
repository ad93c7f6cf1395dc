"""A result as text: a table to read, or JSON to go on with.

Knows groups, units and absent values; it does not know how a number comes about.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import asdict
from fractions import Fraction
from typing import Any

ABSENT = "–"
GROUPS = (
    ("Traffic", ("offered_rate", "throughput", "goodput")),
    ("Errors", ("error_rate", "errors", "attempts_per_request")),
    ("Latency", ("latency",)),
    ("Where the time goes", ("latency_by_stage_ms",)),
    ("Servers", ("server", "queue_length", "load_", "jain")),
    ("Cache and CDN", ("cache", "cdn")),
    ("Database", ("database", "stale", "read_your_writes", "replication", "lost_writes", "keys_moved", "keys_moving")),
    ("Availability and cost", ("unavailable_s", "write_unavailable_s", "cost")),
    ("Where the money goes, per hour", ("cost_per_hour_by_tier",)),
)
COHORTS = "Cohorts"
OTHER = "Other"


def as_json(result: Any, more: dict[str, Any] | None = None) -> str:
    """The summary by its metric names, with what gave it; an absent value is null. `more` is added at the end."""
    told = {name: getattr(result, name) for name in ("engine", "seed", "requests_sent", "duration_s", "stopped", "note")}
    summary = {name: None if is_absent(value) else value for name, value in flat(result.summary())}
    cohorts = [{name: None if is_absent(value) else value for name, value in row.items()} for row in _cohorts(result)]
    said = told | summary | ({"cohorts": cohorts} if cohorts else {}) | (more or {})
    return json.dumps(said, indent=2, allow_nan=False, default=_plain)


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


def tail_as_table(tail: Any, buckets: list[Any]) -> str:
    """What makes the slow requests slow, a stage a line, and real requests of every speed with their largest parts."""
    if tail is None:
        lines = ["Slowest requests: too few were answered and kept to speak of them"]
    else:
        lines = [
            f"Slowest {100 * (1 - tail.tail_quantile):.3g} % beside the middle of {tail.kept_count:,} kept requests "
            f"({tail.tail_count:,} beside {tail.middle_count:,}), mean ms",
            _tail_line("", "middle", "slowest", "share of the excess"),
        ]
        parts = [part for part in tail.parts if part.middle_ns or part.tail_ns]
        for part in sorted(parts, key=lambda part: -part.excess_ns):
            lines.append(_tail_line(part.stage, part.middle_ns, part.tail_ns, part.excess_ratio))
        lines.append(_tail_line("all", tail.middle_ns, tail.tail_ns, None if tail.tail_ns == tail.middle_ns else 1))
    lines += ["", "Requests of every speed, ms"]
    for bucket in buckets:
        low, high = (f"{edge / 1e6:,.10g}" for edge in (bucket.low_ns, bucket.high_ns))
        lines.append(f"  {low} to {high}: {bucket.kept_count:,} kept")
        for one in bucket.exemplars:
            largest = sorted((part for part in one.parts_ns.items() if part[1]), key=lambda part: -part[1])
            said = ", ".join(f"{label_of(stage)} {shown(part_ns / 1e6, 'ms')}" for stage, part_ns in largest[:3])
            said += ", …" if len(largest) > 3 else ""
            attempts = f" in {one.attempts} attempts" if one.attempts > 1 else ""
            lines.append(f"    request {one.request:,}{attempts}: {shown(one.latency_ns / 1e6, 'ms')} = {said}")
    return "\n".join(lines)


def _tail_line(name: str, middle: Any, slowest: Any, share: Any) -> str:
    cells = [shown(cell / 1e6, "ms") if isinstance(cell, int) else cell for cell in (middle, slowest)]
    part = share if isinstance(share, str) else ABSENT if share is None else f"{100 * float(share):.1f} %"
    return f"  {label_of(name):<18}{cells[0]:>10}{cells[1]:>10}  {part:>20}".rstrip()


def tail_as_json(tail: Any, buckets: list[Any]) -> dict[str, Any]:
    """The same as plain values, in ns; shares as numbers."""
    said = None
    if tail is not None:
        parts = [asdict(part) | {"excess_ns": part.excess_ns} for part in tail.parts]
        said = asdict(tail) | {"middle_ns": tail.middle_ns, "tail_ns": tail.tail_ns, "parts": parts}
    return {"tail": said, "exemplars": [asdict(bucket) for bucket in buckets]}


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
    """A number of numpy, or a fraction, as one of Python."""
    return float(value) if isinstance(value, Fraction) else value.item()
