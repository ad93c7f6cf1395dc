"""Verdicts: what is right is what the simulator shows; the expected values come from theory or from the engine itself."""

import pytest

from engine.system.paths import with_values
from lessons.facts import Facts, Own
from lessons.goals import SEEDS, judged
from lessons.judging import NotYet, distance, judge, right_option, simulated, typed_number
from lessons.running import Run, Stretch, measured, moves_of, run_of, scene_of, system_of
from lessons.showing import paragraphs
from tests.lessons.small import small


def with_step(step, **more):
    source = small(
        {"steps.1": {"id": "asked", "prompt": "?", **step}} | {name.replace("__", "."): value for name, value in more.items()}
    )
    return source.lesson, source.lesson.step("asked")


def own_of(lesson, scene="rush", until_s=40.0, values=None, pinned=None):
    played = scene_of(lesson, scene)
    system = with_values(system_of(lesson, scene), values or {})
    return Own(Run.of(system, played.seed, moves_of(played.events)), scene, until_s, values or {}, pinned)


def test_the_right_option_is_the_one_that_the_run_shows():
    lesson = small().lesson
    step = lesson.step("guess")
    # 200 requests/s of 4 ms on one vCPU: 80 % busy (the utilisation law).
    assert right_option(step.choice, Facts(lesson)) == 1
    wrong, right = judge(lesson, step, 0), judge(lesson, step, 1)
    assert (wrong.right, wrong.misconception, right.right, right.misconception) == (False, "M01", True, None)
    busy = Facts(lesson)["busy"]
    assert busy == pytest.approx(0.8, abs=0.05), "6,000 arrivals of 4 ms in 30 s: three standard deviations are 0.044"
    assert paragraphs(wrong.reply, Facts(lesson)) == [f"It is {round(100 * busy)}."]


def test_the_key_follows_the_system():
    lesson = small({"scenes.rush.events.0.set": {"traffic.rate": 110}}).lesson
    assert right_option(lesson.step("guess").choice, Facts(lesson)) == 0


def test_an_own_run_that_left_the_question_behind_does_not_decide_it():
    lesson = small({"steps.0.choice.options.1.when": "busy >= 0.6 and busy < 0.95", "values.busy.mine": "guess"}).lesson
    own = own_of(lesson, values={"traffic.rate": 240.0})
    assert judge(lesson, lesson.step("guess"), 1, own).right is True


@pytest.mark.parametrize("answer", [None, True, -1, 2, "0", [0], 1.0])
def test_an_answer_that_is_none_is_no_attempt(answer):
    lesson = small().lesson
    with pytest.raises(NotYet):
        judge(lesson, lesson.step("guess"), answer)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("80", 80), ("1,234.5", 1234.5), ("1.234,5", 1234.5), ("1234,5", 1234.5), ("1,234", 1234), ("0,25", 0.25), ("80 ms", 80),
     ("-3", -3), ("2 000", 2000), ("2'000", 2000), ("64 %", 64), (7, 7), (2.5, 2.5)],
)  # fmt: skip
def test_numbers_as_people_type_them(typed, number):
    assert typed_number(typed) == number


@pytest.mark.parametrize("typed", ["", "many", "1e5", "--3", "1.2.3,4,5", None, True, float("nan"), float("inf"), [3], "9" * 50])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(NotYet):
        typed_number(typed)


def test_a_number_is_right_within_its_part():
    wrong = [{"when": "answer < measured / 50", "misconception": "M01", "reply": "In percent: {measured}, not {answer}."}]
    lesson, step = with_step({"kind": "explain", "number": {"value": "busy", "unit": "%", "within": 0.1, "wrong": wrong}})
    key = Facts(lesson)["busy"] * 100
    assert [judge(lesson, step, key * part).right for part in (0.89, 0.92, 1.0, 1.08, 1.11)] == [False, True, True, True, False]
    verdict = judge(lesson, step, "0.8")
    assert (verdict.right, verdict.misconception, verdict.said) == (False, "M01", "0.8 %")


