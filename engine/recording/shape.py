"""From rows to the intervals of a recording: how long each lasts, what gaps mean, and how many the system takes.

Knows nothing of files.
"""

from statistics import median

import numpy as np

from engine.system.traffic import MAX_RECORDING_POINTS

REGULAR_RATIO = 0.9
"""Share of the steps that must be like the median for a longer one to be a gap."""
LIKE = 0.1
"""Deviation from the median, relative to it, of a step that is like it (a day of 25 hours is like a day)."""
GAP = 1.5
"""Multiple of the median from which on a step is a gap."""


def last_interval_s(times: list[float]) -> float:
    """Length of the last interval, which no further row ends: the median of the others."""
    return float(median(np.diff(times)))


def fill_gaps(times: list[float], counts: list[float]) -> tuple[list[float], list[float], int]:
    """End the row before each gap after the usual time; until the next row nothing was counted. Returns the number of gaps too.

    Such files leave out the intervals without requests (so do those of AWS CloudWatch and every SQL query that counts by minute),
    so nothing is invented. Where the rows keep no regular step, each lasts until the next.
    """
    steps = np.diff(times)
    usual_s = float(median(steps))
    if np.mean(np.abs(steps - usual_s) <= LIKE * usual_s) < REGULAR_RATIO:
        return times, counts, 0
    filled_times, filled_counts, gaps = [], [], 0
    for time, count, step in zip(times, counts, [*steps.tolist(), 0.0]):
        filled_times.append(time)
        filled_counts.append(count)
        if step >= GAP * usual_s:
            filled_times.append(time + usual_s)
            filled_counts.append(0.0)
            gaps += 1
    return filled_times, filled_counts, gaps


def thin(times: list[float], counts: list[float], end_s: float) -> tuple[list[float], list[float]]:
    """Sum the intervals into longer ones of equal length, so that the system takes them; the sum stays the same."""
    each = -(-len(times) // MAX_RECORDING_POINTS)
    edges = np.linspace(times[0], end_s, -(-len(times) // each) + 1)
    sums = np.interp(edges, [*times, end_s], np.concatenate([[0.0], np.cumsum(counts)]))
    return edges[:-1].tolist(), np.diff(sums).tolist()
