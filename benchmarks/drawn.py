"""A system's numbers, and the arrivals and demands that the engine draws for it, for models that are not ours.

Knows the engine's description of a system and its draws; knows no clock and no peer.
"""

from benchmarks.replay import Path, Replay, Way
from benchmarks.scenario import SEED
from engine.system import System
from engine.workload import draws
from engine.workload.counter import stream_keys, unit
from engine.workload.parameters import Parameters, parameters_of
from engine.workload.rates import arrival_after


def path_of(system: System) -> Path:
    """The numbers of a system that the peers' models need."""
    servers, cache, database = system.servers, system.cache, system.database
    timeout_ms = system.client.timeout_ms
    numbers = parameters_of(system)
    near = system.cdn if system.cdn.enabled else None
    store = near or cache
    return Path(
        servers=servers.count,
        workers=servers.workers,
        database=system.traffic.static_ratio < 1.0,
        replicas=database.replicas,
        connections=database.connections,
        read_s=numbers.read_ns / 1e9,
        write_s=numbers.write_ns / 1e9,
        apply_s=numbers.apply_ns / 1e9,
        lag_s=numbers.lag_ns / 1e9,
        capacity_items=store.capacity_items if store.enabled else 0,
        ttl_s=float("inf") if store.ttl_s is None else store.ttl_s,
        stale_s=cache.stale_while_revalidate_s,
        lookup_s=(near.hit_ms if near else cache.lookup_ms) / 1e3,
        timeout_s=None if timeout_ms is None else timeout_ms / 1e3,
        ways=tuple(_way(numbers, region) for region in numbers.region_numbers) if near else (),
    )


def _way(numbers: Parameters, region: int) -> Way:
    """The way of a region's clients through the point of presence that is nearest to them."""
    pop = int(numbers.pop_order[region][0])
    to_ns, from_ns = numbers.to_pop_ns[region, pop], numbers.from_pop_ns[region, pop]
    return Way(pop, to_ns / 1e9, from_ns / 1e9, numbers.pop_out_ns[pop] / 1e9, numbers.pop_back_ns[pop] / 1e9)


def replay_of(system: System, requests: int, seed: int = SEED) -> Replay:
    """The arrivals and demands that the engine draws for these requests."""
    numbers = parameters_of(system)
    keys = stream_keys(seed, draws.STREAMS)
    replay = Replay([], [], [], [], [], [], [], [])
    now_ns = 0
    for request in range(requests):
        now_ns = arrival_after(*numbers.rates, now_ns, draws.gap(keys, request, *numbers.gap_shape))
        cpu = draws.demand(keys, draws.CPU, request, 0, *numbers.cpu_shape)
        database = draws.demand(keys, draws.DATABASE, request, 0, *numbers.database_shape)
        writes = unit(keys[draws.WRITE], request, 0) < numbers.write_ratio
        replay.arrived_s.append(now_ns / 1e9)
        replay.cpu_s.append(draws.to_ns(cpu, float(numbers.cpu_ns[0])) / 1e9)
        replay.key.append(int(draws.item(numbers.popularity, numbers.guide, unit(keys[draws.KEY], request, 0))))
        replay.database_s.append(draws.to_ns(database, numbers.write_ns if writes else numbers.read_ns) / 1e9)
        replay.replica.append(int(unit(keys[draws.REPLICA], request, 0) * max(numbers.replicas, 1)))
        replay.writes.append(writes)
        replay.apply_s.append([_apply_s(numbers, keys, request, 1 + replica) for replica in range(numbers.replicas * writes)])
        replay.region.append(draws.choice(numbers.region_shares, unit(keys[draws.REGION], request, 0)))
    return replay


def _apply_s(numbers: Parameters, keys: list[int], request: int, member: int) -> float:
    """What applying a write costs a replica."""
    return draws.to_ns(draws.demand(keys, draws.APPLY, request, member, *numbers.database_shape), numbers.apply_ns) / 1e9
