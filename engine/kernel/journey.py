"""An attempt's journey: network, balancer, server with all behind it, network; and its end wherever it is cut short.

One step function moves an attempt from state to state until it has to wait; what waits for what is in the agenda and pools.
"""

from engine.jit import inlined, jitable
from engine.kernel import aside, balancer, cache, cdn, database, fanout
from engine.kernel.agenda import at_once, cancel_deadline, schedule
from engine.kernel.breaker import lets_through, note_call
from engine.kernel.moving import wait_for_copy
from engine.kernel.observe import note_data, note_look_up
from engine.kernel.pool import connections_of, give_back, take
from engine.kernel.rows import let_go
from engine.kernel.shards import is_under_way
from engine.kernel.sharing import share
from engine.kernel.state import BACK_LANE, FIRST_SERVER_POOL, HEAP, LOOKUP_LANE, OUT_LANE, PASS_LANE, SERVED
from engine.kernel.steps import (
    ANSWERED,
    ASKS_MACHINE,
    ASKS_NODE,
    ASKS_PARTS,
    AT_BALANCER,
    CALL_OVER,
    CHOOSE,
    COMPUTING,
    CPU_DONE,
    DATA,
    DATA_READ,
    DROPPED,
    ENDS,
    FAILING,
    HAS_CONNECTION,
    HAS_CPU,
    HAS_WORKER,
    LEAVE,
    LOOKED_UP,
    LOOKING_UP,
    NEVER_DROP,
    OVER,
    PASSING,
    QUERIED,
    QUERYING,
    TRAVELLING_BACK,
    TRAVELLING_OUT,
    WAITS,
    WAITS_FOR_CONNECTION,
    WAITS_FOR_COPY,
    WAITS_FOR_CPU,
    WAITS_FOR_REPLICAS,
    WAITS_FOR_WORKER,
    WORK_DONE,
)
from engine.log import FAILED, OK, READ, REFUSED, STATIC, TIMEOUT, UNAVAILABLE
from engine.workload import draws
from engine.workload.counter import unit


@inlined
def set_out(w, slot):
    """Leave for the balancer; True if there is no way to go, so that the attempt is there at once."""
    par, a = w.par[0], w.slots[slot]
    if cdn.sets_out(w, slot):
        step = aside.step_from_pop(cdn.set_out(w, slot))
        if step >= 0:
            move_apart(w, slot, step)
        return False
    delay = draws.trip(w.keys, draws.TRIP_OUT, a.request, a.attempt, w.out_ns[a.region], par.jitter_cv)
    if delay > 0:
        a.state = TRAVELLING_OUT
        schedule(w, slot, delay, OUT_LANE)
    return delay <= 0


@inlined
def is_expired(w, a):
    """Deadline propagation: work whose client has left is not begun, unless nobody looks."""
    return a.outcome == TIMEOUT and w.par[0].drop != NEVER_DROP


