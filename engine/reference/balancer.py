"""The balancer: eight ways to choose a server, and what it believes about their health."""

from bisect import bisect_left

import simpy

from engine.workload import draws
from engine.workload.counter import scatter, unit
from engine.workload.parameters import ALGORITHMS, NONE
from engine.workload.tables import CLIENT_SALT, KEY_SALT

LATENCY_WEIGHT = 0.3
"""Share of the newest answer in a server's moving average of latency (least_latency)."""


class Balancer:
    """Chooses among the servers in rotation: those that take part and that it believes healthy."""

    def __init__(self, world):
        self.world = world
        self.clock = world.clock
        self.rotation = []
        self.last = -1
        self.next_pass_ns = 0
        self.nobody_since_ns = 0
        self.nobody_ns = 0

    def start(self):
        self.update_rotation()
        self.checks_process = self.clock.process(self.checks())

    # The way through

    def choose(self, attempt):
        """Pass the balancer, then get a server; none if nobody is believed healthy."""
        attempt.at_balancer = self.clock.now
        p = self.world.p
        begins_ns = self.clock.now
        if p.pass_ns:
            begins_ns = max(begins_ns, self.next_pass_ns)
            self.next_pass_ns = begins_ns + p.pass_ns
        yield from self.clock.wait(begins_ns - self.clock.now + p.overhead_ns)
        if not self.rotation:
            return None
        server = getattr(self, ALGORITHMS[self.world.p.algorithm])(attempt)
        self.last = server.index
        server.in_flight += 1
        server.dispatched += 1
        attempt.server = server.index
        attempt.dispatched = self.clock.now
        return server

    def answered(self, attempt, outcome):
        """An attempt has left its server; what took how long is remembered unless the work was dropped."""
        if attempt.server < 0:
            return
        server = self.world.servers[attempt.server]
        server.in_flight -= 1
        if outcome is not None:
            taken = float(attempt.left - attempt.dispatched)
            if server.latency < 0.0:
                server.latency = taken
            else:
                server.latency = LATENCY_WEIGHT * taken + (1.0 - LATENCY_WEIGHT) * server.latency

    # The algorithms

    def from_last(self):
        """The rotation, beginning after the server chosen last."""
        after = [server for server in self.rotation if server.index > self.last]
        return after + self.rotation[: len(self.rotation) - len(after)]

    def round_robin(self, attempt):
        return self.from_last()[0]

    def weighted_round_robin(self, attempt):
        """Smooth weighted round robin, as nginx does it: all gain their weight, the highest pays the sum."""
        for server in self.rotation:
            server.credit += server.weight
        best = max(self.rotation, key=lambda server: server.credit)
        best.credit -= sum(server.weight for server in self.rotation)
        return best

    def random(self, attempt):
        return self.rotation[int(self.pick(draws.PICK, attempt) * len(self.rotation))]

    def least_connections(self, attempt):
        """Fewest attempts in flight for its weight; among equals the next in rotation."""
        best = None
        for server in self.from_last():
            if best is None or server.in_flight * best.weight < best.in_flight * server.weight:
                best = server
        return best

    def power_of_two(self, attempt):
        """Two different servers at random; the one with fewer in flight for its weight, the first if equal."""
        count = len(self.rotation)
        first = int(self.pick(draws.PICK, attempt) * count)
        if count == 1:
            return self.rotation[0]
        second = int(self.pick(draws.SECOND_PICK, attempt) * (count - 1))
        second += second >= first
        one, other = self.rotation[first], self.rotation[second]
        return other if other.in_flight * one.weight < one.in_flight * other.weight else one

    def least_latency(self, attempt):
        """Lowest average latency times (in flight + 1); a server not measured yet comes first."""
        best, best_score = None, 0.0
        for server in self.from_last():
            score = max(server.latency, 0.0) * (server.in_flight + 1)
            if best is None or score < best_score:
                best, best_score = server, score
        return best

    def client_hash(self, attempt):
        return self.rotation[scatter(attempt.user, CLIENT_SALT) % len(self.rotation)]

    def consistent_hash(self, attempt):
        """The first point on the ring from the key's hash on whose server is in rotation and, with a bound, has room."""
        points, owners = self.world.p.ring_points, self.world.p.ring_owners
        start = bisect_left(points, scatter(attempt.key, KEY_SALT))
        fallback = None
        for step in range(len(points)):
            server = self.world.servers[owners[(start + step) % len(points)]]
            if not server.in_rotation:
                continue
            if self.has_room(server):
                return server
            fallback = fallback or server
        return fallback or self.rotation[0]

    def has_room(self, server):
        """Bounded loads, allotted as HAProxy does it: in all the bound times what is in flight with this attempt."""
        percent = self.world.p.hash_bound_percent
        if percent == NONE:
            return True
        in_flight = sum(other.in_flight for other in self.rotation) + 1
        places = (in_flight * percent + 99) // 100
        total = sum(other.weight for other in self.rotation)
        before = sum(other.weight for other in self.rotation if other.index < server.index)
        own = (before + server.weight) * places // total - before * places // total
        return server.in_flight < max(own, 1)

    def pick(self, stream, attempt):
        return unit(self.world.keys[stream], attempt.request, attempt.attempt)

    # Health

    def checks(self):
        """All servers are checked together, every interval, for ever."""
        while True:
            try:
                yield self.clock.timeout(self.world.p.check_interval_ns)
            except simpy.Interrupt:  # the interval has changed: it begins anew
                continue
            for server in self.world.servers:
                if server.takes_part:
                    self.check(server)
            self.update_rotation()

    def check(self, server):
        """One check: enough failed ones in a row take a server out, enough passed ones bring it back."""
        p = self.world.p
        if server.is_up and (server.fail_ratio == 0.0 or server.passes_checks):
            server.passed_checks += 1
            server.failed_checks = 0
            if server.passed_checks >= p.healthy_after:
                server.believed_healthy = True
        else:
            server.failed_checks += 1
            server.passed_checks = 0
            if server.failed_checks >= p.unhealthy_after:
                server.believed_healthy = False

    def settle_nobody(self):
        """Count the time in which nobody was believed healthy."""
        if not self.rotation:
            self.nobody_ns += self.clock.now - self.nobody_since_ns
        self.nobody_since_ns = self.clock.now

    def update_rotation(self):
        self.settle_nobody()
        self.rotation = [server for server in self.world.servers if server.in_rotation]

    def change(self, old, new):
        if old.algorithm != new.algorithm or list(old.weights) != list(new.weights):
            for server in self.world.servers:
                server.credit = 0
        self.update_rotation()
        if old.check_interval_ns != new.check_interval_ns:
            self.checks_process.interrupt()
