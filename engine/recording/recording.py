"""A recording as a value, and the traffic that plays it.

Knows nothing of files.
"""

import math
from dataclasses import dataclass
from typing import Any, Literal

from engine.recording.lines import BadLine, RecordingError
from engine.system.traffic import Traffic


@dataclass(frozen=True)
class Recording:
    """Requests by interval: `times_s[i]` is the start of an interval, from 0.

    An interval lasts until the next one, the last as long as the median of the others.
    `bad_lines` are the first lines that were left out, `bad_count` is their number; `notes` say what was done to the rest.
    """

    times_s: tuple[float, ...]
    requests: tuple[float, ...]
    mean_rate: float
    duration_s: float
    kind: Literal["counts", "access log"]
    name: str = ""
    bad_lines: tuple[BadLine, ...] = ()
    bad_count: int = 0
    notes: tuple[str, ...] = ()

    @property
    def in_words(self) -> str:
        """One sentence on what was recorded."""
        return (
            f"{self.name or 'recording'}: {sum(self.requests):,.0f} requests in {length_in_words(self.duration_s)} ({self.kind}, "
            f"{len(self.times_s):,} intervals), {self.mean_rate:,.4g} requests/s on average"
        )

    def traffic_fields(self, speed: float = 1.0, scale: float = 1.0) -> dict[str, Any]:
        """The fields of a system's `traffic` that play this `speed` times as fast, with `scale` times its mean rate."""
        return {
            "pattern": "recorded",
            "recording": [[time, count] for time, count in zip(self.times_s, self.requests)],
            "recording_speed": _within("speed", speed, "recording_speed", 1.0),
            "rate": _within("scale", scale, "rate", self.mean_rate),
        }


def _within(word: str, given: float, field: str, of: float) -> float:
    """The value of a traffic field, `given` times `of`, if the field allows it; else say which values of `given` it allows."""
    if not is_positive(given):
        raise RecordingError(f"{word}: {given!r} is not a number above 0")
    limits = Traffic.model_fields[field].metadata
    low = next(limit.ge for limit in limits if hasattr(limit, "ge"))
    high = next(limit.le for limit in limits if hasattr(limit, "le"))
    value = float(given) * of
    if not low <= value <= high:
        raise RecordingError(
            f"{word}: {given:g} makes traffic.{field} {value:.4g}, which must lie between {low:g} and {high:,.0f}; "
            f"choose a {word} between {low / of:.4g} and {high / of:.4g}"
        )
    return value


def is_positive(value: Any) -> bool:
    """Whether this is a finite number above 0."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < math.inf


def length_in_words(seconds: float) -> str:
    """A length of time in the largest unit of which there are at least two, or exactly one."""
    for unit, size in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size or seconds == size:
            return f"{seconds / size:.4g} {unit if seconds != 86_400 else 'day'}"
    return f"{seconds:.4g} s"
