"""Coalescing: one attempt fetches what an entry stands for, the others who miss it meanwhile wait in a queue of the entry."""

from engine.jit import jitable
from engine.kernel.agenda import at_once
from engine.kernel.pool import GRANTED
from engine.kernel.state import NIL, NOWHERE

SHARED, HANDED_ON = 1, 2
"""What follows a waiting state: the attempt has been given what was fetched, or is to fetch in the other's place."""


@jitable
def fetch_or_wait(w, number, slot, waiting_state):
    """Whether the attempt is to fetch the entry; otherwise it waits for who does."""
    run, a = w.run[0], w.slots[slot]
    fetch = w.fetches[number]
    if fetch.fetcher == NIL:
        fetch.fetcher = slot
        return True
    run.seq += 1
    a.seq = run.seq
    a.lane = NOWHERE
    a.state = waiting_state
    a.prev = fetch.last
    a.next = NIL
    if fetch.last == NIL:
        fetch.first = slot
    else:
        w.slots[fetch.last].next = slot
    fetch.last = slot
    return False


@jitable
def stop_waiting(w, number, slot):
    a, fetch = w.slots[slot], w.fetches[number]
    if a.prev == NIL:
        fetch.first = a.next
    else:
        w.slots[a.prev].next = a.next
    if a.next == NIL:
        fetch.last = a.prev
    else:
        w.slots[a.next].prev = a.prev


@jitable
def share(w, number, slot):
    """What the attempt has fetched is there: all who wait get it, in order."""
    a, fetch = w.slots[slot], w.fetches[number]
    if fetch.fetcher != slot:
        return
    fetch.fetcher = NIL
    while fetch.first != NIL:
        waiter = fetch.first
        b = w.slots[waiter]
        stop_waiting(w, number, waiter)
        b.version = a.version
        b.state += SHARED
        at_once(w, GRANTED, waiter, b.seq)


@jitable
def hand_on(w, number, slot):
    """The fetch has come to nothing: the first who waits fetches in its place."""
    fetch = w.fetches[number]
    if fetch.fetcher != slot:
        return
    waiter = fetch.first
    fetch.fetcher = waiter
    if waiter != NIL:
        stop_waiting(w, number, waiter)
        b = w.slots[waiter]
        b.state += HANDED_ON
        at_once(w, GRANTED, waiter, b.seq)
