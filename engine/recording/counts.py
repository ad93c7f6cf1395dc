"""A CSV of (time or timestamp, requests): one row an interval.

Knows columns, times and counts; it does not know files, and leaves the lengths of the intervals to `shape`.
"""

import csv
import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from engine.recording.lines import BadLines, LineError, RecordingError, text_of
from engine.system.traffic import MAX_COUNT

TIME_COLUMNS = ("timestamp", "time", "time_s", "datetime", "date")
COUNT_COLUMNS = ("requests", "count", "value")
MIN_STEP_S = 0.001
"""Time between two rows at least."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_EPOCH = datetime(1970, 1, 1)


def read_counts(numbered: Iterable[tuple[int, bytes]], bad: BadLines) -> tuple[list[float], list[float]]:
    """The times (s, rising) and requests of all rows that can be used; the others are put into `bad`."""
    times: list[float] = []
    counts: list[float] = []
    columns: _Columns | None = None
    form = ""
    for number, line in numbered:
        try:
            text = text_of(line)
            if columns is None:
                columns = _Columns(text)
                if columns.named:
                    continue
            time_text, count_text = columns.pick(text)
            time, its_form = parse_time(time_text)
            if form and its_form != form:
                raise LineError(f"the time is {its_form}, but those before it are {form}")
            if times and time < times[-1] + MIN_STEP_S:
                raise LineError("the time is the same as in the row before it" if time == times[-1] else "the time does not rise")
            count = parse_count(count_text)
        except LineError as error:
            bad.add(number, line, str(error))
            continue
        form = its_form
        times.append(time)
        counts.append(count)
    return times, counts


class _Columns:
    """Which column holds the time and which the requests; a first line without any time or number names them."""

    def __init__(self, first: str) -> None:
        self.delimiter = next((mark for mark in ",;\t" if mark in first), ",")
        cells = self._cells(first)
        self.named = not any(_is_value(cell) for cell in cells)
        self.number, self.time, self.count = 2, 0, 1
        if self.named:
            names = [cell.lower() for cell in cells]
            self.number, self.time, self.count = len(cells), _index(names, TIME_COLUMNS), _index(names, COUNT_COLUMNS)

    def _cells(self, text: str) -> list[str]:
        try:
            return [cell.strip() for cell in next(csv.reader([text], delimiter=self.delimiter, strict=True))]
        except csv.Error as error:
            raise LineError(f"is not CSV ({error})") from None

    def pick(self, text: str) -> tuple[str, str]:
        cells = self._cells(text)
        if len(cells) != self.number:
            raise LineError(f"has {len(cells)} columns instead of {self.number}")
        return cells[self.time], cells[self.count]


def _is_value(cell: str) -> bool:
    try:
        parse_time(cell)
    except LineError:
        return False
    return True


def _index(names: list[str], known: tuple[str, ...]) -> int:
    for name in known:
        if name in names:
            return names.index(name)
    given = ", ".join(name[:40] for name in names[:20])
    raise RecordingError(
        f"is neither an access log nor a CSV of (time, requests): its first line has the columns {given}; "
        f"a CSV needs one of {', '.join(TIME_COLUMNS)} and one of {', '.join(COUNT_COLUMNS)}"
    )


def parse_time(text: str) -> tuple[float, str]:
    """A time in seconds, and its form: seconds, or a date and time with or without a zone."""
    if _NUMBER.fullmatch(text):
        time = float(text)
        if not math.isfinite(time):
            raise LineError("the time is not a finite number")
        return time, "seconds"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise LineError(
            "the time is neither seconds nor a date such as 2014-04-10 00:04:00" if text else "the time is missing"
        ) from None
    if moment.tzinfo is None:
        return (moment - _EPOCH).total_seconds(), "dates without a time zone"
    return moment.astimezone(UTC).timestamp(), "dates with a time zone"


def parse_count(text: str) -> float:
    """A number of requests."""
    if not _NUMBER.fullmatch(text):
        raise LineError("the requests are not a number" if text else "the requests are missing")
    count = float(text)
    if count < 0:
        raise LineError("the requests are negative")
    if count > MAX_COUNT:
        raise LineError(f"the requests are above {MAX_COUNT:,.0f}")
    return count
