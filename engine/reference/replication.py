"""A group of database nodes: a primary, replicas that apply its writes, who waits for them, and who takes over when it dies."""

from collections import deque

import simpy

from engine.reference.client import Attempt
from engine.reference.clock import Pool
from engine.workload import draws
from engine.workload.parameters import NONE, REPLICATIONS

DATABASE_DIED = "database died"
ASYNC, SEMI_SYNC, SYNC = range(len(REPLICATIONS))


class Node:
    """One database machine: connections, a queue, and for a replica how far it has received and applied the primary's writes."""

    def __init__(self, world, group, index, member):
        self.world = world
        self.clock = world.clock
        self.group = group
        self.index = index
        self.member = member
        self.connections = Pool(world.clock, world.p.connections)
        self.here = {}
        self.is_up = True
        self.takes_part = True
        self.follows = True
        self.is_cut = False
        self.waits_to_copy = False
        self.speed = 1.0
        self.queries = 0
        self.reachable = world.clock.event()
        self.received = self.applied = world.data.committed
        self.received_until_ns = 0
        self.unapplied = deque()

    @property
    def is_primary(self):
        return self.group.primary is self

    @property
    def is_follower(self):
        """Whether commits are sent here."""
        return self.takes_part and self.follows and not self.is_primary

    @property
    def is_full(self):
        limit = self.world.p.database_queue_limit
        return limit != NONE and self.connections.is_full and len(self.connections.queue) >= limit

    def shows(self, version):
        """Whether all that the group has committed up to a version can be read here."""
        return self.is_primary or self.applied >= version or not self.unapplied or self.unapplied[0].version > version

    def crash(self):
        """Queries that wait or run here fail; writes to apply wait for the recovery."""
        self.world.data.settle_outages()
        self.is_up = False
        for who, process in self.here.items():
            if not self.has_died_already(who):
                process.interrupt(DATABASE_DIED)
        if self.is_primary:
            self.group.primary_died()

    def has_died_already(self, who):
        """Whether an attempt has died with the server that asks; refreshes, parts and writes to apply come from no server."""
        return isinstance(who, Attempt) and not self.world.servers[who.server].is_up

    def recover(self):
        """Up and at full speed; what was kept for it is received. A former primary copies the one in its place, once that is up."""
        self.speed = 1.0
        if self.is_up and not self.is_cut:
            return
        if not (self.is_up or self.follows or self.is_primary or self.group.primary.is_up):
            self.waits_to_copy = True
            return
        self.world.data.settle_outages()
        was_down, self.is_up, self.is_cut = not self.is_up, True, False
        self.release()
        if was_down and self.is_primary:
            self.group.primary_recovered()
        elif was_down and not self.follows:
            self.follows = True
            self.drop(-1)
            self.received = self.applied = self.world.data.committed
        if was_down and self.group.needs_primary and self.takes_part:
            self.group.promote()

    def slow(self, factor):
        self.speed = factor

    def cut(self):
        """A replica receives nothing until it recovers."""
        if not self.is_primary:
            self.is_cut = True

    def release(self):
        """Let the writes that wait for this node try again."""
        self.reachable.succeed()
        self.reachable = self.clock.event()

    def drop(self, version):
        """Forget the writes after a version that are not applied."""
        while self.unapplied and self.unapplied[-1].version > version:
            self.unapplied.pop().is_dropped = True

    def take_part(self, takes_part):
        """Join as a copy of the primary, or be waited for no longer."""
        if takes_part and not self.takes_part:
            self.received = self.applied = self.world.data.committed
        self.takes_part = takes_part
        if not takes_part:
            for ship in self.unapplied:
                ship.no_longer_awaited(False)


class Write:
    """A committed write: what it replaced, and who waits until the replicas have it."""

    def __init__(self, attempt, version, previous, replication, now_ns):
        self.request, self.attempt, self.key = attempt.request, attempt.attempt, attempt.key
        self.version, self.previous, self.replication = version, previous, replication
        self.committed_ns = now_ns
        self.awaited = 0
        self.acknowledged = False
        self.waiter = None


class Ship:
    """A write on its way into one replica."""

    def __init__(self, write):
        self.write = write
        self.version = write.version
        self.is_awaited = write.replication != ASYNC
        self.is_applied = self.is_dropped = False
        write.awaited += self.is_awaited

    def no_longer_awaited(self, has_it):
        """The replica has the write, or has gone; semi-synchronous writes wait for one that has it, synchronous ones for all."""
        if not self.is_awaited:
            return
        self.is_awaited = False
        write = self.write
        write.awaited -= 1
        enough = write.awaited == 0 or (has_it and write.replication == SEMI_SYNC)
        if enough and write.waiter is not None and not write.waiter.triggered:
            write.waiter.succeed()


