"""Several stations, and stations that change: networks, tandems, batches, ramps, overload, fan-out, hedging, outages, cold starts.

Rates are per second, times in seconds. Knows nothing of a `System`.
"""

import math
from collections.abc import Sequence

import numpy as np

from engine.theory.guard import at_least_zero, positive, share, stable, whole
from engine.theory.roots import falling_root
from engine.theory.stations import Station, mmc


def jackson(
    outside: Sequence[float], routing: Sequence[Sequence[float]], service_s: Sequence[float], workers: Sequence[int]
) -> list[Station]:
    """The stations of an open Jackson network: each is M/M/c at its total rate. Jackson (1963).

    `outside`: arrival rates from outside; `routing[i][j]`: share that goes from i to j; what is missing from 1 leaves.
    """
    matrix = np.asarray(routing, dtype=float)
    if (matrix < 0).any() or (matrix.sum(axis=1) > 1 + 1e-12).any():
        raise ValueError("each row of the routing must hold shares from 0 that sum to at most 1")
    rates = np.linalg.solve(np.eye(len(matrix)) - matrix.T, np.asarray(outside, dtype=float))
    return [mmc(float(rate), time_s, count) for rate, time_s, count in zip(rates, service_s, workers, strict=True)]


def closed_loop(users: int, think_s: float, service_s: float, workers: int = 1) -> Station:
    """`users` who think for `think_s`, ask M/M/c, and think again: the machine repairman. Gross & Harris, section 2.6.

    The pauses may have any distribution (Bunday & Scraton 1980).
    """
    positive(think_s=think_s, service_s=service_s)
    whole(users=users, workers=workers)
    present = np.arange(1, users + 1)
    logs = np.concatenate([[0.0], np.cumsum(np.log((users - present + 1) / think_s * service_s / np.minimum(present, workers)))])
    states = np.exp(logs - logs.max())
    states /= states.sum()
    in_system = float(states[1:] @ present)
    throughput = (users - in_system) / think_s
    queue_length = float(states[1:] @ np.maximum(present - workers, 0))
    response_s = in_system / throughput
    return Station(
        throughput * service_s / workers, math.nan, queue_length / throughput, response_s, in_system, queue_length, 0.0, throughput
    )


def tandem_tail(rate: float, service_s: Sequence[float], time_s: float) -> float:
    """P(total response time > time_s) through M/M/1 stations in a row: the response times are independent exponentials.

    Reich (1957). Stations of equal speed are told apart by a hair, so that the partial fractions exist.
    """
    drains = []
    for each_s in service_s:
        positive(rate=rate, each_s=each_s)
        stable(rate * each_s)
        drain = 1 / each_s - rate
        while any(abs(drain - other) < 1e-6 * drain for other in drains):
            drain *= 1 + 1e-5
        drains.append(drain)
    total = 0.0
    for place, drain in enumerate(drains):
        total += math.exp(-drain * time_s) * math.prod(
            other / (other - drain) for index, other in enumerate(drains) if index != place
        )
    return total


def tandem_percentile(rate: float, service_s: Sequence[float], percent: float) -> float:
    """The total response time (s) that `percent` % of the requests do not exceed (see `tandem_tail`)."""
    share(percent=percent / 100)
    return falling_root(lambda time_s: tandem_tail(rate, service_s, time_s) - 1 + percent / 100)


def batch_response_s(batch_rate: float, batch_mean: float, service_s: float) -> float:
    """Mean response time in M/M/1 whose arrivals come in geometric batches of mean `batch_mean`. Gross & Harris, section 3.1."""
    positive(batch_rate=batch_rate, service_s=service_s)
    if not batch_mean >= 1:
        raise ValueError(f"batch_mean is {batch_mean}; give 1 or more")
    load = batch_rate * batch_mean * service_s
    stable(load)
    return batch_mean * service_s / (1 - load)


