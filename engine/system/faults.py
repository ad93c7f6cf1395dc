"""What breaks, and when."""

from typing import Annotated, Literal

from pydantic import Field

from engine.system.base import MAX_LISTED, Part, field
from engine.system.network import Region

AT = {"help": "When it happens, in simulated time.", "unit": "s", "ge": 0, "le": 1e8}


class _Node(Part):
    tier: Literal["servers", "database", "zone"] = field("servers", "Tier of the node, or a whole zone.")
    index: int = field(0, "Which node of the tier or which zone, from 0; database 0 is the primary.", ge=0, le=MAX_LISTED - 1)
    at_s: float = field(0.0, **AT)


class _AnyNode(_Node):
    shard: int = field(0, "Which group of database nodes: shard × functions + function.", ge=0, le=399)


class Crash(_AnyNode):
    """The node dies; the work it has fails."""

    kind: Literal["crash"] = "crash"


class Recover(_AnyNode):
    """The node is up again, and empty; a slow or failing one is well again."""

    kind: Literal["recover"] = "recover"
    tier: Literal["servers", "database", "cache", "zone"] = field("servers", "Tier of the node, or a whole zone.")


class Slow(_AnyNode):
    """The node works at a part of its speed."""

    kind: Literal["slow"] = "slow"
    factor: float = field(0.5, "Speed from then on, as a multiple of the specified speed.", unit="×", ge=0.001, le=1_000)


class FailFast(_Node):
    """A server that answers a share of its requests with an error, fast."""

    kind: Literal["fail_fast"] = "fail_fast"
    tier: Literal["servers"] = field("servers", "Only servers fail fast.")
    ratio: float = field(1.0, "Share of the attempts that fail.", unit="%", ge=0, le=1)
    after_ms: float = field(1.0, "Time until the error is answered.", unit="ms", ge=0, le=1e6)
    passes_checks: bool = field(True, "Whether its health checks pass all the same.")


class FlushCache(Part):
    """What a cache node holds is gone; the node works on."""

    kind: Literal["flush_cache"] = "flush_cache"
    index: int | None = field(None, "Which cache node, from 0; empty: all.", ge=0, le=99)
    at_s: float = field(0.0, **AT)


class LoseCacheNode(Part):
    """A cache node dies with all that it holds, until it recovers."""

    kind: Literal["lose_cache_node"] = "lose_cache_node"
    index: int = field(0, "Which cache node, from 0.", ge=0, le=99)
    at_s: float = field(0.0, **AT)


class CutReplication(Part):
    """A replica receives nothing until it recovers."""

    kind: Literal["cut_replication"] = "cut_replication"
    tier: Literal["database"] = field("database", "Only replicas are cut off.")
    shard: int = field(0, "Which group of database nodes: shard × functions + function.", ge=0, le=399)
    index: int = field(1, "Which node of the group; 0 is the first primary.", ge=0, le=50)
    at_s: float = field(0.0, **AT)


class PopOutage(Part):
    """A point of presence cannot be reached; what it holds stays there."""

    kind: Literal["pop_outage"] = "pop_outage"
    region: Region = field("europe_west", "Its region.")
    at_s: float = field(0.0, **AT)


class PopRecovery(Part):
    """A point of presence can be reached again."""

    kind: Literal["pop_recovery"] = "pop_recovery"
    region: Region = field("europe_west", "Its region.")
    at_s: float = field(0.0, **AT)


class TrafficSpike(Part):
    """The arrival rate of an open loop is multiplied for a while."""

    kind: Literal["traffic_spike"] = "traffic_spike"
    at_s: float = field(0.0, **AT)
    factor: float = field(3.0, "Multiple of the rate.", unit="×", ge=0, le=1_000, step=0.1)
    for_s: float = field(30.0, "How long.", unit="s", ge=0.001, le=1e6, scale="log")


class RandomCrashes(Part):
    """From then on the nodes of a tier die and recover at random, each after exponential times."""

    kind: Literal["random_crashes"] = "random_crashes"
    at_s: float = field(0.0, **AT)
    tier: Literal["servers", "database"] = field("servers", "Tier of the nodes.")
    mean_time_to_failure_s: float = field(1_000.0, "Mean time from repair to failure.", unit="s", ge=0.001, le=1e9, scale="log")
    mean_time_to_repair_s: float = field(60.0, "Mean time from failure to repair.", unit="s", ge=0.001, le=1e9, scale="log")


Fault = Annotated[
    Crash
    | Recover
    | Slow
    | FailFast
    | FlushCache
    | LoseCacheNode
    | PopOutage
    | PopRecovery
    | CutReplication
    | TrafficSpike
    | RandomCrashes,
    Field(discriminator="kind"),
]
