"""Sharded data, compared with theory: a hot shard, and the keys that move when a shard is added."""

import numpy as np
import pytest

from engine import Simulation, System
from engine.theory.hashing import ring_moved_ratio
from engine.workload.counter import scatter, scatter_array, stream_keys, unit, unit_array
from tests.theory.oracle_cases import expected, simulated_by
from tests.theory.trials import Settled, Target, assert_agrees, data_system

HERE = "test_shards.py::"


def utilisation(shard):
    """Share of the time that a shard's primary works."""
    return lambda result: float(result.nodes.query(f"tier == 'database' and shard == {shard}")["utilisation"].iloc[0])


def response_of_the_first(result):
    """Mean time of a query at the first node, in seconds."""
    attempts = Settled(result)
    chosen = (attempts["db_node"] == 0) & (attempts["db_done"] >= 0)
    return float((attempts["db_done"] - attempts["db_queued"])[chosen].mean()) / 1e9


def test_a_hot_shard():
    assert simulated_by(HERE + "test_a_hot_shard") == ["F9"]
    published = expected("F9")
    system = data_system(
        800, traffic={"items": 1_000, "popularity": 0.8}, database={"shards": 8, "connections": 1, "read_ms": 1_000 / 160}
    )
    measures = {f"shard {shard}": utilisation(shard) for shard in range(8)} | {"hottest": response_of_the_first}
    targets = {f"shard {shard}": Target(value, 0.02) for shard, value in enumerate(published["rho"])}
    assert_agrees(system, targets | {"hottest": Target(published["T_hottest"], 0.05)}, measures, 220_000, keep=True)


@pytest.mark.parametrize("sharding", ["modulo", "consistent_hash"])
def test_keys_that_move_when_a_shard_is_added(sharding):
    items, shards = 50_000, 8

    def system(count):
        database = {"shards": count, "sharding": sharding, "copy_ms": 0.001}
        return System.model_validate({"traffic": {"items": items}, "database": database})

    live = Simulation(system(shards), seed=1)
    live.advance(0.1)
    live.change(system(shards + 1))
    summary = live.advance(0.5).summary()
    assert summary["keys_moving"] == 0
    moved = summary["keys_moved"] / items
    if sharding == "modulo":  # an item stays where both remainders are alike: in 8 of 72 numbers
        assert moved == pytest.approx(shards / (shards + 1), abs=1e-3)
    else:  # the added shard's share of a ring with 160 points each: its spread is about 1 / sqrt(160)
        assert moved == pytest.approx(ring_moved_ratio(shards), rel=4 / 160**0.5)


def all_shards(shards):
    """Reads that ask all shards, which take a second in the mean and have room for all."""
    return data_system(
        20,
        traffic={"items": 1_000},
        database={"shards": shards, "cross_shard_ratio": 1.0, "read_ms": 1_000.0, "connections": 10_000},
    )


def seconds_at_the_database(result):
    attempts = Settled(result)
    return (attempts["db_done"] - attempts["db_queued"])[attempts["db_done"] >= 0] / 1e9


def test_a_read_of_all_shards_waits_for_the_slowest():
    assert simulated_by(HERE + "test_a_read_of_all_shards_waits_for_the_slowest") == ["H3"]
    target = Target(expected("H3")["n10"], 0.02)
    assert_agrees(
        all_shards(10), {"T": target}, {"T": lambda result: float(seconds_at_the_database(result).mean())}, 5_000, keep=True
    )


@pytest.mark.parametrize(("shards", "name"), [(1, "n1"), (10, "n10")])
def test_one_slow_shard_makes_a_slow_read(shards, name):
    # Slow is the slowest hundredth of a shard's answers: an exponential time beyond its mean times ln 100.
    assert simulated_by(HERE + "test_one_slow_shard_makes_a_slow_read") == ["H1"]
    slow = {"slow": lambda result: float((seconds_at_the_database(result) > np.log(100.0)).mean())}
    assert_agrees(all_shards(shards), {"slow": Target(expected("H1")[name], 0.15)}, slow, 10_000, keep=True)


def test_reads_of_two_functions_ask_both_databases():
    traffic = {"items": 1_000, "functions": {"posts": 3.0, "users": 1.0}}
    system = data_system(500, traffic=traffic, database={"federated": True, "cross_function_ratio": 1.0, "read_ms": 1.0})
    result = Simulation(system, seed=4).advance(4.0)
    queries = result.nodes.query("tier == 'database'")["dispatched"].tolist()
    assert queries[0] == queries[1] > 0


def test_federation_gives_each_function_its_share_of_the_items():
    functions = {"posts": 3.0, "users": 1.0, "nothing": 0.0}
    traffic = {"items": 20_000, "popularity": 0.0, "functions": functions}
    system = data_system(1_000, traffic=traffic, database={"federated": True, "read_ms": 1.0})
    live = Simulation(system, seed=4)
    queries = live.advance(4.0).nodes.query("tier == 'database'")["dispatched"].to_numpy()
    assert len(queries) == 2
    assert queries[0] / queries.sum() == pytest.approx(0.75, abs=0.04)


def test_a_whole_catalogue_is_hashed_as_its_items_are_one_by_one():
    key = stream_keys(7, 3)[2]
    assert unit_array(key, 1_000).tolist() == [unit(key, item, 0) for item in range(1_000)]
    assert scatter_array(1_000, 2).tolist() == [scatter(item, 2) for item in range(1_000)]
    assert np.all(scatter_array(1_000, 2) >= 0)
