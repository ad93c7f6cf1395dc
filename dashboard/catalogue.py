"""Catalogue: the machines of the price list that the page offers, with the price's date and source.

Knows nothing of what a machine carries.
"""

from typing import Any

from engine.prices import LIST_DATE, SERVERS


def machines() -> dict[str, Any]:
    """{date, source, lines: [{name, vcpus, memory_gb, price}]}, the cheapest of each number of vCPUs."""
    cheapest: dict[int, Any] = {}
    for line in SERVERS:
        if line.vcpus not in cheapest or line.price < cheapest[line.vcpus].price:
            cheapest[line.vcpus] = line
    chosen = [cheapest[vcpus] for vcpus in sorted(cheapest) if vcpus <= MOST_VCPUS]
    lines = [{"name": line.name, "vcpus": line.vcpus, "memory_gb": line.memory_gb, "price": line.price} for line in chosen]
    return {"date": LIST_DATE, "source": chosen[0].source, "lines": lines}


MOST_VCPUS = 256
"""A server of the engine has at most so many."""
