"""The database on the first server's machine, worked out by hand on both engines."""

import pytest

from engine import System
from engine.log import COLUMNS, FAILED, OK, REFUSED
from engine.reading import UP
from tests.agreement.compare import FAULT, plain, reference

BASE = {
    "traffic": {"rate": 200.0, "interarrival_cv": 0.0, "write_ratio": 0.0},
    "network": {"rtt_ms": {"europe_west": {"europe_west": 0.0}}},
    "balancer": {"health_check_interval_s": 3_600.0},
    "servers": {"count": 1, "vcpus": 1, "cpu_ms": 4.0, "service_distribution": "deterministic"},
    "database": {"colocated": True, "connections": 2, "read_ms": 6.0, "service_distribution": "deterministic"},
}


def with_parts(**parts) -> System:
    return System.model_validate(BASE | {name: BASE.get(name, {}) | fields for name, fields in parts.items()})


def rows_of(world) -> dict:
    return dict(zip(COLUMNS, world.attempts().T))


@pytest.mark.parametrize("engine", [reference, plain])
def test_first_come_first_served(engine):
    """A request every 5 ms, 4 ms of CPU and a read of 6 ms on one vCPU.

    A computes from 5 to 9 and reads until 15; B waits from 10 to 15 and computes until 19; C came at 15 and computes until 23;
    then B reads until 29, and C until 35.
    """
    world = engine(with_parts(), 1, request_limit=3)
    world.advance(50_000_000)
    rows = rows_of(world)
    times = {"cpu_at": (5, 15, 19), "db_queued": (9, 19, 23), "db_at": (9, 23, 29), "db_done": (15, 29, 35), "ended": (15, 29, 35)}
    for name, found in times.items():
        assert rows[name].tolist() == [1_000_000 * at_ms for at_ms in found], name
    assert world.reading().nodes[0, 1] == 30_000_000


@pytest.mark.parametrize("engine", [reference, plain])
def test_shared(engine):
    """The same, shared. A reads from 9; B computes beside it from 10 and C from 15, B is done at 19.5 and reads.

    A has read at 22.5, C has computed at 25.5, B has read at 32.5, and C, alone, at 35.
    """
    world = engine(with_parts(servers={"discipline": "processor_sharing"}), 1, request_limit=3)
    world.advance(50_000_000)
    rows = rows_of(world)
    assert rows["cpu_done"].tolist() == pytest.approx([9e6, 19.5e6, 25.5e6], abs=2)
    assert rows["db_at"].tolist() == rows["cpu_done"].tolist()
    assert rows["db_done"].tolist() == pytest.approx([22.5e6, 32.5e6, 35e6], abs=2)


@pytest.mark.parametrize("engine", [reference, plain])
@pytest.mark.parametrize("tier", ["servers", "database"])
def test_they_fail_and_recover_together(tier, engine):
    """Two servers in turn: A on the first, B on the second, whose read needs the first's vCPU.

    At 21 ms A has answered; B reads from 15 to 21 (it computed from 10 to 14 and waited for A's read from 9 to 15); C computes
    from 15 on the first's vCPU only when B has read. At 22 the machine dies with C; D, on the second, finds no database. After
    the recovery at 31 all is well.
    """
    world = engine(with_parts(servers={"count": 2}), 1, request_limit=6)
    world.advance(22_000_000)
    world.inject(FAULT.validate_python({"kind": "crash", "tier": tier, "index": 0}))
    assert world.reading().nodes[:, UP].tolist() == [0, 1, 0]
    world.advance(31_000_000)
    world.inject(FAULT.validate_python({"kind": "recover", "tier": tier, "index": 0}))
    assert world.reading().nodes[:, UP].tolist() == [1, 1, 1]
    world.advance(60_000_000)
    rows = rows_of(world)
    assert rows["server"].tolist() == [0, 1, 0, 1, 0, 1]
    assert rows["db_done"][:2].tolist() == [15_000_000, 21_000_000]
    assert rows["cpu_at"][2] == 21_000_000
    # D computes from 20 to 24 and then finds the database down; E, at 25, the server.
    assert rows["outcome"].tolist() == [OK, OK, FAILED, FAILED, FAILED, OK]
    assert rows["ended"][2:5].tolist() == [22_000_000, 24_000_000, 25_000_000]


@pytest.mark.parametrize("engine", [reference, plain])
def test_queries_need_memory_on_the_first_server_only(engine):
    """Room for two: a read takes a place besides the request that waits for it, so the second request is refused."""
    memory = {"memory_gb": 1.0, "memory_mb_per_request": 512.0}
    for colocated, outcome in ((True, REFUSED), (False, OK)):
        database = {"colocated": colocated, "read_ms": 20.0}
        system = with_parts(servers=memory | {"cpu_ms": 0.0}, database=database)
        world = engine(system, 1, request_limit=2)
        world.advance(100_000_000)
        assert rows_of(world)["outcome"].tolist() == [OK, outcome]


@pytest.mark.parametrize("engine", [reference, plain])
def test_slow_is_the_whole_machine(engine):
    for tier in ("servers", "database"):
        system = with_parts()
        world = engine(system, 1, request_limit=1)
        world.inject(FAULT.validate_python({"kind": "slow", "tier": tier, "index": 0, "factor": 0.5}))
        world.advance(50_000_000)
        rows = rows_of(world)
        assert (rows["cpu_done"][0], rows["db_done"][0]) == (13_000_000, 25_000_000)
