"""A sweep's points: bounded runs, each with its theory, remembered."""

import json

import pytest

from dashboard import runs
from dashboard.asks import Change
from dashboard.experiment import run, sweep
from engine import System

START = System.model_validate({
    "traffic": {"rate": 70.0, "static_ratio": 1.0}, "client": {"timeout_ms": None},
    "network": {"rtt_ms": {"europe_west": {"europe_west": 0}}},
    "servers": {"count": 1, "vcpus": 1, "workers": 10_000, "cpu_ms": 10.0, "memory_mb_per_request": 0.0},
})  # fmt: skip


def point(values, memo=None):
    return sweep.answer(START, 1, Change(0, json.dumps(values)), lambda _: {}, memo or runs.Memo())


def test_a_point_has_the_metric_its_interval_and_what_theory_says():
    told = point({"traffic.rate": 50.0})
    value, low, high = told["numbers"]["latency_mean_ms"]
    assert low < value < high
    assert told["theory"]["latency_mean_ms"] == pytest.approx(20.0)  # M/M/1: 1 / (100 - 50) s
    assert not told["full"] and not told["short"]


def test_where_no_formula_fits_a_simpler_system_is_told_apart():
    told = point({"traffic.rate": 50.0, "client.timeout_ms": 1_000.0})
    assert "latency_mean_ms" not in told["theory"]
    assert told["simpler"]["latency_mean_ms"] == pytest.approx(20.0)


def test_a_point_that_is_full_says_so_and_has_no_interval():
    told = point({"traffic.rate": 150.0})
    assert told["full"]
    assert told["numbers"]["latency_p95_ms"][1] is None
    assert "latency_mean_ms" not in told["theory"]


def test_a_point_is_no_longer_than_its_budget_and_says_that_it_is_short(monkeypatch):
    asked = []
    original = sweep.whole_run
    monkeypatch.setattr(sweep, "whole_run", lambda *args: asked.append(original(*args)) or asked[-1])
    told = point({"traffic.rate": 3_000.0, "servers.count": 40, "cache.enabled": True, "cache.ttl_s": 3_000.0})
    assert told["short"]
    assert asked[0].requests_sent < 1.05 * sweep.MOST_REQUESTS < run.MOST_REQUESTS


def test_a_point_is_remembered_and_not_taken_for_an_experiment(monkeypatch):
    memo = runs.Memo()
    first = point({"traffic.rate": 50.0}, memo)
    monkeypatch.setattr(sweep, "whole_run", lambda *_: pytest.fail("simulated again"))
    assert point({"traffic.rate": 50.0}, memo) == first
    whole = run.answer(START, 1, Change(0, '{"traffic.rate":50.0}'), lambda _: {}, memo)
    assert "histogram" in whole and "histogram" not in first
