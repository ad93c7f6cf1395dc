"""Processor sharing worked out by hand, on both engines: three requests of 10 ms of CPU time that come 4 ms apart."""

import pytest

from engine import System
from engine.log import COLUMNS
from tests.agreement.compare import plain, reference

BASE = {
    "traffic": {"rate": 250.0, "interarrival_cv": 0.0, "static_ratio": 1.0},
    "network": {"rtt_ms": {"europe_west": {"europe_west": 0.0}}},
    "servers": {"count": 1, "vcpus": 1, "cpu_ms": 10.0, "service_distribution": "deterministic"},
}
# vCPUs and discipline at first, when they change, those from then on, start and end of each computation in ns.
CASES = {
    # A alone 4 ms, with B 2 ms of 4, with both 4 of 12; B 4 of 8 with C; C 2 alone.
    "shared": (1, "processor_sharing", None, None, (4, 8, 12), (24_000_000, 32_000_000, 34_000_000)),
    # At 20 ms A has 8 2/3 of its 10 ms, B 4 2/3 and C 2 2/3; then each has a vCPU of its own.
    "more vCPUs": (1, "processor_sharing", 20, (3, "processor_sharing"), (4, 8, 12), (21_333_334, 25_333_334, 27_333_334)),
    # Two vCPUs: A has 8 and B 4 ms at 12, then 2/3 each; at 15 A ends and one vCPU is left, B has 6 and C 2 ms.
    "fewer vCPUs": (2, "processor_sharing", 15, (1, "processor_sharing"), (4, 8, 12), (15_000_000, 23_000_000, 27_000_000)),
    # A keeps its vCPU until 14; B begins at 9, has 3 ms at 12, then shares with C.
    "from first come": (1, "fifo", 9, (1, "processor_sharing"), (4, 9, 12), (14_000_000, 26_000_000, 29_000_000)),
    # At 10 ms A has 5 and B 1 ms; they go on sharing, and C begins when both have ended.
    "to first come": (1, "processor_sharing", 10, (1, "fifo"), (4, 8, 24), (20_000_000, 24_000_000, 34_000_000)),
}


def system_of(vcpus: int, discipline: str) -> System:
    return System.model_validate(BASE | {"servers": BASE["servers"] | {"vcpus": vcpus, "discipline": discipline}})


@pytest.mark.parametrize("engine", [reference, plain])
@pytest.mark.parametrize("name", CASES)
def test_three_requests(name, engine):
    vcpus, discipline, at_ms, later, begun_ms, ended_ns = CASES[name]
    world = engine(system_of(vcpus, discipline), 1, request_limit=3)
    if later:
        world.advance(at_ms * 1_000_000)
        world.change(system_of(*later))
    world.advance(100_000_000)
    row = dict(zip(COLUMNS, world.attempts().T))
    assert row["cpu_at"].tolist() == [1_000_000 * begun for begun in begun_ms]
    assert row["cpu_done"].tolist() == list(ended_ns)


@pytest.mark.parametrize("engine", [reference, plain])
def test_no_more_than_the_vcpus_are_busy(engine):
    """Three share one vCPU from 4 to 34 ms: it is busy for 30 ms, and looking at it changes nothing."""
    world = engine(system_of(1, "processor_sharing"), 1, request_limit=3)
    busy_ms = []
    for at_ms in (10, 21, 40):
        world.advance(at_ms * 1_000_000)
        busy_ms.append(world.reading().nodes[0, 1] / 1e6)
    assert busy_ms == [6.0, 17.0, 30.0]
    assert world.attempts()[:, list(COLUMNS).index("cpu_done")].max() == 34_000_000
