"""Cards: a lesson in a list, with how far a learner is where that is known."""

from typing import Any

from dashboard.lesson import way
from dashboard.lesson.way import Answers, Way
from dashboard.places import path
from lessons.format import Lesson


def card(lesson: Lesson, mine: Way | None = None, answers: Answers = ()) -> dict[str, Any]:
    """What a list shows of the lesson."""
    mine = mine or way.begun(lesson, 0.0)
    return {
        "id": lesson.id,
        "number": lesson.number,
        "title": lesson.title,
        "concept": lesson.concept,
        "address": f"{path(lesson.concept)}?lesson={lesson.id}",
        "minutes": lesson.minutes,
        "level": lesson.level,
        "steps": len(way.steps(lesson, mine)),
        "done": way.done_count(lesson, mine, answers),
        "finished": way.finished(lesson, mine, answers),
    }
