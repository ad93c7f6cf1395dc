"""Copies of files near the people."""

from typing import Literal, Self

from pydantic import model_validator

from engine.system.base import Part, field
from engine.system.network import Region
from engine.system.shown import said


class Cdn(Part):
    """The content delivery network: points of presence (PoPs) that keep copies of files."""

    enabled: bool = field(False, "Whether a CDN stands before the origin.")
    pops: list[Region] = field(
        lambda: ["europe_west", "north_america_east", "asia_southeast"],
        "Regions that have a point of presence.",
        min_length=1,
        max_length=10,
    )
    capacity_items: int | None = field(
        10_000, "Files that one point of presence holds; empty: no limit.", ge=1, le=1_000_000, scale="log"
    )
    ttl_s: float | None = field(3_600.0, "Time to live of a file; empty: for ever.", unit="s", ge=0.001, le=1e7, scale="log")
    eviction: Literal["lru", "lfu", "fifo", "random"] = field("lru", "Which file makes room for a new one.")
    hit_ms: float = field(2.0, "Time that a point of presence takes to look a file up.", unit="ms", ge=0, le=1e5, step=0.1)
    coalescing: bool = field(True, "Whether one miss fetches for all who wait for the same file.")
    cache_dynamic: bool = field(False, "Whether dynamic reads are cached too; writes do not reach the copies.")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if twice := sorted({region for region in self.pops if self.pops.count(region) > 1}):
            raise ValueError(said("pops: '{region}' is there twice; a region has at most one point of presence", region=twice[0]))
        return self
