"""One station with Poisson arrivals and exponential service: M/M/1, M/M/c, M/M/c/K, and the Erlang formulas.

Rates are per second, times in seconds; `workers` are the servers of queueing theory. Knows nothing of a `System`.
"""

import math
from dataclasses import dataclass

import numpy as np

from engine.theory.guard import positive, share, stable, whole
from engine.theory.roots import falling_root


@dataclass(frozen=True)
class Station:
    """What a station does in the long run; a field that the formula at hand does not give is NaN."""

    utilisation: float
    wait_ratio: float = math.nan
    """Share of the requests that have to wait."""
    waiting_s: float = math.nan
    response_s: float = math.nan
    in_system: float = math.nan
    queue_length: float = math.nan
    blocked_ratio: float = 0.0
    throughput: float = math.nan


def erlang_b(load: float, workers: int) -> float:
    """Share of the requests that find all workers busy and are lost; the same for every service distribution.

    `load` in erlangs. Erlang (1917), by the recursion B(c) = aB(c-1) / (c + aB(c-1)); insensitivity: Sevastyanov (1957).
    """
    positive(load=load)
    whole(workers=workers)
    blocked = 1.0
    for count in range(1, workers + 1):
        blocked = load * blocked / (count + load * blocked)
    return blocked


def erlang_c(load: float, workers: int) -> float:
    """Share of the requests that have to wait in M/M/c. `load` in erlangs, below `workers`. Erlang (1917)."""
    blocked = erlang_b(load, workers)
    utilisation = load / workers
    stable(utilisation)
    return blocked / (1 - utilisation * (1 - blocked))


def mmc(rate: float, service_s: float, workers: int = 1) -> Station:
    """M/M/c, first come first served. Erlang (1917); Gross & Harris, Fundamentals of Queueing Theory, section 2.3."""
    positive(rate=rate, service_s=service_s)
    waits = erlang_c(rate * service_s, workers)
    utilisation = rate * service_s / workers
    waiting_s = waits * service_s / workers / (1 - utilisation)
    response_s = waiting_s + service_s
    return Station(utilisation, waits, waiting_s, response_s, rate * response_s, rate * waiting_s, 0.0, rate)


def mm1(rate: float, service_s: float) -> Station:
    """M/M/1: the response time is 1 / (service rate - arrival rate). Gross & Harris, section 2.2."""
    return mmc(rate, service_s, 1)


def mmc_waiting_tail(rate: float, service_s: float, workers: int, time_s: float) -> float:
    """P(waiting time > time_s) in M/M/c: C exp(-(c mu - lambda) t). Gross & Harris, section 2.3."""
    return erlang_c(rate * service_s, workers) * math.exp(-(workers / service_s - rate) * time_s)


def response_tail(wait_ratio: float, drain_rate: float, service_s: float, time_s: float) -> float:
    """P(response time > time_s) when a share of the requests waits for an exponential time of rate `drain_rate` (1/s).

    An exponential service follows the wait, independent of it. Gross & Harris, section 2.3.
    """
    service_rate = 1 / service_s
    alone = math.exp(-service_rate * time_s)
    if abs(drain_rate - service_rate) < 1e-9 * service_rate:
        both = (1 + service_rate * time_s) * alone
    else:
        both = (drain_rate * alone - service_rate * math.exp(-drain_rate * time_s)) / (drain_rate - service_rate)
    return (1 - wait_ratio) * alone + wait_ratio * both


def mmc_response_tail(rate: float, service_s: float, workers: int, time_s: float) -> float:
    """P(response time > time_s) in M/M/c. Gross & Harris, section 2.3."""
    return response_tail(erlang_c(rate * service_s, workers), workers / service_s - rate, service_s, time_s)


def mmc_waiting_percentile(rate: float, service_s: float, workers: int, percent: float) -> float:
    """The waiting time (s) that `percent` % of the requests of M/M/c do not exceed; 0 if that many do not wait."""
    share(percent=percent / 100)
    waits = erlang_c(rate * service_s, workers)
    above = 1 - percent / 100
    return max(0.0, math.log(waits / above) / (workers / service_s - rate)) if above > 0 else math.inf


def mmc_response_percentile(rate: float, service_s: float, workers: int, percent: float) -> float:
    """The response time (s) that `percent` % of the requests of M/M/c do not exceed."""
    share(percent=percent / 100)
    above = 1 - percent / 100
    return falling_root(lambda time_s: mmc_response_tail(rate, service_s, workers, time_s) - above) if above > 0 else math.inf


def mmck_states(rate: float, service_s: float, workers: int, places: int) -> np.ndarray:
    """Long-run share of the time with 0 .. `places` requests in M/M/c/K (those in service count). Gross & Harris, section 2.5."""
    positive(rate=rate, service_s=service_s)
    whole(workers=workers)
    whole(workers, places=places)
    busy = np.minimum(np.arange(1, places + 1), workers)
    logs = np.concatenate([[0.0], np.cumsum(np.log(rate * service_s / busy))])
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


def mmck(rate: float, service_s: float, workers: int, places: int) -> Station:
    """M/M/c/K with K = `places`, those in service included; whoever finds all taken is refused.

    Waiting and response times are those of the accepted. Gross & Harris, section 2.5.
    """
    states = mmck_states(rate, service_s, workers, places)
    counts = np.arange(places + 1)
    blocked = float(states[-1])
    throughput = rate * (1 - blocked)
    in_system = float(states @ counts)
    queue_length = float(states @ np.maximum(counts - workers, 0))
    waits = float(states[workers:-1].sum() / (1 - blocked))
    utilisation = throughput * service_s / workers
    return Station(
        utilisation, waits, queue_length / throughput, in_system / throughput, in_system, queue_length, blocked, throughput
    )
