"""More than one station, and rates that move: a tandem, a ramp, overload."""

import numpy as np
import pytest

from engine import System
from tests.theory.oracle_cases import expected, simulated_by
from tests.theory.trials import MEASURES, NO_DISTANCE, STUDENT, Target, assert_agrees, run, share, station

HERE = "test_networks.py::"


def test_tandem():
    # CPU of mean 1/2 s, then a database with one connection and reads of mean 1/3 s.
    assert simulated_by(HERE + "test_tandem") == ["B2"]
    system = System.model_validate(
        {
            "traffic": {"rate": 1.0, "write_ratio": 0.0},
            "network": NO_DISTANCE,
            "balancer": {"health_check_interval_s": 3_600.0},
            "servers": {"count": 1, "vcpus": 1, "workers": 100_000, "cpu_ms": 500.0, "memory_mb_per_request": 0.0},
            "database": {"connections": 1, "read_ms": 1000 / 3},
        }
    )
    published = expected("B2")

    def exceeds(quantile):
        return share(lambda attempts: (attempts["ended"] - attempts["arrived"]) / 1e9 > quantile)

    measures = MEASURES | {"T_p95": exceeds(published["T_p95"]), "T_p99": exceeds(published["T_p99"])}
    targets = {"T": Target(published["T"], 0.01), "T_p95": Target(0.05, 0.08), "T_p99": Target(0.01, 0.08)}
    assert_agrees(system, targets, measures, 200_000, keep=True)


def present_at(attempts, time_s: float) -> int:
    """Attempts on the servers at a time."""
    time_ns = round(time_s * 1e9)
    left = attempts["left"].to_numpy()
    return int(np.sum((attempts["dispatched"].to_numpy() <= time_ns) & ((left > time_ns) | (left < 0))))


@pytest.mark.parametrize("trials", [400, pytest.param(4_000, marks=pytest.mark.full)])
def test_ramp(trials):
    # From empty, 2 + 5 t arrivals a second, a vCPU for everybody. The number present is Poisson: mean and variance are equal.
    assert simulated_by(HERE + "test_ramp") == ["B5"]
    system = station(2, 1 / 0.8, 256, traffic={"pattern": "ramp", "ramp_to": 52.0, "ramp_s": 10.0})
    found = {time_s: np.empty(trials) for time_s in (1, 3, 10)}
    for trial in range(trials):
        attempts = run(system, 400, 1 + trial).requests
        assert attempts["dispatched"].iloc[-1] > 10e9
        for time_s, counts in found.items():
            counts[trial] = present_at(attempts, time_s)
    for time_s, counts in found.items():
        mean = expected("B5")[f"EN({time_s})"]
        half = STUDENT[trials] * np.sqrt(mean / trials)
        assert abs(counts.mean() - mean) <= half
        # The variance of a sample variance of Poisson numbers is about (2 m² + m) / n.
        assert abs(counts.var(ddof=1) - mean) <= STUDENT[trials] * np.sqrt((2 * mean**2 + mean) / trials)


def test_overload_is_fluid():
    # 120 a second for 30 s against a capacity of 100, then 80; arrivals and services evenly spaced, as a fluid.
    assert simulated_by(HERE + "test_overload_is_fluid") == ["B7"]
    traffic = {"pattern": "steps", "steps": [(0.0, 120.0), (30.0, 80.0)], "interarrival_cv": 0.0}
    attempts = run(station(100, 0.01, service_distribution="deterministic", traffic=traffic), 8_000, 1).requests
    published = expected("B7")
    assert present_at(attempts, 30) == pytest.approx(published["backlog_at_30s"], rel=0.02)
    left, dispatched = attempts["left"].to_numpy() / 1e9, attempts["dispatched"].to_numpy() / 1e9
    emptied_s = next(leaves for leaves, comes in zip(left, dispatched[1:]) if leaves > 30 and leaves <= comes)
    assert emptied_s - 30 == pytest.approx(published["drain_time_at_lam_80"], rel=0.02)
