"""Which group of database nodes has an item: its shard's, with federation its function's; until it has moved, its old one."""

from engine.jit import inlined, jitable
from engine.workload import draws
from engine.workload.counter import scatter, unit
from engine.workload.tables import KEY_SALT

UNDER_WAY = 1 << 20
"""Added to the group that still has an item while a batch with it is under way."""


@inlined
def group_of(w, key):
    """The group that has an item."""
    return group_among(w, key) if w.par[0].many_groups else 0


@jitable
def group_among(w, key):
    """Where it still is, or where it belongs: groups are numbered shard by shard, in each function by function."""
    if len(w.origins) > 0 and w.origins[key] >= 0:
        return w.origins[key] & (UNDER_WAY - 1)
    return shard_of(w, key) * w.par[0].functions + function_of(w, key)


@jitable
def function_of(w, key):
    """Which function of the product the item belongs to."""
    if w.par[0].functions == 1:
        return 0
    return draws.choice(w.function_shares, unit(w.keys[draws.FUNCTION], key, 0))


@inlined
def is_under_way(w, key):
    """Whether the item is being copied at this instant."""
    return len(w.origins) > 0 and w.origins[key] >= UNDER_WAY


@jitable
def shard_of(w, key):
    """The item's number modulo the shards, or the owner of the first point on the ring from its hash on."""
    points = len(w.shard_points)
    if points == 0:
        return key % w.par[0].shards
    hashed = scatter(key, KEY_SALT)
    low, high = 0, points
    while low < high:
        middle = (low + high) // 2
        if w.shard_points[middle] < hashed:
            low = middle + 1
        else:
            high = middle
    return w.shard_owners[low if low < points else 0]
