"""A number of places and a queue before them: workers, vCPUs, connections. First come, first served."""

from engine.jit import inlined, jitable
from engine.kernel.agenda import at_once
from engine.kernel.state import FIRST_SERVER_POOL, MAX_SERVER_POOLS, NIL, NOWHERE

GRANTED = 1
"""What follows at once: a slot has been given the place that it waited for."""


@inlined
def connections_of(node):
    """The pool of a database node's connections: the first nodes' come before the servers' pools, all others after them."""
    return node if node < FIRST_SERVER_POOL else node + MAX_SERVER_POOLS


@inlined
def settle_areas(pool, now):
    """Bring the integrals of places taken and of queue length up to now."""
    since = now - pool.changed
    if since > 0:
        pool.busy_area += pool.taken * since
        pool.queue_area += pool.waiting * since
        pool.changed = now


@inlined
def take(w, index, slot, waiting_state):
    """Take a place; if there is none, join the queue and answer False."""
    run = w.run[0]
    pool = w.pools[index]
    settle_areas(pool, run.now)
    if pool.taken < pool.places:
        pool.taken += 1
        return True
    a = w.slots[slot]
    run.seq += 1
    a.seq = run.seq
    a.lane = NOWHERE
    a.state = waiting_state
    a.prev = pool.last
    a.next = NIL
    if pool.last == NIL:
        pool.first = slot
    else:
        w.slots[pool.last].next = slot
    pool.last = slot
    pool.waiting += 1
    return False


@jitable
def leave_queue(w, index, slot):
    pool = w.pools[index]
    settle_areas(pool, w.run[0].now)
    a = w.slots[slot]
    if a.prev == NIL:
        pool.first = a.next
    else:
        w.slots[a.prev].next = a.next
    if a.next == NIL:
        pool.last = a.prev
    else:
        w.slots[a.next].prev = a.prev
    pool.waiting -= 1


@jitable
def serve_queue(w, index):
    """Give free places to the first in the queue; a waiting state becomes the granted one after it."""
    pool = w.pools[index]
    while pool.waiting > 0 and pool.taken < pool.places:
        pool.taken += 1
        slot = pool.first
        leave_queue(w, index, slot)
        a = w.slots[slot]
        a.state += 1
        at_once(w, GRANTED, slot, a.seq)


@inlined
def give_back(w, index):
    pool = w.pools[index]
    settle_areas(pool, w.run[0].now)
    pool.taken -= 1
    if pool.waiting > 0:
        serve_queue(w, index)


@jitable
def resize(w, index, places):
    pool = w.pools[index]
    settle_areas(pool, w.run[0].now)
    pool.places = places
    serve_queue(w, index)
