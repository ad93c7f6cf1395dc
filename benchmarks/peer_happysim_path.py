"""The benchmark's whole path in happysim, of Resources and futures: its stores know neither queues nor a demand of one's own.

Knows nothing of the engine. Needs Python 3.13. Patience is `any_of`, as its documentation shows.
"""

from collections import OrderedDict
from itertools import cycle

from happysimulator import Entity, Event, Resource, SimFuture, Simulation, Source, any_of

from benchmarks.peer_happysim import Arrivals, Requests
from benchmarks.replay import Path, Replay, Told


class Web(Entity):
    """Servers in turn, an LRU cache whose items expire, replicas; a worker is held throughout."""

    def __init__(self, replay: Replay, path: Path):
        super().__init__("web")
        self.replay = replay
        self.path = path
        self.servers = [Resource(f"server_{number}", path.workers) for number in range(path.servers)]
        self.replicas = [Resource(f"replica_{number}", path.connections) for number in range(path.replicas)]
        self.turn = cycle(self.servers)
        self.expires: OrderedDict = OrderedDict()
        self.hits = 0

    def handle_event(self, event: Event):
        request, path, replay = event.context["metadata"]["request"], self.path, self.replay
        worker = yield next(self.turn).acquire()
        yield replay.cpu_s[request]
        yield path.lookup_s
        key = replay.key[request]
        if key in self.expires and self.expires[key] > self.now:
            self.expires.move_to_end(key)
            self.hits += 1
        else:
            connection = yield self.replicas[replay.replica[request]].acquire()
            yield replay.database_s[request]
            connection.release()
            self.expires[key] = self.now + path.ttl_s
            self.expires.move_to_end(key)
            if len(self.expires) > path.capacity_items:
                self.expires.popitem(last=False)
        worker.release()
        event.context["metadata"]["answered"].resolve()


class Clients(Entity):
    """Wait for the answer, but not for ever; work whose client has left goes on."""

    def __init__(self, web: Web):
        super().__init__("clients")
        self.web = web
        self.latencies_s: list[float] = []

    def handle_event(self, event: Event):
        sent = self.now
        answered, deadline = SimFuture(), SimFuture()
        about = {"request": event.context["metadata"]["request"], "answered": answered}
        yield (
            0.0,
            [
                Event(sent, "work", self.web, context={"metadata": about}),
                Event.once(sent + self.web.path.timeout_s, "deadline", lambda _: deadline.resolve()),
            ],
        )
        first, _ = yield any_of(answered, deadline)
        if first == 0:
            self.latencies_s.append((self.now - sent).to_seconds())


def run(replay: Replay, path: Path) -> Told:
    """Latencies of all requests that were answered in time, and the share that hit the cache."""
    web = Web(replay, path)
    clients = Clients(web)
    source = Source("source", Requests(clients), Arrivals(replay.arrived_s))
    Simulation(sources=[source], entities=[clients, web, *web.servers, *web.replicas]).run()
    return Told(clients.latencies_s, web.hits / len(replay.arrived_s))
