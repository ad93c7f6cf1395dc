"""The systems that are timed, in the engine's own description."""

from engine.system import System

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

CACHED = {
    "traffic": {"rate": 3_000, "write_ratio": 0, "items": 10_000, "popularity": 0.9},
    "network": NO_DISTANCE,
    "servers": {"count": 8, "vcpus": 4, "workers": 4, "cpu_ms": 5, "memory_mb_per_request": 0},
    "cache": {"enabled": True, "capacity_items": 2_000, "ttl_s": None, "lookup_ms": 0},
    "database": {"connections": 10_000, "read_ms": 5, "service_distribution": "deterministic"},
}
"""Reads through an LRU cache before a database that is never busy and always takes 5 ms, as the peers' stores do."""

REVALIDATED = {**CACHED, "cache": {**CACHED["cache"], "ttl_s": 1, "stale_while_revalidate_s": 1}}
"""The same cache with items that expire after a second, and are served for another one while they are fetched anew."""

SYNCED = {
    "traffic": {"rate": 3_000, "write_ratio": 0.1, "items": 10_000, "popularity": 0.9},
    "network": NO_DISTANCE,
    "servers": {"count": 8, "vcpus": 8, "workers": 8, "cpu_ms": 5, "memory_mb_per_request": 0},
    "database": {
        **CACHED["database"], "replicas": 3, "read_from": "replicas", "replication": "sync", "lag_ms": 1, "write_ms": 10,
        "apply_cost": 0.5,
    },
}  # fmt: skip
"""Writes on a primary that wait until 3 replicas have applied them, reads from these; no node is ever busy."""

REPLICATED = {**SYNCED, "database": {**SYNCED["database"], "connections": 8, "service_distribution": "exponential"}}
"""The same with 8 connections a node and random demands: replicas pay for every write, and reads wait behind."""

NEAR = {
    "traffic": {
        "rate": 8_000, "static_ratio": 1.0, "items": 10_000, "popularity": 0.9,
        "regions": {"europe_west": 2, "north_america_east": 1, "asia_southeast": 1},
    },
    "servers": {"count": 8, "vcpus": 4, "workers": 4, "cpu_ms": 5, "memory_mb_per_request": 0},
    "cdn": {"enabled": True, "capacity_items": 2_000, "ttl_s": 10, "hit_ms": 2},
}  # fmt: skip
"""Files from 3 points of presence near the people; one miss fetches for all who wait, from 8 servers far away."""

SCENARIOS = {
    "M/M/1": SINGLE,
    "balancer over 8 servers": BALANCED,
    "the whole path": WHOLE,
    "a cache": CACHED,
    "a cache that serves stale": REVALIDATED,
    "replication": SYNCED,
    "replication that replicas pay for": REPLICATED,
    "a CDN": NEAR,
}


def system_of(description: dict, **parts: dict) -> System:
    """A described system, with some fields of some parts replaced."""
    merged = {name: {**description.get(name, {}), **parts.get(name, {})} for name in {**description, **parts}}
    return System.model_validate(merged)
