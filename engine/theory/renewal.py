"""Stations whose arrivals are not Poisson: G/M/c, among them D/M/1, E_k/M/1 and one server behind a round robin balancer.

A gap between arrivals is given by its Laplace transform, a function of s (1/s). Knows nothing of a `System`.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

from engine.theory.guard import positive, stable, whole
from engine.theory.roots import falling_root
from engine.theory.stations import Station, response_tail

Transform = Callable[[float], float]


def gap_transform(rate: float, cv: float) -> Transform:
    """The Laplace transform of a gap of mean 1/`rate` and coefficient of variation `cv`.

    0 evenly spaced; below 1 a mixture of Erlang-(k-1) and Erlang-k (Tijms, Stochastic Models, appendix B; cv 0.5 is Erlang-4);
    1 Poisson; above 1 hyperexponential of two phases of balanced means.
    """
    positive(rate=rate)
    if cv == 0:
        return lambda s: math.exp(-s / rate)
    if not cv >= 0:
        raise ValueError(f"cv is {cv}; give 0 or more")
    if cv > 1:
        first = (1 + math.sqrt((cv**2 - 1) / (cv**2 + 1))) / 2
        fast, slow = 2 * first * rate, 2 * (1 - first) * rate
        return lambda s: first * fast / (fast + s) + (1 - first) * slow / (slow + s)
    phases = math.ceil(1 / cv**2 - 1e-9)
    shorter = (phases * cv**2 - math.sqrt(max(0.0, phases * (1 + cv**2) - (phases * cv) ** 2))) / (1 + cv**2)
    phase_rate = (phases - shorter) * rate
    return lambda s: (shorter * (phase_rate + s) / phase_rate + 1 - shorter) * (phase_rate / (phase_rate + s)) ** phases


def every(count: int, transform: Transform) -> Transform:
    """The gap between every `count`-th arrival: what one of `count` servers sees behind a round robin balancer."""
    whole(count=count)
    return lambda s: transform(s) ** count


def thinned(count: int, transform: Transform) -> Transform:
    """The gap between the arrivals that one of `count` servers gets when a balancer picks at random: a geometric sum of gaps."""
    whole(count=count)
    return lambda s: transform(s) / (count - (count - 1) * transform(s))


def gm_root(transform: Transform, drain_rate: float) -> float:
    """The root sigma in (0, 1) of sigma = A(drain_rate (1 - sigma)): whoever waits finds n more with probability ~ sigma^n.

    `drain_rate` is the service rate of all workers together (1/s). Kendall (1953); Gross & Harris, section 5.3.
    """
    positive(drain_rate=drain_rate)
    return falling_root(lambda sigma: transform(drain_rate * (1 - sigma)) - sigma, 0.0, 1 - 1e-12)


def gmc(transform: Transform, rate: float, service_s: float, workers: int = 1) -> Station:
    """G/M/c, first come first served; for one worker the response time is exponential of mean service_s / (1 - sigma).

    `rate` is the arrival rate that belongs to `transform`. Takács, Introduction to the Theory of Queues (1962), chapter 2.
    """
    positive(rate=rate, service_s=service_s)
    whole(workers=workers)
    utilisation = rate * service_s / workers
    stable(utilisation)
    sigma = gm_root(transform, workers / service_s)
    total, product = 1 / (1 - sigma), 1.0
    for busy in range(1, workers + 1):
        arrives = transform(busy / service_s)
        product *= arrives / (1 - arrives)
        total += math.comb(workers, busy) / (product * (1 - arrives)) * _takacs_ratio(transform, service_s, workers, busy, sigma)
    waits = 1 / (total * (1 - sigma)) if workers > 1 else sigma
    waiting_s = waits * service_s / (workers * (1 - sigma))
    response_s = waiting_s + service_s
    return Station(utilisation, waits, waiting_s, response_s, rate * response_s, rate * waiting_s, 0.0, rate)


def _takacs_ratio(transform: Transform, service_s: float, workers: int, busy: int, sigma: float) -> float:
    """(c (1 - A(j mu)) - j) / (c (1 - sigma) - j), where both may be 0 at the same j: then the ratio of their slopes."""
    below = workers * (1 - sigma) - busy
    if abs(below) > 1e-6:
        return (workers * (1 - transform(busy / service_s)) - busy) / below
    slope = (transform((busy + 1e-4) / service_s) - transform((busy - 1e-4) / service_s)) / 2e-4
    return 1 + workers * slope


def gm1_response_percentile(transform: Transform, service_s: float, percent: float) -> float:
    """The response time (s) that `percent` % do not exceed in G/M/1: it is exponential of mean service_s / (1 - sigma)."""
    if not 0 <= percent < 100:
        raise ValueError(f"percent is {percent}; give 0 or more, below 100")
    return -math.log1p(-percent / 100) * service_s / (1 - gm_root(transform, 1 / service_s))


def gmc_response_percentile(transform: Transform, rate: float, service_s: float, workers: int, percent: float) -> float:
    """The response time (s) that `percent` % do not exceed in G/M/c.

    Whoever waits does so for an exponential time of rate c mu (1 - sigma). Takács (1962), chapter 2.
    """
    if not 0 <= percent < 100:
        raise ValueError(f"percent is {percent}; give 0 or more, below 100")
    waits = gmc(transform, rate, service_s, workers).wait_ratio
    drain_rate = workers / service_s * (1 - gm_root(transform, workers / service_s))
    return falling_root(lambda time_s: response_tail(waits, drain_rate, service_s, time_s) - 1 + percent / 100)


def periodic_response_s(rate: float, service_s: float, gaps: Sequence[int]) -> float:
    """Mean response time of an exponential worker that gets the gaps[0]-th, then the gaps[1]-th ... next arrival, over and over.

    This is a server behind weighted round robin; `rate` is that of the whole Poisson stream. The chain of the number found at the
    arrivals of one round, solved with the state space cut where it no longer matters. Solved chain; no closed form is published.
    """
    positive(rate=rate, service_s=service_s)
    whole(**{f"gap_{index}": gap for index, gap in enumerate(gaps)})
    stable(rate * service_s * len(gaps) / sum(gaps))
    # A gap of k arrivals ends after a negative binomial number of service completions.
    done = (1 / service_s) / (rate + 1 / service_s)
    decay = rate * service_s * len(gaps) / sum(gaps)
    size = min(2_000, int(60 / -math.log(decay)) + 50)
    steps = [_found_after(gap, done, size) for gap in gaps]
    round_trip = np.linalg.multi_dot(steps) if len(steps) > 1 else steps[0]
    found = _stationary(round_trip)
    total = 0.0
    for step in steps:
        total += float(found @ np.arange(size)) + 1
        found = found @ step
    return service_s * total / len(gaps)


def _found_after(gap: int, done: float, size: int) -> np.ndarray:
    """Transition matrix of the number found at an arrival to the number found by the next one, `gap` arrivals later."""
    completions = np.empty(size + 1)
    completions[0] = (1 - done) ** gap
    for count in range(1, size + 1):
        completions[count] = completions[count - 1] * done * (gap + count - 1) / count
    matrix = np.zeros((size, size))
    for found in range(size):
        present = min(found + 1, size - 1)
        matrix[found, 1 : present + 1] = completions[present - 1 :: -1][:present]
        matrix[found, 0] = 1 - completions[:present].sum()
    return matrix


def _stationary(matrix: np.ndarray) -> np.ndarray:
    """The distribution that a stochastic matrix keeps."""
    size = len(matrix)
    equations = np.vstack([(matrix.T - np.eye(size))[:-1], np.ones(size)])
    return np.linalg.solve(equations, np.eye(size)[-1])
