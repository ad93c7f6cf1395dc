"""Replication in SimPy: a primary whose writes go out to replicas, which apply them in the queue that reads wait in too.

Written for the benchmark alone, as `peer_simpy` is: a process per request, and one for each write on its way to a replica.
"""

from itertools import cycle

import simpy

from benchmarks.replay import Path, Replay, Told


class Database:
    """A primary and replicas of some connections each; a write is over when all replicas show it."""

    def __init__(self, env: simpy.Environment, path: Path, replay: Replay):
        self.env = env
        self.path = path
        self.replay = replay
        self.primary = simpy.Resource(env, capacity=path.connections)
        self.replicas = [simpy.Resource(env, capacity=path.connections) for _ in range(path.replicas)]
        self.newest: list[simpy.Process | None] = [None] * path.replicas

    def read(self, request: int):
        """A query on a replica."""
        with self.replicas[self.replay.replica[request]].request() as connection:
            yield connection
            yield self.env.timeout(self.replay.database_s[request])

    def write(self, request: int):
        """A query on the primary, whose connection is held until the replicas have it."""
        with self.primary.request() as connection:
            yield connection
            yield self.env.timeout(self.replay.database_s[request])
            for replica, newest in enumerate(self.newest):
                self.newest[replica] = self.env.process(self.apply(request, replica, newest))
            yield self.env.all_of(self.newest)

    def apply(self, request: int, replica: int, before: simpy.Process | None):
        """A write on its way to a replica and applied there; it shows once all before it do."""
        yield self.env.timeout(self.path.lag_s)
        with self.replicas[replica].request() as connection:
            yield connection
            yield self.env.timeout(self.replay.apply_s[request][replica])
        if before is not None and not before.triggered:
            yield before


def handle(env: simpy.Environment, worker: simpy.Resource, database: Database, request: int, told: list[float]):
    """A server answers; the worker is held throughout."""
    sent_s = env.now
    with worker.request() as place:
        yield place
        yield env.timeout(database.replay.cpu_s[request])
        yield from database.write(request) if database.replay.writes[request] else database.read(request)
    told.append(env.now - sent_s)


def source(env: simpy.Environment, path: Path, replay: Replay, told: list[float]):
    """Sends every request at its time to the servers in turn."""
    turn = cycle([simpy.Resource(env, capacity=path.workers) for _ in range(path.servers)])
    database = Database(env, path, replay)
    for request, arrived_s in enumerate(replay.arrived_s):
        yield env.timeout(arrived_s - env.now)
        env.process(handle(env, next(turn), database, request, told))


def run(replay: Replay, path: Path) -> Told:
    """Latencies of all requests."""
    env = simpy.Environment()
    latencies_s: list[float] = []
    env.process(source(env, path, replay, latencies_s))
    env.run()
    return Told(latencies_s)
