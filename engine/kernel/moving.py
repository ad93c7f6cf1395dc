"""Items on their way to another group: the copiers, batch by batch, and who waits while a batch is under way.

A copier is a slot of its own, one for each group that has something to give away. What it is to copy is a stretch of `moves`.
"""

from engine.jit import jitable
from engine.kernel import failover
from engine.kernel.agenda import at_once, cancel, free_slot, new_slot, schedule
from engine.kernel.pool import GRANTED, connections_of, give_back, leave_queue, take
from engine.kernel.replication import resize_group
from engine.kernel.shards import UNDER_WAY, function_of, shard_of
from engine.kernel.state import HEAP, KEYS_MOVED, NIL, NOWHERE
from engine.workload import draws
from engine.workload.tables import COPIED_TOGETHER, COPY_AGAIN_NS

PAUSES, READER_WAITS, READER_GRANTED, READING, WRITER_WAITS, WRITER_GRANTED, WRITING = range(18, 25)
"""States of a copier."""
COPY_START = 27
COPY_KIND = 11
"""What stands in the `kind` of a copier."""
BATCH, READS, HAS_READ, WRITES, HAS_WRITTEN, GIVEN_UP = range(6)
"""Its steps."""
GOT, MUST_WAIT, IS_DOWN = range(3)


@jitable
def start_moving(w):
    """What was under way comes to nothing, whoever waits for it goes on; the copiers of the plan begin, group by group."""
    for group in range(len(w.groups)):
        let_go_on(w, group)
    for group in range(len(w.groups)):
        if has_moves(w, group):
            slot = new_slot(w)
            a = w.slots[slot]
            a.kind = COPY_KIND
            a.previous = group
            a.version = w.run[0].copy_round
            a.awaited = 0
            at_once(w, COPY_START, slot, 0)


@jitable
def has_moves(w, group):
    return w.groups[group].next_move < w.groups[group].end_move


@jitable
def copy(w, slot, step):
    """Go on from a step until the copier has to wait or is done."""
    run, par, a = w.run[0], w.par[0], w.slots[slot]
    while True:
        is_over = a.version != run.copy_round
        if step == BATCH:
            if is_over:
                free_slot(w, slot)
                return
            if not has_moves(w, a.previous):
                end_copying(w, slot)
                return
            a.awaited = batch_size(w, a.previous)
            step = READS
            found = ask(w, slot, w.groups[a.previous].primary, READER_WAITS)
            if found == MUST_WAIT:
                return
            if found == IS_DOWN:
                step = GIVEN_UP

        elif step in (READS, WRITES):
            if is_over:
                give_back(w, connections_of(a.db_node))
                free_slot(w, slot)
                return
            if step == READS:
                get_under_way(w, slot)
            duration = draws.to_ns(a.awaited, par.copy_ns / w.nodes[a.db_node].speed)
            if duration > 0:
                a.state = READING if step == READS else WRITING
                schedule(w, slot, duration, HEAP)
                return
            step += 1

        elif step == HAS_READ:
            give_back(w, connections_of(a.db_node))
            if is_over:
                free_slot(w, slot)
                return
            step = WRITES
            found = ask(w, slot, w.groups[target_of(w, a.previous)].primary, WRITER_WAITS)
            if found == MUST_WAIT:
                return
            if found == IS_DOWN:
                step = GIVEN_UP

        elif step == HAS_WRITTEN:
            give_back(w, connections_of(a.db_node))
            if is_over:
                free_slot(w, slot)
                return
            arrive(w, slot)
            step = BATCH

        else:
            let_go_on(w, a.previous)
            a.state = PAUSES
            schedule(w, slot, COPY_AGAIN_NS, HEAP)
            return


@jitable
def target_of(w, group):
    """The group that the next item belongs to."""
    key = w.moves[w.groups[group].next_move]
    return shard_of(w, key) * w.par[0].functions + function_of(w, key)


