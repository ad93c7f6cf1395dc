"""Caching: answers kept for a while, what that spares the database, and what happens when they are gone."""

from dashboard.charts import BUSY, DATABASES, ERRORS, HITS, LATENCY, STALE
from dashboard.controls import control
from dashboard.faults import CACHE, DATABASE, SPIKE
from dashboard.page import Page, show
from engine.system import System

PAGE = Page(
    name="caching",
    title="Caching",
    question="The cache answers what has been asked lately. When does the database see everything again?",
    start=System.model_validate({
        "traffic": {"rate": 2_000.0, "users": 50_000, "items": 8_000, "popularity": 0.5, "write_ratio": 0.02},
        "client": {"timeout_ms": 1_000.0},
        "balancer": {"algorithm": "least_connections", "health_check_interval_s": 2.0},
        "servers": {
            "count": 4, "vcpus": 4, "memory_gb": 8.0, "memory_mb_per_request": 4.0,
            "cpu_ms": 4.0, "boot_s": 5.0, "workers": 400,
        },
        "cache": {
            "enabled": True, "nodes": 2, "capacity_items": 5_000, "ttl_s": 60.0, "ttl_jitter": 0.2, "start_warm": True,
            "placement": "modulo",
        },
        "database": {"read_ms": 8.0, "write_ms": 10.0, "connections": 8, "replicas": 0},
    }),
    controls=(
        control("traffic.rate", "Requests per second", "Traffic", low=50, high=10_000, most=50_000, step=1),
        control("cache.ttl_s", "Time to live", "Cache", low=0.5, high=3_600),
        control("cache.capacity_items", "Items a node holds", "Cache", low=10, high=20_000, most=1_000_000),
        control("cache.nodes", "Cache nodes", "Cache", high=6, most=20),
        control("cache.coalescing", "One fetch for all who wait", "Cache"),
        control("cache.enabled", "Cache", "Cache", more=True),
        control("cache.eviction", "Who makes room", "Cache", more=True),
        control("cache.placement", "Keys are placed by", "Cache", more=True),
        control("cache.ttl_from", "Time to live counts", "Cache", more=True),
        control("cache.ttl_jitter", "Random part of it", "Cache", more=True),
        control("cache.stale_while_revalidate_s", "Serve stale for", "Cache", high=60, more=True),
        control("cache.on_write", "A write makes the cache", "Cache", more=True),
        control("cache.lookup_ms", "Look-up", "Cache", high=10, more=True),
        control("traffic.popularity", "Popularity", "Traffic", high=2, more=True),
        control("traffic.items", "Distinct items", "Traffic", low=100, high=100_000, more=True),
        control("traffic.write_ratio", "Writes", "Traffic", more=True),
        control("database.connections", "Connections", "Database", high=100, more=True),
        control("database.read_ms", "Database read", "Database", low=0.5, high=100, more=True),
        control("database.replicas", "Replicas", "Database", high=4, more=True),
        control("client.timeout_ms", "Timeout", "Clients", low=50, high=10_000, step=1, more=True),
        control("client.retries", "Retries", "Clients", high=5, more=True),
    ),
    faults=(*CACHE, *DATABASE, *SPIKE),
    target="c0",
    tile="cache_hit_ratio",
    charts=(LATENCY, HITS, BUSY, DATABASES, STALE, ERRORS),
    sweep=("cache.ttl_s", "cache_hit_ratio"),
)  # fmt: skip

if __name__ == "__main__":
    show(PAGE)
