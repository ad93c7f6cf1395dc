"""A server: workers, vCPUs, a queue before each, limits, and the ways it can fail."""

import simpy

from engine.log import FAILED, REFUSED
from engine.reference.breaker import Breaker
from engine.reference.clock import Pool
from engine.reference.sharing import Sharing
from engine.workload import draws
from engine.workload.counter import unit
from engine.workload.parameters import DROPS, NONE

SERVER_DIED = "server died"
NEVER = DROPS.index("never")


class Server:
    """One machine. Its first state is up; one added later boots first."""

    def __init__(self, world, index):
        self.world = world
        self.clock = world.clock
        self.index = index
        self.workers = Pool(self.clock, world.p.workers)
        self.vcpus = Pool(self.clock, world.p.vcpu_places)
        self.sharing = Sharing(self.clock, world.p.vcpus)
        self.breaker = Breaker(world)
        self.here = {}
        self.present = 0
        self.is_up = False
        self.takes_part = False
        self.boots = 0
        self.joined_ns = 0
        self.busy_at_join_ns = 0
        self.in_flight = 0
        self.dispatched = 0
        self.credit = 0
        self.renew()
        self.specify()

    def renew(self):
        """A machine as new: healthy, at full speed, and nothing known about it."""
        self.speed = 1.0
        self.fail_ratio = 0.0
        self.fail_after_ns = 0
        self.passes_checks = True
        self.believed_healthy = True
        self.failed_checks = 0
        self.passed_checks = 0
        self.latency = -1.0
        self.breaker.renew()

    def specify(self):
        """Take weight, speed and sizes from the system; what runs already is not touched."""
        p = self.world.p
        self.workers.resize(p.workers)
        self.vcpus.resize(p.vcpu_places)
        self.sharing.resize(p.vcpus)
        if not p.breaker:
            self.breaker.renew()
        if self.index < p.server_count:
            self.weight = int(p.weights[self.index])
            self.mean_cpu_ns = float(p.cpu_ns[self.index])

    @property
    def busy_ns(self):
        """The integral of busy vCPUs up to when they were settled: of those who share them each holds a place, also beyond them."""
        return self.vcpus.busy_ns - self.sharing.excess_ns

    @property
    def in_rotation(self):
        return self.takes_part and self.believed_healthy

    # Serving

    def serve(self, attempt):
        """Admission, a worker, CPU, data. Returns the outcome; none if the work was dropped."""
        self.here[attempt] = None
        try:
            return (yield from self.admit(attempt))
        except simpy.Interrupt as interrupt:
            if interrupt.cause != SERVER_DIED:
                raise
            return FAILED
        finally:
            del self.here[attempt]

    def admit(self, attempt):
        if not self.is_up:
            return FAILED
        if self.fail_ratio > 0.0 and unit(self.world.keys[draws.FAIL_FAST], attempt.request, attempt.attempt) < self.fail_ratio:
            yield from self.clock.wait(self.fail_after_ns)
            return FAILED
        if self.is_full:
            return REFUSED
        self.present += 1
        try:
            return (yield from self.work(attempt))
        finally:
            self.present -= 1

    @property
    def is_full(self):
        p = self.world.p
        if p.shed_above != NONE and self.present >= p.shed_above:
            return True
        if p.memory_limit != NONE and self.present + self.queries_here >= p.memory_limit:
            return True
        return p.queue_limit != NONE and self.workers.is_full and len(self.workers.queue) >= p.queue_limit

    @property
    def queries_here(self):
        """Those that wait or run in a database on this machine."""
        if self.index > 0 or not self.world.p.colocated:
            return 0
        connections = self.world.data.nodes[0].connections
        return connections.taken + len(connections.queue)

    def work(self, attempt):
        """A worker is held from here to the answer, so a slow database exhausts workers."""
        yield from self.workers.take()
        try:
            attempt.worker_at = self.clock.now
            if self.is_expired(attempt):
                return None
            yield from self.vcpus.take()
            try:
                attempt.cpu_at = self.clock.now
                if self.is_expired(attempt):
                    return None
                yield from self.compute(self.cpu_ns(attempt))
                attempt.cpu_done = self.clock.now
            finally:
                self.vcpus.give_back()
            return (yield from self.world.data.answer(attempt))
        finally:
            self.workers.give_back()

    def compute(self, duration_ns):
        """Keep a vCPU for so long; or share all of them, until so much work is done."""
        if self.world.p.sharing:
            yield from self.sharing.work(duration_ns)
        else:
            yield from self.clock.wait(duration_ns)

    def cpu_ns(self, attempt):
        units = draws.demand(self.world.keys, draws.CPU, attempt.request, attempt.attempt, *self.world.p.cpu_shape)
        return draws.to_ns(units, self.mean_cpu_ns / self.speed)

    def is_expired(self, attempt):
        """Deadline propagation: work whose client has left is not begun, unless the server never looks."""
        return attempt.client_has_left and self.world.p.drop != NEVER

    # Life

    def start(self, boot_ns=None):
        """Take part at once, or after a boot, unless something else has happened to the machine by then."""
        self.renew()
        self.boots += 1
        if boot_ns is None:
            self.join()
        else:
            self.clock.process(self.boot(boot_ns, self.boots))

    def boot(self, duration_ns, boot):
        yield from self.clock.wait(duration_ns)
        if boot == self.boots:
            self.join()

    def join(self):
        self.is_up = self.takes_part = True
        self.vcpus.settle()
        self.joined_ns, self.busy_at_join_ns = self.clock.now, self.busy_ns
        self.world.balancer.update_rotation()

    def add(self):
        """Be part of the system (again): a machine that still finishes its work stays, any other boots."""
        if self.is_up and self.present > 0:
            self.join()
        else:
            self.is_up = False
            self.start(self.world.p.boot_ns)

    def remove(self):
        """Leave the rotation; what is here is finished."""
        self.boots += 1
        self.takes_part = False

    def crash(self):
        """All that is here fails, in the order in which it came."""
        self.boots += 1
        self.is_up = False
        self.breaker.renew()
        for attempt in self.here:
            attempt.journey.interrupt(SERVER_DIED)

    def recover(self):
        """Well again, and empty if it was down; the balancer finds out by its checks."""
        self.speed = 1.0
        self.fail_ratio = 0.0
        if not self.is_up and self.takes_part:
            self.join()

    def slow(self, factor):
        self.speed = factor

    def fail_fast(self, ratio, after_ns, passes_checks):
        self.fail_ratio, self.fail_after_ns, self.passes_checks = ratio, after_ns, passes_checks
