"""The shelf: lessons of the app and of the teacher's own folder; a broken one is listed with its problem and breaks nothing."""

import os
import shutil

import pytest

from dashboard.lesson.beside import SHELF, fits
from dashboard.lesson.shelf import Shelf
from lessons.library import VARIABLE
from tests.dashboard.lesson.played import FILES


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The teacher's own folder, with one lesson."""
    shutil.copytree(FILES / "every_kind", tmp_path / "mine/every_kind")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "mine"))
    return tmp_path / "mine"


@pytest.fixture
def shelf(tmp_path):
    """The shelf of an app that has no lessons of its own."""
    (tmp_path / "own").mkdir()
    return Shelf(fits, tmp_path / "own")


def test_lessons_of_the_teachers_folder_stand_with_the_others(shelf, folder):
    assert [lesson.id for lesson in shelf.playable()] == ["every_kind"]
    assert shelf.problems() == []


def test_without_a_folder_there_are_those_of_the_app(shelf, monkeypatch, tmp_path):
    for value in ("", "  ", str(tmp_path / "nowhere")):
        monkeypatch.setenv(VARIABLE, value)
        assert shelf.every() == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("id: [", "lesson.yaml:1"),
        ("", "lesson.yaml"),
        ("id: broken\ncolour: red\n", "colour"),
        ("\0", "lesson.yaml"),
        ("a: &a [*a]", "anchors"),
    ],
)  # fmt: skip
def test_a_broken_one_is_listed_with_its_problem_and_breaks_nothing(shelf, folder, text, problem):
    (folder / "broken/en").mkdir(parents=True)
    (folder / "broken/en/lesson.yaml").write_text(text)
    assert [lesson.id for lesson in shelf.playable()] == ["every_kind"]
    (told,) = shelf.problems()
    assert told.startswith("broken: ")
    assert problem in told
    assert shelf.get("broken") is None


def test_one_that_does_not_fit_the_app_is_listed_too(shelf, folder):
    rewrite(folder, "concept: load_balancing", "concept: cooking")
    assert shelf.playable() == []
    assert "cooking" in shelf.problems()[0]


def test_two_of_the_same_name_are_not_mixed_up(shelf, folder, tmp_path):
    shutil.copytree(folder / "every_kind", tmp_path / "own/every_kind")
    assert len(shelf.playable()) == 1
    assert "another id" in shelf.problems()[0]


def test_a_file_that_was_changed_is_read_again(shelf, folder):
    before, lesson = shelf.edition(), shelf.get("every_kind")
    assert shelf.get("every_kind") is lesson
    rewrite(folder, "title: Every kind of step", "title: Another title")
    assert shelf.get("every_kind").title == "Another title"
    assert shelf.edition() != before
    shutil.rmtree(folder / "every_kind")
    assert shelf.every() == []


def test_the_apps_own_lessons_all_fit():
    own = {one.name: one.problem for one in SHELF.every()}
    assert own
    assert {name: problem for name, problem in own.items() if problem} == {}


def rewrite(folder, old: str, new: str) -> None:
    path = folder / "every_kind/en/lesson.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    os.utime(path, (1, 1))
