"""What breaks, and when."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from engine.system.base import MAX_LISTED, Part, field
from engine.system.shown import shown

AT = {"help": "When it happens, in simulated time.", "unit": "s", "ge": 0, "le": 1e8}


class _Node(Part):
    tier: Literal["servers", "database", "zone"] = field("servers", "Tier of the node.", later_values=("zone",))
    index: int = field(0, "Which node of the tier, from 0; database 0 is the first primary.", ge=0, le=MAX_LISTED - 1)
    at_s: float = field(0.0, **AT)


class _AnyNode(_Node):
    shard: int = field(0, "Which group of database nodes: shard × functions + function.", ge=0, le=399)


class Crash(_AnyNode):
    """The node dies; the work it has fails."""

    kind: Literal["crash"] = "crash"


class Recover(_AnyNode):
    """The node is up again, and empty; a slow or failing one is well again."""

    kind: Literal["recover"] = "recover"


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


class CutReplication(Part):
    """A replica receives nothing until it recovers."""

    kind: Literal["cut_replication"] = "cut_replication"
    tier: Literal["database"] = field("database", "Only replicas are cut off.")
    shard: int = field(0, "Which group of database nodes: shard × functions + function.", ge=0, le=399)
    index: int = field(1, "Which node of the group; 0 is the first primary.", ge=0, le=50)
    at_s: float = field(0.0, **AT)


class _Later(Part):
    """A fault of a tier that comes later: known by name, refused with the reason."""

    at_s: float = field(0.0, **AT)

    @model_validator(mode="after")
    def _refuse(self) -> Self:
        raise ValueError(f"kind: {shown(self.kind)} is not simulated yet; use crash, recover, slow or fail_fast")


class FlushCache(_Later):
    """All cached items are gone."""

    kind: Literal["flush_cache"] = "flush_cache"


class LoseCacheNode(_Later):
    """A cache node dies."""

    kind: Literal["lose_cache_node"] = "lose_cache_node"
    index: int = field(0, "Which node.", ge=0, le=99)


class PopOutage(_Later):
    """A point of presence is down."""

    kind: Literal["pop_outage"] = "pop_outage"
    region: str = field("europe_west", "Its region.", max_length=40)


class TrafficSpike(_Later):
    """The arrival rate is multiplied for a while."""

    kind: Literal["traffic_spike"] = "traffic_spike"
    factor: float = field(3.0, "Multiple of the rate.", unit="×", ge=0, le=1_000)
    for_s: float = field(30.0, "How long.", unit="s", ge=0.001, le=1e6)


class RandomCrashes(_Later):
    """Nodes of a tier die and recover at random."""

    kind: Literal["random_crashes"] = "random_crashes"
    tier: Literal["servers", "database"] = field("servers", "Tier of the nodes.")
    mean_time_to_failure_s: float = field(1_000.0, "Mean time from repair to failure.", unit="s", ge=0.001, le=1e9)
    mean_time_to_repair_s: float = field(60.0, "Mean time from failure to repair.", unit="s", ge=0.001, le=1e9)


Fault = Annotated[
    Crash | Recover | Slow | FailFast | FlushCache | LoseCacheNode | PopOutage | CutReplication | TrafficSpike | RandomCrashes,
    Field(discriminator="kind"),
]
