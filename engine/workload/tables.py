"""Tables that both engines read: the items' popularity, the hash ring, the round trips."""

from functools import lru_cache

import numpy as np

from engine.system import Network
from engine.workload.counter import scatter, scatter_array, unit_array
from engine.workload.draws import FUNCTION
from engine.workload.numeric import exp_array, log_array

RING_SALT, KEY_SALT, CLIENT_SALT, CACHE_RING_SALT, SHARD_SALT = 1, 2, 3, 4, 5
SHARD_POINTS = 160
"""Points of a shard on its ring, as many as ketama gives a server."""
MAX_GUIDE = 1 << 20

REGIONS = (
    "north_america_east", "north_america_west", "south_america", "europe_west", "africa_south",
    "middle_east", "india", "asia_southeast", "asia_east", "oceania",
)  # fmt: skip


@lru_cache(maxsize=8)
def popularity_table(items: int, exponent: float) -> tuple[np.ndarray, np.ndarray]:
    """Cumulative shares of the items by falling popularity (Zipf: share of item k proportional to k**-exponent), and their guide.

    The guide (Chen and Asau 1974) holds for each of G equal parts of [0, 1) the first item that reaches into it.
    """
    ranks = np.arange(1, items + 1, dtype=np.float64)
    cumulative = np.cumsum(exp_array(-exponent * log_array(ranks)))
    cumulative /= cumulative[-1]
    cumulative[-1] = 1.0
    size = min(1 << (items - 1).bit_length(), MAX_GUIDE)
    guide = np.searchsorted(cumulative, np.arange(size) / size, side="right").astype(np.int32)
    cumulative.setflags(write=False)
    guide.setflags(write=False)
    return cumulative, guide


@lru_cache(maxsize=8)
def hash_ring(points_per_server: tuple[int, ...], salt: int = RING_SALT) -> tuple[np.ndarray, np.ndarray]:
    """The ring of consistent hashing: hashed points in rising order, and the server that owns each."""
    points = [
        (scatter(server * (1 << 20) + node, salt), server)
        for server, count in enumerate(points_per_server)
        for node in range(count)
    ]
    points.sort()
    return np.array([point for point, _ in points], dtype=np.int64), np.array([server for _, server in points], dtype=np.int64)


def groups_of(items: int, p, keys) -> np.ndarray:
    """The group of database nodes that each item belongs to. `p` are a system's parameters."""
    shards = np.arange(items) % p.shards
    if len(p.shard_points):
        places = np.searchsorted(p.shard_points, scatter_array(items, KEY_SALT), side="left")
        shards = p.shard_owners[places % len(p.shard_points)]
    if p.functions == 1:
        return shards
    of_function = np.searchsorted(p.function_shares, unit_array(keys[FUNCTION], items), side="right")
    return shards * p.functions + of_function


def same_groups(one, other) -> bool:
    """Whether all items belong to the same groups under two systems' parameters."""
    return (one.shards, len(one.shard_points), one.function_shares.tolist()) == (
        other.shards,
        len(other.shard_points),
        other.function_shares.tolist(),
    )


COPIED_TOGETHER = 100
"""The most items that move to another group in one batch: an assumption."""
COPY_AGAIN_NS = 1_000_000_000
"""How long a group rests after a batch that was given up."""
ACCESS_MS = 20.0
"""Round trip between a person and the nearest data centre: an assumption, not a measurement; set `network.rtt_ms` to change it."""

_ROUND_TRIPS_MS = (
    (4, 64, 114, 70, 232, 160, 186, 211, 146, 199),
    (64, 3, 174, 119, 274, 211, 217, 161, 97, 140),
    (114, 174, 1, 177, 343, 273, 298, 322, 256, 311),
    (70, 119, 177, 1, 158, 95, 120, 181, 201, 256),
    (232, 274, 343, 158, 3, 147, 162, 205, 358, 412),
    (160, 211, 273, 95, 147, 1, 35, 87, 162, 179),
    (186, 217, 298, 120, 162, 35, 1, 54, 126, 145),
    (211, 161, 322, 181, 205, 87, 54, 4, 69, 93),
    (146, 97, 256, 201, 358, 162, 126, 69, 4, 104),
    (199, 140, 311, 256, 412, 179, 145, 93, 104, 1),
)
"""Round trips in ms between data centres, regions in the order of REGIONS: Virginia, Oregon, São Paulo, Ireland, Cape Town,
Bahrain, Mumbai, Singapore, Tokyo, Sydney. Source: cloudping.co, measurements between the regions of one cloud provider, as
published in libp2p/jvm-libp2p, AwsLatencies.kt, commit 267a4d4; one direction of each pair, the other differs by at most 7 ms.
"""


def round_trip_ms(network: Network, region: str, site: str | None = None) -> float:
    """Round trip between people in a region and a site, without one the origin: what the network says, else the table and the way
    to a data centre.
    """
    return _given_ms(network, region, site or network.origin_region, ACCESS_MS)


def site_round_trip_ms(network: Network, one: str, other: str) -> float:
    """Round trip between two sites: what the network says, else the table."""
    return _given_ms(network, one, other, 0.0)


def _given_ms(network: Network, one: str, other: str, access_ms: float) -> float:
    for first, second in ((one, other), (other, one)):
        if second in network.rtt_ms.get(first, {}):
            return network.rtt_ms[first][second]
    return access_ms + _ROUND_TRIPS_MS[REGIONS.index(one)][REGIONS.index(other)]