def test_a_reading_is_held_against_the_learners_own_run():
    lesson, step = with_step({"kind": "observe", "scene": "rush", "own_run": {"metric": "goodput", "unit": "/s", "from_s": 20}})
    own = own_of(lesson, values={"servers.count": 2}, until_s=30.0)
    true = measured(own.run, Stretch("goodput", "", 29.0, 30.0))
    assert judge(lesson, step, f"{true:.0f}", own).right
    assert not judge(lesson, step, "100", own).right, "that was before the rush"
    with pytest.raises(NotYet, match="until 20 s"):
        judge(lesson, step, "200", own_of(lesson, until_s=12.0))
    with pytest.raises(NotYet, match="your run"):
        judge(lesson, step, "200")


COMPARE = {
    "kind": "experiment", "scene": "rush",
    "compare": {
        "control": "servers.count", "metric": "latency_mean_ms", "better": "lower", "from_s": 10, "to_s": 30,
        "example": {"servers.count": 2},
    },
}  # fmt: skip


def test_two_runs_are_compared_that_differ_in_exactly_one_control():
    lesson, step = with_step(COMPARE)
    verdict = judge(lesson, step, None, own_of(lesson, values={"servers.count": 3}, pinned={}))
    runs = [run_of(lesson, "rush", values) for values in ({}, {"servers.count": 3})]
    expected = [measured(run, Stretch("latency_mean_ms", "", 10.0, 30.0)) for run in runs]
    assert verdict.right and [verdict.numbers["before"], verdict.numbers["after"]] == expected
    assert judge(lesson, step, None, own_of(lesson, values={"servers.count": 1}, pinned={"servers.count": 2})).right is False


@pytest.mark.parametrize(
    ("values", "pinned", "words"),
    [
        ({"servers.count": 2}, None, "pin a design"),
        ({"servers.count": 2}, {"servers.count": 2}, "are the same"),
        ({"servers.count": 1}, {}, "are the same"),
        ({"servers.count": 2, "servers.vcpus": 2}, {}, "differ in 2"),
        ({"servers.vcpus": 2}, {}, "the control that this step asks for"),
    ],
)
def test_what_is_no_comparison_is_said(values, pinned, words):
    lesson, step = with_step(COMPARE)
    with pytest.raises(NotYet, match=words):
        judge(lesson, step, None, own_of(lesson, values=values, pinned=pinned))


SKETCH = {
    "kind": "predict",
    "sketch": {
        "control": "traffic.rate", "points": [25, 75, 125, 175, 225], "label": "Requests a second", "metric": "server_utilisation",
        "formula": "100 * y", "measure": "Busy (%)", "most": 100, "from_s": 2, "to_s": 60, "within": 0.06,
        "wrong": [{"when": "abs(d5 - d1) < 10", "misconception": "M01", "reply": "Flat."}],
    },
}  # fmt: skip


def test_a_sketch_is_held_against_the_simulated_curve():
    lesson, step = with_step(SKETCH)
    # The utilisation law: rate × 4 ms of one vCPU.
    law = [10.0, 30.0, 50.0, 70.0, 90.0]
    assert simulated(step.sketch, Facts(lesson)) == pytest.approx(law, abs=4)
    assert judge(lesson, step, law).right
    flat = judge(lesson, step, [50.0] * 5)
    assert (flat.right, flat.misconception) == (False, "M01")
    assert judge(lesson, step, law[::-1]).misconception is None
    for answer in (law[:4], None, "steep", [1, 2, 3, 4, "5"], [float("nan")] * 5):
        with pytest.raises(NotYet):
            judge(lesson, step, answer)


def test_the_distance_of_curves_is_a_part_of_the_axis():
    _, step = with_step(SKETCH)
    assert distance(step.sketch, [0.0] * 5, [10.0, 30.0, 50.0, 70.0, 90.0]) == pytest.approx(0.5)
    assert distance(step.sketch, [100.0] * 5, [None, 150.0, 100.0, 100.0, 100.0]) == 0, "what is above the axis ends at its edge"


GOAL = {
    "kind": "challenge",
    "goal": {
        "scene": "rush", "free": ["servers.count"], "conditions": [{"metric": "server_utilisation", "at_most": 0.5}],
        "from_s": 10, "to_s": 30,
        "solutions": [{"name": "two", "set": {"servers.count": 2}}],
        "mistakes": [
            {"name": "one", "set": {"servers.count": 1}, "fails": "server_utilisation", "reply": "Few.", "misconception": "M01"}
        ],
    },
}  # fmt: skip