class Group:
    """A primary and its replicas, which hold a part of the keys."""

    def __init__(self, world, index):
        self.world = world
        self.clock = world.clock
        self.index = index
        self.members = []
        self.primary = None
        self.failures = 0
        self.holds_back = False
        self.needs_primary = False

    def add_node(self):
        data = self.world.data
        node = Node(self.world, self, len(data.nodes), len(self.members))
        data.nodes.append(node)
        self.members.append(node)
        self.primary = self.primary or node

    # Replication

    def commit(self, attempt):
        """The write is the newest; every replica receives it after the lag, in the order of the commits."""
        p, data = self.world.p, self.world.data
        data.committed += 1
        write = Write(attempt, data.committed, data.last_write.get(attempt.key, 0), p.replication, self.clock.now)
        data.last_write[attempt.key] = write.version
        if data.group_of(attempt.key) is not self:
            data.moved[attempt.key] = write.version
        for node in self.members:
            if not node.is_follower:
                continue
            lag = 1.0
            if p.lag_random:
                lag = draws.exponential(self.world.keys, draws.LAG, write.request, write.attempt * 64 + node.member)
            node.received_until_ns = max(node.received_until_ns, self.clock.now + draws.to_ns(lag, p.lag_ns))
            ship = Ship(write)
            node.unapplied.append(ship)
            self.clock.process(self.travel(node, ship, node.received_until_ns))
        self.world.cache.written(attempt, write.version)
        return write

    def acknowledged(self, write):
        """Wait until as many replicas have the write as replication asks for."""
        if write.awaited > 0:
            write.waiter = self.clock.event()
            try:
                yield write.waiter
            except simpy.Interrupt:
                write.waiter = None
                raise
        write.acknowledged = True

    def travel(self, node, ship, received_ns):
        """A write on its way to a replica, in its queue, and applied there; the replica pays for it."""
        yield from self.clock.wait(received_ns - self.clock.now)
        while True:
            if ship.is_dropped:
                return
            if not self.can_receive(node, ship):
                yield node.reachable
                continue
            if ship.version > node.received:
                node.received = ship.version
            if ship.write.replication == SEMI_SYNC:
                ship.no_longer_awaited(True)
            node.here[id(ship)] = self.clock.active_process
            try:
                yield from node.connections.take()
                try:
                    yield from self.clock.wait(self.apply_duration_ns(node, ship.write))
                finally:
                    node.connections.give_back()
                break
            except simpy.Interrupt:  # the replica has died: once more when it is back
                continue
            finally:
                del node.here[id(ship)]
        if not ship.is_dropped:
            self.applied(node, ship)

    def can_receive(self, node, ship):
        """What a replica has received it applies when it is up; what it has not has to come from a primary it is connected to."""
        return node.is_up and (ship.version <= node.received or not (node.is_cut or self.holds_back))

    def applied(self, node, ship):
        """The replica shows all writes up to the first that it has not applied."""
        ship.is_applied = True
        while node.unapplied and node.unapplied[0].is_applied:
            first = node.unapplied.popleft()
            node.applied = max(node.applied, first.version)
            self.world.data.lags_ns.append(self.clock.now - first.write.committed_ns)
            first.no_longer_awaited(True)

    def apply_duration_ns(self, node, write):
        p, stream_attempt = self.world.p, write.attempt * 64 + node.member
        units = draws.demand(self.world.keys, draws.APPLY, write.request, stream_attempt, *p.database_shape)
        return draws.to_ns(units, p.apply_ns / node.speed)

    # Failover

    def primary_died(self):
        """With failover nothing leaves the primary any more, and another takes over unless it is back in time."""
        if self.world.p.failover_ns != NONE:
            self.holds_back = True
            self.failures += 1
            failure = self.failures
            self.clock.call_after(self.world.p.failover_ns, lambda: self.fail_over(failure))

    def fail_over(self, failure):
        if failure == self.failures:
            self.promote()

    def primary_recovered(self):
        """It goes on as if nothing had happened."""
        self.failures += 1
        self.send_on()

    def send_on(self):
        """What was held back is sent, and former primaries that had nobody to copy are back."""
        self.holds_back = self.needs_primary = False
        for node in self.members:
            node.release()
        for node in self.members:
            if node.waits_to_copy:
                node.waits_to_copy = False
                node.recover()

    def promote(self):
        """The replica that has received the most is the primary; what it has not received is lost, here and everywhere."""
        up = [node for node in self.members if node.is_follower and node.is_up]
        if not up:
            self.needs_primary = True
            return
        data = self.world.data
        data.settle_outages()
        best = max(up, key=lambda node: node.received)
        for ship in reversed(best.unapplied):
            if ship.version > best.received:
                data.lose(ship.write)
        for node in self.members:
            node.drop(best.received)
            node.received = min(node.received, best.received)
            node.applied = min(node.applied, best.received)
        best.applied = best.received
        best.is_cut = False
        self.primary.follows = False
        self.primary = best
        self.failures += 1
        self.send_on()

    # Live changes

    def resize(self, replicas):
        """The primary stays, and so many others."""
        while len(self.members) < 1 + replicas:
            self.add_node()
        others = [node for node in self.members if not node.is_primary]
        self.primary.take_part(True)
        for place, node in enumerate(others):
            node.take_part(place < replicas)

    def leave(self):
        """The shard is not part of the system any more."""
        for node in self.members:
            node.take_part(False)
