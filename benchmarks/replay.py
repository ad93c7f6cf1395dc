"""What all models of a scenario share: the path's fixed numbers, and the arrivals and demands that each of them replays.

Knows no engine and no peer.
"""

from typing import NamedTuple


class Path(NamedTuple):
    """The fixed numbers of a path; no replicas: requests end at the server; no timeout: clients wait for ever."""

    servers: int
    workers: int
    replicas: int = 0
    connections: int = 1
    capacity_items: int = 0
    ttl_s: float = 0.0
    lookup_s: float = 0.0
    timeout_s: float | None = None


class Replay(NamedTuple):
    """Per request, as plain lists because that is what models in Python read fastest."""

    arrived_s: list[float]
    cpu_s: list[float]
    key: list[int]
    database_s: list[float]
    replica: list[int]
