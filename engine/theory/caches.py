"""Hit ratios of caches under independent requests: time to live, LRU (Che's approximation and exact), FIFO, LFU, cold start.

`rates` are the request rates of the items (1/s), times in seconds; fills take no time. Knows nothing of a `System`.
"""

import math

import numpy as np

from engine.theory.guard import at_least_zero, positive, whole
from engine.theory.roots import falling_root


def zipf(items: int, exponent: float) -> np.ndarray:
    """Shares of the requests that go to items 1 .. `items`: proportional to rank ** -exponent."""
    whole(items=items)
    at_least_zero(exponent=exponent)
    weights = np.arange(1, items + 1, dtype=float) ** -exponent
    return weights / weights.sum()


def _per_item(rates: np.ndarray) -> np.ndarray:
    rates = np.atleast_1d(np.asarray(rates, dtype=float))
    if not (np.isfinite(rates).all() and (rates >= 0).all() and rates.sum() > 0):
        raise ValueError("the rates must be finite, 0 or more, and not all 0")
    return rates


def ttl_fill_hit_ratio(rates: np.ndarray, ttl_s: float, write_rates: np.ndarray | float = 0.0) -> float:
    """Hit ratio of an unbounded cache whose items live `ttl_s` from filling, or until a write removes them.

    A cycle of an item is its time in the cache, m, and the mean gap to the next miss: hit = lambda m / (1 + lambda m), with
    m = ttl_s without writes and (1 - exp(-w ttl_s)) / w with writes at rate w. Renewal argument; Fofack et al. (2012).
    """
    rates, writes = _per_item(rates), np.broadcast_to(np.asarray(write_rates, dtype=float), np.shape(np.atleast_1d(rates)))
    positive(ttl_s=ttl_s) if ttl_s != np.inf else None
    with np.errstate(divide="ignore", invalid="ignore"):
        stay_s = np.where(writes > 0, -np.expm1(-writes * ttl_s) / writes, ttl_s)
        hits = np.where(np.isinf(stay_s), 1.0, rates * stay_s / (1 + rates * stay_s))
    return float(rates @ hits / rates.sum())


def ttl_use_hit_ratio(rates: np.ndarray, ttl_s: float, write_rates: np.ndarray | float = 0.0) -> float:
    """Hit ratio of an unbounded cache whose items live `ttl_s` from their last use, or until a write removes them.

    A read hits if the item's last event was a read at most `ttl_s` ago. Renewal argument; Fofack et al. (2012).
    """
    rates = _per_item(rates)
    positive(ttl_s=ttl_s) if ttl_s != np.inf else None
    return float(rates @ _present(rates, write_rates, ttl_s) / rates.sum())


def _present(rates: np.ndarray, write_rates: np.ndarray | float, time_s: float) -> np.ndarray:
    """Probability that an item's last read is at most `time_s` ago and no write came since."""
    events = rates + write_rates
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(rates > 0, rates / events * -np.expm1(-events * time_s), 0.0)


def lru_che_time_s(rates: np.ndarray, capacity: int, write_rates: np.ndarray | float = 0.0) -> float:
    """Che's characteristic time (s): how long an item stays in an LRU cache without being used; infinite if all fit.

    The root of sum over items of P(used within t) = capacity. Che, Tung & Wang (2002), equation 4.
    """
    rates = _per_item(rates)
    whole(capacity=capacity)
    if capacity >= _present(rates, write_rates, np.inf).sum():
        return float("inf")
    return falling_root(lambda time_s: capacity - float(_present(rates, write_rates, time_s).sum()))


def lru_che_hit_ratio(rates: np.ndarray, capacity: int, write_rates: np.ndarray | float = 0.0) -> float:
    """Hit ratio of an LRU cache by Che's approximation (error below 0.01 from some ten items on, smaller for more).

    Che, Tung & Wang (2002); why it is so good: Fricker, Robert & Roberts (2012).
    """
    rates = _per_item(rates)
    return float(rates @ _present(rates, write_rates, lru_che_time_s(rates, capacity, write_rates)) / rates.sum())


