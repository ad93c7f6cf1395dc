"""Notes: what a lesson file holds for the teacher and for reading on. Knows what is well-formed; nothing of what is true."""

from typing import Annotated

from pydantic import Field

from lessons.entries import Entry, Line, Name, Prose


class Plan(Entry):
    """How to teach it in so many minutes: minutes a step, and what to leave out."""

    minutes: int = Field(ge=5, le=180)
    steps: dict[Name, float]
    skip: list[Name] = Field(default_factory=list)
    note: Prose | None = None


class Axes(Entry):
    """Empty axes on the worksheet."""

    title: Line
    x: Line
    y: Line


class Worksheet(Entry):
    """What the printed sheet has besides the steps' own questions."""

    intro: Prose
    axes: list[Axes] = Field(default_factory=list, max_length=4)
    measure: list[Name] = Field(default_factory=list, max_length=12)
    """Values to measure and write down; the key has them."""


class Push(Entry):
    """When a teacher pushes which scene to everyone."""

    scene: Name
    when: Line


class Teacher(Entry):
    """The teacher's notes."""

    purpose: Prose
    likely_answers: list[Line] = Field(min_length=1, max_length=10)
    discussion: list[Line] = Field(min_length=1, max_length=10)
    plans: list[Plan] = Field(min_length=1, max_length=4)
    pairs: Prose
    """Roles for two at one screen."""
    support: list[Line] = Field(min_length=1, max_length=6)
    extension: list[Line] = Field(min_length=1, max_length=6)
    push: list[Push] = Field(default_factory=list, max_length=6)
    worksheet: Worksheet


class Reading(Entry):
    """Further reading."""

    title: Line
    url: Annotated[str, Field(pattern=r"^https://[^\s\"'<>\\]{4,300}$")]
    why: Line
