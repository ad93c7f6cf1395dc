"""Fetches that others wait for: one attempt leads, its slot holds the queue of those that wait for the same entry.

If a fetch fails, the first of those that wait leads in its place. What is waited in is told by the states: one for waiting, the
next for having the answer, the one after it for leading.
"""

from engine.jit import jitable
from engine.kernel.agenda import at_once
from engine.kernel.pool import GRANTED
from engine.kernel.state import NIL, NOWHERE

ANSWERED, LEADS = 1, 2
"""What is added to a waiting state."""


@jitable
def lead(w, number, slot):
    """Others may wait for this attempt's fetch of the entry."""
    a = w.slots[slot]
    a.leads = 1
    a.first_waiter = NIL
    a.last_waiter = NIL
    w.entries[number].fetch = slot + 1


@jitable
def wait_for(w, number, slot, state):
    """Join the queue of the attempt that fetches the entry."""
    run, a, leader = w.run[0], w.slots[slot], w.entries[number].fetch - 1
    b = w.slots[leader]
    run.seq += 1
    a.seq = run.seq
    a.lane = NOWHERE
    a.state = state
    a.last_waiter = leader
    a.prev = b.last_waiter
    a.next = NIL
    if b.last_waiter == NIL:
        b.first_waiter = slot
    else:
        w.slots[b.last_waiter].next = slot
    b.last_waiter = slot


@jitable
def leave(w, slot):
    """Wait no longer."""
    a = w.slots[slot]
    leader = w.slots[a.last_waiter]
    if a.prev == NIL:
        leader.first_waiter = a.next
    else:
        w.slots[a.prev].next = a.next
    if a.next == NIL:
        leader.last_waiter = a.prev
    else:
        w.slots[a.next].prev = a.prev


@jitable
def over(w, number, slot, is_answered):
    """The leader has the answer for all who wait, in their order, or has failed and is followed by the first of them.

    An entry that is gone has the number -1: nobody else will find the fetch.
    """
    a = w.slots[slot]
    waiter = a.first_waiter
    is_found = number >= 0 and w.entries[number].fetch == slot + 1
    a.leads = 0
    if is_found:
        w.entries[number].fetch = 0
    if waiter == NIL:
        return
    if is_answered:
        while waiter != NIL:
            b = w.slots[waiter]
            b.version = a.version
            b.state += ANSWERED
            at_once(w, GRANTED, waiter, b.seq)
            waiter = b.next
        return
    b = w.slots[waiter]
    b.state += LEADS
    b.leads = 1
    b.first_waiter = b.next
    b.last_waiter = a.last_waiter if b.next != NIL else NIL
    if b.next != NIL:
        w.slots[b.next].prev = NIL
    following = b.next
    while following != NIL:
        w.slots[following].last_waiter = waiter
        following = w.slots[following].next
    if is_found:
        w.entries[number].fetch = waiter + 1
    at_once(w, GRANTED, waiter, b.seq)
