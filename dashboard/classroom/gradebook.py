"""Gradebook: a room's record as the files that Moodle and Canvas import: of each lesson a grade from 0 to 100.

The grade is the share of the steps that were answered rightly, of those that check an objective (see `export`; predictions are not
graded where anything else checks it). Who answered nothing has none; members who were removed or blocked are left out. A room knows
nicknames only, so the teacher says in the platform, or in the file, who is who.

Moodle (docs.moodle.org/en/Grade_import, and grade/import/csv of its source): the first row names the columns, commas between, UTF-8
whose mark is removed. One column identifies the person ("Map from") by ID number, username or e-mail address ("Map to"): their
cells are empty here, and one of them is to be filled in; where nicknames are usernames, Name can be mapped. A row without is
skipped; one with an unknown person ends the whole import. "-" is no grade. A new grade item takes 100 at most.

Canvas (lib/gradebook_importer.rb of its source; its instructor guide, "Import grades in the Gradebook"): the first row begins with
Student, ID, SIS User ID, SIS Login ID and Section, then come assignments by their titles; a title that ends with a number in
brackets would be that assignment's number, one that holds a name such as "Final Score" is passed over, and each must be there once.
The next row is "Points Possible". A student is found by ID, SIS ids, or the very name; of all others Canvas asks.
"""

import re
from collections.abc import Callable

from dashboard.classroom.cells import NONE, Cell
from dashboard.classroom.export import Done, Rows, checking, done, lessons_of, support_in
from dashboard.classroom.records import Record
from lessons.format import Lesson

MOST = 100
GRADED = ("waiting", "present", "hidden", "left")
A_NUMBER = re.compile(r"\(\d+\)\s*$")
TOTALS = re.compile("(Current|Final|Override) (Score|Points|Grade|Status)")
"""What Canvas takes for one of its own columns wherever it stands in a title."""


def moodle(record: Record, address: str) -> Rows:
    """A row a member, for Moodle."""
    lessons = lessons_of(record)
    yield ["Username", "ID number", "Email address", "Number", "Name", *titles(lessons)]
    for one in _graded(record):
        grades = [grade(one, lesson) for lesson in lessons]
        yield [None, None, None, one.member["number"], record.called(one.member), *(NONE if got is None else got for got in grades)]


def canvas(record: Record, address: str) -> Rows:
    """A row a member, for Canvas."""
    lessons = lessons_of(record)
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *titles(lessons)]
    yield ["    Points Possible", None, None, None, None, *(MOST for _ in lessons)]
    for one in _graded(record):
        yield [record.called(one.member), None, None, None, None, *(grade(one, lesson) for lesson in lessons)]


GRADEBOOKS: dict[str, Callable[[Record, str], Rows]] = {"moodle": moodle, "canvas": canvas}


def grade(one: Done, lesson: Lesson) -> Cell:
    """A member's grade in a lesson; None where they answered nothing."""
    if not one.began(lesson):
        return None
    support = support_in(one, lesson)
    steps = {step.id: step for objective in lesson.objectives for step in checking(lesson, objective, support)}
    right = sum(one.on(lesson, step).right for step in steps.values())
    return round(MOST * right / len(steps), 2) if steps else None


def titles(lessons: list[Lesson]) -> list[str]:
    """What the grades are called: each once, and none so that it means something else."""
    found: list[str] = []
    for lesson in lessons:
        title = TOTALS.sub(r"\1-\2", f"{lesson.number} {lesson.title}")
        title = f"{title}." if A_NUMBER.search(title) else title
        found.append(f"{title} [{lesson.id}]" if title in found else title)
    return found


def _graded(record: Record):
    return (one for one in done(record) if one.member["status"] in GRADED)
