"""Journeys cut short: the client takes its work along, a server dies, a database node dies."""

from engine.jit import jitable
from engine.kernel import balancer, cache, cdn, database, fanout, replication
from engine.kernel.agenda import cancel
from engine.kernel.aside import end_fetch, is_calling
from engine.kernel.breaker import note_call
from engine.kernel.fetching import stop_waiting
from engine.kernel.journey import end_journey, move_apart
from engine.kernel.moving import COPY_KIND, interrupt_copy, stop_waiting_for_copy
from engine.kernel.pool import connections_of, give_back, leave_queue
from engine.kernel.refresh import interrupt_refresh
from engine.kernel.sharing import leave_share
from engine.kernel.state import FIRST_SERVER_POOL, SHARED
from engine.kernel.steps import (
    AT_POP,
    CALL_OVER,
    COMPUTING,
    FAILING,
    GRANTED_CONNECTION,
    GRANTED_CPU,
    GRANTED_MACHINE,
    GRANTED_WORKER,
    HANDED_FETCH,
    LEAVE,
    LOOKING_UP,
    MAY_ASK,
    PASSING,
    QUERYING_BESIDE,
    SHARED_FETCH,
    TRAVELLING_BACK,
    TRAVELLING_OUT,
    WAITS_FOR_CONNECTION,
    WAITS_FOR_COPY,
    WAITS_FOR_CPU,
    WAITS_FOR_FETCH,
    WAITS_FOR_MACHINE,
    WAITS_FOR_PARTS,
    WAITS_FOR_REPLICAS,
    WAITS_FOR_WORKER,
    WAITS_TO_ASK,
)
from engine.log import FAILED

CLIENT_LEFT, SERVER_DIED, DATABASE_DIED = 0, 1, 2


@jitable
def unwind(w, slot):
    """Give back whatever the attempt holds or waits for, from the inside out."""
    a = w.slots[slot]
    state = a.state
    workers = FIRST_SERVER_POOL + 2 * a.server
    if state in (TRAVELLING_OUT, PASSING, FAILING, TRAVELLING_BACK) or state >= TRAVELLING_OUT + AT_POP:
        cancel(w, slot)
        return
    if state == WAITS_FOR_WORKER:
        leave_queue(w, workers, slot)
    else:
        if state == WAITS_FOR_CPU:
            leave_queue(w, workers + 1, slot)
        elif state == GRANTED_CPU:
            give_back(w, workers + 1)
        elif state == COMPUTING:
            stop(w, slot)
            give_back(w, workers + 1)
        elif state == LOOKING_UP:
            cancel(w, slot)
        elif state == WAITS_FOR_PARTS:
            fanout.give_up_parts(w, slot)
        elif state == WAITS_FOR_FETCH:
            stop_waiting(w, a.key, slot)
        elif state == HANDED_FETCH:
            end_fetch(w, slot)
        elif WAITS_FOR_COPY <= state <= MAY_ASK:
            if state in (WAITS_FOR_COPY, WAITS_TO_ASK):
                stop_waiting_for_copy(w, slot)
            end_fetch(w, slot)
        elif state not in (GRANTED_WORKER, SHARED_FETCH):
            unwind_query(w, slot)
            end_fetch(w, slot)
        give_back(w, workers)
    a.seq = 0
    w.servers[a.server].present -= 1


@jitable
def stop(w, slot):
    """Whatever the slot is at does not come to its end."""
    if w.slots[slot].lane == SHARED:
        leave_share(w, slot)
    else:
        cancel(w, slot)


@jitable
def unwind_query(w, slot):
    """Leave the database."""
    a = w.slots[slot]
    if a.state == WAITS_FOR_CONNECTION:
        leave_queue(w, connections_of(a.db_node), slot)
    else:
        if a.state == WAITS_FOR_REPLICAS:
            database.give_up_wait(w, slot)
        elif a.state == WAITS_FOR_MACHINE:
            leave_queue(w, FIRST_SERVER_POOL + 1, slot)
        elif a.state == GRANTED_MACHINE:
            give_back(w, FIRST_SERVER_POOL + 1)
        elif a.state == QUERYING_BESIDE:
            stop(w, slot)
            give_back(w, FIRST_SERVER_POOL + 1)
        elif a.state != GRANTED_CONNECTION:
            cancel(w, slot)
        give_back(w, connections_of(a.db_node))
    a.seq = 0


@jitable
def interrupt(w, slot, cause):
    """Cut a journey short: its client has left and takes the work along, or the node that it is on has died."""
    a = w.slots[slot]
    if a.journey_over:
        return
    if cause == DATABASE_DIED:
        if a.kind == replication.APPLY_KIND:
            interrupt_apply(w, slot)
        elif a.kind == cache.REFRESH_KIND:
            interrupt_refresh(w, slot)
        elif a.kind == fanout.PART_KIND:
            fanout.interrupt_part(w, slot)
        elif a.kind == COPY_KIND:
            interrupt_copy(w, slot)
        else:
            unwind_query(w, slot)
            a.verdict = FAILED
            move_apart(w, slot, CALL_OVER)
    elif cause == SERVER_DIED:
        unwind(w, slot)
        a.verdict = FAILED
        move_apart(w, slot, LEAVE)
    else:
        if w.par[0].breaker and is_calling(a):
            note_call(w, slot, True)
        unwind(w, slot)
        cdn.interrupt(w, slot)
        if a.left < 0:
            a.left = w.run[0].now
            balancer.note_answer(w, slot, False)
        end_journey(w, slot)


@jitable
def interrupt_apply(w, slot):
    """The replica has died: the write is applied when it is back."""
    a = w.slots[slot]
    if a.state == replication.APPLY_WAITS:
        leave_queue(w, connections_of(a.db_node), slot)
    else:
        if a.state != replication.APPLY_GRANTED:
            cancel(w, slot)
        give_back(w, connections_of(a.db_node))
    a.seq = 0
    replication.hold(w, slot)
