"""The cache: real keys, least recently used out first, a time to live."""

from collections import OrderedDict

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
        self.items = OrderedDict()

    def start(self):
        """Begin empty, or with the most popular items, their ages spread over the time to live."""
        p = self.world.p
        if not (p.cache and p.start_warm):
            return
        count = p.items if p.cache_capacity == NONE else min(p.items, p.cache_capacity)
        for key in reversed(range(count)):
            left_ns = NEVER if p.ttl_ns == NONE else draws.to_ns(unit(self.world.keys[draws.WARM], key, 0), p.ttl_ns)
            self.items[key] = (0, left_ns)

    def expiry_ns(self):
        ttl_ns = self.world.p.ttl_ns
        return NEVER if ttl_ns == NONE else self.clock.now + ttl_ns

    def look_up(self, key):
        """The cached version of an item, none if it is missing or has expired; an expired one is removed."""
        if key not in self.items:
            return None
        version, expiry_ns = self.items[key]
        if self.clock.now >= expiry_ns:
            del self.items[key]
            return None
        self.items.move_to_end(key)
        if self.world.p.ttl_from_use:
            self.items[key] = (version, self.expiry_ns())
        return version

    def fill(self, key, version):
        """Keep what the database answered; the least recently used item makes room."""
        if not self.world.p.cache:
            return
        self.items[key] = (version, self.expiry_ns())
        self.items.move_to_end(key)
        self.shrink()

    def shrink(self):
        capacity = self.world.p.cache_capacity
        while capacity != NONE and len(self.items) > capacity:
            self.items.popitem(last=False)

    def written(self, key, version):
        """A write has been committed."""
        if key not in self.items:
            return
        if self.world.p.on_write == INVALIDATE:
            del self.items[key]
        elif self.world.p.on_write == UPDATE:
            self.items[key] = (version, self.expiry_ns())

    def change(self, old, new):
        """Switched off, it forgets; made smaller, it evicts at once."""
        if not new.cache:
            self.items.clear()
        self.shrink()
