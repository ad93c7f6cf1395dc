"""The database: which node answers, what a query sees when it begins, and what happens when it ends."""

from engine.jit import inlined, jitable
from engine.kernel import cache, fetching
from engine.kernel.pool import connections_of, give_back
from engine.kernel.replication import ASYNC, commit, let_go_of_write, shows_own
from engine.kernel.shards import group_of
from engine.kernel.state import NIL, NOWHERE, VIOLATIONS
from engine.log import READ, WRITE
from engine.workload import draws
from engine.workload.counter import unit


@inlined
def node_for(w, slot):
    """The primary of the item's group, or for a read what `read_from` says."""
    a = w.slots[slot]
    if a.kind == READ and w.par[0].read_replicas:
        return reading_node(w, draws.REPLICA, a.request, a.attempt, group_of(w, a.key), a.user)
    return w.groups[group_of(w, a.key)].primary


@inlined
def reading_node(w, stream, request, attempt, group, user):
    """A replica that is up, at random; the primary if there is none, or if it alone shows what the user (-1 nobody) wrote."""
    primary = w.groups[group].primary
    up = 0
    index = w.groups[group].first
    while index != NIL:
        if w.nodes[index].takes_part and w.nodes[index].is_up and index != primary:
            up += 1
        index = w.nodes[index].following
    if up == 0:
        return primary
    pick = int(unit(w.keys[stream], request, attempt) * up)
    index = w.groups[group].first
    while True:
        if w.nodes[index].takes_part and w.nodes[index].is_up and index != primary:
            if pick == 0:
                break
            pick -= 1
        index = w.nodes[index].following
    if user >= 0 and w.par[0].read_your_writes and not shows_own(w, index, user):
        return primary
    return index


@jitable
def is_current(w, index, key):
    """Whether a node of the item's group shows its newest version."""
    item, node = w.items[key], w.nodes[index]
    return w.groups[node.group].primary == index or item.last_write <= node.applied or item.last_write <= item.moved


@inlined
def begin_query(w, slot):
    """What a query sees when it begins, and how long it takes."""
    par, a = w.par[0], w.slots[slot]
    node = w.nodes[a.db_node]
    mean_ns = par.write_ns
    if a.kind != WRITE:
        mean_ns = par.read_ns
        newest = w.items[a.key].last_write
        a.version = newest
        a.stale = 0
        a.unseen = 0
        if newest > node.applied and not is_current(w, a.db_node, a.key):
            a.stale = 1
            a.version = node.applied
        if par.tracks_users:
            a.unseen = 0 if shows_own(w, a.db_node, a.user) else 1
    units = draws.demand(w.keys, draws.DATABASE, a.request, a.attempt, par.database_shape, par.database_a, par.database_b)
    return draws.to_ns(units, mean_ns / node.speed)


@inlined
def end_query(w, slot):
    """A read fills the cache, a write is committed; False if it has to wait."""
    a = w.slots[slot]
    if a.kind == READ:
        give_back(w, connections_of(a.db_node))
        if a.unseen:
            w.counts[VIOLATIONS] += 1
        cache.fill(w, slot)
        if len(w.fetches) > 0:
            fetching.share(w, a.key, slot)
        return True
    return end_write(w, slot)


@jitable
def end_write(w, slot):
    """The write is committed; False if it waits for replicas and holds its connection meanwhile."""
    a = w.slots[slot]
    if w.par[0].replication == ASYNC:
        give_back(w, connections_of(a.db_node))
        commit(w, slot)
        acknowledge(w, slot)
        return True
    commit(w, slot)
    if a.write == NIL:
        end_wait(w, slot)
        return True
    w.run[0].seq += 1
    a.seq = w.run[0].seq
    a.lane = NOWHERE
    w.slots[a.write].writer = slot
    return False


@jitable
def end_wait(w, slot):
    """Enough replicas have the write."""
    acknowledge(w, slot)
    give_back(w, connections_of(w.slots[slot].db_node))


@jitable
def acknowledge(w, slot):
    """The client may know of the write; its user's reads are held against it from here on."""
    a = w.slots[slot]
    a.acknowledged = w.run[0].now
    if a.write != NIL:
        w.slots[a.write].acknowledged = a.acknowledged
        let_go_of_write(w, a.write)
    if w.par[0].tracks_users:
        w.user_writes[a.user * len(w.groups) + w.nodes[a.db_node].group] = a.version


@jitable
def give_up_wait(w, slot):
    """The write stays committed, and nobody waits for its replicas."""
    a = w.slots[slot]
    w.slots[a.write].writer = NIL
    let_go_of_write(w, a.write)
