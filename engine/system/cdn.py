"""Copies of files near the people."""

from typing import Literal

from engine.system.base import Part, field
from engine.system.network import Region

LATER = "the CDN"


class Cdn(Part):
    """The content delivery network."""

    enabled: bool = field(False, "Whether a CDN stands before the origin.", later=LATER)
    pops: list[Region] = field(lambda: ["europe_west"], "Regions that have a point of presence.", max_length=10, later=LATER)
    capacity_items: int | None = field(
        10_000, "Files that one point of presence holds; empty: no limit.", ge=1, le=1_000_000, scale="log", later=LATER
    )
    ttl_s: float | None = field(
        3_600.0, "Time to live of a file; empty: for ever.", unit="s", ge=0.001, le=1e7, scale="log", later=LATER
    )
    eviction: Literal["lru", "lfu", "fifo", "random"] = field("lru", "Which file makes room for a new one.", later=LATER)
    hit_ms: float = field(2.0, "Time of a hit at a point of presence.", unit="ms", ge=0, le=1e5, later=LATER)
    coalescing: bool = field(True, "Whether one miss fetches for all who wait for the same file.", later=LATER)
    cache_dynamic: bool = field(False, "Whether dynamic reads are cached too.", later=LATER)
