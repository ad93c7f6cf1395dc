"""Load balancing: who gets the next request, and who feels it when one server is slower or gone."""

from dashboard.charts import ANSWERED, BUSY, ERRORS, LATENCY, LOAD, SERVING
from dashboard.controls import control
from dashboard.faults import RANDOM, SERVERS, SPIKE, ZONES
from dashboard.page import Page, show
from engine.system import System

PAGE = Page(
    name="load-balancing",
    title="Load balancing",
    question="One of four servers is a little slower. Nothing crashed. Who waits, and for whom?",
    start=System.model_validate({
        "traffic": {"rate": 1_800.0, "users": 100_000, "day_s": 120.0, "burst_rate": 4_000.0},
        "client": {"timeout_ms": 1_000.0},
        "balancer": {"health_check_interval_s": 2.0},
        "servers": {
            "count": 4, "vcpus": 4, "cpu_ms": 6.0, "speeds": [1.0, 1.0, 0.78, 1.0], "weights": [1.0, 1.0, 0.78, 1.0], "boot_s": 5.0,
        },
        "autoscaler": {"min": 2, "max": 10, "interval_s": 5.0, "metric_window_s": 10.0, "scale_down_cooldown_s": 30.0},
        "database": {"read_ms": 6.0, "write_ms": 6.0, "connections": 40},
    }),
    controls=(
        control("traffic.rate", "Requests per second", "Traffic", low=50, high=20_000, most=200_000, step=1),
        control("balancer.algorithm", "Algorithm", "Balancer"),
        control("servers.count", "Servers", "Servers", high=12, most=300),
        control("servers.speeds.2", "Server 3 speed", "Servers", low=0.1, high=1.5, step=0.01),
        control("autoscaler.enabled", "Autoscaler", "Autoscaler"),
        control("autoscaler.target_utilisation", "Aims for", "Autoscaler", low=0.2, high=0.95, more=True),
        control("autoscaler.min", "At least", "Autoscaler", high=12, most=100, more=True),
        control("autoscaler.max", "At most", "Autoscaler", high=12, most=100, more=True),
        control("autoscaler.interval_s", "Decides every", "Autoscaler", low=1, high=120, more=True),
        control("autoscaler.metric_window_s", "Looks back over", "Autoscaler", low=1, high=300, more=True),
        control("autoscaler.scale_up_cooldown_s", "Waits before more", "Autoscaler", high=300, step=1, more=True),
        control("autoscaler.scale_down_cooldown_s", "Waits before fewer", "Autoscaler", high=600, step=1, more=True),
        control("servers.boot_s", "Boot time", "Servers", high=120, more=True),
        control("traffic.pattern", "Traffic is", "Traffic", only=("steady", "daily", "bursts"), more=True),
        control("traffic.day_s", "Length of a day", "Traffic", low=30, high=86_400, more=True),
        control("traffic.burst_rate", "Rate in a burst", "Traffic", low=50, high=20_000, more=True),
        control("traffic.interarrival_cv", "Burstiness", "Traffic", high=4, more=True),
        control("traffic.write_ratio", "Writes", "Traffic", more=True),
        control("client.timeout_ms", "Timeout", "Clients", low=50, high=10_000, step=1, more=True),
        control("client.retries", "Retries", "Clients", high=5, more=True),
        control("balancer.health_check_interval_s", "Health check every", "Balancer", low=0.1, high=30, more=True),
        control("balancer.unhealthy_after", "Unhealthy after", "Balancer", high=10, more=True),
        control("servers.vcpus", "vCPUs per server", "Servers", high=32, more=True),
        control("servers.cpu_ms", "CPU per request", "Servers", low=0.5, high=50, more=True),
        control("servers.workers", "Workers per server", "Servers", low=1, high=1_000, more=True),
        control("servers.queue_limit", "Queue limit", "Servers", low=1, high=10_000, more=True),
        control("database.read_ms", "Database read", "Database", low=0.5, high=100, more=True),
        control("cache.enabled", "Cache", "Cache", more=True),
    ),
    faults=(*SERVERS, *RANDOM, *ZONES, *SPIKE),
    charts=(LATENCY, LOAD, ERRORS, ANSWERED, SERVING, BUSY),
    recordings=True,
    sweep=("servers.count", "latency_p95_ms"),
)  # fmt: skip

if __name__ == "__main__":
    show(PAGE)
