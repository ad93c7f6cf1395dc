"""Played: the tests' own lesson on a database of its own, by a clock that the test moves."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from dashboard.lesson.desk import Desk
from dashboard.store.database import Database
from lessons.format import Lesson
from lessons.reading import load

FILES = Path(__file__).parents[2] / "lesson_files"
LESSON = load(FILES / "every_kind").lesson
BACKUP = [5.0, {"inject": {"kind": "slow", "tier": "servers", "index": 2, "factor": 0.5}}]


class Only:
    """A shelf with these lessons; a test may put another version of one in its place."""

    def __init__(self, *lessons: Lesson) -> None:
        self.lessons = {lesson.id: lesson for lesson in lessons}

    def get(self, lesson_id: str) -> Lesson | None:
        return self.lessons.get(lesson_id)

    def playable(self) -> list[Lesson]:
        return list(self.lessons.values())


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now_s = 1_000_000.0

    def __call__(self) -> float:
        return self.now_s


def database(folder: Path) -> Database:
    """A new SQLite file, or the same again."""
    return Database(URL.create("sqlite", database=str(folder / "store.sqlite")))


@dataclass
class Player:
    """A learner in the tests' lesson."""

    desk: Desk
    cookie: str = field(default_factory=lambda: secrets.token_hex(16))

    def state(self) -> dict[str, Any]:
        return self.desk.state(self.cookie, "every_kind")

    def act(self, action: str, **more: Any) -> dict[str, Any]:
        return self.desk.act(self.cookie, "every_kind", {"action": action, **more})

    def answer(self, step: str, answer: Any, key: str | None = None, **more: Any) -> dict[str, Any]:
        return self.act("answer", step=step, answer=answer, key=key or secrets.token_hex(8), **more)

    def to(self, step: str) -> dict[str, Any]:
        """Go on until this step is on screen."""
        state = self.state()
        while state["step"]["id"] != step:
            assert not state["steps"][-1]["here"], f"there is no step {step} on this way"
            state = self.act("next")
        return state


def run(scene: str = "backup", t_s: float = 15.0, changes: list | None = None, **more: Any) -> dict[str, Any]:
    """A run as the page sends it."""
    planned = [BACKUP] if scene == "backup" else []
    return {"scene": scene, "seed": 1, "changes": changes or planned, "t_s": t_s, "values": {}, "pin": None} | more
