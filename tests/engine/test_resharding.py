"""What happens to items that another shard is to hold: copied batch by batch, waited for, tried again.

Two shards become three by modulo. Of the items 0 … 5, shard 0 gives 4 to shard 1 and 2 to shard 2, shard 1 gives 3 to shard 0 and
5 to shard 2: each is a batch of its own, which takes 10 ms to read and 10 ms to write.
"""

import numpy as np
import pytest

from engine import Simulation, System
from engine.log import COLUMNS, OK

MS = 1_000_000
ENGINES = ("plain", "compiled")
CHANGE_S = 0.1
COPIED_MS = {4: (0, 20), 3: (0, 20), 2: (20, 40), 5: (20, 40)}
"""When (after the change) the batch of each item is under way."""


def system(shards, **database):
    """Six items that are asked for alike, a thousand times a second, on databases where nobody waits for a connection."""
    return System.model_validate({
        "traffic": {"rate": 1_000.0, "interarrival_cv": 0.0, "items": 6, "popularity": 0.0, "write_ratio": 0.3},
        "network": {"rtt_ms": {"europe_west": {"europe_west": 0.0}}},
        "servers": {"count": 1, "workers": 10_000, "cpu_ms": 0.0, "memory_mb_per_request": 0.0},
        "balancer": {"overhead_ms": 0.0},
        "database": {
            "connections": 1_000, "read_ms": 0.0, "write_ms": 0.0, "service_distribution": "deterministic",
            "shards": shards, "copy_ms": 10.0,
        } | database,
    })  # fmt: skip


def resharded(engine, first=2, then=3, **database):
    live = Simulation(system(first, **database), seed=3, engine=engine)
    live.advance(CHANGE_S)
    live.change(system(then, **database))
    return live


def rows(result):
    return {name: result.rows[:, place] for place, name in enumerate(COLUMNS)}


@pytest.mark.parametrize("engine", ENGINES)
def test_items_arrive_batch_by_batch(engine):
    live = resharded(engine)
    counted = [live.advance(0.01).summary() for _ in range(5)]
    assert [now["keys_moved"] for now in counted] == [0, 0, 2, 0, 2]  # a slice ends before its end time
    assert [now["keys_moving"] for now in counted] == [4, 4, 2, 2, 0]


@pytest.mark.parametrize("engine", ENGINES)
def test_copying_is_work_for_both_databases(engine):
    # Shard 0 reads two batches and writes one, shard 1 too, shard 2 only writes two.
    nodes = resharded(engine).advance(0.05).nodes.query("tier == 'database'")
    assert (nodes["utilisation"] * 1_000 * 50).round(6).tolist() == [30.0, 30.0, 20.0]


@pytest.mark.parametrize("engine", ENGINES)
def test_queries_of_an_item_wait_while_its_batch_is_under_way(engine):
    log = rows(resharded(engine).advance(0.06, keep_every=1))
    assert (log["outcome"] == OK).all()
    since_ms = log["db_queued"] / MS - 1_000 * CHANGE_S
    waits = (log["db_at"] - log["db_queued"]) / MS
    for item in range(6):
        begin, end = COPIED_MS.get(item, (0, 0))
        asked = log["key"] == item
        during = asked & (since_ms >= begin) & (since_ms < end)
        assert np.allclose(waits[during], end - since_ms[during])
        assert (waits[asked & ~during] == 0).all()
        assert (log["db_node"][asked & (since_ms < begin)] == item % 2).all()
        if item in COPIED_MS:
            assert during.sum() > 0
            assert (log["db_node"][asked & (since_ms >= begin)] == item % 3).all()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_dead_primary_is_tried_again_a_second_later(engine):
    live = Simulation(system(2), seed=3, engine=engine)
    live.advance(CHANGE_S)
    live.inject({"kind": "crash", "tier": "database", "index": 0, "shard": 1})
    live.change(system(3))
    # Shard 0 cannot hand item 4 to shard 1, nor shard 1 anything to anybody; both try again at one second, when shard 1 is back.
    assert live.advance(0.5).summary()["keys_moved"] == 0
    live.inject({"kind": "recover", "tier": "database", "index": 0, "shard": 1})
    assert live.advance(0.51).summary()["keys_moved"] == 0  # shard 0 read its batch for 10 ms before it found shard 1 down
    assert live.advance(0.035).summary()["keys_moved"] == 3  # shard 1's at 1.02 and 1.04 s, shard 0's first at 1.03 s
    assert live.advance(0.02).summary()["keys_moved"] == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_a_shard_that_is_left_serves_what_it_still_has(engine):
    live = resharded(engine, first=3, then=2)
    parts = []
    for _ in range(5):
        nodes = live.advance(0.01).nodes.query("tier == 'database'")
        parts.append(bool(nodes["takes_part"].iloc[2]))
    assert parts == [True, True, True, True, False]  # its items 2 and 5 go to shards 0 and 1, one after the other


@pytest.mark.parametrize("engine", ENGINES)
def test_a_change_back_leaves_items_where_they_are_and_returns_the_others(engine):
    live = resharded(engine)
    assert live.advance(0.025).summary()["keys_moved"] == 2  # 3 and 4; 2 and 5 are being read
    live.change(system(2))
    assert live.advance(0.001).summary()["keys_moving"] == 2
    finished = live.advance(0.05, keep_every=1)
    assert finished.summary()["keys_moved"] == 2
    log = rows(finished)
    late = log["db_queued"] >= round(1e9 * (CHANGE_S + 0.055))
    assert (log["db_node"][late] == log["key"][late] % 2).all()


@pytest.mark.parametrize("engine", ENGINES)
def test_other_changes_do_not_disturb_the_copying(engine):
    live = resharded(engine)
    live.advance(0.015)
    live.change(system(3, read_ms=1.0))
    assert live.advance(0.01).summary()["keys_moved"] == 2


def test_a_batch_holds_at_most_a_hundred_items():
    # 1,000 items from one shard to two: the 500 odd ones move in five batches of 100, each read and written in 2 x 100 x 0.1 ms.
    def catalogue(shards):
        return System.model_validate({"traffic": {"items": 1_000}, "database": {"shards": shards, "copy_ms": 0.1}})

    live = Simulation(catalogue(1), seed=1)
    live.advance(0.1)
    live.change(catalogue(2))
    moved = [live.advance(0.02).summary()["keys_moved"] for _ in range(6)]
    assert moved == [0, 100, 100, 100, 100, 100]


def test_items_that_are_no_longer_asked_for_move_at_once():
    live = Simulation(system(2), seed=3)
    live.advance(CHANGE_S)
    smaller = system(3).model_dump()
    smaller["traffic"]["items"] = 3
    live.change(System.model_validate(smaller))
    assert live.advance(0.001).summary()["keys_moving"] == 1  # of 0, 1 and 2 only 2 has another shard
