"""World: rooms of the tests' own lesson, spoken to through all their routes, and everybody who may come to one.

Knows the wire, not how it is answered; what is stored is looked at as rows.
"""

import importlib
import json
import pkgutil
import secrets
from typing import Any

from sqlalchemy import select
from starlette.applications import Starlette

import dashboard.classroom
from dashboard.classroom import api, codes
from dashboard.classroom.commands import command
from dashboard.classroom.hub import Hub
from dashboard.classroom.limits import Limit
from dashboard.classroom.rights import Actor
from dashboard.classroom.rooms import Rooms
from dashboard.lesson import beside, desk
from dashboard.lesson.desk import Desk
from dashboard.store.database import Database
from dashboard.store.models import Base
from tests.dashboard.lesson.calls import HOST, Reply, call
from tests.dashboard.lesson.played import LESSON, Clock, Only

SECOND = LESSON.model_copy(update={"id": "second", "number": 901, "title": "The same again"})
MODULES = [importlib.import_module(f"dashboard.classroom.{one.name}") for one in pkgutil.iter_modules(dashboard.classroom.__path__)]
ROUTES = list({id(route): route for module in MODULES for route in getattr(module, "ROUTES", [])}.values())
SAME_SITE = {"content-type": "application/json", "origin": f"http://{HOST}"}


class Shelf(Only):
    """The lessons that there are."""

    def edition(self) -> str:
        return "one"


class Person:
    """A browser: its cookies."""

    def __init__(self, learner: str | None = None, key: str | None = None, former: str | None = None) -> None:
        self.learner, self.key, self.former = learner, key, former

    @property
    def cookies(self) -> dict[str, str]:
        kept = {"learner": self.learner, "room_key": self.key, "room_key_former": self.former}
        written = [f"{name}={value}" for name, value in kept.items() if value is not None]
        return {"cookie": "; ".join(written)} if written else {}

    def takes(self, reply: Reply) -> Reply:
        """The answer arrived: the browser keeps its cookies."""
        self.key = reply.cookies.get("room_key", self.key or "") or None
        self.former = reply.cookies.get("room_key_former", self.former or "") or None
        return reply

    @property
    def actor(self) -> Actor:
        return Actor(self.learner, self.key, self.former)


def browser() -> Person:
    """A browser that has opened a page of the app."""
    return Person(secrets.token_hex(16))


def told_by(key: str) -> Person:
    return Person(secrets.token_hex(16), key)


class World:
    """One process of the app: its rooms, routes and limits."""

    def __init__(self, monkeypatch: Any, store: Database, clock: Clock) -> None:
        self.store, self.clock = store, clock
        self.shelf = Shelf(LESSON, SECOND)
        self.rooms = Rooms(store, clock, Desk(store, clock))
        for module in [*MODULES, desk, beside]:
            for name, value in (("SHELF", self.shelf), ("ROOMS", self.rooms)):
                if hasattr(module, name):
                    monkeypatch.setattr(module, name, value)
        monkeypatch.setattr(api, "HUB", Hub(api._look))
        for name in ("TRIED_CODES", "TRIED_RESUME", "TRIED_SECRETS", "OPENED", "JOINED", "JOINED_ROOM"):
            was = getattr(api, name)
            monkeypatch.setattr(api, name, Limit(was._at_once, was._a_minute, lambda: clock.now_s))
        self.app = Starlette(routes=ROUTES)

    def get(self, who: Person, path: str = "", **more: Any) -> Reply:
        """What somebody gets; the path is within api/rooms."""
        return call(self.app, "GET", api.PATH + path, headers=who.cookies | more.pop("headers", {}), **more)

    def post(self, who: Person, path: str, body: Any, headers: dict[str, str] | None = None, **more: Any) -> Reply:
        """What comes of something that is sent."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return call(self.app, "POST", api.PATH + path, data, SAME_SITE | who.cookies | (headers or {}), **more)

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that is stored, but for when somebody was last seen."""
        with self.store.reading() as session:
            return {
                table.name: sorted(
                    tuple(map(str, row)) for row in session.execute(select(*[one for one in table.columns if one.name != "seen_s"]))
                )
                for table in Base.metadata.sorted_tables
            }


class School(World):
    """A world with one open room, its teacher, and a way to bring in others."""

    def __init__(self, monkeypatch: Any, store: Database, clock: Clock) -> None:
        super().__init__(monkeypatch, store, clock)
        self.teacher = told_by(codes.new_secret())
        opened = self.rooms.open(self.teacher.key, LESSON.id, "Form 4b")
        self.token, self.recovery = opened["token"], opened["recovery"]

    def tell(self, command_name: str, /, **more: Any) -> dict[str, Any]:
        """A command of the teacher's."""
        return command(self.rooms, self.teacher.actor, self.token, {"command": command_name, **more})

    def comes(self, name: str, who: Person | None = None) -> Person:
        """A member comes in."""
        who = who or browser()
        self.rooms.join(who.actor, self.token, name)
        return who

    def number(self, who: Person) -> int:
        return self.rooms.state(who.actor, self.token)["me"]["number"]

    def claims(self, kind: str, who: Person | None = None) -> Person:
        """Somebody uses a claim link."""
        who = who or told_by(codes.new_secret())
        assert self.rooms.claim(who.actor, self.token, self.tell("key", kind=kind)["secret"])
        return who

    def act(self, who: Person, action: str, lesson: str = LESSON.id, **more: Any) -> dict[str, Any]:
        """A member's action in a lesson; the state after it."""
        return self.rooms.act(who.actor, self.token, lesson, {"action": action, **more})

    def answer(self, who: Person, step: str, answer: Any, key: str | None = None, **more: Any) -> dict[str, Any]:
        return self.act(who, "answer", step=step, answer=answer, key=key or secrets.token_hex(8), **more)

    def code(self) -> str:
        return self.get(self.teacher, f"/{self.token}").json["room"]["code"]


def texts_of(told: Any) -> list[str]:
    """All texts in an answer, names of fields too."""
    if isinstance(told, dict):
        return [*told, *(text for one in told.values() for text in texts_of(one))]
    if isinstance(told, list):
        return [text for one in told for text in texts_of(one)]
    return [told] if isinstance(told, str) else []
