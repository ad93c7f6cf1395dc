"""Horizontal scaling: more servers, one that crashes, and the tier behind them that does not grow along."""

from dashboard.charts import ANSWERED, BUSY, ERRORS, LATENCY, LOAD, MONEY
from dashboard.controls import control
from dashboard.faults import SERVERS, SPIKE, ZONES
from dashboard.page import Page, show
from engine.system import System

PAGE = Page(
    name="horizontal-scaling",
    title="Horizontal scaling",
    question="Two servers do what one did. Do ten do ten times as much?",
    start=System.model_validate({
        "traffic": {"rate": 700.0, "users": 100_000},
        "client": {"timeout_ms": 2_000.0},
        "balancer": {"health_check_interval_s": 2.0},
        "servers": {
            "count": 2, "vcpus": 4, "memory_gb": 8.0, "memory_mb_per_request": 4.0,
            "cpu_ms": 6.0, "boot_s": 5.0, "workers": 200,
        },
        "database": {"read_ms": 6.0, "write_ms": 9.0, "connections": 16},
    }),
    controls=(
        control("traffic.rate", "Requests per second", "Traffic", low=50, high=10_000, most=100_000, step=1),
        control("servers.count", "Servers", "Servers", high=12, most=300),
        control("servers.boot_s", "Boot time", "Servers", low=0, high=120),
        control("servers.vcpus", "vCPUs per server", "Servers", high=32, more=True),
        control("servers.cpu_ms", "CPU per request", "Servers", low=0.5, high=50, more=True),
        control("servers.workers", "Workers per server", "Servers", high=1_000, more=True),
        control("balancer.health_check_interval_s", "Health check every", "Balancer", low=0.1, high=30, more=True),
        control("traffic.write_ratio", "Writes", "Traffic", more=True),
        control("traffic.interarrival_cv", "Burstiness", "Traffic", high=4, more=True),
        control("client.timeout_ms", "Timeout", "Clients", low=50, high=10_000, step=1, more=True),
        control("client.retries", "Retries", "Clients", high=5, more=True),
        control("database.read_ms", "Database read", "Database", low=0.5, high=100, more=True),
        control("database.connections", "Connections", "Database", high=200, more=True),
    ),
    faults=(*SERVERS, *ZONES, *SPIKE),
    tile="database_utilisation",
    charts=(LATENCY, LOAD, BUSY, ANSWERED, MONEY, ERRORS),
    recordings=True,
)  # fmt: skip

if __name__ == "__main__":
    show(PAGE)
