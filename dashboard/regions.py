"""Regions: what people call them, and where they lie on a map. The places are those of the engine's table of round trips.

Knows nothing of traffic or latency.
"""

from dataclasses import asdict, dataclass
from typing import Any

from engine.workload.tables import REGIONS


@dataclass(frozen=True)
class Place:
    """A region's name, the city whose round trips the engine's table holds, and its position in degrees."""

    name: str
    city: str
    longitude: float
    latitude: float


PLACES = {
    "north_america_east": Place("North America, east", "Virginia", -77.5, 38.9),
    "north_america_west": Place("North America, west", "Oregon", -121.0, 45.0),
    "south_america": Place("South America", "São Paulo", -46.6, -23.5),
    "europe_west": Place("Europe, west", "Ireland", -7.0, 53.3),
    "africa_south": Place("Africa, south", "Cape Town", 18.4, -33.9),
    "middle_east": Place("Middle East", "Bahrain", 50.6, 26.1),
    "india": Place("India", "Mumbai", 72.9, 19.1),
    "asia_southeast": Place("Asia, southeast", "Singapore", 103.8, 1.4),
    "asia_east": Place("Asia, east", "Tokyo", 139.7, 35.7),
    "oceania": Place("Oceania", "Sydney", 151.2, -33.9),
}
"""By the engine's names; positions of the cities, rounded to a tenth of a degree."""


def offer() -> list[dict[str, Any]]:
    """The places as the browser gets them, numbered as the engine numbers regions."""
    return [{"region": region} | asdict(PLACES[region]) for region in REGIONS]
