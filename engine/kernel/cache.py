"""The cache beside the database: real keys, a store for them, what a write does to them."""

from engine.jit import inlined, jitable
from engine.kernel import store
from engine.workload import draws
from engine.workload.counter import unit
from engine.workload.rates import NEVER

INVALIDATE, UPDATE, LEAVE = range(3)
NODE = 0
"""The store of the cache."""


@inlined
def expiry(w):
    par = w.par[0]
    return NEVER if par.ttl_ns < 0 else w.run[0].now + par.ttl_ns


@inlined
def look_up(w, key):
    """The cached version of an item, -1 if it is missing or has expired."""
    if not store.look_up(w, w.items, NODE, key):
        return -1
    item = w.items[key]
    if w.par[0].ttl_from_use:
        item.expiry = expiry(w)
    return item.version


@inlined
def fill(w, key, version):
    """Keep what the database answered."""
    if w.par[0].cache:
        store.fill(w, w.items, NODE, key, version, expiry(w))


@jitable
def written(w, key, version):
    """A write has been committed."""
    item = w.items[key]
    if item.before == store.ABSENT:
        return
    if w.par[0].on_write == INVALIDATE:
        store.remove(w, w.items, key)
    elif w.par[0].on_write == UPDATE:
        item.version = version
        item.expiry = expiry(w)


@jitable
def change_cache(w):
    """Switched off, the cache forgets; made smaller, it evicts at once."""
    par = w.par[0]
    if not par.cache:
        store.clear(w, w.items, NODE)
    store.specify(w, w.items, NODE, par.cache_capacity, par.cache_eviction)


@jitable
def start_warm(w, count):
    """The most popular items, their ages spread over the time to live."""
    par = w.par[0]
    for step in range(count):
        key = count - 1 - step
        left = NEVER if par.ttl_ns < 0 else draws.to_ns(unit(w.keys[draws.WARM], key, 0), par.ttl_ns * 1.0)
        store.fill(w, w.items, NODE, key, 0, left)
