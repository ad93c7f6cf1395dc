"""The library: a teacher's own folder comes besides, a broken file takes nothing away, and what changes is read again."""

import pytest

from lessons.library import COURSE, VARIABLE
from tests.lessons.small import LESSON, text_of


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Writes the file of a lesson in a folder of the teacher's own."""
    monkeypatch.setenv(VARIABLE, str(tmp_path))

    def written(name, text, language="en"):
        path = tmp_path / name / language / "lesson.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    return written


def lesson_of(language="en"):
    return next(lesson for lesson in COURSE.lessons(language) if lesson.id == "small")


def test_a_folder_of_ones_own_comes_besides_and_a_broken_lesson_takes_nothing_away(write):
    before = {lesson.id for lesson in COURSE.lessons()}
    for name, text in (("small", text_of()), ("broken", text_of({"id": "broken", "title": None})), ("moved", text_of())):
        write(name, text)
    assert {lesson.id for lesson in COURSE.lessons()} == before | {"small"}
    problems = {one.name: one.problem for one in COURSE.every() if one.problem}
    assert problems.keys() == {"broken", "moved"}
    assert problems["broken"].startswith("broken/en/lesson.yaml:1: title: is missing")
    assert "the name of the folder" in problems["moved"]


def test_a_lesson_comes_in_the_language_that_is_asked_for_or_else_in_english(write):
    write("small", text_of())
    assert lesson_of("de").title == LESSON["title"]
    write("small", text_of({"title": "Eine kleine Stunde"}), "de")
    assert (lesson_of("de").title, lesson_of().title) == ("Eine kleine Stunde", LESSON["title"])


def test_a_file_that_changes_is_read_anew(write):
    write("small", text_of())
    kept = lesson_of()
    assert lesson_of() is kept, "and one that does not is read once"
    write("small", text_of({"title": "Another"}))
    assert lesson_of().title == "Another"


def test_a_lesson_under_another_id_is_remembered_as_another_one(write):
    write("small", text_of())
    lesson = lesson_of()
    assert {lesson: 1}[type(lesson).model_validate_json(lesson.text)] == 1 and '"id":"draft.x"' not in lesson.text
    other = lesson.under("draft.x")
    assert '"id":"draft.x"' in other.text and other not in {lesson: 1}
