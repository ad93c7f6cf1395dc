"""A write that was acknowledged when all replicas had it is never lost, whatever dies when; written down apart from the counter.

The reference tells which attempt each lost write came from; the log tells which attempts' writes were acknowledged.
"""

import pytest

from engine import System
from engine.log import COLUMNS, COUNTED, OK, WRITE
from engine.reference.database import Data
from tests.agreement.compare import FAULT, compiled, reference
from tests.agreement.systems import random_plan

LOST = COUNTED.index("lost_writes")
SHIPS = {"failover_s": 0.02, "lag_ms": 30.0, "lag_distribution": "exponential", "replicas": 3}
PLANS = range(120)


def played(plan, replication: str, engine):
    """The plan with systems that replicate like this, fail over, and have a primary that dies every now and then."""

    def with_deaths(system: System) -> System:
        tree = system.model_dump(mode="json")
        tree["database"] |= SHIPS | {"replication": replication, "colocated": False, "shards": 1, "federated": False}
        tree["traffic"] |= {"write_ratio": 0.5, "static_ratio": 0.0}
        deaths = {"mean_time_to_failure_s": 0.2 * plan.scale.length_s, "mean_time_to_repair_s": 0.1 * plan.scale.length_s}
        return System.model_validate(tree | {"faults": [{"kind": "random_crashes", "tier": "database"} | deaths]})

    world = engine(with_deaths(plan.system), plan.seed, request_limit=2 * plan.scale.requests)
    for time_ns, action in plan.steps:
        world.advance(time_ns)
        if isinstance(action, System):
            world.change(with_deaths(action))
        elif action is not None and (action.get("tier") != "database" or action.get("shard", 0) == 0):
            world.inject(FAULT.validate_python(action))
    world.advance(round(2e9 * plan.scale.length_s))
    return world


@pytest.fixture
def lost(monkeypatch) -> set:
    """The attempts, as (request, attempt), whose committed writes a failover lost, acknowledged or not."""
    found, lose = set(), Data.lose

    def noted(data, write):
        found.add((write.request, write.attempt))
        lose(data, write)

    monkeypatch.setattr(Data, "lose", noted)
    return found


def acknowledged(world) -> set:
    """The attempts whose writes were acknowledged, and those that told their clients so."""
    row = dict(zip(COLUMNS, world.attempts().T))
    known = (row["kind"] == WRITE) & ((row["acknowledged"] >= 0) | (row["outcome"] == OK))
    return set(zip(row["request"][known].tolist(), row["attempt"][known].tolist()))


@pytest.mark.parametrize("number", PLANS)
def test_no_write_is_both_acknowledged_and_lost(number, lost):
    world = played(random_plan(number, sliced=True), "sync", reference)
    assert not lost & acknowledged(world)
    assert world.data.lost_writes == 0


def test_the_same_systems_lose_acknowledged_writes_without_waiting(lost):
    """And the counter counts them, all and no others."""
    some = 0
    for number in PLANS:
        lost.clear()
        world = played(random_plan(number, sliced=True), "async", reference)
        assert world.data.lost_writes == len(lost & acknowledged(world))
        some += world.data.lost_writes > 0
    assert some > 40


@pytest.mark.parametrize("number", range(200, 400, 10))
def test_nor_in_the_kernel(number):
    for each in range(number, number + 10):
        assert played(random_plan(each, sliced=True), "sync", compiled).reading().counts[LOST] == 0
