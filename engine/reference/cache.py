"""The cache beside the database: real keys, a store for them, what a write does to them."""

from engine.reference.store import Store
from engine.workload import draws
from engine.workload.counter import unit
from engine.workload.parameters import NONE, ON_WRITE
from engine.workload.rates import NEVER

INVALIDATE, UPDATE, LEAVE = range(len(ON_WRITE))


class Cache:
    """Items with the version they were read in and the time at which they expire."""

    def __init__(self, world):
        self.world = world
        self.clock = world.clock
        self.store = Store(world, 0)
        self.store.specify(world.p.cache_capacity, world.p.cache_eviction)

    def start(self):
        """Begin empty, or with the most popular items, their ages spread over the time to live."""
        p = self.world.p
        if not (p.cache and p.start_warm):
            return
        count = p.items if p.cache_capacity == NONE else min(p.items, p.cache_capacity)
        for key in reversed(range(count)):
            left_ns = NEVER if p.ttl_ns == NONE else draws.to_ns(unit(self.world.keys[draws.WARM], key, 0), p.ttl_ns)
            self.store.fill(key, 0, left_ns)

    def expiry_ns(self):
        ttl_ns = self.world.p.ttl_ns
        return NEVER if ttl_ns == NONE else self.clock.now + ttl_ns

    def look_up(self, key):
        """The cached version of an item, none if it is missing or has expired."""
        copy = self.store.look_up(key)
        if copy is None:
            return None
        if self.world.p.ttl_from_use:
            copy.expiry_ns = self.expiry_ns()
        return copy.version

    def fill(self, key, version):
        """Keep what the database answered."""
        if self.world.p.cache:
            self.store.fill(key, version, self.expiry_ns())

    def written(self, key, version):
        """A write has been committed."""
        copy = self.store.copies.get(key)
        if copy is None:
            return
        if self.world.p.on_write == INVALIDATE:
            self.store.remove(key)
        elif self.world.p.on_write == UPDATE:
            copy.version, copy.expiry_ns = version, self.expiry_ns()

    def change(self, old, new):
        """Switched off, the cache forgets; made smaller, it evicts at once."""
        if not new.cache:
            self.store.clear()
        self.store.specify(new.cache_capacity, new.cache_eviction)
