"""Gradebooks: grades worked out by hand, and files as the importers of Moodle and Canvas read them.

The rules of the importers are written down here as their sources have them (Moodle's grade/import/csv/classes/load_data.php and
Canvas' lib/gradebook_importer.rb): which columns are whose, what is a grade, what means something else.
"""

import csv
import io
import re

import pytest

from dashboard.classroom import gradebook, records
from dashboard.classroom.cells import table
from dashboard.lesson.beside import SHELF
from tests.dashboard.classroom.exporting import LESSON, in_folder, opened
from tests.dashboard.lesson.played import Clock

RESERVED = ("Current Score", "Current Points", "Current Grade", "Final Score", "Final Points", "Final Grade", "Override Score",
            "Override Grade", "Override Status")  # fmt: skip


@pytest.fixture
def taught(tmp_path):
    """With the worked example run_slow, sketch_speed, play, example, challenge, exit_first and run_failing are graded; exit_look is
    a text that nobody marks, and the predictions have company.
    """
    database = in_folder(tmp_path)
    room = opened(database, Clock())
    for name in ("Ann", "Bob", "Eve", "Troll"):
        room.join(name)
    room.answer("Ann", "predict_slow", 0, "a", False)
    room.answer("Ann", "run_slow", "1", "1 %", False)
    room.answer("Ann", "run_slow", "96", "96 %", True)
    room.answer("Ann", "play", None, "b", True)
    room.answer("Ann", "exit_look", ["x"], "", None)
    room.answer("Bob", "predict_slow", 2, "c", True)
    room.answer("Troll", "run_slow", "96", "96 %", True)
    room.tell("member", number=4, do="block")
    room.service.me(room.members["Bob"], room.token, "leave")
    yield room
    database.close()


def rows(room, form, who: str = "names") -> list[list[str]]:
    text = table(form(records.record(room.service, room.teacher, room.token, who), ""))
    return list(csv.reader(io.StringIO(text, newline="")))


def test_a_grade_is_the_share_of_the_steps_that_were_right(taught):
    """Ann: two of seven, 28.57 of 100; Bob predicted only, which is not graded, but began, then left: 0; Eve did nothing: none."""
    head, *members = rows(taught, gradebook.moodle)
    assert [(row[4], row[5]) for row in members] == [("Ann", "28.57"), ("Bob", "0.0"), ("Eve", "-")]
    assert head[5] == f"{SHELF.get(LESSON).number} {SHELF.get(LESSON).title}"


def test_canvas_finds_its_columns_and_the_points(taught):
    head, points, *members = rows(taught, gradebook.canvas)
    assert "Student" in head[0] and "ID" in head[1], "row_has_student_headers?"
    assert re.search(r"SIS\s+User\s+ID", head[2]) and re.search(r"SIS\s+Login\s+ID", head[3]), "update_column_count"
    assert "Section" in head[4], "last_student_info_column, with both SIS columns"
    assert "Points Possible" in points[0] and points[5:] == ["100"], "process_pp"
    assert [(row[0], row[5]) for row in members] == [("Ann", "28.57"), ("Bob", "0.0"), ("Eve", "")]
    assert all(row[1:5] == [""] * 4 for row in members), "then a student is found by the name"
    assert len({len(row) for row in (head, points, *members)}) == 1, "as many cells in every row, or the separator is guessed"


def test_moodle_finds_who_is_who_and_no_grade_is_none(taught):
    head, *members = rows(taught, gradebook.moodle)
    assert head[:5] == ["Username", "ID number", "Email address", "Number", "Name"]
    assert all(row[:3] == [""] * 3 for row in members), "a row without is skipped until it is filled in"
    assert all(grade == "-" or 0 <= float(grade) <= 100 for row in members for grade in row[5:])


@pytest.mark.parametrize("title", ["Loads (2)", "The Final Score", "Current Grade (17) "])
def test_no_title_means_something_else_to_canvas(title):
    lesson = SHELF.get(LESSON).model_copy(update={"title": title})
    (told,) = gradebook.titles([lesson])
    assert not re.search(r"\((\d+)\)\s*$", told), "Assignment.title_and_id"
    assert not any(name in told for name in RESERVED), "strip_non_assignment_columns"


def test_two_lessons_never_have_one_title():
    lesson = SHELF.get(LESSON)
    assert len(set(gradebook.titles([lesson, lesson.model_copy(update={"id": "other"})]))) == 2


def test_with_numbers_members_are_named_by_them(taught):
    assert [row[0] for row in rows(taught, gradebook.canvas, "numbers")[2:]] == ["Member 1", "Member 2", "Member 3"]
