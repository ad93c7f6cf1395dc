"""Confidence intervals: there only where the run is long enough to say something."""

import numpy as np
import pytest

from engine import Simulation, System, simulate
from engine.metrics import SUMS
from engine.system.paths import with_values

EVENTFUL = System.model_validate({
    "traffic": {"rate": 200.0, "write_ratio": 0.3, "items": 2_000, "users": 200},
    "servers": {"count": 1},
    "balancer": {"health_check_interval_s": 0.5},
    "cache": {"enabled": True, "nodes": 3},
    "database": {"replicas": 2, "read_from": "replicas", "lag_ms": 200.0, "failover_s": 2.0, "shards": 2},
    "faults": [
        {"kind": "lose_cache_node", "index": 1, "at_s": 15.0},
        {"kind": "crash", "tier": "database", "index": 0, "at_s": 20.0},
        {"kind": "crash", "tier": "servers", "index": 0, "at_s": 25.0},
        {"kind": "recover", "tier": "servers", "index": 0, "at_s": 30.0},
    ],
})  # fmt: skip
"""In its run whatever a longer run has more of happens, when it has another shard from 10 s on."""

SYSTEM = System.model_validate({"traffic": {"rate": 100.0, "static_ratio": 1.0}})


def test_a_short_run_says_nothing_about_its_far_tail():
    """2,000 requests in 20 windows: 100 a batch, of which one is beyond the 99th percentile and none beyond the 99.9th."""
    intervals = simulate(SYSTEM, requests=2_000, engine="compiled").intervals()
    assert "latency_mean_ms" in intervals
    assert "latency_p50_ms" in intervals
    assert "latency_p99_ms" not in intervals
    assert "latency_p999_ms" not in intervals


def test_a_long_run_does():
    """200,000 requests: some 6,700 a batch, 67 beyond the 99th percentile, six beyond the 99.9th."""
    result = simulate(SYSTEM, requests=200_000, engine="compiled")
    low, high = result.intervals()["latency_p99_ms"]
    assert low < result.summary()["latency_p99_ms"] < high


def test_an_interval_of_a_sum_covers_what_such_runs_come_to():
    """Whose writes are not seen by themselves, in 40 runs of 90 s: their mean is in the intervals of all but a few.

    Each holds it with about 0.95; that fewer than 32 do has a chance of 1e-4. Those of the sum's batches, 30 times as narrow, would
    hold it in a few runs.
    """
    system = System.model_validate({
        "traffic": {"rate": 200.0, "write_ratio": 0.2, "users": 1_000, "items": 500},
        "servers": {"count": 4},
        "database": {"replicas": 1, "read_from": "replicas", "lag_ms": 200.0},
    })  # fmt: skip
    results = [simulate(system, duration_s=93.0, window_s=1.0, warmup_s=3.0, seed=seed) for seed in range(40)]
    counted = [result.summary()["read_your_writes_violations"] for result in results]
    intervals = [result.intervals()["read_your_writes_violations"] for result in results]
    assert sum(low <= np.mean(counted) <= high for low, high in intervals) >= 32
    assert max(high - low for low, high in intervals) < np.mean(counted), "and says something"


@pytest.mark.parametrize("windows", [30, 47, 60])
def test_an_interval_is_of_the_sum_however_many_windows_its_batches_have(windows):
    """A database whose only node is down from the first instant: nothing is written for as long as the run is measured."""
    down = {"kind": "crash", "tier": "database", "index": 0, "at_s": 0.0}
    result = simulate(System.model_validate({"faults": [down]}), duration_s=float(windows), window_s=1.0)
    assert result.summary()["write_unavailable_s"] == windows
    assert result.intervals()["write_unavailable_s"] == pytest.approx((windows, windows))


def test_no_interval_goes_below_nothing():
    """One failover of 30 s fills a batch of 20 s and half of another, of 30: 30 s, give or take 45."""
    down = {"kind": "crash", "tier": "database", "index": 0, "at_s": 100.0}
    system = {"database": {"replicas": 1, "failover_s": 30.0}, "faults": [down]}
    result = simulate(System.model_validate(system), duration_s=600.0, window_s=1.0)
    assert result.summary()["write_unavailable_s"] == pytest.approx(30.0)
    low, high = result.intervals()["write_unavailable_s"]
    assert low == 0
    assert high == pytest.approx(75.1, abs=0.1)


def test_a_sum_is_what_its_windows_come_to_together_and_nothing_else_is():
    run = Simulation(EVENTFUL)
    run.advance(10.0)
    run.change(with_values(run.system, {"database.shards": 3}))
    result = run.advance(30.0, window_s=1.0)
    told = {name: value for name, value in result.summary().items() if name in result.timeline and value}
    assert set(SUMS) <= set(told), "each happened"
    adding = {name for name, value in told.items() if result.timeline[name].astype(float).sum() == pytest.approx(value)}
    assert adding == set(SUMS)
