"""Window: what happened over a trailing window, from the counters of the readings in it: exact, however the run was cut.

The charts, what is said in words and what stands beside the bars all come from here. Knows nothing of asks, words or drawing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from engine.reading import BUSY, DISPATCHED, QUEUE, WAITING, Reading, Readings


@dataclass(frozen=True)
class Over:
    """Means over a window, one entry a node, servers first."""

    span_s: float
    busy: np.ndarray
    """In percent."""
    waiting: np.ndarray
    """Requests in its queue, on average over the window."""
    taken: np.ndarray
    """Attempts that reached it in a second."""
    growth: np.ndarray
    """Requests by which its queue grew in a second."""


def cuts_of(readings: list[Reading]) -> list[Reading]:
    """The readings of a slice, without what no window tells of, and in less room."""
    return [
        replace(reading, histogram=reading.histogram.astype(np.int32), lags=reading.lags.astype(np.int32)) for reading in readings
    ]


class Windows:
    """The windows of `window_s` that end at each of some times (ns), all of them with cuts; shorter where none is so far back."""

    def __init__(self, cuts: list[Reading], ends_ns: Sequence[int], window_s: float):
        self.window_s = window_s
        self.readings = Readings(cuts)
        times, ends = self.readings.time_ns, np.array(ends_ns)
        self.last = times.searchsorted(ends, "right") - 1
        self.first = np.maximum(times.searchsorted(ends - round(window_s * 1e9), "right") - 1, 0)
        """The cuts with which each begins and ends, by their numbers."""

    def __len__(self) -> int:
        return len(self.last)

    def over(self, place: int) -> Over:
        """What the nodes did in one of them."""
        return Over(self._spans_ns[place] / 1e9, *(values[place] for values in self._means))

    @cached_property
    def _spans_ns(self) -> np.ndarray:
        return np.maximum(self.readings.time_ns[self.last] - self.readings.time_ns[self.first], 1)

    @cached_property
    def _means(self) -> tuple[np.ndarray, ...]:
        """[window, node]: busy, waiting, taken, growth."""
        change = self.readings.nodes[self.last] - self.readings.nodes[self.first]
        places_ns = self.readings.places_ns[self.last] - self.readings.places_ns[self.first]
        rise, spans_ns = np.maximum(change, 0), self._spans_ns[:, None]
        busy = np.divide(rise[:, :, BUSY], places_ns, out=np.zeros(places_ns.shape), where=places_ns > 0)
        taken, growth = (1e9 * column / spans_ns for column in (rise[:, :, DISPATCHED], change[:, :, WAITING]))
        return 100 * np.minimum(busy, 1), rise[:, :, QUEUE] / spans_ns, taken, growth
