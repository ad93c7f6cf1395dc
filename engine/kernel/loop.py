"""The event loop: what is due next, and who handles it."""

from engine.jit import inlined, jitable
from engine.kernel import (
    balancer,
    cache,
    client,
    failover,
    fanout,
    interruption,
    journey,
    life,
    moving,
    refresh,
    replication,
    sharing,
    steps,
    traffic,
)  # fmt: skip
from engine.kernel.agenda import DEADLINE_BIT, SHARED_BIT, at_once, free_slot, leave_lane, pop_heap
from engine.kernel.pool import GRANTED
from engine.kernel.state import ARRIVAL, CHECK, DEADLINE_LANE, HEAP, MAX_GROUP, NOWHERE, UNKNOWN
from engine.log import ALL_DONE, ALL_SENT, LOG_FULL, NEEDS_ROOM, NOT_BEFORE, OUT_OF_EVENTS, REACHED, WHEN_ALL_SENT

NOTHING = -1


@jitable
def advance(w, until, stop):
    """Let everything happen that is due before a time, or until all requests are sent or done."""
    run = w.run[0]
    set_limits(w)
    while True:
        if run.ready_count > 0:
            settle(w)
        if not has_room(w):
            return LOG_FULL if run.log_count > run.log_limit else NEEDS_ROOM
        if stop != NOT_BEFORE and run.next_request >= run.request_limit:
            if stop == WHEN_ALL_SENT:
                return ALL_SENT
            if run.in_flight == 0:
                return ALL_DONE
        if run.events >= run.event_limit:
            return OUT_OF_EVENTS
        source, due = next_due(w, until)
        if source == NOTHING:
            run.now = until
            return REACHED
        run.now = due
        run.events += 1
        if source == ARRIVAL:
            arrive(w)
        elif source == HEAP or source < DEADLINE_LANE:
            agenda_due(w, source)
        elif source == DEADLINE_LANE:
            client.leave(w, w.sources[DEADLINE_LANE].first)
        elif source == CHECK:
            balancer.check_health(w)
        else:
            traffic.switch_burst(w)


@jitable
def set_limits(w):
    """What `has_room` holds against what is in use: nothing of it changes while the loop runs.

    Whatever comes next finds slots (a write, and one on its way to each replica),
    places on the heap (an event for each slot), and rows of the
    log: for an attempt that ends and the one that follows it at once.
    """
    run = w.run[0]
    run.free_needed = min(len(w.nodes), max(MAX_GROUP, w.par[0].shards)) + 8
    run.heap_limit = len(w.heap) - len(w.slots) - 16
    run.log_limit = len(w.log) - 8 if run.keep_every > 0 else len(w.log)


@inlined
def has_room(w):
    """Whether whatever comes next has the room that it needs."""
    run = w.run[0]
    return run.free_count >= run.free_needed and run.heap_size <= run.heap_limit and run.log_count <= run.log_limit


@inlined
def next_due(w, until):
    """The source of the next event before a time, and when it is due."""
    run = w.run[0]
    if run.earliest == UNKNOWN:
        find_earliest(w)
    best = run.earliest
    best_due, best_seq = w.sources[best].due, w.sources[best].seq
    arrival, heap = w.sources[ARRIVAL], w.sources[HEAP]
    if arrival.due < best_due or (arrival.due == best_due and arrival.seq < best_seq):
        best, best_due, best_seq = ARRIVAL, arrival.due, arrival.seq
    if heap.due < best_due or (heap.due == best_due and heap.seq < best_seq):
        best, best_due = HEAP, heap.due
    if best_due >= until:
        best = NOTHING
    return best, best_due


@jitable
def find_earliest(w):
    """The source that is due first, of all but the arrivals and the heap."""
    best, best_due, best_seq = 0, w.sources[0].due, w.sources[0].seq
    for source in range(1, ARRIVAL):
        s = w.sources[source]
        if s.due < best_due or (s.due == best_due and s.seq < best_seq):
            best, best_due, best_seq = source, s.due, s.seq
    w.run[0].earliest = best


@inlined
def agenda_due(w, source):
    """The first slot of a lane is due, or the first entry of the heap, unless it has been cancelled."""
    if source != HEAP:
        slot = w.sources[source].first
        leave_lane(w, slot)
    else:
        top = w.heap[0]
        slot, seq = top.what, top.seq
        pop_heap(w)
        if slot >= DEADLINE_BIT:
            marked_due(w, slot, seq)
            return
        if w.slots[slot].seq != seq:
            return
        w.slots[slot].lane = NOWHERE
    slot_due(w, slot)


@jitable
def marked_due(w, marked, seq):
    """An entry of the heap that is not a slot's own next event: a deadline, or the end of a shared computation."""
    if marked & SHARED_BIT:
        sharing.share_due(w, marked ^ SHARED_BIT, seq)
    elif w.slots[marked ^ DEADLINE_BIT].deadline_seq == seq:
        client.leave(w, marked ^ DEADLINE_BIT)


