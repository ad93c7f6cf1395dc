"""CDN: copies of files near the people, who is near, and what they cannot do."""

from dashboard.charts import BUSY, ERRORS, LATENCY, MAP, OFFLOAD
from dashboard.controls import control
from dashboard.faults import CACHE, POPS, SPIKE
from dashboard.page import Page, show
from dashboard.regions import PLACES
from engine.system import System

PAGE = Page(
    name="cdn",
    title="CDN",
    question="The system stands in Ireland, its users all over the world. Who waits for the distance, and what takes it away?",
    start=System.model_validate({
        "traffic": {
            "rate": 3_000.0, "users": 100_000, "items": 5_000, "popularity": 0.9, "static_ratio": 0.7, "write_ratio": 0.05,
            "regions": {
                "north_america_east": 3.0, "south_america": 1.0, "europe_west": 3.0, "india": 2.0, "asia_southeast": 1.0,
                "oceania": 1.0,
            },
        },
        "client": {"timeout_ms": 2_000.0},
        "network": {"origin_region": "europe_west"},
        "balancer": {"algorithm": "least_connections", "health_check_interval_s": 2.0},
        "servers": {
            "count": 4, "vcpus": 4, "memory_gb": 8.0, "memory_mb_per_request": 4.0,
            "cpu_ms": 4.0, "boot_s": 5.0, "workers": 400,
        },
        "cdn": {"enabled": True, "pops": ["europe_west"], "capacity_items": 5_000, "ttl_s": 300.0},
        "cache": {"enabled": True, "nodes": 1, "capacity_items": 5_000, "ttl_s": 60.0, "start_warm": True},
        "database": {"read_ms": 6.0, "write_ms": 10.0, "connections": 20, "replicas": 1, "read_from": "replicas"},
    }),
    controls=(
        control("traffic.rate", "Requests per second", "Traffic", low=50, high=20_000, most=100_000, step=1),
        control("traffic.static_ratio", "Static files", "Traffic"),
        control("cdn.pops", "Points of presence", "CDN"),
        control("cdn.ttl_s", "Time to live", "CDN", low=1, high=3_600),
        control("cdn.enabled", "CDN", "CDN"),
        control("cdn.capacity_items", "Files a PoP holds", "CDN", low=10, high=20_000, more=True),
        control("cdn.eviction", "Who makes room", "CDN", more=True),
        control("cdn.coalescing", "One fetch for all who wait", "CDN", more=True),
        control("cdn.cache_dynamic", "Cache dynamic reads too", "CDN", more=True),
        control("network.origin_region", "The origin stands in", "Network", first=0, more=True),
        *(control(f"traffic.regions.{name}", place.name, "Users by region", high=5, more=True) for name, place in PLACES.items()),
        control("traffic.popularity", "Popularity", "Traffic", high=2, more=True),
        control("traffic.items", "Distinct items", "Traffic", low=100, high=100_000, more=True),
        control("client.timeout_ms", "Timeout", "Clients", low=50, high=10_000, step=1, more=True),
        control("servers.count", "Servers", "Servers", high=12, most=300, more=True),
    ),
    faults=(*POPS, *CACHE, *SPIKE),
    target="p3",
    tile="cdn_offload",
    charts=(MAP, LATENCY, OFFLOAD, BUSY, ERRORS),
    sweep=("traffic.static_ratio", "cdn_offload"),
)  # fmt: skip

if __name__ == "__main__":
    show(PAGE)
