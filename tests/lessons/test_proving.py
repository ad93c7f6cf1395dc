"""The proof of a lesson finds what is not true of it: each test breaks one thing in a lesson that is proven."""

import pytest

from lessons.proving import prove
from lessons.sound import problems_of
from tests.lessons.small import OPTIONS, small
from tests.lessons.test_judging import COMPARE, SKETCH
from tests.lessons.test_judging import GOAL as ONE_CONDITION

SEEDS = tuple(range(101, 109))
CONDITIONS = [{"metric": "server_utilisation", "at_most": 0.5}, {"metric": "goodput", "at_least": 150}]
GOAL = {**ONE_CONDITION, "goal": {**ONE_CONDITION["goal"], "conditions": CONDITIONS}}


def found(changes=None, seeds=SEEDS):
    return {problem.field: problem.message for problem in prove(small(changes), seeds)}


def with_step(step, **changes):
    asked = {"id": "asked", "prompt": "?", **step}
    for place, value in changes.items():
        *way, last = [int(part) if part.isdigit() else part for part in place.split("__")]
        asked = _put(asked, [*way, last], value)
    return {"steps.1": asked}


def _put(old, way, value):
    if not way:
        return value
    copied = list(old) if isinstance(old, list) else dict(old)
    if isinstance(copied, dict):
        copied[way[0]] = _put(old.get(way[0], {}), way[1:], value)
    else:
        copied[way[0]] = _put(old[way[0]], way[1:], value)
    return copied


@pytest.mark.parametrize(
    "changes", [{}, with_step(COMPARE), with_step(SKETCH), with_step(GOAL)], ids=["choice", "compare", "sketch", "goal"]
)
def test_what_is_true_is_proven(changes):
    assert found(changes) == {}


BROKEN = {
    "no option holds": ({"steps.0.choice.options.1.when": "busy > 2"}, "steps.0.choice.options", "0 options hold"),
    "two options hold": ({"steps.0.choice.options.0.when": "busy > 0.5"}, "steps.0.choice.options", "2 options hold"),
    "chance decides": (
        {"values.busy.to_s": 11, "scenes.rush.events.0.set": {"traffic.rate": 150}},
        "steps.0.choice.options",
        "the seeds disagree",
    ),
    "a close call": (
        {"steps.0.choice.options.0.when": "busy < 0.77", "steps.0.choice.options.1.when": "busy >= 0.77"},
        "steps.0.choice.options.1.when",
        "too close",
    ),
    "nothing to measure": (
        {
            "scenes.rush.events.1": {"at_s": 6, "fault": {"kind": "crash", "tier": "servers", "index": 0}},
            "values.wait": {"scene": "rush", "metric": "latency_p95_ms", "from_s": 10},
        },
        "values.wait",
        "cannot be measured on 8 of 8 seeds",
    ),
    "no such metric": ({"values.busy.metric": "speed"}, "values.busy", "no metric 'speed'"),
    "a wrong answer that is right": (
        with_step(
            {
                "kind": "explain",
                "number": {"value": "busy", "unit": "%", "within": 0.1, "wrong": [{"when": "answer > 0.5", "reply": "No."}]},
            }
        ),
        "steps.1.number.wrong.0.when",
        "holds of the right answer",
    ),
    "the other way": (with_step(COMPARE, compare__better="higher"), "steps.1.compare.better", "the other way"),
    "no difference": (
        with_step(COMPARE, compare__metric="offered_rate", compare__better=None),
        "steps.1.compare.example",
        "too close",
    ),
    "another control": (
        with_step(COMPARE, compare__control="servers.vcpus"),
        "steps.1.compare.example",
        "must change servers.vcpus",
    ),
    "a line would do": (with_step(SKETCH, sketch__within=0.45), "steps.1.sketch.within", "a flat line would be right"),
    "wrong is the curve": (
        with_step(SKETCH, sketch__wrong=[{"when": "d5 > d1", "reply": "No."}]),
        "steps.1.sketch.wrong.0.when",
        "the simulated curve itself",
    ),
    "the start passes": (
        with_step(GOAL, goal__conditions=[{"metric": "server_utilisation", "at_most": 0.99}, CONDITIONS[1]]),
        "steps.1.goal.scene",
        "the start",
    ),
    "the solution fails": (
        with_step(GOAL, goal__solutions=[{"name": "still one", "set": {"servers.count": 1}}]),
        "steps.1.goal.solutions.0",
        "judge's seeds",
    ),
    "the mistake passes": (
        with_step(GOAL, goal__mistakes=[{"name": "three", "set": {"servers.count": 3}, "fails": "server_utilisation"}]),
        "steps.1.goal.mistakes.0",
        "does not clearly fail",
    ),
    "too close to call": (
        with_step(GOAL, goal__conditions=[{"metric": "server_utilisation", "at_most": 0.415}, CONDITIONS[1]]),
        "steps.1.goal.solutions.0",
        "closely",
    ),
    "a dead system passes": (with_step(GOAL, goal__conditions=CONDITIONS[:1]), "steps.1.goal.conditions", "all down"),
    "no budget yet": (
        with_step(GOAL, goal__room=1.2, goal__search={"servers.count": [1, 2, 3]}),
        "steps.1.goal.room",
        "python -m lessons search small",
    ),
}


