"""Confidence intervals: there only where the run is long enough to say something."""

from engine import System, simulate

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
