"""A learner in the tests' own lesson, with a database in a folder of the test's."""

import pytest

from dashboard.lesson import desk as desks
from dashboard.lesson.desk import Desk
from tests.dashboard.lesson.played import LESSON, Clock, Only, Player, database


@pytest.fixture
def shelf(monkeypatch):
    """The only lesson that there is."""
    only = Only(LESSON)
    monkeypatch.setattr(desks, "SHELF", only)
    return only


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(tmp_path):
    opened = database(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def player(shelf, store, clock):
    """A learner who has done nothing yet."""
    return Player(Desk(store, clock))
