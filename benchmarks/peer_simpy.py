"""The benchmark's path in SimPy, as its documentation shows: a process per request, Resources, `work | timeout` for patience.

Written for the benchmark alone: not the reference model, and it knows nothing of the engine.
"""

from collections import OrderedDict
from itertools import cycle

import simpy

from benchmarks.replay import Path, Replay


class Web:
    """The tiers: servers in turn, an LRU cache whose items expire, replicas."""

    def __init__(self, env: simpy.Environment, path: Path):
        self.env = env
        self.path = path
        self.servers = [simpy.Resource(env, capacity=path.workers) for _ in range(path.servers)]
        self.turn = cycle(self.servers)
        self.replicas = [simpy.Resource(env, capacity=path.connections) for _ in range(path.replicas)]
        self.cache: OrderedDict[int, float] = OrderedDict()

    def has(self, key: int) -> bool:
        """Look a key up; an item that is alive becomes the last to be evicted."""
        expires_s = self.cache.get(key)
        if expires_s is None:
            return False
        if expires_s <= self.env.now:
            del self.cache[key]
            return False
        self.cache.move_to_end(key)
        return True

    def fill(self, key: int) -> None:
        """Put a key into the cache; the one longest unused makes room."""
        self.cache[key] = self.env.now + self.path.ttl_s
        self.cache.move_to_end(key)
        if len(self.cache) > self.path.capacity_items:
            self.cache.popitem(last=False)

    def handle(self, request: int, replay: Replay):
        """A server answers: worker, CPU, then cache and, after a miss, a replica; the worker is held throughout."""
        env = self.env
        with next(self.turn).request() as worker:
            yield worker
            yield env.timeout(replay.cpu_s[request])
            if self.path.replicas:
                yield env.timeout(self.path.lookup_s)
                key = replay.key[request]
                if not self.has(key):
                    with self.replicas[replay.replica[request]].request() as connection:
                        yield connection
                        yield env.timeout(replay.database_s[request])
                    self.fill(key)


def client(env: simpy.Environment, web: Web, request: int, replay: Replay, latencies: list[float]):
    """Waits for the answer, but not for ever; work whose client has left goes on."""
    sent_s = env.now
    work = env.process(web.handle(request, replay))
    yield work | env.timeout(web.path.timeout_s)
    if work.triggered:
        latencies.append(env.now - sent_s)


def patient_client(env: simpy.Environment, web: Web, request: int, replay: Replay, latencies: list[float]):
    """The leanest way to the same numbers: no timer runs, and who would have left is found afterwards."""
    sent_s = env.now
    yield from web.handle(request, replay)
    if env.now - sent_s < web.path.timeout_s:
        latencies.append(env.now - sent_s)


def source(env: simpy.Environment, web: Web, replay: Replay, latencies: list[float], kind):
    """Sends every request at its time."""
    for request, arrived_s in enumerate(replay.arrived_s):
        yield env.timeout(arrived_s - env.now)
        env.process(kind(env, web, request, replay, latencies))


def run(replay: Replay, path: Path, lean: bool = False) -> list[float]:
    """Latencies in s of all requests that were answered in time."""
    env = simpy.Environment()
    latencies: list[float] = []
    kind = patient_client if lean or path.timeout_s is None else client
    path = path if path.timeout_s else path._replace(timeout_s=float("inf"))
    env.process(source(env, Web(env, path), replay, latencies, kind))
    env.run()
    return latencies
