"""Situations: valid by the engine's schema, and what each sentence promises does happen, by simulation and on several seeds."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import TypeAdapter

from dashboard.controls import control
from dashboard.journey import CONCEPTS
from dashboard.situations import BY_NAME, SITUATIONS, Situation, opened
from engine import Simulation
from engine.system import Fault
from engine.system.paths import with_values

SEEDS = (1, 2, 3)
Metrics = dict[str, Any]
ALL = [pytest.param(situation, id=situation.name) for situation in SITUATIONS]


def measured(situation: Situation, changes: list[Any], phases: list[tuple[float, float]], seed: int) -> list[Metrics]:
    """The metrics of each phase (from s, to s) of the run; no change lies within a phase but at its begin."""
    system = situation.system
    sim = Simulation(system, seed=seed)
    found: dict[int, Metrics] = {}
    instants = sorted({time for phase in phases for time in phase} | {change[0] for change in changes})
    for until_s in instants:
        begun_s = sim.now_s
        if until_s > begun_s:
            result = sim.advance(until_s - begun_s, window_s=0.1)
            assert not result.stopped
            nodes = result.nodes
            databases = nodes[nodes["tier"] == "database"]
            for place, phase in enumerate(phases):
                if phase == (begun_s, until_s):
                    waiting = result.node_timeline["waiting"][:, nodes.index[nodes["tier"] == "database"]]
                    busy = sorted(databases["utilisation"])
                    found[place] = result.summary() | {"database_busy": busy, "database_queue_peak": waiting.max()}
        for at_s, change in changes:
            if at_s == until_s and "inject" in change:
                sim.inject(change["inject"])
            elif at_s == until_s:
                system = with_values(system, change)
                sim.change(system)
    return [found[place] for place in range(len(phases))]


def times(metric: str, factor: float) -> Callable[[Metrics, Metrics], bool]:
    """Whether a metric is at least so many times what it was before."""
    return lambda before, after: after[metric] >= factor * before[metric]


PROOFS: dict[str, tuple[list[tuple[float, float]], Callable[..., bool]]] = {
    "lunch_hour": ([(0, 20), (20, 140)], times("latency_by_stage_ms.server_queue", 3)),
    "bigger_machine": ([(5, 15), (20, 40)], lambda before, after: after["throughput"] < 0.7 * before["throughput"]),
    "ten_more_servers": (
        [(5, 15), (25, 45)],
        lambda before, after: (
            abs(after["latency_p95_ms"] / before["latency_p95_ms"] - 1) < 0.1
            and after["server_utilisation"] < 0.5 * before["server_utilisation"]
        ),
    ),
    "zone_gone": ([(5, 15), (30, 60)], lambda before, after: before["error_rate"] == 0 and after["error_rate"] > 0.05),
    "autoscaler_too_slow": (
        [(0, 20), (35, 140), (290, 350)],
        lambda before, hole, after: (
            before["error_rate"] == 0
            and after["error_rate"] < 0.01
            and hole["error_rate"] > 0.25
            and after["server_utilisation"] < 0.8
            and after["offered_rate"] > 2.5 * before["offered_rate"]
        ),
    ),
    "backup": (
        [(5, 20), (25, 60)],
        lambda before, after: (
            after["latency_p95_ms"] > 2 * before["latency_p95_ms"] and after["latency_p50_ms"] < 1.3 * before["latency_p50_ms"]
        ),
    ),
    "bad_deploy": (
        [(5, 15), (15, 25), (25, 35), (35, 45), (45, 60)],
        lambda *goodput: all(later["goodput"] < earlier["goodput"] for earlier, later in zip(goodput, goodput[1:])),
    ),
    "failing_fast": ([(5, 15), (15, 30)], lambda before, after: before["error_rate"] == 0 and after["error_rate"] > 0.5),
    "celebrity_post": (
        [(5, 15), (15, 45)],
        lambda before, after: before["load_imbalance"] < 1.5 and after["load_imbalance"] > 3 and after["error_rate"] > 0.1,
    ),
    "slow_replica": (
        [(5, 15), (25, 45)],
        lambda before, after: times("replication_lag_p95_ms", 10)(before, after) and times("stale_read_ratio", 3)(before, after),
    ),
    "night_batch": (
        [(5, 15), (25, 60)],
        lambda before, after: times("latency_p50_ms", 1.5)(before, after) and min(after["database_busy"]) > 0.9,
    ),
    "primary_dies": (
        [(5, 15), (15, 25), (40, 60)],
        lambda before, gap, after: (
            before["error_rate"] == after["error_rate"] == 0
            and gap["write_unavailable_s"] == pytest.approx(10)
            and gap["error_rate"] > 0.2
            and before["lost_writes"] == 0
        ),
    ),
    "hot_shard": (
        [(5, 15), (20, 45)],
        lambda before, after: (
            max(before["database_busy"]) < 0.8 and after["database_busy"][-1] > 0.95 and after["database_busy"][-2] < 0.6
        ),
    ),
    "cold_cache": (
        [(5, 20), (20, 22)],
        lambda before, after: (
            1 - before["cache_hit_ratio"] < 0.12 and after["cache_hit_ratio"] < 0.6 and times("latency_p95_ms", 5)(before, after)
        ),
    ),
    "stampede": (
        [(5, 15), (15, 45)],
        lambda before, after: before["database_queue_peak"] < 20 and after["database_queue_peak"] > 80,
    ),
    "one_more_cache_node": (
        [(5, 20), (20, 20.5)],
        lambda before, after: before["cache_hit_ratio"] > 0.95 and after["cache_hit_ratio"] < 0.4,
    ),
    "region_gone": ([(10, 20), (20, 45)], times("latency_p50_ms", 3)),
    "ticket_sale": (
        [(5, 15), (15, 45)],
        lambda before, after: (
            before["error_rate"] == 0
            and after["errors.timeout"] + after["errors.refused"] > 0.5
            and after["attempts_per_request"] > 3
        ),
    ),
    "retry_storm": (
        [(5, 15), (20, 35), (35, 80)],
        lambda before, after, long_after: (
            before["error_rate"] == 0 and long_after["goodput"] < 0.1 * before["goodput"] and long_after["attempts_per_request"] > 3
        ),
    ),
    "ten_percent_too_much": (
        [(5, 15), (45, 75)],
        lambda before, after: (
            before["error_rate"] < 0.01 and after["server_utilisation"] > 0.99 and after["goodput"] < 0.05 * after["throughput"]
        ),
    ),
}


def proven(situation: Situation, changes: list[Any], seed: int) -> bool:
    """Whether the run does what the sentence says; a metric that is absent proves nothing."""
    phases, shows = PROOFS[situation.name]
    try:
        return bool(shows(*measured(situation, changes, phases, seed)))
    except TypeError:
        return False


def test_every_situation_has_a_proof_and_a_name_of_its_own():
    assert set(PROOFS) == set(BY_NAME)
    assert len(BY_NAME) == len(SITUATIONS) >= 12


@pytest.mark.parametrize("situation", ALL)
def test_a_situation_is_a_system_and_changes_that_the_engine_takes(situation):
    system = situation.system
    faults = TypeAdapter(Fault)
    assert [at_s for at_s, _ in situation.changes] == sorted(at_s for at_s, _ in situation.changes)
    for _, change in situation.changes:
        if "inject" in change:
            assert not system.without(faults.validate_python(change["inject"]))
        else:
            system = with_values(system, change)
    assert json.loads(json.dumps([situation.values, situation.changes])) == [situation.values, situation.changes]


@pytest.mark.parametrize("situation", ALL)
def test_its_values_are_ones_that_controls_take_and_they_say_only_what_differs(situation):
    for path, value in situation.values.items():
        if not isinstance(value, list | dict):
            assert control(path, "", "").clean(value) == value, path
    assert with_values(situation.system, {}) == situation.system
    default = type(situation.system)()
    for path, value in situation.values.items():
        part, name = path.split(".")
        assert getattr(getattr(default, part), name) != value, f"{path} is the default"


@pytest.mark.parametrize("situation", ALL)
def test_it_is_one_sentence_on_a_page_of_the_journey(situation):
    assert situation.page in {name for name, _ in CONCEPTS}
    assert situation.sentence.endswith(".")
    assert situation.sentence.count(". ") == 0
    assert len(situation.sentence) < 140
    assert opened(situation.name) == (situation.page, situation.values, situation.seed, situation.changes)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("situation", ALL)
def test_what_the_sentence_promises_happens(situation, seed):
    assert proven(situation, situation.changes, seed)


@pytest.mark.parametrize("situation", ALL)
def test_without_what_happens_to_it_the_promise_is_not_kept(situation):
    assert not proven(situation, [], SEEDS[0])