def test_a_goal_is_judged_on_seeds_of_its_own_and_says_by_how_much():
    lesson, step = with_step(GOAL)
    start = judge(lesson, step, None, own_of(lesson))
    (outcome,) = start.outcomes
    runs = [measured(run_of(lesson, "rush", seed=seed), Stretch("server_utilisation", "", 10.0, 30.0)) for seed in SEEDS]
    assert outcome.found == pytest.approx(sum(runs) / len(runs))
    assert outcome.low < 0.8 < outcome.high and outcome.off == pytest.approx(outcome.high - 0.5)
    assert (start.right, start.reply, start.misconception) == (False, "Few.", "M01")
    assert judge(lesson, step, None, own_of(lesson, values={"servers.count": 2})).right


def test_only_what_the_goal_leaves_free_counts():
    lesson, step = with_step(GOAL)
    cheat = {"traffic.rate": 1.0, "servers.cpu_ms": 0.01, "servers.count": 1}
    assert judged(lesson, step, cheat) == judged(lesson, step, {"servers.count": 1})


def test_a_system_that_answers_nobody_meets_nothing():
    goal = {**GOAL["goal"], "conditions": [{"metric": "latency_p95_ms", "at_most": 1e9}], "scene": "dead"}
    dead = {"events": [{"at_s": 0, "fault": {"kind": "crash", "tier": "servers", "index": 0}}]}
    lesson, step = with_step({**GOAL, "goal": goal}, scenes__dead=dead)
    (outcome,) = judge(lesson, step, None, own_of(lesson, "dead")).outcomes
    assert (outcome.found, outcome.met, outcome.off) == (None, False, None)


def test_writing_is_marked_by_nobody():
    lesson = small().lesson
    step = lesson.step("last")
    assert judge(lesson, step, ["  Because. "]).right is None
    assert judge(lesson, step, ["<b>Because</b>"]).said == "<b>Because</b>"
    for answer in ([], ["  "], ["a", "b"], "a", [3], ["x" * 2_001]):
        with pytest.raises(NotYet):
            judge(lesson, step, answer)


def test_the_traffic_of_now_is_that_of_both_designs_unless_the_step_asks_for_another():
    lesson, step = with_step(COMPARE)
    values, pinned = {"servers.count": 2, "traffic.rate": 150.0}, {}
    verdict = judge(lesson, step, None, own_of(lesson, values=values, pinned=pinned))
    busier = measured(run_of(lesson, "rush", {"traffic.rate": 150.0}), Stretch("latency_mean_ms", "", 10.0, 30.0))
    assert verdict.numbers["before"] == busier
    asked = {**COMPARE, "compare": {**COMPARE["compare"], "control": "traffic.rate", "example": {"traffic.rate": 150.0}}}
    lesson, step = with_step(asked)
    calm = judge(lesson, step, None, own_of(lesson, "start", values={"traffic.rate": 50.0}, pinned={"traffic.rate": 150.0}))
    assert calm.right and calm.numbers["before"] > calm.numbers["after"]


def test_a_mistake_is_answered_where_it_is_made_and_nowhere_else():
    mistakes = [
        {"name": "bigger", "set": {"servers.vcpus": 2}, "fails": "latency_p95_ms", "reply": "Not size."},
        {"name": "more", "set": {"servers.count": 2}, "fails": "latency_p95_ms", "reply": "Not number."},
    ]
    goal = {
        **GOAL["goal"], "free": ["servers.count", "servers.vcpus"], "mistakes": mistakes,
        "conditions": [{"metric": "latency_p95_ms", "at_most": 0.001}],
    }  # fmt: skip
    lesson, step = with_step({**GOAL, "goal": goal})

    def reply(**values):
        own = {f"servers.{name}": value for name, value in values.items()}
        return judge(lesson, step, None, own_of(lesson, values=own)).reply

    assert (reply(vcpus=8), reply(count=3)) == ("Not size.", "Not number.")
    assert (reply(), reply(count=3, vcpus=8)) == (None, None), "nothing is said of what nobody did"
