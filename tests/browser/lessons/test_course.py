"""Every lesson of the course from its first question to the exit ticket in a real browser, with the answers of the simulator.

By the keyboard alone and with right answers; by mouse and with wrong answers first in the full run. Where time is short those
walk that together ask everything that is ever asked; all are played to their end without a browser (tests/dashboard/lesson).
"""

import re
from functools import partial
from typing import Any

import pytest

from lessons.checks import OwnRun
from lessons.facts import Facts
from lessons.format import Lesson, Step
from lessons.judging import right_option, simulated
from lessons.library import COURSE
from lessons.parts import usual
from lessons.running import read_lately, run_of, system_of
from tests.browser.lessons import mouse
from tests.browser.lessons.walker import walk

LESSONS = COURSE.lessons()
EACH = pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.id for lesson in LESSONS])
SHORT = ("web_app", "vertical_scaling", "load_balancing", "overload", "load_test", "capstone")
SOME = pytest.mark.parametrize(
    "lesson", [pytest.param(one, id=one.id, marks=() if one.id in SHORT else pytest.mark.full) for one in LESSONS]
)
SUPPORT = "example"
"""What a lesson begins with."""
STATE = "async (id) => (await fetch(`/api/lessons/${id}`)).json()"
ACT = """async ([id, action]) => fetch(`/api/lessons/${id}`, {
  method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(action) })"""
CLOCK = ".transport .time"


def right_answers(lesson: Lesson, support: str) -> dict[str, Any]:
    """What a learner who knows everything answers, by step, in the walker's form."""
    return {step.id: right_answer(lesson, step) for step in lesson.steps_for(support) if step.check}


def right_answer(lesson: Lesson, step: Step) -> Any:
    """The right answer to one step, as the simulator gives it."""
    facts = Facts(lesson)
    match step.check_kind:
        case "choice":
            return right_option(step.choice, facts)
        case "number":
            return f"{facts[step.number.value] * (100 if step.number.unit == '%' else 1):.6g}"
        case "own_run":
            return partial(seen, lesson, lesson.scene_at(step.id), step.own_run)
        case "compare":
            return step.compare.example
        case "sketch":
            return [min(y if y is not None else step.sketch.most, step.sketch.most) for y in simulated(step.sketch, facts)]
        case "goal":
            return step.goal.solutions[0].set
        case "part":
            policy = usual(step.part, system_of(lesson, lesson.scene_at(step.id))) | step.part.solutions[0].set
            return {path: step.part.choices[path].index(value) for path, value in policy.items()}
    return ["The queue grows."] * max(1, len(step.writing.parts))


def address_of(lesson: Lesson) -> str:
    """Where a lesson is played."""
    return f"{lesson.concept.replace('_', '-')}?lesson={lesson.id}"


def seen(lesson: Lesson, scene: str, asked: OwnRun, page) -> str:
    """What a page that plays a scene untouched shows of a metric at its clock's time."""
    minutes, seconds = re.findall(r"\d+", page.locator(CLOCK).inner_text())[:2]
    value, _, _ = read_lately(run_of(lesson, scene), asked.metric, asked.of or "", 60.0 * int(minutes) + int(seconds))
    return f"{value * (100 if asked.unit == '%' else 1):.6g}"


def test_those_that_walk_always_ask_everything():
    asked = {one.id: {step.check_kind for step in one.steps_for(SUPPORT)} for one in LESSONS}
    assert set().union(*asked.values()) == set().union(*(asked[name] for name in SHORT))


@SOME
def test_a_lesson_ends_with_its_exit_ticket_by_the_keyboard_alone(opened, lesson):
    page = opened(address_of(lesson), height=1_200)
    went = walk(page, right_answers(lesson, SUPPORT))
    assert went == [step.id for step in lesson.steps_for(SUPPORT)]
    state = page.evaluate(STATE, lesson.id)
    assert state["finished"]
    statuses = {step["id"]: step["status"] for step in state["steps"]}
    judged = [step.id for step in lesson.steps_for(SUPPORT) if step.check_kind not in ("", "writing")]
    assert {name: statuses[name] for name in judged} == dict.fromkeys(judged, "right")


@pytest.mark.full
@EACH
def test_a_lesson_takes_wrong_answers_and_then_the_right_ones_by_mouse(opened, lesson):
    page = opened(address_of(lesson), height=1_200)
    page.evaluate(ACT, [lesson.id, {"action": "support", "support": "explore"}])
    page.reload()
    went, wrong = mouse.walk(page, right_answers(lesson, "explore"))
    assert went == [step.id for step in lesson.steps_for("explore")]
    assert len(wrong) >= 3
    state = page.evaluate(STATE, lesson.id)
    assert state["finished"]
    retried = {step["id"]: step["status"] for step in state["steps"] if step["id"] in wrong}
    assert retried == dict.fromkeys(wrong, "right")
