"""The database: a primary, replicas that apply its writes, and the cache before them."""

from collections import deque

import simpy

from engine.log import FAILED, OK, READ, REFUSED, STATIC
from engine.reference.client import CLIENT_LEFT, Attempt
from engine.reference.clock import Pool
from engine.reference.fetching import Fetches
from engine.workload import draws
from engine.workload.counter import unit
from engine.workload.parameters import DROPS, NONE

DATABASE_DIED = "database died"
DROPPED = None
NEVER = DROPS.index("never")


class Node:
    """One database machine: connections, a queue, and for a replica how far it has applied the primary's writes."""

    def __init__(self, world, index):
        self.world = world
        self.clock = world.clock
        self.index = index
        self.connections = Pool(world.clock, world.p.connections)
        self.here = {}
        self.is_up = True
        self.takes_part = True
        self.speed = 1.0
        self.queries = 0
        self.recovered = world.clock.event()
        self.applied = 0
        self.received_until_ns = 0
        self.unapplied = deque()

    @property
    def is_full(self):
        limit = self.world.p.database_queue_limit
        return limit != NONE and self.connections.is_full and len(self.connections.queue) >= limit

    def crash(self):
        """Queries that wait or run here fail; writes to apply wait for the recovery."""
        self.is_up = False
        for who, process in self.here.items():
            if not self.has_died_already(who):
                process.interrupt(DATABASE_DIED)

    def has_died_already(self, who):
        """Whether somebody here died with the server that asks; writes to apply come from no server."""
        return isinstance(who, Attempt) and not self.world.servers[who.server].is_up

    def recover(self):
        self.speed = 1.0
        if not self.is_up:
            self.is_up = True
            self.recovered.succeed()
            self.recovered = self.clock.event()

    def slow(self, factor):
        self.speed = factor


