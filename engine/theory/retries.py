"""Retries: how they multiply the load, when they come, and what they do to a queue that refuses.

Rates are per second, times in seconds. Knows nothing of a `System`.
"""

import numpy as np

from engine.theory.guard import at_least_zero, positive, share, stable, whole


def attempts_per_request(failed_ratio: float, retries: int) -> float:
    """Mean attempts when each fails with `failed_ratio`, whatever the others did: 1 + f + ... + f^retries."""
    share(failed_ratio=failed_ratio)
    whole(0, retries=retries)
    return float(sum(failed_ratio**attempt for attempt in range(retries + 1)))


def stacked_attempts(tries: int, layers: int) -> int:
    """Attempts at the bottom of `layers` layers that each try `tries` times when all fail: the AWS Builders' Library's 243."""
    whole(tries=tries, layers=layers)
    return tries**layers


def backoff_schedule_s(first_s: float, retries: int, cap_s: float | None = None) -> list[float]:
    """The doubling pauses before each retry; full jitter draws uniformly from 0 up to them. Brooker (2015)."""
    at_least_zero(first_s=first_s)
    whole(0, retries=retries)
    if cap_s is not None:
        at_least_zero(cap_s=cap_s)
    return [min(first_s * 2**retry, cap_s if cap_s is not None else float("inf")) for retry in range(retries)]


def retrial_queue(rate: float, service_s: float, pause_s: float) -> dict[str, float]:
    """M/M/1/1 whose refused requests come back after exponential pauses until they are accepted.

    Mean number pausing, share of the time busy, attempts per request. Falin & Templeton (1997), chapter 1.
    """
    positive(rate=rate, service_s=service_s, pause_s=pause_s)
    load = rate * service_s
    stable(load)
    pausing = load * (load + rate * pause_s) / (1 - load)
    return {"pausing": pausing, "utilisation": load, "attempts": 1 + pausing / pause_s / rate}


def retrying_queue(rate: float, service_s: float, places: int, again_ratio: float, pause_s: float) -> dict[str, float]:
    """M/M/1/K whose refused requests come back with probability `again_ratio` after an exponential pause: the solved Markov chain.

    The number pausing is cut where it no longer matters. Share accepted in the end, attempts per request.
    """
    positive(rate=rate, service_s=service_s, pause_s=pause_s)
    whole(places=places)
    share(again_ratio=again_ratio)
    if again_ratio == 1:
        raise ValueError("again_ratio is 1; give less, so that the number pausing stays bounded under overload")
    most = int(40 + 6 * rate * pause_s * (1 + 1 / (1 - again_ratio)))
    width = most + 1
    generator = np.zeros(((places + 1) * width, (places + 1) * width))

    def add(present: int, pausing: int, to_present: int, to_pausing: int, per_s: float) -> None:
        if 0 <= to_pausing <= most:
            here = present * width + pausing
            generator[here, to_present * width + to_pausing] += per_s
            generator[here, here] -= per_s

    for present in range(places + 1):
        for pausing in range(width):
            if present:
                add(present, pausing, present - 1, pausing, 1 / service_s)
            if present < places:
                add(present, pausing, present + 1, pausing, rate)
                add(present, pausing, present + 1, pausing - 1, pausing / pause_s)
            else:
                add(present, pausing, present, pausing + 1, rate * again_ratio)
                add(present, pausing, present, pausing - 1, pausing / pause_s * (1 - again_ratio))
    equations = generator.T
    equations[-1] = 1.0
    states = np.linalg.solve(equations, np.eye(len(equations))[-1]).reshape(places + 1, width)
    returns = float(states.sum(axis=0) @ np.arange(width)) / pause_s
    served = (1 - float(states[0].sum())) / service_s
    return {"ok_ratio": served / rate, "attempts": 1 + returns / rate}
