"""Service distributions by their moments, and stations where they matter: M/G/1, M/D/1, M/D/c.

Rates are per second, times in seconds. Knows nothing of a `System`.
"""

import math
from dataclasses import dataclass

import numpy as np

from engine.theory.guard import at_least_zero, positive, stable, whole
from engine.theory.stations import Station


@dataclass(frozen=True)
class Moments:
    """The first three moments of a service time (s, s², s³); infinite where the tail is too heavy."""

    first: float
    second: float
    third: float


def moments(distribution: str, mean_s: float, cv: float = 1.0) -> Moments:
    """Moments of deterministic, exponential, lognormal, pareto and hyperexponential service times.

    `cv` is standard deviation / mean and counts for the last three. Pareto: shape 1 + sqrt(1 + 1/cv²), so its third moment is
    infinite from cv = 1/sqrt(3) on. Hyperexponential: two phases of balanced means, cv 1 or more (Tijms, Stochastic Models,
    appendix B).
    """
    positive(mean_s=mean_s)
    if distribution == "deterministic":
        raw = (1.0, 1.0)
    elif distribution == "exponential":
        raw = (2.0, 6.0)
    elif distribution == "lognormal":
        at_least_zero(cv=cv)
        raw = (1 + cv**2, (1 + cv**2) ** 3)
    elif distribution == "pareto":
        positive(cv=cv)
        shape = 1 + math.sqrt(1 + 1 / cv**2)
        least = (shape - 1) / shape
        raw = tuple(shape * least**power / (shape - power) if shape > power else math.inf for power in (2, 3))
    elif distribution == "hyperexponential":
        if not cv >= 1:
            raise ValueError(f"cv is {cv}; a hyperexponential time has a cv of 1 or more")
        first = (1 + math.sqrt((cv**2 - 1) / (cv**2 + 1))) / 2
        means = (0.5 / first, 0.5 / (1 - first))
        raw = tuple(math.factorial(power) * (first * means[0] ** power + (1 - first) * means[1] ** power) for power in (2, 3))
    else:
        raise ValueError(
            f"the service distribution is {distribution!r}; give deterministic, exponential, lognormal, pareto or hyperexponential"
        )
    return Moments(mean_s, raw[0] * mean_s**2, raw[1] * mean_s**3)


def bounded_pareto(shape: float, least_s: float, most_s: float) -> Moments:
    """Moments of a Pareto time cut off at `most_s`. Harchol-Balter, Performance Modeling and Design (2013), chapter 20."""
    positive(shape=shape, least_s=least_s)
    if not most_s > least_s:
        raise ValueError(f"most_s is {most_s}; give more than least_s ({least_s})")
    scale = shape * least_s**shape / (1 - (least_s / most_s) ** shape)

    def moment(power: int) -> float:
        if shape == power:
            return scale * math.log(most_s / least_s)
        return scale * (most_s ** (power - shape) - least_s ** (power - shape)) / (power - shape)

    return Moments(moment(1), moment(2), moment(3))


def mg1(rate: float, service: Moments) -> Station:
    """M/G/1, first come first served: Pollaczek (1930), Khinchine (1932): Wq = lambda E[S²] / (2 (1 - rho))."""
    positive(rate=rate)
    utilisation = rate * service.first
    stable(utilisation)
    waiting_s = rate * service.second / (2 * (1 - utilisation))
    response_s = waiting_s + service.first
    return Station(utilisation, utilisation, waiting_s, response_s, rate * response_s, rate * waiting_s, 0.0, rate)


def mg1_waiting_deviation_s(rate: float, service: Moments) -> float:
    """Standard deviation of the wait in M/G/1: Var = lambda E[S³] / (3 (1 - rho)) + Wq². Takács (1962)."""
    waiting_s = mg1(rate, service).waiting_s
    return math.sqrt(rate * service.third / (3 * (1 - rate * service.first)) + waiting_s**2)


def mm1_shared_deviation_s(rate: float, service_s: float) -> float:
    """Standard deviation of the response time of M/M/1 with processor sharing; its mean is that of M/M/1.

    Var = (2 + rho) / ((2 - rho) (mu - lambda)²): Coffman, Muntz & Trotter (1970).
    """
    positive(rate=rate, service_s=service_s)
    utilisation = rate * service_s
    stable(utilisation)
    return service_s / (1 - utilisation) * math.sqrt((2 + utilisation) / (2 - utilisation))


def mdc(rate: float, service_s: float, workers: int = 1) -> Station:
    """M/D/c, first come first served. Crommelin (1932).

    The number present a service time later is max(N - c, 0) and a Poisson number, so its generating function is known but for
    the c - 1 roots of z^c = exp(a (z - 1)) inside the unit circle, a being the offered load:
    L = sum 1 / (1 - z_k) - ((c - a)² - c) / (2 (c - a)), and P(no wait) = (c - a) / product (1 - z_k).
    """
    positive(rate=rate, service_s=service_s)
    whole(workers=workers)
    load = rate * service_s
    utilisation = load / workers
    stable(utilisation)
    turns = 2j * np.pi * np.arange(1, workers) / workers
    roots = np.zeros(workers - 1, dtype=complex)
    for _ in range(200):
        target = np.exp(load * (roots - 1) / workers + turns)
        roots = roots - (roots - target) / (1 - load / workers * target)
    spare = workers - load
    in_system = float(np.sum(1 / (1 - roots)).real) - (spare**2 - workers) / (2 * spare)
    wait_ratio = 1 - spare * float(np.exp(-np.sum(np.log(1 - roots)).real))
    response_s = in_system / rate
    queue_length = in_system - load
    return Station(utilisation, wait_ratio, queue_length / rate, response_s, in_system, queue_length, 0.0, rate)
