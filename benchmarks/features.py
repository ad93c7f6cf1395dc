"""The price of every feature: of all of them when they are off, and of each when it is on."""

from collections.abc import Callable

import numpy as np

from benchmarks import minimal, ours
from benchmarks.measure import Line, duration, medians_s, ratio
from benchmarks.scenario import BALANCED, SEED, system_of
from engine.system import System
from engine.workload import draws
from engine.workload.counter import stream_keys
from engine.workload.parameters import ALGORITHMS, parameters_of

DYNAMIC = {
    "traffic": {"static_ratio": 0.0, "write_ratio": 0.0},
    "servers": {"workers": 32},
    "database": {"connections": 64},
}
"""Workers wait for the database, so there are more of them; the vCPUs are as busy as before."""
CACHED = {**DYNAMIC, "cache": {"enabled": True, "capacity_items": 2_000, "ttl_s": 10}}
REPLICATED = {**DYNAMIC, "database": {"connections": 32, "replicas": 3, "read_from": "replicas"}}
WAITING = {
    "traffic": {"static_ratio": 0.0, "write_ratio": 0.1},
    "servers": {"workers": 64},
    "database": {"connections": 32, "replicas": 3, "read_from": "replicas", "replication": "sync", "lag_ms": 1},
}
NEAR_ALL = {"enabled": True, "pops": ["europe_west", "north_america_east"]}
EVERYTHING = {
    "traffic": {"static_ratio": 0.3, "write_ratio": 0.1, "functions": {"posts": 2.0, "users": 1.0}},
    "client": {"timeout_ms": 500, "retries": 2, "backoff_ms": 10, "retry_budget": 0.1},
    "network": {"jitter_cv": 0.3},
    "cdn": {**NEAR_ALL, "cache_dynamic": True, "ttl_s": 1},
    "balancer": {"algorithm": "power_of_two", "health_check_interval_s": 0.1},
    "servers": {"workers": 64, "discipline": "processor_sharing", "queue_limit": 100, "drop_expired": "at_once"},
    "autoscaler": {"enabled": True, "min": 8, "max": 12, "interval_s": 1, "metric_window_s": 1},
    "cache": {
        "enabled": True, "nodes": 3, "placement": "consistent_hash", "capacity_items": 1_000, "ttl_s": 2, "ttl_jitter": 0.2,
        "eviction": "lfu", "coalescing": True, "stale_while_revalidate_s": 1,
    },
    "database": {
        "connections": 16, "shards": 4, "sharding": "consistent_hash", "federated": True, "cross_shard_ratio": 0.02,
        "cross_function_ratio": 0.02, "replicas": 2, "read_from": "replicas_read_your_writes", "replication": "semi_sync",
        "lag_ms": 1, "failover_s": 1, "breaker": {"enabled": True},
    },
    "faults": [
        {"kind": "crash", "tier": "database", "index": 0, "shard": 1, "at_s": 2.0},
        {"kind": "crash", "tier": "zone", "index": 2, "at_s": 5.0},
        {"kind": "recover", "tier": "zone", "index": 2, "at_s": 7.0},
        {"kind": "traffic_spike", "factor": 1.5, "for_s": 2.0, "at_s": 8.0},
    ],
}  # fmt: skip
"""Every tier, mode and several faults at once."""

