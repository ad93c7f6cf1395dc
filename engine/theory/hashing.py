"""Consistent hashing: how even a ring of random points is, what an added server moves, and what bounded loads allow.

Knows no hash function and nothing of a `System`.
"""

import math
from collections.abc import Sequence

import numpy as np

from engine.theory.guard import at_least_zero, positive, whole
from engine.theory.roots import falling_root


def ring_share_cv(servers: int, points: int) -> float:
    """Standard deviation / mean of a server's share of the ring with `points` random points each.

    The share is beta distributed: B(v, (n - 1) v). Spacings of uniform points: David & Nagaraja, Order Statistics, section 6.4.
    """
    whole(servers=servers, points=points)
    return math.sqrt((servers - 1) / (servers * points + 1))


def ring_largest_share(servers: int) -> float:
    """Expected largest share / mean share of a ring with one point each: the harmonic number 1 + 1/2 + ... + 1/n (ibid.)."""
    whole(servers=servers)
    return sum(1 / count for count in range(1, servers + 1))


def ring_share_percentile(points: int, percent: float, servers: int | None = None) -> float:
    """Share / mean share of the ring that `percent` % of the servers do not exceed; without `servers`, of very many.

    Beta law as in `ring_share_cv`, a binomial tail; of very many servers a gamma law, a Poisson tail.
    """
    whole(points=points)
    if not 0 < percent < 100:
        raise ValueError(f"percent is {percent}; give more than 0 and less than 100")
    if servers is None:
        counts = np.arange(points)
        logs = np.array([math.lgamma(count + 1) for count in counts])
        return falling_root(lambda mean: np.exp(counts * math.log(mean) - mean - logs).sum() - 1 + percent / 100, 1e-9) / points
    whole(2, servers=servers)
    total = servers * points - 1
    counts = np.arange(points)
    logs = np.array([math.lgamma(total + 1) - math.lgamma(k + 1) - math.lgamma(total - k + 1) for k in counts])

    def above(part: float) -> float:
        return np.exp(logs + counts * math.log(part) + (total - counts) * math.log1p(-part)).sum() - 1 + percent / 100

    return servers * falling_root(above, 1e-12, 1 - 1e-12)


def ring_moved_ratio(servers: int) -> float:
    """Expected share of the keys that move when one server joins `servers` others: 1 / (n + 1). Karger et al. (1997)."""
    whole(servers=servers)
    return 1 / (servers + 1)


def bounded_load_cap(requests: int, servers: int, excess: float) -> int:
    """Most requests that a server may hold when `requests` are in flight, the new one included: ceil((1 + excess) m / n).

    Mirrokni, Thorup & Zadimoghaddam, Consistent Hashing with Bounded Loads (arXiv:1608.01350).
    """
    whole(requests=requests)
    whole(servers=servers)
    at_least_zero(excess=excess)
    return math.ceil((1 + excess) * requests / servers - 1e-9)


def haproxy_slots(outstanding: int, balance_percent: int, weights: Sequence[int]) -> list[int]:
    """Slots of each server under HAProxy's `hash-balance-factor` (%), with `outstanding` requests besides the new one.

    HAProxy, src/lb_chash.c, chash_server_is_eligible.
    """
    whole(0, outstanding=outstanding)
    whole(100, balance_percent=balance_percent)
    positive(**{f"weight_{index}": weight for index, weight in enumerate(weights)})
    total = sum(weights)
    each, rest = divmod(((outstanding + 1) * balance_percent + 99) // 100, total)
    slots, before = [], 0
    for weight in weights:
        extra = (before + weight) * rest // total - before * rest // total
        slots.append(max(1, each * weight + extra))
        before += weight
    return slots
