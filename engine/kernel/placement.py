"""Which cache node is in charge of each item: a table made anew whenever the set of nodes changes, and the keys that move;
and which items are to be copied to another group of database nodes.

Works on numpy arrays: none of this happens in an event.
"""

import numpy as np

from engine.kernel.shards import UNDER_WAY
from engine.kernel.state import NIL, Arrays
from engine.workload.counter import scatter_array
from engine.workload.parameters import Parameters
from engine.workload.tables import KEY_SALT, groups_of, same_groups

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


def planned(w: Arrays, p: Parameters, old: Parameters) -> Arrays:
    """The same state with what is to move between groups: `moves` in order, a stretch of it for each group, and who has what.

    Items that are no longer asked for move at once.
    """
    items, run = len(w.items), w.run[0]
    moves, origins = w.moves, w.origins
    if not same_groups(old, p):
        before, after = (groups_of(items, one, w.keys.tolist()) for one in (old, p))
        known = np.flatnonzero(origins != NIL)
        before[known] = origins[known] & (UNDER_WAY - 1)
        gone = p.items + np.flatnonzero(before[p.items :] != after[p.items :])
        w.items["moved"][gone] = w.items["last_write"][gone]
        keys = np.flatnonzero(before[: p.items] != after[: p.items])
        moves = keys[np.lexsort((keys, after[keys], before[keys]))]
        origins = np.full(items if len(keys) else 0, NIL, dtype=np.int64)
        origins[keys] = before[keys]
        of_group = before[moves], np.arange(len(w.groups))
        w.groups["next_move"], w.groups["end_move"] = np.searchsorted(*of_group), np.searchsorted(*of_group, side="right")
        run["keys_moving"] = len(keys)
        run["copy_round"] += 1
    elif 0 < len(origins) < items:
        origins = np.concatenate([origins, np.full(items - len(origins), NIL, dtype=np.int64)])
    w.par[0]["many_groups"] = p.groups > 1 or len(origins) > 0
    return w._replace(moves=moves, origins=origins)
