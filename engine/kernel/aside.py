"""Steps of a journey that only some systems know: by a point of presence, for another's fetch, on the first server's machine.

They stand apart from the journey's loop, so that it stays small.
"""

from engine.jit import jitable
from engine.kernel import cache, cdn, database, fanout, fetching
from engine.kernel.agenda import schedule
from engine.kernel.breaker import lets_through, note_call
from engine.kernel.moving import wait_for_copy
from engine.kernel.pool import connections_of, give_back, take
from engine.kernel.shards import is_under_way
from engine.kernel.sharing import share
from engine.kernel.state import COALESCED, FIRST_SERVER_POOL, HEAP
from engine.kernel.steps import (
    ANSWERED,
    ASKS_ALL,
    ASKS_MACHINE,
    ASKS_PARTS,
    AT_BALANCER,
    AT_POP,
    CALL_OVER,
    DATA,
    DATA_READ,
    DROPPED,
    ENDS,
    FAILING,
    FETCHES,
    HAS_FETCHED,
    HAS_MACHINE,
    HAS_PARTS,
    MAY_ASK,
    NEVER_DROP,
    QUERIED,
    QUERIED_BESIDE,
    QUERYING,
    QUERYING_BESIDE,
    REPLICATED,
    TRAVELLING_OUT,
    WAITS,
    WAITS_FOR_CONNECTION,
    WAITS_FOR_FETCH,
    WAITS_FOR_MACHINE,
    WAITS_FOR_PARTS,
    WAITS_FOR_REPLICAS,
    WAITS_TO_ASK,
    WORK_DONE,
)
from engine.log import OK, READ, REFUSED, TIMEOUT


@jitable
def move_aside(w, slot, step):
    """What follows such a step: the next step, that the attempt waits, or that its journey ends."""
    if step >= AT_POP:
        return step_from_pop(cdn.go_on(w, slot, step + TRAVELLING_OUT))
    if step == HAS_FETCHED:
        return has_fetched(w, slot)
    if step == FETCHES:
        w.slots[slot].fetched = w.run[0].now
        return DATA
    if step == ASKS_PARTS:
        return ask_parts(w, slot)
    if step == ASKS_ALL:
        return ask_all(w, slot)
    if step == HAS_PARTS:
        w.slots[slot].verdict = fanout.end_read(w, slot)
        return call_answered(w, slot) if w.slots[slot].verdict == OK else CALL_OVER
    if step == REPLICATED:
        database.end_wait(w, slot)
        return call_answered(w, slot)
    return move_beside(w, slot, step)


@jitable
def is_calling(a):
    """Whether an attempt waits for an answer of the database."""
    return is_on_database(a) or WAITS_FOR_PARTS <= a.state <= MAY_ASK


@jitable
def is_on_database(a):
    """Whether an attempt waits or runs on a database node."""
    in_query = WAITS_FOR_CONNECTION <= a.state <= QUERYING or WAITS_FOR_MACHINE <= a.state <= QUERYING_BESIDE
    return in_query or a.state == WAITS_FOR_REPLICAS


@jitable
def is_on_server(a):
    """Whether an attempt is on its server, or waits for the database or for another's fetch from there."""
    return FAILING <= a.state <= QUERYING or WAITS_FOR_MACHINE <= a.state <= MAY_ASK


@jitable
def is_dropped(w, a):
    """Deadline propagation: work whose client has left is not begun, unless nobody looks."""
    return a.outcome == TIMEOUT and w.par[0].drop != NEVER_DROP


@jitable
def step_from_pop(way):
    """The step that is meant by a way to go on from a point of presence."""
    if way == cdn.TO_ORIGIN:
        return AT_BALANCER
    if way == cdn.TO_CLIENT:
        return ANSWERED
    return ENDS if way == cdn.ENDED else WAITS


# Reads of several groups, and writes that wait for replicas


@jitable
def ask_parts(w, slot):
    """Ask all groups at once, if the breaker lets the read through."""
    if w.par[0].breaker and not lets_through(w, slot):
        w.slots[slot].verdict = REFUSED
        return WORK_DONE
    return ask_all(w, slot)


@jitable
def ask_all(w, slot):
    """Ask them, unless the item is under way to another group."""
    if is_under_way(w, w.slots[slot].key):
        wait_for_copy(w, slot, WAITS_TO_ASK)
        return WAITS
    fanout.ask_all(w, slot, fanout.breadth(w, slot))
    w.slots[slot].state = WAITS_FOR_PARTS
    return WAITS


@jitable
def call_answered(w, slot):
    if w.par[0].breaker:
        note_call(w, slot, w.slots[slot].outcome == TIMEOUT)
    return DATA_READ


# Another's fetch of the same item


@jitable
def waits_for_fetch(w, slot):
    """Whether somebody fetches the item already; without a node in charge nobody knows."""
    key = w.slots[slot].key
    return cache.in_charge(w, key) >= 0 and not fetching.fetch_or_wait(w, key, slot, WAITS_FOR_FETCH)


@jitable
def has_fetched(w, slot):
    """Another has fetched what the attempt asks for."""
    a = w.slots[slot]
    a.fetched = w.run[0].now
    a.stale = 1 if a.version < w.items[a.key].last_write else 0
    a.verdict = OK
    w.counts[COALESCED] += 1
    return DATA_READ


@jitable
def end_fetch(w, slot):
    """If others wait for what the attempt was to fetch, the first of them is to fetch it."""
    if len(w.fetches) > 0 and w.slots[slot].kind == READ:
        fetching.hand_on(w, w.slots[slot].key, slot)


# The database on the first server's machine


@jitable
def move_beside(w, slot, step):
    """A query on the first server's machine has its connection, its vCPU, or its answer; returns the step that follows."""
    if step == ASKS_MACHINE:
        return begin_beside(w, slot)
    if step == HAS_MACHINE:
        return query_beside(w, slot)
    give_back(w, FIRST_SERVER_POOL + 1)
    return QUERIED


@jitable
def begin_beside(w, slot):
    """A query that has its connection needs a vCPU of the first server too; returns the step that follows."""
    a = w.slots[slot]
    if is_dropped(w, a):
        give_back(w, connections_of(a.db_node))
        a.verdict = DROPPED
        return CALL_OVER
    return HAS_MACHINE if take(w, FIRST_SERVER_POOL + 1, slot, WAITS_FOR_MACHINE) else WAITS


@jitable
def query_beside(w, slot):
    """It has both, and keeps or shares the vCPU for as long as it takes; returns the step that follows."""
    a = w.slots[slot]
    a.db_at = w.run[0].now
    if is_dropped(w, a):
        give_back(w, FIRST_SERVER_POOL + 1)
        give_back(w, connections_of(a.db_node))
        a.verdict = DROPPED
        return CALL_OVER
    duration = database.begin_query(w, slot)
    if duration <= 0:
        return QUERIED_BESIDE
    a.state = QUERYING_BESIDE
    if w.par[0].sharing:
        share(w, 0, slot, duration)
    else:
        schedule(w, slot, duration, HEAP)
    return WAITS


@jitable
def is_full_beside(w, index):
    """Whether the queries that wait or run on the first server leave no memory for another request."""
    queries = w.pools[0].taken + w.pools[0].waiting
    return index == 0 and 0 <= w.par[0].memory_limit <= w.servers[0].present + queries
