"""Marked: the tests' lesson with a marker in place of every text, so that a test sees which of them left the server."""

import json
import re
from typing import Any

from lessons.format import Lesson
from tests.dashboard.lesson.played import LESSON

MARKER = re.compile(r"«([a-z]+) ([a-z_]+)(?: (\d+))?»")


def mark(kind: str, step: str, place: int | None = None) -> str:
    return f"«{kind} {step}{'' if place is None else f' {place}'}»"


def marked_lesson() -> Lesson:
    """Every prompt, title, option, reply, explanation, hint and model answer is a marker; a prediction begins a scene."""
    data = LESSON.model_dump(exclude_none=True)
    for step in (*data["recall"], *data["steps"], *data["exit"]):
        name = step["id"]
        step |= {"prompt": mark("prompt", name), "title": mark("title", name), "explanation": mark("explanation", name)}
        step["hints"] = [
            {"after_attempts": 1, "after_minutes": 2.0, "text": mark("hint", name, place)} for place in range(2)
        ]  # fmt: skip
        for place, option in enumerate(step.get("choice", {}).get("options", [])):
            option |= {"text": mark("option", name, place), "reply": mark("reply", name, place)}
        for kind in ("number", "own_run", "sketch"):
            if kind in step:
                condition = "answer > 0" if kind != "sketch" else "d1 >= 0"
                step[kind]["wrong"] = [{"when": condition, "reply": mark("reply", name, 0), "misconception": "M11"}]
        if "writing" in step:
            step["writing"] |= {"model": mark("model", name), "rubric": [mark("rubric", name, place) for place in range(3)]}
        if name == "guess":
            step["scene"] = "backup"
    return Lesson.model_validate(data)


def found(state: Any) -> set[tuple[str, str, int | None]]:
    """The markers in what was sent."""
    text = json.dumps(state, ensure_ascii=False)
    return {(kind, step, int(place) if place else None) for kind, step, place in MARKER.findall(text)}
