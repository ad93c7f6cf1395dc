"""Window: what happened over a trailing window, from the counters of the readings in it: exact, however the run was cut.

The charts, what is said in words and what stands beside the bars all come from here. Knows nothing of asks, words or drawing.
"""

from bisect import bisect_right
from dataclasses import dataclass, replace
from operator import attrgetter

import numpy as np

from engine.reading import BUSY, DISPATCHED, PLACES, QUEUE, WAITING, Reading

TIME = attrgetter("time_ns")


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


def within(cuts: list[Reading], end_ns: int, window_s: float) -> list[Reading]:
    """The cuts of the window that ends at `end_ns`; shorter when there are none so far back."""
    last = bisect_right(cuts, end_ns, key=TIME)
    first = bisect_right(cuts, end_ns - round(window_s * 1e9), 0, last, key=TIME)
    return cuts[max(0, first - 1) : last]


def over(cuts: list[Reading], end_ns: int, window_s: float, servers: int) -> Over:
    """What the nodes did in the window that ends at `end_ns`. `servers` is how many the answer tells of."""
    inside = within(cuts, end_ns, window_s)
    databases = len(inside[-1].nodes) - inside[-1].server_count
    tables = [_laid_out(cut, servers, databases) for cut in inside]
    change = tables[-1] - tables[0]
    rise = np.maximum(change, 0)
    span_ns = max(1, inside[-1].time_ns - inside[0].time_ns)
    places = np.zeros(len(rise))
    for before, cut, table in zip(inside, inside[1:], tables[1:]):
        places += table[:, PLACES] * (cut.time_ns - before.time_ns)
    busy = np.divide(rise[:, BUSY], places, out=np.zeros(len(rise)), where=places > 0)
    taken, growth = (1e9 * column / span_ns for column in (rise[:, DISPATCHED], change[:, WAITING]))
    return Over(span_ns / 1e9, 100 * np.minimum(busy, 1), rise[:, QUEUE] / span_ns, taken, growth)


def _laid_out(cut: Reading, servers: int, databases: int) -> np.ndarray:
    """A cut's counters with so many rows for servers and for database nodes: new ones had counted nothing."""
    rows = np.zeros((servers + databases, cut.nodes.shape[1]), cut.nodes.dtype)
    known, behind = min(servers, cut.server_count), cut.nodes[cut.server_count :][:databases]
    rows[:known] = cut.nodes[:known]
    rows[servers : servers + len(behind)] = behind
    return rows
