"""Facts: what a sentence may speak of, over one trailing window. Plain values; knows nothing of how they were measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DatabaseNode:
    """One database node over the window."""

    group: int
    member: int
    primary: bool
    up: bool
    busy: float
    """In percent."""
    waiting: float
    taken: float
    """Queries a second."""


@dataclass(frozen=True)
class Replication:
    """What copies of the database came to in the window."""

    mode: str = "async"
    read_from: str = "primary"
    lag_ms: float | None = None
    stale_ratio: float = 0.0
    violations: int = 0
    """Reads that did not show the asking user's own write."""
    lost_writes: int = 0
    no_primary_s: float = 0.0
    failover_s: float | None = None
    crashed_s: float | None = None
    """How long ago a node was last brought down, if it was."""
    cut: tuple[tuple[int, int], ...] = ()
    """Group and number of the replicas that receive nothing."""


@dataclass(frozen=True)
class Caching:
    """What the cache came to in the window; `nodes` of them, `up` of which work."""

    hit_ratio: float | None = None
    nodes: int = 1
    up: int = 1
    items: int = 0
    capacity: int | None = None
    ttl_s: float | None = None
    emptied_s: float | None = None
    """How long ago somebody emptied it,"""
    emptied: int | None = None
    """or one node of it."""
    placed_s: float | None = None
    """How long ago the number of nodes or the placement changed."""
    placement: str = "modulo"
    coalescing: bool = False


@dataclass(frozen=True)
class Delivery:
    """What the CDN came to in the window."""

    hit_ratio: float | None = None
    offload: float = 0.0
    static_ratio: float = 0.0
    pops: tuple[str, ...] = ()
    down: tuple[str, ...] = ()


@dataclass(frozen=True)
class Impatience:
    """What clients do who wait too long."""

    attempts: float = 1.0
    """Per request."""
    attempt_rate: float = 0.0
    retries: int = 0
    refused: float = 0.0
    """Share of the requests that ended refused,"""
    limit: str = ""
    """and what a server refuses for first: "memory", "queue", "shed" or nothing."""
    open_breakers: int = 0
    spike_ended_s: float | None = None
    """How long ago the last spike was over; below 0 while it lasts."""


@dataclass(frozen=True)
class Facts:
    """What a sentence may speak of, over the trailing window; one entry a server."""

    algorithm: str
    rate: float
    """Requests that arrive in a second."""
    busy: tuple[float, ...]
    """In percent."""
    waiting: tuple[float, ...]
    """Mean length of its queue."""
    taken: tuple[float, ...]
    """Attempts that reached it in a second."""
    up: tuple[bool, ...]
    seen: tuple[bool, ...]
    speeds: tuple[float, ...]
    queue_growth: float = 0.0
    """Requests by which all queues grew in a second."""
    database_busy: float = 0.0
    database_waiting: float = 0.0
    tail_in_queue: tuple[float, ...] = ()
    """Share of the time of the slowest 1 % that was spent in this server's queue."""
    failing: tuple[bool, ...] = ()
    """Whether the server answers with errors at once."""
    errors: float = 0.0
    timeouts: float = 0.0
    starting: int = 0
    """Servers that were added and do not take requests yet."""
    window_s: float = 1.0
    goodput: float = 0.0
    p95_ms: float | None = None
    database: tuple[DatabaseNode, ...] = ()
    shards: int = 1
    items: int = 1
    keys_moving: int = 0
    """Items that are still to be copied to another shard."""
    functions: tuple[str, ...] = ("",)
    """Names of the functions that have a database of their own."""
    colocated: bool = False
    replication: Replication | None = None
    caching: Caching | None = None
    delivery: Delivery | None = None
    impatience: Impatience = Impatience()
    regions: tuple[tuple[str, float], ...] = ()
    """City and mean latency in ms of the regions with answers."""
    wanted: int = 0
    """Servers that the autoscaler wants; 0 without one."""
    target: float = 0.0
    """The utilisation that it aims for, in percent."""
    vcpus: int = 1
    growth: float = 1.0
    """How much longer a request computes on a machine of this size than on one vCPU."""
