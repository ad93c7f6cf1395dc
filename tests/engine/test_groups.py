"""What a system's description refuses of groups of database nodes, and how nodes are told apart in the results."""

import pytest

from engine import Simulation, System, simulate
from tests.engine.fields import refused


def test_there_are_at_most_400_database_nodes():
    functions = {"posts": 1.0, "users": 1.0, "media": 0.0}
    description = {"traffic": {"functions": functions}, "database": {"shards": 64, "replicas": 3, "federated": True}}
    assert refused(description) == [
        "database.shards: 128 groups of 4 nodes are 512 database nodes; at most 400 are allowed, "
        "so use fewer shards, replicas or functions"
    ]


def test_a_fault_names_a_group_that_is_there():
    fault = {"kind": "crash", "tier": "database", "shard": 2}
    lines = refused({"database": {"shards": 2}, "faults": [fault]})
    assert lines == ["faults[0].shard: there are 2 groups of database nodes, from 0 to 1, so none is 2"]
    live = Simulation(System.model_validate({"database": {"shards": 2}}), seed=1)
    with pytest.raises(ValueError, match="shard: there are 2 groups of database nodes"):
        live.inject(fault)


def test_nodes_have_a_shard_and_a_role():
    system = System.model_validate({"database": {"shards": 2, "replicas": 1}})
    nodes = simulate(system, requests=100, seed=1).nodes.query("tier == 'database'")
    assert nodes["shard"].tolist() == [0, 0, 1, 1]
    assert nodes["role"].tolist() == ["primary", "replica", "primary", "replica"]
