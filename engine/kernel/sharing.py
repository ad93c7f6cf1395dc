"""Processor sharing: all who compute on a server do so at once, each on an equal part of its vCPUs, at most on a whole one.

Everybody on a server has been given the same amount of work at any instant, so a job ends when what has been given reaches what
had been given when it began plus its demand. The jobs of a server are a pairing heap by that end (Fredman, Sedgewick, Sleator
and Tarjan 1986), linked through the slots: `prev` is the sibling before or the parent, `next` the sibling after.
"""

from engine.jit import inlined, jitable
from engine.kernel.agenda import SHARED_BIT, at_once, push_heap
from engine.kernel.state import NIL, NOWHERE, SHARED
from engine.workload.draws import LONGEST_NS

SHARE_OVER = 35
"""What follows at once: a slot has been given all the work that it asked for."""


@inlined
def rate_of(share):
    """Work that each job is given per time."""
    if share.jobs <= share.vcpus:
        return 1.0
    return share.vcpus / share.jobs


@jitable
def settle_share(w, index):
    """Bring what each job has been given up to now, and the integral of jobs beyond the vCPUs."""
    share = w.shares[index]
    since = w.run[0].now - share.changed
    if share.jobs > 0 and since > 0:
        share.attained += since * rate_of(share)
        share.excess_area += max(share.jobs - share.vcpus, 0) * since
    share.changed = w.run[0].now


@jitable
def beyond_vcpus(w, index):
    """The integral of jobs beyond the vCPUs up to now."""
    share = w.shares[index]
    return share.excess_area + max(share.jobs - share.vcpus, 0) * (w.run[0].now - share.changed)


@jitable
def share(w, index, slot, duration):
    """Compute so much work beside the others on a server."""
    settle_share(w, index)
    run, shared, a = w.run[0], w.shares[index], w.slots[slot]
    run.order += 1
    a.turn = run.order
    a.machine = index
    a.finish = shared.attained + duration
    a.lane = SHARED
    a.seq = 0
    a.prev = NIL
    a.next = NIL
    a.child = NIL
    shared.first = slot if shared.first == NIL else melded(w, shared.first, slot)
    shared.jobs += 1
    plan(w, index)


@jitable
def leave_share(w, slot):
    """Stop computing before the end."""
    a = w.slots[slot]
    settle_share(w, a.machine)
    take_out(w, slot)
    plan(w, a.machine)


@jitable
def resize_share(w, index, vcpus):
    """More vCPUs or fewer: all who compute are faster or slower at once."""
    shared = w.shares[index]
    if shared.vcpus != vcpus:
        settle_share(w, index)
        shared.vcpus = vcpus
        plan(w, index)


@jitable
def share_due(w, slot, seq):
    """A slot's entry on the agenda is due. It may be early, for others have come since, or void."""
    a = w.slots[slot]
    if a.seq != seq:
        return
    shared = w.shares[a.machine]
    if shared.first != slot:
        a.seq = 0
    elif shared.seq != seq:
        enter(w, slot, shared.due, shared.seq)
    else:
        end_shares(w, a.machine)


@jitable
def end_shares(w, index):
    """The first job has been given its work, and with it all that end at the same instant."""
    settle_share(w, index)
    shared = w.shares[index]
    ends = True
    while ends:
        slot = shared.first
        take_out(w, slot)
        at_once(w, SHARE_OVER, slot, 0)
        ends = shared.first != NIL and w.slots[shared.first].finish <= shared.attained
    plan(w, index)


@jitable
def plan(w, index):
    """When the first job will end, if nobody comes or goes. An entry that is due earlier looks again; a later one is void."""
    run, shared = w.run[0], w.shares[index]
    if shared.jobs == 0:
        shared.attained = 0.0
        return
    a = w.slots[shared.first]
    wait = min(max((a.finish - shared.attained) / rate_of(shared), 0.0), LONGEST_NS)
    whole = int(wait)
    if whole < wait:
        whole += 1
    run.seq += 1
    shared.due = run.now + whole
    shared.seq = run.seq
    if a.seq == 0 or a.due > shared.due:
        enter(w, shared.first, shared.due, shared.seq)


@jitable
def enter(w, slot, due, seq):
    a = w.slots[slot]
    a.due = due
    a.seq = seq
    push_heap(w, due, seq, slot | SHARED_BIT)


# The heap of jobs


@inlined
def ends_before(a, b):
    return a.finish < b.finish or (a.finish == b.finish and a.turn < b.turn)


@jitable
def melded(w, one, other):
    """Two heaps as one: the later top becomes the first child of the earlier; returns that."""
    if ends_before(w.slots[other], w.slots[one]):
        one, other = other, one
    a, b = w.slots[one], w.slots[other]
    b.prev = one
    b.next = a.child
    if a.child != NIL:
        w.slots[a.child].prev = other
    a.child = other
    a.prev = NIL
    a.next = NIL
    return one


@jitable
def paired(w, first):
    """Siblings as one heap: melded in pairs, then one pair after the other, the last pair first; NIL if there are none."""
    pairs = NIL
    while first != NIL:
        one, other = first, w.slots[first].next
        first = NIL
        if other != NIL:
            first = w.slots[other].next
            one = melded(w, one, other)
        w.slots[one].next = pairs
        pairs = one
    top = NIL
    while pairs != NIL:
        one = pairs
        pairs = w.slots[one].next
        w.slots[one].prev = NIL
        w.slots[one].next = NIL
        top = one if top == NIL else melded(w, top, one)
    return top


@jitable
def take_out(w, slot):
    """A job leaves the heap, wherever it is."""
    a = w.slots[slot]
    shared = w.shares[a.machine]
    children = paired(w, a.child)
    if shared.first == slot:
        shared.first = children
    else:
        before = w.slots[a.prev]
        if before.child == slot:
            before.child = a.next
        else:
            before.next = a.next
        if a.next != NIL:
            w.slots[a.next].prev = a.prev
        if children != NIL:
            shared.first = melded(w, shared.first, children)
    shared.jobs -= 1
    a.lane = NOWHERE
    a.seq = 0