def lru_ttl_hit_ratio(rates: np.ndarray, capacity: int, ttl_s: float, write_rates: np.ndarray | float = 0.0) -> float:
    """Hit ratio of an LRU cache whose items also expire `ttl_s` after filling, by Che's approximation; up to 100,000 items.

    After a fill an item stays until a gap exceeds Che's time c: the chance P that it is still there is 1 up to c, falls there by
    exp(-lambda c), and then P'(t) = -lambda exp(-lambda c) P(t - c). With m = integral of P(t) exp(-w t) up to the time to live,
    hit = lambda m / (1 + lambda m) as in `ttl_fill_hit_ratio`. Derived here, from Che et al. (2002) and the renewal argument.
    """
    rates = _per_item(rates)
    if len(rates) > 100_000:
        raise ValueError(f"{len(rates)} items take too long; give at most 100,000")
    positive(ttl_s=ttl_s)
    stay_s = lru_che_time_s(rates, capacity, write_rates)
    if stay_s >= ttl_s:
        return ttl_fill_hit_ratio(rates, ttl_s, write_rates)
    writes = np.broadcast_to(np.asarray(write_rates, dtype=float), rates.shape)
    steps_per_stay = 24
    step_s = stay_s / steps_per_stay
    leaves = np.exp(-rates * stay_s)
    recent = [np.ones(len(rates)) for _ in range(steps_per_stay + 1)]  # P at the last steps, one time c back to now
    with np.errstate(divide="ignore", invalid="ignore"):
        area = np.where(writes > 0, -np.expm1(-writes * stay_s) / writes, stay_s)
    now_s, there = stay_s, 1 - leaves
    while now_s < min(ttl_s, 30 * stay_s):
        width_s = min(step_s, ttl_s - now_s)
        falls = rates * leaves * width_s * (recent[0] + recent[1]) / 2
        after = np.maximum(there - falls, 0.0)
        area = area + width_s * (there * np.exp(-writes * now_s) + after * np.exp(-writes * (now_s + width_s))) / 2
        recent = [*recent[1:], after]
        there, now_s = after, now_s + width_s
    if now_s < ttl_s:  # by now P falls by the same share in every c
        with np.errstate(divide="ignore", invalid="ignore"):
            falls_by = writes - np.log(np.where(recent[0] > 0, there / recent[0], 0.0)) / stay_s
            rest = np.where(falls_by > 0, -np.expm1(-falls_by * (ttl_s - now_s)) / falls_by, ttl_s - now_s)
        area = area + np.where(there > 0, there * np.exp(-writes * now_s) * rest, 0.0)
    return float(rates @ (rates * area / (1 + rates * area)) / rates.sum())


def lru_exact_hit_ratio(rates: np.ndarray, capacity: int) -> float:
    """Exact hit ratio of an LRU cache of up to 500 items.

    An item hits if fewer than `capacity` others came since its last use.
    King (1971), as an integral over the time since the last use instead of a sum over the orders of the cache's content
    (Flajolet, Gardy & Thimonier 1992).
    """
    rates = _per_item(rates)
    whole(capacity=capacity)
    if len(rates) > 500:
        raise ValueError(f"{len(rates)} items take too long exactly; use lru_che_hit_ratio, or at most 500 items")
    rates = rates[rates > 0] / rates.sum()
    if capacity >= len(rates):
        return 1.0
    # Equal steps in log time: for a function that falls so fast at both ends their sum is exact to the last digits.
    step = 0.1
    times = np.exp(np.arange(math.log(1e-16), math.log(50 / rates.min()), step))
    steps = times * step
    came = -np.expm1(-np.outer(rates, times))
    total = 0.0
    for item, rate in enumerate(rates):
        fewer = np.zeros((capacity, len(times)))
        fewer[0] = 1.0
        for other, chance in enumerate(came):
            if other != item:
                fewer[1:] += chance * (fewer[:-1] - fewer[1:])
                fewer[0] *= 1 - chance
        total += rate * float((rate * np.exp(-rate * times) * fewer.sum(axis=0)) @ steps)
    return total


def fifo_exact_hit_ratio(rates: np.ndarray, capacity: int) -> float:
    """Exact hit ratio of a FIFO cache, the same as with random eviction: a content has a weight of the product of its items' rates.

    King (1971); Gelenbe (1973). The sums over all contents are elementary symmetric polynomials.
    """
    rates = _per_item(rates)
    whole(capacity=capacity)
    if capacity >= len(rates):
        return 1.0
    shares = rates / rates.max()
    everything = _symmetric(shares, capacity)[capacity]
    present = [
        share * _symmetric(np.delete(shares, item), capacity)[capacity - 1] / everything for item, share in enumerate(shares)
    ]
    return float(rates @ np.array(present) / rates.sum())


