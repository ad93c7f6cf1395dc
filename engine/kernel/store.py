"""A store: a set of copies with a capacity, an eviction rule and times to live. A cache node is one, a PoP another.

Each key has an entry, and a store's copies are a doubly linked list of entries, the last one the next to go. Eviction at random and
of the least used needs the members in an array besides.
"""

from engine.jit import inlined, jitable
from engine.kernel.state import NIL
from engine.workload import draws
from engine.workload.counter import unit

ABSENT = -2
"""Stands before an entry that is in no store."""
LRU, LFU, FIFO, RANDOM = range(4)


@inlined
def is_ranked(store):
    """Whether the rule needs the members and their ranks."""
    return store.eviction == LFU or store.eviction == RANDOM


@inlined
def unlink(w, entries, s, entry):
    store = w.stores[s]
    before, after = entry.before, entry.after
    if before == NIL:
        store.first = after
    else:
        entries[before].after = after
    if after == NIL:
        store.last = before
    else:
        entries[after].before = before


@inlined
def put_first(w, entries, s, entry, e):
    """The last to go."""
    store = w.stores[s]
    entry.before = NIL
    entry.after = store.first
    if store.first == NIL:
        store.last = e
    else:
        entries[store.first].before = e
    store.first = e


@inlined
def use(w, entries, s, entry, e):
    """A hit or a fill: where recency counts, the entry is the last to go."""
    store = w.stores[s]
    if store.eviction <= LFU and store.first != e:
        unlink(w, entries, s, entry)
        put_first(w, entries, s, entry, e)


@inlined
def look_up(w, entries, s, e):
    """Whether the store has a copy that has not expired; an expired one is removed."""
    store, entry = w.stores[s], entries[e]
    store.look_ups += 1
    if entry.before == ABSENT or entry.store != s:
        return False
    if w.run[0].now >= entry.expiry:
        remove(w, entries, e)
        return False
    store.hits += 1
    use(w, entries, s, entry, e)
    if store.eviction == LFU:
        use_more(w, entries, s, e, 1)
    return True


@inlined
def fill(w, entries, s, e, version, expiry):
    """Keep a copy; another makes room."""
    store, entry = w.stores[s], entries[e]
    entry.version = version
    entry.expiry = expiry
    if entry.before != ABSENT and entry.store == s:
        use(w, entries, s, entry, e)
        if store.eviction == LFU:
            use_more(w, entries, s, e, 0)
        return
    if entry.before != ABSENT:
        remove(w, entries, e)
    if store.capacity >= 0:
        shrink(w, entries, s, store.capacity - 1)
    entry.store = s
    put_first(w, entries, s, entry, e)
    if is_ranked(store):
        enter(w, entries, s, e)
    store.size += 1


@jitable
def remove(w, entries, e):
    """Forget a copy."""
    entry = entries[e]
    s = entry.store
    store = w.stores[s]
    unlink(w, entries, s, entry)
    entry.before = ABSENT
    if is_ranked(store):
        leave(w, entries, s, e)
    store.size -= 1


@jitable
def shrink(w, entries, s, size):
    """Evict until no more than so many copies are left."""
    store = w.stores[s]
    while store.size > size:
        e = store.last
        if store.eviction == RANDOM:
            e = w.members[store.members + int(unit(w.keys[draws.EVICTION], store.evictions, s) * store.size)].entry
        elif store.eviction == LFU:
            e = w.members[store.members].entry
        store.evictions += 1
        remove(w, entries, e)


@jitable
def clear(w, entries, s):
    """Forget everything."""
    store = w.stores[s]
    while store.size > 0:
        remove(w, entries, store.last)


@jitable
def specify(w, entries, s, capacity, eviction):
    """Another capacity evicts at once; under another rule all uses begin anew, the members in the order in which they would go."""
    store = w.stores[s]
    store.capacity = capacity
    if eviction != store.eviction:
        store.eviction = eviction
        count, e = store.size, store.last
        store.size = 0
        while store.size < count:
            if is_ranked(store):
                enter(w, entries, s, e)
            store.size += 1
            e = entries[e].before
    if capacity >= 0:
        shrink(w, entries, s, capacity)


# Members: in any order for the random pick, a heap with the least used first for LFU


@jitable
def enter(w, entries, s, e):
    """A member more, used once."""
    store = w.stores[s]
    store.uses += 1
    member = w.members[store.members + store.size]
    member.entry = e
    member.uses = 1
    member.used = store.uses
    entries[e].place = store.size
    if store.eviction == LFU:
        rise(w, entries, s, store.size)


@jitable
def leave(w, entries, s, e):
    """A member less: the last one takes its place. The store's size still counts it."""
    store = w.stores[s]
    place, end = entries[e].place, store.size - 1
    if place == end:
        return
    swap(w, entries, store.members, place, end)
    if store.eviction == LFU:
        sink(w, entries, s, place, end)
        rise(w, entries, s, place)


@jitable
def use_more(w, entries, s, e, times):
    """A use more, or none but the newest: further from going."""
    store = w.stores[s]
    store.uses += 1
    member = w.members[store.members + entries[e].place]
    member.uses += times
    member.used = store.uses
    sink(w, entries, s, entries[e].place, store.size)


@inlined
def swap(w, entries, begin, i, j):
    """Two members change places."""
    one, other = w.members[begin + i], w.members[begin + j]
    entry, uses, used = one.entry, one.uses, one.used
    one.entry, one.uses, one.used = other.entry, other.uses, other.used
    other.entry, other.uses, other.used = entry, uses, used
    entries[one.entry].place = i
    entries[entry].place = j


@inlined
def goes_before(w, begin, i, j):
    """Used less often, or as often and less recently."""
    one, other = w.members[begin + i], w.members[begin + j]
    return one.uses < other.uses or (one.uses == other.uses and one.used < other.used)


@jitable
def rise(w, entries, s, place):
    begin = w.stores[s].members
    while place > 0 and goes_before(w, begin, place, (place - 1) >> 1):
        swap(w, entries, begin, place, (place - 1) >> 1)
        place = (place - 1) >> 1


@jitable
def sink(w, entries, s, place, size):
    begin = w.stores[s].members
    while 2 * place + 1 < size:
        child = 2 * place + 1
        if child + 1 < size and goes_before(w, begin, child + 1, child):
            child += 1
        if not goes_before(w, begin, child, place):
            break
        swap(w, entries, begin, place, child)
        place = child
