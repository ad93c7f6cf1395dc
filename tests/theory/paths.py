"""What happens at a first come, first served station and behind a balancer, computed again from arrivals and service times alone.

Plain and slow on purpose: it shares no line with the engine. All times are whole nanoseconds.
"""

import heapq
from collections.abc import Callable, Sequence

import numpy as np


def station_path(
    arrivals: Sequence[int], services: Sequence[int], workers: int, places: int | None = None, patience: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Start and end of each request's service; -1 for those refused (no place free) or not begun (patience over).

    Kiefer and Wolfowitz (1955): each goes to the worker that is free first.
    """
    free = [0] * workers
    present: list[int] = []  # times at which those that took a place give it back
    starts, ends = np.full(len(arrivals), -1, dtype=np.int64), np.full(len(arrivals), -1, dtype=np.int64)
    for index, (arrives, takes) in enumerate(zip(arrivals, services)):
        while present and present[0] <= arrives:
            heapq.heappop(present)
        if places is not None and len(present) >= places:
            continue
        begins = max(arrives, free[0])
        if patience is not None and begins - arrives >= patience:
            heapq.heappush(present, begins)
            continue
        heapq.heapreplace(free, begins + takes)
        heapq.heappush(present, begins + takes)
        starts[index], ends[index] = begins, begins + takes
    return starts, ends


Chooser = Callable[[list[int]], int]
Learner = Callable[[int, int], None]


def dispatch_path(
    arrivals: Sequence[int],
    services: Sequence[Sequence[int]],
    servers: int,
    workers: int,
    choose: Chooser,
    learn: Learner = lambda server, took: None,
) -> tuple[np.ndarray, np.ndarray]:
    """Server and departure of each request, when `choose` gets the numbers on each server and says where the next one goes.

    `services[index]` is what the request takes on whichever server it gets; `learn` is told how long each that leaves was there.
    """
    free = [[0] * workers for _ in range(servers)]
    leaving: list[tuple[int, int, int]] = []
    counts = [0] * servers
    chosen, left = np.empty(len(arrivals), dtype=np.int64), np.empty(len(arrivals), dtype=np.int64)
    for index, (arrives, takes) in enumerate(zip(arrivals, services)):
        while leaving and leaving[0][0] <= arrives:
            ended, server, came = heapq.heappop(leaving)
            counts[server] -= 1
            learn(server, ended - came)
        server = choose(counts)
        ends = max(arrives, free[server][0]) + takes
        heapq.heapreplace(free[server], ends)
        heapq.heappush(leaving, (ends, server, int(arrives)))
        counts[server] += 1
        chosen[index], left[index] = server, ends
    return chosen, left


def in_turn(servers: int) -> Chooser:
    """Round robin from the first server on."""
    last = -1

    def choose(counts: list[int]) -> int:
        nonlocal last
        last = (last + 1) % servers
        return last

    return choose


def smoothly(weights: Sequence[int]) -> Chooser:
    """nginx's smooth weighted round robin."""
    credits = [0] * len(weights)

    def choose(counts: list[int]) -> int:
        for server, weight in enumerate(weights):
            credits[server] += weight
        best = credits.index(max(credits))
        credits[best] -= sum(weights)
        return best

    return choose


def fewest(weights: Sequence[int]) -> Chooser:
    """Least connections for their weight; among equals the next after the server chosen last."""
    last = -1

    def choose(counts: list[int]) -> int:
        nonlocal last
        turn = [(last + 1 + step) % len(weights) for step in range(len(weights))]
        last = min(turn, key=lambda server: counts[server] / weights[server])
        return last

    return choose


def fastest(servers: int, weight: float) -> tuple[Chooser, Learner]:
    """Lowest moving average of the latency times (requests there + 1), unmeasured servers first; among equals the next in turn."""
    averages: list[float | None] = [None] * servers
    last = -1

    def choose(counts: list[int]) -> int:
        nonlocal last
        turn = [(last + 1 + step) % servers for step in range(servers)]
        last = min(turn, key=lambda server: (averages[server] or 0.0) * (counts[server] + 1))
        return last

    def learn(server: int, took: int) -> None:
        before = averages[server]
        averages[server] = float(took) if before is None else weight * took + (1.0 - weight) * before

    return choose, learn


def held_at_dispatch(dispatched: np.ndarray, left: np.ndarray, server: np.ndarray, servers: int) -> np.ndarray:
    """For each request in order of dispatch, how many every server holds just before it; [request, server]."""
    leaving: list[tuple[int, int]] = []
    counts = np.zeros(servers, dtype=np.int64)
    held = np.empty((len(dispatched), servers), dtype=np.int64)
    for index in range(len(dispatched)):
        while leaving and leaving[0][0] <= dispatched[index]:
            counts[heapq.heappop(leaving)[1]] -= 1
        held[index] = counts
        counts[server[index]] += 1
        heapq.heappush(leaving, (int(left[index]), int(server[index])))
    return held
