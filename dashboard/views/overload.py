"""Overload and retries: more work than there is room for, and what impatience makes of it."""

from dashboard.charts import BUSY, ERRORS, LATENCY, LOAD, RETRIES, WORK
from dashboard.controls import control
from dashboard.faults import DATABASE, SERVERS, SPIKE
from dashboard.page import Page, show
from engine.system import System

PAGE = Page(
    name="overload",
    title="Overload and retries",
    question="Three times as many people come for twenty seconds, and go again. When is everything well again?",
    start=System.model_validate({
        "traffic": {"rate": 1_800.0, "users": 100_000},
        "client": {"timeout_ms": 500.0, "retries": 3, "backoff": "none", "backoff_ms": 100.0},
        "balancer": {"algorithm": "least_connections", "health_check_interval_s": 2.0},
        "servers": {
            "count": 4, "vcpus": 4, "memory_gb": 8.0, "memory_mb_per_request": 4.0,
            "cpu_ms": 6.0, "boot_s": 10.0, "workers": 400,
        },
        "database": {"read_ms": 6.0, "write_ms": 10.0, "connections": 40},
    }),
    controls=(
        control("traffic.rate", "Requests per second", "Traffic", low=50, high=10_000, most=50_000, step=1),
        control("client.timeout_ms", "Timeout", "Clients", low=50, high=10_000, step=1),
        control("client.retries", "Retries", "Clients", high=5),
        control("client.backoff", "Pause before a retry", "Clients", first=4),
        control("servers.shed_above", "Refuse above", "Servers", low=1, high=2_000),
        control("client.backoff_ms", "First pause", "Clients", low=1, high=10_000, more=True),
        control("client.backoff_cap_ms", "Longest pause", "Clients", low=10, high=60_000, more=True),
        control("client.retry_budget", "Retry budget", "Clients", high=2, more=True),
        control("servers.drop_expired", "Work nobody waits for is", "Servers", first=3, more=True),
        control("servers.queue_limit", "Queue limit", "Servers", low=1, high=10_000, more=True),
        control("servers.workers", "Workers per server", "Servers", high=1_000, more=True),
        control("servers.count", "Servers", "Servers", high=12, most=100, more=True),
        control("servers.cpu_ms", "CPU per request", "Servers", low=0.5, high=50, more=True),
        control("database.breaker.enabled", "Circuit breaker", "Database", more=True),
        control("database.breaker.failures", "Opens after failures", "Database", high=100, more=True),
        control("database.breaker.half_open_after_s", "Tries again after", "Database", low=0.5, high=60, more=True),
        control("database.queue_limit", "Database queue limit", "Database", low=1, high=10_000, more=True),
        control("database.connections", "Connections", "Database", high=200, more=True),
        control("balancer.algorithm", "Algorithm", "Balancer", more=True),
    ),
    faults=(*SPIKE, *SERVERS, *DATABASE),
    target="s1",
    tile="attempts_per_request",
    charts=(LATENCY, WORK, RETRIES, ERRORS, BUSY, LOAD),
    recordings=True,
    sweep=("traffic.rate", "goodput"),
)  # fmt: skip

if __name__ == "__main__":
    show(PAGE)
