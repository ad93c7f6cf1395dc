"""The data tier: staleness, replicas that pay for every write, sharding, failover.

Rates are per second, times in seconds. Knows nothing of a `System`.
"""

import math

import numpy as np

from engine.theory.guard import at_least_zero, positive, share, whole
from engine.theory.service import Moments, mg1
from engine.theory.stations import mm1


def stale_read_ratio(write_rates: np.ndarray | float, lag_s: float, read_shares: np.ndarray | float = 1.0) -> float:
    """Share of the reads of a replica that find a write of their item under way: 1 - exp(-w lag), weighted by the reads.

    The writes under way are an M/G/infinity queue, so only the mean lag counts (Eick, Massey & Whitt 1993).
    """
    at_least_zero(lag_s=lag_s)
    shares = np.atleast_1d(np.asarray(read_shares, dtype=float))
    return float(shares @ np.broadcast_to(-np.expm1(-np.asarray(write_rates, dtype=float) * lag_s), shares.shape) / shares.sum())


def ordered_stale_read_ratio(write_rates: np.ndarray | float, lag_s: float, read_shares: np.ndarray | float = 1.0) -> float:
    """The same where each write is under way for an exponential time and a replica shows writes in the order of their commits.

    A late write holds up those of other items behind it. The newest write of an item is u old with density w exp(-w u); a read is
    current if it has arrived, 1 - exp(-u / lag), and none that is older, of all items, is still under way: their number is Poisson
    with mean W lag exp(-u / lag). Derived here; for a single item the integral is exp(-w lag), as in `stale_read_ratio`.
    """
    positive(lag_s=lag_s)
    writes = np.atleast_1d(np.asarray(write_rates, dtype=float))
    shares = np.broadcast_to(np.asarray(read_shares, dtype=float), writes.shape)
    total = writes.sum()
    # With y = exp(-u / lag) an item is current with chance: integral over y in (0, 1) of w lag y^(w lag - 1) (1 - y) exp(-W lag y);
    # z = y^(w lag) takes away the peak at 0. The midpoint rule is good enough for smooth bounded values.
    places = (np.arange(20_000) + 0.5) / 20_000
    current = np.ones(len(writes))
    for item, rate in enumerate(writes):
        if rate > 0:
            left = places ** (1 / (rate * lag_s))
            current[item] = ((1 - left) * np.exp(-total * lag_s * left)).mean()
    return float(shares @ (1 - current) / shares.sum())


def k_staleness_ratio(copies: int, reads: int, writes: int, versions: int) -> float:
    """Probability that a read from `reads` of `copies` misses the last `versions` writes to `writes` copies each.

    Bailis et al., Probabilistically Bounded Staleness (VLDB 2012), equation 2, is 1 minus this.
    """
    whole(copies=copies, reads=reads, writes=writes, versions=versions)
    if reads > copies or writes > copies:
        raise ValueError(f"reads and writes ({reads}, {writes}) must not exceed the copies ({copies})")
    return (math.comb(copies - writes, reads) / math.comb(copies, reads)) ** versions


def replica_capacity(
    write_ratio: float, read_s: float, write_s: float, apply_s: float, replicas: int, connections: int = 1
) -> tuple[float, str]:
    """The largest total rate (requests/s) when `replicas` share the reads and each applies every write, and what limits it.

    Utilisation law: a replica works (1 - w) read / R + w apply per request, the primary w write. Denning & Buzen (1978).
    """
    share(write_ratio=write_ratio)
    at_least_zero(read_s=read_s, write_s=write_s, apply_s=apply_s)
    whole(replicas=replicas, connections=connections)
    replica_s = (1 - write_ratio) * read_s / replicas + write_ratio * apply_s
    primary_s = write_ratio * write_s
    if max(replica_s, primary_s) == 0:
        raise ValueError("all work takes 0 s, so there is no largest rate; give at least one time above 0")
    return connections / max(replica_s, primary_s), "replicas" if replica_s >= primary_s else "primary"


def write_amplification(
    rate: float, write_ratio: float, read_s: float, write_s: float, apply_s: float, replicas: int
) -> dict[str, float]:
    """One connection a node, exponential times, reads spread at random over the replicas: response times, utilisation, lag (s).

    The primary is M/M/1 and its departures are Poisson (Burke 1956), so a replica is M/G/1 with a mixture of two exponential
    times (Pollaczek-Khinchine); apply times are taken to be independent of the times on the primary.
    """
    share(write_ratio=write_ratio)
    whole(replicas=replicas)
    writes, reads = rate * write_ratio, rate * (1 - write_ratio) / replicas
    arrivals = reads + writes
    mean_s = (reads * read_s + writes * apply_s) / arrivals
    second = 2 * (reads * read_s**2 + writes * apply_s**2) / arrivals
    replica = mg1(arrivals, Moments(mean_s, second, math.nan))
    primary = mm1(writes, write_s)
    return {
        "write_s": primary.response_s,
        "read_s": replica.waiting_s + read_s,
        "lag_s": replica.waiting_s + apply_s,
        "primary_utilisation": primary.utilisation,
        "replica_utilisation": replica.utilisation,
    }


def failover_losses(write_rate: float, lag_s: float, between_failures_s: float, failover_s: float) -> tuple[float, float]:
    """Mean writes lost by a failover (those not yet on a replica) and the share of the time in which writes are accepted.

    Little's law for the writes under way; alternating renewal (Barlow & Proschan 1965).
    """
    at_least_zero(write_rate=write_rate, lag_s=lag_s, failover_s=failover_s)
    positive(between_failures_s=between_failures_s)
    return write_rate * lag_s, between_failures_s / (between_failures_s + failover_s)


def shard_loads(rate: float, shares: np.ndarray, shards: int, service_s: float) -> np.ndarray:
    """Utilisation of each shard, one worker each, when item of rank r (from 1) lives on shard r mod `shards`; shard 1 first."""
    positive(rate=rate, service_s=service_s)
    whole(shards=shards)
    shares = np.asarray(shares, dtype=float)
    return np.array([rate * service_s * shares[start::shards].sum() for start in range(shards)])
