"""A CDN in SimPy: points of presence whose copies expire, and where one miss fetches for all who wait.

Written for the benchmark alone, as `peer_simpy` is; a point of presence is the peer's cache with fetches that are shared.
"""

from itertools import cycle

import simpy

from benchmarks.peer_simpy import Cache
from benchmarks.replay import Path, Replay, Told


class Pop:
    """A point of presence: a cache, and the fetches that are under way."""

    def __init__(self, env: simpy.Environment, path: Path):
        self.cache = Cache(env, path)
        self.fetches: dict[int, simpy.Event] = {}


class Web:
    """The points of presence, and the servers behind them."""

    def __init__(self, env: simpy.Environment, path: Path, replay: Replay):
        self.env = env
        self.path = path
        self.replay = replay
        self.pops = {way.pop: Pop(env, path) for way in path.ways}
        self.turn = cycle([simpy.Resource(env, capacity=path.workers) for _ in range(path.servers)])
        self.latencies_s: list[float] = []

    def client(self, request: int):
        """To the nearest point of presence and back; whoever misses there fetches, or waits for who does."""
        env, key, way = self.env, self.replay.key[request], self.path.ways[self.replay.region[request]]
        pop, sent_s = self.pops[way.pop], env.now
        yield env.timeout(way.to_s)
        yield env.timeout(self.path.lookup_s)
        if not pop.cache.has(key):
            if key in pop.fetches:
                yield pop.fetches[key]
            else:
                pop.fetches[key] = env.event()
                yield env.timeout(way.out_s)
                yield from self.origin(request)
                yield env.timeout(way.back_s)
                pop.cache.fill(key)
                pop.fetches.pop(key).succeed()
        yield env.timeout(way.from_s)
        self.latencies_s.append(env.now - sent_s)

    def origin(self, request: int):
        """A server sends the file."""
        with next(self.turn).request() as worker:
            yield worker
            yield self.env.timeout(self.replay.cpu_s[request])


def source(env: simpy.Environment, web: Web, replay: Replay):
    """Sends every request at its time."""
    for request, arrived_s in enumerate(replay.arrived_s):
        yield env.timeout(arrived_s - env.now)
        env.process(web.client(request))


def run(replay: Replay, path: Path) -> Told:
    """Latencies of all requests, and the share that the points of presence answered from what they had."""
    env = simpy.Environment()
    web = Web(env, path, replay)
    env.process(source(env, web, replay))
    env.run()
    return Told(web.latencies_s, sum(pop.cache.hits for pop in web.pops.values()) / len(replay.arrived_s))
