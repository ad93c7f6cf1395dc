"""100k+ challenge: everything at once, a goal, and what it costs."""

from dashboard.charts import ANSWERED, BUSY, DATABASES, ERRORS, HITS, LATENCY, LOAD, MONEY
from dashboard.controls import control
from dashboard.faults import CACHE, DATABASE, POPS, REPLICAS, SERVERS, SPIKE, ZONES
from dashboard.goal import HUNDRED_THOUSAND
from dashboard.page import Page, show
from engine.system import System

BASE = HUNDRED_THOUSAND.base
PAGE = Page(
    name="challenge",
    title="100k+ challenge",
    question="100,000 requests a second, quickly, with hardly an error, and not for any price. What do you build?",
    start=System.model_validate(BASE | {
        "traffic": BASE["traffic"] | {"rate": 1_000.0},
        "servers": BASE["servers"] | {"count": 4, "vcpus": 4, "memory_gb": 8.0, "workers": 800, "boot_s": 5.0},
        "cache": BASE["cache"] | {"enabled": False, "capacity_items": 10_000},
        "database": BASE["database"] | {"replicas": 1, "connections": 48, "failover_s": 5.0},
        "cdn": {"enabled": False, "pops": ["europe_west"], "capacity_items": 10_000},
    }),
    controls=(
        control("traffic.rate", "Requests per second", "Traffic", low=1_000, high=200_000, most=200_000, step=1),
        control("servers.count", "Servers", "Servers", high=400, most=400),
        control("servers.vcpus", "vCPUs per server", "Servers", high=64),
        control("cache.enabled", "Cache", "Cache"),
        control("database.replicas", "Replicas", "Database", high=20),
        control("database.shards", "Shards", "Database", high=16, most=16, more=True),
        control("database.connections", "Connections per node", "Database", high=200, more=True),
        control("database.read_from", "Reads go to", "Database", more=True),
        control("database.replication", "Replication", "Database", more=True),
        control("database.breaker.enabled", "Circuit breaker", "Database", more=True),
        control("cache.capacity_items", "Items a node holds", "Cache", low=100, high=100_000, more=True),
        control("cache.nodes", "Cache nodes", "Cache", high=10, more=True),
        control("cache.ttl_s", "Time to live in the cache", "Cache", low=1, high=3_600, more=True),
        control("cache.coalescing", "One fetch for all who wait", "Cache", more=True),
        control("cdn.enabled", "CDN", "CDN", more=True),
        control("cdn.capacity_items", "Files a PoP holds", "CDN", low=100, high=100_000, more=True),
        control("cdn.ttl_s", "Time to live in the CDN", "CDN", low=1, high=3_600, more=True),
        control("servers.memory_gb", "Memory per server", "Servers", low=1, high=512, more=True),
        control("servers.workers", "Workers per server", "Servers", high=10_000, more=True),
        control("servers.shed_above", "Refuse above", "Servers", low=1, high=10_000, more=True),
        control("autoscaler.enabled", "Autoscaler", "Autoscaler", more=True),
        control("autoscaler.target_utilisation", "Aims for", "Autoscaler", low=0.1, more=True),
        control("autoscaler.max", "At most", "Autoscaler", high=400, more=True),
        control("balancer.algorithm", "Algorithm", "Balancer", more=True),
        control("client.timeout_ms", "Timeout", "Clients", low=50, high=10_000, step=1, more=True),
        control("client.retries", "Retries", "Clients", high=5, more=True),
    ),
    faults=(*SERVERS, *DATABASE, *REPLICAS, *CACHE, *POPS, *ZONES, *SPIKE),
    tile="cost_per_hour",
    charts=(LATENCY, BUSY, MONEY, ANSWERED, HITS, DATABASES, LOAD, ERRORS),
    goal=HUNDRED_THOUSAND,
)  # fmt: skip

if __name__ == "__main__":
    show(PAGE)