@inlined
def move(w, slot, step):
    """Go on from a step until the attempt has to wait or is over."""
    run, par, a = w.run[0], w.par[0], w.slots[slot]
    while True:
        if step == AT_BALANCER:
            a.at_balancer = run.now
            delay = par.overhead_ns
            if par.pass_ns > 0:
                begins = max(run.now, run.next_pass)
                run.next_pass = begins + par.pass_ns
                delay += begins - run.now
            if delay > 0:
                a.state = PASSING
                schedule(w, slot, delay, PASS_LANE)
                return
            step = CHOOSE

        elif step == CHOOSE:
            index = balancer.choose_server(w, slot)
            if index < 0:
                a.verdict = UNAVAILABLE
                step = LEAVE
                continue
            run.last = index
            server = w.servers[index]
            server.in_flight += 1
            server.dispatched += 1
            a.server = index
            a.dispatched = run.now
            run.order += 1
            a.order = run.order
            if not server.is_up:
                a.verdict = FAILED
                step = LEAVE
                continue
            if server.fail_ratio > 0.0 and unit(w.keys[draws.FAIL_FAST], a.request, a.attempt) < server.fail_ratio:
                a.verdict = FAILED
                step = LEAVE
                if server.fail_after_ns > 0:
                    a.state = FAILING
                    schedule(w, slot, server.fail_after_ns, HEAP)
                    return
                continue
            if is_full(w, index):
                a.verdict = REFUSED
                step = LEAVE
                continue
            server.present += 1
            if not take(w, FIRST_SERVER_POOL + 2 * index, slot, WAITS_FOR_WORKER):
                return
            step = HAS_WORKER

        elif step == HAS_WORKER:
            a.worker_at = run.now
            if is_expired(w, a):
                a.verdict = DROPPED
                step = WORK_DONE
                continue
            if not take(w, FIRST_SERVER_POOL + 2 * a.server + 1, slot, WAITS_FOR_CPU):
                return
            step = HAS_CPU

        elif step == HAS_CPU:
            a.cpu_at = run.now
            if is_expired(w, a):
                give_back(w, FIRST_SERVER_POOL + 2 * a.server + 1)
                a.verdict = DROPPED
                step = WORK_DONE
                continue
            server = w.servers[a.server]
            units = draws.demand(w.keys, draws.CPU, a.request, a.attempt, par.cpu_shape, par.cpu_a, par.cpu_b)
            duration = draws.to_ns(units, server.mean_cpu_ns / server.speed)
            if duration > 0:
                a.state = COMPUTING
                if par.sharing:
                    share(w, a.server, slot, duration)
                else:
                    schedule(w, slot, duration, HEAP)
                return
            step = CPU_DONE

        elif step == CPU_DONE:
            a.cpu_done = run.now
            give_back(w, FIRST_SERVER_POOL + 2 * a.server + 1)
            if a.kind == STATIC:
                a.verdict = OK
                step = WORK_DONE
            elif par.asks_several and a.kind == READ and fanout.breadth(w, slot) != fanout.ONE:
                step = ASKS_PARTS
            elif a.kind == READ and par.cache:
                if par.lookup_ns > 0:
                    a.state = LOOKING_UP
                    schedule(w, slot, par.lookup_ns, LOOKUP_LANE)
                    return
                step = LOOKED_UP
            else:
                step = DATA

        elif step == LOOKED_UP:
            a.looked_up = run.now
            version = cache.look_up(w, slot)
            if version >= 0:
                a.hit = 1
                a.version = version
                a.stale = 1 if version < w.items[a.key].last_write else 0
                a.verdict = OK
                note_look_up(w, 1)
                note_data(w, slot)
                step = WORK_DONE
            else:
                a.hit = 0
                note_look_up(w, 0)
                if par.coalescing and aside.waits_for_fetch(w, slot):
                    return
                step = DATA

        elif step in (DATA, ASKS_NODE):
            if step == DATA:
                a.db_queued = run.now
                if par.breaker and not lets_through(w, slot):
                    a.verdict = REFUSED
                    step = WORK_DONE
                    continue
            if par.many_groups and is_under_way(w, a.key):
                wait_for_copy(w, slot, WAITS_FOR_COPY)
                return
            a.db_node = database.node_for(w, slot)
            pool = w.pools[connections_of(a.db_node)]
            if not w.nodes[a.db_node].is_up:
                a.verdict = FAILED
                step = CALL_OVER
            elif par.database_queue_limit >= 0 and pool.taken >= pool.places and pool.waiting >= par.database_queue_limit:
                a.verdict = REFUSED
                step = CALL_OVER
            else:
                run.order += 1
                a.db_order = run.order
                w.nodes[a.db_node].queries += 1
                if not take(w, connections_of(a.db_node), slot, WAITS_FOR_CONNECTION):
                    return
                step = HAS_CONNECTION

        elif step == HAS_CONNECTION:
            if par.colocated and a.db_node == 0:
                step = ASKS_MACHINE
                continue
            a.db_at = run.now
            if is_expired(w, a):
                give_back(w, connections_of(a.db_node))
                a.verdict = DROPPED
                step = CALL_OVER
                continue
            duration = database.begin_query(w, slot)
            if duration > 0:
                a.state = QUERYING
                schedule(w, slot, duration, HEAP)
                return
            step = QUERIED

        elif step == QUERIED:
            a.db_done = run.now
            a.verdict = OK
            if not database.end_query(w, slot):
                a.state = WAITS_FOR_REPLICAS
                return
            if par.breaker:
                note_call(w, slot, a.outcome == TIMEOUT)
            note_data(w, slot)
            step = WORK_DONE

        elif step == DATA_READ:
            note_data(w, slot)
            step = WORK_DONE

        elif step == CALL_OVER:
            if par.breaker:
                note_call(w, slot, True)
            step = WORK_DONE

        elif step == WORK_DONE:
            if a.verdict != OK:
                aside.end_fetch(w, slot)
            give_back(w, FIRST_SERVER_POOL + 2 * a.server)
            w.servers[a.server].present -= 1
            step = LEAVE

        elif step == LEAVE:
            a.left = run.now
            if a.verdict == OK:
                w.counts[SERVED] += 1
            balancer.note_answer(w, slot, a.verdict != DROPPED)
            if a.pop >= 0:
                step = aside.step_from_pop(cdn.leave_origin(w, slot, a.verdict == DROPPED))
                if step == WAITS:
                    return
                if step == ENDS:
                    end_journey(w, slot)
                    return
                continue
            if a.verdict == DROPPED or a.outcome == TIMEOUT:
                end_journey(w, slot)
                return
            delay = draws.trip(w.keys, draws.TRIP_BACK, a.request, a.attempt, w.back_ns[a.region], par.jitter_cv)
            if delay > 0:
                a.state = TRAVELLING_BACK
                schedule(w, slot, delay, BACK_LANE)
                return
            step = ANSWERED

        elif step == ANSWERED:
            if a.outcome != TIMEOUT:
                end_attempt(w, slot, a.verdict)
            end_journey(w, slot)
            return

        else:
            step = aside.move_aside(w, slot, step)
            if step == WAITS:
                return
            if step == ENDS:
                end_journey(w, slot)
                return


@jitable
def move_apart(w, slot, step):
    """`move` for callers that are not worth a copy of it."""
    move(w, slot, step)


@inlined
def is_full(w, index):
    """Load shedding, memory, or the queue before the workers."""
    par, present = w.par[0], w.servers[index].present
    if par.shed_above >= 0 and present >= par.shed_above:
        return True
    if par.memory_limit >= 0 and present >= par.memory_limit:
        return True
    if par.colocated and aside.is_full_beside(w, index):
        return True
    if par.queue_limit < 0:
        return False
    workers = w.pools[FIRST_SERVER_POOL + 2 * index]
    return workers.taken >= workers.places and workers.waiting >= par.queue_limit


@inlined
def end_attempt(w, slot, outcome):
    """The client has its answer, or has left."""
    a = w.slots[slot]
    a.outcome = outcome
    a.ended = w.run[0].now
    if a.deadline_seq > 0:
        cancel_deadline(w, slot)
    at_once(w, OVER, slot, 0)


@inlined
def end_journey(w, slot):
    """Nothing of the attempt is left on the way."""
    a = w.slots[slot]
    a.journey_over = 1
    a.state = 0
    if a.client_over:
        let_go(w, slot)
