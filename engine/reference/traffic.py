"""Arrivals: an open stream that follows the rate, or users who come back after a pause."""

import simpy

from engine.workload import draws
from engine.workload.rates import NEVER, arrival_after, units_between


class Traffic:
    """Who sends the next request, and when."""

    def __init__(self, world):
        self.world = world
        self.clock = world.clock
        self.next_request = 0
        self.rates = world.p.rates
        self.factor = 1.0
        self.stays = 0
        self.users_here = set()
        self.arrivals_process = None
        self.bursts_process = None
        self.due_ns = NEVER

    def start(self):
        """Begin to send, as the traffic's loop says."""
        if self.world.p.closed:
            for user in range(self.world.p.users):
                if user not in self.users_here:
                    self.users_here.add(user)
                    self.clock.process(self.user(user))
        elif self.arrivals_process is None:
            self.arrivals_process = self.clock.process(self.arrivals())
        if self.world.p.bursts and self.bursts_process is None:
            self.bursts_process = self.clock.process(self.bursts())

    @property
    def is_over(self):
        """Whether the run's number of requests has been sent."""
        return self.next_request >= self.world.request_limit

    def number_next(self):
        """The number of a request that is sent now."""
        self.next_request += 1
        return self.next_request - 1

    def arrivals(self):
        """Open loop: gap after gap, request after request, whatever becomes of them."""
        while not self.world.p.closed and not self.is_over:
            self.units = draws.gap(self.world.keys, self.next_request, *self.world.p.gap_shape)
            self.anchor_ns = self.clock.now
            while True:
                due_ns = self.due_ns = self.next_arrival_ns()
                try:
                    yield self.clock.timeout(due_ns - self.clock.now) if due_ns < NEVER else self.clock.event()
                    break
                except simpy.Interrupt:  # the rate has changed, or the loop has been closed
                    if self.world.p.closed:
                        self.arrivals_process = None
                        return
            if self.is_over:
                break
            self.clock.process(self.world.clients.request(self.number_next()))
        self.arrivals_process = None

    def next_arrival_ns(self):
        """When the rate will have used up what is left of the gap; a spike multiplies it."""
        if self.factor == 0.0:
            return NEVER
        return arrival_after(*self.rates, self.clock.now, self.units / self.factor)

    def user(self, user):
        """Closed loop: think, ask, wait for the answer, think again."""
        pause = draws.exponential(self.world.keys, draws.FIRST_THINK, user, 0)
        while True:
            yield self.clock.timeout(draws.to_ns(pause, self.world.p.think_ns))
            if not self.world.p.closed or user >= self.world.p.users or self.is_over:
                self.users_here.discard(user)
                return
            request = self.number_next()
            yield from self.world.clients.request(request, user)
            pause = draws.exponential(self.world.keys, draws.THINK, request, 0)

    def bursts(self):
        """Calm and bursts in turn, each for an exponential time."""
        bursting = False
        try:
            while True:
                mean_ns = self.world.p.burst_ns if bursting else self.world.p.calm_ns
                stay = draws.exponential(self.world.keys, draws.BURST, self.stays, 0)
                self.stays += 1
                yield self.clock.timeout(draws.to_ns(stay, mean_ns))
                bursting = not bursting
                self.follow(self.world.p.burst_rates if bursting else self.world.p.rates)
        except simpy.Interrupt:  # the pattern has changed
            return

    def use_up_gap(self):
        """The rate changes: what is left of the gap at hand passes at the new one."""
        if self.arrivals_process is not None:
            passed = units_between(*self.rates, self.anchor_ns, self.clock.now) * self.factor
            self.units = max(self.units - passed, 0.0)
            self.anchor_ns = self.clock.now
            self.arrivals_process.interrupt()

    def follow(self, rates):
        """Another pattern, or the other rate of a pattern of bursts."""
        self.use_up_gap()
        self.rates = rates

    def surge(self, factor):
        """The rate is this multiple of the pattern's from here on."""
        self.use_up_gap()
        self.factor = factor

    def change(self, old, new):
        """A live change: another pattern begins at its calm rate, another loop when those at hand are through."""
        if old.pattern_key != new.pattern_key:
            if self.bursts_process is not None:
                self.bursts_process.interrupt()
                self.bursts_process = None
            self.follow(new.rates)
        elif new.closed and self.arrivals_process is not None:
            self.arrivals_process.interrupt()
        self.start()
