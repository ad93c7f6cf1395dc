"""The circuit breaker: a trace worked out by hand on both engines, and what holds of it on random systems."""

import pytest

from engine import System
from engine.log import COLUMNS, COUNTED, FAILED, OK, REFUSED, TIMEOUT
from engine.reading import BREAKER
from tests.agreement.compare import plain, reference
from tests.agreement.systems import random_plan

BREAKER_REFUSED = COUNTED.index("breaker_refused")
BASE = {
    "traffic": {"rate": 100.0, "interarrival_cv": 0.0, "write_ratio": 0.0},
    "network": {"rtt_ms": {"europe_west": {"europe_west": 0.0}}},
    "balancer": {"health_check_interval_s": 3_600.0},
    "servers": {"count": 1, "cpu_ms": 0.0},
    "database": {
        "read_ms": 2.0,
        "service_distribution": "deterministic",
        "breaker": {"enabled": True, "failures": 2, "half_open_after_s": 0.035},
    },
}


def fault(kind: str, at_ms: float, **more) -> dict:
    return {"kind": kind, "tier": "database", "at_s": at_ms / 1e3} | more


def played(engine, description, requests, until_ms):
    world = engine(System.model_validate(description), 1, request_limit=requests)
    world.advance(until_ms * 1_000_000)
    rows = dict(zip(COLUMNS, world.attempts().T))
    return world, rows


@pytest.mark.parametrize("engine", [reference, plain])
def test_a_database_that_is_down_for_a_while(engine):
    """A request every 10 ms; down from 15 to 65 ms; two failures open it, and 35 ms later one call is let through.

    10 ok; 20 and 30 fail, so it opens at 30; 40, 50 and 60 are refused; 70 is the trial and ends well at 72; 80 goes through.
    """
    description = BASE | {"faults": [fault("crash", 15), fault("recover", 65)]}
    world, rows = played(engine, description, 8, 90)
    assert rows["outcome"].tolist() == [OK, FAILED, FAILED, REFUSED, REFUSED, REFUSED, OK, OK]
    assert rows["db_node"].tolist() == [0, 0, 0, -1, -1, -1, 0, 0]
    reading = world.reading()
    assert reading.counts[BREAKER_REFUSED] == 3
    assert reading.nodes[:, BREAKER].tolist() == [0, 0]


@pytest.mark.parametrize("engine", [reference, plain])
def test_failures_that_are_not_in_a_row_do_not_open_it(engine):
    """Down from 15 to 25 and from 35 to 45 ms: 20 and 40 fail, but 30 between them ends well."""
    faults = [fault("crash", 15), fault("recover", 25), fault("crash", 35), fault("recover", 45)]
    world, rows = played(engine, BASE | {"faults": faults}, 6, 70)
    assert rows["outcome"].tolist() == [OK, FAILED, OK, FAILED, OK, OK]
    assert world.reading().counts[BREAKER_REFUSED] == 0


@pytest.mark.parametrize("engine", [reference, plain])
def test_one_trial_at_a_time_and_a_failed_one_begins_anew(engine):
    """The same, but the database is slow when it is back, and clients leave after 15 ms.

    At 70 the trial begins; it takes 20 ms, its client leaves at 85, so at 90 it fails and 35 ms begin anew. 80 and, after it,
    90 to 120 are refused; 130 is the next trial.
    """
    description = BASE | {"client": {"timeout_ms": 15.0}}
    description |= {"faults": [fault("crash", 15), fault("recover", 65), fault("slow", 66, factor=0.1)]}
    world, rows = played(engine, description, 13, 131)
    refused = [REFUSED] * 3
    assert rows["outcome"].tolist() == [OK, FAILED, FAILED, *refused, TIMEOUT, REFUSED, *refused, REFUSED, -1]
    assert rows["db_at"][rows["db_at"] >= 0].tolist() == [10_000_000, 70_000_000, 130_000_000]
    assert world.reading().nodes[0, BREAKER] == 2
    world.change(System.model_validate(BASE | {"database": {"read_ms": 2.0}}))
    assert world.reading().nodes[0, BREAKER] == 0


@pytest.mark.parametrize("engine", [reference, plain])
@pytest.mark.parametrize(("drop", "fails_at_ms"), [("never", 30), ("at_once", 25)])
def test_a_call_whose_client_has_left_fails_when_it_ends_or_is_dropped(drop, fails_at_ms, engine):
    """One failure opens. The first call, from 10 to 30 ms, is left at 25 ms, where it may be dropped."""
    description = BASE | {"client": {"timeout_ms": 15.0}, "servers": BASE["servers"] | {"drop_expired": drop}}
    breaker = {"enabled": True, "failures": 1, "half_open_after_s": 1.0}
    description |= {"database": {**BASE["database"], "read_ms": 20.0, "breaker": breaker}}
    world = engine(System.model_validate(description), 1, request_limit=1)
    world.advance(fails_at_ms * 1_000_000)
    assert world.reading().nodes[0, BREAKER] == 0
    world.advance(fails_at_ms * 1_000_000 + 1)
    assert world.reading().nodes[0, BREAKER] == 1


@pytest.mark.parametrize("number", range(40))
def test_without_failures_it_changes_nothing_and_open_it_lets_no_call_through(number):
    """One that a single failure opens, for longer than the run: after its first refusal its server never calls again, as long as
    the server itself does not die and forget.
    """
    plan = random_plan(number, sliced=False)
    breaker = {"enabled": True, "failures": 1, "half_open_after_s": 1e5}
    tree = plan.system.model_dump(mode="json")
    tree["database"] |= {"breaker": breaker, "cross_shard_ratio": 0.0, "cross_function_ratio": 0.0}
    tree["faults"] = [fault for fault in tree["faults"] if fault["kind"] == "crash" and fault["tier"] == "database"]
    tree["autoscaler"] = {}
    system = System.model_validate(tree)
    world = plain(system, plan.seed, request_limit=plan.scale.requests)
    without = System.model_validate(tree | {"database": tree["database"] | {"breaker": {}}})
    off = plain(without, plan.seed, request_limit=plan.scale.requests)
    end_ns = round(1.5e9 * plan.scale.length_s)
    world.advance(end_ns)
    off.advance(end_ns)
    reading, rows = world.reading(), dict(zip(COLUMNS, world.attempts().T))
    if reading.counts[BREAKER_REFUSED] == 0:
        assert (world.attempts() == off.attempts()).all()
    if reading.counts[BREAKER_REFUSED] and not system.database.colocated:
        for server in range(system.servers.count):
            mine = rows["server"] == server
            refused = mine & (rows["outcome"] == REFUSED) & (rows["cpu_done"] >= 0) & (rows["db_node"] < 0)
            if refused.any():
                called = mine & (rows["db_node"] >= 0)
                assert (rows["db_queued"][called] <= rows["left"][refused].min()).all()
    failed = (rows["db_node"] >= 0) & ((rows["outcome"] > OK) | (rows["db_done"] < 0))
    if not failed.any():
        assert reading.counts[BREAKER_REFUSED] == 0
