"""Clients: send a request, wait, leave, pause, try again."""

import simpy

from engine.log import COLUMNS, OK, OPEN, READ, STATIC, TIMEOUT, UNAVAILABLE, WRITE
from engine.workload import draws
from engine.workload.counter import unit
from engine.workload.parameters import ALGORITHMS, BUDGET_CAP, DROPS, NONE, TOKEN

CONSISTENT_HASH = ALGORITHMS.index("consistent_hash")
AT_ONCE = DROPS.index("at_once")
CLIENT_LEFT, NODE_DIED = "client left", "node died"


class Attempt:
    """One try at a request, with the instants of its journey: a row of the log in the making."""

    def __init__(self, **known):
        self.__dict__.update(dict.fromkeys(COLUMNS, -1), stale=0, final=0, outcome=OPEN, **known)
        self.version = 0

    @property
    def client_has_left(self):
        return self.outcome == TIMEOUT

    def row(self):
        return tuple(self.__dict__[column] for column in COLUMNS)


class Clients:
    """What every client does, by the policy of its cohort."""

    def __init__(self, world):
        self.world = world
        self.clock = world.clock
        self.keys = world.keys
        self.tokens = [0] * len(world.p.policies)
        self.in_flight = 0

    def request(self, number, user=None):
        """One request, from its first try to its last answer."""
        p, keys = self.world.p, self.keys
        cohort = draws.choice(p.cohort_shares, unit(keys[draws.COHORT], number, 0))
        kind = self.kind(number)
        known = {
            "request": number,
            "cohort": cohort,
            "region": int(p.region_numbers[draws.choice(p.region_shares, unit(keys[draws.REGION], number, 0))]),
            "kind": kind,
            "key": self.item(number) if kind != STATIC or p.cdn or p.algorithm == CONSISTENT_HASH else -1,
            "user": int(unit(keys[draws.USER], number, 0) * p.users) if user is None else user,
            "arrived": self.clock.now,
            "failed_ns": 0,
            "retry_wait_ns": 0,
        }
        self.in_flight += 1
        self.deposit(cohort)
        tries = 0
        while True:
            attempt = Attempt(attempt=tries, sent=self.clock.now, **known)
            self.send(attempt)
            yield attempt.over
            if attempt.outcome == OK or not self.may_retry(cohort, tries):
                break
            pause_ns = self.pause(cohort, number, tries)
            known["failed_ns"] += attempt.ended - attempt.sent
            known["retry_wait_ns"] += pause_ns
            yield from self.clock.wait(pause_ns)
            tries += 1
        attempt.final = 1
        self.in_flight -= 1

    def kind(self, number):
        if unit(self.keys[draws.CLASS], number, 0) < self.world.p.static_ratio:
            return STATIC
        return WRITE if unit(self.keys[draws.WRITE], number, 0) < self.world.p.write_ratio else READ

    def item(self, number):
        return int(draws.item(self.world.p.popularity, self.world.p.guide, unit(self.keys[draws.KEY], number, 0)))

    def policy(self, cohort):
        return self.world.p.policies[min(cohort, len(self.world.p.policies) - 1)]

    def change(self, old, new):
        """Other cohorts keep the budgets of those they replace, one by one."""
        self.tokens = (self.tokens + [0] * len(new.policies))[: max(len(self.tokens), len(new.policies))]

    def deposit(self, cohort):
        """Every request pays a share of a retry into its cohort's budget."""
        budget = self.policy(cohort).budget
        if budget != NONE:
            self.tokens[cohort] = min(self.tokens[cohort] + budget, BUDGET_CAP)

    def may_retry(self, cohort, tries):
        """Whether there is a retry left, and the budget pays for it."""
        policy = self.policy(cohort)
        if tries >= policy.retries:
            return False
        if policy.budget != NONE:
            if self.tokens[cohort] < TOKEN:
                return False
            self.tokens[cohort] -= TOKEN
        return True

    def pause(self, cohort, number, tries):
        """The back-off after a try, in ns."""
        policy = self.policy(cohort)
        if policy.backoff == 0:
            return 0
        if policy.backoff == 1:
            return policy.backoff_ns
        longest = draws.doubled(policy.backoff_ns, tries, policy.backoff_cap_ns)
        if policy.backoff == 2:
            return longest
        return draws.to_ns(unit(self.keys[draws.BACKOFF], number, tries), longest)

    def send(self, attempt):
        """Start the journey of an attempt, and the clock by which the client leaves."""
        attempt.over = self.clock.event()
        self.world.log.append(attempt)
        timeout_ns = self.policy(attempt.cohort).timeout_ns
        if timeout_ns != NONE:
            self.clock.call_after(timeout_ns, lambda: self.leave(attempt))
        attempt.journey = self.clock.process(self.journey(attempt))

    def leave(self, attempt):
        """The deadline: the client leaves, unless it has its answer."""
        if attempt.outcome != OPEN:
            return
        self.end(attempt, TIMEOUT)
        if self.world.p.drop == AT_ONCE and attempt.journey.is_alive:
            attempt.journey.interrupt(CLIENT_LEFT)

    def end(self, attempt, outcome):
        attempt.outcome = outcome
        attempt.ended = self.clock.now
        attempt.over.succeed()

    def journey(self, attempt):
        """There and back again: to the origin, or to a point of presence that answers or fetches."""
        network = self.world.network
        try:
            pop = self.world.cdn.pop_for(attempt)
            if pop is None:
                yield from self.clock.wait(network.out_ns(attempt))
                outcome = yield from self.at_origin(attempt)
            else:
                attempt.pop = pop.region
                yield from self.clock.wait(network.to_pop_ns(attempt))
                outcome = yield from pop.answer(attempt)
            if outcome is None or attempt.client_has_left:
                return
            yield from self.clock.wait(network.back_ns(attempt) if pop is None else network.from_pop_ns(attempt))
            if not attempt.client_has_left:
                self.end(attempt, outcome)
        except simpy.Interrupt:  # the client has left, and takes its work with it
            if attempt.left < 0:
                attempt.left = self.clock.now
                self.world.balancer.answered(attempt, None)

    def at_origin(self, attempt):
        """Balancer, and a server with all behind it. Returns the outcome; none if the work was dropped."""
        server = yield from self.world.balancer.choose(attempt)
        outcome = UNAVAILABLE if server is None else (yield from server.serve(attempt))
        attempt.left = self.clock.now
        self.world.balancer.answered(attempt, outcome)
        return outcome
