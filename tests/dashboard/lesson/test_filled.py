"""Whoever writes a lesson reads it with the numbers and keys that the simulator gives, and what only a learner can say as it is."""

import re

import pytest

from dashboard.lesson.filled import belief, filled
from dashboard.lesson.manual import example
from lessons.facts import Facts
from lessons.format import Lesson
from lessons.judging import simulated
from lessons.reading import read
from tests.dashboard.lesson.played import LESSON

FACTS = Facts(LESSON)
GAP = re.compile(r"\{(?!answer|before|after)")
"""A placeholder that is none of the learner's."""


@pytest.fixture(scope="module")
def steps():
    return {step["id"]: step for step in filled(LESSON)["steps"]}


def test_every_step_is_there_in_its_order(steps):
    assert list(steps) == [step.id for step in LESSON.all_steps]
    assert [step["asks"] for step in steps.values()] == [step.check_kind for step in LESSON.all_steps]


def test_no_text_has_a_gap_that_the_simulator_could_fill(steps):
    told = [step for step in steps.values() if step["asks"] != "own_run"]  # what is measured there is the learner's run
    words = [text for step in told for name in ("prompt", "explanation") for text in step[name]]
    assert len(words) > 15
    assert [text for text in words if GAP.search(text)] == []
    assert "{measured}" in steps["read_off"]["explanation"][0]
    assert steps["guess"]["explanation"][0].startswith('You said "{answer.guess}"')


def test_the_option_that_is_right_is_the_one_whose_condition_holds(steps):
    times = FACTS["slow_p95"] / FACTS["calm_p95"]
    held = [times < 1.5, 1.5 <= times < 3, times >= 3]
    assert [option["right"] for option in steps["guess"]["options"]] == held
    assert steps["guess"]["options"][0]["belief"] == belief("M11")
    assert "fair" in belief("M11")


def test_a_number_has_its_key_with_what_may_be_off(steps):
    told = steps["guess_number"]["key"]["told"]
    assert float(told.split()[0]) == pytest.approx(FACTS["calm_share"], rel=1e-3)
    assert told.endswith("requests/s ± 10 %")
    assert float(steps["guess_number"]["key"]["measured"]) == pytest.approx(FACTS["calm_share"], rel=1e-3)


def test_a_curve_has_the_simulated_heights(steps):
    heights = [float(row[1].split()[0]) for row in steps["draw"]["key"]["rows"]]
    assert heights == pytest.approx(simulated(LESSON.step("draw").sketch, FACTS), rel=1e-2)


def test_a_goal_has_its_conditions_what_passes_and_what_fails(steps):
    assert [row[0] for row in steps["build"]["key"]["rows"]] == ["latency_p95_ms", "error_rate"]
    goal = LESSON.step("build").goal
    assert [one["right"] for one in steps["build"]["options"]] == [True] * len(goal.solutions) + [False] * len(goal.mistakes)


def test_a_value_that_cannot_be_measured_is_a_dash_and_takes_nothing_else_away():
    text = example().replace("busy_two: {metric", "busy_two: {of: servers.77, metric")
    lesson: Lesson = read(text, "mine.yaml").lesson
    told = filled(lesson)
    assert {one["name"]: one["told"] for one in told["values"]}["busy_two"] == "– %"
    assert "They are – % busy." in told["steps"][2]["prompt"][0]
    assert told["steps"][3]["options"][2]["right"]