SWITCHED_ON = {
    "a timeout that never ends": {"client": {"timeout_ms": 60_000}},
    "a timeout of 20 ms": {"client": {"timeout_ms": 20}},
    "…, 2 retries with backoff": {"client": {"timeout_ms": 20, "retries": 2, "backoff_ms": 10}},
    "…, and a retry budget": {"client": {"timeout_ms": 20, "retries": 2, "backoff_ms": 10, "retry_budget": 0.1}},
    "…, and work dropped at once": {
        "client": {"timeout_ms": 20, "retries": 2, "backoff_ms": 10},
        "servers": {"drop_expired": "at_once"},
    },
    "health checks every 10 ms": {"balancer": {"health_check_interval_s": 0.01}},
    "distance: 24 ms round trip": {"network": {"rtt_ms": {"europe_west": {"europe_west": 24}}}},
    "…, with jitter": {"network": {"rtt_ms": {"europe_west": {"europe_west": 24}}, "jitter_cv": 1}},
    "balancer overhead 1 ms": {"balancer": {"overhead_ms": 1}},
    "balancer's own maximum rate": {"balancer": {"max_rate": 10_000}},
    "arrivals: evenly spaced": {"traffic": {"interarrival_cv": 0}},
    "arrivals: cv 0.5": {"traffic": {"interarrival_cv": 0.5}},
    "arrivals: cv 2": {"traffic": {"interarrival_cv": 2}},
    "arrivals: a daily pattern": {"traffic": {"pattern": "daily", "day_s": 20, "daily_peak_factor": 1.2}},
    "arrivals: bursts": {"traffic": {"pattern": "bursts", "burst_rate": 5_000, "burst_s": 1, "calm_s": 1}},
    "service: deterministic": {"servers": {"service_distribution": "deterministic"}},
    "service: lognormal": {"servers": {"service_distribution": "lognormal", "service_cv": 1.5}},
    "service: pareto": {"servers": {"service_distribution": "pareto", "service_cv": 1.5}},
    "service: hyperexponential": {"servers": {"service_distribution": "hyperexponential", "service_cv": 1.5}},
    "Universal Scalability Law": {"servers": {"contention": 0.01, "coherency": 0.001}},
    "queue limit and shedding": {"servers": {"queue_limit": 100, "shed_above": 100}},
    "five cohorts of clients": {"traffic": {"cohorts": [{"name": f"part_{n}", "share": 1.0} for n in range(5)]}},
    "a closed loop of 1,000 users": {"traffic": {"loop": "closed", "users": 1_000, "think_time_s": 0.22}},
    "a crash and a recovery": {
        "faults": [
            {"kind": "crash", "index": 3, "at_s": 5.0},
            {"kind": "recover", "index": 3, "at_s": 6.0},
        ]
    },
    "reads of one database": DYNAMIC,
    "…, with a cache": CACHED,
    "…, 3 replicas instead": REPLICATED,
    "…, and 10 % writes": {**REPLICATED, "traffic": {"static_ratio": 0.0, "write_ratio": 0.1}},
    "…, acknowledged by all, 1 ms away": WAITING,
    "processor sharing": {"servers": {"discipline": "processor_sharing"}},
    "a circuit breaker": {**DYNAMIC, "database": {"connections": 64, "breaker": {"enabled": True}}},
    "an autoscaler, every second": {"autoscaler": {"enabled": True, "min": 8, "interval_s": 1, "metric_window_s": 1}},
    "a cache of 4 nodes, LFU": {**CACHED, "cache": {**CACHED["cache"], "nodes": 4, "eviction": "lfu"}},
    "…, coalescing and refreshing": {
        **CACHED,
        "cache": {**CACHED["cache"], "nodes": 4, "eviction": "lfu", "coalescing": True, "stale_while_revalidate_s": 5},
    },
    "8 shards on a ring": {**DYNAMIC, "database": {"connections": 32, "shards": 8, "sharding": "consistent_hash"}},
    "…, 5 % of the reads ask all": {**DYNAMIC, "database": {"connections": 32, "shards": 8, "cross_shard_ratio": 0.05}},
    "a CDN before it all": {"traffic": {"static_ratio": 1.0}, "cdn": NEAR_ALL},
    "everything on": EVERYTHING,
}
"""What is added to the plain system, one line each; "…" goes on from the line before."""


PLAIN, MINIMAL = "round robin over 8 servers, all else off", "a kernel that can do only this"


def described(name: str, parts: dict) -> System:
    """The plain system with some parts changed; faults are a list, which takes the place of the list before."""
    faults = parts.get("faults", [])
    system = system_of(BALANCED, **{part: fields for part, fields in parts.items() if part != "faults"})
    return System.model_validate({**system.model_dump(), "faults": faults})


def lines(quick: bool) -> list[Line]:
    """The complete kernel on a plain system beside one that can do nothing else, and then feature after feature."""
    requests, repeats = (20_000, 3) if quick else (100_000, 7)
    plain = described("plain", {})
    run_plain = ours.kernel_run(plain, requests)
    works: dict[str, Callable[[], object]] = {MINIMAL: minimal_run(plain, requests)}
    works["the log kept, every request"] = ours.kernel_run(plain, requests, keep_every=1)
    works["the log kept, every 100th"] = ours.kernel_run(plain, requests, keep_every=100)
    for algorithm in ALGORITHMS[1:]:
        works[f"balancer: {algorithm}"] = ours.kernel_run(described(algorithm, {"balancer": {"algorithm": algorithm}}), requests)
    for name, parts in SWITCHED_ON.items():
        works[name] = ours.kernel_run(described(name, parts), requests)
    ratios = {name: ratio(work, run_plain, repeats) for name, work in works.items()}
    plain_s = medians_s({PLAIN: run_plain}, repeats)[PLAIN]
    off = 1.0 / ratios.pop(MINIMAL)
    found = [
        Line(PLAIN, duration(plain_s / requests), "", "per request; the ratios below are to this"),
        Line(MINIMAL, duration(plain_s / requests / off), "", f"so all that is off costs {off:.2f} ×"),
    ]
    return found + [Line(name, f"{value:.2f} ×") for name, value in ratios.items()]


def minimal_run(system: System, requests: int) -> Callable[[], object]:
    """The minimal kernel on the same draws."""
    numbers, keys = parameters_of(system), np.array(stream_keys(SEED, draws.STREAMS))
    servers = system.servers

    def run():
        mean_gap_ns, mean_cpu_ns = 1e9 / system.traffic.rate, float(numbers.cpu_ns[0])
        return minimal.round_robin(keys, requests, mean_gap_ns, mean_cpu_ns, servers.count, servers.workers)

    run()
    return run