@pytest.mark.parametrize(("changes", "field", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_not_true_is_found(changes, field, words):
    problems = found(changes)
    assert words in problems.get(field, f"nothing there, but {problems}")


UNSOUND = {
    "an unknown value": ({"steps.0.prompt": "It is {fast}."}, "steps.0.prompt", "{fast} is no value"),
    "an unknown field": ({"steps.0.prompt": "{system.traffic.speed}"}, "steps.0.prompt", "no field traffic.speed"),
    "an unknown step": ({"steps.0.prompt": "{answer.other}"}, "steps.0.prompt", "no such step"),
    "an answer before the answer": (with_step(COMPARE, prompt="{before}"), "steps.1.prompt", "{before} is no value"),
    "a number typed by hand": ({"steps.0.prompt": "It takes 80 ms."}, "steps.0.prompt", "'80 ms' is typed by hand"),
    "too many words": ({"steps.0.prompt": "many words " * 31}, "steps.0.prompt", "62 words"),
    "an unknown name in a condition": (
        {"steps.0.choice.options.0.when": "calm < 1"},
        "steps.0.choice.options.0.when",
        "no value calm",
    ),
    "no expression": ({"steps.0.choice.options.0.when": "busy <"}, "steps.0.choice.options.0.when", "no expression"),
    "a formula that needs itself": (
        {"values.a": {"formula": "b + 1"}, "values.b": {"formula": "a + 1"}},
        "values.a.formula",
        "needs itself",
    ),
    "an unknown scene": ({"steps.0.scene": "later"}, "steps.0.scene", "no scene later"),
    "an unknown control": ({"controls": [["traffic.speed"]]}, "controls.0.0", "no field traffic.speed"),
    "a level too many": ({"steps.0.level": 2}, "steps.0.level", "1 levels"),
    "two steps of one name": ({"steps.0.id": "first"}, "steps.0.id", "two steps are called first"),
    "an objective that nobody checks": ({"steps.0.objectives": []}, "objectives.0", "no step with an answer"),
    "a misconception that nobody meets": (
        {"steps.0.choice.options": [{**option, "misconception": None} for option in OPTIONS]},
        "misconceptions.0",
        "no step meets M01",
    ),
    "a misconception that is none": ({"misconceptions": ["M01", "M99"]}, "misconceptions.1", "not in the bank"),
    "minutes that do not add up": ({"teacher.plans.0.minutes": 50}, "teacher.plans.0", "the steps take 25 minutes, not 50"),
    "one recall question": ({"recall": []}, "recall", "two questions"),
    "the judge's seed": ({"scenes.rush.seed": 7_001}, "scenes.rush.seed", "the judge's seeds"),
    "a setting that is not free": (
        with_step(GOAL, goal__solutions=[{"name": "x", "set": {"servers.vcpus": 2}}]),
        "steps.1.goal.solutions.0.set.servers.vcpus",
        "is not `free`",
    ),
    "a mistake that fails nowhere": (
        with_step(GOAL, goal__mistakes=[{"name": "x", "set": {}, "fails": "throughput"}]),
        "steps.1.goal.mistakes.0.fails",
        "none of the conditions",
    ),
    "a system that cannot be": ({"scenes.rush.system": {"servers.count": 0}}, "scenes.rush", "servers.count"),
    "a run too long": (
        {"values.busy.to_s": 3_600, "scenes.rush.events.0.set": {"traffic.rate": 400}},
        "values.busy",
        "at most 800,000",
    ),
    "nothing to break": (
        {"scenes.rush.events.0": {"at_s": 1, "fault": {"kind": "crash", "tier": "servers", "index": 3}}},
        "scenes.rush.events.0",
        "none is 3",
    ),
}


@pytest.mark.parametrize(("changes", "field", "words"), UNSOUND.values(), ids=UNSOUND.keys())
def test_what_does_not_fit_together_is_found_before_anything_is_run(changes, field, words):
    problems = {problem.field: problem.message for problem in problems_of(small(changes))}
    assert words in problems.get(field, f"nothing there, but {problems}")
