"""For every field a system in which it matters, values for it, what is measured, and which way that goes.

The direction is what anybody would expect who knows the field, written down before anything was run.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine import Result, Simulation, System, simulate

RISES, FALLS, MOVES = "rises", "falls", "moves"
"""Value by value: never falls and rises in all; the opposite; or any two values differ."""

Tree = dict[str, Any]
Measure = Callable[[System], Any]
REQUESTS = 3_000
HERE = {"rtt_ms": {"europe_west": {"europe_west": 0.0}}}
DEAD = [{"kind": "crash", "index": 0}]
NO_CHECKS = {"health_check_interval_s": 3_600.0}


@dataclass(frozen=True)
class Case:
    """A field's case; `put` says where in the description the value goes, the field's own path if it is empty."""

    base: Tree
    values: list[Any]
    measure: Measure
    direction: str
    put: Callable[[Any], Tree] | None = None


def merged(base: Tree, more: Tree) -> Tree:
    """The base with the leaves of another tree; whatever is no plain object is replaced."""
    result = dict(base)
    for name, value in more.items():
        both = isinstance(value, dict) and isinstance(base.get(name), dict) and name not in ("rtt_ms", "regions")
        result[name] = merged(base[name], value) if both else value
    return result


def measured(read: Callable[[Result], Any], **options: Any) -> Measure:
    options = options or {"requests": REQUESTS}
    return lambda system: read(simulate(system, engine="compiled", seed=5, **options))


def metric(name: str, **options: Any) -> Measure:
    return measured(lambda result: result.summary()[name], **options)


def metrics(*names: str, **options: Any) -> Measure:
    return measured(lambda result: tuple(result.summary()[name] for name in names), **options)


def stage(name: str) -> Measure:
    return metric(f"latency_by_stage_ms.{name}")


def node(place: int, column: str = "dispatched", **options: Any) -> Measure:
    return measured(lambda result: float(result.nodes[column].iloc[place]), **options)


def nodes(column: str = "dispatched", **options: Any) -> Measure:
    return measured(lambda result: tuple(result.nodes[column]), **options)


def booted_after_s(system: System) -> float:
    """Time from the change to five servers until the fifth gets its first request."""
    live = Simulation(system, seed=5, engine="compiled")
    live.advance(1.0)
    live.change(system.model_copy(update={"servers": system.servers.model_copy(update={"count": 5})}))
    slice_ = live.advance(20.0, window_s=0.1)
    return float((slice_.node_timeline["dispatched"][:, 4] > 0).argmax())


def moved_within_a_second(system: System) -> float:
    """Items that have arrived at their shard one second after a third one was added."""
    live = Simulation(system, seed=5, engine="compiled")
    live.advance(0.1)
    live.change(system.model_copy(update={"database": system.database.model_copy(update={"shards": 3})}))
    return live.advance(1.0).summary()["keys_moved"]


def servers_at_the_end(system: System) -> float:
    """How many servers take part after 60 s."""
    return float(simulate(system, engine="compiled", seed=5, duration_s=60.0).nodes.query("tier == 'servers'")["takes_part"].sum())


def with_fault(kind: str, field: str, **more: Any) -> Callable[[Any], Tree]:
    """The value in a fault of this kind, all other faults before it."""
    before = more.pop("before", [])
    return lambda value: {"faults": [*before, {"kind": kind} | more | {field: value}]}


def in_cohort(field: str) -> Callable[[Any], Tree]:
    """The value in the second of two cohorts, the impatient one."""
    return lambda value: {"traffic": {"cohorts": [{}, {"name": "hasty", "client": {"timeout_ms": 1.0}} | {field: value}]}}


# Systems: one station, several, data behind them

STATION = {
    "traffic": {"rate": 60.0, "static_ratio": 1.0},
    "network": HERE,
    "servers": {"count": 1, "vcpus": 1, "workers": 10_000, "cpu_ms": 10.0, "memory_mb_per_request": 0.0},
}
FLEET = merged(STATION, {"traffic": {"rate": 240.0}, "servers": {"count": 4}})
KEYED = merged(FLEET, {"traffic": {"popularity": 1.2, "items": 500}, "balancer": {"algorithm": "consistent_hash"}})
OVERLOAD = merged(STATION, {"traffic": {"rate": 200.0}})
IMPATIENT = merged(OVERLOAD, {"client": {"timeout_ms": 100.0}})
FAILING = merged(
    STATION,
    {"client": {"retries": 5, "backoff": "exponential"}, "faults": [{"kind": "fail_fast", "ratio": 0.7}], "balancer": NO_CHECKS},
)
DATA = {
    "traffic": {"rate": 100.0, "items": 200, "write_ratio": 0.2},
    "network": HERE,
    "servers": {"count": 1, "workers": 10_000, "cpu_ms": 0.0, "memory_mb_per_request": 0.0},
    "database": {"connections": 2, "read_ms": 5.0, "write_ms": 10.0},
}
CACHED = merged(DATA, {"cache": {"enabled": True, "capacity_items": 50}})
REPLICATED = merged(DATA, {"database": {"replicas": 2, "read_from": "replicas"}})
KEPT = merged(CACHED, {"cache": {"ttl_s": None, "capacity_items": None}})
TWO_CACHES = merged(CACHED, {"cache": {"ttl_s": None, "nodes": 2}})
BROKEN = merged(
    DATA,
    {
        "database": {"breaker": {"enabled": True}},
        "faults": [{"kind": "crash", "tier": "database", "at_s": 2.0}, {"kind": "recover", "tier": "database", "at_s": 12.0}],
    },
)
"""A database that is down for ten seconds, behind a breaker."""
OFTEN_TRIED = merged(BROKEN, {"database": {"breaker": {"half_open_after_s": 0.1}}})
CRASH_ONE = merged(
    FLEET,
    {
        "servers": {"count": 2},
        "balancer": {"health_check_interval_s": 0.5, "unhealthy_after": 2},
        "faults": [DEAD[0] | {"at_s": 1.0}],
    },
)
PATTERNED = merged(
    STATION,
    {
        "traffic": {
            "ramp_to": 200.0, "ramp_s": 5.0, "spike_start_s": 3.0, "spike_s": 2.0, "daily_peak_factor": 2.0, "day_s": 30.0,
            "steps": [(4.0, 150.0)], "burst_rate": 300.0, "burst_s": 1.0, "calm_s": 2.0,
            "recording": [(0.0, 1.0), (10.0, 9.0)],
        }
    },
)  # fmt: skip
FOR_10_S = {"duration_s": 10.0}


def patterned(pattern: str) -> Tree:
    return merged(PATTERNED, {"traffic": {"pattern": pattern}})


COST = metric("cost_per_hour")
OFFERED = metric("offered_rate", **FOR_10_S)
TWO = merged(REPLICATED, {"servers": {"count": 2, "cpu_ms": 5.0}, "balancer": NO_CHECKS})
"""Two servers, a primary and two replicas: it matters which node."""
AWAY = merged(
    STATION,
    {
        "traffic": {"rate": 200.0, "items": 200, "regions": {"europe_west": 1.0, "oceania": 1.0}},
        "network": {"origin_region": "north_america_east", "rtt_ms": {}},
        "servers": {"cpu_ms": 1.0},
        "cdn": {"enabled": True, "pops": ["europe_west"], "hit_ms": 1.0},
    },
)
"""People far from the origin, and a point of presence near some of them."""
OUTAGES = [{"kind": "pop_outage", "at_s": 0.5}]
OFTEN = {"mean_time_to_failure_s": 1.0, "mean_time_to_repair_s": 100.0}
SCALED = merged(
    STATION,
    {
        "traffic": {"rate": 120.0, "interarrival_cv": 0.0},
        "servers": {"boot_s": 1.0},
        "autoscaler": {
            "enabled": True, "interval_s": 5.0, "metric_window_s": 5.0, "target_utilisation": 0.6, "scale_down_cooldown_s": 0.0,
        },
    },
)  # fmt: skip
"""One server that is too small, and an autoscaler that sees it after 5 s."""
ALL_DOWN = [{"kind": "crash", "tier": tier, "index": index, "at_s": 1.0} for tier in ("servers", "database") for index in (0, 1)]

SHARDED = merged(REPLICATED, {"database": {"shards": 2}})
BOTH_DIE = [{"kind": "crash", "tier": "database", "shard": shard, "at_s": 1.0} for shard in (0, 1)]
PRIMARY_DIES = {"kind": "crash", "tier": "database", "index": 0, "at_s": 1.0}


def in_few_hands(read_from: str) -> Tree:
    """Few users, so that many a read follows the same user's write."""
    return {"traffic": {"users": 3}, "database": {"read_from": read_from}}


