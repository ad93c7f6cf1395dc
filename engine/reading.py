"""What is read off a running engine at one instant: all that it has counted so far.

Both engines make readings, metrics compare two of them.
"""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Reading:
    """All that had been counted at one instant.

    `nodes` has a row per node: servers first, then database nodes; `cohorts` one per cohort with `log.COUNTED_OF_COHORT`;
    `caches` one per cache node, none while there is no cache.
    """

    time_ns: int
    counts: np.ndarray
    histogram: np.ndarray
    lags: np.ndarray
    nodes: np.ndarray
    server_count: int
    cohorts: np.ndarray
    caches: np.ndarray = field(default_factory=lambda: np.zeros((0, len(CACHE_FIELDS)), dtype=np.int64))


NODE_FIELDS = ("dispatched", "busy_ns", "queue_ns", "waiting", "in_progress", "places", "up", "believed_healthy", "takes_part")
"""Columns of a reading's `nodes`: three cumulative ones, then what is at the instant."""
DISPATCHED, BUSY, QUEUE, WAITING, IN_PROGRESS, PLACES, UP, BELIEVED, TAKES_PART = range(len(NODE_FIELDS))

CACHE_FIELDS = ("look_ups", "hits", "evictions", "size", "capacity", "up", "takes_part")
"""Columns of a reading's `caches`: three cumulative ones, then what is at the instant; capacity -1 is none."""
CACHE_LOOK_UPS, CACHE_HITS, CACHE_EVICTIONS, CACHE_SIZE, CACHE_CAPACITY, CACHE_UP, CACHE_TAKES_PART = range(len(CACHE_FIELDS))
