"""The benchmark's path in SimPy, as its documentation shows: a process per request, Resources, `work | timeout` for patience.

Written for the benchmark alone: not the reference model, and it knows nothing of the engine.
"""

from collections import OrderedDict
from itertools import cycle

import simpy

from benchmarks.replay import Path, Replay, Told


class Cache:
    """An LRU cache whose items expire."""

    def __init__(self, env: simpy.Environment, path: Path):
        self.env = env
        self.path = path
        self.expires_s: OrderedDict[int, float] = OrderedDict()
        self.hits = 0

    def has(self, key: int) -> bool:
        """Look a key up; an item that is alive becomes the last to be evicted."""
        expires_s = self.expires_s.get(key)
        if expires_s is None:
            return False
        if expires_s <= self.env.now:
            del self.expires_s[key]
            return False
        self.expires_s.move_to_end(key)
        self.hits += 1
        return True

    def fill(self, key: int) -> None:
        """Put a key into the cache; the one longest unused makes room."""
        self.expires_s[key] = self.env.now + self.path.ttl_s
        self.expires_s.move_to_end(key)
        if len(self.expires_s) > self.path.capacity_items:
            self.expires_s.popitem(last=False)


class Web:
    """The tiers: servers in turn, a cache, replicas (or a primary alone)."""

    def __init__(self, env: simpy.Environment, path: Path):
        self.env = env
        self.path = path
        self.servers = [simpy.Resource(env, capacity=path.workers) for _ in range(path.servers)]
        self.turn = cycle(self.servers)
        self.replicas = [simpy.Resource(env, capacity=path.connections) for _ in range(max(path.replicas, 1))]
        self.cache = Cache(env, path)

    def handle(self, request: int, replay: Replay):
        """A server answers: worker, CPU, then cache and, after a miss, a replica; the worker is held throughout."""
        env = self.env
        with next(self.turn).request() as worker:
            yield worker
            yield env.timeout(replay.cpu_s[request])
            if self.path.database:
                yield env.timeout(self.path.lookup_s)
                key = replay.key[request]
                if not self.cache.has(key):
                    with self.replicas[replay.replica[request]].request() as connection:
                        yield connection
                        yield env.timeout(replay.database_s[request])
                    self.cache.fill(key)


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


def run(replay: Replay, path: Path, lean: bool = False) -> Told:
    """Latencies of all requests that were answered in time, and the share of the requests that hit the cache."""
    env = simpy.Environment()
    latencies: list[float] = []
    kind = patient_client if lean or path.timeout_s is None else client
    path = path if path.timeout_s else path._replace(timeout_s=float("inf"))
    web = Web(env, path)
    env.process(source(env, web, replay, latencies, kind))
    env.run()
    return Told(latencies, web.cache.hits / len(replay.arrived_s) if path.database else None)