@jitable
def batch_size(w, group):
    """How many items in a row go to the same group."""
    g = w.groups[group]
    target, count = target_of(w, group), 1
    while count < COPIED_TOGETHER and g.next_move + count < g.end_move:
        key = w.moves[g.next_move + count]
        if shard_of(w, key) * w.par[0].functions + function_of(w, key) != target:
            break
        count += 1
    return count


@jitable
def ask(w, slot, index, waiting_state):
    """Ask a node for a connection."""
    run, a = w.run[0], w.slots[slot]
    if not w.nodes[index].is_up:
        return IS_DOWN
    a.db_node = index
    run.order += 1
    a.db_order = run.order
    return GOT if take(w, connections_of(index), slot, waiting_state) else MUST_WAIT


@jitable
def get_under_way(w, slot):
    """From here on queries of the batch's items wait."""
    a = w.slots[slot]
    first = w.groups[a.previous].next_move
    for place in range(first, first + a.awaited):
        w.origins[w.moves[place]] += UNDER_WAY


@jitable
def arrive(w, slot):
    """The batch is where it belongs, on all nodes there."""
    a = w.slots[slot]
    g = w.groups[a.previous]
    for place in range(g.next_move, g.next_move + a.awaited):
        key = w.moves[place]
        w.origins[key] = NIL
        w.items[key].moved = w.items[key].last_write
    g.next_move += a.awaited
    w.run[0].keys_moving -= a.awaited
    w.counts[KEYS_MOVED] += a.awaited
    let_go_on(w, a.previous)


@jitable
def let_go_on(w, group):
    """No batch is under way, and whoever waits for it asks again."""
    g = w.groups[group]
    place = g.next_move
    while place < g.end_move and w.origins[w.moves[place]] >= UNDER_WAY:
        w.origins[w.moves[place]] -= UNDER_WAY
        place += 1
    while g.first_waiting != NIL:
        waiter = g.first_waiting
        b = w.slots[waiter]
        leave_waiting(w, group, waiter)
        b.state += 1
        at_once(w, GRANTED, waiter, b.seq)


@jitable
def end_copying(w, slot):
    """All is where it belongs; a group that is not part of the system any more leaves it."""
    group = w.slots[slot].previous
    free_slot(w, slot)
    if group >= w.par[0].groups:
        failover.settle_outages(w)
        resize_group(w, group, 0, False)


@jitable
def interrupt_copy(w, slot):
    """The node has died."""
    a = w.slots[slot]
    if a.state == READER_WAITS or a.state == WRITER_WAITS:
        leave_queue(w, connections_of(a.db_node), slot)
    else:
        if a.state == READING or a.state == WRITING:
            cancel(w, slot)
        give_back(w, connections_of(a.db_node))
    a.seq = 0
    if a.version != w.run[0].copy_round:
        free_slot(w, slot)
    else:
        copy(w, slot, GIVEN_UP)


# Who waits


@jitable
def wait_for_copy(w, slot, waiting_state):
    """A query of an item that is under way waits until it has arrived."""
    run, a = w.run[0], w.slots[slot]
    g = w.groups[w.origins[a.key] & (UNDER_WAY - 1)]
    run.seq += 1
    a.seq = run.seq
    a.lane = NOWHERE
    a.state = waiting_state
    a.prev = g.last_waiting
    a.next = NIL
    if g.last_waiting == NIL:
        g.first_waiting = slot
    else:
        w.slots[g.last_waiting].next = slot
    g.last_waiting = slot


@jitable
def stop_waiting_for_copy(w, slot):
    leave_waiting(w, w.origins[w.slots[slot].key] & (UNDER_WAY - 1), slot)


@jitable
def leave_waiting(w, group, slot):
    a, g = w.slots[slot], w.groups[group]
    if a.prev == NIL:
        g.first_waiting = a.next
    else:
        w.slots[a.prev].next = a.next
    if a.next == NIL:
        g.last_waiting = a.prev
    else:
        w.slots[a.next].prev = a.prev
