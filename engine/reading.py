"""What is read off a running engine at one instant: all that it has counted so far.

Both engines make readings, metrics compare two of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

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
STORE_LOOK_UPS, STORE_HITS, STORE_EVICTIONS, STORE_SIZE, STORE_CAPACITY, STORE_UP, STORE_TAKES_PART = range(len(STORE_FIELDS))
FIRST_POP = 100
"""Row of the first region's point of presence; the rows before are the cache's nodes."""
STORES = FIRST_POP + 10


class Readings:
    """Readings in the order of time as arrays with an entry a reading, so that many stretches are told of at once.

    `nodes` has rows for all nodes that any of them has, the `servers` first: [reading, node, field], zeros before a node came.
    """

    def __init__(self, each: Sequence[Reading]):
        self.each = each
        self.time_ns = np.array([one.time_ns for one in each])
        self.counts = np.array([one.counts for one in each])
        self.servers = max(one.server_count for one in each)
        databases = max(len(one.nodes) - one.server_count for one in each)
        self.nodes = np.zeros((len(each), self.servers + databases, each[0].nodes.shape[1]), dtype=np.int64)
        for rows, one in zip(self.nodes, each):
            rows[: one.server_count] = one.nodes[: one.server_count]
            rows[self.servers : self.servers + len(one.nodes) - one.server_count] = one.nodes[one.server_count :]

    @cached_property
    def places_ns(self) -> np.ndarray:
        """[reading, node]: places times the time for which there were so many, up to each reading; between two readings there
        were those of the later one.
        """
        return self._up_to_each(self.nodes[:, :, PLACES])

    @cached_property
    def vcpus_ns(self) -> np.ndarray:
        """[reading]: the same of all servers that took part."""
        servers = self.nodes[:, : self.servers]
        return self._up_to_each(servers[:, :, PLACES] * (servers[:, :, TAKES_PART] > 0)).sum(axis=1)

    def _up_to_each(self, held: np.ndarray) -> np.ndarray:
        spans_ns = np.diff(self.time_ns, prepend=self.time_ns[0])
        return np.cumsum(held * spans_ns[:, None], axis=0)
