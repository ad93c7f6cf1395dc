"""Counted: what a reading tells of every server, database node, cache node and point of presence, a row each. Changes nothing."""

from engine.jit import jitable
from engine.kernel.pool import connections_of
from engine.kernel.state import CACHE_NODES, FIRST_SERVER_POOL, NIL
from engine.reading import (
    BELIEVED,
    BREAKER,
    BUSY,
    DISPATCHED,
    FIRST_POP,
    IN_PROGRESS,
    IS_PRIMARY,
    PLACES,
    QUEUE,
    SHARD,
    STORE_CAPACITY,
    STORE_EVICTIONS,
    STORE_HITS,
    STORE_LOOK_UPS,
    STORE_SIZE,
    STORE_TAKES_PART,
    STORE_UP,
    TAKES_PART,
    UP,
    WAITING,
)  # fmt: skip


@jitable
def tell(w, nodes, stores):
    """Fill the rows of `Reading.nodes` and `Reading.stores`, which hold zeros."""
    tell_servers(w, nodes)
    tell_database(w, nodes)
    tell_stores(w, stores)


@jitable
def tell_servers(w, rows):
    now = w.run[0].now
    for index in range(len(w.servers)):
        server, pool = w.servers[index], FIRST_SERVER_POOL + 2 * index
        workers, vcpus = w.pools[pool], w.pools[pool + 1]
        rows[index, DISPATCHED] = server.dispatched
        # Those that compute beside others are more than the vCPUs that they share.
        share = w.shares[index]
        rows[index, BUSY] = vcpus.busy_area - share.excess_area - max(share.jobs - share.vcpus, 0) * (now - share.changed)
        rows[index, QUEUE] = workers.queue_area + vcpus.queue_area
        rows[index, WAITING] = workers.waiting + vcpus.waiting
        rows[index, IN_PROGRESS] = server.present
        rows[index, PLACES] = w.par[0].vcpus
        rows[index, UP] = server.is_up
        rows[index, BELIEVED] = server.believed_healthy
        rows[index, TAKES_PART] = server.takes_part
        breaker = w.breakers[index]
        rows[index, BREAKER] = breaker.is_open
        if breaker.trial != NIL:
            rows[index, BREAKER] += 1
        rows[index, SHARD] = NIL
        rows[index, IS_PRIMARY] = NIL


@jitable
def tell_database(w, rows):
    for index in range(len(w.nodes)):
        row, node, connections = len(w.servers) + index, w.nodes[index], w.pools[connections_of(index)]
        rows[row, DISPATCHED] = node.queries
        rows[row, BUSY] = connections.busy_area
        rows[row, QUEUE] = connections.queue_area
        rows[row, WAITING] = connections.waiting
        rows[row, IN_PROGRESS] = connections.taken + connections.waiting
        rows[row, PLACES] = connections.places
        rows[row, UP] = node.is_up
        rows[row, BELIEVED] = node.is_up
        rows[row, TAKES_PART] = node.takes_part
        rows[row, SHARD] = node.group
        if w.groups[node.group].primary == index:
            rows[row, IS_PRIMARY] = 1


@jitable
def tell_stores(w, rows):
    par = w.par[0]
    for index in range(CACHE_NODES):
        if par.cache and index < par.cache_nodes:
            rows[index, STORE_TAKES_PART] = 1
    for place in range(par.pop_count):
        if par.cdn:
            rows[FIRST_POP + w.pop_order[place], STORE_TAKES_PART] = 1
    for index in range(len(rows)):
        store = w.stores[index]
        rows[index, STORE_LOOK_UPS] = store.look_ups
        rows[index, STORE_HITS] = store.hits
        rows[index, STORE_EVICTIONS] = store.evictions
        rows[index, STORE_SIZE] = store.size
        if rows[index, STORE_TAKES_PART]:
            rows[index, STORE_CAPACITY] = store.capacity
            rows[index, STORE_UP] = store.is_up
