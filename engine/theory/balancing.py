"""Balancers: power of d choices, nginx's smooth weighted round robin, and the moving average behind least latency.

Rates are per second and per server, times in seconds. Knows nothing of a `System`.
"""

from collections.abc import Sequence

import numpy as np

from engine.theory.guard import positive, stable, whole


def power_of_d_response_s(rate: float, service_s: float, choices: int = 2) -> float:
    """Mean response time when each request joins the shorter of `choices` random queues of infinitely many single workers.

    `rate` per server. T = sum over i >= 1 of rho^((d^i - d) / (d - 1)): Vvedenskaya, Dobrushin & Karpelevich (1996),
    Mitzenmacher (2001).
    """
    positive(rate=rate, service_s=service_s)
    whole(choices=choices)
    utilisation = rate * service_s
    stable(utilisation)
    if choices == 1:
        return service_s / (1 - utilisation)
    total, power = 0.0, 0
    while (term := utilisation**power) > 1e-18 * total and term > 0:
        total += term
        power = choices * power + choices
    return service_s * total


def power_of_two_response_s(rate: float, service_s: float, count: int, replacement: bool = False) -> float:
    """Mean response time of two choices over `count` single workers: the fixed point and its correction of order 1/count.

    `rate` per server; `replacement` says whether both choices may be the same server. Gast & Van Houdt, A Refined Mean Field
    Approximation (2017), theorem 1; without replacement the drift itself has a term of order 1/count.
    """
    limit_s = power_of_d_response_s(rate, service_s, 2)
    whole(2, count=count)
    load = rate * service_s
    depth = 2
    while load ** (2**depth - 1) > 1e-16:
        depth += 1
    depth += 2
    tail = np.array([load ** (2**k - 1) for k in range(depth + 2)])  # share of the servers with k or more; [0] is 1
    joins = load * (tail[:-2] ** 2 - tail[1:-1] ** 2)
    leaves = tail[1:-1] - tail[2:]
    drift = np.zeros((depth, depth))
    for k in range(depth):
        drift[k, k] = -2 * load * tail[k + 1] - 1
        if k > 0:
            drift[k, k - 1] = 2 * load * tail[k]
        if k + 1 < depth:
            drift[k, k + 1] = 1
    spread = np.kron(drift, np.eye(depth)) + np.kron(np.eye(depth), drift)
    covariance = np.linalg.solve(spread, -np.diag(joins + leaves).ravel()).reshape(depth, depth)
    variances = np.concatenate([[0.0], np.diag(covariance)])
    bend = load * (variances[:-1] - variances[1:])
    if not replacement:
        both = tail[:-1] * (1 - tail[:-1])
        bend -= load * (both[:-1] - both[1:])
    correction = np.linalg.solve(drift, -bend)
    return limit_s + service_s * float(correction.sum()) / load / count


def smooth_weighted_sequence(weights: Sequence[int], length: int) -> tuple[list[int], list[list[int]]]:
    """The servers that nginx's smooth weighted round robin picks, and its current weights after each pick.

    Each server gains its weight, the largest (the first of equals) is picked and pays the sum. nginx, commit 52327e0627f4 (2012).
    """
    positive(**{f"weight_{index}": weight for index, weight in enumerate(weights)})
    current, picks, states = [0] * len(weights), [], []
    for _ in range(length):
        current = [have + weight for have, weight in zip(current, weights)]
        picked = current.index(max(current))
        current[picked] -= sum(weights)
        picks.append(picked)
        states.append(list(current))
    return picks, states


def smoothed(samples: Sequence[float], weight: float) -> list[float]:
    """Exponentially weighted moving average after each sample; the first sample starts it. `weight` of a new sample in (0, 1]."""
    positive(weight=weight)
    if weight > 1:
        raise ValueError(f"weight is {weight}; give a share above 0, up to 1")
    values: list[float] = []
    for sample in samples:
        values.append(values[-1] + weight * (sample - values[-1]) if values else float(sample))
    return values
