"""The cache: real keys on one node or several, what makes room for what, a time to live."""

from bisect import bisect_left

from engine.reference.store import Store
from engine.workload import draws
from engine.workload.counter import scatter, unit
from engine.workload.parameters import NONE, ON_WRITE
from engine.workload.rates import NEVER
from engine.workload.tables import KEY_SALT

INVALIDATE, UPDATE, LEAVE = range(len(ON_WRITE))


class Cache:
    """The nodes, and which of them is in charge of an item. An item has one copy at most."""

    def __init__(self, world):
        self.world = world
        self.clock = world.clock
        self.stores = []
        self.keys_moved = 0
        self.stale_served = 0
        self.refreshing = set()
        self.add_nodes(world.p)

    def add_nodes(self, p):
        while len(self.stores) < p.cache_nodes:
            self.stores.append(Store(self.world, len(self.stores), p.eviction, p.cache_capacity))

    def start(self):
        """Begin empty, or with the most popular items on each node, their ages spread over the time to live."""
        p = self.world.p
        if not (p.cache and p.start_warm):
            return
        for key in range(p.items):
            store = self.in_charge(key, p)
            if store.capacity == NONE or len(store.items) < store.capacity:
                left_ns = NEVER if p.ttl_ns == NONE else draws.to_ns(unit(self.world.keys[draws.WARM], key, 0), p.ttl_ns)
                store.add_behind(key, 0, left_ns)

    # Placement

    def in_charge(self, key, p):
        """The node that keeps an item, of those that are up; none if none is."""
        up = [store for store in self.stores[: p.cache_nodes] if store.is_up]
        if not up:
            return None
        if p.cache_modulo:
            return up[key % len(up)]
        points, owners = p.cache_ring_points, p.cache_ring_owners
        first = bisect_left(points, scatter(key, KEY_SALT))
        return next(
            store for place in range(first, first + len(points)) if (store := self.stores[owners[place % len(points)]]).is_up
        )

    def places(self, p):
        """Who is in charge of each item of the catalogue."""
        return [self.in_charge(key, p) for key in range(self.world.p.items)] if p.cache else []

    def count_moved(self, before, after):
        self.keys_moved += sum(one is not other for one, other in zip(before, after))

    # What servers and the database do

    def expiry_ns(self, attempt):
        """When what is filled or used now expires."""
        p = self.world.p
        if p.ttl_ns == NONE:
            return NEVER
        if p.ttl_jitter_ratio == 0.0:
            return self.clock.now + p.ttl_ns
        share = 1.0 - p.ttl_jitter_ratio * unit(self.world.keys[draws.TTL], attempt.request, attempt.attempt)
        return self.clock.now + draws.to_ns(share, p.ttl_ns)

    def look_up(self, attempt):
        """The cached version of an item, none if it is missing or has expired."""
        store = self.in_charge(attempt.key, self.world.p)
        if store is None:
            return None
        store.look_ups += 1
        if self.is_stale(store, attempt.key):
            return self.look_up_stale(store, attempt)
        entry = store.find(attempt.key)
        if entry is None:
            return None
        store.hits += 1
        store.use(attempt.key)
        if self.world.p.ttl_from_use:
            entry.expiry_ns = self.expiry_ns(attempt)
        return entry.version

    def is_stale(self, store, key):
        """Whether an item has expired not so long ago that it may not be served any more."""
        if key not in store.items:
            return False
        late_ns = self.clock.now - store.items[key].expiry_ns
        return 0 <= late_ns < self.world.p.stale_ns

    def look_up_stale(self, store, attempt):
        """Serve an expired item, and let it be fetched anew unless it is already."""
        store.hits += 1
        self.stale_served += 1
        store.use(attempt.key)
        if attempt.key not in self.refreshing:
            self.refreshing.add(attempt.key)
            self.clock.process(self.world.data.refresh(attempt))
        return store.items[attempt.key].version

    def fill(self, attempt, version):
        """Keep what the database answered, on the node in charge and on no other."""
        p = self.world.p
        store = self.in_charge(attempt.key, p)
        if not p.cache or store is None:
            return
        for other in self.stores:
            if other is not store and attempt.key in other.items:
                other.remove(attempt.key)
        store.fill(attempt.key, version, self.expiry_ns(attempt))

    def written(self, attempt, version):
        """A write has been committed; the node in charge hears of it."""
        store = self.in_charge(attempt.key, self.world.p)
        if store is None or attempt.key not in store.items:
            return
        if self.world.p.on_write == INVALIDATE:
            store.remove(attempt.key)
        elif self.world.p.on_write == UPDATE:
            entry = store.items[attempt.key]
            entry.version, entry.expiry_ns = version, self.expiry_ns(attempt)

    # What happens to it

    def flush(self, index):
        """A node forgets all that it holds; all nodes if none is named."""
        for store in self.stores:
            if index in (None, store.index):
                store.empty()

    def lose(self, index):
        """A node dies with all that it holds; others take charge of its items."""
        self.set_up(self.stores[index], False)
        self.stores[index].empty()

    def recover(self, index):
        """A node is up again, and empty."""
        self.set_up(self.stores[index], True)

    def set_up(self, store, is_up):
        before = self.places(self.world.p)
        store.is_up = is_up
        self.count_moved(before, self.places(self.world.p))

    def change(self, old, new):
        """Switched off, it forgets; made smaller, it evicts at once; nodes that are added are empty, those removed forget."""
        before = self.places(old)
        self.add_nodes(new)
        for store in self.stores[old.cache_nodes : new.cache_nodes]:
            store.is_up = True
        for store in self.stores[new.cache_nodes if new.cache else 0 :]:
            store.empty()
        for store in self.stores:
            store.specify(new.eviction, new.cache_capacity)
        self.count_moved(before, self.places(new))
