"""What happens to a run from outside: it starts, its system changes, nodes break and are mended, servers come and go.

What follows at once from any of these happens when the loop is entered next.
"""

import numpy as np

from engine.jit import jitable
from engine.kernel import aside, balancer, cache, cdn, counted, failover, fanout, moving, refresh, replication, traffic
from engine.kernel.agenda import at_once, free_slot, new_slot, schedule, set_due
from engine.kernel.breaker import renew_breaker
from engine.kernel.pool import connections_of, resize, settle_areas
from engine.kernel.sharing import beyond_vcpus, resize_share
from engine.kernel.state import ARRIVAL, BURST, CACHE_NODES, EVICTED, FIRST_SERVER_POOL, HEAP
from engine.workload.rates import NEVER

SERVER_INTERRUPT, DATABASE_INTERRUPT = 5, 6
BOOT, CHECKS_START = 17, 18
BOOTING = 8
"""State of a slot that is a booting server."""
CRASH, RECOVER, SLOW, FAIL_FAST, FLUSH_CACHE, LOSE_CACHE_NODE, CUT_REPLICATION = range(7)
SERVERS, DATABASE, CACHE = range(3)
SLOT_BITS = 24


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
    server = w.servers[index]
    server.is_up = 1
    server.takes_part = 1
    vcpus = w.pools[FIRST_SERVER_POOL + 2 * index + 1]
    settle_areas(vcpus, w.run[0].now)
    server.joined = w.run[0].now
    server.busy_at_join = vcpus.busy_area - beyond_vcpus(w, index)
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
    renew_breaker(w, index)
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
        schedule(w, slot, w.par[0].boot_ns, HEAP)
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


# Entry points


@jitable
def start(w, warm_items):
    """The first instant: all servers up, the cache empty or warm, the first events on the agenda."""
    par = w.par[0]
    for index in range(par.server_count):
        renew_server(w.servers[index])
        w.servers[index].boots += 1
        join(w, index)
    at_once(w, CHECKS_START, 0, 0)
    cdn.change_pops(w)
    cache.change_cache(w)
    cache.start_warm(w, warm_items)
    traffic.start_traffic(w)


@jitable
def change(w, pattern_changed, old_count, reset_credit, interval_changed, items_move):
    """Another system has taken over: the parameters are new, the state follows. What runs finishes as it began."""
    run, par = w.run[0], w.par[0]
    if par.closed and run.arriving and not pattern_changed:
        at_once(w, traffic.ARRIVALS_RESUME, 0, 0)
    traffic.start_traffic(w)
    for index in range(len(w.servers)):
        if w.servers[index].boots > 0:
            resize(w, FIRST_SERVER_POOL + 2 * index, par.workers)
            resize(w, FIRST_SERVER_POOL + 2 * index + 1, par.vcpu_places)
            resize_share(w, index, par.vcpus)
            if not par.breaker:
                renew_breaker(w, index)
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
    cdn.change_pops(w)
    cache.change_cache(w)
    failover.settle_outages(w)
    for index in range(len(w.nodes)):
        resize(w, connections_of(index), par.connections)
    for group in range(len(w.groups)):
        if group < par.groups or not moving.has_moves(w, group):
            replication.resize_group(w, group, par.replicas, group < par.groups)
    if items_move:
        moving.start_moving(w)


@jitable
def quiet(w):
    """The open stream ends here."""
    w.run[0].arriving = 0
    set_due(w, ARRIVAL, NEVER, 0)


@jitable
def read(w, nodes, stores):
    """Bring all integrals up to now, and tell of all nodes and stores."""
    run = w.run[0]
    for index in range(len(w.pools)):
        settle_areas(w.pools[index], run.now)
    balancer.settle_nobody(w)
    w.counts[EVICTED] = 0
    for node in range(CACHE_NODES):
        w.counts[EVICTED] += w.stores[node].evictions
    failover.settle_outages(w)
    counted.tell(w, nodes, stores)


@jitable
def stop_pattern(w):
    """Before another pattern takes over: what has passed of the gap counts at the old rate; bursts end."""
    set_due(w, BURST, NEVER, 0)
    w.run[0].bursting = 0
    traffic.use_up_gap(w)


@jitable
def surge(w, factor):
    """The arrival rate is this multiple of the pattern's from here on."""
    traffic.surge(w, factor)


@jitable
def inject(w, kind, tier, index, number, after_ns, passes_checks):
    """Something breaks, or is mended, now."""
    is_one_machine = w.par[0].colocated and tier != CACHE and index == 0 and kind != FAIL_FAST
    if tier == SERVERS or is_one_machine:
        break_server(w, kind, index, number, after_ns, passes_checks)
    if tier == DATABASE or is_one_machine:
        break_node(w, kind, index, number)
    elif tier == CACHE:
        break_cache(w, kind, index)


@jitable
def break_server(w, kind, index, number, after_ns, passes_checks):
    server = w.servers[index]
    if kind == CRASH and server.is_up:
        server.boots += 1
        server.is_up = 0
        renew_breaker(w, index)
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
    is_primary = w.groups[node.group].primary == index
    if kind == CRASH and node.is_up:
        failover.settle_outages(w)
        node.is_up = 0
        interrupt_all(w, index, DATABASE_INTERRUPT)
        if is_primary:
            failover.primary_died(w, node.group)
    elif kind == RECOVER:
        failover.recover_node(w, index)
    elif kind == SLOW:
        node.speed = number
    elif kind == CUT_REPLICATION and not is_primary:
        node.is_cut = 1


@jitable
def break_cache(w, kind, index):
    """Whoever calls sees to it that other nodes take charge of the items."""
    if kind == RECOVER:
        w.stores[index].is_up = 1
    else:
        cache.flush(w, index)
        if kind == LOSE_CACHE_NODE:
            w.stores[index].is_up = 0


@jitable
def is_on(w, slot, index, interruption):
    """Whether a slot is on the node that dies."""
    a = w.slots[slot]
    state = a.state
    if interruption == SERVER_INTERRUPT:
        return a.server == index and aside.is_on_server(a)
    if aside.is_on_database(a):  # whose own server has died has been told
        return a.db_node == index and w.servers[a.server].is_up
    in_apply = replication.APPLY_WAITS <= state <= replication.APPLYING and a.kind == replication.APPLY_KIND
    in_refresh = refresh.REFRESH_WAITS <= state <= refresh.REFRESHING
    in_copy = moving.READER_WAITS <= state <= moving.WRITING and a.kind == moving.COPY_KIND
    return a.db_node == index and (in_apply or in_refresh or in_copy or fanout.is_on_node(state, a.kind))


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
