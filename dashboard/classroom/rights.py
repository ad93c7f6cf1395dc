"""Rights: the one gate that every request to a room passes: who is it here, and may they do this?

Knows rows of rooms and their keys; nothing of what an action does.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from dashboard.classroom import codes
from dashboard.lesson.who import learner
from dashboard.store import rooms
from dashboard.store.models import Member, Room
from dashboard.words import t

KEY = "room_key"
"""The cookie with which a browser is a teacher or a wall;"""
FORMER = "room_key_former"
"""and the one that it had before, until that has ended."""
ROLES = ("stranger", "waiting", "student", "out", "wall", "teacher")
ANYBODY = frozenset(ROLES)
TEACHER = frozenset({"teacher"})
ACTIONS: Mapping[str, frozenset[str]] = {
    "look": ANYBODY,
    "join": frozenset({"stranger", "waiting", "student", "wall", "teacher"}),
    "resume": frozenset({"stranger", "waiting", "student", "wall", "teacher"}),
    "claim": ANYBODY,
    "me": frozenset({"waiting", "student"}),
    "learn": frozenset({"waiting", "student"}),
    "read": frozenset({"waiting", "student"}),
    "events": frozenset({"waiting", "student", "wall", "teacher"}),
    "results": frozenset({"waiting", "student", "wall", "teacher"}),
    "spotlight": frozenset({"waiting", "student", "wall", "teacher"}),
    "load": frozenset({"waiting", "student", "wall", "teacher"}),
    "wall": frozenset({"wall", "teacher"}),
    "class": TEACHER,
    "command": TEACHER,
    "export": TEACHER,
    "access": TEACHER,
}
"""Who may do what in a room."""
WHEN_CLOSED = frozenset(
    {"look", "claim", "read", "results", "spotlight", "load", "events", "wall", "class", "command", "export", "access"}
)
"""What can still be done once a room is closed; of the commands only those of `commands.WHEN_CLOSED`."""
STATUS_ROLES = {
    "waiting": "waiting", "present": "student", "hidden": "student", "left": "stranger", "removed": "stranger", "blocked": "out"
}  # fmt: skip
"""Whoever waits may do what members do; only their name is not shown. Whoever has left or was removed may come again."""


class Forbidden(Exception):
    """Whoever asks may not do this; the message says so without saying what there is."""


class NoRoom(LookupError):
    """There is no such room, or no more."""


@dataclass(frozen=True)
class Actor:
    """Who sends a request: the cookies that it came with, checked for their form only."""

    cookie: str | None
    """The learner's;"""
    key: str | None = None
    """the one of a teacher or a wall;"""
    former: str | None = None
    """and the one before it."""


@dataclass(frozen=True)
class Seat:
    """Who that is in a room."""

    room: Room
    roles: frozenset[str]
    member: Member | None
    closed: bool


def actor_of(cookies: Mapping[str, str]) -> Actor:
    """The actor of a request."""
    key, former = (one if codes.SECRET.fullmatch(one) else None for one in (cookies.get(KEY, ""), cookies.get(FORMER, "")))
    return Actor(learner(dict(cookies)), key, former)


def authorise(session: Session, actor: Actor, action: str, token: str, now_s: float, locks: bool = False) -> Seat:
    """The actor's seat in the room with this token, if they may do this there; `locks`: nobody else changes the room meanwhile.

    Raises NoRoom or Forbidden.
    """
    room = rooms.by_token(session, token, locks) if codes.TOKEN.fullmatch(token) else None
    if room is None or now_s >= room.deletes_s:
        raise NoRoom(t("There is no such room. Ask your teacher for the link again."))
    member = rooms.member_of(session, room, actor.cookie) if actor.cookie else None
    roles = frozenset({*_kinds(session, room, actor), *([STATUS_ROLES[member.status]] if member else [])}) or frozenset(
        {"stranger"}
    )
    seat = Seat(room, roles, member, now_s >= room.closes_s)
    if not roles & ACTIONS[action]:
        raise Forbidden(t("You may not do this in this room."))
    if seat.closed and action not in WHEN_CLOSED:
        raise Forbidden(t("This room is closed. What you have done is kept until it is deleted."))
    return seat


def _kinds(session: Session, room: Room, actor: Actor) -> set[str]:
    """As what the room knows the browser's key."""
    if actor.key is None:
        return set()
    mine = codes.hashed(actor.key)
    kept = rooms.keys(session, room, rooms.BROWSERS)
    return {one.kind for one in kept if hmac.compare_digest(one.hash, mine)}