CASES: dict[str, Case] = {
    "traffic.rate": Case(STATION, [30.0, 60.0, 90.0], metric("offered_rate"), RISES),
    "traffic.pattern": Case(
        PATTERNED,
        ["steady", "ramp", "spike", "daily", "steps", "bursts", "recorded"],
        metric("offered_rate", duration_s=12.0),
        MOVES,
    ),
    "traffic.ramp_to": Case(patterned("ramp"), [0.0, 60.0, 300.0], OFFERED, RISES),
    "traffic.ramp_start_s": Case(patterned("ramp"), [0.0, 3.0, 8.0], OFFERED, FALLS),
    "traffic.ramp_s": Case(patterned("ramp"), [0.1, 5.0, 20.0], OFFERED, FALLS),
    "traffic.spike_factor": Case(patterned("spike"), [0.0, 1.0, 5.0], OFFERED, RISES),
    "traffic.spike_start_s": Case(patterned("spike"), [5.0, 9.0, 20.0], OFFERED, FALLS),
    "traffic.spike_s": Case(patterned("spike"), [0.5, 2.0, 6.0], OFFERED, RISES),
    "traffic.daily_peak_factor": Case(patterned("daily"), [1.0, 1.5, 2.0], metric("offered_rate", duration_s=7.5), FALLS),
    "traffic.day_s": Case(patterned("daily"), [10.0, 20.0, 40.0], OFFERED, FALLS),
    "traffic.steps": Case(patterned("steps"), [[(0.0, 50.0)], [(0.0, 50.0), (5.0, 100.0)], [(0.0, 150.0)]], OFFERED, RISES),
    "traffic.burst_rate": Case(patterned("bursts"), [0.0, 60.0, 300.0], metric("offered_rate", duration_s=60.0), RISES),
    "traffic.burst_s": Case(patterned("bursts"), [0.2, 1.0, 5.0], metric("offered_rate", duration_s=60.0), RISES),
    "traffic.calm_s": Case(patterned("bursts"), [0.2, 2.0, 10.0], metric("offered_rate", duration_s=60.0), FALLS),
    "traffic.recording": Case(
        patterned("recorded"), [[(0.0, 0.0), (10.0, 9.0)], [(0.0, 5.0), (10.0, 5.0)], [(0.0, 9.0), (10.0, 0.0)]], OFFERED, RISES
    ),
    "traffic.recording_speed": Case(patterned("recorded"), [1.0, 1.5, 2.0], OFFERED, RISES),
    "traffic.interarrival_cv": Case(STATION, [0.0, 0.5, 1.0, 3.0], metric("latency_mean_ms"), RISES),
    "traffic.static_ratio": Case(DATA, [0.0, 0.5, 1.0], metric("latency_mean_ms"), FALLS),
    "traffic.write_ratio": Case(DATA, [0.0, 0.3, 1.0], metric("latency_mean_ms"), RISES),
    "traffic.items": Case(CACHED, [10, 200, 5_000], metric("cache_hit_ratio"), FALLS),
    "traffic.popularity": Case(CACHED, [0.0, 0.8, 2.0], metric("cache_hit_ratio"), RISES),
    "traffic.regions": Case(
        merged(STATION, {"network": {"rtt_ms": {}}}),
        [{"europe_west": 1.0}, {"europe_west": 1.0, "oceania": 1.0}, {"oceania": 1.0}],
        stage("network"),
        RISES,
    ),
    "traffic.functions": Case(
        merged(DATA, {"database": {"federated": True}}),
        [{"posts": 1.0}, {"posts": 1.0, "users": 1.0}, {"posts": 4.0, "users": 1.0}],
        nodes(),
        MOVES,
    ),
    "traffic.users": Case(
        merged(FLEET, {"balancer": {"algorithm": "client_hash"}}), [1, 5, 1_000], metric("load_imbalance"), FALLS
    ),
    "traffic.loop": Case(
        STATION, ["open", "closed"], metric("offered_rate"), MOVES, lambda loop: {"traffic": {"loop": loop, "users": 20}}
    ),
    "traffic.think_time_s": Case(
        merged(STATION, {"traffic": {"loop": "closed", "users": 20}}), [0.1, 1.0, 3.0], metric("offered_rate"), FALLS
    ),
    "traffic.cohorts": Case(STATION, [[], [{"client": {"timeout_ms": 5.0}}]], metric("errors.timeout"), RISES),
    "Cohort.name": Case(
        STATION, ["hasty", "hurried"], measured(lambda result: tuple(result.cohorts["name"])), MOVES, in_cohort("name")
    ),
    "Cohort.share": Case(STATION, [0.0, 0.5, 5.0], metric("errors.timeout"), RISES, in_cohort("share")),
    "Cohort.client": Case(
        STATION, [{}, {"timeout_ms": 20.0}, {"timeout_ms": 2.0}], metric("errors.timeout"), RISES, in_cohort("client")
    ),
    "client.timeout_ms": Case(STATION, [5.0, 30.0, 200.0, None], metric("errors.timeout"), FALLS),
    "client.retries": Case(
        merged(STATION, {"balancer": NO_CHECKS, "faults": DEAD}), [0, 1, 5], metric("attempts_per_request"), RISES
    ),
    "client.backoff": Case(FAILING, ["none", "fixed", "exponential", "exponential_jitter"], stage("retry_wait"), MOVES),
    "client.backoff_ms": Case(FAILING, [0.0, 10.0, 100.0], stage("retry_wait"), RISES),
    "client.backoff_cap_ms": Case(FAILING, [0.0, 150.0, 1_000.0], stage("retry_wait"), RISES),
    "client.retry_budget": Case(FAILING, [0.0, 0.1, 0.5, None], metric("attempts_per_request"), RISES),
    "network.origin_region": Case(
        merged(STATION, {"network": {"rtt_ms": {}}}), ["europe_west", "india", "oceania"], stage("network"), RISES
    ),
    "network.rtt_ms": Case(STATION, [{"europe_west": {"europe_west": ms}} for ms in (0.0, 5.0, 50.0)], stage("network"), RISES),
    "network.jitter_cv": Case(
        merged(STATION, {"network": {"rtt_ms": {"europe_west": {"europe_west": 100.0}}}}),
        [0.0, 0.5, 1.0],
        metric("latency_p99_ms"),
        RISES,
    ),
    "balancer.algorithm": Case(
        merged(FLEET, {"servers": {"weights": [4.0, 2.0], "speeds": [0.5]}, "traffic": {"popularity": 1.2}}),
        [
            "round_robin",
            "weighted_round_robin",
            "random",
            "least_connections",
            "power_of_two",
            "least_latency",
            "client_hash",
            "consistent_hash",
        ],
        nodes(),
        MOVES,
    ),
    "balancer.hash_bound": Case(KEYED, [1.0, 1.5, None], metric("load_imbalance"), RISES),
    "balancer.virtual_nodes": Case(KEYED, [1, 10, 1_000], nodes(), MOVES),
    "balancer.health_check_interval_s": Case(CRASH_ONE, [0.1, 1.0, 4.0], metric("errors.failed"), RISES),
    "balancer.unhealthy_after": Case(CRASH_ONE, [1, 3, 10], metric("errors.failed"), RISES),
    "balancer.healthy_after": Case(
        merged(CRASH_ONE, {"faults": [*CRASH_ONE["faults"], {"kind": "recover", "index": 0, "at_s": 4.0}]}),
        [1, 3, 10],
        node(0),
        FALLS,
    ),
    "balancer.overhead_ms": Case(STATION, [0.0, 1.0, 5.0], stage("balancer"), RISES),
    "balancer.max_rate": Case(STATION, [None, 200.0, 70.0], stage("balancer"), RISES),
    "network.zones": Case(
        merged(FLEET, {"servers": {"count": 4}, "balancer": NO_CHECKS, "faults": [{"kind": "crash", "tier": "zone", "index": 0}]}),
        [1, 2, 4],
        metric("errors.failed"),
        FALLS,
    ),
    "cdn.enabled": Case(AWAY, [False, True], metric("latency_mean_ms"), FALLS),
    "cdn.pops": Case(
        AWAY,
        [["north_america_east"], ["north_america_east", "oceania"], ["north_america_east", "oceania", "europe_west"]],
        stage("network"),
        FALLS,
    ),
    "cdn.capacity_items": Case(AWAY, [1, 10, 100, None], metric("cdn_hit_ratio"), RISES),
    "cdn.ttl_s": Case(AWAY, [0.1, 1.0, 10.0, None], metric("cdn_hit_ratio"), RISES),
    "cdn.eviction": Case(
        merged(AWAY, {"cdn": {"capacity_items": 20}}), ["lru", "lfu", "fifo", "random"], metric("cdn_hit_ratio"), MOVES
    ),
    "cdn.hit_ms": Case(AWAY, [0.0, 1.0, 5.0], stage("cdn"), RISES),
    "cdn.coalescing": Case(merged(AWAY, {"cdn": {"ttl_s": 0.5}}), [False, True], metric("cdn_offload"), RISES),
    "cdn.cache_dynamic": Case(merged(AWAY, {"traffic": {"static_ratio": 0.5}}), [False, True], metric("cdn_offload"), RISES),
    "autoscaler.enabled": Case(SCALED, [False, True], servers_at_the_end, RISES),
    "autoscaler.min": Case(merged(SCALED, {"traffic": {"rate": 5.0}}), [1, 2, 4], servers_at_the_end, RISES),
    "autoscaler.max": Case(SCALED, [1, 2, 4], servers_at_the_end, RISES),
    "autoscaler.target_utilisation": Case(SCALED, [0.2, 0.5, 0.9], servers_at_the_end, FALLS),
    "autoscaler.interval_s": Case(SCALED, [1.0, 5.0, 20.0], stage("server_queue"), RISES),
    "autoscaler.scale_up_cooldown_s": Case(SCALED, [0.0, 10.0, 100.0], stage("server_queue"), RISES),
    "autoscaler.scale_down_cooldown_s": Case(
        merged(SCALED, {"traffic": {"rate": 5.0}, "servers": {"count": 4}}), [0.0, 25.0, 100.0], servers_at_the_end, RISES
    ),
    "autoscaler.metric_window_s": Case(
        merged(SCALED, {"traffic": {"pattern": "spike", "rate": 20.0, "spike_factor": 6.0, "spike_start_s": 10.0}}),
        [0.5, 5.0, 20.0],
        stage("server_queue"),
        RISES,
    ),
    "autoscaler.tolerance": Case(SCALED, [0.0, 0.3, 1.0], servers_at_the_end, FALLS),
    "servers.count": Case(merged(STATION, {"traffic": {"rate": 90.0}}), [1, 2, 4], stage("server_queue"), FALLS),
    "servers.vcpus": Case(merged(STATION, {"traffic": {"rate": 90.0}}), [1, 2, 4], stage("server_queue"), FALLS),
    "servers.memory_gb": Case(
        merged(OVERLOAD, {"servers": {"memory_mb_per_request": 100.0}}), [0.1, 1.0, 100.0], metric("errors.refused"), FALLS
    ),
    "servers.workers": Case(merged(DATA, {"database": {"connections": 8}}), [1, 2, 8], stage("server_queue"), FALLS),
    "servers.queue_limit": Case(merged(OVERLOAD, {"servers": {"workers": 1}}), [0, 20, 500, None], metric("errors.refused"), FALLS),
    "servers.cpu_ms": Case(STATION, [0.0, 5.0, 10.0], stage("server_cpu"), RISES),
    "servers.service_distribution": Case(
        merged(STATION, {"servers": {"service_cv": 2.0}}),
        ["deterministic", "exponential", "lognormal", "pareto", "hyperexponential"],
        metric("latency_mean_ms"),
        MOVES,
    ),
    "servers.service_cv": Case(
        merged(STATION, {"servers": {"service_distribution": "lognormal"}}), [0.3, 1.0, 2.0], metric("latency_mean_ms"), RISES
    ),
    "servers.discipline": Case(
        merged(STATION, {"servers": {"service_distribution": "lognormal", "service_cv": 3.0}}),
        ["fifo", "processor_sharing"],
        metric("latency_mean_ms"),
        FALLS,
    ),
    "servers.memory_mb_per_request": Case(
        merged(OVERLOAD, {"servers": {"memory_gb": 1.0}}), [0.0, 10.0, 300.0], metric("errors.refused"), RISES
    ),
    "servers.contention": Case(merged(STATION, {"servers": {"vcpus": 4}}), [0.0, 0.1, 0.5], stage("server_cpu"), RISES),
    "servers.coherency": Case(merged(STATION, {"servers": {"vcpus": 4}}), [0.0, 0.01, 0.1], stage("server_cpu"), RISES),
    "servers.boot_s": Case(STATION, [0.0, 2.0, 10.0], booted_after_s, RISES),
    "servers.weights": Case(merged(FLEET, {"balancer": {"algorithm": "weighted_round_robin"}}), [[0.1], [], [5.0]], node(0), RISES),
    "servers.speeds": Case(STATION, [[0.7], [], [2.0]], stage("server_cpu"), FALLS),
    "servers.shed_above": Case(OVERLOAD, [None, 100, 10, 1], metric("errors.refused"), RISES),
    "servers.drop_expired": Case(
        IMPATIENT, ["never", "before_work", "at_once"], metrics("server_utilisation", "throughput"), MOVES
    ),
    "cache.enabled": Case(CACHED, [False, True], metric("database_utilisation"), FALLS),
    "cache.capacity_items": Case(CACHED, [1, 10, 100, None], metric("cache_hit_ratio"), RISES),
    "cache.ttl_s": Case(CACHED, [0.1, 1.0, 10.0, None], metric("cache_hit_ratio"), RISES),
    "cache.ttl_from": Case(merged(CACHED, {"cache": {"ttl_s": 1.0}}), ["fill", "use"], metric("cache_hit_ratio"), RISES),
    "cache.nodes": Case(CACHED, [1, 2, 4], metric("cache_hit_ratio"), RISES),
    "cache.ttl_jitter": Case(merged(CACHED, {"cache": {"ttl_s": 1.0}}), [0.0, 0.5, 1.0], metric("cache_hit_ratio"), FALLS),
    "cache.coalescing": Case(CACHED, [False, True], stage("coalesced_wait"), RISES),
    "cache.stale_while_revalidate_s": Case(
        merged(CACHED, {"cache": {"ttl_s": 1.0}}), [0.0, 1.0, 100.0], metric("cache_hit_ratio"), RISES
    ),
    "cache.eviction": Case(
        merged(CACHED, {"cache": {"ttl_s": None}}), ["lru", "lfu", "fifo", "random"], metric("cache_hit_ratio"), MOVES
    ),
    "cache.placement": Case(
        merged(CACHED, {"cache": {"nodes": 4, "capacity_items": 10}}),
        ["modulo", "consistent_hash"],
        metric("cache_hit_ratio"),
        MOVES,
    ),
    "cache.lookup_ms": Case(CACHED, [0.0, 1.0, 5.0], stage("cache"), RISES),
    "cache.on_write": Case(CACHED, ["invalidate", "update", "leave"], metrics("cache_hit_ratio", "stale_read_ratio"), MOVES),
    "cache.start_warm": Case(CACHED, [False, True], metric("cache_hit_ratio", requests=200), RISES),
    "database.connections": Case(DATA, [1, 2, 8], stage("database_queue"), FALLS),
    "database.queue_limit": Case(merged(DATA, {"database": {"connections": 1}}), [0, 5, 50, None], metric("errors.refused"), FALLS),
    "database.read_ms": Case(DATA, [0.0, 1.0, 5.0], stage("database_service"), RISES),
    "database.write_ms": Case(DATA, [0.0, 1.0, 10.0], stage("database_service"), RISES),
    "database.service_distribution": Case(
        merged(DATA, {"database": {"service_cv": 2.0}}),
        ["deterministic", "exponential", "lognormal", "pareto", "hyperexponential"],
        metric("latency_mean_ms"),
        MOVES,
    ),
    "database.service_cv": Case(
        merged(DATA, {"database": {"service_distribution": "lognormal"}}), [0.3, 1.0, 3.0], metric("latency_mean_ms"), RISES
    ),
    "database.colocated": Case(merged(DATA, {"servers": {"cpu_ms": 5.0}}), [False, True], stage("database_queue"), RISES),
    "database.breaker.enabled": Case(BROKEN, [False, True], metric("errors.refused"), RISES),
    "database.breaker.failures": Case(OFTEN_TRIED, [1, 300, 10_000], metric("errors.refused"), FALLS),
    "database.breaker.half_open_after_s": Case(BROKEN, [0.1, 3.0, 15.0], metric("errors.refused"), RISES),
    "database.replicas": Case(REPLICATED, [0, 1, 3], node(1), FALLS),
    "database.read_from": Case(REPLICATED, ["primary", "replicas", "replicas_read_your_writes"], nodes(), MOVES, in_few_hands),
    "database.replication": Case(REPLICATED, ["async", "semi_sync", "sync"], stage("commit_wait"), RISES),
    "database.shards": Case(DATA, [1, 2, 4], stage("database_queue"), FALLS),
    "database.copy_ms": Case(merged(DATA, {"database": {"shards": 2}}), [1.0, 10.0, 100.0], moved_within_a_second, FALLS),
    "database.sharding": Case(merged(DATA, {"database": {"shards": 3}}), ["modulo", "consistent_hash"], nodes(), MOVES),
    "database.federated": Case(
        merged(DATA, {"traffic": {"functions": {"posts": 1.0, "users": 1.0}}}), [False, True], stage("database_queue"), FALLS
    ),
    "database.cross_shard_ratio": Case(
        merged(DATA, {"database": {"shards": 4}}), [0.0, 0.5, 1.0], stage("database_service"), RISES
    ),
    "database.cross_function_ratio": Case(
        merged(DATA, {"database": {"federated": True}, "traffic": {"functions": {"posts": 1.0, "users": 1.0}}}),
        [0.0, 0.5, 1.0],
        stage("database_service"),
        RISES,
    ),
    "database.failover_s": Case(
        merged(REPLICATED, {"faults": [PRIMARY_DIES]}), [0.0, 2.0, 5.0, None], metric("write_unavailable_s", **FOR_10_S), RISES
    ),
    "database.lag_ms": Case(REPLICATED, [0.0, 50.0, 1_000.0], metric("stale_read_ratio"), RISES),
    "database.lag_distribution": Case(REPLICATED, ["deterministic", "exponential"], metric("replication_lag_p95_ms"), RISES),
    "database.apply_cost": Case(REPLICATED, [0.0, 1.0, 3.0], node(2, "utilisation"), RISES),
    "prices.server_vcpu_hour": Case(STATION, [0.01, 0.1, 1.0], COST, RISES),
    "prices.server_memory_gb_hour": Case(STATION, [0.001, 0.01, 0.1], COST, RISES),
    "prices.database_vcpu_hour": Case(DATA, [0.01, 0.1, 1.0], COST, RISES),
    "prices.storage_gb_month": Case(DATA, [0.01, 0.1, 1.0], COST, RISES),
    "prices.cache_gb_hour": Case(CACHED, [0.01, 10.0, 1_000.0], COST, RISES),
    "prices.balancer_hour": Case(FLEET, [0.0, 0.1, 1.0], COST, RISES),
    "prices.balancer_gb_price": Case(FLEET, [0.0, 0.1, 1.0], COST, RISES),
    "prices.traffic_gb_price": Case(FLEET, [0.0, 0.1, 1.0], COST, RISES),
    "prices.cdn_gb_price": Case(AWAY, [0.0, 0.1, 1.0], COST, RISES),
    "prices.cdn_10k_requests": Case(AWAY, [0.0, 0.1, 1.0], COST, RISES),
    "prices.answer_kb": Case(DATA, [0.0, 1.0, 100.0], COST, RISES),
    "prices.file_kb": Case(STATION, [0.0, 1.0, 100.0], COST, RISES),
    "prices.item_kb": Case(CACHED, [1.0, 200_000.0, 1_000_000.0], COST, RISES),
    "prices.data_gb": Case(DATA, [0.0, 10.0, 1_000.0], COST, RISES),
    "prices.connections_per_vcpu": Case(merged(DATA, {"database": {"connections": 64}}), [1.0, 2.0, 16.0], COST, FALLS),
    "faults": Case(merged(STATION, {"balancer": NO_CHECKS}), [[], DEAD], metric("errors.failed"), RISES),
    "Crash.tier": Case(TWO, ["servers", "database", "zone"], nodes("up"), MOVES, with_fault("crash", "tier")),
    "Crash.index": Case(TWO, [0, 1], nodes("up"), MOVES, with_fault("crash", "index")),
    "Crash.at_s": Case(TWO, [0.0, 5.0, 20.0], metric("errors.failed"), FALLS, with_fault("crash", "at_s")),
    "Recover.tier": Case(
        TWO, ["servers", "database", "zone", "cache"], nodes("up"), MOVES, with_fault("recover", "tier", at_s=2.0, before=ALL_DOWN)
    ),
    "Recover.index": Case(TWO, [0, 1], nodes("up"), MOVES, with_fault("recover", "index", at_s=2.0, before=ALL_DOWN)),
    "Recover.at_s": Case(TWO, [2.0, 5.0, 20.0], metric("errors.failed"), RISES, with_fault("recover", "at_s", before=DEAD)),
    "Slow.tier": Case(TWO, ["servers", "database", "zone"], nodes("utilisation"), MOVES, with_fault("slow", "tier")),
    "Slow.index": Case(TWO, [0, 1], nodes("utilisation"), MOVES, with_fault("slow", "index")),
    "Slow.at_s": Case(TWO, [0.0, 5.0, 20.0], stage("server_cpu"), FALLS, with_fault("slow", "at_s")),
    "Slow.factor": Case(TWO, [0.4, 1.0, 5.0], stage("server_cpu"), FALLS, with_fault("slow", "factor")),
    "FlushCache.index": Case(
        TWO_CACHES, [None, 0, 1], metric("cache_hit_ratio"), MOVES, with_fault("flush_cache", "index", at_s=5.0)
    ),
    "FlushCache.at_s": Case(KEPT, [10.0, 30.0], metric("cache_hit_ratio"), MOVES, with_fault("flush_cache", "at_s")),
    "LoseCacheNode.index": Case(
        TWO_CACHES, [0, 1], metric("cache_hit_ratio"), MOVES, with_fault("lose_cache_node", "index", at_s=5.0)
    ),
    "LoseCacheNode.at_s": Case(KEPT, [0.0, 5.0, 20.0], metric("cache_hit_ratio"), RISES, with_fault("lose_cache_node", "at_s")),
    "Crash.shard": Case(SHARDED, [0, 1], nodes("up"), MOVES, with_fault("crash", "shard", tier="database")),
    "Recover.shard": Case(
        SHARDED, [0, 1], nodes("up"), MOVES, with_fault("recover", "shard", tier="database", at_s=2.0, before=BOTH_DIE)
    ),
    "Slow.shard": Case(SHARDED, [0, 1], nodes("utilisation"), MOVES, with_fault("slow", "shard", tier="database")),
    "CutReplication.shard": Case(SHARDED, [0, 1], nodes("utilisation"), MOVES, with_fault("cut_replication", "shard")),
    "CutReplication.index": Case(TWO, [1, 2], nodes("utilisation"), MOVES, with_fault("cut_replication", "index")),
    "CutReplication.at_s": Case(
        TWO, [0.0, 5.0, 20.0], metric("stale_read_ratio"), FALLS, with_fault("cut_replication", "at_s", index=1)
    ),
    "FailFast.index": Case(TWO, [0, 1], nodes("utilisation"), MOVES, with_fault("fail_fast", "index")),
    "FailFast.at_s": Case(TWO, [0.0, 5.0, 20.0], metric("errors.failed"), FALLS, with_fault("fail_fast", "at_s")),
    "FailFast.ratio": Case(TWO, [0.0, 0.3, 1.0], metric("errors.failed"), RISES, with_fault("fail_fast", "ratio")),
    "FailFast.after_ms": Case(
        merged(TWO, {"client": {"retries": 3, "backoff": "none"}}),
        [0.0, 10.0, 200.0],
        stage("failed_attempts"),
        RISES,
        with_fault("fail_fast", "after_ms", ratio=0.5),
    ),
    "FailFast.passes_checks": Case(
        merged(TWO, {"balancer": {"health_check_interval_s": 0.5}}),
        [False, True],
        metric("errors.failed"),
        RISES,
        with_fault("fail_fast", "passes_checks"),
    ),
    "PopOutage.at_s": Case(AWAY, [0.0, 4.0, 20.0], metric("cdn_offload"), RISES, with_fault("pop_outage", "at_s")),
    "PopOutage.region": Case(
        merged(AWAY, {"cdn": {"pops": ["europe_west", "oceania"]}}),
        ["europe_west", "oceania"],
        stage("network"),
        MOVES,
        with_fault("pop_outage", "region"),
    ),
    "PopRecovery.at_s": Case(
        AWAY, [2.0, 8.0, 20.0], metric("cdn_offload"), FALLS, with_fault("pop_recovery", "at_s", before=OUTAGES)
    ),
    "PopRecovery.region": Case(
        merged(AWAY, {"cdn": {"pops": ["europe_west", "oceania"]}}),
        ["europe_west", "oceania"],
        stage("network"),
        MOVES,
        with_fault("pop_recovery", "region", at_s=2.0, before=[*OUTAGES, OUTAGES[0] | {"region": "oceania"}]),
    ),
    "TrafficSpike.at_s": Case(STATION, [0.0, 8.0, 20.0], OFFERED, FALLS, with_fault("traffic_spike", "at_s", for_s=5.0)),
    "TrafficSpike.factor": Case(STATION, [0.0, 1.0, 4.0], OFFERED, RISES, with_fault("traffic_spike", "factor", for_s=5.0)),
    "TrafficSpike.for_s": Case(STATION, [1.0, 4.0, 20.0], OFFERED, RISES, with_fault("traffic_spike", "for_s")),
    "RandomCrashes.tier": Case(TWO, ["servers", "database"], nodes("up"), MOVES, with_fault("random_crashes", "tier", **OFTEN)),
    "RandomCrashes.at_s": Case(
        TWO, [0.0, 10.0, 50.0], metric("errors.failed"), FALLS, with_fault("random_crashes", "at_s", **OFTEN)
    ),
    "RandomCrashes.mean_time_to_failure_s": Case(
        TWO,
        [1.0, 10.0, 1_000.0],
        metric("errors.failed"),
        FALLS,
        with_fault("random_crashes", "mean_time_to_failure_s", mean_time_to_repair_s=5.0),
    ),
    "RandomCrashes.mean_time_to_repair_s": Case(
        TWO,
        [0.1, 3.0, 100.0],
        metric("errors.failed"),
        RISES,
        with_fault("random_crashes", "mean_time_to_repair_s", mean_time_to_failure_s=5.0),
    ),
}

ONE_VALUE = {"FailFast.tier", "CutReplication.tier"}
"""Fields that take only one value."""
