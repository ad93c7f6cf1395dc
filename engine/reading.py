"""What is read off a running engine at one instant: all that it has counted so far.

Both engines make readings, metrics compare two of them.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Reading:
    """All that had been counted at one instant.

    `nodes` has a row per node: servers first, then database nodes; `cohorts` one per cohort with `log.COUNTED_OF_COHORT`.
    """

    time_ns: int
    counts: np.ndarray
    histogram: np.ndarray
    lags: np.ndarray
    nodes: np.ndarray
    server_count: int
    cohorts: np.ndarray


NODE_FIELDS = (
    "dispatched", "busy_ns", "queue_ns", "waiting", "in_progress", "places", "up", "believed_healthy", "takes_part",
    "shard", "is_primary",
)  # fmt: skip
"""Columns of a reading's `nodes`: three cumulative ones, then what is at the instant; the last two are a database node's group
and whether it is the primary there, NIL of any other node."""
DISPATCHED, BUSY, QUEUE, WAITING, IN_PROGRESS, PLACES, UP, BELIEVED, TAKES_PART, SHARD, IS_PRIMARY = range(len(NODE_FIELDS))
NIL = -1
