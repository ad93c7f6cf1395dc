"""The event loop: what is due next, and who handles it. Entry points: start, advance, change, inject."""

import numpy as np

from engine.jit import jitable
from engine.kernel import balancer, cache, client, database, journey, traffic
from engine.kernel.agenda import DEADLINE_BIT, at_once, free_slot, new_slot, pop_heap, schedule
from engine.kernel.pool import GRANTED, resize, settle_areas
from engine.kernel.state import DEADLINE_LANE, FIRST_SERVER_POOL, LANES, NIL, NOWHERE, ON_HEAP
from engine.log import ALL_DONE, ALL_SENT, LOG_FULL, NEEDS_ROOM, NOT_BEFORE, OUT_OF_EVENTS, REACHED, WHEN_ALL_SENT
from engine.workload.rates import NEVER

SERVER_INTERRUPT, DATABASE_INTERRUPT = 5, 6
BOOT, CHECKS_START = 17, 18
BOOTING = 8
ARRIVAL, CHECK, BURST, FROM_HEAP, NOTHING = LANES, LANES + 1, LANES + 2, LANES + 3, -1
CRASH, RECOVER, SLOW, FAIL_FAST = range(4)
SERVERS, DATABASE = range(2)
SLOT_BITS = 24


@jitable
def advance(w, until, stop):
    """Let everything happen that is due before a time, or until all requests are sent or done."""
    run = w.run[0]
    while True:
        settle(w)
        if run.free_count < len(w.nodes) + 8 or run.heap_size + 2 * len(w.nodes) + 16 > len(w.heap):
            return NEEDS_ROOM
        if run.keep_every > 0 and run.log_count + len(w.slots) > len(w.log):
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
        if source == ARRIVAL:
            arrive(w)
        elif source == DEADLINE_LANE:
            slot = w.lanes[DEADLINE_LANE].first
            client.leave(w, slot)
        elif source < LANES:
            lane = w.lanes[source]
            slot = lane.first
            a = w.slots[slot]
            lane.first = a.next
            if a.next == NIL:
                lane.last = NIL
            else:
                w.slots[a.next].prev = NIL
            a.lane = NOWHERE
            slot_due(w, slot)
        elif source == FROM_HEAP:
            what = w.heap[0].what
            pop_heap(w)
            if what & DEADLINE_BIT:
                client.leave(w, what ^ DEADLINE_BIT)
            else:
                w.slots[what].lane = NOWHERE
                slot_due(w, what)
        elif source == CHECK:
            balancer.check_health(w)
        else:
            traffic.switch_burst(w)


@jitable
def next_due(w, until):
    """The source of the next event before a time, and when it is due."""
    run = w.run[0]
    slots = w.slots
    best, best_due, best_seq = NOTHING, until, -1
    if run.arrival_due < best_due:
        best, best_due, best_seq = ARRIVAL, run.arrival_due, run.arrival_seq
    heap_first = skip_stale(w)
    if heap_first:
        top = w.heap[0]
        if top.due < best_due or (top.due == best_due and top.seq < best_seq):
            best, best_due, best_seq = FROM_HEAP, top.due, top.seq
    for lane in range(DEADLINE_LANE):
        first = w.lanes[lane].first
        if first != NIL:
            a = slots[first]
            if a.due < best_due or (a.due == best_due and a.seq < best_seq):
                best, best_due, best_seq = lane, a.due, a.seq
    first = w.lanes[DEADLINE_LANE].first
    if first != NIL:
        a = slots[first]
        if a.deadline < best_due or (a.deadline == best_due and a.deadline_seq < best_seq):
            best, best_due, best_seq = DEADLINE_LANE, a.deadline, a.deadline_seq
    if run.check_due < best_due or (run.check_due == best_due and run.check_seq < best_seq):
        best, best_due, best_seq = CHECK, run.check_due, run.check_seq
    if run.burst_due < best_due or (run.burst_due == best_due and run.burst_seq < best_seq):
        best, best_due, best_seq = BURST, run.burst_due, run.burst_seq
    return best, best_due