class Data:
    """What answers a dynamic request once its CPU work is done: cache, primary, replicas."""

    def __init__(self, world):
        self.world = world
        self.clock = world.clock
        self.nodes = [Node(world, index) for index in range(1 + world.p.replicas)]
        self.committed = 0
        self.last_write = {}
        self.lags_ns = []
        self.fetches = Fetches(world.clock)

    # A request's way

    def answer(self, attempt):
        """Static files need no data; reads ask the cache, then a node; writes go to the primary."""
        if attempt.kind == STATIC:
            return OK
        if attempt.kind != READ:
            return (yield from self.write(attempt))
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

    def read(self, attempt):
        """A read sees the data as they are when it begins; what it read fills the cache when it is done."""
        node = self.reading_node(attempt)

        def see():
            version = self.seen_on(node, attempt.key)
            attempt.stale = int(version < self.last_write.get(attempt.key, 0))
            return version

        outcome, version = yield from self.call(attempt, node, see)
        if outcome == OK:
            attempt.version = version
            self.world.cache.fill(attempt, version)
        return outcome

    def seen_on(self, node, key):
        """The version of an item that a node shows."""
        newest = self.last_write.get(key, 0)
        return min(newest, node.applied) if node.index > 0 else newest

    def refresh(self, attempt):
        """Fetch an expired item anew in the background; where that fails it stays as it is."""
        node = self.reading_node(attempt, draws.REFRESH_REPLICA)
        try:
            if node.is_up and not node.is_full:
                version = yield from self.background_read(attempt, node)
                self.world.cache.fill(attempt, version)
        except simpy.Interrupt:  # the node has died
            pass
        finally:
            self.world.cache.refreshing.remove(attempt.key)

    def background_read(self, attempt, node):
        """A read that no worker waits for; its demand is drawn by the attempt that set it off."""
        node.here[attempt] = self.clock.active_process
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
            del node.here[attempt]
        return version

    def reading_node(self, attempt, stream=draws.REPLICA):
        """A replica that is up, at random; the primary if there is none or reads are its business."""
        if not self.world.p.read_replicas:
            return self.nodes[0]
        up = [node for node in self.nodes[1:] if node.takes_part and node.is_up]
        if not up:
            return self.nodes[0]
        return up[int(unit(self.world.keys[stream], attempt.request, attempt.attempt) * len(up))]

    def write(self, attempt):
        """A write runs on the primary, is committed, and goes out to the replicas."""
        outcome, _ = yield from self.call(attempt, self.nodes[0], lambda: 0)
        if outcome == OK:
            self.commit(attempt)
        return outcome

    def call(self, attempt, node, begin):
        """A query, if the server's breaker lets it through; how it ended is noted there, unless the server has died."""
        breaker = self.world.servers[attempt.server].breaker
        if not breaker.lets_through(attempt):
            return REFUSED, 0
        try:
            outcome, seen = yield from self.query(attempt, node, begin)
        except simpy.Interrupt as interrupt:
            if interrupt.cause == CLIENT_LEFT:
                breaker.note(attempt, failed=True)
            raise
        breaker.note(attempt, failed=outcome != OK or attempt.client_has_left)
        return outcome, seen

    def query(self, attempt, node, begin):
        """Wait for a connection and use it; returns the outcome and what `begin` saw."""
        attempt.db_node = node.index
        attempt.db_queued = self.clock.now
        if not node.is_up:
            return FAILED, 0
        if node.is_full:
            return REFUSED, 0
        node.here[attempt] = attempt.journey
        node.queries += 1
        try:
            yield from node.connections.take()
            try:
                run = self.run_beside if self.world.p.colocated and node.index == 0 else self.run
                outcome, seen = yield from run(attempt, node, begin)
            finally:
                node.connections.give_back()
        except simpy.Interrupt as interrupt:
            if interrupt.cause != DATABASE_DIED:
                raise
            return FAILED, 0
        finally:
            del node.here[attempt]
        return outcome, seen

    def run(self, attempt, node, begin, compute=None):
        """What a query does once it has its connection."""
        attempt.db_at = self.clock.now
        if self.is_expired(attempt):
            return DROPPED, 0
        seen = begin()
        units = draws.demand(self.world.keys, draws.DATABASE, attempt.request, attempt.attempt, *self.world.p.database_shape)
        mean_ns = self.world.p.read_ns if attempt.kind == READ else self.world.p.write_ns
        yield from (compute or self.clock.wait)(draws.to_ns(units, mean_ns / node.speed))
        attempt.db_done = self.clock.now
        return OK, seen

    def run_beside(self, attempt, node, begin):
        """The database is on the first server's machine: a query needs a vCPU of it as well."""
        if self.is_expired(attempt):
            return DROPPED, 0
        server = self.world.servers[0]
        yield from server.vcpus.take()
        try:
            return (yield from self.run(attempt, node, begin, server.compute))
        finally:
            server.vcpus.give_back()

    def is_expired(self, attempt):
        """Deadline propagation, as on the server."""
        return attempt.client_has_left and self.world.p.drop != NEVER

    # Replication

    def commit(self, attempt):
        """The write is the newest; every replica receives it after the lag, in the order of the commits."""
        p = self.world.p
        self.committed += 1
        self.last_write[attempt.key] = self.committed
        for node in self.nodes[1:]:
            if not node.takes_part:
                continue
            lag = 1.0
            if p.lag_random:
                lag = draws.exponential(self.world.keys, draws.LAG, attempt.request, attempt.attempt * 64 + node.index)
            node.received_until_ns = max(node.received_until_ns, self.clock.now + draws.to_ns(lag, p.lag_ns))
            write = [self.committed, False, self.clock.now]
            node.unapplied.append(write)
            self.clock.process(self.apply(node, write, attempt, node.received_until_ns))
        self.world.cache.written(attempt, self.committed)

    def apply(self, node, write, attempt, received_ns):
        """A write on its way to a replica, in its queue, and applied there; the replica pays for it."""
        yield from self.clock.wait(received_ns - self.clock.now)
        while True:
            if not node.is_up:
                yield node.recovered
            node.here[id(write)] = self.clock.active_process
            try:
                yield from node.connections.take()
                try:
                    yield from self.clock.wait(self.apply_duration_ns(node, attempt))
                finally:
                    node.connections.give_back()
                break
            except simpy.Interrupt:  # the replica has died: once more when it is back
                continue
            finally:
                del node.here[id(write)]
        write[1] = True
        while node.unapplied and node.unapplied[0][1]:
            number, _, committed_ns = node.unapplied.popleft()
            node.applied = max(node.applied, number)
            self.lags_ns.append(self.clock.now - committed_ns)

    def apply_duration_ns(self, node, attempt):
        p, stream_attempt = self.world.p, attempt.attempt * 64 + node.index
        units = draws.demand(self.world.keys, draws.APPLY, attempt.request, stream_attempt, *p.database_shape)
        return draws.to_ns(units, p.apply_ns / node.speed)

    def change(self, old, new):
        """More replicas start as copies of the primary; fewer finish what they have."""
        while len(self.nodes) < 1 + new.replicas:
            self.nodes.append(Node(self.world, len(self.nodes)))
            self.nodes[-1].applied = self.committed
        for node in self.nodes:
            node.connections.resize(new.connections)
            if node.index > 0:
                if node.index <= new.replicas and not node.takes_part:
                    node.applied = self.committed
                node.takes_part = node.index <= new.replicas
