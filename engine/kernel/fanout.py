"""Reads that ask several groups of database nodes at once: all shards, or a second function's database.

What a read asks of one group is a part, a slot of its own: the parts of a read are a list, in order, that lasts as long as it.
"""

from engine.jit import inlined, jitable
from engine.kernel.agenda import at_once, cancel, free_slot, new_slot, schedule
from engine.kernel.database import is_current, reading_node
from engine.kernel.pool import GRANTED, connections_of, give_back, leave_queue, take
from engine.kernel.replication import shows_own
from engine.kernel.shards import function_of, group_of, shard_of
from engine.kernel.state import HEAP, NIL, NOWHERE, VIOLATIONS
from engine.log import FAILED, OK, REFUSED, TIMEOUT
from engine.workload import draws
from engine.workload.counter import unit

PART_WAITS, PART_GRANTED, PART_RUNS, PART_OVER = 14, 15, 16, 17
"""States of a part."""
PART_START, PART_GIVEN_UP = 25, 26
PART_KIND = 10
"""What stands in the `kind` of a part."""
ONE, ALL_SHARDS, TWO_FUNCTIONS = range(3)
DROPPED = -2
NEVER_DROP = 0


@jitable
def breadth(w, slot):
    """Whether a read asks its item's group alone, or several."""
    par, a = w.par[0], w.slots[slot]
    if par.shards > 1 and unit(w.keys[draws.CROSS_SHARD], a.request, 0) < par.cross_shard_ratio:
        return ALL_SHARDS
    if par.functions > 1 and unit(w.keys[draws.CROSS_FUNCTION], a.request, 0) < par.cross_function_ratio:
        return TWO_FUNCTIONS
    return ONE


@jitable
def ask_all(w, slot, asked):
    """Ask the groups in order, and who still has the item; the read goes on when the last part is over."""
    run, par, a = w.run[0], w.par[0], w.slots[slot]
    own, function = group_of(w, a.key), function_of(w, a.key)
    run.seq += 1
    a.seq = run.seq
    a.lane = NOWHERE
    a.awaited = 0
    a.first_part = NIL
    a.last_part = NIL
    if asked == ALL_SHARDS:
        for shard in range(par.shards):
            add_part(w, slot, shard * par.functions + function)
        if own % par.functions != function or own // par.functions >= par.shards:
            add_part(w, slot, own)
        return
    add_part(w, slot, own)
    other = shard_of(w, a.key) * par.functions + (function + 1) % par.functions
    if asked == TWO_FUNCTIONS and other != own:
        add_part(w, slot, other)


@jitable
def add_part(w, slot, group):
    a = w.slots[slot]
    part = new_slot(w)
    b = w.slots[part]
    b.kind = PART_KIND
    b.request = a.request
    b.attempt = a.attempt
    b.user = a.user
    b.key = a.key
    b.writer = slot
    b.previous = group
    b.write = NIL
    b.verdict = FAILED
    b.unseen = 0
    b.state = PART_WAITS
    if a.last_part == NIL:
        a.first_part = part
    else:
        w.slots[a.last_part].write = part
    a.last_part = part
    a.awaited += 1
    at_once(w, PART_START, part, 0)


@jitable
def start_part(w, part):
    """A query of its own."""
    run, par, b = w.run[0], w.par[0], w.slots[part]
    if b.client_over:
        return
    b.db_node = w.groups[b.previous].primary
    if par.read_replicas:
        b.db_node = reading_node(w, draws.REPLICA, b.request, b.attempt, b.previous, b.user)
    b.db_queued = run.now
    pool = w.pools[connections_of(b.db_node)]
    if not w.nodes[b.db_node].is_up:
        end_part(w, part)
    elif par.database_queue_limit >= 0 and pool.taken >= pool.places and pool.waiting >= par.database_queue_limit:
        b.verdict = REFUSED
        end_part(w, part)
    else:
        run.order += 1
        b.db_order = run.order
        w.nodes[b.db_node].queries += 1
        if take(w, connections_of(b.db_node), part, PART_WAITS):
            begin_part(w, part)


@jitable
def begin_part(w, part):
    """It has a connection."""
    par, b = w.par[0], w.slots[part]
    b.db_at = w.run[0].now
    if b.client_over or (par.drop != NEVER_DROP and w.slots[b.writer].outcome == TIMEOUT):
        give_back(w, connections_of(b.db_node))
        b.verdict = DROPPED
        end_part(w, part)
        return
    if group_of(w, b.key) == b.previous:
        b.stale = 0 if is_current(w, b.db_node, b.key) else 1
    if par.tracks_users:
        b.unseen = 0 if shows_own(w, b.db_node, b.user) else 1
    index = b.attempt * 512 + b.previous
    units = draws.demand(w.keys, draws.PART, b.request, index, par.database_shape, par.database_a, par.database_b)
    duration = draws.to_ns(units, par.read_ns / w.nodes[b.db_node].speed)
    b.state = PART_RUNS
    if duration > 0:
        schedule(w, part, duration, HEAP)
    else:
        part_done(w, part)


@jitable
def part_done(w, part):
    b = w.slots[part]
    b.db_done = w.run[0].now
    b.verdict = OK
    give_back(w, connections_of(b.db_node))
    end_part(w, part)


@jitable
def end_part(w, part):
    """The last one ends the read, unless nobody waits for it."""
    b = w.slots[part]
    b.state = PART_OVER
    b.seq = 0
    if b.client_over:
        return
    a = w.slots[b.writer]
    a.awaited -= 1
    if a.awaited == 0:
        a.db_node = b.db_node
        a.db_queued = b.db_queued
        a.db_at = b.db_at
        a.db_done = b.db_done
        at_once(w, GRANTED, b.writer, a.seq)


@jitable
def interrupt_part(w, part):
    """Its node has died, or nobody waits for it: give back what it holds."""
    b = w.slots[part]
    if b.state == PART_WAITS:
        leave_queue(w, connections_of(b.db_node), part)
    elif b.state == PART_GRANTED or b.state == PART_RUNS:
        cancel(w, part)
        give_back(w, connections_of(b.db_node))
    if b.state != PART_OVER:
        b.verdict = FAILED
        end_part(w, part)


@jitable
def end_read(w, slot):
    """The first part that failed says why the read fails. Returns the verdict."""
    a = w.slots[slot]
    verdict, stale, unseen = OK, 0, 0
    part = a.first_part
    while part != NIL:
        b = w.slots[part]
        if verdict == OK:
            verdict = b.verdict
        stale = max(stale, b.stale)
        unseen = max(unseen, b.unseen)
        following = b.write
        free_slot(w, part)
        part = following
    if verdict == OK:
        a.stale = stale
        w.counts[VIOLATIONS] += unseen
    else:
        a.db_done = -1
    return verdict


@jitable
def give_up_parts(w, slot):
    """Nobody waits for the read: what is under way of it ends."""
    a = w.slots[slot]
    a.db_node = -1
    a.db_queued = -1
    a.db_at = -1
    a.db_done = -1
    part = a.first_part
    while part != NIL:
        b = w.slots[part]
        following = b.write
        b.client_over = 1
        at_once(w, PART_GIVEN_UP, part, 0)
        part = following


@jitable
def part_given_up(w, part):
    if w.slots[part].db_node >= 0:
        interrupt_part(w, part)
    free_slot(w, part)


@inlined
def is_on_node(state, kind):
    """Whether a slot is a part that waits or runs on a node."""
    return kind == PART_KIND and PART_WAITS <= state <= PART_RUNS
