"""Window: what every node did over a trailing window, from the counters of the readings in it: exact, however the run was cut.

What is said in words and what stands beside the bars both come from here. Knows nothing of asks, words or drawing.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.reading import BUSY, DISPATCHED, PLACES, QUEUE, WAITING


@dataclass(frozen=True)
class Cut:
    """A reading without what windows do not need."""

    time_ns: int
    nodes: np.ndarray
    server_count: int


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


def cuts_of(readings: list[Any]) -> list[Cut]:
    """The readings of a slice, slim."""
    return [Cut(reading.time_ns, reading.nodes, reading.server_count) for reading in readings]


def over(cuts: list[Cut], end_ns: int, window_s: float, servers: int) -> Over:
    """The window that ends at `end_ns`; shorter when there are no cuts so far back. `servers` is how many the answer tells of."""
    back_ns = end_ns - round(window_s * 1e9)
    until = [cut for cut in cuts if cut.time_ns <= end_ns]
    first = max((i for i, cut in enumerate(until) if cut.time_ns <= back_ns), default=0)
    within = until[first:]
    tables = [_laid_out(cut, servers) for cut in within]
    change = tables[-1] - tables[0]
    rise = np.maximum(change, 0)
    span_ns = max(1, within[-1].time_ns - within[0].time_ns)
    places = np.zeros(len(rise))
    for before, cut, table in zip(within, within[1:], tables[1:]):
        places += table[:, PLACES] * (cut.time_ns - before.time_ns)
    busy = np.divide(rise[:, BUSY], places, out=np.zeros(len(rise)), where=places > 0)
    taken, growth = (1e9 * column / span_ns for column in (rise[:, DISPATCHED], change[:, WAITING]))
    return Over(span_ns / 1e9, 100 * np.minimum(busy, 1), rise[:, QUEUE] / span_ns, taken, growth)


def _laid_out(cut: Cut, servers: int) -> np.ndarray:
    """A cut's counters with this many rows for servers: new ones had counted nothing."""
    known = min(servers, cut.server_count)
    missing = np.zeros((servers - known, cut.nodes.shape[1]), cut.nodes.dtype)
    return np.concatenate([cut.nodes[:known], missing, cut.nodes[cut.server_count :]])
