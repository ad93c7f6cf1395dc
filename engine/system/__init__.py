"""The description of a system: one immutable value, validated, that everything else reads.

It says what the system is; it does not know how it is simulated or shown.
"""

from typing import Self

from pydantic import model_validator

from engine.system.autoscaler import Autoscaler
from engine.system.balancer import Balancer
from engine.system.base import MAX_LISTED, Part, field
from engine.system.cache import Cache
from engine.system.cdn import Cdn
from engine.system.client import Client
from engine.system.database import Database
from engine.system.faults import (
    Crash,
    CutReplication,
    FailFast,
    Fault,
    FlushCache,
    LoseCacheNode,
    PopOutage,
    PopRecovery,
    RandomCrashes,
    Recover,
    Slow,
    TrafficSpike,
)  # fmt: skip
from engine.system.network import Network
from engine.system.prices import Prices
from engine.system.servers import Servers
from engine.system.shown import said
from engine.system.traffic import Cohort, Traffic

__all__ = [
    "Autoscaler", "Balancer", "Cache", "Cdn", "Client", "Cohort", "Crash", "CutReplication", "Database", "FailFast", "Fault",
    "FlushCache", "LoseCacheNode", "Network", "PopOutage", "PopRecovery", "Prices", "RandomCrashes", "Recover", "Servers",
    "Slow", "System", "Traffic", "TrafficSpike",
]  # fmt: skip

MAX_POP_ENTRIES = 4_000_000
"""The most items times points of presence; each has its own copy."""
MAX_RING_POINTS = 200_000
"""The most points on the ring of consistent hashing."""
MAX_MEMBERS = 4_000_000
"""The most items that cache nodes may list for random eviction or for the least often used."""

MAX_DATABASE_NODES = 400
"""The most database nodes, of all groups together."""


class System(Part):
    """A web system: traffic, clients, network and every tier. The defaults are sound and calm."""

    traffic: Traffic = field(Traffic, "Who asks, how often, and for what.")
    client: Client = field(Client, "How clients wait, give up and retry.")
    network: Network = field(Network, "Distances between people and the system.")
    cdn: Cdn = field(Cdn, "Copies of files near the people.")
    balancer: Balancer = field(Balancer, "Who gets the next request.")
    servers: Servers = field(Servers, "The machines that compute.")
    autoscaler: Autoscaler = field(Autoscaler, "Who adds servers, and when.")
    cache: Cache = field(Cache, "The cache beside the database.")
    database: Database = field(Database, "Where the data lives.")
    faults: list[Fault] = field(list, "What breaks, and when.", max_length=MAX_LISTED)
    prices: Prices = field(Prices, "What it costs.")

    @property
    def database_groups(self) -> int:
        """Shards of all functions that have a database of their own."""
        functions = sum(weight > 0 for weight in self.traffic.functions.values()) if self.database.federated else 1
        return self.database.shards * functions

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for place, fault in enumerate(self.faults):
            if reason := self.without(fault):
                raise ValueError(f"faults.{place}.{reason}")
        most = min(self.cache.capacity_items or self.traffic.items, self.traffic.items) * self.cache.nodes
        if self.cache.eviction in ("random", "lfu") and most > MAX_MEMBERS:
            raise ValueError(said(
                "cache.nodes: with {eviction} eviction {nodes} nodes would list {items} items; "
                "at most {most} are allowed, so use fewer nodes or a smaller capacity",
                eviction=self.cache.eviction, nodes=self.cache.nodes, items=most, most=MAX_MEMBERS,
            ))  # fmt: skip
        entries = 2 * self.traffic.items * len(self.cdn.pops)
        if self.cdn.enabled and entries > MAX_POP_ENTRIES:
            raise ValueError(said(
                "cdn.pops: {pops} points of presence and {items} items make {places} places for copies; "
                "at most {most} are allowed, so use fewer of either",
                pops=len(self.cdn.pops), items=self.traffic.items, places=entries, most=MAX_POP_ENTRIES,
            ))  # fmt: skip
        groups, nodes = self.database_groups, 1 + self.database.replicas
        if groups * nodes > MAX_DATABASE_NODES:
            raise ValueError(said(
                "database.shards: {groups} groups of {each} nodes are {nodes} database nodes; "
                "at most {most} are allowed, so use fewer shards, replicas or functions",
                groups=groups, each=nodes, nodes=groups * nodes, most=MAX_DATABASE_NODES,
            ))  # fmt: skip
        if self.database.colocated and groups > 1:
            raise ValueError(
                said(
                    "database.colocated: one machine holds one database, not {groups}; use 1 shard and no federation", groups=groups
                )
            )
        weights = self.servers.weights[: self.servers.count]
        points = self.balancer.virtual_nodes * (sum(weights) + self.servers.count - len(weights))
        if self.balancer.algorithm == "consistent_hash" and points > MAX_RING_POINTS:
            raise ValueError(said(
                "balancer.virtual_nodes: with these servers and weights the ring would have {points} points; "
                "at most {most} are allowed, so use fewer virtual nodes or smaller weights",
                points=round(points), most=MAX_RING_POINTS,
            ))  # fmt: skip
        return self

    def without(self, fault: Fault) -> str:
        """Why a fault has nothing to break in this system, beginning with its field's name; "" if it has."""
        if isinstance(fault, (PopOutage, PopRecovery)) and not (self.cdn.enabled and fault.region in self.cdn.pops):
            return f"region: there is no point of presence in {fault.region}"
        if getattr(fault, "tier", "") == "database" and getattr(fault, "shard", 0) >= self.database_groups:
            groups = self.database_groups
            return f"shard: there are {groups} groups of database nodes, from 0 to {groups - 1}, so none is {fault.shard}"
        if getattr(fault, "index", None) is None:
            return ""
        tier = getattr(fault, "tier", "cache")
        most_servers = max(self.servers.count, self.autoscaler.max if self.autoscaler.enabled else 0)
        counts = {"servers": most_servers, "database": 1 + self.database.replicas, "zone": self.network.zones}
        count = (counts | {"cache": self.cache.nodes})[tier]
        if fault.index < count:
            return ""
        nodes = "zones" if tier == "zone" else f"{tier} nodes"
        return f"index: there are {count} {nodes}, from 0 to {count - 1}, so none is {fault.index}"
