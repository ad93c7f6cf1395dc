"""Replication: copies of the database that answer reads, lag behind, and take over; then parts of it, by key and by function."""

from dashboard.charts import DATABASES, ERRORS, LAG, LATENCY, STALE, WORK
from dashboard.controls import control
from dashboard.faults import DATABASE, REPLICAS, SPIKE, ZONES
from dashboard.page import Page, show
from engine.system import System

PAGE = Page(
    name="replication",
    title="Replication",
    question="Two copies of the database answer the reads. What do they help with, and what happens when the primary dies?",
    start=System.model_validate({
        "traffic": {
            "rate": 1_500.0, "users": 20_000, "items": 20_000, "write_ratio": 0.1,
            "functions": {"posts": 3.0, "users": 2.0, "media": 1.0},
        },
        "client": {"timeout_ms": 2_000.0},
        "balancer": {"algorithm": "least_connections", "health_check_interval_s": 2.0},
        "servers": {
            "count": 4, "vcpus": 4, "memory_gb": 8.0, "memory_mb_per_request": 4.0,
            "cpu_ms": 4.0, "boot_s": 5.0, "workers": 400,
        },
        "database": {
            "read_ms": 6.0, "write_ms": 10.0, "connections": 8, "replicas": 2, "read_from": "replicas", "lag_ms": 100.0,
            "failover_s": 5.0,
        },
    }),
    controls=(
        control("traffic.rate", "Requests per second", "Traffic", low=50, high=10_000, most=50_000, step=1),
        control("traffic.write_ratio", "Writes", "Traffic"),
        control("database.replicas", "Replicas", "Database", high=6),
        control("database.replication", "Replication", "Database"),
        control("database.read_from", "Reads go to", "Database"),
        control("database.shards", "Shards", "Database", high=8, most=16, more=True),
        control("database.sharding", "Keys are placed by", "Database", more=True),
        control("database.copy_ms", "Copying one key", "Database", low=0.01, high=10, more=True),
        control("database.federated", "A database for each function", "Database", more=True),
        control("database.cross_shard_ratio", "Reads that ask all shards", "Database", step=0.01, more=True),
        control("database.cross_function_ratio", "Reads across functions", "Database", step=0.01, more=True),
        control("database.lag_ms", "Lag on the way", "Database", low=1, high=10_000, more=True),
        control("database.apply_cost", "Cost of applying a write", "Database", high=1, more=True),
        control("database.failover_s", "Failover after", "Database", high=60, step=1, more=True),
        control("database.connections", "Connections per node", "Database", high=100, more=True),
        control("database.read_ms", "Database read", "Database", low=0.5, high=100, more=True),
        control("database.write_ms", "Database write", "Database", low=0.5, high=100, more=True),
        control("traffic.popularity", "Popularity", "Traffic", high=2, more=True),
        control("servers.count", "Servers", "Servers", high=12, most=300, more=True),
    ),
    faults=(*DATABASE, *REPLICAS, *ZONES, *SPIKE),
    target="d0",
    tile="stale_read_ratio",
    charts=(LATENCY, DATABASES, LAG, STALE, WORK, ERRORS),
    sweep=("database.replicas", "database_utilisation"),
)  # fmt: skip

if __name__ == "__main__":
    show(PAGE)
