"""What all models of a scenario share: the path's fixed numbers, the arrivals and demands that each replays, and what it tells.

Knows no engine and no peer.
"""

from typing import NamedTuple


class Way(NamedTuple):
    """The way of a region's clients: their point of presence, the trips to and from it, and from there to the origin and back."""

    pop: int
    to_s: float
    from_s: float
    out_s: float
    back_s: float


class Path(NamedTuple):
    """The fixed numbers of a path; no capacity: no cache; no timeout: clients wait for ever; no ways: no points of presence."""

    servers: int
    workers: int
    database: bool = False
    replicas: int = 0
    connections: int = 1
    read_s: float = 0.0
    write_s: float = 0.0
    apply_s: float = 0.0
    lag_s: float = 0.0
    capacity_items: int = 0
    ttl_s: float = float("inf")
    stale_s: float = 0.0
    lookup_s: float = 0.0
    timeout_s: float | None = None
    ways: tuple[Way, ...] = ()


class Replay(NamedTuple):
    """Per request, as plain lists because that is what models in Python read fastest.

    `apply_s` has a demand for each replica where the request writes, `region` is the place in `Path.ways`.
    """

    arrived_s: list[float]
    cpu_s: list[float]
    key: list[int]
    database_s: list[float]
    replica: list[int]
    writes: list[bool]
    apply_s: list[list[float]]
    region: list[int]


class Told(NamedTuple):
    """What a model says: the latencies in s of all requests answered in time, and the hit ratio of its cache or CDN."""

    latencies_s: list[float]
    hit_ratio: float | None = None
