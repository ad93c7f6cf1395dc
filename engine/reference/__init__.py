"""The reference: the model as SimPy processes, one per request, to be read and to judge the kernel by.

Tier by tier, as `MODEL.md` says it; slow and plain. It knows nothing of the kernel.
"""

from engine.log import ALL_DONE, ALL_SENT, NOT_BEFORE, OUT_OF_EVENTS, REACHED, WHEN_ALL_SENT
from engine.reference.balancer import Balancer
from engine.reference.cache import Cache
from engine.reference.client import Clients
from engine.reference.clock import Clock
from engine.reference.database import Data
from engine.reference.network import Network
from engine.reference.server import Server
from engine.reference.traffic import Traffic
from engine.system import System
from engine.workload import draws
from engine.workload.counter import stream_keys
from engine.workload.parameters import parameters_of

__all__ = ["World"]


class World:
    """A running system: its parts, the clock they share, and the log of attempts (`log`, in order of sending)."""

    def __init__(self, system: System, seed: int, request_limit: int = 2**62):
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
        self.cache = Cache(self)
        self.data = Data(self)
        self.data.start()
        self.traffic = Traffic(self)
        for index in range(self.p.server_count):
            self.servers.append(Server(self, index))
            self.servers[-1].start()
        self.faults_due = list(self.p.faults)
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
        self.data.count_moved()
        while True:
            if stop != NOT_BEFORE and self.traffic.is_over:
                if stop == WHEN_ALL_SENT:
                    return ALL_SENT
                if self.clients.in_flight == 0:
                    return ALL_DONE
            if self.events >= self.event_limit:
                return OUT_OF_EVENTS
            next_ns = self.clock.peek()
            fault_ns = round(self.faults_due[0].at_s * 1e9) if self.faults_due else until_ns
            if min(next_ns, fault_ns) >= until_ns:
                self.clock.move_to(until_ns)
                return REACHED
            if fault_ns <= next_ns:
                self.clock.move_to(fault_ns)
                self.inject(self.faults_due.pop(0))
            else:
                self.clock.step()
                self.events += 1
                self.clock.settle()

    def inject(self, fault) -> None:
        """Something breaks, or is mended, now."""
        if fault.tier == "servers":
            node = self.servers[fault.index] if fault.index < self.p.server_count else None
        else:
            node = self.data.node_of(fault)
        if node is None:
            return
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
        self.clock.settle()

    def change(self, system: System) -> None:
        """Another system takes over: what runs finishes as it began, what starts follows the new one."""
        old, self.p = self.p, parameters_of(system)
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
        self.cache.change(old, self.p)
        self.data.change(old, self.p)
        self.faults_due = [fault for fault in self.p.faults if round(fault.at_s * 1e9) >= self.clock.now]
        self.clock.settle()
