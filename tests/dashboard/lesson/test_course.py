"""The app's own lessons, played from first step to last with right answers, beside their pages as the browser plays them."""

import secrets
from typing import Any

import pytest

from dashboard.lesson.beside import SHELF, planned, stage_of
from dashboard.lesson.desk import Desk
from dashboard.lesson.own import own_of, read_run
from dashboard.lesson.way import SUPPORTS
from engine.system.paths import value_at
from lessons.facts import Facts
from lessons.format import Lesson, Step
from lessons.judging import right_option, simulated
from lessons.parts import usual
from lessons.running import read_lately

LONG_ENOUGH_S = 20.0


@pytest.mark.parametrize("support", SUPPORTS)
@pytest.mark.parametrize("lesson_id", [lesson.id for lesson in SHELF.playable()])
def test_a_lesson_can_be_played_to_its_end_with_right_answers(lesson_id, support, store, clock):
    lesson, desk, cookie = SHELF.get(lesson_id), Desk(store, clock), secrets.token_hex(16)
    state = desk.act(cookie, lesson_id, {"action": "support", "support": support})
    for step in lesson.steps_for(support):
        assert state["step"]["id"] == step.id
        if step.check:
            answer, run = right(lesson, step, state["scene"]["name"])
            sent = {"action": "answer", "step": step.id, "answer": answer, "confidence": 2, "run": run, "key": secrets.token_hex(8)}
            answered = desk.act(cookie, lesson_id, sent)["step"]["answered"]
            assert answered["right"] is not False, (step.id, answered)
            assert answered["explanation"] or not step.explanation, step.id
            assert not any("–" in paragraph.split() for paragraph in answered["explanation"]), (step.id, "a number is missing")
        state = desk.act(cookie, lesson_id, {"action": "next"})
    assert state["finished"]
    assert {one["status"] for one in state["steps"]} <= {"right", "answered"}


def right(lesson: Lesson, step: Step, scene: str) -> tuple[Any, dict[str, Any] | None]:
    """A right answer to a step, and the run that has to come with it."""
    facts = Facts(lesson)
    match step.check_kind:
        case "choice":
            return right_option(step.choice, facts), None
        case "number":
            return typed(facts[step.number.value], step.number.unit), None
        case "own_run":
            run = played(lesson, scene, {}, max(LONG_ENOUGH_S, step.own_run.from_s))
            own = own_of(lesson, stage_of(lesson), read_run(run, stage_of(lesson)))
            now = read_lately(own.run, step.own_run.metric, step.own_run.of or "", own.until_s)[0]
            return typed(now, step.own_run.unit), run
        case "compare":
            return None, played(lesson, scene, step.compare.example, LONG_ENOUGH_S, pinned=True)
        case "sketch":
            return [step.sketch.most if y is None else y for y in simulated(step.sketch, facts)], None
        case "goal":
            return None, played(lesson, scene, step.goal.solutions[0].set, LONG_ENOUGH_S)
        case "part":
            return usual(step.part, stage_of(lesson).scenes[scene]) | step.part.solutions[0].set, None
    return ["something"] * max(1, len(step.writing.parts)), None


def typed(number: float, unit: str) -> str:
    """A number as somebody types it."""
    return f"{number * 100 if unit == '%' else number:.6f}"


def played(lesson: Lesson, scene: str, values: dict[str, Any], t_s: float, pinned: bool = False) -> dict[str, Any]:
    """A run as the page sends it, with the values of all controls, these ones moved at the begin."""
    stage = stage_of(lesson)
    start = {one.path: value_at(stage.scenes[scene], one.path) for one in stage.controls}
    changes = [*([[0, values]] if values else []), *planned(stage, lesson, scene)]
    pin = [0, start] if pinned else None
    return {"scene": scene, "seed": 1, "changes": changes, "t_s": t_s, "values": start | values, "pin": pin}
