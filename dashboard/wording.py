"""Wording: what the values of the system's choices are called on the page, those that are offered first in front.

Knows nothing of controls.
"""

from dashboard.regions import PLACES
from dashboard.words import marked

EVICTION = marked({"lru": "Least recent", "lfu": "Least often", "fifo": "Oldest", "random": "Random"})
DISTRIBUTION = marked({
    "exponential": "Exponential",
    "deterministic": "Always the same",
    "lognormal": "Lognormal",
    "pareto": "Pareto",
    "hyperexponential": "Two kinds",
})  # fmt: skip
HASHING = marked({"modulo": "Modulo", "consistent_hash": "Consistent hashing"})
NAMES = marked({
    "traffic.pattern": {
        "steady": "Steady", "daily": "Day and night", "bursts": "Bursts", "ramp": "Ramp", "spike": "Spike", "steps": "Steps",
        "recorded": "Recorded",
    },
    "traffic.loop": {"open": "Open", "closed": "Closed"},
    "client.backoff": {
        "none": "At once", "fixed": "Fixed", "exponential": "Doubling", "exponential_jitter": "Doubling, random",
    },
    "balancer.algorithm": {
        "round_robin": "Round robin", "least_connections": "Least connections", "power_of_two": "Two choices",
        "weighted_round_robin": "Weighted round robin", "random": "Random", "least_latency": "Least latency",
        "client_hash": "Client hash", "consistent_hash": "Consistent hashing",
    },
    "servers.service_distribution": DISTRIBUTION,
    "servers.discipline": {"fifo": "In turn", "processor_sharing": "Shared"},
    "servers.drop_expired": {"never": "Done all the same", "before_work": "Dropped before work", "at_once": "Stopped at once"},
    "cache.eviction": EVICTION,
    "cache.placement": HASHING,
    "cache.ttl_from": {"fill": "Since filled", "use": "Since used"},
    "cache.on_write": {"invalidate": "Remove it", "update": "Replace it", "leave": "Leave the old one"},
    "cdn.eviction": EVICTION,
    "cdn.pops": {region: place.city for region, place in PLACES.items()},
    "database.service_distribution": DISTRIBUTION,
    "database.read_from": {
        "primary": "Primary", "replicas": "Replicas", "replicas_read_your_writes": "Replicas, own writes seen",
    },
    "database.replication": {"async": "Async", "semi_sync": "Semi-sync", "sync": "Sync"},
    "database.lag_distribution": DISTRIBUTION,
    "database.sharding": HASHING,
    "network.origin_region": {region: place.city for region, place in PLACES.items()},
})  # fmt: skip
"""By the path of the field."""