@inlined
def slot_due(w, slot):
    """The next event of a slot: what it is depends on what it was waiting for."""
    a = w.slots[slot]
    state = a.state
    if state >= steps.TRAVELLING_OUT:
        journey.move(w, slot, state - steps.TRAVELLING_OUT)
    elif state == client.PAUSING:
        client.send(w, slot)
        at_once(w, client.START, slot, 0)
    elif state == replication.SHIPPED:
        replication.queue_apply(w, slot)
    elif state == replication.APPLYING:
        replication.end_apply(w, slot)
    elif state == refresh.REFRESHING:
        refresh.refreshed(w, slot)
    elif state == traffic.THINKING:
        user_asks(w, slot)
    elif state == fanout.PART_RUNS:
        fanout.part_done(w, slot)
    elif state == failover.FAILS_OVER:
        failover.fail_over(w, slot)
    elif moving.PAUSES <= state <= moving.WRITING:
        copier_due(w, slot, state)
    else:
        life.end_boot(w, slot)


@inlined
def settle(w):
    """Let everything happen that follows at once, in the order in which it was caused, as long as there is room."""
    run = w.run[0]
    while run.ready_count > 0 and has_room(w):
        entry = w.ready[run.ready_first]
        kind, slot, stamp = entry.kind, entry.slot, entry.stamp
        run.ready_first += 1
        if run.ready_first == len(w.ready):
            run.ready_first = 0
        run.ready_count -= 1
        if kind == steps.OVER:
            client.attempt_over(w, slot)
        elif kind == GRANTED:
            granted(w, slot, stamp)
        else:
            follow(w, kind, slot)


@jitable
def follow(w, kind, slot):
    """What follows at once, but for the commonest: that attempts are over and are given places."""
    if kind == client.START:
        if journey.set_out(w, slot):
            journey.move_apart(w, slot, steps.AT_BALANCER)
    elif kind == client.INTERRUPT_LEFT:
        interruption.interrupt(w, slot, interruption.CLIENT_LEFT)
    elif kind == life.SERVER_INTERRUPT:
        interruption.interrupt(w, slot, interruption.SERVER_DIED)
    elif kind == life.DATABASE_INTERRUPT:
        interruption.interrupt(w, slot, interruption.DATABASE_DIED)
    elif kind == sharing.SHARE_OVER:
        journey.move_apart(w, slot, w.slots[slot].state - steps.TRAVELLING_OUT)
    elif kind == cache.REFRESH:
        refresh.start_refresh(w, slot)
    elif kind == replication.SHIP:
        replication.ship_write(w, slot)
    elif kind == replication.HELD_RESUME:
        replication.resume_held(w, slot)
    elif kind == fanout.PART_START:
        fanout.start_part(w, slot)
    elif kind == fanout.PART_GIVEN_UP:
        fanout.part_given_up(w, slot)
    elif kind == moving.COPY_START:
        moving.copy(w, slot, moving.BATCH)
    elif kind == life.BOOT:
        life.boot(w, slot)
    elif kind == traffic.USERS_START:
        traffic.start_users(w)
    elif kind == traffic.BURSTS_START:
        traffic.begin_stay(w)
    elif kind == traffic.ARRIVALS_RESUME:
        traffic.resume_arrivals(w)
    elif kind == traffic.ARRIVALS_START:
        traffic.next_gap(w)
    elif kind == life.CHECKS_START:
        balancer.schedule_checks(w)


@jitable
def granted(w, slot, stamp):
    """A slot has been given the place that it waited for, if it still waits."""
    a = w.slots[slot]
    if a.seq != stamp:
        return
    if a.state >= steps.TRAVELLING_OUT:
        journey.move_apart(w, slot, a.state - steps.TRAVELLING_OUT)
    elif a.state == fanout.PART_GRANTED:
        fanout.begin_part(w, slot)
    elif a.state == replication.APPLY_GRANTED:
        replication.begin_apply(w, slot)
    elif a.state == refresh.REFRESH_GRANTED:
        refresh.begin_refresh(w, slot)
    elif a.state == moving.READER_GRANTED:
        moving.copy(w, slot, moving.READS)
    elif a.state == moving.WRITER_GRANTED:
        moving.copy(w, slot, moving.WRITES)


@jitable
def copier_due(w, slot, state):
    """A copier has read or written its batch, or begins again after one that was given up."""
    if state == moving.PAUSES:
        moving.copy(w, slot, moving.BATCH)
    elif state == moving.READING:
        moving.copy(w, slot, moving.HAS_READ)
    else:
        moving.copy(w, slot, moving.HAS_WRITTEN)


@inlined
def arrive(w):
    """Open loop: the next gap is on the agenda before the request is sent."""
    run = w.run[0]
    number = run.next_request
    run.next_request = number + 1
    traffic.next_gap(w)
    slot = client.new_request(w, number, -1)
    if run.ready_count > 0:
        at_once(w, client.START, slot, 0)
    elif journey.set_out(w, slot):
        journey.move(w, slot, steps.AT_BALANCER)


@jitable
def user_asks(w, slot):
    """Closed loop: a user has thought, and asks unless the run has no place for it."""
    run, par = w.run[0], w.par[0]
    user = w.slots[slot].user
    free_slot(w, slot)
    if not par.closed or user >= par.users or run.next_request >= run.request_limit:
        w.users_here[user] = 0
    else:
        run.next_request += 1
        slot = client.new_request_apart(w, run.next_request - 1, user)
        at_once(w, client.START, slot, 0)
