"""The event loop: what is due next, and who handles it."""

from engine.jit import jitable
from engine.kernel import balancer, client, database, journey, life, traffic
from engine.kernel.agenda import DEADLINE_BIT, free_slot, leave_lane, pop_heap
from engine.kernel.pool import GRANTED
from engine.kernel.state import ARRIVAL, CHECK, DEADLINE_LANE, HEAP, NOWHERE, SOURCES
from engine.log import ALL_DONE, ALL_SENT, LOG_FULL, NEEDS_ROOM, NOT_BEFORE, OUT_OF_EVENTS, REACHED, WHEN_ALL_SENT

NOTHING = -1


@jitable
def advance(w, until, stop):
    """Let everything happen that is due before a time, or until all requests are sent or done."""
    run = w.run[0]
    while True:
        settle(w)
        if not has_room(w):
            return NEEDS_ROOM
        if not has_room_for_rows(w):
            return LOG_FULL
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
        if source == HEAP:
            heap_due(w)
        elif source == ARRIVAL:
            arrive(w)
        elif source == DEADLINE_LANE:
            client.leave(w, w.sources[DEADLINE_LANE].first)
        elif source < DEADLINE_LANE:
            slot = w.sources[source].first
            leave_lane(w, slot)
            slot_due(w, slot)
        elif source == CHECK:
            balancer.check_health(w)
        else:
            traffic.switch_burst(w)


@jitable
def has_room(w):
    """Whether whatever comes next finds slots (a write for each replica) and places on the heap (an event for each slot)."""
    run = w.run[0]
    return run.free_count >= len(w.nodes) + 8 and run.heap_size + len(w.slots) + 16 <= len(w.heap)


@jitable
def has_room_for_rows(w):
    """Whether the log takes the rows of whatever comes next: an attempt that ends, and the one that follows it at once."""
    return w.run[0].keep_every == 0 or w.run[0].log_count + 8 <= len(w.log)


@jitable
def next_due(w, until):
    """The source of the next event before a time, and when it is due."""
    best, best_due, best_seq = NOTHING, until, -1
    for source in range(SOURCES):
        s = w.sources[source]
        if s.due < best_due or (s.due == best_due and s.seq < best_seq):
            best, best_due, best_seq = source, s.due, s.seq
    return best, best_due


@jitable
def heap_due(w):
    """The first entry of the heap is due, unless it has been cancelled."""
    top = w.heap[0]
    what, seq = top.what, top.seq
    pop_heap(w)
    if what & DEADLINE_BIT:
        slot = what ^ DEADLINE_BIT
        if w.slots[slot].deadline_seq == seq:
            client.leave(w, slot)
    elif w.slots[what].seq == seq:
        w.slots[what].lane = NOWHERE
        slot_due(w, what)


@jitable
def slot_due(w, slot):
    """The next event of a slot: what it is depends on what it was waiting for."""
    a = w.slots[slot]
    state = a.state
    if state == journey.COMPUTING:
        journey.move(w, slot, journey.CPU_DONE)
    elif state == journey.TRAVELLING_OUT:
        journey.move(w, slot, journey.AT_BALANCER)
    elif state == journey.TRAVELLING_BACK:
        journey.move(w, slot, journey.ANSWERED)
    elif state == journey.LOOKING_UP:
        journey.move(w, slot, journey.LOOKED_UP)
    elif state == journey.QUERYING:
        journey.move(w, slot, journey.QUERIED)
    elif state == journey.PASSING:
        journey.move(w, slot, journey.CHOOSE)
    elif state == journey.FAILING:
        journey.move(w, slot, journey.LEAVE)
    elif state == client.PAUSING:
        client.send(w, slot)
    elif state == database.SHIPPED:
        database.queue_apply(w, slot)
    elif state == database.APPLYING:
        database.end_apply(w, slot)
    elif state == traffic.THINKING:
        user_asks(w, slot)
    else:
        life.end_boot(w, slot)


@jitable
def settle(w):
    """Let everything happen that follows at once, in the order in which it was caused, as long as there is room."""
    run = w.run[0]
    while run.ready_count > 0 and has_room(w) and has_room_for_rows(w):
        entry = w.ready[run.ready_first]
        kind, slot, stamp = entry.kind, entry.slot, entry.stamp
        run.ready_first += 1
        if run.ready_first == len(w.ready):
            run.ready_first = 0
        run.ready_count -= 1
        if kind == client.START:
            journey.start_journey(w, slot)
        elif kind == journey.OVER:
            client.attempt_over(w, slot)
        elif kind == GRANTED:
            granted(w, slot, stamp)
        elif kind == client.INTERRUPT_LEFT:
            journey.interrupt(w, slot, journey.CLIENT_LEFT)
        elif kind == life.SERVER_INTERRUPT:
            journey.interrupt(w, slot, journey.SERVER_DIED)
        elif kind == life.DATABASE_INTERRUPT:
            journey.interrupt(w, slot, journey.DATABASE_DIED)
        elif kind == database.SHIP:
            database.ship_write(w, slot)
        elif kind == database.HELD_RESUME:
            database.resume_held(w, slot)
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
    if a.state == journey.GRANTED_WORKER:
        journey.move(w, slot, journey.HAS_WORKER)
    elif a.state == journey.GRANTED_CPU:
        journey.move(w, slot, journey.HAS_CPU)
    elif a.state == journey.GRANTED_CONNECTION:
        journey.move(w, slot, journey.HAS_CONNECTION)
    elif a.state == database.APPLY_GRANTED:
        database.begin_apply(w, slot)


@jitable
def arrive(w):
    """Open loop: the next gap is on the agenda before the request is sent."""
    run = w.run[0]
    number = run.next_request
    run.next_request = number + 1
    traffic.next_gap(w)
    client.new_request(w, number, -1)


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
        client.new_request(w, run.next_request - 1, user)