@jitable
def skip_stale(w):
    """Drop entries at the head of the heap that were cancelled; whether one is left."""
    run = w.run[0]
    while run.heap_size > 0:
        top = w.heap[0]
        if top.what & DEADLINE_BIT:
            if w.slots[top.what ^ DEADLINE_BIT].deadline_seq == top.seq:
                return True
        elif w.slots[top.what].seq == top.seq:
            return True
        pop_heap(w)
    return False


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
        end_boot(w, slot)


@jitable
def settle(w):
    """Let everything happen that follows at once, in the order in which it was caused."""
    run = w.run[0]
    while run.ready_count > 0:
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
        elif kind == SERVER_INTERRUPT:
            journey.interrupt(w, slot, journey.SERVER_DIED)
        elif kind == DATABASE_INTERRUPT:
            journey.interrupt(w, slot, journey.DATABASE_DIED)
        elif kind == database.SHIP:
            database.ship_write(w, slot)
        elif kind == database.HELD_RESUME:
            database.resume_held(w, slot)
        elif kind == BOOT:
            boot(w, slot)
        elif kind == traffic.USERS_START:
            traffic.start_users(w)
        elif kind == traffic.BURSTS_START:
            traffic.begin_stay(w)
        elif kind == traffic.ARRIVALS_RESUME:
            traffic.resume_arrivals(w)
        elif kind == traffic.ARRIVALS_START:
            traffic.next_gap(w)
        elif kind == CHECKS_START:
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


# Servers come and go


@jitable
def renew_server(server):
    """A machine as new: healthy, at full speed, and nothing known about it."""
    server.speed = 1.0
    server.fail_ratio = 0.0
    server.fail_after_ns = 0
    server.passes_checks = 1
    server.believed_healthy = 1
    server.failed_checks = 0
    server.passed_checks = 0
    server.latency = -1.0


@jitable
def join(w, index):
    w.servers[index].is_up = 1
    w.servers[index].takes_part = 1
    balancer.update_rotation(w)


@jitable
def add_server(w, index):
    """Be part of the system (again): a machine that still finishes its work stays, any other boots."""
    server = w.servers[index]
    if server.is_up and server.present > 0:
        join(w, index)
        return
    server.is_up = 0
    renew_server(server)
    server.boots += 1
    slot = new_slot(w)
    a = w.slots[slot]
    a.server = index
    a.order = server.boots
    at_once(w, BOOT, slot, 0)


@jitable
def boot(w, slot):
    a = w.slots[slot]
    if w.par[0].boot_ns > 0:
        a.state = BOOTING
        schedule(w, slot, w.par[0].boot_ns, ON_HEAP)
    else:
        end_boot(w, slot)


@jitable
def end_boot(w, slot):
    """The machine joins, unless something else has happened to it."""
    a = w.slots[slot]
    index = a.server
    if w.servers[index].boots == a.order:
        join(w, index)
    free_slot(w, slot)


# Entry points beside `advance`; what follows from them at once happens when `advance` is called next


@jitable
def start(w, warm_items):
    """The first instant: all servers up, the cache empty or warm, the first events on the agenda."""
    run, par = w.run[0], w.par[0]
    for index in range(par.server_count):
        renew_server(w.servers[index])
        w.servers[index].boots += 1
        join(w, index)
    at_once(w, CHECKS_START, 0, 0)
    cache.start_warm(w, warm_items)
    run.arrival_due = NEVER
    run.burst_due = NEVER
    traffic.start_traffic(w)


