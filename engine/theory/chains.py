"""Balancers over a few equal servers, from the solved Markov chain: join the shortest queue, and two choices.

Rates are per second and per server, times in seconds. Knows nothing of a `System`.
"""

import math
from functools import lru_cache

import numpy as np

from engine.theory.guard import positive, stable, whole


def chain_response_s(rate: float, service_s: float, count: int, workers: int = 1, policy: str = "least_connections") -> float:
    """Mean response time over `count` equal servers of `workers` each, from the solved Markov chain of the sorted numbers present.

    `rate` per server. `policy`: least_connections (join the shortest queue, ties by any rule) or power_of_two (two different
    servers). Exact but for cutting states of probability about 1e-9; `count` up to 4, for the states grow with its power.
    Solved level by level: Gaver, Jacobs & Latouche (1984).
    """
    positive(rate=rate, service_s=service_s)
    whole(workers=workers)
    if count not in (2, 3, 4):
        raise ValueError(f"count is {count}; the chain is solved for 2, 3 or 4 servers")
    if policy not in ("least_connections", "power_of_two"):
        raise ValueError(f"policy is {policy!r}; give least_connections or power_of_two")
    load = rate * service_s / workers
    stable(load)
    top = count * workers + int(36 / -math.log(load)) + 10
    apart = workers + {2: 40, 3: 18, 4: 12}[count]
    full = count * (workers + apart) + 1  # from here on all are busy, and a level is like that of `count` requests more
    levels = [_sorted_states(count, total, apart) for total in range(min(top, full + count + 1) + 1)]
    rates = lru_cache(lambda total: _rates(levels, total, rate * service_s * count, workers, policy))
    ratios, below, found = [None] * top, None, {}
    for total in range(top, -1, -1):
        if total >= full and total + 2 * count < top and _settled(ratios, total + 1, count):
            ratios[total] = ratios[total + count]
            below = found[total % count]
            continue
        stays, up, down = rates(min(total, full + (total - full) % count))
        if below is not None:
            ratios[total] = up @ below[0]
            stays = stays + ratios[total] @ below[1]
        if total:
            below = found[total % count] = (np.linalg.inv(-stays), down)
    weights, mass, mean = np.ones(1), 1.0, 0.0
    for total in range(1, top + 1):
        weights = weights @ ratios[total - 1]
        mass += weights.sum()
        mean += total * weights.sum()
    return service_s * mean / mass / (rate * service_s * count)


def _settled(ratios: list, first: int, count: int) -> bool:
    """Whether the ratios of `count` levels are those of as many above: so are all below, while all are busy."""
    pairs = [(ratios[level], ratios[level + count]) for level in range(first, first + count) if level + count < len(ratios)]
    return len(pairs) == count and all(one is other or np.abs(one - other).max() < 1e-15 for one, other in pairs)


def _sorted_states(count: int, total: int, apart: int) -> dict[tuple[int, ...], int]:
    """The ways to put `total` requests on `count` servers, longest first, no two further apart than `apart`, numbered."""
    found: list[tuple[int, ...]] = []

    def place(left: int, servers: int, most: int, first: int | None, chosen: tuple[int, ...]) -> None:
        if servers == 0:
            found.append(chosen) if left == 0 else None
            return
        least = -(-left // servers) if first is None else max(0, first - apart, left - most * (servers - 1))
        for number in range(min(most, left), max(least, -(-left // servers)) - 1, -1):
            place(left - number, servers - 1, number, number if first is None else first, (*chosen, number))

    place(total, count, total, None, ())
    return {state: index for index, state in enumerate(state for state in found if state[0] - state[-1] <= apart)}


def _rates(
    levels: list, total: int, rate: float, workers: int, policy: str
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray | None]:
    """The rates within a level, to the next one and to the one before; time in mean service times."""
    states = levels[total]
    size = len(states)
    up = np.zeros((size, len(levels[total + 1]))) if total + 1 < len(levels) else None
    down = np.zeros((size, len(levels[total - 1]))) if total else None
    left = np.zeros(size)
    for state, index in states.items():
        count = len(state)
        for place, present in enumerate(state):
            chance = float(place == count - 1) if policy == "least_connections" else 2 * place / (count * (count - 1))
            joined = tuple(sorted((*state[:place], present + 1, *state[place + 1 :]), reverse=True))
            if up is not None and chance and joined in levels[total + 1]:
                up[index, levels[total + 1][joined]] += rate * chance
                left[index] += rate * chance
            parted = tuple(sorted((*state[:place], present - 1, *state[place + 1 :]), reverse=True))
            if present and parted in levels[total - 1]:
                down[index, levels[total - 1][parted]] += min(present, workers)
                left[index] += min(present, workers)
    return -np.diag(left), up, down
