"""Export: a room's record as tables: an answer a row (long), a member a row (wide), and which objectives each member met.

    long        number, name, status, lesson, step, title, kind, run_through, vote, late (yes: after the class was shown the
                outcome, so it is no vote), attempt, answer (in words), confidence (0 guess to 3 certain), right (yes, no, or
                empty where nobody marks it), misconception (its id), answered_at (ISO 8601, UTC), replay (a link that plays
                the run that came with the answer; empty without one, and where it would be too long)
    wide        number, name, status, joined_at, seen_at, answered and right (how many steps), then of each step, as lesson.step,
                the last answer in words
    objectives  number, name, status, lesson, objective, text, steps (how many check it), attempted, met, right (how many of those
                steps), attempts (answers to them), replay (of the last right answer with a run, or else of the last one)

An objective is checked by the steps that name it and can be judged, of the member's level of support. A prediction counts where
nothing else checks the objective: to predict wrongly is a way to learn. It is met once each of those steps was answered rightly.
Names of columns are the same in every language. Knows records; nothing of files and of who may.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dashboard.classroom.cells import Cell
from dashboard.classroom.records import Record, Row
from dashboard.classroom.replays import Replays
from dashboard.lesson.beside import SHELF, stage_of
from dashboard.lesson.together import policy_told
from dashboard.lesson.way import LATE, ROUND, SUPPORTS
from lessons.format import Lesson, Objective, Step
from lessons.parts import chosen
from lessons.sound import JUDGED

Rows = Iterator[list[Cell]]


@dataclass
class Tally:
    """What a member did on a step."""

    attempts: int = 0
    right: bool = False
    said: str = ""
    replay: str = ""
    """Of the last right answer with a run, or else of the last one."""
    replay_right: bool = False

    def add(self, row: Row, said: str, replay: str) -> None:
        """Count an answer."""
        self.attempts += 1
        self.right = self.right or bool(row["right"])
        self.said = said
        if replay and (row["right"] or not self.replay_right):
            self.replay, self.replay_right = replay, bool(row["right"])


@dataclass
class Done:
    """What a member did: tallies by lesson and step."""

    member: Row
    support: dict[str, str] = field(default_factory=dict)
    steps: dict[tuple[str, str], Tally] = field(default_factory=dict)

    def on(self, lesson: Lesson, step: Step) -> Tally:
        """The tally of a step."""
        return self.steps.get((lesson.id, step.id)) or Tally()

    def began(self, lesson: Lesson) -> bool:
        """Whether the member answered anything in the lesson."""
        return any(name == lesson.id for name, _ in self.steps)


class Course:
    """The lessons as they are now, looked up once for a whole table."""

    def __init__(self) -> None:
        self._lessons = {one.id: one for one in SHELF.playable()}
        self._steps = {(one.id, step.id): step for one in self._lessons.values() for step in one.all_steps}

    def place(self, row: Row) -> tuple[Lesson | None, Step | None]:
        """Where an answer was given; None for a lesson or a step that is gone."""
        return self._lessons.get(row["lesson"]), self._steps.get((row["lesson"], row["step"]))

    def said(self, row: Row) -> str:
        """An answer in words: heights of a curve and parts of a text one after the other; what was moved or chosen for one's own
        part of the class by the names of its controls.
        """
        (lesson, step), words = self.place(row), row["verdict"].get("said", "")
        given = row["answer"]["given"]
        if isinstance(given, list):
            return " | ".join(f"{one:g}" if isinstance(one, int | float) else str(one) for one in given)
        if lesson and step and step.compare:
            path, _, value = words.partition(": ")
            control = next((one for one in stage_of(lesson).controls if one.path == path), None)
            return f"{control.label}: {dict(control.choices).get(value, value)}" if control else words
        if lesson and step and step.part and (policy := chosen(step.part, given)):
            return policy_told(stage_of(lesson), policy)
        return words


def long(record: Record, address: str) -> Rows:
    """A row an answer."""
    yield [
        "number", "name", "status", "lesson", "step", "title", "kind", "run_through", "vote", "late", "attempt", "answer",
        "confidence", "right", "misconception", "answered_at", "replay",
    ]  # fmt: skip
    members, course, replays = {one["number"]: one for one in record.members}, Course(), Replays(address)
    for row in record.every_answer():
        lesson, step = course.place(row)
        yield [
            *_who(members[row["number"]]), row["lesson"], row["step"], step and step.title, step and step.kind,
            row["run_through"], row["verdict"].get(ROUND, 1), bool(row["verdict"].get(LATE)), row["attempt"], course.said(row),
            row["confidence"], row["right"], row["verdict"].get("misconception"), moment(row["answered_s"]),
            replays.link(lesson, row["run"]),
        ]  # fmt: skip


def wide(record: Record, address: str) -> Rows:
    """A row a member."""
    asked = [(lesson, step) for lesson in lessons_of(record) for step in lesson.all_steps if step.check]
    begin = ["number", "name", "status", "joined_at", "seen_at", "answered", "right"]
    yield [*begin, *(f"{lesson.id}.{step.id}" for lesson, step in asked)]
    for one in done(record):
        tallies = [one.on(lesson, step) for lesson, step in asked]
        counts = sum(tally.attempts > 0 for tally in tallies), sum(tally.right for tally in tallies)
        times = moment(one.member["joined_s"]), moment(one.member["seen_s"])
        yield [*_who(one.member), *times, *counts, *(tally.said for tally in tallies)]


def objectives(record: Record, address: str) -> Rows:
    """A row for each member and objective of the lessons."""
    yield [
        "number", "name", "status", "lesson", "objective", "text", "steps", "attempted", "met", "right", "attempts", "replay",
    ]  # fmt: skip
    lessons = lessons_of(record)
    for one in done(record, address):
        for lesson in lessons:
            for objective in lesson.objectives:
                tallies = [one.on(lesson, step) for step in checking(lesson, objective, support_in(one, lesson))]
                right, attempts = sum(tally.right for tally in tallies), sum(tally.attempts for tally in tallies)
                replays = [tally.replay for tally in tallies if tally.replay_right] or [tally.replay for tally in tallies]
                yield [
                    *_who(one.member), lesson.id, objective.id, objective.text, len(tallies), attempts > 0,
                    bool(tallies) and right == len(tallies), right, attempts, next((one for one in reversed(replays) if one), ""),
                ]  # fmt: skip


TABLES: dict[str, Callable[[Record, str], Rows]] = {"long": long, "wide": wide, "objectives": objectives}


def done(record: Record, address: str | None = None) -> Iterator[Done]:
    """What each member did, one after the other; with an address, with links that replay their runs."""
    levels: dict[int, dict[str, str]] = {}
    course, replays = Course(), None if address is None else Replays(address)
    for row in record.progress:
        levels.setdefault(row["number"], {})[row["lesson"]] = row["support"]
    for member in record.members:
        one = Done(member, levels.get(member["number"], {}))
        for row in record.answers(member["number"]):
            replay = replays.link(course.place(row)[0], row["run"]) if replays else ""
            one.steps.setdefault((row["lesson"], row["step"]), Tally()).add(row, course.said(row), replay)
        yield one


def lessons_of(record: Record) -> list[Lesson]:
    """The lessons of the record that there still are, in the order of the course."""
    return [one for one in SHELF.playable() if one.id in record.lessons]


def support_in(one: Done, lesson: Lesson) -> str:
    """The level of support that the member has in the lesson."""
    return one.support.get(lesson.id, SUPPORTS[0])


def checking(lesson: Lesson, objective: Objective, support: str) -> list[Step]:
    """The steps that check an objective."""
    steps = [one for one in lesson.steps_for(support) if one.check_kind in JUDGED and objective.id in one.objectives]
    return [one for one in steps if one.kind != "predict"] or steps


def moment(time_s: float | None) -> str | None:
    """A time as ISO 8601 in UTC, to the second."""
    return None if time_s is None else datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _who(member: Row) -> list[Cell]:
    return [member["number"], member["name"], member["status"]]
