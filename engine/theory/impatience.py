"""Clients that do not wait for ever: M/M/c with patience, deadlines, ghost work.

Rates are per second, times in seconds. Knows nothing of a `System`.
"""

import math
from dataclasses import dataclass

import numpy as np

from engine.theory.guard import positive, whole
from engine.theory.stations import mmck_states


@dataclass(frozen=True)
class Impatience:
    """What becomes of requests that may leave the queue."""

    left_ratio: float
    """Share that leave before their work starts."""
    wait_ratio: float
    waiting_s: float
    """Mean time in the queue, of all requests: those that leave as well."""
    utilisation: float


def erlang_a(rate: float, service_s: float, workers: int, patience_s: float) -> Impatience:
    """M/M/c+M: exponential patience of mean `patience_s`. Palm (1957); Garnett, Mandelbaum & Reiman (2002).

    The birth-death chain, cut where its states no longer matter.
    """
    positive(rate=rate, service_s=service_s, patience_s=patience_s)
    whole(workers=workers)
    logs, total = [0.0], 0
    while total < workers or logs[-1] > max(logs) - 50:
        total += 1
        leaves = min(total, workers) / service_s + max(0, total - workers) / patience_s
        logs.append(logs[-1] + math.log(rate / leaves))
    states = np.exp(np.array(logs) - max(logs))
    states /= states.sum()
    queue_length = float(states @ np.maximum(np.arange(len(states)) - workers, 0))
    left_ratio = queue_length / patience_s / rate
    wait_ratio = float(states[workers:].sum())
    return Impatience(left_ratio, wait_ratio, queue_length / rate, rate * (1 - left_ratio) * service_s / workers)


def mmc_patience(rate: float, service_s: float, workers: int, patience_s: float) -> Impatience:
    """M/M/c+D: whoever has waited `patience_s` leaves; work that has started is finished.

    Barrer (1957); in the form of Zeltyn & Mandelbaum (2005), section 4: with J = integral of exp(lambda H(x) - c mu x),
    H(x) = min(x, patience), P(wait) = lambda J / (E + lambda J) and P(leave) = (1 + (lambda - c mu) J) / (E + lambda J).
    """
    positive(rate=rate, service_s=service_s, patience_s=patience_s)
    whole(workers=workers)
    drain_rate = workers / service_s
    load = rate * service_s
    empty = 0.0  # E: the sum of the states below `workers`, relative to the last of them
    for count in range(workers):
        empty = 1 + empty * count / load if count else 1.0
    slope = rate - drain_rate
    if slope * patience_s > 600:
        raise ValueError(f"so overloaded a queue overflows the formula; lower the rate ({rate}) or the patience ({patience_s} s)")
    grows = math.exp(slope * patience_s)
    if abs(slope * patience_s) < 1e-6:
        area, moment = patience_s, patience_s**2 / 2
    else:
        area = (grows - 1) / slope
        moment = patience_s * grows / slope - area / slope
    area += grows / drain_rate
    moment += patience_s * grows / drain_rate
    whole_mass = empty + rate * area
    left_ratio = (1 + slope * area) / whole_mass
    return Impatience(
        left_ratio, rate * area / whole_mass, rate * moment / whole_mass, rate * (1 - left_ratio) * service_s / workers
    )


def deadline_ok_ratio(rate: float, service_s: float, deadline_s: float) -> float:
    """Share of the requests answered in M/M/1 when each is stopped `deadline_s` after its arrival, in the queue or at work.

    The work in the system never exceeds the deadline, and by level crossing its density below is that of M/M/1:
    f(x) = lambda P0 exp(-(mu - lambda) x). Brill (1975) for the method; the case is derived here. Goodput = rate times this.
    """
    positive(rate=rate, service_s=service_s, deadline_s=deadline_s)
    service_rate = 1 / service_s
    slope = rate - service_rate
    below = deadline_s if abs(slope * deadline_s) < 1e-9 else math.expm1(slope * deadline_s) / slope
    idle = 1 / (1 + rate * below)
    # A request that finds work x is answered with probability 1 - exp(-mu (deadline - x)).
    late = math.exp(-service_rate * deadline_s) * math.expm1(rate * deadline_s)
    return idle * (1 - math.exp(-service_rate * deadline_s) + rate * below - late)


@dataclass(frozen=True)
class GhostWork:
    """A queue whose clients leave while their work stays."""

    goodput: float
    wasted_rate: float
    """Answers per second that nobody waits for any more."""
    blocked_ratio: float
    late_ratio: float
    """Share of the accepted that are answered too late."""
    ok_ratio: float


def ghost_work(rate: float, service_s: float, places: int, timeout_s: float) -> GhostWork:
    """M/M/1/K whose clients leave after `timeout_s` while their work is done all the same.

    An accepted request finds n present with the state's probability (Wolff 1982) and then takes n + 1 services: an Erlang time.
    """
    positive(rate=rate, service_s=service_s, timeout_s=timeout_s)
    states = mmck_states(rate, service_s, 1, places)
    mean = timeout_s / service_s
    done_before = np.array([math.exp(-mean + count * math.log(mean) - math.lgamma(count + 1)) for count in range(places)])
    late = float(states[:-1] @ np.cumsum(done_before) / states[:-1].sum())
    throughput = rate * float(1 - states[-1])
    return GhostWork(throughput * (1 - late), throughput * late, float(states[-1]), late, float((1 - states[-1]) * (1 - late)))
