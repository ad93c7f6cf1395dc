"""What `features` switches on where the data are: database, cache, replication, CDN; and everything at once."""

from benchmarks.switches import Family, crash, merged

READS = {
    "traffic": {"static_ratio": 0.0, "write_ratio": 0.0},
    "servers": {"workers": 32},
    "database": {"connections": 64},
}
"""Workers wait for the database, so there are more of them; the vCPUs are as busy as before."""

SHAPES = ("deterministic", "lognormal", "pareto", "hyperexponential")
DATABASE = Family(
    "reads of one database",
    READS,
    {
        **{f"service: {shape}": {"database": {"service_distribution": shape, "service_cv": 1.5}} for shape in SHAPES},
        "a queue limit": {"database": {"queue_limit": 100}},
        "a circuit breaker": {"database": {"breaker": {"enabled": True}}},
        "on one machine with server 0, at 400 requests/s": {"database": {"colocated": True}, "traffic": {"rate": 400}},
        "8 shards": {"database": {"shards": 8}},
        "8 shards on a ring": {"database": {"shards": 8, "sharding": "consistent_hash"}},
        "8 shards, 5 % of the reads ask all": {"database": {"shards": 8, "cross_shard_ratio": 0.05}},
        "federation: 3 functions": {
            "traffic": {"functions": {"posts": 2.0, "users": 1.0, "search": 1.0}},
            "database": {"federated": True},
        },
        "federation, 5 % of the reads ask two": {
            "traffic": {"functions": {"posts": 2.0, "users": 1.0, "search": 1.0}},
            "database": {"federated": True, "cross_function_ratio": 0.05},
        },
    },
)

CACHE = Family(
    "reads through an LRU cache whose items expire",
    merged(READS, {"cache": {"enabled": True, "capacity_items": 2_000, "ttl_s": 10}}),
    {
        "eviction: LFU": {"cache": {"eviction": "lfu"}},
        "eviction: FIFO": {"cache": {"eviction": "fifo"}},
        "eviction: random": {"cache": {"eviction": "random"}},
        "4 nodes": {"cache": {"nodes": 4}},
        "4 nodes on a ring": {"cache": {"nodes": 4, "placement": "consistent_hash"}},
        "coalescing": {"cache": {"coalescing": True}},
        "stale while revalidate": {"cache": {"stale_while_revalidate_s": 5}},
        "time to live with jitter": {"cache": {"ttl_jitter": 0.2}},
        "time to live from the last use": {"cache": {"ttl_from": "use"}},
        "starts warm": {"cache": {"start_warm": True}},
        "10 % writes invalidate": {"traffic": {"write_ratio": 0.1}},
        "10 % writes update": {"traffic": {"write_ratio": 0.1}, "cache": {"on_write": "update"}},
        "10 % writes leave it": {"traffic": {"write_ratio": 0.1}, "cache": {"on_write": "leave"}},
        "a flush": {"faults": [{"kind": "flush_cache", "at_s": 5.0}]},
        "4 nodes, one lost": {"cache": {"nodes": 4}, "faults": [{"kind": "lose_cache_node", "index": 1, "at_s": 5.0}]},
    },
)

WRITES = {"traffic": {"write_ratio": 0.1}}
REPLICATION = Family(
    "3 replicas, which answer reads",
    merged(
        READS, {"database": {"connections": 32, "replicas": 3, "read_from": "replicas", "lag_ms": 1}, "servers": {"workers": 64}}
    ),
    {
        "10 % writes, async": WRITES,
        "10 % writes, async, a random lag": merged(WRITES, {"database": {"lag_distribution": "exponential"}}),
        "10 % writes, semi-sync": merged(WRITES, {"database": {"replication": "semi_sync"}}),
        "10 % writes, sync": merged(WRITES, {"database": {"replication": "sync"}}),
        "10 % writes, read your writes": merged(WRITES, {"database": {"read_from": "replicas_read_your_writes"}}),
        "10 % writes, the primary crashes": merged(WRITES, crash("database", index=0)),
        "10 % writes, the primary crashes, failover": merged(
            merged(WRITES, {"database": {"failover_s": 0.5}}), crash("database", index=0)
        ),
        "10 % writes, a replica is cut off": merged(
            WRITES,
            {
                "faults": [
                    {"kind": "cut_replication", "at_s": 1.0},
                    {"kind": "recover", "tier": "database", "index": 1, "at_s": 3.0},
                ]
            },
        ),
    },
)

CDN = Family(
    "a CDN before it all, LRU",
    {
        "traffic": {"static_ratio": 1.0},
        "cdn": {"enabled": True, "pops": ["europe_west", "north_america_east"], "capacity_items": 2_000, "coalescing": False},
    },
    {
        "coalescing": {"cdn": {"coalescing": True}},
        "eviction: LFU": {"cdn": {"eviction": "lfu"}},
        "eviction: FIFO": {"cdn": {"eviction": "fifo"}},
        "eviction: random": {"cdn": {"eviction": "random"}},
        "dynamic reads as well, half of all": {
            "traffic": {"static_ratio": 0.5, "write_ratio": 0.0},
            "cdn": {"cache_dynamic": True, "ttl_s": 10},
            "database": {"connections": 64},
            "servers": {"workers": 32},
        },
        "an outage": {
            "faults": [{"kind": "pop_outage", "at_s": 5.0}, {"kind": "pop_recovery", "at_s": 6.0}],
            "servers": {"workers": 32},
        },
    },
)

EVERYTHING = {
    "traffic": {"static_ratio": 0.3, "write_ratio": 0.1, "functions": {"posts": 2.0, "users": 1.0}},
    "client": {"timeout_ms": 500, "retries": 2, "backoff_ms": 10, "retry_budget": 0.1},
    "network": {"jitter_cv": 0.3},
    "cdn": {"enabled": True, "pops": ["europe_west", "north_america_east"], "cache_dynamic": True, "ttl_s": 1},
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
