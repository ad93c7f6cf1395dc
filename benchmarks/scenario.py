"""The systems that are timed, and the same arrivals and demands for models that are not ours.

Knows the engine's description of a system and its draws; knows no clock and no peer.
"""

from benchmarks.replay import Path, Replay
from engine.system import System
from engine.workload import draws
from engine.workload.counter import stream_keys, unit
from engine.workload.parameters import parameters_of
from engine.workload.rates import arrival_after

SEED = 1
NO_DISTANCE = {"rtt_ms": {"europe_west": {"europe_west": 0}}}

SINGLE = {
    "traffic": {"rate": 140, "static_ratio": 1.0},
    "network": NO_DISTANCE,
    "servers": {"count": 1, "vcpus": 1, "workers": 1, "cpu_ms": 5, "memory_mb_per_request": 0},
}
"""M/M/1 at utilisation 0.7."""

BALANCED = {
    "traffic": {"rate": 4_480, "static_ratio": 1.0},
    "network": NO_DISTANCE,
    "servers": {"count": 8, "vcpus": 4, "workers": 4, "cpu_ms": 5, "memory_mb_per_request": 0},
}
"""Round robin over 8 servers of 4 workers, at utilisation 0.7."""

WHOLE = {
    "traffic": {"rate": 3_000, "write_ratio": 0, "items": 10_000, "popularity": 0.9},
    "client": {"timeout_ms": 50},
    "network": NO_DISTANCE,
    "servers": {"count": 8, "vcpus": 4, "workers": 4, "cpu_ms": 5, "memory_mb_per_request": 0},
    "cache": {"enabled": True, "capacity_items": 2_000, "ttl_s": 10, "lookup_ms": 0.5},
    "database": {"replicas": 3, "read_from": "replicas", "connections": 4, "read_ms": 5},
}
"""Balancer → 8 servers × 4 workers → LRU cache whose items expire → 3 replicas, with timeouts: workers busy 0.7 of the time."""

SCENARIOS = {"M/M/1": SINGLE, "balancer over 8 servers": BALANCED, "the whole path": WHOLE}


def system_of(description: dict, **parts: dict) -> System:
    """A described system, with some fields of some parts replaced."""
    merged = {name: {**description.get(name, {}), **parts.get(name, {})} for name in {**description, **parts}}
    return System.model_validate(merged)


def path_of(system: System) -> Path:
    """The numbers of a system that the peers' models need."""
    servers, cache, database = system.servers, system.cache, system.database
    timeout_ms = system.client.timeout_ms
    return Path(
        servers=servers.count,
        workers=servers.workers,
        replicas=database.replicas,
        connections=database.connections,
        capacity_items=cache.capacity_items,
        ttl_s=cache.ttl_s,
        lookup_s=cache.lookup_ms / 1e3,
        timeout_s=None if timeout_ms is None else timeout_ms / 1e3,
    )


def replay_of(system: System, requests: int, seed: int = SEED) -> Replay:
    """The arrivals and demands that the engine draws for these requests."""
    numbers = parameters_of(system)
    keys = stream_keys(seed, draws.STREAMS)
    replay = Replay([], [], [], [], [])
    now_ns = 0
    for request in range(requests):
        now_ns = arrival_after(*numbers.rates, now_ns, draws.gap(keys, request, *numbers.gap_shape))
        cpu = draws.demand(keys, draws.CPU, request, 0, *numbers.cpu_shape)
        database = draws.demand(keys, draws.DATABASE, request, 0, *numbers.database_shape)
        replay.arrived_s.append(now_ns / 1e9)
        replay.cpu_s.append(draws.to_ns(cpu, float(numbers.cpu_ns[0])) / 1e9)
        replay.key.append(int(draws.item(numbers.popularity, numbers.guide, unit(keys[draws.KEY], request, 0))))
        replay.database_s.append(draws.to_ns(database, numbers.read_ns) / 1e9)
        replay.replica.append(int(unit(keys[draws.REPLICA], request, 0) * max(numbers.replicas, 1)))
    return replay
