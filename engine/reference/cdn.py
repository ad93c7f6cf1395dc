"""The content delivery network: points of presence near the people, which answer from their copies or fetch from the origin."""

from collections import deque

import simpy

from engine.log import FAILED, OK, READ, WRITE
from engine.reading import FIRST_POP
from engine.reference.store import Store
from engine.workload.parameters import NONE
from engine.workload.rates import NEVER
from engine.workload.tables import REGIONS


class Cdn:
    """The points of presence, one place for each region."""

    def __init__(self, world):
        self.world = world
        self.pops = [Pop(world, region) for region in range(len(REGIONS))]

    def pop_for(self, attempt):
        """The nearest one that is up, for files and, where they are cached, dynamic reads; none for everything else."""
        p = self.world.p
        if not p.cdn or attempt.key < 0 or attempt.kind == WRITE or (attempt.kind == READ and not p.cdn_dynamic):
            return None
        return next((self.pops[region] for region in p.pop_order[attempt.region] if self.pops[region].store.is_up), None)

    def change(self, old, new):
        """Other capacities and rules; what is cached changes its place when dynamic reads are cached too, so all begin empty."""
        for pop in self.pops:
            if old.cdn_dynamic != new.cdn_dynamic:
                pop.store.empty()
                pop.fetches = {}
            pop.store.specify(new.pop_eviction, new.pop_capacity)


class Pop:
    """One point of presence. During an outage it cannot be reached; what it holds stays there."""

    def __init__(self, world, region):
        self.world = world
        self.clock = world.clock
        self.region = region
        self.store = Store(world, FIRST_POP + region, world.p.pop_eviction, world.p.pop_capacity)
        self.fetches = {}

    def answer(self, attempt):
        """A hit at once; a miss by a fetch, its own or another's. Returns the outcome; none if the work was dropped."""
        attempt.at_pop = self.clock.now
        yield from self.clock.wait(self.world.p.pop_ns)
        if not (self.store.is_up and self.keeps(attempt.kind)):
            return FAILED
        attempt.pop_done = self.clock.now
        key = (attempt.kind, attempt.key)
        copy = self.store.find(key)
        self.store.look_ups += 1
        attempt.pop_hit = int(copy is not None)
        if copy is not None:
            self.store.hits += 1
            self.store.use(key)
            self.judge(attempt, copy.version)
            return OK
        fetch = self.fetches.get(key) if self.world.p.pop_coalescing else None
        if fetch is not None:
            attempt.pop_hit = 2
            is_answered = yield from fetch.wait()
            attempt.pop_waited = self.clock.now
            if is_answered:
                self.judge(attempt, fetch.version)
                return OK
            attempt.pop_hit = 0
        elif self.world.p.pop_coalescing:
            fetch = self.fetches[key] = Fetch(self, key)
        return (yield from self.fetch(attempt, key, fetch))

    def fetch(self, attempt, key, fetch):
        """Ask the origin, keep its answer, and let those go on who wait for it. The client may have left: the copy is wanted."""
        is_kept = False
        try:
            yield from self.clock.wait(self.world.network.out_ns(attempt))
            outcome = yield from self.world.clients.at_origin(attempt)
            if outcome is None:
                return None
            yield from self.clock.wait(self.world.network.back_ns(attempt))
            attempt.pop_filled = self.clock.now
            if outcome == OK:
                is_kept = True
                self.keep(key, attempt.version)
            return outcome
        finally:
            if fetch is not None:
                fetch.over(is_kept, attempt.version)

    def keeps(self, kind):
        """Whether it takes part and keeps what is asked for: files, or dynamic data where they are cached."""
        p = self.world.p
        return p.cdn and self.region in p.pop_order[0] and (kind != READ or p.cdn_dynamic)

    def keep(self, key, version):
        ttl_ns = self.world.p.pop_ttl_ns
        if self.keeps(key[0]):
            self.store.fill(key, version, NEVER if ttl_ns == NONE else self.clock.now + ttl_ns)

    def judge(self, attempt, version):
        """Whether dynamic data are older than the newest committed write."""
        attempt.version = version
        attempt.stale = int(attempt.kind == READ and version < self.world.data.last_write.get(attempt.key, 0))


class Fetch:
    """A fetch that others wait for. If it fails, the first of them fetches in its place and the others go on waiting."""

    def __init__(self, pop, key):
        self.pop = pop
        self.key = key
        self.waiting = deque()
        self.version = 0

    def wait(self):
        """Wait until it is over; whether it was answered. If not, whoever waited leads it from then on."""
        turn = self.pop.clock.event()
        self.waiting.append(turn)
        try:
            return (yield turn)
        except simpy.Interrupt:
            if not turn.triggered:
                self.waiting.remove(turn)
            elif not turn.value:
                self.over(False, 0)
            raise

    def over(self, is_answered, version):
        """Whoever fetched has the answer, or has failed and is followed by the next."""
        self.version = version
        if self.waiting and not is_answered:
            self.waiting.popleft().succeed(False)
            return
        while self.waiting:
            self.waiting.popleft().succeed(True)
        if self.pop.fetches.get(self.key) is self:
            del self.pop.fetches[self.key]
