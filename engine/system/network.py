"""Distances: the round trips between people and the origin."""

from typing import Annotated, Literal

from pydantic import Field

from engine.system.base import Part, field

Region = Literal[
    "north_america_east",
    "north_america_west",
    "south_america",
    "europe_west",
    "africa_south",
    "middle_east",
    "india",
    "asia_southeast",
    "asia_east",
    "oceania",
]
RoundTrip = Annotated[float, Field(ge=0, le=10_000)]


class Network(Part):
    """Where the system stands, and how far everybody is from it."""

    origin_region: Region = field("europe_west", "Region in which balancer, servers and databases stand.")
    rtt_ms: dict[Region, dict[Region, RoundTrip]] = field(
        dict, "Round-trip times in ms that replace those of the cited table, by the two regions, in either order.", unit="ms"
    )
    zones: int = field(
        3,
        "Zones that fail independently: servers and database nodes stand in them in turn, the first of each in zone 0.",
        ge=1,
        le=10,
    )
    jitter_cv: float = field(
        0.0,
        "Variability of each trip: 0 always the same, 1 as variable as an exponential time of the same mean.",
        ge=0,
        le=1,
        step=0.05,
    )
