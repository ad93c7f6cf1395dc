"""Where the data lives: a primary and its replicas."""

from typing import Literal

from engine.system.base import Part, field
from engine.system.servers import ServiceDistribution


class Breaker(Part):
    """A circuit breaker of each server, on its way to the database."""

    enabled: bool = field(False, "Whether calls to the database pass a circuit breaker.")
    failures: int = field(5, "Failures in a row that open it.", ge=1, le=10_000)
    half_open_after_s: float = field(5.0, "Time until it lets one call try again.", unit="s", ge=0.001, le=1e5)


class Database(Part):
    """The database: its capacity, its replicas, and how far they lag."""

    colocated: bool = field(
        False, "Whether the primary runs on the first server: a query needs a vCPU there, and they fail together."
    )
    connections: int = field(16, "Queries that each database node runs at the same time.", ge=1, le=10_000, scale="log")
    queue_limit: int | None = field(
        None, "Queries that may wait on each node; one more is refused; empty: no limit.", ge=0, le=10_000_000, scale="log"
    )
    read_ms: float = field(5.0, "Mean time of a read.", unit="ms", ge=0, le=1e6, scale="log")
    write_ms: float = field(10.0, "Mean time of a write.", unit="ms", ge=0, le=1e6, scale="log")
    service_distribution: ServiceDistribution = field("exponential", "Distribution of these times.")
    service_cv: float = field(
        1.0, "Variability of these times, for lognormal, pareto and hyperexponential.", ge=0.05, le=20, step=0.05
    )
    replicas: int = field(0, "Copies of the database that follow the primary.", ge=0, le=50)
    read_from: Literal["primary", "replicas", "replicas_read_your_writes"] = field(
        "primary", "Who answers reads; a replica that does not show the user's own last write may pass the read on."
    )
    replication: Literal["async", "semi_sync", "sync"] = field(
        "async", "Whether a write waits until one replica has received it, or all have applied it, before it is acknowledged."
    )
    lag_ms: float = field(
        20.0,
        "Mean time until a committed write reaches a replica, before it is applied there.",
        unit="ms",
        ge=0,
        le=1e7,
        scale="log",
    )
    lag_distribution: Literal["deterministic", "exponential"] = field(
        "deterministic", "Whether that time is always the same or random."
    )
    apply_cost: float = field(
        0.5, "What applying a write costs a replica, as a share of the write's time.", unit="%", ge=0, le=10, step=0.05
    )
    failover_s: float | None = field(
        None, "Time until a replica is promoted when the primary dies; empty: never.", unit="s", ge=0, le=1e5
    )
    breaker: Breaker = field(Breaker, "Circuit breaker on the way to the database.")
    shards: int = field(1, "Parts into which the keys are split.", ge=1, le=64)
    sharding: Literal["modulo", "consistent_hash"] = field("modulo", "How keys are placed on shards.")
    copy_ms: float = field(
        0.1,
        "Time to read one item, and again to write it, when it is copied to another shard.",
        unit="ms",
        ge=0,
        le=1e4,
        step=0.01,
        scale="log",
    )
    cross_shard_ratio: float = field(0.0, "Share of the reads that ask all shards.", unit="%", ge=0, le=1)
    federated: bool = field(False, "Whether each function of the product has a database of its own.")
    cross_function_ratio: float = field(0.0, "Share of the reads that ask a second function's database too.", unit="%", ge=0, le=1)
