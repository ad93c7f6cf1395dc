"""Groups of database nodes: what a commit sets in motion, how replicas apply it, and who waits for them.

Two kinds of slots besides the attempts: a write (what it replaced, who waits) and a ship (the write on its way into one replica).
"""

from engine.jit import inlined, jitable
from engine.kernel.agenda import at_once, free_slot, new_slot, schedule
from engine.kernel.cache import written
from engine.kernel.observe import note_applied
from engine.kernel.pool import GRANTED, connections_of, give_back, take
from engine.kernel.shards import group_of
from engine.kernel.state import HEAP, NIL, SHIP_LANE
from engine.workload import draws

SHIPPED, APPLY_WAITS, APPLY_GRANTED, APPLYING, HELD = 2, 4, 5, 6, 7
"""States of a ship."""
SHIP, HELD_RESUME = 15, 16
APPLY_KIND = 9
"""What stands in the `kind` of a ship."""
ASYNC, SEMI_SYNC, SYNC = range(3)


@inlined
def is_follower(w, index):
    """Whether commits are sent here."""
    node = w.nodes[index]
    return node.takes_part and node.follows and w.groups[node.group].primary != index


@inlined
def shows_own(w, index, user):
    """Whether a user finds on a node all that they have been told is written: surely if it has applied all that it was sent."""
    return w.nodes[index].first_unapplied == NIL or has_applied_own(w, index, user)


@jitable
def has_applied_own(w, index, user):
    """The same where something is not applied yet."""
    node = w.nodes[index]
    version = w.user_writes[user * len(w.groups) + node.group]
    is_primary = w.groups[node.group].primary == index
    return is_primary or node.applied >= version or w.slots[node.first_unapplied].version > version


# Replication


@jitable
def commit(w, slot):
    """The write is the newest; every replica receives it after the lag, in the order of the commits."""
    run, a = w.run[0], w.slots[slot]
    run.committed += 1
    item = w.items[a.key]
    previous = item.last_write
    item.last_write = run.committed
    a.version = run.committed
    group = w.nodes[a.db_node].group
    if group_of(w, a.key) != group:
        item.moved = run.committed
    a.write = NIL
    index = w.groups[group].first
    while index != NIL:
        if is_follower(w, index):
            if a.write == NIL:
                a.write = new_write(w, slot, previous)
            ship_to(w, a.write, index)
        index = w.nodes[index].following
    written(w, slot, run.committed)


@jitable
def new_write(w, slot, previous):
    """What is known of a commit while it is under way: it is held by its ships, and by the attempt until it is acknowledged."""
    a = w.slots[slot]
    write = new_slot(w)
    b = w.slots[write]
    b.request = a.request
    b.attempt = a.attempt
    b.key = a.key
    b.version = a.version
    b.previous = previous
    b.replication = w.par[0].replication
    b.sent = w.run[0].now
    b.acknowledged = -1
    b.awaited = 0
    b.writer = NIL
    b.holders = 1
    return write


@jitable
def let_go_of_write(w, write):
    b = w.slots[write]
    b.holders -= 1
    if b.holders == 0:
        b.acknowledged = -1
        free_slot(w, write)


@jitable
def ship_to(w, write, index):
    """Send a write to a replica."""
    run, par = w.run[0], w.par[0]
    a, node = w.slots[write], w.nodes[index]
    lag = 1.0
    if par.lag_random:
        lag = draws.exponential(w.keys, draws.LAG, a.request, a.attempt * 64 + node.member)
    node.received_until = max(node.received_until, run.now + draws.to_ns(lag, par.lag_ns))
    ship = new_slot(w)
    b = w.slots[ship]
    b.kind = APPLY_KIND
    b.db_node = index
    b.write = write
    b.version = a.version
    b.ended = node.received_until
    b.db_done = -1
    b.client_over = 0
    b.awaited = 1 if a.replication != ASYNC else 0
    a.awaited += b.awaited
    a.holders += 1
    b.before = node.last_unapplied
    b.after = NIL
    if node.last_unapplied == NIL:
        node.first_unapplied = ship
    else:
        w.slots[node.last_unapplied].after = ship
    node.last_unapplied = ship
    at_once(w, SHIP, ship, 0)


@jitable
def free_ship(w, ship):
    let_go_of_write(w, w.slots[ship].write)
    free_slot(w, ship)


@jitable
def no_longer_awaited(w, ship, has_it):
    """The replica has the write, or has gone; semi-synchronous writes wait for one that has it, synchronous ones for all."""
    b = w.slots[ship]
    if not b.awaited:
        return
    b.awaited = 0
    write = w.slots[b.write]
    write.awaited -= 1
    if write.writer != NIL and (write.awaited == 0 or (has_it and write.replication == SEMI_SYNC)):
        at_once(w, GRANTED, write.writer, w.slots[write.writer].seq)
        write.writer = NIL


