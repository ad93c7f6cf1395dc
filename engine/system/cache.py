"""The cache beside the database."""

from typing import Literal

from engine.system.base import Part, field


class Cache(Part):
    """The cache: how much it holds, for how long, and what it throws out."""

    enabled: bool = field(False, "Whether reads ask a cache before the database.")
    nodes: int = field(1, "Number of cache nodes.", ge=1, le=100)
    capacity_items: int | None = field(1_000, "Items that a node can hold; empty: no limit.", ge=1, le=1_000_000, scale="log")
    ttl_s: float | None = field(60.0, "Time to live of an item; empty: for ever.", unit="s", ge=0.001, le=1e7, scale="log")
    ttl_from: Literal["fill", "use"] = field("fill", "Whether the time to live counts from filling or from the last use.")
    ttl_jitter: float = field(
        0.0,
        "Share of the time to live that is random, so that items do not expire together.",
        unit="%",
        ge=0,
        le=1,
        step=0.01,
    )
    eviction: Literal["lru", "lfu", "fifo", "random"] = field(
        "lru", "Which item makes room: used longest ago, least often used, filled longest ago, or any."
    )
    placement: Literal["modulo", "consistent_hash"] = field(
        "modulo", "How keys are placed on nodes: by the remainder, or on a ring."
    )
    lookup_ms: float = field(0.5, "Time of one look-up.", unit="ms", ge=0, le=1e5, step=0.1)
    on_write: Literal["invalidate", "update", "leave"] = field(
        "invalidate", "What a write does to the cached item: removes it, replaces it, or leaves the old one."
    )
    coalescing: bool = field(False, "Whether one miss fetches for all who wait for the same item.")
    stale_while_revalidate_s: float = field(
        0.0,
        "How long an expired item may be served while it is fetched anew.",
        unit="s",
        ge=0,
        le=1e6,
    )
    start_warm: bool = field(False, "Start with the most popular items in the cache, their ages spread over the time to live.")
