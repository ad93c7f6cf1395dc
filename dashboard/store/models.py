"""Models: the tables, as typed classes. They say what is stored; `migrations` bring a database there.

Times are seconds since 1970 by the server's clock. Nothing here is particular to one kind of database.
"""

from typing import Any

from sqlalchemy import JSON, Boolean, Double, ForeignKey, Integer, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAME = 40
"""Characters of a lesson's or a step's name."""
HASH = 64
"""Characters of a SHA-256 in hexadecimal."""
KEY = 64
"""Characters of the key by which the same answer, sent twice, is known."""
FILE = 80
"""Characters of a file's name."""
TOKEN = 32
"""Characters of the random part of a room's address."""
CODE = 8
"""Symbols of a room's short code."""
TITLE = 80
"""Characters of a room's title."""
SHOWN = 32
"""Characters of the name that a member shows: 24 visible ones, with their marks."""


class Base(DeclarativeBase):
    """All tables."""

    type_annotation_map = {dict[str, Any]: JSON, list[str]: JSON, float: Double}  # noqa: RUF012 (SQLAlchemy reads it so)


class Learner(Base):
    """Somebody who did something in a lesson: known by nothing but the hash of a cookie, or as a member of a room."""

    __tablename__ = "learners"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    cookie_hash: Mapped[str] = mapped_column(String(HASH), unique=True)
    """Of a member: what `learning.member_name` says."""
    created_s: Mapped[float]
    seen_s: Mapped[float]
    answers_count: Mapped[int] = mapped_column(Integer, default=0)
    """How many answers there are of this learner: the bound is kept without counting rows."""