@jitable
def ship_write(w, slot):
    """The write travels to its replica."""
    run, a = w.run[0], w.slots[slot]
    delay = a.ended - run.now
    if delay > 0:
        a.state = SHIPPED
        schedule(w, slot, delay, SHIP_LANE)
    else:
        queue_apply(w, slot)


@jitable
def queue_apply(w, slot):
    """It is received and waits like a query until the replica can apply it; or it waits until it can be received."""
    run, a = w.run[0], w.slots[slot]
    node = w.nodes[a.db_node]
    if a.client_over:
        free_ship(w, slot)
        return
    if not node.is_up or (a.version > node.received and (node.is_cut or w.groups[node.group].holds_back)):
        hold(w, slot)
        return
    if a.version > node.received:
        node.received = a.version
    if w.slots[a.write].replication == SEMI_SYNC:
        no_longer_awaited(w, slot, True)
    run.order += 1
    a.db_order = run.order
    if take(w, connections_of(a.db_node), slot, APPLY_WAITS):
        begin_apply(w, slot)


@jitable
def begin_apply(w, slot):
    par, a = w.par[0], w.slots[slot]
    write, node = w.slots[a.write], w.nodes[a.db_node]
    stream_attempt = write.attempt * 64 + node.member
    units = draws.demand(w.keys, draws.APPLY, write.request, stream_attempt, par.database_shape, par.database_a, par.database_b)
    duration = draws.to_ns(units, par.apply_ns / node.speed)
    a.state = APPLYING
    if duration > 0:
        schedule(w, slot, duration, HEAP)
    else:
        end_apply(w, slot)


@jitable
def end_apply(w, slot):
    """The replica shows all writes up to the first that it has not applied."""
    a = w.slots[slot]
    node = w.nodes[a.db_node]
    give_back(w, connections_of(a.db_node))
    a.state = 0
    if a.client_over:
        free_ship(w, slot)
        return
    a.db_done = w.run[0].now
    while node.first_unapplied != NIL and w.slots[node.first_unapplied].db_done >= 0:
        first = node.first_unapplied
        b = w.slots[first]
        node.applied = max(node.applied, b.version)
        note_applied(w, w.run[0].now - w.slots[b.write].sent)
        no_longer_awaited(w, first, True)
        node.first_unapplied = b.after
        if b.after == NIL:
            node.last_unapplied = NIL
        else:
            w.slots[b.after].before = NIL
        free_ship(w, first)


@jitable
def hold(w, slot):
    """The write waits for its replica."""
    a = w.slots[slot]
    node = w.nodes[a.db_node]
    a.state = HELD
    a.next = NIL
    if node.last_held == NIL:
        node.first_held = slot
    else:
        w.slots[node.last_held].next = slot
    node.last_held = slot


@jitable
def resume_held(w, index):
    """Let the writes that wait for a node try again."""
    node = w.nodes[index]
    slot = node.first_held
    node.first_held = NIL
    node.last_held = NIL
    while slot != NIL:
        following = w.slots[slot].next
        queue_apply(w, slot)
        slot = following


@jitable
def drop(w, index, version):
    """Forget the writes after a version that are not applied."""
    node = w.nodes[index]
    while node.last_unapplied != NIL and w.slots[node.last_unapplied].version > version:
        ship = node.last_unapplied
        b = w.slots[ship]
        node.last_unapplied = b.before
        if b.before == NIL:
            node.first_unapplied = NIL
        else:
            w.slots[b.before].after = NIL
        b.client_over = 1
        if b.db_done >= 0:
            free_ship(w, ship)


@jitable
def copy_primary(w, index):
    """The node has all that has been committed."""
    node = w.nodes[index]
    node.received = w.run[0].committed
    node.applied = w.run[0].committed


@jitable
def take_part(w, index, takes_part):
    """Join as a copy of the primary, or be waited for no longer."""
    node = w.nodes[index]
    if takes_part and not node.takes_part:
        copy_primary(w, index)
    node.takes_part = 1 if takes_part else 0
    if not takes_part:
        ship = node.first_unapplied
        while ship != NIL:
            no_longer_awaited(w, ship, False)
            ship = w.slots[ship].after


@jitable
def resize_group(w, group, replicas, stays):
    """The primary stays, and so many others; or the group leaves the system."""
    g = w.groups[group]
    place = 0
    index = g.first
    while index != NIL:
        if index == g.primary:
            take_part(w, index, stays)
        else:
            take_part(w, index, stays and place < replicas)
            place += 1
        index = w.nodes[index].following
