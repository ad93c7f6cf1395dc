"""Utilisation over a time in which servers come, go or change: busy vCPUs over those that there were, worked out by hand."""

import numpy as np
import pytest

from engine import Simulation, System
from engine.log import BUCKETS, COUNTED
from engine.metrics import metrics_between, metrics_of, utilisations
from engine.reading import BUSY, NODE_FIELDS, PLACES, STORE_FIELDS, STORES, TAKES_PART, Reading, Readings

S = 1_000_000_000


def reading(at_s: int, *servers: tuple[int, int]) -> Reading:
    """Of servers that take part: (vCPU seconds busy so far, vCPUs) each, before one database node that does nothing."""
    nodes = np.zeros((len(servers) + 1, len(NODE_FIELDS)), dtype=np.int64)
    nodes[:, TAKES_PART] = nodes[-1, PLACES] = 1
    nodes[: len(servers), BUSY] = [busy_s * S for busy_s, _ in servers]
    nodes[: len(servers), PLACES] = [vcpus for _, vcpus in servers]
    empty = np.zeros(BUCKETS, dtype=np.int64)
    counts, stores = np.zeros(len(COUNTED), dtype=np.int64), np.zeros((STORES, len(STORE_FIELDS)), dtype=np.int64)
    return Reading(at_s * S, counts, empty, empty, nodes, len(servers), np.zeros((0, 0)), np.zeros((0, 0)), stores)


def of_nodes(*readings: Reading) -> list[float]:
    """Of each node, from the first to the last."""
    return utilisations(Readings(readings), np.array([0]), np.array([len(readings) - 1]))[0].tolist()


def test_vcpus_that_are_added_count_from_then_on():
    """1 vCPU for 1 s, then 4 for 2 s, never idle: 9 busy vCPU seconds of 9, not of 12."""
    readings = [reading(0, (0, 1)), reading(1, (1, 1)), reading(3, (9, 4))]
    assert metrics_between(readings)["server_utilisation"] == 1.0
    assert of_nodes(*readings) == [1.0, 0.0]


def test_a_server_that_joins_counts_from_then_on():
    """One server of 2 vCPUs for 2 s, then two for 1 s: 4 + 2 vCPU seconds, of which 3 + 1 were busy."""
    readings = [reading(0, (0, 2)), reading(2, (2, 2)), reading(3, (3, 2), (1, 2))]
    assert metrics_between(readings)["server_utilisation"] == pytest.approx(4 / 8)
    assert of_nodes(*readings) == [3 / 6, 1 / 2, 0.0], "the second was there for a second"


def test_a_server_that_leaves_counts_until_then():
    gone = reading(3, (2, 2), (2, 2))
    gone.nodes[1, TAKES_PART] = 0
    readings = [reading(0, (0, 2), (0, 2)), reading(1, (1, 2), (1, 2)), gone]
    assert metrics_between(readings)["server_utilisation"] == pytest.approx(4 / 8), "4 vCPU seconds before, 4 after"


def test_a_live_change_of_full_servers_stays_at_all_of_them():
    """1,000 requests/s of 10 ms each on 1 vCPU, from 1 s on 4: full before and after."""
    described = {
        "traffic": {"rate": 1_000.0, "interarrival_cv": 0.0, "static_ratio": 1.0},
        "network": {"rtt_ms": {"europe_west": {"europe_west": 0}}},
        "client": {"timeout_ms": None},
        "servers": {"count": 1, "vcpus": 1, "cpu_ms": 10.0, "service_distribution": "deterministic", "memory_mb_per_request": 0},
    }
    live = Simulation(System.model_validate(described), seed=1)
    readings = live.advance(1.0).readings
    live.change(System.model_validate(described | {"servers": described["servers"] | {"vcpus": 4}}))
    after = live.advance(2.0).readings
    assert metrics_between([*readings, *after[1:]])["server_utilisation"] == pytest.approx(1.0, abs=0.001 / 9)


def test_stretches_that_overlap_are_told_each_as_if_it_were_alone():
    """A server of 2 vCPUs, and from second 2 on a second one: from 0 to 2, 1 to 3 and 0 to 4 s, and of no time at all."""
    readings = [reading(0, (0, 2)), reading(1, (1, 2)), reading(2, (3, 2)), reading(3, (4, 2), (2, 2)), reading(4, (6, 2), (2, 2))]
    first, last = np.array([0, 1, 0, 1]), np.array([2, 3, 4, 1])
    assert utilisations(Readings(readings), first, last).tolist() == [[3 / 4, 0, 0], [3 / 4, 1, 0], [6 / 8, 2 / 4, 0], [0, 0, 0]]
    found = metrics_of(Readings(readings), first, last)["server_utilisation"]
    assert found[:3].tolist() == [3 / 4, 5 / 6, 8 / 12]
    assert np.isnan(found[3])
    alone = [metrics_between(readings[begin : end + 1])["server_utilisation"] for begin, end in zip(first, last)]
    assert alone == [3 / 4, 5 / 6, 8 / 12, None]