class Progress(Base):
    """How far a learner is in a lesson."""

    __tablename__ = "progress"

    learner_id: Mapped[int] = mapped_column(ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True)
    lesson: Mapped[str] = mapped_column(String(NAME), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    run_through: Mapped[int] = mapped_column(Integer)
    """Counts from 1; a restart begins the next."""
    support: Mapped[str] = mapped_column(String(NAME))
    step: Mapped[str] = mapped_column(String(NAME))
    passed: Mapped[list[str]]
    """Steps that were left for the next one, answered or not."""
    hints: Mapped[dict[str, Any]]
    """How many hints were asked for, by step."""
    entered: Mapped[dict[str, Any]]
    """When each step was first on screen, by step."""
    changed_s: Mapped[float]


class Answer(Base):
    """One answer: an attempt at a step in a run-through. Rows are added and never changed."""

    __tablename__ = "answers"
    __table_args__ = (
        UniqueConstraint("learner_id", "lesson", "run_through", "step", "attempt", name="answers_attempt"),
        UniqueConstraint("learner_id", "key", name="answers_key"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("learners.id", ondelete="CASCADE"))
    lesson: Mapped[str] = mapped_column(String(NAME))
    version: Mapped[int] = mapped_column(Integer)
    run_through: Mapped[int] = mapped_column(Integer)
    step: Mapped[str] = mapped_column(String(NAME))
    attempt: Mapped[int] = mapped_column(Integer)
    key: Mapped[str] = mapped_column(String(KEY))
    answer: Mapped[dict[str, Any]]
    """{given: what was sent}."""
    confidence: Mapped[int | None] = mapped_column(SmallInteger)
    right: Mapped[bool | None] = mapped_column("is_right", Boolean)
    """None where nobody marks it. RIGHT is a word of SQL."""
    verdict: Mapped[dict[str, Any]]
    run: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    answered_s: Mapped[float]


class Draft(Base):
    """A lesson file that somebody is writing: the last text of it that could be played, for nobody but them."""

    __tablename__ = "drafts"

    learner_id: Mapped[int] = mapped_column(ForeignKey("learners.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME), primary_key=True)
    file: Mapped[str] = mapped_column(String(FILE))
    """What the file is called on their machine."""
    digest: Mapped[str] = mapped_column(String(HASH))
    """SHA-256 of the text."""
    text: Mapped[str] = mapped_column(Text)
    changed_s: Mapped[float]


class Room(Base):
    """A taught group: what the teacher has set for all of its members. `revision` grows with every change of it."""

    __tablename__ = "rooms"
    __table_args__ = ({"sqlite_autoincrement": True},)
    """An id is never given again: whoever still speaks of a deleted room must not meet the next one."""

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    token: Mapped[str] = mapped_column(String(TOKEN), unique=True)
    """Stands in the link to the room, which stays as long as the room does."""
    code: Mapped[str | None] = mapped_column(String(CODE), unique=True)
    """The short code; None while it is closed."""
    title: Mapped[str] = mapped_column(String(TITLE))
    created_s: Mapped[float]
    closes_s: Mapped[float]
    """From then on nobody may do anything but look; the teacher may end it sooner."""
    deletes_s: Mapped[float]
    """Then all of it is deleted."""
    lesson: Mapped[str] = mapped_column(String(NAME))
    pacing: Mapped[str] = mapped_column(String(NAME))
    step: Mapped[str | None] = mapped_column(String(NAME))
    """The step at which the class is, where it is paced."""
    support: Mapped[str] = mapped_column(String(NAME))
    rounds: Mapped[dict[str, Any]]
    """How many votes there were on a step, by "lesson.step"; one where none is named."""
    revealed: Mapped[list[str]]
    """Steps whose outcome the class has seen, as "lesson.step"; "lesson.step 1" for that of a vote that is over."""
    locks: Mapped[list[str]]
    """Controls that nobody may move."""
    push: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the teacher shows everybody: {number, view, address}."""
    spotlight: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Runs of members side by side: {lesson, step, runs: [{label, number: the member's, name or None, run}]}."""
    approves: Mapped[bool]
    """Whether a name shows only after the teacher has agreed."""
    results_hidden: Mapped[bool]
    """Whether the wall keeps the results to itself."""
    countdown_s: Mapped[float | None]
    """When the time for the step is over."""
    pushes_count: Mapped[int] = mapped_column(Integer)
    members_count: Mapped[int] = mapped_column(Integer)
    """How many ever joined: numbers are given once."""
    revision: Mapped[int] = mapped_column(Integer)
    people_revision: Mapped[int] = mapped_column(Integer)
    """Grows when a member's own state changes: name, being let in, being removed."""


class Member(Base):
    """A student in a room. What they do in lessons is a learner's of their own, who ends with the room."""

    __tablename__ = "members"
    __table_args__ = (
        UniqueConstraint("room_id", "look", name="members_look"),
        UniqueConstraint("room_id", "number", name="members_number"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    learner_id: Mapped[int] = mapped_column(ForeignKey("learners.id", ondelete="CASCADE"), unique=True)
    number: Mapped[int] = mapped_column(Integer)
    """Counts from 1 within the room; on exports it may stand for the name."""
    name: Mapped[str] = mapped_column(String(SHOWN))
    look: Mapped[str] = mapped_column(String(SHOWN))
    """The name as the eye takes it: two members of a room never have the same."""
    status: Mapped[str] = mapped_column(String(NAME))
    """waiting, present, hidden, left, removed or blocked;"""
    help: Mapped[bool]
    """whether they ask for help."""
    resume_hash: Mapped[str | None] = mapped_column(String(HASH), unique=True)
    """Of the code with which another device goes on as this member."""
    browser_hash: Mapped[str | None] = mapped_column(String(HASH))
    """Of the cookie with which they were there last: who leaves and comes in again as somebody new has no second vote."""
    joined_s: Mapped[float]
    seen_s: Mapped[float]


class Device(Base):
    """A browser that is a member of a room."""

    __tablename__ = "devices"

    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True)
    cookie_hash: Mapped[str] = mapped_column(String(HASH), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)


class RoomKey(Base):
    """A secret that gives rights in a room, kept hashed: a teacher's cookie, a claim link, a recovery code, a wall's link."""

    __tablename__ = "room_keys"

    hash: Mapped[str] = mapped_column(String(HASH), primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(String(NAME))
    """teacher or wall: a browser's cookie; claim_teacher, claim_wall: a claim link, good once; recovery: a code."""
    created_s: Mapped[float]
    ends_s: Mapped[float | None]
    """A claim link is good for a short while."""


class HandCount(Base):
    """Votes that were counted by hand, of those without a device: {given: how many} of a step in a round."""

    __tablename__ = "hand_counts"

    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), primary_key=True)
    lesson: Mapped[str] = mapped_column(String(NAME), primary_key=True)
    step: Mapped[str] = mapped_column(String(NAME), primary_key=True)
    round: Mapped[int] = mapped_column("vote", Integer, primary_key=True)
    counts: Mapped[dict[str, Any]]
