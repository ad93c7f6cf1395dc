"""Journeys cut short: the client takes its work along, a server dies, a database node dies."""

from engine.jit import jitable
from engine.kernel import balancer, database, fanout, replication
from engine.kernel.agenda import cancel
from engine.kernel.journey import (
    COMPUTING,
    FAILING,
    GRANTED_CONNECTION,
    GRANTED_CPU,
    GRANTED_WORKER,
    LEAVE,
    LOOKING_UP,
    PASSING,
    TRAVELLING_BACK,
    TRAVELLING_OUT,
    WAITS_FOR_CONNECTION,
    WAITS_FOR_CPU,
    WAITS_FOR_PARTS,
    WAITS_FOR_REPLICAS,
    WAITS_FOR_WORKER,
    WORK_DONE,
    end_journey,
    move_apart,
)
from engine.kernel.pool import connections_of, give_back, leave_queue
from engine.kernel.state import FIRST_SERVER_POOL
from engine.log import FAILED

CLIENT_LEFT, SERVER_DIED, DATABASE_DIED = 0, 1, 2


@jitable
def unwind(w, slot):
    """Give back whatever the attempt holds or waits for, from the inside out."""
    a = w.slots[slot]
    state = a.state
    workers = FIRST_SERVER_POOL + 2 * a.server
    if state in (TRAVELLING_OUT, PASSING, FAILING, TRAVELLING_BACK):
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
            cancel(w, slot)
            give_back(w, workers + 1)
        elif state == LOOKING_UP:
            cancel(w, slot)
        elif state == WAITS_FOR_PARTS:
            fanout.give_up_parts(w, slot)
        elif state != GRANTED_WORKER:
            unwind_query(w, slot)
        give_back(w, workers)
    a.seq = 0
    w.servers[a.server].present -= 1


@jitable
def unwind_query(w, slot):
    """Leave the database."""
    a = w.slots[slot]
    if a.state == WAITS_FOR_CONNECTION:
        leave_queue(w, connections_of(a.db_node), slot)
    else:
        if a.state == WAITS_FOR_REPLICAS:
            database.give_up_wait(w, slot)
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
        elif a.kind == fanout.PART_KIND:
            fanout.interrupt_part(w, slot)
        else:
            unwind_query(w, slot)
            a.verdict = FAILED
            move_apart(w, slot, WORK_DONE)
    elif cause == SERVER_DIED:
        unwind(w, slot)
        a.verdict = FAILED
        move_apart(w, slot, LEAVE)
    else:
        unwind(w, slot)
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
