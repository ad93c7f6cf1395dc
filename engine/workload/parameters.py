"""A system's fields as the numbers that both engines compute with: nanoseconds, codes, shares.

The only place where a field's unit is changed. Knows no state and no event.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from engine.system import Cdn, Client, Network, System
from engine.system.shown import shown
from engine.workload import draws
from engine.workload.counter import MAX_SEED
from engine.workload.rates import Rates, rates_of
from engine.workload.tables import (
    CACHE_RING_SALT,
    REGIONS,
    SHARD_POINTS,
    SHARD_SALT,
    hash_ring,
    popularity_table,
    round_trip_ms,
    site_round_trip_ms,
)  # fmt: skip

NONE = -1
"""A limit or time that is not set."""
ALL = 2**40
"""Places where everybody finds one."""

ALGORITHMS = (
    "round_robin", "weighted_round_robin", "random", "least_connections",
    "power_of_two", "least_latency", "client_hash", "consistent_hash",
)  # fmt: skip
BACKOFFS = ("none", "fixed", "exponential", "exponential_jitter")
DROPS = ("never", "before_work", "at_once")
ON_WRITE = ("invalidate", "update", "leave")
EVICTIONS = ("lru", "fifo", "random", "lfu")
CACHE_RING_POINTS = 160
"""Points of a cache node on the ring of consistent hashing, as ketama has."""
REPLICATIONS = ("async", "semi_sync", "sync")
TOKEN = 1_000_000
"""One retry in units of the retry budget."""
BUDGET_CAP = 100 * TOKEN
"""The most retries that a budget saves up."""


@dataclass(frozen=True)
class Policy:
    """A client's policy: times in ns, NONE where there is none."""

    timeout_ns: int
    retries: int
    backoff: int
    backoff_ns: int
    backoff_cap_ns: int
    budget: int


@dataclass(frozen=True)
class Parameters:
    """What a system comes to in numbers. Times in ns (means as floats), limits with NONE, choices as codes."""

    rates: Rates
    bursts: bool
    burst_ns: float
    calm_ns: float
    burst_rates: Rates
    gap_shape: tuple[int, float, float]
    static_ratio: float
    write_ratio: float
    items: int
    popularity: np.ndarray
    guide: np.ndarray
    users: int
    closed: bool
    think_ns: float
    region_shares: np.ndarray
    region_numbers: np.ndarray
    out_ns: np.ndarray
    back_ns: np.ndarray
    jitter_cv: float
    cohort_shares: np.ndarray
    policies: tuple[Policy, ...]
    algorithm: int
    hash_bound_percent: int
    ring_points: np.ndarray
    ring_owners: np.ndarray
    check_interval_ns: int
    unhealthy_after: int
    healthy_after: int
    overhead_ns: int
    pass_ns: int
    server_count: int
    vcpus: int
    vcpu_places: int
    sharing: bool
    workers: int
    queue_limit: int
    memory_limit: int
    shed_above: int
    drop: int
    cpu_shape: tuple[int, float, float]
    cpu_ns: np.ndarray
    weights: np.ndarray
    boot_ns: int
    cache: bool
    cache_nodes: int
    cache_modulo: bool
    cache_ring_points: np.ndarray
    cache_ring_owners: np.ndarray
    cache_capacity: int
    eviction: int
    ttl_ns: int
    ttl_jitter_ratio: float
    ttl_from_use: bool
    lookup_ns: int
    on_write: int
    start_warm: bool
    colocated: bool
    breaker: bool
    breaker_failures: int
    half_open_ns: int
    coalescing: bool
    stale_ns: int
    connections: int
    database_queue_limit: int
    database_shape: tuple[int, float, float]
    read_ns: float
    write_ns: float
    apply_ns: float
    replicas: int
    read_replicas: bool
    lag_ns: float
    lag_random: bool
    read_your_writes: bool
    tracks_users: bool
    replication: int
    failover_ns: int
    shards: int
    shard_points: np.ndarray
    shard_owners: np.ndarray
    functions: int
    copy_ns: float
    function_shares: np.ndarray
    cross_shard_ratio: float
    cross_function_ratio: float
    asks_several: bool
    faults: tuple[Any, ...]
    zones: int
    cdn: bool
    pop_count: int
    cdn_dynamic: bool
    pop_ns: int
    pop_ttl_ns: int
    pop_capacity: int
    pop_eviction: int
    pop_coalescing: bool
    pop_order: np.ndarray
    to_pop_ns: np.ndarray
    from_pop_ns: np.ndarray
    pop_out_ns: np.ndarray
    pop_back_ns: np.ndarray

    @property
    def groups(self) -> int:
        """Groups of database nodes: group number = shard × functions + function."""
        return self.shards * self.functions

    @property
    def pattern_key(self) -> tuple:
        """What the arrival rate depends on: when it differs, the rate has changed."""
        rates = (self.rates.starts_ns.tobytes(), self.rates.rates.tobytes(), self.rates.slopes.tobytes(), self.rates.period_ns)
        return rates, self.bursts, self.burst_ns, self.calm_ns, self.burst_rates.rates.tobytes()


