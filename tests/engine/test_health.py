"""Health checks worked out by hand, on both engines: when a dead server is taken out, when it comes back, and what it costs."""

import pytest

from engine import System
from engine.log import COLUMNS, COUNTED, FAILED, OK, UNAVAILABLE
from engine.reading import BELIEVED
from tests.agreement.compare import plain, reference

MS = 1_000_000
BASE = {
    "traffic": {"rate": 10.0, "interarrival_cv": 0.0, "static_ratio": 1.0},
    "network": {"rtt_ms": {"europe_west": {"europe_west": 0.0}}},
    "balancer": {"health_check_interval_s": 0.5, "unhealthy_after": 2, "healthy_after": 3},
    "servers": {"count": 2, "cpu_ms": 1.0, "service_distribution": "deterministic"},
}
"""A request every 100 ms, in turn to two servers; checks at 500, 1,000, 1,500 … ms."""


def faulted(*faults: dict, servers: int = 2) -> System:
    return System.model_validate(BASE | {"servers": BASE["servers"] | {"count": servers}, "faults": list(faults)})


def played(engine, system: System, until_ms: int):
    world = engine(system, 1)
    world.advance(until_ms * MS)
    return world, dict(zip(COLUMNS, world.attempts().T))


@pytest.mark.parametrize("engine", [reference, plain])
def test_out_after_two_failed_checks_and_back_after_three_passed_ones(engine):
    """Server 1 is down from 650 to 2,050 ms: the checks at 1,000 and 1,500 fail, those at 2,500, 3,000 and 3,500 pass.

    The odd hundreds go to server 0 and the even ones to 1 until 1,500 ms, of which 800, 1,000, 1,200 and 1,400 fail; then all go
    to 0. At 3,500 ms the check comes before the request of that instant, which is sent to server 1 again.
    """
    system = faulted({"kind": "crash", "index": 1, "at_s": 0.65}, {"kind": "recover", "index": 1, "at_s": 2.05})
    world, rows = played(engine, system, 3_950)
    failed = rows["outcome"] == FAILED
    assert (rows["sent"][failed] // MS).tolist() == [800, 1_000, 1_200, 1_400]
    assert (rows["outcome"][~failed] == OK).all()
    to_one = (rows["sent"][rows["server"] == 1] // MS).tolist()
    assert to_one == [200, 400, 600, 800, 1_000, 1_200, 1_400, 3_500, 3_700, 3_900]
    assert world.reading().nodes[:2, BELIEVED].tolist() == [1, 1]


@pytest.mark.parametrize("engine", [reference, plain])
def test_a_check_that_passes_begins_the_count_anew(engine):
    """Down from 950 to 1,050 ms and from 1,950 to 2,050: two failed checks, at 1,000 and 2,000 ms, but not in a row."""
    times = (0.95, 1.05, 1.95, 2.05)
    faults = [{"kind": kind, "index": 1, "at_s": at_s} for kind, at_s in zip(("crash", "recover") * 2, times)]
    world, _ = played(engine, faulted(*faults), 2_400)
    assert world.reading().nodes[1, BELIEVED] == 1


@pytest.mark.parametrize("engine", [reference, plain])
@pytest.mark.parametrize("passes", [False, True])
def test_a_server_that_fails_fast_is_found_out_only_by_checks_that_fail(passes, engine):
    """From 650 ms on it fails all: found out at 1,500 ms, or never."""
    world, rows = played(engine, faulted({"kind": "fail_fast", "index": 1, "at_s": 0.65, "passes_checks": passes}), 3_950)
    failed = (rows["sent"][rows["outcome"] == FAILED] // MS).tolist()
    assert failed == ([*range(800, 3_950, 200)] if passes else [800, 1_000, 1_200, 1_400])
    assert world.reading().nodes[1, BELIEVED] == passes


@pytest.mark.parametrize("engine", [reference, plain])
def test_nobody_healthy_is_unavailable_for_as_long_as_it_is_believed(engine):
    """One server, down from 650 to 2,050 ms: believed dead from 1,500 to 3,500 ms, two seconds."""
    system = faulted({"kind": "crash", "at_s": 0.65}, {"kind": "recover", "at_s": 2.05}, servers=1)
    world, rows = played(engine, system, 3_950)
    sent, outcome = rows["sent"] // MS, rows["outcome"]
    assert sent[outcome == FAILED].tolist() == [*range(700, 1_500, 100)]
    assert sent[outcome == UNAVAILABLE].tolist() == [*range(1_500, 3_500, 100)]
    assert world.reading().counts[COUNTED.index("nobody_ns")] == 2_000 * MS