@jitable
def change(w, pattern_changed, old_count, reset_credit, interval_changed):
    """Another system has taken over: the parameters are new, the state follows. What runs finishes as it began."""
    run, par = w.run[0], w.par[0]
    if par.closed and run.arriving and not pattern_changed:
        at_once(w, traffic.ARRIVALS_RESUME, 0, 0)
    traffic.start_traffic(w)
    for index in range(len(w.servers)):
        if w.servers[index].boots > 0:
            resize(w, FIRST_SERVER_POOL + 2 * index, par.workers)
            resize(w, FIRST_SERVER_POOL + 2 * index + 1, par.vcpus)
    for index in range(old_count, par.server_count):
        add_server(w, index)
    for index in range(par.server_count, old_count):
        w.servers[index].boots += 1
        w.servers[index].takes_part = 0
    if reset_credit:
        for index in range(len(w.servers)):
            w.servers[index].credit = 0
    balancer.update_rotation(w)
    if interval_changed:
        at_once(w, CHECKS_START, 0, 0)
    cache.change_cache(w)
    for index in range(len(w.nodes)):
        node = w.nodes[index]
        resize(w, index, par.connections)
        if index > 0:
            if index <= par.replicas and not node.takes_part:
                node.applied = run.committed
            node.takes_part = 1 if index <= par.replicas else 0


@jitable
def quiet(w):
    """The open stream ends here."""
    w.run[0].arriving = 0
    w.run[0].arrival_due = NEVER


@jitable
def read(w):
    """Bring all integrals up to now, so that they can be read."""
    run = w.run[0]
    for index in range(len(w.pools)):
        settle_areas(w.pools[index], run.now)
    balancer.settle_nobody(w)


@jitable
def stop_pattern(w):
    """Before another pattern takes over: what has passed of the gap counts at the old rate; bursts end."""
    w.run[0].burst_due = NEVER
    w.run[0].bursting = 0
    traffic.use_up_gap(w)


@jitable
def inject(w, kind, tier, index, number, after_ns, passes_checks):
    """Something breaks, or is mended, now."""
    if tier == SERVERS:
        break_server(w, kind, index, number, after_ns, passes_checks)
    else:
        break_node(w, kind, index, number)


@jitable
def break_server(w, kind, index, number, after_ns, passes_checks):
    server = w.servers[index]
    if kind == CRASH and server.is_up:
        server.boots += 1
        server.is_up = 0
        interrupt_all(w, index, SERVER_INTERRUPT)
    elif kind == RECOVER:
        server.speed = 1.0
        server.fail_ratio = 0.0
        if not server.is_up and server.takes_part:
            join(w, index)
    elif kind == SLOW:
        server.speed = number
    elif kind == FAIL_FAST:
        server.fail_ratio = number
        server.fail_after_ns = after_ns
        server.passes_checks = passes_checks


@jitable
def break_node(w, kind, index, number):
    node = w.nodes[index]
    if kind == CRASH and node.is_up:
        node.is_up = 0
        interrupt_all(w, index, DATABASE_INTERRUPT)
    elif kind == RECOVER:
        node.speed = 1.0
        if not node.is_up:
            node.is_up = 1
            at_once(w, database.HELD_RESUME, index, 0)
    elif kind == SLOW:
        node.speed = number


@jitable
def is_on(w, slot, index, interruption):
    """Whether a slot is on the node that dies."""
    a = w.slots[slot]
    state = a.state
    if interruption == SERVER_INTERRUPT:
        return a.server == index and journey.FAILING <= state <= journey.QUERYING
    in_query = journey.WAITS_FOR_CONNECTION <= state <= journey.QUERYING
    in_apply = database.APPLY_WAITS <= state <= database.APPLYING and a.kind == database.APPLY_KIND
    return a.db_node == index and (in_query or in_apply)


@jitable
def interrupt_all(w, index, interruption):
    """Interrupt all that is on a node, in the order in which it came."""
    count = 0
    for slot in range(len(w.slots)):
        if is_on(w, slot, index, interruption):
            count += 1
    orders = np.empty(count, dtype=np.int64)
    count = 0
    for slot in range(len(w.slots)):
        if is_on(w, slot, index, interruption):
            order = w.slots[slot].order if interruption == SERVER_INTERRUPT else w.slots[slot].db_order
            orders[count] = (order << SLOT_BITS) + slot
            count += 1
    orders.sort()
    for order in orders:
        at_once(w, interruption, int(order & ((1 << SLOT_BITS) - 1)), 0)