def parameters_of(system: System, server_count: int | None = None) -> Parameters:
    """The numbers of a system, with another number of servers where an autoscaler has set one."""
    traffic, balancer, servers, cache, database = system.traffic, system.balancer, system.servers, system.cache, system.database
    popularity, guide = popularity_table(traffic.items, traffic.popularity)
    regions = [region for region, weight in traffic.regions.items() if weight > 0]
    count = servers.count if server_count is None else server_count
    weights = [servers.weights[index] if index < len(servers.weights) else 1.0 for index in range(count)]
    speeds = [servers.speeds[index] if index < len(servers.speeds) else 1.0 for index in range(count)]
    growth = 1.0 + servers.contention * (servers.vcpus - 1) + servers.coherency * servers.vcpus * (servers.vcpus - 1)
    cohorts = [(cohort.share, cohort.client) for cohort in traffic.cohorts if cohort.share > 0] or [(1.0, system.client)]
    ring = tuple(max(1, round(balancer.virtual_nodes * weight)) for weight in weights)
    ring_points, ring_owners = hash_ring(ring) if balancer.algorithm == "consistent_hash" else _NO_RING
    cache_ring = (CACHE_RING_POINTS,) * cache.nodes if cache.placement == "consistent_hash" else ()
    cache_ring_points, cache_ring_owners = hash_ring(cache_ring, CACHE_RING_SALT) if cache_ring else _NO_RING
    on_ring = database.shards > 1 and database.sharding == "consistent_hash"
    shard_points, shard_owners = hash_ring((SHARD_POINTS,) * database.shards, SHARD_SALT) if on_ring else _NO_RING
    function_shares = _cumulative([weight for weight in traffic.functions.values() if weight > 0] if database.federated else [1.0])
    rates = rates_of(traffic)
    return Parameters(
        rates=rates,
        bursts=traffic.pattern == "bursts",
        burst_ns=traffic.burst_s * 1e9,
        calm_ns=traffic.calm_s * 1e9,
        burst_rates=rates._replace(rates=np.array([traffic.burst_rate / 1e9])) if traffic.pattern == "bursts" else rates,
        gap_shape=gap_shape(traffic.interarrival_cv),
        static_ratio=traffic.static_ratio,
        write_ratio=traffic.write_ratio,
        items=traffic.items,
        popularity=popularity,
        guide=guide,
        users=traffic.users,
        closed=traffic.loop == "closed",
        think_ns=traffic.think_time_s * 1e9,
        region_shares=_cumulative([traffic.regions[region] for region in regions]),
        region_numbers=np.array([REGIONS.index(region) for region in regions], dtype=np.int64),
        jitter_cv=system.network.jitter_cv,
        cohort_shares=_cumulative([share for share, _ in cohorts]),
        policies=tuple(_policy(client) for _, client in cohorts),
        algorithm=ALGORITHMS.index(balancer.algorithm),
        hash_bound_percent=NONE if balancer.hash_bound is None else round(100 * balancer.hash_bound),
        ring_points=ring_points,
        ring_owners=ring_owners,
        check_interval_ns=round(balancer.health_check_interval_s * 1e9),
        unhealthy_after=balancer.unhealthy_after,
        healthy_after=balancer.healthy_after,
        overhead_ns=_ns(balancer.overhead_ms),
        pass_ns=0 if balancer.max_rate is None else round(1e9 / balancer.max_rate),
        server_count=count,
        vcpus=servers.vcpus,
        vcpu_places=ALL if servers.discipline == "processor_sharing" else servers.vcpus,
        sharing=servers.discipline == "processor_sharing",
        workers=servers.workers,
        queue_limit=_limit(servers.queue_limit),
        memory_limit=_memory_limit(servers.memory_gb, servers.memory_mb_per_request),
        shed_above=_limit(servers.shed_above),
        drop=DROPS.index(servers.drop_expired),
        cpu_shape=shape_of(servers.service_distribution, servers.service_cv),
        cpu_ns=np.array([servers.cpu_ms * 1e6 * growth / speed for speed in speeds]),
        weights=np.array([max(1, round(1000 * weight)) for weight in weights], dtype=np.int64),
        boot_ns=round(servers.boot_s * 1e9),
        cache=cache.enabled,
        cache_nodes=cache.nodes,
        cache_modulo=cache.placement == "modulo",
        cache_ring_points=cache_ring_points,
        cache_ring_owners=cache_ring_owners,
        eviction=EVICTIONS.index(cache.eviction),
        cache_capacity=_limit(cache.capacity_items),
        ttl_ns=NONE if cache.ttl_s is None else round(cache.ttl_s * 1e9),
        ttl_jitter_ratio=cache.ttl_jitter,
        ttl_from_use=cache.ttl_from == "use",
        lookup_ns=_ns(cache.lookup_ms),
        on_write=ON_WRITE.index(cache.on_write),
        start_warm=cache.start_warm,
        colocated=database.colocated,
        breaker=database.breaker.enabled,
        breaker_failures=database.breaker.failures,
        half_open_ns=round(database.breaker.half_open_after_s * 1e9),
        coalescing=cache.coalescing,
        stale_ns=round(cache.stale_while_revalidate_s * 1e9),
        connections=database.connections,
        database_queue_limit=_limit(database.queue_limit),
        database_shape=shape_of(database.service_distribution, database.service_cv),
        read_ns=database.read_ms * 1e6,
        write_ns=database.write_ms * 1e6,
        apply_ns=database.write_ms * 1e6 * database.apply_cost,
        replicas=database.replicas,
        read_replicas=database.read_from != "primary",
        lag_ns=database.lag_ms * 1e6,
        lag_random=database.lag_distribution == "exponential",
        read_your_writes=database.read_from == "replicas_read_your_writes",
        tracks_users=database.read_from != "primary" and database.replicas > 0,
        replication=REPLICATIONS.index(database.replication),
        failover_ns=NONE if database.failover_s is None else round(database.failover_s * 1e9),
        shards=database.shards,
        shard_points=shard_points,
        shard_owners=shard_owners,
        functions=len(function_shares),
        copy_ns=database.copy_ms * 1e6,
        function_shares=function_shares,
        cross_shard_ratio=database.cross_shard_ratio,
        cross_function_ratio=database.cross_function_ratio,
        asks_several=database.cross_shard_ratio > 0.0 or database.cross_function_ratio > 0.0,
        faults=tuple(sorted(system.faults, key=lambda fault: fault.at_s)),
        zones=system.network.zones,
        **_cdn_parameters(system.cdn),
        **_trips(system.network.model_dump_json(), tuple(system.cdn.pops)),
    )