def ramp_in_system(start_rate: float, slope: float, service_s: float, time_s: float) -> float:
    """Mean number present at `time_s` from empty, with as many workers as it takes and arrivals at start_rate + slope t.

    The number is Poisson. Eick, Massey & Whitt, Mt/G/infinity Queues with Sinusoidal (and linear) Arrival Rates (1993).
    """
    at_least_zero(start_rate=start_rate, time_s=time_s)
    positive(service_s=service_s)
    settled = -math.expm1(-time_s / service_s)
    return start_rate * service_s * settled + slope * service_s * (time_s - service_s * settled)


def fluid_backlog(rate: float, capacity: float, time_s: float, backlog: float = 0.0) -> float:
    """Backlog after `time_s` of arrivals at `rate` and work at `capacity`: (rate - capacity) t, never below 0. Newell (1971)."""
    at_least_zero(rate=rate, capacity=capacity, time_s=time_s, backlog=backlog)
    return max(0.0, backlog + (rate - capacity) * time_s)


def fluid_drain_s(backlog: float, rate: float, capacity: float) -> float:
    """Time (s) until a backlog is gone; infinite if the capacity does not exceed the rate. Newell (1971)."""
    at_least_zero(backlog=backlog, rate=rate, capacity=capacity)
    return backlog / (capacity - rate) if capacity > rate else math.inf


def fan_out_slow_ratio(slow_ratio: float, calls: int) -> float:
    """Share of the requests with at least one slow call of `calls`: 1 - (1 - p)^n. Dean & Barroso (2013)."""
    share(slow_ratio=slow_ratio)
    whole(calls=calls)
    return -math.expm1(calls * math.log1p(-slow_ratio)) if slow_ratio < 1 else 1.0


def slowest_of(calls: int, mean_s: float = 1.0) -> float:
    """Mean of the slowest of `calls` independent exponential times: mean x (1 + 1/2 + ... + 1/n). Rényi (1953)."""
    positive(mean_s=mean_s)
    whole(calls=calls)
    return mean_s * sum(1 / count for count in range(1, calls + 1))


def hedged_tail(mean_s: float, delay_s: float, time_s: float) -> float:
    """P(response > time_s) of an exponential time with a second call after `delay_s`, without contention. Dean & Barroso (2013)."""
    positive(mean_s=mean_s)
    at_least_zero(delay_s=delay_s, time_s=time_s)
    return math.exp(-time_s / mean_s - max(0.0, time_s - delay_s) / mean_s)


def redundant_response_s(rate: float, service_s: float, servers: int) -> float:
    """Mean response time when each request goes to two of `servers` queues and the first answer cancels the other.

    `rate` per server. Gardner et al., Redundancy-d (2017), theorem 1, for d = 2:
    the sum over i from 2 to k of 1 / (k ((k - 1) / (i - 1) mu - lambda)).
    """
    positive(rate=rate, service_s=service_s)
    whole(2, servers=servers)
    stable(rate * service_s)
    return sum(1 / (servers * ((servers - 1) / (busy - 1) / service_s - rate)) for busy in range(2, servers + 1))


def breakdowns(rate: float, service_s: float, up_s: float, down_s: float) -> dict[str, float]:
    """M/M/1 that breaks down (idle or not) after exponential times and keeps its work. White & Christie (1958)."""
    positive(rate=rate, service_s=service_s, up_s=up_s, down_s=down_s)
    fails, repairs, serves = 1 / up_s, 1 / down_s, 1 / service_s
    both = fails + repairs
    stable(rate * both / (serves * repairs))
    in_system = rate * (both**2 + serves * fails) / (both * (serves * repairs - rate * both))
    return {"availability": repairs / both, "in_system": in_system, "response_s": in_system / rate}


def cold_start_response_s(rate: float, service_s: float, boot_s: float, boot_second: float) -> float:
    """Mean response time of M/M/1 that is switched off when idle and boots on the next arrival. Welch (1964).

    `boot_second` is the second moment of the boot time (s²): boot_s² if always the same, 2 boot_s² if exponential.
    """
    positive(rate=rate, service_s=service_s)
    at_least_zero(boot_s=boot_s, boot_second=boot_second)
    stable(rate * service_s)
    return service_s / (1 - rate * service_s) + (2 * boot_s + rate * boot_second) / (2 * (1 + rate * boot_s))
