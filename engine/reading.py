"""What is read off a running engine at one instant: all that it has counted so far.

Both engines make readings, metrics compare two of them.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Reading:
    """All that had been counted at one instant.

    `nodes` has a row per node: servers first, then database nodes; `cohorts` one per cohort with `log.COUNTED_OF_COHORT`,
    `regions` one per region with `log.COUNTED_OF_REGION`, `stores` one per cache node and point of presence with STORE_FIELDS;
    `wanted` is how many servers there should be, those that boot and those that are down included; `keys_moving` how many items
    are still to be copied to another shard.
    """

    time_ns: int
    counts: np.ndarray
    histogram: np.ndarray
    lags: np.ndarray
    nodes: np.ndarray
    server_count: int
    cohorts: np.ndarray
    regions: np.ndarray
    stores: np.ndarray
    wanted: int = 0
    keys_moving: int = 0


NODE_FIELDS = (
    "dispatched",
    "busy_ns",
    "queue_ns",
    "waiting",
    "in_progress",
    "places",
    "up",
    "believed_healthy",
    "takes_part",
    "breaker",
    "shard",
    "is_primary",
)
"""Columns of a reading's `nodes`: three cumulative ones, then what is at the instant: breaker 0 closed, 1 open, 2 on trial; of a
database node its group and whether it is the primary there, NIL of any other node.
"""
DISPATCHED, BUSY, QUEUE, WAITING, IN_PROGRESS, PLACES, UP, BELIEVED, TAKES_PART, BREAKER, SHARD, IS_PRIMARY = range(
    len(NODE_FIELDS)
)
NIL = -1

STORE_FIELDS = ("look_ups", "hits", "evictions", "size", "capacity", "up", "takes_part")
"""Columns of a reading's `stores`, the cache's nodes first, then a place for each region: three cumulative ones, then what is at
the instant; a capacity of -1 is none.
"""
FIRST_POP = 100
"""Row of the first region's point of presence; the rows before are the cache's nodes."""
STORES = FIRST_POP + 10
