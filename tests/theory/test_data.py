"""The database's replicas, compared with theory: stale reads, writes that every replica pays for, capacity."""

import pytest

from engine.metrics import bucket_edges_ms
from engine.theory.caches import zipf
from engine.theory.data import ordered_stale_read_ratio, stale_read_ratio
from tests.theory.oracle_cases import expected, simulated_by
from tests.theory.trials import Settled, Target, assert_agrees, data_system, summary

HERE = "test_data.py::"
SATURABLE = {"read_from": "replicas", "lag_ms": 0.0, "connections": 1}
STALE = {"stale": summary("stale_read_ratio")}


def replicated(rate, write_ratio, lag_ms, *, items=1, popularity=0.0, distribution="deterministic", **database):
    settings = {"replicas": 1, "read_from": "replicas", "lag_ms": lag_ms, "lag_distribution": distribution, "apply_cost": 0.0}
    return data_system(
        rate, traffic={"write_ratio": write_ratio, "items": items, "popularity": popularity}, database=settings | database
    )


# Random lags hold up the writes of other items behind them, so they are for a single item.
STALENESS = {
    "F3": replicated(8, 0.1, 500.0),
    "F3, random lag": replicated(8, 0.1, 500.0, distribution="exponential"),
    "F4": replicated(500, 0.1, 200.0, items=1_000, popularity=0.8),
}


@pytest.mark.parametrize("name", STALENESS)
def test_stale_reads(name):
    # Writes are applied in the order of their commits; a read is stale while any write of its item is under way.
    case, system = name[:2], STALENESS[name]
    assert case in simulated_by(HERE + "test_stale_reads")
    assert_agrees(system, {"stale": Target(expected(case)["P_stale"], 0.01)}, STALE, 300_000)


def test_a_shared_item_is_as_stale_for_any_split_of_the_reads():
    system = replicated(50, 0.2, 100.0, items=20, popularity=1.0, replicas=3)
    shares = zipf(20, 1.0)
    value = stale_read_ratio(10 * shares, 0.1, shares)
    assert_agrees(system, {"stale": Target(value, 0.02)}, STALE, 100_000)


@pytest.mark.parametrize(("items", "lag_ms", "replicas"), [(20, 100.0, 1), (200, 200.0, 3)])
def test_a_late_write_holds_up_those_behind_it(items, lag_ms, replicas):
    """Random lags over a catalogue: stale more often than by the item's own writes alone."""
    system = replicated(100, 0.2, lag_ms, items=items, popularity=1.0, distribution="exponential", replicas=replicas)
    shares = zipf(items, 1.0)
    value = ordered_stale_read_ratio(20 * shares, lag_ms / 1e3, shares)
    assert value > 1.1 * stale_read_ratio(20 * shares, lag_ms / 1e3, shares)
    assert_agrees(system, {"stale": Target(value, 0.02)}, STALE, 150_000)


def node_utilisation(index):
    """Share of the time that a database node works; 0 is the primary."""

    def measure(result):
        nodes = result.nodes
        return float(nodes[(nodes["tier"] == "database") & (nodes["index"] == index)]["utilisation"].iloc[0])

    return measure


def database_time(kind):
    """Mean time at the database of reads (1) or writes (2), in seconds."""

    def measure(result):
        attempts = Settled(result)
        chosen = (attempts["kind"] == kind) & (attempts["db_done"] >= 0)
        return float((attempts["db_done"] - attempts["db_queued"])[chosen].mean()) / 1e9

    return measure


def mean_lag(result):
    """Mean time from a commit until a replica shows it, in seconds, from the histogram of all lags."""
    lags, edges_ms = result.readings[-1].lags, bucket_edges_ms()
    return float(lags @ (edges_ms[:-1] + edges_ms[1:]) / 2 / lags.sum()) / 1e3


def test_write_amplification():
    assert simulated_by(HERE + "test_write_amplification") == ["F6"]
    published = expected("F6")
    settings = SATURABLE | {"replicas": 2, "apply_cost": 0.5, "read_ms": 10.0, "write_ms": 10.0}
    system = data_system(100, traffic={"write_ratio": 0.2}, database=settings)
    measures = {
        "write": database_time(2),
        "read": database_time(1),
        "primary": node_utilisation(0),
        "replica 1": node_utilisation(1),
        "replica 2": node_utilisation(2),
        "lag": mean_lag,
    }
    targets = {
        "write": Target(published["T_write"], 0.01),
        "read": Target(published["T_read"], 0.01),
        "primary": Target(published["rho_primary"], 0.01),
        "replica 1": Target(published["rho_replica"], 0.01),
        "replica 2": Target(published["rho_replica"], 0.01),
        "lag": Target(published["lag"], 0.015, slack=0.008),  # the buckets are 0.8 % wide either way
    }
    assert_agrees(system, targets, measures, 150_000, keep=True)


@pytest.mark.parametrize("replicas", [1, 2, 4, 8])
def test_replica_capacity(replicas):
    # So many users without a pause that every replica always has work: the throughput is the capacity.
    assert simulated_by(HERE + "test_replica_capacity") == ["F7"]
    settings = SATURABLE | {"replicas": replicas, "apply_cost": 0.75, "read_ms": 4.0, "write_ms": 8.0}
    capacity = expected("F7")[f"R{replicas}"]
    traffic = {"loop": "closed", "users": 200 * replicas, "think_time_s": 0.0, "write_ratio": 0.1}
    system = data_system(capacity, traffic=traffic, database=settings)
    target = Target(capacity, 0.01, slack=0.01)
    assert_agrees(system, {"throughput": target}, {"throughput": summary("throughput")}, 80_000, warmup=0.5)
