"""Radar: which misconceptions a class holds, how surely, and how that moved: read off the rows of its answers.

A member holds what their last answer to a question about it says. What was answered after the class had seen the outcome is no
vote and counts nowhere: whoever copies what is shown has not changed their mind. Knows the lesson and the rows.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from dashboard.classroom.results import CONFIDENCES
from dashboard.classroom.shows import push
from lessons.format import Lesson, Step
from lessons.misconceptions import bank


def met_by(step: Step) -> set[str]:
    """The misconceptions that an answer to the step may show."""
    if step.choice:
        return {option.misconception for option in step.choice.options if option.misconception}
    part = step.check
    wrong = [*getattr(part, "wrong", ()), *getattr(part, "mistakes", ())]
    return {one.misconception for one in wrong if one.misconception}


def radar(lesson: Lesson, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Each misconception that the lesson's questions can show, the most held first."""
    asks = {step.id: met_by(step) for step in lesson.all_steps}
    names = sorted(set().union(*asks.values()))
    seen: dict[str, dict[str, list[tuple[bool, int | None]]]] = {name: {} for name in names}
    for row in rows:
        if row.late:
            continue
        for name in asks.get(row.step, ()):
            seen[name].setdefault(row.voter, []).append((row.misconception == name, row.confidence))
    found = [_one(name, list(seen[name].values())) for name in names]
    return sorted(found, key=lambda one: (-one["holders"], one["id"]))


def _one(name: str, members: list[list[tuple[bool, int | None]]]) -> dict[str, Any]:
    holding = [given[-1] for given in members if given[-1][0]]
    sure = Counter(confidence for _, confidence in holding)
    known = bank()[name]
    return {
        "id": name,
        "belief": known.belief,
        "shows": known.shows,
        "asked": len(members),
        "holders": len(holding),
        "before": sum(given[0][0] for given in members),
        "sure": [sure[confidence] for confidence in range(CONFIDENCES)],
        "push": push(name),
    }
