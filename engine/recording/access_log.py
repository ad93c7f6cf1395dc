"""Access logs of web servers, in the common and the combined format: one line a request, counted by interval.

Knows the lines' format and when they were written; it does not look at who asked for what.
Source of the format: Apache HTTP Server 2.4, "Log Files", Common and Combined Log Format; nginx's `combined` is the same.
"""

import math
import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import numpy as np

from engine.recording.lines import BadLines, LineError, RecordingError, text_of
from engine.system.traffic import MAX_RECORDING_POINTS, MAX_TIME_S

INTERVALS_S = (1.0, 10.0, 60.0, 600.0, 3_600.0, 21_600.0, 86_400.0)
"""Lengths that are tried, the shortest first."""
ENOUGH_REQUESTS = 10
"""Mean requests in an interval from which on its count says more than chance: with one request in it, a second of rest and a
second at twice the mean rate look the same."""

# Nothing in it can match in two ways, so that a line made to be slow is not.
_LINE = re.compile(
    r"\S+ \S+ [^\[]*\[(?P<date>\d{2}/[A-Z][a-z]{2}/\d{4}):(?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2}) (?P<zone>[+-]\d{4})\]"
    r' "(?:[^"\\]|\\.)*" \d{3} (?:\d+|-)(?= |$)',
    re.ASCII,
)
_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}


def is_access_log(line: bytes) -> bool:
    """Whether a line is one of an access log."""
    try:
        read_line(text_of(line))
    except LineError:
        return False
    return True


def read_access_log(numbered: Iterable[tuple[int, bytes]], bad: BadLines) -> list[int]:
    """The times (s since 1970, UTC) of all requests, in order.

    Servers write a line when the answer is out, with the time at which the request came: the file is not in order.
    """
    times = []
    for number, line in numbered:
        try:
            times.append(read_line(text_of(line)))
        except LineError as error:
            bad.add(number, line, str(error))
    return sorted(times)


def read_line(text: str) -> int:
    """When the request of a line was, in s since 1970, UTC."""
    found = _LINE.match(text)
    if not found:
        raise LineError("is not a line of an access log in common or combined format")
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"])
    if hour > 23 or minute > 59 or second > 60:  # 60: a leap second
        raise LineError("the time of day does not exist")
    return _midnight_s(found["date"], found["zone"]) + 3_600 * hour + 60 * minute + second


@lru_cache(maxsize=1_024)
def _midnight_s(day_text: str, zone: str) -> int:
    day, month, year = day_text.split("/")
    try:
        days = date(int(year), _MONTHS[month], int(day)).toordinal() - date(1970, 1, 1).toordinal()
    except (KeyError, ValueError):
        raise LineError("the date does not exist") from None
    hours, minutes = int(zone[1:3]), int(zone[3:])
    if hours > 14 or minutes > 59:
        raise LineError("the time zone does not exist")
    return 86_400 * days - (1 if zone[0] == "+" else -1) * (3_600 * hours + 60 * minutes)


def count(times: list[int], interval_s: float | None) -> tuple[list[float], list[float], float]:
    """Requests by interval from the first one on: starts (s), requests, and the length of an interval."""
    span_s = times[-1] - times[0] + 1
    if span_s > MAX_TIME_S:
        raise RecordingError(f"covers {span_s:,} s, but {MAX_TIME_S:,.0f} s at most can be used: is the date of a line wrong?")
    interval_s = interval_s or _choose(len(times), span_s)
    intervals = -int(-span_s // interval_s)
    if intervals > MAX_RECORDING_POINTS:
        least_s = math.ceil(span_s / MAX_RECORDING_POINTS)
        raise RecordingError(
            f"has {intervals:,} intervals of {interval_s:g} s, more than {MAX_RECORDING_POINTS:,}: choose {least_s:,} s or longer"
        )
    if intervals < 2:
        raise RecordingError(f"covers only {span_s:,} s: not even two intervals of {interval_s:g} s")
    places = ((np.asarray(times) - times[0]) // interval_s).astype(np.int64)
    counts = np.bincount(places, minlength=intervals)
    return (np.arange(intervals) * interval_s).tolist(), counts.astype(float).tolist(), interval_s


def _choose(requests: int, span_s: int) -> float:
    """The shortest interval that fits the limit and holds enough requests; where none does, the longest of which there are two."""
    fitting = [length for length in INTERVALS_S if span_s <= length * MAX_RECORDING_POINTS and (span_s > length or length == 1)]
    return next((length for length in fitting if requests >= ENOUGH_REQUESTS * span_s / length), fitting[-1])
