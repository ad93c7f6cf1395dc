"""The cache: real keys on one node or several, what makes room for what, a time to live. The entry of item k is entry k."""

from engine.jit import inlined, jitable
from engine.kernel import store
from engine.kernel.agenda import at_once, new_slot
from engine.kernel.state import CACHE_NODES, NIL, STALE_SERVED
from engine.workload import draws
from engine.workload.counter import unit
from engine.workload.rates import NEVER

INVALIDATE, UPDATE, LEAVE = range(3)
REFRESH = 20
"""What follows at once: an expired item is fetched anew in the background."""
REFRESH_KIND = 8
"""What stands in the `kind` of such a slot."""


@inlined
def in_charge(w, key):
    """The node that keeps an item, of those that are up; -1 if none is."""
    if w.par[0].cache_nodes == 1:
        return 0 if w.stores[0].is_up else -1
    return w.homes[key]


@inlined
def expiry(w, request, attempt):
    """When what is filled or used now expires."""
    par = w.par[0]
    if par.ttl_ns < 0:
        return NEVER
    if par.ttl_jitter_ratio == 0.0:
        return w.run[0].now + par.ttl_ns
    share = 1.0 - par.ttl_jitter_ratio * unit(w.keys[draws.TTL], request, attempt)
    return w.run[0].now + draws.to_ns(share, par.ttl_ns * 1.0)


@inlined
def look_up(w, slot):
    """The cached version of an item, -1 if it is missing or has expired."""
    a = w.slots[slot]
    node = in_charge(w, a.key)
    if node < 0:
        return -1
    w.stores[node].look_ups += 1
    if w.par[0].stale_ns > 0 and is_stale(w, node, a.key):
        return look_up_stale(w, slot, node)
    if not store.find(w, node, a.key):
        return -1
    w.stores[node].hits += 1
    store.use(w, node, a.key)
    entry = w.entries[a.key]
    if w.par[0].ttl_from_use:
        entry.expiry = expiry(w, a.request, a.attempt)
    return entry.version


@jitable
def is_stale(w, node, key):
    """Whether an item has expired not so long ago that it may not be served any more."""
    return store.holds(w, node, key) and 0 <= w.run[0].now - w.entries[key].expiry < w.par[0].stale_ns


@jitable
def look_up_stale(w, slot, node):
    """Serve an expired item, and let it be fetched anew unless it is already."""
    a = w.slots[slot]
    w.stores[node].hits += 1
    w.counts[STALE_SERVED] += 1
    store.use(w, node, a.key)
    if w.fetches[a.key].refresh == NIL:
        refresh = new_slot(w)
        b = w.slots[refresh]
        b.kind = REFRESH_KIND
        b.request = a.request
        b.attempt = a.attempt
        b.key = a.key
        b.state = 0
        w.fetches[a.key].refresh = refresh
        at_once(w, REFRESH, refresh, 0)
    return w.entries[a.key].version


@inlined
def fill(w, slot):
    """Keep what the database answered, on the node in charge and on no other."""
    a = w.slots[slot]
    node = in_charge(w, a.key)
    if not w.par[0].cache or node < 0:
        return
    entry = w.entries[a.key]
    if entry.before != store.ABSENT and entry.store != node:
        store.remove(w, a.key)
    store.fill(w, node, a.key, a.version, expiry(w, a.request, a.attempt))


@jitable
def written(w, slot, version):
    """A write has been committed; the node in charge hears of it."""
    a = w.slots[slot]
    if not store.holds(w, in_charge(w, a.key), a.key):
        return
    if w.par[0].on_write == INVALIDATE:
        store.remove(w, a.key)
    elif w.par[0].on_write == UPDATE:
        entry = w.entries[a.key]
        entry.version = version
        entry.expiry = expiry(w, a.request, a.attempt)


@jitable
def change_cache(w):
    """Switched off, it forgets; made smaller, it evicts at once; nodes that are removed forget."""
    par = w.par[0]
    for node in range(par.cache_nodes if par.cache else 0, CACHE_NODES):
        store.empty(w, node)
    for node in range(CACHE_NODES):
        store.specify(w, node, par.eviction, par.cache_capacity)


@jitable
def flush(w, index):
    """A node forgets all that it holds; all nodes if the index is -1."""
    for node in range(CACHE_NODES):
        if index < 0 or node == index:
            store.empty(w, node)


@jitable
def start_warm(w, count):
    """The most popular items on each node, so many in all, their ages spread over the time to live."""
    par = w.par[0]
    key = 0
    while count > 0 and key < len(w.items):
        node = in_charge(w, key)
        if par.cache_capacity < 0 or w.stores[node].size < par.cache_capacity:
            store.add_behind(w, node, key)
            entry = w.entries[key]
            entry.version = 0
            entry.expiry = NEVER if par.ttl_ns < 0 else draws.to_ns(unit(w.keys[draws.WARM], key, 0), par.ttl_ns * 1.0)
            count -= 1
        key += 1
