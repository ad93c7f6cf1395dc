"""A store: items with a capacity, an order in which they make room, and an instant at which each expires."""

from collections import OrderedDict

from engine.workload import draws
from engine.workload.counter import unit
from engine.workload.parameters import EVICTIONS, NONE

LRU, FIFO, RANDOM, LFU = range(len(EVICTIONS))


class Entry:
    """A copy of an item: the version it was read in, when it expires, how often it was used, its place among the members."""

    def __init__(self, version, expiry_ns, place):
        self.version = version
        self.expiry_ns = expiry_ns
        self.place = place
        self.uses = 1


class Store:
    """What one machine keeps. `items` begins with the one that was used (or, by FIFO and at random, filled) longest ago."""

    def __init__(self, world, index, eviction, capacity):
        self.clock = world.clock
        self.eviction_key = world.keys[draws.EVICTION]
        self.index = index
        self.eviction = eviction
        self.capacity = capacity
        self.items = OrderedDict()
        self.members = []
        self.is_up = True
        self.look_ups = 0
        self.hits = 0
        self.evictions = 0

    def specify(self, eviction, capacity):
        """Another eviction keeps the items and their order; uses are counted from then on. A smaller capacity evicts at once."""
        if eviction != self.eviction:
            self.eviction = eviction
            self.members = list(self.items)
            for place, entry in enumerate(self.items.values()):
                entry.place = place
                entry.uses = 1
        self.capacity = capacity
        self.make_room(0)

    def find(self, key):
        """The entry of an item, none if it is missing or has expired; an expired one is removed."""
        entry = self.items.get(key)
        if entry is not None and self.clock.now >= entry.expiry_ns:
            self.remove(key)
            return None
        return entry

    def use(self, key):
        """An item has been asked for, or is filled again."""
        self.items[key].uses += 1
        if self.eviction in (LRU, LFU):
            self.items.move_to_end(key)

    def fill(self, key, version, expiry_ns):
        """Keep an item; whoever is first in the order makes room."""
        if key in self.items:
            self.use(key)
            self.items[key].version, self.items[key].expiry_ns = version, expiry_ns
        else:
            self.make_room(1)
            self.add(key, version, expiry_ns)

    def add(self, key, version, expiry_ns):
        self.items[key] = Entry(version, expiry_ns, len(self.members))
        self.members.append(key)

    def add_behind(self, key, version, expiry_ns):
        """Keep an item as the one that was used longest ago."""
        self.add(key, version, expiry_ns)
        self.items.move_to_end(key, last=False)

    def remove(self, key):
        """Forget an item; the last member takes its place."""
        place = self.items.pop(key).place
        last = self.members.pop()
        if last != key:
            self.members[place] = last
            self.items[last].place = place

    def make_room(self, places):
        """Evict until so many items more fit."""
        while self.capacity != NONE and len(self.items) + places > self.capacity:
            self.remove(self.victim())
            self.evictions += 1

    def victim(self):
        """Who goes: used or filled longest ago, anybody, or least often used and of these longest ago."""
        if self.eviction == RANDOM:
            return self.members[int(unit(self.eviction_key, self.evictions, self.index) * len(self.members))]
        if self.eviction == LFU:
            return min(self.items, key=lambda key: self.items[key].uses)
        return next(iter(self.items))

    def empty(self):
        self.items.clear()
        self.members.clear()