def _symmetric(values: np.ndarray, degree: int) -> np.ndarray:
    """Elementary symmetric polynomials of degree 0 .. `degree`."""
    sums = np.zeros(degree + 1)
    sums[0] = 1.0
    for value in values:
        sums[1:] += value * sums[:-1]
    return sums


def fifo_mean_field_hit_ratio(rates: np.ndarray, capacity: int) -> float:
    """Hit ratio of FIFO or random eviction as if each item stayed a time of its own. Fricker, Robert & Roberts (2012)."""
    rates = _per_item(rates)
    whole(capacity=capacity)
    if capacity >= len(rates):
        return 1.0
    time_s = falling_root(lambda time_s: capacity - float((rates * time_s / (1 + rates * time_s)).sum()))
    return float(rates @ (rates * time_s / (1 + rates * time_s)) / rates.sum())


def lfu_limit_hit_ratio(rates: np.ndarray, capacity: int) -> float:
    """What a cache that knows the most popular items reaches: the shares of the `capacity` largest rates."""
    rates = np.sort(_per_item(rates))[::-1]
    whole(capacity=capacity)
    return float(rates[:capacity].sum() / rates.sum())


def lfu_settled_hit_ratio(rates: np.ndarray, capacity: int) -> float:
    """Hit ratio of a cache that evicts the item used least often since it came, once the most popular items are there to stay.

    All but one place belong to the `capacity` - 1 most popular, whose uses no other item catches up with. In the last place is
    whichever of the others was asked for last, so it hits if the one before asked for the same. Derived here. From an empty cache
    it is reached where popularities differ much; items that are alike keep each other out by what was counted first.
    """
    rates = np.sort(_per_item(rates))[::-1]
    whole(capacity=capacity)
    others = rates[capacity - 1 :]
    repeats = float(others @ others) / float(others.sum()) if others.sum() > 0 else 0.0
    return (float(rates[: capacity - 1].sum()) + repeats) / float(rates.sum())


def cold_hit_ratio(shares: np.ndarray, requests: int) -> float:
    """Expected share of hits among the first `requests` requests to an empty unbounded cache: 1 - E[distinct items] / requests."""
    shares = _per_item(shares) / np.sum(shares)
    whole(requests=requests)
    return 1 - float(-np.expm1(requests * np.log1p(-shares)).sum()) / requests if len(shares) > 1 else 1 - 1 / requests


def stampede(rate: float, ttl_s: float, fetch_s: float, coalescing: bool, last_fill_counts: bool = False) -> dict[str, float]:
    """One item whose fetch takes `fetch_s`, time to live from filling: shares of hits and delayed requests, fetches per second.

    A cycle is a fetch, the time to live and the gap to the next miss. Without coalescing every request during the fetch goes to
    the origin; `last_fill_counts` says that each of their fills starts the time to live anew, instead of only the first.
    """
    positive(rate=rate, ttl_s=ttl_s, fetch_s=fetch_s)
    longer_s = fetch_s + np.expm1(-rate * fetch_s) / rate if last_fill_counts and not coalescing else 0.0
    cycle_s = fetch_s + ttl_s + longer_s + 1 / rate
    return {
        "hit_ratio": (ttl_s + longer_s) / cycle_s,
        "delayed_ratio": fetch_s / cycle_s if coalescing else 0.0,
        "fetch_rate": (1 if coalescing else 1 + rate * fetch_s) / cycle_s,
        "fetches_per_miss": 1.0 if coalescing else 1 + rate * fetch_s,
    }


def sharded_lru_hit_ratio(rates: np.ndarray, capacity: int, nodes: np.ndarray) -> float:
    """Hit ratio of LRU nodes of `capacity` items each, item i on node `nodes[i]`: Che's approximation for each node alone."""
    rates, nodes = _per_item(rates), np.asarray(nodes)
    hits = [rates[nodes == node].sum() * lru_che_hit_ratio(rates[nodes == node], capacity) for node in np.unique(nodes)]
    return float(sum(hits) / rates.sum())


def moved_share(nodes: int, after: int, modulo: bool) -> float:
    """Expected share of the items whose node changes when there are `after` nodes instead of `nodes`, numbered in order.

    On a ring only what the added nodes take or the removed ones leave (Karger et al. 1997); by the remainder all but the items with
    the same remainder by both, min(n, m) of each lcm(n, m) numbers.
    """
    whole(nodes=nodes, after=after)
    if modulo:
        return 1 - min(nodes, after) / math.lcm(nodes, after)
    return abs(after - nodes) / max(nodes, after)
