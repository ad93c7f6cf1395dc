"""A room with members who have answered with runs, for tests of what a room plays together."""

import secrets
from typing import Any

from sqlalchemy.engine import URL

from dashboard.classroom import codes
from dashboard.classroom.commands import command
from dashboard.classroom.rights import Actor
from dashboard.classroom.rooms import Rooms
from dashboard.store.database import Database


class Class:
    """A room of a lesson on a database of its own, whose members have come to a step."""

    def __init__(self, folder: Any, lesson: str, step: str, names: tuple[str, ...]) -> None:
        self.rooms = Rooms(Database(URL.create("sqlite", database=str(folder / "room.db"))))
        self.lesson, self.step = lesson, step
        self.teacher = Actor(None, codes.new_secret())
        self.token = self.rooms.open(self.teacher.key, lesson)["token"]
        self.members = {name: self.comes(name) for name in names}
        self.do(command="pace", pacing="paced", step=step)

    def comes(self, name: str) -> Actor:
        """One more member."""
        actor = Actor(secrets.token_hex(16))
        self.rooms.join(actor, self.token, name)
        return actor

    def do(self, **asked: Any) -> dict[str, Any]:
        """A command of the teacher's."""
        return command(self.rooms, self.teacher, self.token, asked)

    def answers(self, name: str, answer: Any, run: dict[str, Any] | None = None) -> dict[str, Any]:
        """A member's answer to the step; the state after it."""
        actor = self.members[name]
        self.rooms.act(actor, self.token, self.lesson, {"action": "goto", "step": self.step})
        given = {"action": "answer", "step": self.step, "answer": answer, "run": run, "key": secrets.token_hex(8)}
        return self.rooms.act(actor, self.token, self.lesson, given)
