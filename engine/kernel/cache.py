"""The cache: real keys, least recently used out first, a time to live. A doubly linked list indexed by key."""

from engine.jit import inlined, jitable
from engine.kernel.state import NIL
from engine.workload import draws
from engine.workload.counter import unit
from engine.workload.rates import NEVER

ABSENT = -2
"""Stands before a key that is not cached."""
INVALIDATE, UPDATE, LEAVE = range(3)


@inlined
def unlink(w, item):
    run = w.run[0]
    before, after = item.before, item.after
    if before == NIL:
        run.cache_first = after
    else:
        w.items[before].after = after
    if after == NIL:
        run.cache_last = before
    else:
        w.items[after].before = before


@inlined
def put_first(w, item, key):
    """Most recently used."""
    run = w.run[0]
    item.before = NIL
    item.after = run.cache_first
    if run.cache_first == NIL:
        run.cache_last = key
    else:
        w.items[run.cache_first].before = key
    run.cache_first = key


@jitable
def remove(w, key):
    item = w.items[key]
    unlink(w, item)
    item.before = ABSENT
    w.run[0].cache_size -= 1


@inlined
def expiry(w):
    par = w.par[0]
    return NEVER if par.ttl_ns < 0 else w.run[0].now + par.ttl_ns


@inlined
def look_up(w, key):
    """The cached version of an item, -1 if it is missing or has expired; an expired one is removed."""
    run, item = w.run[0], w.items[key]
    if item.before == ABSENT:
        return -1
    if run.now >= item.expiry:
        remove(w, key)
        return -1
    if run.cache_first != key:
        unlink(w, item)
        put_first(w, item, key)
    if w.par[0].ttl_from_use:
        item.expiry = expiry(w)
    return item.version


@inlined
def fill(w, key, version):
    """Keep what the database answered; the least recently used item makes room."""
    if not w.par[0].cache:
        return
    item = w.items[key]
    if item.before == ABSENT:
        w.run[0].cache_size += 1
    else:
        unlink(w, item)
    put_first(w, item, key)
    item.version = version
    item.expiry = expiry(w)
    shrink(w)


@inlined
def shrink(w):
    run, par = w.run[0], w.par[0]
    if par.cache_capacity >= 0:
        while run.cache_size > par.cache_capacity:
            remove(w, run.cache_last)


@jitable
def written(w, key, version):
    """A write has been committed."""
    item = w.items[key]
    if item.before == ABSENT:
        return
    if w.par[0].on_write == INVALIDATE:
        remove(w, key)
    elif w.par[0].on_write == UPDATE:
        item.version = version
        item.expiry = expiry(w)


@jitable
def change_cache(w):
    """Switched off, it forgets; made smaller, it evicts at once."""
    if not w.par[0].cache:
        while w.run[0].cache_size > 0:
            remove(w, w.run[0].cache_last)
    shrink(w)


@jitable
def start_warm(w, count):
    """The most popular items, their ages spread over the time to live."""
    par = w.par[0]
    for step in range(count):
        key = count - 1 - step
        item = w.items[key]
        put_first(w, item, key)
        item.version = 0
        item.expiry = NEVER if par.ttl_ns < 0 else draws.to_ns(unit(w.keys[draws.WARM], key, 0), par.ttl_ns * 1.0)
    w.run[0].cache_size = count
