"""The benchmark's servers, caches and replication in happysim, of the components that it has for them, as its examples show.

Knows nothing of the engine. Needs Python 3.13. Latencies are taken where a server has finished, as its LatencyTracker does.
"""

from collections.abc import Callable, Generator

from happysimulator import (
    ConstantLatency,
    ConstantRateProfile,
    Entity,
    Event,
    Instant,
    Network,
    NetworkLink,
    QueuedResource,
    SimFuture,
    Simulation,
    Source,
)
from happysimulator.components.datastore import CachedStore, KVStore, LRUEviction, SoftTTLCache
from happysimulator.components.load_balancer import LoadBalancer, RoundRobin
from happysimulator.components.replication import BackupNode, PrimaryNode, ReplicationMode
from happysimulator.load import ArrivalTimeProvider, EventProvider

from benchmarks.replay import Path, Replay, Told


class Arrivals(ArrivalTimeProvider):
    """The replayed arrivals; a source ends where there is no next one."""

    def __init__(self, arrived_s: list[float]):
        super().__init__(ConstantRateProfile(rate=1.0), Instant.Epoch)
        self.rest = iter(arrived_s)

    def _get_target_integral_value(self) -> float:
        return 1.0

    def next_arrival_time(self) -> Instant:
        arrived_s = next(self.rest, None)
        if arrived_s is None:
            raise RuntimeError("all are sent")
        return Instant(round(arrived_s * 1e9))


class Requests(EventProvider):
    """Events for one entity that carry the number of their request."""

    def __init__(self, to: Entity):
        self.to = to
        self.sent = 0

    def get_events(self, time: Instant) -> list[Event]:
        request, self.sent = self.sent, self.sent + 1
        return [Event(time=time, event_type="request", target=self.to, context={"metadata": {"request": request}})]


class Server(QueuedResource):
    """Workers that compute and are held until the data are there."""

    def __init__(self, name: str, workers: int, replay: Replay, data: Callable[..., Generator], latencies_s: list[float]):
        super().__init__(name)
        self.free = workers
        self.replay = replay
        self.data = data
        self.latencies_s = latencies_s

    def has_capacity(self) -> bool:
        return self.free > 0

    def handle_queued_event(self, event: Event):
        request = event.context["metadata"]["request"]
        self.free -= 1
        yield self.replay.cpu_s[request]
        yield from self.data(request, self)
        self.free += 1
        self.latencies_s.append((self.now - event.context["created_at"]).to_seconds())


def no_data(request: int, server: Server):
    """A file: the CPU's work is all there is."""
    return
    yield


def cached(replay: Replay, path: Path) -> tuple[Callable[..., Generator], list[Entity]]:
    """A store that answers reads after a constant time, behind a cache: LRU, or with a soft and a hard time to live."""
    store = KVStore("database", read_latency=path.read_s)
    for key in set(replay.key):
        store.put_sync(str(key), key)
    if path.stale_s:
        cache = SoftTTLCache("cache", store, path.ttl_s, path.ttl_s + path.stale_s, path.capacity_items, path.lookup_s)
    else:
        cache = CachedStore("cache", store, path.capacity_items, LRUEviction(), path.lookup_s)
    return (lambda request, server: cache.get(str(replay.key[request]))), [cache, store]


def replicated(replay: Replay, path: Path) -> tuple[Callable[..., Generator], list[Entity]]:
    """A primary that waits until all backups have applied a write; reads ask the backups."""
    network = Network("network")
    stores = [KVStore(f"store_{node}", path.read_s, path.apply_s if node else path.write_s) for node in range(1 + path.replicas)]
    backups: list[BackupNode] = []
    primary = PrimaryNode("primary", stores[0], backups, network, ReplicationMode.SYNC)
    backups += [BackupNode(f"backup_{node}", stores[node], network, primary) for node in range(1, 1 + path.replicas)]
    primary._backup_lag = dict.fromkeys((backup.name for backup in backups), 0)  # as its example does
    for backup in backups:
        network.add_bidirectional_link(primary, backup, NetworkLink(f"to_{backup.name}", ConstantLatency(path.lag_s)))

    def data(request: int, server: Server):
        answered = SimFuture()
        writes = replay.writes[request]
        to = primary if writes else backups[replay.replica[request]]
        query = {"key": str(replay.key[request]), "value": request, "reply_future": answered}
        yield 0.0, [Event(server.now, "Write" if writes else "Read", to, context={"metadata": query})]
        yield answered

    return data, [network, primary, *backups, *stores]


def run(replay: Replay, path: Path) -> Told:
    """Latencies of all requests, and the cache's hit ratio."""
    latencies_s: list[float] = []
    data, entities = no_data, []
    if path.database:
        data, entities = replicated(replay, path) if path.replicas else cached(replay, path)
    servers = [Server(f"server_{number}", path.workers, replay, data, latencies_s) for number in range(path.servers)]
    balancer = LoadBalancer("balancer", servers, RoundRobin())
    first = balancer if path.servers > 1 else servers[0]
    source = Source("source", Requests(first), Arrivals(replay.arrived_s))
    Simulation(sources=[source], entities=[balancer, *servers, *entities]).run()
    if not path.capacity_items:
        return Told(latencies_s)
    cache = entities[0]
    return Told(latencies_s, cache.stats.total_hit_rate if path.stale_s else cache.hit_rate)
