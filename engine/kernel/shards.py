"""Which group of database nodes holds an item: its shard, and with federation its function."""

from engine.jit import inlined, jitable
from engine.workload import draws
from engine.workload.counter import scatter, unit
from engine.workload.tables import KEY_SALT


@inlined
def group_of(w, key):
    """The group that holds an item."""
    return group_among(w, key) if w.par[0].groups > 1 else 0


@jitable
def group_among(w, key):
    """Groups are numbered shard by shard, in each function by function."""
    par = w.par[0]
    function = 0
    if par.functions > 1:
        function = draws.choice(w.function_shares, unit(w.keys[draws.FUNCTION], key, 0))
    return shard_of(w, key) * par.functions + function


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
