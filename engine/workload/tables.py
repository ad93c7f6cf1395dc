"""Tables that both engines read: the items' popularity, the hash ring, the round trips."""

from functools import lru_cache

import numpy as np

from engine.system import Network
from engine.workload.counter import scatter
from engine.workload.numeric import exp_array, log_array

RING_SALT, KEY_SALT, CLIENT_SALT = 1, 2, 3
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
    guide = np.searchsorted(cumulative, np.arange(size) / size, side="right").astype(np.int64)
    cumulative.setflags(write=False)
    guide.setflags(write=False)
    return cumulative, guide


@lru_cache(maxsize=8)
def hash_ring(points_per_server: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The ring of consistent hashing: hashed points in rising order, and the server that owns each."""
    points = [(scatter(server * (1 << 20) + node, RING_SALT), server) for server, count in enumerate(points_per_server) for node in range(count)]
    points.sort()
    return np.array([point for point, _ in points], dtype=np.int64), np.array([server for _, server in points], dtype=np.int64)


# Median round-trip times in ms between regions; provisional figures, to be replaced by the cited table.
_ROUND_TRIPS = {}


def round_trip_ms(network: Network, region: str) -> float:
    """Round trip between a region and the origin: what the network says, else the cited table."""
    origin = network.origin_region
    for one, other in ((region, origin), (origin, region)):
        if other in network.rtt_ms.get(one, {}):
            return network.rtt_ms[one][other]
    return _ROUND_TRIPS.get(frozenset((region, origin)), 24.0)
