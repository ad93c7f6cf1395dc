"""What a dead primary costs: acknowledged writes that nobody has, and time in which nobody can write."""

import pytest

from engine import System, simulate
from tests.theory.oracle_cases import expected, simulated_by
from tests.theory.trials import Target, assert_agrees, data_system, summary

HERE = "test_failover.py::"


def crash(index, at_s):
    return {"kind": "crash", "tier": "database", "index": index, "at_s": at_s}


def recover(index, at_s):
    return {"kind": "recover", "tier": "database", "index": index, "at_s": at_s}


def written(rate, faults, write_ratio=1.0, **database):
    """A primary and its replicas that are written to, and what happens to them."""
    settings = {"replicas": 1, "lag_ms": 200.0, "apply_cost": 0.0, "failover_s": 30.0}
    system = data_system(rate, traffic={"write_ratio": write_ratio}, database=settings | database)
    return System.model_validate(system.model_dump() | {"faults": faults})


def test_what_a_failover_loses():
    # The writes of the last lag before the crash: acknowledged, and still on their way.
    assert "F8" in simulated_by(HERE + "test_what_a_failover_loses")
    system = written(50, [crash(0, 6.0)], failover_s=1.0)
    lost = Target(expected("F8")["lost_writes_mean"], 0.06)
    assert_agrees(system, {"lost": lost}, {"lost": summary("lost_writes")}, 600, trials=400)


def test_how_long_a_failover_takes():
    # A thousand seconds up, thirty down, and the dead one is back as a replica before the other dies.
    assert "F8" in simulated_by(HERE + "test_how_long_a_failover_takes")
    faults = []
    for cycle in range(6):
        died_s, index = 1_000.0 + 1_030.0 * cycle, cycle % 2
        faults += [crash(index, died_s), recover(index, died_s + 500.0)]
    result = simulate(written(1, faults), duration_s=6 * 1_030.0, seed=1, engine="compiled")
    down_s = result.summary()["write_unavailable_s"]
    assert down_s == pytest.approx(6 * 30.0, abs=1e-6)
    assert 1.0 - down_s / result.duration_s == pytest.approx(expected("F8")["write_availability"], abs=1e-9)
    assert result.nodes["role"].tolist()[-2:] == ["replica", "primary"]  # the sixth promotion is due as the run ends


@pytest.mark.parametrize("tier", ["servers", "database"])
def test_random_crashes_leave_a_node_up_for_its_share_of_the_time(tier):
    """Up for five seconds in the mean and down for one: five sixths (alternating renewal), and exponential times both."""
    crashes = {"kind": "random_crashes", "tier": tier, "mean_time_to_failure_s": 5.0, "mean_time_to_repair_s": 1.0}
    system = written(20, [crashes], replicas=0, failover_s=None)
    measures = {"failed": summary("errors.failed")}
    if tier == "database":
        measures["down"] = lambda result: result.summary()["write_unavailable_s"] / (0.9 * result.duration_s)
    assert_agrees(system, dict.fromkeys(measures, Target(1 / 6, 0.08)), measures, 60_000)


@pytest.mark.parametrize("replication", ["semi_sync", "sync"])
@pytest.mark.parametrize("seed", range(6))
def test_an_acknowledged_write_survives_if_replicas_were_waited_for(replication, seed):
    # One node at a time dies, whoever is primary then: what was acknowledged, somebody has.
    faults = []
    for cycle in range(12):
        died_s = 1.0 + cycle
        faults += [crash(cycle % 3, died_s), recover(cycle % 3, died_s + 0.6)]
    settings = {"replicas": 2, "replication": replication, "failover_s": 0.2, "lag_distribution": "exponential"}
    more = {"lag_ms": 20.0, "apply_cost": 0.5, "write_ms": 5.0, "read_ms": 2.0, "read_from": "replicas"}
    summary_of = simulate(
        written(200, faults, write_ratio=0.5, **settings, **more), duration_s=14.0, seed=seed, engine="compiled"
    ).summary()
    assert summary_of["lost_writes"] == 0
    assert 0.2 <= summary_of["write_unavailable_s"] <= 12 * 0.2 + 1e-9


def test_a_synchronous_write_is_never_read_stale():
    settings = {"replicas": 3, "replication": "sync", "read_from": "replicas", "lag_distribution": "exponential", "write_ms": 2.0}
    system = written(300, [], write_ratio=0.3, **settings)
    metrics = simulate(system, requests=20_000, seed=3, engine="compiled").summary()
    assert metrics["read_your_writes_violations"] == 0
    assert metrics["latency_by_stage_ms.commit_wait"] > 0


def test_reading_ones_own_writes_costs_the_primary_and_nothing_else_is_violated():
    few = {"write_ratio": 0.2, "read_from": "replicas", "replicas": 2, "lag_ms": 100.0}
    found = {}
    for read_from in ("replicas", "replicas_read_your_writes"):
        system = written(200, [], **few | {"read_from": read_from})
        system = system.model_copy(update={"traffic": system.traffic.model_copy(update={"users": 5})})
        result = simulate(system, requests=20_000, seed=3, engine="compiled")
        found[read_from] = result.summary()["read_your_writes_violations"], result.nodes["dispatched"].tolist()[1]
    assert found["replicas"][0] > 1_000
    assert found["replicas_read_your_writes"][0] == 0
    assert found["replicas_read_your_writes"][1] > found["replicas"][1]


def test_a_replica_that_is_cut_off_stays_stale_until_it_recovers():
    cut = [{"kind": "cut_replication", "index": 1, "at_s": 5.0}, recover(1, 10.0)]
    settings = {"write_ratio": 0.5, "read_from": "replicas", "lag_ms": 0.0, "failover_s": None}
    result = simulate(written(100, cut, **settings), duration_s=20.0, seed=2, window_s=1.0, engine="compiled")
    stale = result.timeline["stale_read_ratio"].to_numpy()
    assert (stale[:5] == 0).all()
    assert stale[5:10].max() > 0
    assert (stale[11:] == 0).all()


def test_a_former_primary_copies_nobody_who_is_down():
    # The first primary is back while the second is down: it lacks what was written since, and waits until that is up again.
    faults = [crash(0, 1.0), crash(1, 2.0), recover(0, 2.05), recover(1, 2.5)]
    result = simulate(written(100, faults, lag_ms=50.0, failover_s=0.1), duration_s=3.0, seed=1, engine="compiled")
    summary_of, nodes = result.summary(), result.nodes.query("tier == 'database'")
    assert summary_of["write_unavailable_s"] == pytest.approx(0.1 + 0.5, abs=1e-9)
    assert nodes["role"].tolist() == ["replica", "primary"]
    assert nodes["up"].all()
