"""Runs of lessons: what is measured is what the engine says of the same stretch, and what cannot be run is refused in words."""

import pytest

from engine import Simulation, System
from engine.system.paths import with_values
from lessons import running
from lessons.running import BadRun, NotReady, Run, Stretch, check_run, measured, nothing_to_break, read_lately, run_of, system_of
from tests.lessons.small import small

BASE = {"traffic.rate": 400.0, "servers.count": 2, "servers.vcpus": 1, "servers.cpu_ms": 4.0}


def system(**values):
    return with_values(System(), BASE | {name.replace("__", "."): value for name, value in values.items()})


def test_a_stretch_is_what_the_engine_says_of_it():
    run = Run.of(system(), 3, [(4.0, {"traffic.rate": 100}), (6.0, {"inject": {"kind": "crash", "tier": "servers", "index": 1}})])
    live = Simulation(system(), seed=3)
    live.advance(4.0)
    live.change(system(traffic__rate=100.0))
    live.advance(1.5)
    early = live.advance(0.5)
    live.inject({"kind": "crash", "tier": "servers", "index": 1})
    late = live.advance(3.0)
    assert measured(run, Stretch("latency_p95_ms", "", 5.5, 6.0)) == early.summary()["latency_p95_ms"]
    assert measured(run, Stretch("goodput", "", 6.0, 9.0)) == late.summary()["goodput"]
    assert measured(run, Stretch("rate", "servers.0", 6.0, 9.0)) == late.nodes.loc[0, "rate"]
    assert measured(run, Stretch("up", "servers.1", 6.0, 9.0)) == 0


def test_stretches_may_be_asked_for_in_any_order():
    first, second = Run.of(system(), 11), Run.of(system(), 11)
    names = [(8.0, 9.0), (2.0, 3.0), (2.0, 9.0), (0.0, 1.0)]
    there = [measured(first, Stretch("latency_mean_ms", "", *span)) for span in names]
    measured.cache_clear()
    running._stretch.cache_clear()
    back = [measured(second, Stretch("latency_mean_ms", "", *span)) for span in reversed(names)]
    assert there == back[::-1]


def test_where_nothing_was_answered_there_is_nothing_to_measure():
    dead = Run.of(system(), 1, [(0.0, {"inject": {"kind": "crash", "tier": "servers", "index": index}}) for index in (0, 1)])
    assert measured(dead, Stretch("latency_p95_ms", "", 1.0, 3.0)) is None


def test_what_the_page_shows_lately_lies_between_its_least_and_its_most():
    run = Run.of(system(), 5, [(20.0, {"traffic.rate": 40})])
    now, least, most = read_lately(run, "offered_rate", "", 24.0)
    assert least <= now <= most
    assert now == measured(run, Stretch("offered_rate", "", 23.0, 24.0))
    assert now < 100 < 300 < most, "ten seconds before, it was the old rate"


@pytest.mark.parametrize(
    ("moves", "until_s", "words"),
    [
        ([(0.0, {"traffic.rate": 100_000})], 60.0, "at most 800,000"),
        ([(0.0, {"inject": {"kind": "traffic_spike", "factor": 1_000, "for_s": 60}})], 60.0, "at most 800,000"),
        ([(1.0, {"traffic.speed": 3})], 60.0, "no such field"),
        ([(1.0, {"nothing.here": 3})], 60.0, "no such field"),
        ([(1.0, {"servers.count": -3})], 60.0, "servers.count"),
        ([(1.0, {"servers.count": 2.5})], 60.0, "servers.count"),
        ([(1.0, {"inject": {"kind": "earthquake"}})], 60.0, "no fault of the engine"),
    ],
)
def test_what_cannot_be_run_is_refused(moves, until_s, words):
    with pytest.raises(BadRun, match=words):
        check_run(Run.of(system(), 1, moves), until_s)


def test_a_run_has_a_bounded_number_of_moves():
    with pytest.raises(BadRun, match="at most 450"):
        Run.of(system(), 1, [(0.0, {"traffic.rate": 1})] * 451)


def test_metrics_and_nodes_that_are_not_there_are_named():
    with pytest.raises(BadRun, match="no metric 'speed'; there are offered_rate"):
        measured(Run.of(system(), 1), Stretch("speed", "", 0.0, 1.0))
    with pytest.raises(BadRun, match=r"no rate of|no 'rate' of"):
        measured(Run.of(system(), 1), Stretch("rate", "servers.7", 0.0, 1.0))


def test_what_is_not_there_cannot_break():
    fault = {"kind": "crash", "tier": "servers", "index": 5}
    assert "none is 5" in nothing_to_break(system(), fault)
    run, calm = Run.of(system(), 1, [(1.0, {"inject": fault})]), Run.of(system(), 1)
    assert measured(run, Stretch("goodput", "", 0.0, 5.0)) == measured(calm, Stretch("goodput", "", 0.0, 5.0))


def test_a_long_run_waits_for_the_kernel(monkeypatch):
    monkeypatch.setattr(running.compiled, "choose", lambda engine: ("plain", ""))
    check_run(Run.of(system(), 1), 10.0)
    with pytest.raises(NotReady, match="try again"):
        check_run(Run.of(system(), 1), 60.0)


def test_a_scene_that_keeps_settings_stands_on_the_solutions_before_it_or_on_the_learners():
    goal = {
        "free": ["servers.count"], "conditions": [{"metric": "latency_p95_ms", "at_most": 80}],
        "solutions": [{"name": "two", "set": {"servers.count": 2}}],
        "mistakes": [{"name": "none", "set": {}, "fails": "latency_p95_ms"}],
    }  # fmt: skip
    lesson = small(
        {
            "scenes": {"next": {"keeps": True, "system": {"traffic.rate": 300}}, "fresh": {"system": {"traffic.rate": 300}}},
            "values": {"busy": {"metric": "server_utilisation"}},
            "steps.1": {"id": "build", "kind": "challenge", "prompt": "Build", "goal": goal},
            "steps.2": {"id": "later", "kind": "text", "prompt": "On", "scene": "next"},
        }
    ).lesson
    assert system_of(lesson, "next").servers.count == 2
    own = {"servers.count": 7, "traffic.rate": 5.0}
    assert (system_of(lesson, "next", own).servers.count, system_of(lesson, "next", own).traffic.rate) == (7, 300)
    assert system_of(lesson, "fresh", own).servers.count == 1
    assert run_of(lesson, "next", {"servers.count": 3}, seed=4).seed == 4


def test_what_is_kept_of_runs_is_bounded(monkeypatch):
    monkeypatch.setattr(running, "MOST_HELD_BYTES", 12_000_000)
    running._SIMULATIONS.clear()
    for seed in range(40, 52):
        measured(Run.of(system(servers__count=40), seed), Stretch("goodput", "", 0.0, 2.0))
        assert sum(kept.held_bytes for kept, _ in running._SIMULATIONS.values()) <= 12_000_000
    assert len(running._SIMULATIONS) < 12, "or the bound was never reached"
