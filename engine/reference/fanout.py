"""Reads that ask several groups of database nodes at once: all shards, or a second function's database."""

import simpy

from engine.log import FAILED, OK, REFUSED
from engine.reference.shards import function_of, shard_of
from engine.workload import draws
from engine.workload.counter import unit
from engine.workload.parameters import DROPS

NEVER = DROPS.index("never")
READ_IS_OVER = "read is over"
DROPPED = None


def asks_several(world, attempt):
    """Whether a read asks more than its item's group."""
    return asks_shards(world, attempt) or asks_functions(world, attempt)


def asks_shards(world, attempt):
    return world.p.shards > 1 and unit(world.keys[draws.CROSS_SHARD], attempt.request, 0) < world.p.cross_shard_ratio


def asks_functions(world, attempt):
    return world.p.functions > 1 and unit(world.keys[draws.CROSS_FUNCTION], attempt.request, 0) < world.p.cross_function_ratio


def groups_asked(world, attempt):
    """The groups that a read asks, in order: all shards, or a second function's database; always who has the item."""
    p, groups = world.p, world.data.groups
    own, function = world.data.group_of(attempt.key), function_of(world, attempt.key)
    asked = []
    if asks_shards(world, attempt):
        asked = [groups[shard * p.functions + function] for shard in range(p.shards)]
    elif asks_functions(world, attempt):
        asked = [own, groups[shard_of(p, attempt.key) * p.functions + (function + 1) % p.functions]]
    return list(dict.fromkeys([*asked, own]))


class Part:
    """What a read asks of one group."""

    def __init__(self, world, read, group):
        self.world = world
        self.clock = world.clock
        self.read = read
        self.group = group
        self.is_over = self.is_given_up = False
        self.outcome = FAILED
        self.stale = self.violated = False
        self.process = world.clock.process(self.run())

    def run(self):
        attempt = self.read.attempt
        self.node = self.world.data.reading_node(attempt, self.group)
        self.db_queued, self.db_at, self.db_done = self.clock.now, -1, -1
        if self.node.is_up and self.node.is_full:
            self.outcome = REFUSED
        elif self.node.is_up:
            self.node.here[self] = self.process
            self.node.queries += 1
            try:
                yield from self.query(attempt)
            except simpy.Interrupt:  # the node has died, or nobody waits for the read
                self.outcome = FAILED
            finally:
                del self.node.here[self]
        self.is_over = True
        if not self.is_given_up:
            self.read.part_is_over(self)

    def query(self, attempt):
        """Wait for a connection and use it."""
        yield from self.node.connections.take()
        p = self.world.p
        try:
            self.db_at = self.clock.now
            if self.is_given_up or (attempt.client_has_left and p.drop != NEVER):
                self.outcome = DROPPED
                return
            self.see(attempt)
            index = attempt.attempt * 512 + self.group.index
            units = draws.demand(self.world.keys, draws.PART, attempt.request, index, *p.database_shape)
            yield from self.clock.wait(draws.to_ns(units, p.read_ns / self.node.speed))
            self.db_done = self.clock.now
            self.outcome = OK
        finally:
            self.node.connections.give_back()

    def see(self, attempt):
        """The item is read in its own group; in every group the user may miss a write."""
        data = self.world.data
        if self.group is data.group_of(attempt.key):
            self.stale = not data.is_current(self.node, attempt.key)
        own = data.user_writes.get((attempt.user, self.group), 0) if self.world.p.tracks_users else 0
        self.violated = not self.node.shows(own)


class Read:
    """A read of several groups: over when its last part is."""

    def __init__(self, world, attempt, groups):
        self.world = world
        self.attempt = attempt
        self.over = world.clock.event()
        self.open = len(groups)
        self.parts = [Part(world, self, group) for group in groups]

    def part_is_over(self, part):
        self.open -= 1
        if self.open == 0:
            self.last = part
            self.over.succeed()

    def answer(self):
        """Wait for all parts. The instants are those of the part that ended last; the first that failed says why the read fails."""
        attempt = self.attempt
        try:
            yield self.over
        except simpy.Interrupt:
            for part in self.parts:
                part.is_given_up = True
                if not part.is_over:
                    part.process.interrupt(READ_IS_OVER)
            raise
        attempt.db_node, attempt.db_queued, attempt.db_at = self.last.node.index, self.last.db_queued, self.last.db_at
        for part in self.parts:
            if part.outcome != OK:
                return part.outcome
        attempt.db_done = self.last.db_done
        attempt.stale = int(any(part.stale for part in self.parts))
        self.world.data.violations += any(part.violated for part in self.parts)
        return OK
