"""Curves: what theory says of a system as one of its numbers goes through all its values, for the live charts.

Of systems of one server; the same for everyone who has the system. Knows the engine's formulas and the price list's largest
machine, and nothing of a run.
"""

from functools import lru_cache
from typing import Any

import numpy as np

from dashboard.catalogue import machines
from dashboard.simpler import patient, unlimited, without
from engine.system import System
from engine.theory.capacity import server_capacity
from engine.theory.predictions import mean_latency
from engine.workload.tables import round_trip_ms

BIGGEST_VCPUS = max(line["vcpus"] for line in machines()["lines"])
POINTS = 64
"""Sizes at which the curve is drawn, the smaller ones closer together."""
LOADS = (0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.84, 0.87, 0.9, 0.92, 0.94, 0.96, 0.97, 0.98, 0.99)
"""Shares of what the server carries at which latency is worked out, close together where it rises."""


def curves(system: System) -> dict[str, Any] | None:
    """{capacity, knee} of a system of one server; None for others."""
    return _curves(system.model_dump_json()) if system.servers.count == 1 else None


@lru_cache(maxsize=256)
def _curves(text: str) -> dict[str, Any]:
    system = System.model_validate_json(text)
    return {"capacity": _capacity(system), "knee": _knee(system)}


def _capacity(system: System) -> dict[str, Any] | None:
    """Requests/s by vCPUs, up to the largest machine that there is to rent: {vcpus, rate, peak, now}.

    `peak` and `now` are [vCPUs, requests/s]: of the size that carries most (of equals the largest), and of the machine of now.
    None if there is no bound.
    """
    if system.servers.cpu_ms == 0:
        return None
    most = max(BIGGEST_VCPUS, system.servers.vcpus)
    rates = {vcpus: round(server_capacity(system, vcpus), 1) for vcpus in range(1, most + 1)}
    peak, now = max(rates, key=lambda vcpus: (rates[vcpus], vcpus)), system.servers.vcpus
    shown = sorted({*np.rint(np.geomspace(1, most, POINTS)).astype(int).tolist(), peak, now})
    return {"vcpus": shown, "rate": [rates[vcpus] for vcpus in shown], "peak": [peak, rates[peak]], "now": [now, rates[now]]}


def _knee(system: System) -> dict[str, Any] | None:
    """Mean latency by utilisation of the server as the rate rises: {busy, latency_ms, patient}; None where no formula fits.

    `patient`: nobody gives up in this system and no queue has an end, which the curve takes for granted.
    """
    slow = system.cache.enabled or system.servers.service_distribution == "deterministic"
    if slow or system.servers.cpu_ms == 0:
        return None
    calm = patient(unlimited(system))
    points = []
    for load in LOADS:
        rate = load * server_capacity(system, system.servers.vcpus)
        busy, latency = mean_latency(without("traffic", rate=rate)(calm), round_trip_ms)
        if busy.value is None or latency.value is None:  # the rest would be no better: another tier is full
            break
        points.append((round(busy.value, 4), round(latency.value, 2)))
    if not points:
        return None
    return {"busy": [x for x, _ in points], "latency_ms": [y for _, y in points], "patient": calm == system}
