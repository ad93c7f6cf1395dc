"""Who takes over when a group's primary dies, what that loses, and how nodes come back."""

from engine.jit import jitable
from engine.kernel.agenda import at_once, free_slot, new_slot, schedule
from engine.kernel.replication import HELD_RESUME, copy_primary, drop, is_follower
from engine.kernel.state import HEAP, LOST_WRITES, NIL, NO_PRIMARY_NS

FAILS_OVER = 13
"""State of a slot that is a failover under way."""


@jitable
def primary_died(w, group):
    """With failover nothing leaves the primary any more, and another takes over unless it is back in time."""
    g = w.groups[group]
    if w.par[0].failover_ns < 0:
        return
    g.holds_back = 1
    g.failures += 1
    slot = new_slot(w)
    a = w.slots[slot]
    a.order = g.failures
    a.version = group
    a.state = FAILS_OVER
    schedule(w, slot, w.par[0].failover_ns, HEAP)


@jitable
def fail_over(w, slot):
    """The time is up, unless the primary has come back."""
    group, failure = w.slots[slot].version, w.slots[slot].order
    free_slot(w, slot)
    if w.groups[group].failures == failure:
        promote(w, group)


@jitable
def send_on(w, group):
    """What was held back is sent, and former primaries that had nobody to copy are back."""
    g = w.groups[group]
    g.holds_back = 0
    g.needs_primary = 0
    index = g.first
    while index != NIL:
        at_once(w, HELD_RESUME, index, 0)
        index = w.nodes[index].following
    index = g.first
    while index != NIL:
        if w.nodes[index].waits_to_copy:
            come_back(w, index)
        index = w.nodes[index].following


@jitable
def come_back(w, index):
    """A former primary whose group has a primary that is up is a copy of it."""
    node = w.nodes[index]
    node.waits_to_copy = 0
    node.is_up = 1
    node.is_cut = 0
    at_once(w, HELD_RESUME, index, 0)
    node.follows = 1
    drop(w, index, -1)
    copy_primary(w, index)


@jitable
def promote(w, group):
    """The replica that has received the most is the primary; what it has not received is lost, here and everywhere."""
    g = w.groups[group]
    best = NIL
    index = g.first
    while index != NIL:
        if is_follower(w, index) and w.nodes[index].is_up and (best == NIL or w.nodes[index].received > w.nodes[best].received):
            best = index
        index = w.nodes[index].following
    if best == NIL:
        g.needs_primary = 1
        return
    settle_outages(w)
    cutoff = w.nodes[best].received
    lose_after(w, best, cutoff)
    index = g.first
    while index != NIL:
        node = w.nodes[index]
        drop(w, index, cutoff)
        node.received = min(node.received, cutoff)
        node.applied = min(node.applied, cutoff)
        index = node.following
    w.nodes[best].applied = cutoff
    w.nodes[best].is_cut = 0
    w.nodes[g.primary].follows = 0
    g.primary = best
    g.failures += 1
    send_on(w, group)


@jitable
def lose_after(w, index, version):
    """Items go back to the last version that the node has received."""
    ship = w.nodes[index].last_unapplied
    while ship != NIL and w.slots[ship].version > version:
        write = w.slots[w.slots[ship].write]
        item = w.items[write.key]
        if write.version > item.moved:
            if write.acknowledged >= 0:
                w.counts[LOST_WRITES] += 1
            if item.last_write == write.version:
                item.last_write = write.previous
        ship = w.slots[ship].before


@jitable
def settle_outages(w):
    """Count the time in which groups have no primary that is up."""
    run = w.run[0]
    for group in range(len(w.groups)):
        primary = w.nodes[w.groups[group].primary]
        if primary.takes_part and not primary.is_up:
            w.counts[NO_PRIMARY_NS] += run.now - run.outages_settled
    run.outages_settled = run.now


@jitable
def recover_node(w, index):
    """Up and at full speed; what was kept for it is received. A former primary copies the one in its place, once that is up."""
    node = w.nodes[index]
    node.speed = 1.0
    if node.is_up and not node.is_cut:
        return
    group = node.group
    g = w.groups[group]
    if not node.is_up and g.primary != index and not node.follows:
        if not w.nodes[g.primary].is_up:
            node.waits_to_copy = 1
        else:
            settle_outages(w)
            come_back(w, index)
        return
    settle_outages(w)
    was_down = not node.is_up
    node.is_up = 1
    node.is_cut = 0
    at_once(w, HELD_RESUME, index, 0)
    if not was_down:
        return
    if g.primary == index:
        g.failures += 1
        send_on(w, group)
    if g.needs_primary and node.takes_part:
        promote(w, group)
