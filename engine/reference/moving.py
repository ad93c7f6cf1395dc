"""Items on their way to another group: who still has them, and the copying, batch by batch."""

import numpy as np
import simpy

from engine.workload import draws
from engine.workload.tables import COPIED_TOGETHER, COPY_AGAIN_NS, groups_of, same_groups


class Moving:
    """The items that a group still has and another is to have, and the copiers that see to it."""

    def __init__(self, world):
        self.world = world
        self.clock = world.clock
        self.origins = {}
        self.under_way = {}
        self.copiers = []
        self.stopped, self.starting = [], []
        self.items_seen = world.p.items

    def copied(self, key):
        """Wait for as long as a batch with this item is under way."""
        while key in self.under_way:
            copier = self.under_way[key]
            turn = self.clock.event()
            copier.waiting.append(turn)
            try:
                yield turn
            except simpy.Interrupt:
                if not turn.triggered:
                    copier.waiting.remove(turn)
                raise

    def still_has_items(self, group):
        """Whether a group has something to give away."""
        return any(copier.group is group and not copier.is_over for copier in self.copiers)

    def plan(self, old, new):
        """Which items are to move when other parameters hold; those that are no longer asked for move at once."""
        self.items_seen = max(self.items_seen, new.items)
        if same_groups(old, new):
            return
        data = self.world.data
        before, after = (groups_of(self.items_seen, p, self.world.keys) for p in (old, new))
        for key, group in self.origins.items():
            before[key] = group.index
        self.origins = {}
        leaving = {}
        for key in np.nonzero(before != after)[0].tolist():
            if key < new.items:
                leaving.setdefault(int(before[key]), []).append((int(after[key]), key))
                self.origins[key] = data.groups[before[key]]
            else:
                data.moved[key] = data.last_write.get(key, 0)
        self.stopped = self.copiers
        self.copiers = self.starting = [Copier(self, data.groups[index], sorted(leaving[index])) for index in sorted(leaving)]

    def start(self):
        """What was under way comes to nothing, whoever waits for it goes on; the copiers of the plan begin, group by group."""
        for copier in self.stopped:
            copier.is_over = True
            copier.let_go_on()
        for copier in self.starting:
            self.clock.process(copier.run())
        self.stopped, self.starting = [], []


class Copier:
    """Copies what one group has to give away: (group that is to have it, item), in this order."""

    def __init__(self, moving, group, moves):
        self.moving = moving
        self.world = moving.world
        self.clock = moving.clock
        self.group = group
        self.moves = moves
        self.batch = []
        self.waiting = []
        self.is_over = False

    def run(self):
        """One batch after the other; one that has been given up once more, a while later."""
        while self.moves and not self.is_over:
            target = self.moves[0][0]
            together = self.moves[:COPIED_TOGETHER]
            self.batch = [key for group, key in together if group == target]
            if (yield from self.copy(self.world.data.groups[target])):
                self.arrive(self.world.data.groups[target])
            elif not self.is_over:
                self.let_go_on()
                yield from self.clock.wait(COPY_AGAIN_NS)
        if not self.is_over:
            self.is_over = True
            if self.group.index >= self.world.p.groups:
                self.world.data.settle_outages()
                self.group.leave()

    def copy(self, target):
        """Read a batch on one primary and write it on the other; whether that has come to something."""
        return (yield from self.work(self.group.primary, begins=True)) and (yield from self.work(target.primary))

    def work(self, node, begins=False):
        """Wait for a connection of a node, and use it for as long as the batch takes."""
        if not node.is_up:
            return False
        node.here[self] = self.clock.active_process
        try:
            yield from node.connections.take()
            try:
                if self.is_over:
                    return False
                if begins:
                    self.moving.under_way |= dict.fromkeys(self.batch, self)
                yield from self.clock.wait(draws.to_ns(len(self.batch), self.world.p.copy_ns / node.speed))
            finally:
                node.connections.give_back()
        except simpy.Interrupt:  # the node has died
            return False
        finally:
            del node.here[self]
        return not self.is_over

    def arrive(self, target):
        """The batch is where it belongs, on all nodes there."""
        data = self.world.data
        for key in self.batch:
            del self.moving.origins[key]
            data.moved[key] = data.last_write.get(key, 0)
        data.keys_moved += len(self.batch)
        del self.moves[: len(self.batch)]
        self.let_go_on()

    def let_go_on(self):
        """No batch is under way, and whoever waits for it asks again."""
        for key in self.batch:
            if self.moving.under_way.get(key) is self:
                del self.moving.under_way[key]
        self.batch = []
        waiting, self.waiting = self.waiting, []
        for turn in waiting:
            turn.succeed()
