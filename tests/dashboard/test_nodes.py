"""Nodes and stores of a slice of a real run: one entry each, merged where they are many, and counted once."""

import pytest

from dashboard import payload
from dashboard.nodes import nodes, stores
from dashboard.sample import moves
from engine import Simulation, System
from tests.dashboard.readings import windows_of


def advance(seconds=1.0, faults=(), **system):
    """A slice of a small run in windows of a tenth of a second."""
    sim = Simulation(System.model_validate(system), engine="plain")
    for fault in faults:
        sim.inject(fault)
    return sim.advance(seconds, window_s=0.1, keep_every=1)


SMALL = {"traffic": {"rate": 200.0}}


def test_database_nodes_know_their_group_their_number_and_their_role():
    table = nodes(advance(**SMALL, database={"shards": 2, "replicas": 1}))
    assert table["id"] == ["s0", "s1", "d0", "d1", "d2", "d3"]
    assert table["group"] == [-1, -1, 0, 0, 1, 1]
    assert table["member"][2:] == [0, 1, 0, 1]
    assert table["primary"][2:] == [[1], [0], [1], [0]]  # one value stands for all rows


def test_a_promotion_changes_the_role_in_the_middle():
    faults = [{"kind": "crash", "tier": "database", "index": 0}]
    table = nodes(advance(faults=faults, **SMALL, database={"replicas": 1, "failover_s": 0.5}))
    old, new = (table["primary"][table["id"].index(name)] for name in ("d0", "d1"))
    assert old == [1] * 5 + [0] * 5  # what is due at a window's end belongs to the next one
    assert new == [0] * 5 + [1] * 5
    assert table["up"][table["id"].index("d0")] == [0]


def test_many_database_nodes_become_a_box_a_shard_and_very_many_a_box_a_state():
    shards = nodes(advance(0.2, **SMALL, database={"shards": 4, "replicas": 2}))
    assert shards["id"][2:] == ["g0", "g1", "g2", "g3"]
    assert shards["size"][2:] == [3] * 4
    assert shards["of"]["d"] == ["g0"] * 3 + ["g1"] * 3 + ["g2"] * 3 + ["g3"] * 3
    states = nodes(advance(0.2, **SMALL, database={"shards": 13}))
    assert states["id"][2:] == ["d-working", "d-full", "d-down"]
    assert states["size"][2:] == [13, 0, 0]


def test_merged_or_not_every_attempt_is_counted_once():
    result = advance(**SMALL, servers={"count": 20})
    merged = nodes(result)
    assert sum(map(sum, merged["taken"][:4])) == int(result.node_timeline["dispatched"][:, :20].sum())


def test_stores_are_cache_nodes_then_points_of_presence():
    result = advance(
        faults=[{"kind": "lose_cache_node", "index": 1}],
        traffic={"rate": 400.0, "static_ratio": 0.5, "items": 50},
        cache={"enabled": True, "nodes": 2},
        cdn={"enabled": True, "pops": ["europe_west", "india"]},
    )
    table = stores(result)
    assert table["id"] == ["c0", "c1", "p3", "p6"]
    assert table["name"][2:] == ["Ireland", "Mumbai"]
    assert table["region"] == ["", "", "europe_west", "india"]
    assert table["up"] == [[1], [0], [1], [1]]
    looks, hits = ([sum(column) for column in table[name]] for name in ("looks", "hits"))
    counted = result.readings[-1].stores
    assert looks[0] == counted[0, 0] > 0
    assert looks[1] == 0
    assert 0 < hits[2] <= looks[2]
    assert looks[3] == 0  # all users are in Europe


def test_many_cache_nodes_are_one_box():
    table = stores(advance(0.2, **SMALL, cache={"enabled": True, "nodes": 9}))
    assert table["id"] == ["cache"]
    assert table["size"] == [9]
    assert table["up"] == [[9]]


def test_a_system_without_either_has_no_stores():
    assert stores(advance(0.1, **SMALL)) is None


@pytest.mark.parametrize("placement", ["modulo", "consistent_hash"])
def test_a_sampled_read_names_the_cache_node_that_it_asked(placement):
    result = advance(
        traffic={"rate": 300.0, "write_ratio": 0.0, "items": 40}, cache={"enabled": True, "nodes": 3, "placement": placement}
    )
    told = moves([result], 0.0, 1)
    asked = [0, 0, 0]
    for node, hit in zip(told["cache"], told["hit"]):
        asked[node] += hit >= 0
    assert asked == result.readings[-1].stores[:3, 0].tolist()


def test_regions_are_told_where_there_are_several():
    result = advance(traffic={"rate": 300.0, "regions": {"europe_west": 1.0, "oceania": 1.0}})
    told = payload.piece(result, windows_of(result, 1.0), 0.1)["regions"]
    assert told["name"] == ["europe_west", "oceania"]
    near, far = (column[-1] for column in told["latency_ms"])
    assert far - near == pytest.approx(255, abs=30)  # the table's 256 ms to Sydney, 1 ms within Ireland; services vary
    alone = advance(0.2, **SMALL)
    assert payload.piece(alone, windows_of(alone, 1.0), 0.1)["regions"] is None
