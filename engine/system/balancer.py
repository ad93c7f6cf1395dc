"""Who gets the next request."""

from typing import Literal

from engine.system.base import Part, field

Algorithm = Literal[
    "round_robin",
    "weighted_round_robin",
    "random",
    "least_connections",
    "power_of_two",
    "least_latency",
    "client_hash",
    "consistent_hash",
]


class Balancer(Part):
    """The load balancer: its algorithm, and how it finds out who is healthy."""

    algorithm: Algorithm = field("round_robin", "How the balancer chooses a server.")
    hash_bound: float | None = field(
        None,
        "Consistent hashing with bounded loads: no server holds more than this multiple of the mean; empty: no bound.",
        unit="×",
        ge=1,
        le=100,
        step=0.05,
    )
    virtual_nodes: int = field(100, "Points that each server has on the hash ring, at weight 1.", ge=1, le=1_000)
    health_check_interval_s: float = field(
        5.0, "Time between two health checks of every server.", unit="s", ge=0.01, le=3_600, scale="log"
    )
    unhealthy_after: int = field(2, "Failed checks in a row after which a server gets no more requests.", ge=1, le=100)
    healthy_after: int = field(2, "Passed checks in a row after which it gets requests again.", ge=1, le=100)
    overhead_ms: float = field(0.0, "Time the balancer adds to every attempt.", unit="ms", ge=0, le=1e5, step=0.1)
    max_rate: float | None = field(
        None,
        "Attempts per second that the balancer itself can pass on; empty: no limit.",
        unit="requests/s",
        ge=0.01,
        le=1e7,
        scale="log",
    )
