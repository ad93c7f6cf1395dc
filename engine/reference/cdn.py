"""The content delivery network: points of presence near the people, which answer from their copies or fetch from the origin."""

from engine.log import FAILED, OK, READ, WRITE
from engine.reading import FIRST_POP
from engine.reference.fetching import Fetches
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
        """Other capacities and rules."""
        for pop in self.pops:
            pop.store.specify(new.pop_eviction, new.pop_capacity)


class Pop:
    """One point of presence. During an outage it cannot be reached; what it holds stays there."""

    def __init__(self, world, region):
        self.world = world
        self.clock = world.clock
        self.region = region
        self.store = Store(world, FIRST_POP + region, world.p.pop_eviction, world.p.pop_capacity)
        self.fetches = Fetches(world.clock)

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
        others_may_wait = self.world.p.pop_coalescing
        if others_may_wait and key in self.fetches.waiting:
            attempt.pop_hit = 2
            version = yield from self.fetches.wait(key)
            attempt.pop_waited = self.clock.now
            if version is not None:
                self.judge(attempt, version)
                return OK
            attempt.pop_hit = 0
        elif others_may_wait:
            self.fetches.begin(key)
        return (yield from self.fetch(attempt, key, others_may_wait))

    def fetch(self, attempt, key, others_may_wait):
        """Ask the origin, keep its answer, and let those go on who wait for it. The client may have left: the copy is wanted."""
        outcome = None
        try:
            yield from self.clock.wait(self.world.network.out_ns(attempt))
            outcome = yield from self.world.clients.at_origin(attempt)
            if outcome is not None:
                yield from self.clock.wait(self.world.network.back_ns(attempt))
                attempt.pop_filled = self.clock.now
            if outcome == OK:
                self.keep(key, attempt.version)
            return outcome
        finally:
            if others_may_wait and attempt.pop_filled >= 0 and outcome == OK:
                self.fetches.share(key, attempt.version)
            elif others_may_wait:
                self.fetches.hand_on(key)

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
