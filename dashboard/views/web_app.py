"""A web app under load: one machine, and what happens to it when more people come."""

from dashboard.charts import ANSWERED, ERRORS, KNEE, LATENCY
from dashboard.controls import control
from dashboard.faults import SERVERS, SPIKE
from dashboard.page import Page, show
from engine.system import System

PAGE = Page(
    name="web-app",
    title="A web app under load",
    question="One machine runs the application and its database. How many people can use it before they begin to wait?",
    start=System.model_validate({
        "traffic": {"rate": 69.4, "users": 100_000},
        "client": {"timeout_ms": 5_000.0},
        "servers": {
            "count": 1, "vcpus": 2, "memory_gb": 4.0, "memory_mb_per_request": 8.0,
            "cpu_ms": 5.0, "workers": 200,
        },
        "database": {"colocated": True, "read_ms": 4.0, "write_ms": 4.0, "connections": 50},
    }),
    controls=(
        control("traffic.rate", "Requests per second", "Traffic", low=1, high=1_000, most=20_000, step=1),
        control("database.colocated", "Database on the same machine", "Machine"),
        control("servers.vcpus", "vCPUs", "Machine", high=16, more=True),
        control("traffic.write_ratio", "Writes", "Traffic", more=True),
        control("traffic.interarrival_cv", "Burstiness", "Traffic", high=4, more=True),
        control("traffic.static_ratio", "Static files", "Traffic", more=True),
        control("client.timeout_ms", "Timeout", "Clients", low=50, high=30_000, step=1, more=True),
        control("client.retries", "Retries", "Clients", high=5, more=True),
        control("servers.cpu_ms", "CPU per request", "Machine", low=0.5, high=50, more=True),
        control("servers.service_distribution", "CPU time", "Machine", first=2, more=True),
        control("servers.workers", "Workers", "Machine", high=1_000, more=True),
        control("servers.queue_limit", "Queue limit", "Machine", low=1, high=10_000, more=True),
        control("database.read_ms", "Database read", "Database", low=0.5, high=100, more=True),
        control("database.write_ms", "Database write", "Database", low=0.5, high=100, more=True),
        control("database.connections", "Connections", "Database", high=200, more=True),
    ),
    faults=(*SERVERS, *SPIKE),
    tile="server_utilisation",
    charts=(LATENCY, KNEE, ANSWERED, ERRORS),
    worksheet=True,
    recordings=True,
)  # fmt: skip

if __name__ == "__main__":
    show(PAGE)