def _cdn_parameters(cdn: Cdn) -> dict[str, Any]:
    """Of the CDN."""
    return {
        "cdn": cdn.enabled,
        "pop_count": len(cdn.pops),
        "cdn_dynamic": cdn.cache_dynamic,
        "pop_ns": _ns(cdn.hit_ms),
        "pop_ttl_ns": NONE if cdn.ttl_s is None else round(cdn.ttl_s * 1e9),
        "pop_capacity": _limit(cdn.capacity_items),
        "pop_eviction": EVICTIONS.index(cdn.eviction),
        "pop_coalescing": cdn.coalescing,
    }


@lru_cache(maxsize=64)
def _trips(network_json: str, pops: tuple[str, ...]) -> dict[str, np.ndarray]:
    """All distances, which few moves of a slider change; points of presence are told by the number of their region.

    `out_ns` and `back_ns` are the trips between each region and the origin, `to_pop_ns` and `from_pop_ns` between each region and
    each point of presence, `pop_out_ns` and `pop_back_ns` between each of them and the origin; `pop_order` has for each region
    those there are by distance.
    """
    network = Network.model_validate_json(network_json)
    near_ms = [[round_trip_ms(network, region, pop) for pop in REGIONS] for region in REGIONS]
    numbers = sorted(REGIONS.index(pop) for pop in pops)
    order = [sorted(numbers, key=lambda pop: (row[pop], pop)) for row in near_ms]
    found = {"pop_order": np.array(order, dtype=np.int64)}
    for out, back, trips_ms in (
        ("out_ns", "back_ns", [round_trip_ms(network, region) for region in REGIONS]),
        ("to_pop_ns", "from_pop_ns", near_ms),
        ("pop_out_ns", "pop_back_ns", [site_round_trip_ms(network, pop, network.origin_region) for pop in REGIONS]),
    ):
        trips = np.array([_ns(ms) for ms in np.ravel(trips_ms).tolist()], dtype=np.int64).reshape(np.shape(trips_ms))
        found[out], found[back] = trips // 2, trips - trips // 2
    return found


