"""Stale-while-revalidate: an expired item is fetched anew in the background, by a read that no worker waits for."""

from engine.jit import jitable
from engine.kernel import cache, database
from engine.kernel.agenda import cancel, free_slot, schedule
from engine.kernel.pool import connections_of, give_back, leave_queue, take
from engine.kernel.shards import group_of, is_under_way
from engine.kernel.state import HEAP, NIL
from engine.workload import draws

REFRESH_WAITS, REFRESH_GRANTED, REFRESHING = 9, 10, 11
"""States of a slot that is a refresh."""


@jitable
def start_refresh(w, slot):
    """Ask a database node; one that is full or down refuses, and the item stays as it is, as it does while it is being copied."""
    run, par, a = w.run[0], w.par[0], w.slots[slot]
    group = group_of(w, a.key)
    index = w.groups[group].primary
    if par.read_replicas:
        index = database.reading_node(w, draws.REFRESH_REPLICA, a.request, a.attempt, group, -1)
    pool, limit = w.pools[connections_of(index)], par.database_queue_limit
    if is_under_way(w, a.key) or not w.nodes[index].is_up or (limit >= 0 and pool.taken >= pool.places and pool.waiting >= limit):
        end_refresh(w, slot)
        return
    a.db_node = index
    run.order += 1
    a.db_order = run.order
    w.nodes[index].queries += 1
    if take(w, connections_of(index), slot, REFRESH_WAITS):
        begin_refresh(w, slot)


@jitable
def begin_refresh(w, slot):
    """It sees the data as they are when it begins."""
    par, a = w.par[0], w.slots[slot]
    node = w.nodes[a.db_node]
    a.version = w.items[a.key].last_write
    if not database.is_current(w, a.db_node, a.key):
        a.version = node.applied
    units = draws.demand(w.keys, draws.REFRESH, a.request, a.attempt, par.database_shape, par.database_a, par.database_b)
    duration = draws.to_ns(units, par.read_ns / node.speed)
    a.state = REFRESHING
    if duration > 0:
        schedule(w, slot, duration, HEAP)
    else:
        refreshed(w, slot)


@jitable
def refreshed(w, slot):
    give_back(w, connections_of(w.slots[slot].db_node))
    cache.fill(w, slot)
    end_refresh(w, slot)


@jitable
def interrupt_refresh(w, slot):
    """The database node has died: the item stays as it is."""
    a = w.slots[slot]
    if a.state == REFRESH_WAITS:
        leave_queue(w, connections_of(a.db_node), slot)
    elif a.state == REFRESH_GRANTED:
        give_back(w, connections_of(a.db_node))
    elif a.state == REFRESHING:
        cancel(w, slot)
        give_back(w, connections_of(a.db_node))
    else:
        return
    end_refresh(w, slot)


@jitable
def end_refresh(w, slot):
    w.fetches[w.slots[slot].key].refresh = NIL
    free_slot(w, slot)
