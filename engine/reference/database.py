"""The database: which node answers a request, what it sees there, and the cache before it."""

import simpy

from engine.log import FAILED, OK, READ, REFUSED, STATIC
from engine.reference.client import CLIENT_LEFT
from engine.reference.fanout import Read, asks_several, groups_asked
from engine.reference.fetching import Fetches
from engine.reference.moving import Moving
from engine.reference.replication import ASYNC, DATABASE_DIED, Group
from engine.reference.shards import group_of
from engine.workload import draws
from engine.workload.counter import unit
from engine.workload.parameters import DROPS

DROPPED = None
NEVER = DROPS.index("never")


class Data:
    """What answers a dynamic request once its CPU work is done: cache, primary, replicas."""

    def __init__(self, world):
        self.world = world
        self.clock = world.clock
        self.nodes = []
        self.groups = []
        self.committed = 0
        self.last_write = {}
        self.user_writes = {}
        self.lags_ns = []
        self.fetches = Fetches(world.clock)
        self.moving = Moving(world)
        self.moved = {}
        self.keys_moved = 0
        self.violations = 0
        self.lost_writes = 0
        self.no_primary_ns = 0
        self.settled_ns = 0

    def start(self):
        """All nodes up, group by group, the primary first."""
        self.add_groups()

    def add_groups(self):
        """Groups that there have not been yet, each with its nodes."""
        while len(self.groups) < self.world.p.groups:
            self.groups.append(Group(self.world, len(self.groups)))
            for _ in range(1 + self.world.p.replicas):
                self.groups[-1].add_node()

    def node_of(self, fault):
        """The node that a fault names; none if it does not take part."""
        members = self.groups[fault.shard].members if fault.shard < len(self.groups) else []
        if fault.index < len(members) and members[fault.index].takes_part:
            return members[fault.index]
        return None

    def group_of(self, key):
        """The group that has an item: where it belongs, or where it still is."""
        return self.moving.origins.get(key) or self.groups[group_of(self.world, key)]

    # A request's way

    def answer(self, attempt):
        """Static files need no data; reads ask the cache, then a node; writes go to the primary."""
        if attempt.kind == STATIC:
            return OK
        if attempt.kind != READ:
            return (yield from self.write(attempt))
        if asks_several(self.world, attempt):
            return (yield from self.call(attempt, lambda: self.read_several(attempt)))
        if self.world.p.cache:
            yield from self.clock.wait(self.world.p.lookup_ns)
            attempt.looked_up = self.clock.now
            version = self.world.cache.look_up(attempt)
            attempt.hit = int(version is not None)
            if attempt.hit:
                attempt.version = version
                attempt.stale = int(version < self.last_write.get(attempt.key, 0))
                return OK
            if self.world.p.coalescing and self.world.cache.in_charge(attempt.key, self.world.p):
                return (yield from self.fetch_once(attempt))
        return (yield from self.read(attempt))

    def fetch_once(self, attempt):
        """A read of an item that nobody else fetches; otherwise a wait for what is fetched, or to fetch in the other's place."""
        if attempt.key in self.fetches.waiting:
            version = yield from self.fetches.wait(attempt.key)
            attempt.fetched = self.clock.now
            if version is not None:
                attempt.version = version
                attempt.stale = int(version < self.last_write.get(attempt.key, 0))
                return OK
        else:
            self.fetches.begin(attempt.key)
        outcome = FAILED
        try:
            outcome = yield from self.read(attempt)
            return outcome
        finally:
            if outcome == OK:
                self.fetches.share(attempt.key, attempt.version)
            else:
                self.fetches.hand_on(attempt.key)

    def read_several(self, attempt):
        """A read that asks several groups at once."""
        yield from self.moving.copied(attempt.key)
        return (yield from Read(self.world, attempt, groups_asked(self.world, attempt)).answer())

    def read(self, attempt):
        """A read sees the data as they are when it begins; what it read fills the cache when it is done."""
        attempt.db_queued = self.clock.now
        seen = []

        def ask():
            yield from self.moving.copied(attempt.key)
            node = self.reading_node(attempt, self.group_of(attempt.key))

            def see():
                attempt.stale = int(not self.is_current(node, attempt.key))
                own = self.user_writes.get((attempt.user, node.group), 0) if self.world.p.tracks_users else 0
                seen[:] = [self.seen_on(node, attempt.key), not node.shows(own)]

            return (yield from self.query(attempt, node, see, self.nothing_more))

        outcome = yield from self.call(attempt, ask)
        if outcome == OK:
            attempt.version, violated = seen
            self.violations += violated
            self.world.cache.fill(attempt, attempt.version)
        return outcome

    def is_current(self, node, key):
        """Whether a node of the item's group shows its newest version."""
        newest = self.last_write.get(key, 0)
        return node.is_primary or newest <= node.applied or newest <= self.moved.get(key, 0)

    def seen_on(self, node, key):
        """The version of an item that a node shows."""
        return self.last_write.get(key, 0) if self.is_current(node, key) else node.applied

    def refresh(self, attempt):
        """Fetch an expired item anew in the background; where that fails, or the item is being copied, it stays as it is."""
        node = self.any_reading_node(attempt, self.group_of(attempt.key), draws.REFRESH_REPLICA)
        try:
            if node.is_up and not node.is_full and attempt.key not in self.moving.under_way:
                version = yield from self.background_read(attempt, node)
                self.world.cache.fill(attempt, version)
        except simpy.Interrupt:  # the node has died
            pass
        finally:
            self.world.cache.refreshing.remove(attempt.key)

    def background_read(self, attempt, node):
        """A read that no worker waits for; its demand is drawn by the attempt that set it off."""
        refresh = ("refresh", attempt)
        node.here[refresh] = self.clock.active_process
        node.queries += 1
        try:
            yield from node.connections.take()
            try:
                version = self.seen_on(node, attempt.key)
                p = self.world.p
                units = draws.demand(self.world.keys, draws.REFRESH, attempt.request, attempt.attempt, *p.database_shape)
                yield from self.clock.wait(draws.to_ns(units, p.read_ns / node.speed))
            finally:
                node.connections.give_back()
        finally:
            del node.here[refresh]
        return version

    def reading_node(self, attempt, group):
        """Whom a client's read asks: as any read, but with read your writes the primary if it alone shows what the user wrote."""
        node = self.any_reading_node(attempt, group, draws.REPLICA)
        if self.world.p.read_your_writes and not node.shows(self.user_writes.get((attempt.user, group), 0)):
            return group.primary
        return node

    def any_reading_node(self, attempt, group, stream):
        """A replica that is up, at random; the primary if there is none, or reads are its business."""
        if not self.world.p.read_replicas:
            return group.primary
        up = [node for node in group.members if node.takes_part and node.is_up and not node.is_primary]
        if not up:
            return group.primary
        return up[int(unit(self.world.keys[stream], attempt.request, attempt.attempt) * len(up))]

    def write(self, attempt):
        """A write runs on the primary, is committed when it ends, and goes out to the replicas, which it may wait for."""
        attempt.db_queued = self.clock.now

        def ask():
            yield from self.moving.copied(attempt.key)
            return (yield from self.query(attempt, self.group_of(attempt.key).primary, lambda: None, wait_for_replicas))

        def wait_for_replicas():
            if self.world.p.replication != ASYNC:
                yield from self.commit(attempt)

        outcome = yield from self.call(attempt, ask)
        if outcome == OK and attempt.acknowledged < 0:
            yield from self.commit(attempt)
        return outcome

    def commit(self, attempt):
        group = self.nodes[attempt.db_node].group
        write = group.commit(attempt)
        yield from group.acknowledged(write)
        attempt.acknowledged = self.clock.now
        if self.world.p.tracks_users:
            self.user_writes[attempt.user, group] = write.version

    def nothing_more(self):
        """A read gives its connection back at once."""
        return iter(())

    def call(self, attempt, asking):
        """Ask, if the server's breaker lets it through; how it ended is noted there, unless the server has died."""
        breaker = self.world.servers[attempt.server].breaker
        if not breaker.lets_through(attempt):
            return REFUSED
        try:
            outcome = yield from asking()
        except simpy.Interrupt as interrupt:
            if interrupt.cause == CLIENT_LEFT:
                breaker.note(attempt, failed=True)
            raise
        breaker.note(attempt, failed=outcome != OK or attempt.client_has_left)
        return outcome

    def query(self, attempt, node, begin, end):
        """Wait for a connection, use it, and hold it for what has to happen at the end."""
        attempt.db_node = node.index
        if not node.is_up:
            return FAILED
        if node.is_full:
            return REFUSED
        node.here[attempt] = attempt.journey
        node.queries += 1
        try:
            yield from node.connections.take()
            try:
                run = self.run_beside if self.world.p.colocated and node.index == 0 else self.run
                outcome = yield from run(attempt, node, begin)
                if outcome == OK:
                    yield from end()
            finally:
                node.connections.give_back()
        except simpy.Interrupt as interrupt:
            if interrupt.cause != DATABASE_DIED:
                raise
            return FAILED
        finally:
            del node.here[attempt]
        return outcome

    def run(self, attempt, node, begin, compute=None):
        """What a query does once it has its connection."""
        attempt.db_at = self.clock.now
        if self.is_expired(attempt):
            return DROPPED
        begin()
        units = draws.demand(self.world.keys, draws.DATABASE, attempt.request, attempt.attempt, *self.world.p.database_shape)
        mean_ns = self.world.p.read_ns if attempt.kind == READ else self.world.p.write_ns
        yield from (compute or self.clock.wait)(draws.to_ns(units, mean_ns / node.speed))
        attempt.db_done = self.clock.now
        return OK

    def run_beside(self, attempt, node, begin):
        """The database is on the first server's machine: a query needs a vCPU of it as well."""
        if self.is_expired(attempt):
            return DROPPED
        server = self.world.servers[0]
        yield from server.vcpus.take()
        try:
            return (yield from self.run(attempt, node, begin, server.compute))
        finally:
            server.vcpus.give_back()

    def is_expired(self, attempt):
        """Deadline propagation, as on the server."""
        return attempt.client_has_left and self.world.p.drop != NEVER

    # Faults and live changes

    def lose(self, write):
        """A committed write that nobody has: its item goes back to the version before it."""
        if write.version <= self.moved.get(write.key, 0):
            return
        self.lost_writes += write.acknowledged
        if self.last_write[write.key] == write.version:
            self.last_write[write.key] = write.previous

    def settle_outages(self):
        """Count the time in which groups have no primary that is up."""
        down = sum(group.primary.takes_part and not group.primary.is_up for group in self.groups)
        self.no_primary_ns += down * (self.clock.now - self.settled_ns)
        self.settled_ns = self.clock.now

    def change(self, old, new):
        """More replicas start as copies of the primary; fewer finish what they have."""
        for node in self.nodes:
            node.connections.resize(new.connections)
        self.settle_outages()
        self.moving.plan(old, new)
        for group in self.groups:
            if group.index < new.groups:
                group.resize(new.replicas)
            elif not self.moving.still_has_items(group):
                group.leave()
        self.add_groups()
        self.moving.start()
