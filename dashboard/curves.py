"""Curves: what theory says of a system as one of its numbers goes through all its values, for the live charts.

Of systems of one server; the same for everyone who has the system. Knows the engine's formulas and the price list's largest
machine, and nothing of a run.
"""

from functools import lru_cache
from typing import Any

import numpy as np

from dashboard.catalogue import machines
from engine.system import System
from engine.theory.capacity import server_capacity

BIGGEST_VCPUS = max(line["vcpus"] for line in machines()["lines"])
POINTS = 64
"""Sizes at which the curve is drawn, the smaller ones closer together."""


def curves(system: System) -> dict[str, Any] | None:
    """{capacity} of a system of one server; None for others."""
    return _curves(system.model_dump_json()) if system.servers.count == 1 else None


@lru_cache(maxsize=256)
def _curves(text: str) -> dict[str, Any]:
    system = System.model_validate_json(text)
    return {"capacity": _capacity(system)}


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
