"""The experiment: a whole run at once of the controls' system, with intervals where they are honest."""

import json
import math

import pytest

from dashboard import memo, page, runs
from dashboard.asks import BadAsk, Change, read_experiment
from dashboard.controls import control
from dashboard.experiment import run as experiment
from engine import System

START = System.model_validate({
    "traffic": {"rate": 70.0, "static_ratio": 1.0},
    "client": {"timeout_ms": None},
    "network": {"rtt_ms": {"europe_west": {"europe_west": 0}}},
    "servers": {"count": 1, "vcpus": 1, "workers": 10_000, "cpu_ms": 10.0, "memory_mb_per_request": 0.0},
})  # fmt: skip
CONTROLS = {one.path: one for one in (control("traffic.rate", "", ""), control("cache.enabled", "", ""))}


def run(values=None, memo=None, seed=1):
    change = Change(0, json.dumps(values or {"traffic.rate": 70.0}))
    recorded = {"pattern": "recorded", "recording": [(0.0, 5.0), (1.0, 7.0)]}
    return experiment.answer(START, seed, change, lambda token: recorded, memo or runs.Memo())


def test_it_is_long_and_its_intervals_hold_what_theory_says():
    """M/M/1 at 0.7: the response is exponential with mean 1 / (100 - 70) s.

    Each of 20 intervals holds its median with 0.95; that fewer than 15 do has a chance of 3e-4.
    """
    median_ms = 1e3 / 30 * math.log(2)
    held = 0
    for seed in range(20):
        told = run(seed=seed)
        assert told["requests"] > 99_000 and told["limits"] == []
        value, low, high = told["numbers"]["latency_p50_ms"]
        assert low < value < high
        held += low <= median_ms <= high
    assert held >= 15


def test_a_full_server_has_no_intervals_and_says_why():
    told = run({"traffic.rate": 150.0})
    assert all(one[1:] == [None, None] for one in told["numbers"].values())
    assert "full all the time" in told["limits"][0]


def test_traffic_that_is_not_steady_has_no_intervals_and_says_why():
    told = run({"traffic.recording": "abc"})
    assert told["numbers"]["latency_p95_ms"][1] is None
    assert "not steady" in told["limits"][0]


def test_a_run_that_the_budget_ends_says_so():
    told = run({"servers.count": 40, "traffic.rate": 3_000.0, "cache.enabled": True, "cache.ttl_s": 3_000.0})
    assert told["requests"] < 1.1 * experiment.MOST_REQUESTS
    assert any("400,000 requests" in words for words in told["limits"])


def test_a_quick_run_is_cut_and_says_that_there_is_more_to_ask_for():
    """What expires after 30 s at 5,000 requests/s wants far more than 100,000 requests; a plain system is as long as ever."""
    memo = runs.Memo()
    long = Change(0, json.dumps({"servers.count": 80, "traffic.rate": 5_000.0, "cache.enabled": True, "cache.ttl_s": 30.0}))
    told = experiment.quick(START, 1, long, lambda _: {}, memo)
    whole = experiment.answer(START, 1, long, lambda _: {}, memo)
    assert told["more"] and 100_000 <= told["requests"] < 103_000
    assert any("some 101,000 requests" in words for words in told["limits"])
    assert whole["requests"] > 2 * told["requests"] and "more" not in whole
    plain = experiment.quick(START, 1, Change(0, json.dumps({"traffic.rate": 70.0})), lambda _: {}, memo)
    assert not plain.pop("more") and plain == run(memo=memo)


def test_the_same_is_answered_from_memory(monkeypatch):
    memo = runs.Memo()
    first = run(memo=memo)
    monkeypatch.setattr(experiment, "simulate", lambda *_, **__: pytest.fail("simulated again"))
    assert run(memo=memo) == first


def test_no_more_of_them_at_once_than_cores(monkeypatch):
    taken = []

    class Counting:
        def __enter__(self):
            taken.append(1)

        def __exit__(self, *_):
            taken.pop()

    original = experiment._run
    monkeypatch.setattr(memo, "CORES", Counting())
    monkeypatch.setattr(experiment, "_run", lambda *args: (taken == [1]) and original(*args))
    assert run()["requests"] > 0
    assert taken == []


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"experiment": {"servers.count": 3}}, "not a control of this page"),
        ({"experiment": {"traffic.rate": float("nan")}}, "give a number"),
        ({"experiment": {"cache.enabled": "yes"}}, "give true or false"),
        ({"experiment": {"inject": {"kind": "crash"}}}, "A fault is one of"),
        ({"experiment": {}}, "an object of values"),
        ({"experiment": [1]}, "an object of values"),
        ({"experiment": {"traffic.rate": 10}, "seed": -1}, "seed"),
        ({"experiment": {"traffic.rate": 10}, "seed": True}, "seed"),
    ],
)
def test_what_a_stranger_sends_is_checked(raw, words):
    with pytest.raises(BadAsk, match=words):
        read_experiment(raw, CONTROLS)


@pytest.mark.parametrize("kind", ["experiment", "quick", "theory", "point", "csv"])
def test_every_ask_about_whole_runs_is_checked_alike(kind):
    declared = page.Page("test", "", "", START, tuple(CONTROLS.values()))
    refused = page.chunk(declared, {"id": "x", "seed": 1, kind: {"servers.count": 3}})
    assert "not a control" in refused["problem"]


def test_a_table_that_there_is_not_is_refused():
    declared = page.Page("test", "", "", START, tuple(CONTROLS.values()))
    refused = page.chunk(declared, {"id": "x", "seed": 1, "csv": {"traffic.rate": 70}, "table": "passwords"})
    assert "give one of summary, timeline, requests" in refused["problem"]


def test_the_answer_is_small_enough_to_be_sent_at_every_move():
    told = run({"traffic.rate": 90.0})
    assert len(json.dumps(told)) < 60_000


def test_values_are_clamped_to_the_controls_bounds():
    assert (
        read_experiment({"experiment": {"traffic.rate": 1e12}}, CONTROLS)[1].values["traffic.rate"] == CONTROLS["traffic.rate"].most
    )


def test_the_page_answers_an_experiment_beside_the_live_run():
    declared = page.Page("test", "", "", START, tuple(CONTROLS.values()))
    told = page.chunk(declared, {"id": "x-1", "seed": 1, "experiment": {"traffic.rate": 70}})
    assert told["echo"] == "x-1" and told["experiment"]["requests"] > 0
    refused = page.chunk(declared, {"id": "x-2", "experiment": {"nonsense": 1}})
    assert refused["echo"] == "x-2" and "not a control" in refused["problem"]
