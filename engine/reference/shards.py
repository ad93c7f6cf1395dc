"""Which group of database nodes an item belongs to: its shard, and with federation its function."""

from bisect import bisect_left

from engine.workload import draws
from engine.workload.counter import scatter, unit
from engine.workload.tables import KEY_SALT


def group_of(world, key):
    """Groups are numbered shard by shard, in each function by function."""
    return shard_of(world.p, key) * world.p.functions + function_of(world, key)


def function_of(world, key):
    """Which function of the product the item belongs to."""
    p = world.p
    return draws.choice(p.function_shares, unit(world.keys[draws.FUNCTION], key, 0)) if p.functions > 1 else 0


def shard_of(p, key):
    """The item's number modulo the shards, or the owner of the first point on the ring from its hash on."""
    if len(p.shard_points) == 0:
        return key % p.shards
    return int(p.shard_owners[bisect_left(p.shard_points, scatter(key, KEY_SALT)) % len(p.shard_points)])
