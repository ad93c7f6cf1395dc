"""The database: which node answers, what a commit sets in motion, and how replicas apply it."""

from engine.jit import inlined, jitable
from engine.kernel.agenda import at_once, free_slot, new_slot, schedule
from engine.kernel.cache import written
from engine.kernel.observe import note_applied
from engine.kernel.pool import give_back, take
from engine.kernel.state import HEAP, NIL, SHIP_LANE
from engine.log import WRITE
from engine.workload import draws
from engine.workload.counter import unit

SHIPPED, APPLY_WAITS, APPLY_GRANTED, APPLYING, HELD = 2, 4, 5, 6, 7
"""States of a slot that is a write on its way into a replica."""
SHIP, HELD_RESUME = 15, 16
APPLY_KIND = 9
"""What stands in the `kind` of such a slot."""


@inlined
def reading_node(w, stream, request, attempt):
    """A replica that is up, at random; the primary if there is none or reads are its business."""
    par = w.par[0]
    if not par.read_replicas:
        return 0
    up = 0
    for node in range(1, len(w.nodes)):
        if w.nodes[node].takes_part and w.nodes[node].is_up:
            up += 1
    if up == 0:
        return 0
    pick = int(unit(w.keys[stream], request, attempt) * up)
    for node in range(1, len(w.nodes)):
        if w.nodes[node].takes_part and w.nodes[node].is_up:
            if pick == 0:
                return node
            pick -= 1
    return 0


@inlined
def begin_query(w, slot):
    """What a query sees when it begins, and how long it takes."""
    par, a = w.par[0], w.slots[slot]
    node = w.nodes[a.db_node]
    mean_ns = par.write_ns
    if a.kind != WRITE:
        mean_ns = par.read_ns
        newest = w.items[a.key].last_write
        a.version = newest
        a.stale = 0
        if a.db_node > 0 and newest > node.applied:
            a.stale = 1
            a.version = node.applied
    units = draws.demand(w.keys, draws.DATABASE, a.request, a.attempt, par.database_shape, par.database_a, par.database_b)
    return draws.to_ns(units, mean_ns / node.speed)


@jitable
def commit(w, slot):
    """The write is the newest; every replica receives it after the lag, in the order of the commits."""
    run, par, a = w.run[0], w.par[0], w.slots[slot]
    run.committed += 1
    w.items[a.key].last_write = run.committed
    for index in range(1, len(w.nodes)):
        node = w.nodes[index]
        if not node.takes_part:
            continue
        lag = 1.0
        if par.lag_random:
            lag = draws.exponential(w.keys, draws.LAG, a.request, a.attempt * 64 + index)
        node.received_until = max(node.received_until, run.now + draws.to_ns(lag, par.lag_ns))
        ship = new_slot(w)
        b = w.slots[ship]
        b.kind = APPLY_KIND
        b.request = a.request
        b.attempt = a.attempt
        b.db_node = index
        b.version = run.committed
        b.sent = run.now
        b.ended = node.received_until
        b.db_done = -1
        b.before = node.last_unapplied
        b.after = NIL
        if node.last_unapplied == NIL:
            node.first_unapplied = ship
        else:
            w.slots[node.last_unapplied].after = ship
        node.last_unapplied = ship
        at_once(w, SHIP, ship, 0)
    written(w, slot, run.committed)


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
    """It waits like a query until the replica can apply it, or for the replica's recovery."""
    run, a = w.run[0], w.slots[slot]
    node = w.nodes[a.db_node]
    if not node.is_up:
        hold(w, slot)
        return
    run.order += 1
    a.db_order = run.order
    if take(w, a.db_node, slot, APPLY_WAITS):
        begin_apply(w, slot)


@jitable
def begin_apply(w, slot):
    par, a = w.par[0], w.slots[slot]
    stream_attempt = a.attempt * 64 + a.db_node
    units = draws.demand(w.keys, draws.APPLY, a.request, stream_attempt, par.database_shape, par.database_a, par.database_b)
    duration = draws.to_ns(units, par.apply_ns / w.nodes[a.db_node].speed)
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
    give_back(w, a.db_node)
    a.db_done = w.run[0].now
    a.state = 0
    while node.first_unapplied != NIL and w.slots[node.first_unapplied].db_done >= 0:
        first = node.first_unapplied
        b = w.slots[first]
        node.applied = max(node.applied, b.version)
        note_applied(w, w.run[0].now - b.sent)
        node.first_unapplied = b.after
        if b.after == NIL:
            node.last_unapplied = NIL
        else:
            w.slots[b.after].before = NIL
        free_slot(w, first)


@jitable
def hold(w, slot):
    """The replica is down: the write waits for it."""
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
    node = w.nodes[index]
    slot = node.first_held
    node.first_held = NIL
    node.last_held = NIL
    while slot != NIL:
        following = w.slots[slot].next
        queue_apply(w, slot)
        slot = following
