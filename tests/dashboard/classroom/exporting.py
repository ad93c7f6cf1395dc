"""Exporting: a taught room with rows of every kind, for the tests of what is exported of it and of what is deleted."""

import csv
import io
import secrets
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import URL

from dashboard.classroom import codes, commands
from dashboard.classroom.rights import Actor
from dashboard.classroom.rooms import Rooms
from dashboard.store import learning, rooms
from dashboard.store.database import Database
from dashboard.store.models import Learner, Room
from tests.dashboard.lesson.played import Clock

LESSON = "load_balancing"
SLOW = [5.0, {"inject": {"kind": "slow", "tier": "servers", "index": 2, "factor": 0.5}}]
RUN = {"scene": "slow", "seed": 7, "changes": [[0, {"balancer.algorithm": "random"}]], "t_s": 20.0, "values": {}, "pin": None}


@dataclass
class Taught:
    """A room, its teacher, and members by their names."""

    service: Rooms
    teacher: Actor
    token: str
    recovery: str
    members: dict[str, Actor] = field(default_factory=dict)

    def join(self, name: str) -> Actor:
        """One more member."""
        self.members[name] = Actor(secrets.token_hex(16))
        self.service.join(self.members[name], self.token, name)
        return self.members[name]

    def tell(self, command: str, **more: Any) -> dict[str, Any]:
        """A command of the teacher's."""
        return commands.command(self.service, self.teacher, self.token, {"command": command, **more})

    def answer(self, name: str, step: str, given: Any, said: str = "", right: bool | None = None, **more: Any) -> None:
        """An answer of a member, as the desk stores it."""
        row = row_of(self.service.clock, given, said, right, step, **more)
        with self.service.database.writing() as session:
            learning.add_answer(session, self.learner(session, name), row)

    def learner(self, session: Any, name: str) -> Learner:
        """A member's learner."""
        room = session.scalars(select(Room).where(Room.token == self.token)).one()
        member = rooms.member_of(session, room, self.members[name].cookie)
        return session.get(Learner, member.learner_id)

    def goes(self, name: str, support: str = "example") -> None:
        """A member has begun the lesson."""
        way = {"version": 1, "run_through": 1, "support": support, "step": "hook", "passed": [], "hints": {}, "entered": {}}
        with self.service.database.writing() as session:
            learning.put_progress(session, self.learner(session, name), LESSON, self.service.clock(), way)


def row_of(
    clock: Clock, given: Any, said: str = "", right: bool | None = None, step: str = "run_slow", **more: Any
) -> dict[str, Any]:
    """An answer as the desk stores it."""
    verdict = {"said": said, "right": right, "kind": "", "round": more.pop("vote", 1), "misconception": more.pop("holds", None)}
    verdict |= {"late": True} if more.pop("late", False) else {}
    return {
        "lesson": LESSON, "version": 1, "run_through": 1, "step": step, "key": secrets.token_hex(8), "answer": {"given": given},
        "confidence": None, "right": right, "verdict": verdict, "run": None, "answered_s": clock(),
    } | more  # fmt: skip


def opened(database: Database, clock: Clock, title: str = "Physics 9b") -> Taught:
    """A room without members."""
    service, key = Rooms(database, clock), codes.new_secret()
    told = service.open(key, LESSON, title)
    return Taught(service, Actor(None, key), told["token"], told["recovery"])


@cache
def _empty() -> bytes:
    """A database without rows, which is made once."""
    with TemporaryDirectory() as folder:
        made = Database(URL.create("sqlite", database=f"{folder}/empty.sqlite"))
        made.open()
        made.close()
        return (Path(folder) / "empty.sqlite").read_bytes()


def in_folder(folder: Path) -> Database:
    """A database of its own."""
    (folder / "store.sqlite").write_bytes(_empty())
    return Database(URL.create("sqlite", database=str(folder / "store.sqlite")))


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a CSV file by the names of its columns."""
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
