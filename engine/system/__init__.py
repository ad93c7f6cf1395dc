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
from engine.system.faults import Crash, CutReplication, FailFast, Fault, Recover, Slow
from engine.system.network import Network
from engine.system.prices import Prices
from engine.system.servers import Servers
from engine.system.traffic import Cohort, Traffic

__all__ = [
    "Autoscaler", "Balancer", "Cache", "Cdn", "Client", "Cohort", "Crash", "CutReplication", "Database", "FailFast", "Fault",
    "Network", "Prices", "Recover", "Servers", "Slow", "System", "Traffic",
]  # fmt: skip

MAX_RING_POINTS = 200_000
"""The most points on the ring of consistent hashing."""

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
            tier = getattr(fault, "tier", "")
            count = self.servers.count if tier == "servers" else 1 + self.database.replicas
            if tier in ("servers", "database") and fault.index >= count:
                raise ValueError(
                    f"faults.{place}.index: there are {count} {tier} nodes, from 0 to {count - 1}, so none is {fault.index}"
                )
            if tier == "database" and fault.shard >= self.database_groups:
                raise ValueError(
                    f"faults.{place}.shard: there are {self.database_groups} groups of database nodes, "
                    f"from 0 to {self.database_groups - 1}, so none is {fault.shard}"
                )
        groups, nodes = self.database_groups, 1 + self.database.replicas
        if groups * nodes > MAX_DATABASE_NODES:
            raise ValueError(
                f"database.shards: {groups:,} groups of {nodes} nodes are {groups * nodes:,} database nodes; "
                f"at most {MAX_DATABASE_NODES} are allowed, so use fewer shards, replicas or functions"
            )
        weights = self.servers.weights[: self.servers.count]
        points = self.balancer.virtual_nodes * (sum(weights) + self.servers.count - len(weights))
        if self.balancer.algorithm == "consistent_hash" and points > MAX_RING_POINTS:
            raise ValueError(
                f"balancer.virtual_nodes: with these servers and weights the ring would have {points:,.0f} points; "
                f"at most {MAX_RING_POINTS:,} are allowed, so use fewer virtual nodes or smaller weights"
            )
        return self
