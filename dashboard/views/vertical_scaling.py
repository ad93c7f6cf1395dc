"""Vertical scaling: a larger machine, what it carries, what it costs, and where that ends."""

from dashboard.charts import ANSWERED, BUSY, CAPACITY, ERRORS, KNEE, LATENCY, MONEY
from dashboard.controls import control
from dashboard.faults import SERVERS, SPIKE
from dashboard.page import Page, show
from engine.system import System

PAGE = Page(
    name="vertical-scaling",
    title="Vertical scaling",
    question="The machine is too small, so take a larger one. How far does that go, and what does it cost?",
    start=System.model_validate({
        "traffic": {"rate": 300.0, "users": 100_000, "write_ratio": 0.05},
        "client": {"timeout_ms": 5_000.0},
        "servers": {
            "count": 1, "vcpus": 4, "memory_gb": 8.0, "cpu_ms": 6.0, "workers": 2_000, "contention": 0.02, "coherency": 0.0004,
            "memory_mb_per_request": 20.0,
        },
        "database": {"read_ms": 3.0, "write_ms": 3.0, "connections": 20},
    }),
    controls=(
        control("traffic.rate", "Requests per second", "Traffic", low=10, high=5_000, most=50_000, step=1),
        control("servers.vcpus", "vCPUs", "Machine", high=192, step=1),
        control("servers.memory_gb", "Memory", "Machine", low=0.5, high=768, most=12_288),
        control("servers.contention", "Contention", "Machine", high=0.2, step=0.005),
        control("servers.coherency", "Coherency", "Machine", high=0.005, step=0.0001),
        control("servers.memory_mb_per_request", "Memory per request", "Machine", high=500, more=True),
        control("servers.cpu_ms", "CPU per request", "Machine", low=0.5, high=50, more=True),
        control("servers.workers", "Workers", "Machine", high=10_000, more=True),
        control("servers.discipline", "vCPUs work", "Machine", more=True),
        control("traffic.interarrival_cv", "Burstiness", "Traffic", high=4, more=True),
        control("traffic.write_ratio", "Writes", "Traffic", more=True),
        control("client.timeout_ms", "Timeout", "Clients", low=50, high=30_000, step=1, more=True),
        control("database.read_ms", "Database read", "Database", low=0.5, high=100, more=True),
        control("database.connections", "Connections", "Database", high=1_000, more=True),
    ),
    faults=(*SERVERS, *SPIKE),
    tile="cost_per_hour",
    charts=(CAPACITY, LATENCY, ANSWERED, MONEY, BUSY, KNEE, ERRORS),
    catalogue=True,
    sweep=("servers.vcpus", "latency_p95_ms"),
)  # fmt: skip

if __name__ == "__main__":
    show(PAGE)
