"""Reading a file of recorded traffic: finds out what it is, and refuses what cannot be used.

Knows the order of the steps; each step's module knows how.
"""

import os
from itertools import chain, islice

from engine.recording import access_log, shape
from engine.recording.counts import read_counts
from engine.recording.lines import BadLines, RecordingError, lines, load
from engine.recording.recording import Recording, is_positive, length_in_words
from engine.system.traffic import LEAST_RECORDED, MAX_RECORDING_POINTS, MAX_TIME_S

LOOKED_AT = 100
"""Lines at the start among which one of an access log makes the file one."""


def read_recording(
    source: bytes | str | os.PathLike,
    *,
    name: str = "",
    accept_bad_lines: bool = False,
    interval_s: float | None = None,
    limit_bytes: int = 20_000_000,
    limit_inflated: int = 100_000_000,
) -> Recording:
    """Read a CSV of (time, requests) or an access log, plain or gzip, from its path or its bytes.

    An access log is counted by intervals of `interval_s`; without it, by an interval that suits it.
    A line that cannot be used is an error that names it, unless `accept_bad_lines`: then the rest is used.
    """
    if not isinstance(source, (bytes, bytearray, memoryview, str, os.PathLike)):
        raise TypeError(f"source: give the path or the bytes of a file, not a value of type {type(source).__name__}")
    if interval_s is not None and not (is_positive(interval_s) and interval_s >= 1):
        raise RecordingError(f"interval_s: {interval_s!r} is not a number from 1 on (access logs tell whole seconds)")
    if not name and isinstance(source, (str, os.PathLike)):
        name = os.fsdecode(os.path.basename(source))
    bad = BadLines()
    try:
        return _read(load(source, limit_bytes, limit_inflated), name, accept_bad_lines, interval_s, bad)
    except RecordingError as error:
        raise RecordingError(f"{name or 'the recording'} {error}", bad) from None


def _read(data: bytes, name: str, accept_bad_lines: bool, interval_s: float | None, bad: BadLines) -> Recording:
    numbered = lines(data)
    start = list(islice(numbered, LOOKED_AT))
    if not start:
        raise RecordingError("is empty")
    is_log = any(access_log.is_access_log(line) for _, line in start)
    numbered, notes = chain(start, numbered), []
    if is_log:
        request_times = access_log.read_access_log(numbered, bad)
        _judge(bad, len(request_times), accept_bad_lines)
        times, counts, length_s = access_log.count(request_times, interval_s)
        duration_s = length_s * len(times)
        notes.append(f"counted by {length_in_words(length_s)}")
    else:
        if interval_s is not None:
            raise RecordingError("is not an access log: its intervals are as they were recorded, so leave interval_s out")
        times, counts = read_counts(numbered, bad)
        _judge(bad, len(times), accept_bad_lines)
        times, counts, gaps = shape.fill_gaps([time - times[0] for time in times], counts)
        duration_s = times[-1] + shape.last_interval_s(times)
        if gaps:
            notes.append(f"{_number(gaps, 'gap')}, in which no requests are assumed")
    if duration_s > MAX_TIME_S:
        raise RecordingError(
            f"covers {length_in_words(duration_s)}, but {length_in_words(MAX_TIME_S)} at most can be used: is a date wrong, "
            "or is the time not in seconds?"
        )
    if len(times) > MAX_RECORDING_POINTS:
        intervals = len(times)
        times, counts = shape.thin(times, counts, duration_s)
        notes.append(f"{intervals:,} intervals summed into {len(times):,} of {length_in_words(duration_s / len(times))}")
    if sum(counts) < LEAST_RECORDED:
        raise RecordingError("has no requests in it")
    if bad.count:
        notes.append(f"{_number(bad.count, 'bad line')} left out")
    return Recording(
        times_s=tuple(times),
        requests=tuple(counts),
        mean_rate=sum(counts) / duration_s,
        duration_s=duration_s,
        kind="access log" if is_log else "counts",
        name=name,
        bad_lines=tuple(bad.first),
        bad_count=bad.count,
        notes=tuple(notes),
    )


def _judge(bad: BadLines, good: int, accept_bad_lines: bool) -> None:
    """Refuse a file with too few lines that can be used, or with bad ones that nobody agreed to leave out."""
    listed = "".join(f"\n  {line}" for line in bad.first)
    if bad.count > len(bad.first):
        listed += f"\n  … and {bad.count - len(bad.first):,} more"
    if good < 2:
        raise RecordingError(
            f"has {_number(good, 'line')} that can be used, and a recording needs at least two{listed and ':' + listed}"
        )
    if bad.count and not accept_bad_lines:
        raise RecordingError(
            f"has {_number(bad.count, 'line')} that cannot be used, and {good:,} that can:{listed}\n"
            "Correct them, or agree to use the rest without them (accept_bad_lines; on the command line --accept-bad-lines)."
        )


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
