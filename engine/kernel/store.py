"""A store: items with a capacity, an order in which they make room, and an instant at which each expires.

Functions take the index of the store and that of an entry; an entry is in one store at most. A list holds each store's entries,
first the one that was used (or, by FIFO and at random, filled) last; for random and least often used an array of members too,
and a tally of each entry.
"""

from engine.jit import inlined, jitable
from engine.kernel.state import NIL
from engine.workload import draws
from engine.workload.counter import unit

ABSENT = -2
"""Stands before an entry that is in no store."""
LRU, FIFO, RANDOM, LFU = range(4)


@inlined
def holds(w, index, number):
    return w.entries[number].before != ABSENT and w.entries[number].store == index


@inlined
def find(w, index, number):
    """Whether a store has an entry that has not expired; an expired one is removed."""
    if not holds(w, index, number):
        return False
    if w.run[0].now >= w.entries[number].expiry:
        remove(w, number)
        return False
    return True


@inlined
def use(w, index, number):
    """An entry of the store has been asked for, or is filled again."""
    store = w.stores[index]
    if store.eviction == LRU:
        if store.first != number:
            unlink(w, store, w.entries[number])
            put_first(w, store, number)
    elif store.eviction == LFU:
        count_use(w, index, number)


@jitable
def count_use(w, index, number):
    store, tally = w.stores[index], w.tallies[number]
    if store.first != number:
        unlink(w, store, w.entries[number])
        put_first(w, store, number)
    tally.uses += 1
    store.touches += 1
    tally.used = store.touches
    sift_down(w, index, tally.place)


@inlined
def fill(w, index, number, version, expiry):
    """Keep an entry; whoever is first in the order makes room."""
    entry = w.entries[number]
    if entry.before == ABSENT:
        make_room(w, index, 1)
        add(w, index, number)
    else:
        use(w, index, number)
    entry.version = version
    entry.expiry = expiry


@inlined
def add(w, index, number):
    """Take an entry in, as the one used last."""
    store = w.stores[index]
    put_first(w, store, number)
    w.entries[number].store = index
    if store.eviction >= RANDOM:
        store.touches += 1
        join_members(w, index, number, store.touches)
    store.size += 1


@jitable
def add_behind(w, index, number):
    """Take an entry in, as the one used longest ago."""
    store, entry = w.stores[index], w.entries[number]
    entry.after = NIL
    entry.before = store.last
    if store.last == NIL:
        store.first = number
    else:
        w.entries[store.last].after = number
    store.last = number
    entry.store = index
    if store.eviction >= RANDOM:
        join_members(w, index, number, -store.size)
    store.size += 1


@jitable
def remove(w, number):
    """Take an entry out of the store that it is in."""
    entry = w.entries[number]
    store = w.stores[entry.store]
    unlink(w, store, entry)
    entry.before = ABSENT
    store.size -= 1
    if store.eviction >= RANDOM:
        leave_members(w, entry.store, number)


@inlined
def make_room(w, index, places):
    """Evict until so many entries more fit."""
    store = w.stores[index]
    if store.capacity >= 0:
        while store.size + places > store.capacity:
            remove(w, victim(w, index))
            store.evictions += 1


@inlined
def victim(w, index):
    """Who goes: used or filled longest ago, anybody, or least often used and of these longest ago."""
    store = w.stores[index]
    if store.eviction == RANDOM:
        return w.members[store.base + int(unit(w.keys[draws.EVICTION], store.evictions, index) * store.size)]
    if store.eviction == LFU:
        return w.members[store.base]
    return store.last


@jitable
def empty(w, index):
    store = w.stores[index]
    while store.size > 0:
        remove(w, store.last)


@jitable
def specify(w, index, eviction, capacity):
    """Another eviction keeps the entries and their order; uses are counted from then on. A smaller capacity evicts at once."""
    store = w.stores[index]
    if eviction != store.eviction:
        store.eviction = eviction
        if eviction >= RANDOM:
            list_members(w, index)
    store.capacity = capacity
    make_room(w, index, 0)


# The list


@inlined
def unlink(w, store, entry):
    before, after = entry.before, entry.after
    if before == NIL:
        store.first = after
    else:
        w.entries[before].after = after
    if after == NIL:
        store.last = before
    else:
        w.entries[after].before = before


@inlined
def put_first(w, store, number):
    entry = w.entries[number]
    entry.before = NIL
    entry.after = store.first
    if store.first == NIL:
        store.last = number
    else:
        w.entries[store.first].before = number
    store.first = number


# The members: in any order for random, a heap for least often used


@jitable
def list_members(w, index):
    """All entries, from the one used longest ago, as members that have been used once."""
    store = w.stores[index]
    size, number = store.size, store.last
    store.size = 0
    while number != NIL:
        store.touches += 1
        join_members(w, index, number, store.touches)
        store.size += 1
        number = w.entries[number].before
    store.size = size


@jitable
def join_members(w, index, number, used):
    """Be the last member; the store's size does not count it yet."""
    store, tally = w.stores[index], w.tallies[number]
    tally.uses = 1
    tally.used = used
    tally.place = store.size
    w.members[store.base + store.size] = number
    if store.eviction == LFU:
        sift_up(w, index, store.size)


@jitable
def leave_members(w, index, number):
    """The last member takes its place; the store's size does not count it any more."""
    store, place = w.stores[index], w.tallies[number].place
    last = w.members[store.base + store.size]
    if last == number:
        return
    w.members[store.base + place] = last
    w.tallies[last].place = place
    if store.eviction == LFU:
        sift_up(w, index, place)
        sift_down(w, index, w.tallies[last].place)


@inlined
def goes_before(w, one, other):
    """Whether one entry makes room before another: used less often, or as often and longer ago."""
    a, b = w.tallies[one], w.tallies[other]
    return a.uses < b.uses or (a.uses == b.uses and a.used < b.used)


@jitable
def sift_up(w, index, place):
    base = w.stores[index].base
    member = w.members[base + place]
    while place > 0:
        above = w.members[base + ((place - 1) >> 1)]
        if not goes_before(w, member, above):
            break
        w.members[base + place] = above
        w.tallies[above].place = place
        place = (place - 1) >> 1
    w.members[base + place] = member
    w.tallies[member].place = place


@jitable
def sift_down(w, index, place):
    store = w.stores[index]
    base, size = store.base, store.size
    member = w.members[base + place]
    while 2 * place + 1 < size:
        child = 2 * place + 1
        if child + 1 < size and goes_before(w, w.members[base + child + 1], w.members[base + child]):
            child += 1
        below = w.members[base + child]
        if not goes_before(w, below, member):
            break
        w.members[base + place] = below
        w.tallies[below].place = place
        place = child
    w.members[base + place] = member
    w.tallies[member].place = place
