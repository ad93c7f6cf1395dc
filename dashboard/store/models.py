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


class Base(DeclarativeBase):
    """All tables."""

    type_annotation_map = {dict[str, Any]: JSON, list[str]: JSON, float: Double}  # noqa: RUF012 (SQLAlchemy reads it so)


class Learner(Base):
    """Somebody who did something in a lesson: known by nothing but the hash of a cookie."""

    __tablename__ = "learners"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    cookie_hash: Mapped[str] = mapped_column(String(HASH), unique=True)
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