_NO_RING = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def shape_of(distribution: str, cv: float) -> tuple[int, float, float]:
    """Code and two constants of a service distribution of mean 1, as `draws.demand` takes them."""
    match distribution:
        case "deterministic":
            return draws.DETERMINISTIC, 0.0, 0.0
        case "exponential":
            return draws.EXPONENTIAL, 0.0, 0.0
        case "lognormal":
            variance = float(draws.log(1.0 + cv * cv))
            return draws.LOGNORMAL, math.sqrt(variance), variance / 2.0
        case "pareto":
            alpha = 1.0 + math.sqrt(1.0 + 1.0 / (cv * cv))
            return draws.PARETO, 1.0 / alpha, (alpha - 1.0) / alpha
        case "hyperexponential":
            spread = max(cv * cv - 1.0, 0.0) / (cv * cv + 1.0)
            return draws.HYPEREXPONENTIAL, (1.0 + math.sqrt(spread)) / 2.0, 0.0
    raise ValueError(f"unknown distribution {distribution!r}")


def gap_shape(cv: float) -> tuple[int, float, float]:
    """Code and two constants of the gaps' distribution with the given coefficient of variation."""
    if cv == 0.0:
        return draws.DETERMINISTIC, 0.0, 0.0
    if cv == 1.0:
        return draws.EXPONENTIAL, 0.0, 0.0
    if cv > 1.0:
        return shape_of("hyperexponential", cv)
    square = cv * cv
    stages = math.ceil(1.0 / square - 1e-9)
    fewer = (stages * square - math.sqrt(max(stages * (1.0 + square) - stages * stages * square, 0.0))) / (1.0 + square)
    return draws.ERLANG, float(stages), max(fewer, 0.0)


def check_seed(seed: int) -> int:
    """The seed itself, or an error that says which seeds there are."""
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise TypeError(f"seed must be a whole number, not {seed!r}")
    if not 0 <= seed <= MAX_SEED:
        raise ValueError(f"seed must be between 0 and {MAX_SEED}, not {shown(seed)}")
    return seed


def _ns(ms: float) -> int:
    return round(ms * 1e6)


def _limit(value: int | None) -> int:
    return NONE if value is None else value


def _memory_limit(memory_gb: float, mb_per_request: float) -> int:
    """Requests whose memory fits on a server; NONE if they need none."""
    return NONE if mb_per_request == 0.0 else int(memory_gb * 1024.0 / mb_per_request)


def _cumulative(shares: list[float]) -> np.ndarray:
    cumulative = np.cumsum(shares)
    cumulative /= cumulative[-1]
    cumulative[-1] = 1.0
    return cumulative


def _policy(client: Client) -> Policy:
    return Policy(
        timeout_ns=NONE if client.timeout_ms is None else _ns(client.timeout_ms),
        retries=client.retries,
        backoff=BACKOFFS.index(client.backoff),
        backoff_ns=_ns(client.backoff_ms),
        backoff_cap_ns=_ns(client.backoff_cap_ms),
        budget=NONE if client.retry_budget is None else round(client.retry_budget * TOKEN),
    )
