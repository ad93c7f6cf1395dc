"""The reference: the model as SimPy processes, one per request, to be read and to judge the kernel by.

Tier by tier, as `MODEL.md` says it; slow and plain. It knows nothing of the kernel.
"""

import numpy as np

from engine.log import ALL_DONE, ALL_SENT, NOT_BEFORE, OUT_OF_EVENTS, REACHED, WHEN_ALL_SENT
from engine.reference.balancer import Balancer
from engine.reference.cache import Cache
from engine.reference.cdn import Cdn
from engine.reference.client import Clients
from engine.reference.clock import Clock
from engine.reference.database import Data
from engine.reference.network import Network
from engine.reference.server import Server
from engine.reference.traffic import Traffic
from engine.system import PopOutage, PopRecovery, System
from engine.workload import draws
from engine.workload.autoscaling import Load
from engine.workload.counter import stream_keys
from engine.workload.parameters import parameters_of
from engine.workload.schedule import Decision, Look, Schedule, Surge
from engine.workload.tables import REGIONS

__all__ = ["World"]


class World:
    """A running system: its parts, the clock they share, and the log of attempts (`log`, in order of sending)."""

    def __init__(self, system: System, seed: int, request_limit: int = 2**62):
        self.system = system
        self.p = parameters_of(system)
        self.keys = stream_keys(seed, draws.STREAMS)
        self.request_limit = request_limit
        self.clock = Clock()
        self.log = []
        self.events = 0
        self.event_limit = 2**62
        self.network = Network(self)
        self.clients = Clients(self)
        self.balancer = Balancer(self)
        self.servers = []
        self.cdn = Cdn(self)
        self.cache = Cache(self)
        self.data = Data(self)
        self.data.start()
        self.traffic = Traffic(self)
        for index in range(self.p.server_count):
            self.servers.append(Server(self, index))
            self.servers[-1].start()
        self.schedule = Schedule(system, self.p, self.keys)
        self.balancer.start()
        self.cache.start()
        self.traffic.start()
        self.clock.settle()

    @property
    def now_ns(self) -> int:
        """The time up to which everything has happened (what is due at this very instant has not)."""
        return self.clock.now

    def advance(self, until_ns: int, stop: int = NOT_BEFORE) -> int:
        """Let everything happen that is due before a time, or until all requests are sent or done; faults come first."""
        while True:
            if stop != NOT_BEFORE and self.traffic.is_over:
                if stop == WHEN_ALL_SENT:
                    return ALL_SENT
                if self.clients.in_flight == 0:
                    return ALL_DONE
            if self.events >= self.event_limit:
                return OUT_OF_EVENTS
            next_ns = self.clock.peek()
            outside_ns = self.schedule.due_ns(until_ns)
            if min(next_ns, outside_ns) >= until_ns:
                self.clock.move_to(until_ns)
                return REACHED
            if outside_ns <= next_ns:
                self.clock.move_to(outside_ns)
                self.from_outside(self.schedule.pop())
            else:
                self.clock.step()
                self.events += 1
                self.clock.settle()

    def from_outside(self, item) -> None:
        """What the schedule holds for now: the autoscaler's looks and decisions, or a fault."""
        if not isinstance(item, (Look, Decision)):
            self.inject(item)
            return
        count = self.schedule.autoscale(item, self.clock.now, self.load(), self.p.server_count)
        if count != self.p.server_count:
            self.follow(parameters_of(self.system, count))

    def load(self) -> Load:
        """What the autoscaler is told of the servers."""
        for server in self.servers:
            server.vcpus.settle()
        return Load(
            is_up=np.array([server.is_up for server in self.servers]),
            joined_ns=np.array([server.joined_ns for server in self.servers]),
            busy_at_join_ns=np.array([server.busy_at_join_ns for server in self.servers]),
            busy_ns=np.array([server.busy_ns for server in self.servers]),
            vcpus=self.p.vcpus,
        )

    def inject(self, fault) -> None:
        """Something breaks, or is mended, now: node by node."""
        for single in self.schedule.on_nodes(fault, self.p, self.clock.now):
            if isinstance(single, Surge):
                self.traffic.surge(single.rate_factor)
            elif isinstance(single, (PopOutage, PopRecovery)):
                self.cdn.pops[REGIONS.index(single.region)].store.is_up = isinstance(single, PopRecovery)
            else:
                self.inject_at_node(single)
            self.clock.settle()

    def inject_at_node(self, fault) -> None:
        if fault.kind in ("flush_cache", "lose_cache_node") or fault.tier == "cache":
            self.break_cache(fault)
            return
        if fault.tier == "servers":
            node = self.servers[fault.index] if fault.index < self.p.server_count else None
        else:
            node = self.data.node_of(fault)
        if node is None:
            return
        struck = [node]
        if self.p.colocated and node in (self.servers[0], self.data.nodes[0]) and fault.kind in ("crash", "recover", "slow"):
            struck = [self.servers[0], self.data.nodes[0]]  # they are one machine
        for node in struck:
            match fault.kind:
                case "crash" if node.is_up:
                    node.crash()
                case "recover":
                    node.recover()
                case "slow":
                    node.slow(fault.factor)
                case "fail_fast":
                    node.fail_fast(fault.ratio, round(fault.after_ms * 1e6), fault.passes_checks)
                case "cut_replication":
                    node.cut()

    def break_cache(self, fault) -> None:
        """A cache node forgets, dies or is up again."""
        if fault.index is not None and fault.index >= self.p.cache_nodes:
            return
        actions = {"flush_cache": self.cache.flush, "lose_cache_node": self.cache.lose, "recover": self.cache.recover}
        actions[fault.kind](fault.index)

    def change(self, system: System) -> None:
        """Another system takes over, its faults with it."""
        self.follow(parameters_of(system, self.schedule.servers_under(system, self.p.server_count)))
        self.system = system
        self.schedule.follow(system, self.p, self.clock.now)

    def follow(self, parameters) -> None:
        """Other numbers hold: what runs finishes as it began, what starts follows them."""
        old, self.p = self.p, parameters
        self.traffic.change(old, self.p)
        for server in self.servers:
            server.specify()
        for index in range(self.p.server_count):
            if index == len(self.servers):
                self.servers.append(Server(self, index))
                self.servers[index].add()
            elif index >= old.server_count:
                self.servers[index].add()
        for server in self.servers[self.p.server_count : old.server_count]:
            server.remove()
        self.clients.change(old, self.p)
        self.balancer.change(old, self.p)
        self.cdn.change(old, self.p)
        self.cache.change(old, self.p)
        self.data.change(old, self.p)
        self.clock.settle()
