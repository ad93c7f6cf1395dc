"""A store: copies with a capacity, an eviction rule and times to live. A cache node is one, a point of presence another."""

from collections import OrderedDict

from engine.workload import draws
from engine.workload.counter import unit
from engine.workload.parameters import EVICTIONS, NONE

LRU, LFU, FIFO, RANDOM = (EVICTIONS.index(name) for name in ("lru", "lfu", "fifo", "random"))


class Copy:
    """A cached copy: the version that was read, when it expires, and how often it was used since it was filled."""

    def __init__(self, version, expiry_ns):
        self.version = version
        self.expiry_ns = expiry_ns
        self.uses = 1


class Store:
    """Copies by key, the next to go first: by last use, or by filling where a use does not count."""

    def __init__(self, world, number):
        self.world = world
        self.clock = world.clock
        self.number = number
        self.copies = OrderedDict()
        self.members = []
        self.eviction = LRU
        self.capacity = NONE
        self.look_ups = 0
        self.hits = 0
        self.evictions = 0

    def specify(self, capacity, eviction):
        """Another capacity evicts at once; under another rule all uses begin anew."""
        self.capacity = capacity
        if eviction != self.eviction:
            self.eviction = eviction
            self.members = list(self.copies) if eviction == RANDOM else []
            for copy in self.copies.values():
                copy.uses = 1
        while self.is_over(capacity):
            self.evict()

    def is_over(self, size):
        return self.capacity != NONE and len(self.copies) > size

    def look_up(self, key):
        """The copy of a key, none if it is missing or has expired; an expired one is removed."""
        self.look_ups += 1
        copy = self.copies.get(key)
        if copy is None:
            return None
        if self.clock.now >= copy.expiry_ns:
            self.remove(key)
            return None
        self.hits += 1
        self.use(key)
        copy.uses += 1
        return copy

    def use(self, key):
        """A hit or a fill: where recency counts, the key is the last to go."""
        if self.eviction in (LRU, LFU):
            self.copies.move_to_end(key)

    def fill(self, key, version, expiry_ns):
        """Keep a copy; another makes room."""
        copy = self.copies.get(key)
        if copy is not None:
            copy.version, copy.expiry_ns = version, expiry_ns
            self.use(key)
            return
        while self.is_over(self.capacity - 1):
            self.evict()
        self.copies[key] = Copy(version, expiry_ns)
        if self.eviction == RANDOM:
            self.members.append(key)

    def evict(self):
        """Make room for one: by the rule, the least used (the least recently used of them), the first, or any."""
        if self.eviction == RANDOM:
            share = unit(self.world.keys[draws.EVICTION], self.evictions, self.number)
            key = self.members[int(share * len(self.members))]
        elif self.eviction == LFU:
            key = min(self.copies, key=lambda each: self.copies[each].uses)
        else:
            key = next(iter(self.copies))
        self.evictions += 1
        self.remove(key)

    def remove(self, key):
        """Forget a copy; among those to pick from at random the last one takes its place."""
        del self.copies[key]
        if self.eviction == RANDOM:
            last = self.members.pop()
            if last != key:
                self.members[self.members.index(key)] = last

    def clear(self):
        """Forget everything."""
        self.copies.clear()
        self.members.clear()
