"""Which cache node is in charge of each item: a table made anew whenever the set of nodes changes, and the keys that move.

Works on numpy arrays: none of this happens in an event.
"""

import numpy as np

from engine.workload.counter import scatter_array
from engine.workload.parameters import Parameters
from engine.workload.tables import KEY_SALT

NOBODY = -1


def homes_of(p: Parameters, is_up: np.ndarray, items: int) -> np.ndarray:
    """The node in charge of each of so many items."""
    up = np.flatnonzero(is_up[: p.cache_nodes])
    if len(up) == 0:
        return np.full(items, NOBODY, dtype=np.int64)
    keys = np.arange(items, dtype=np.int64)
    if p.cache_modulo or len(up) == 1:
        return up[keys % len(up)]
    there = np.isin(p.cache_ring_owners, up)
    points, owners = p.cache_ring_points[there], p.cache_ring_owners[there]
    return owners[np.searchsorted(points, scatter_array(items, KEY_SALT)) % len(points)]


def moved(p: Parameters, is_up: np.ndarray, old: Parameters, was_up: np.ndarray) -> int:
    """Items of the catalogue whose node in charge is another than before."""
    if not (p.cache and old.cache):
        return 0
    same = p.cache_nodes == old.cache_nodes and p.cache_modulo == old.cache_modulo
    if same and (is_up[: p.cache_nodes] == was_up[: p.cache_nodes]).all():
        return 0
    return int((homes_of(p, is_up, p.items) != homes_of(old, was_up, p.items)).sum())
