"""A room of the tests' own lesson. `school` is quick, on SQLite; `both_schools` runs a test on PostgreSQL too."""

import shutil

import pytest
from sqlalchemy.engine import URL

from dashboard.store.database import Database
from tests.dashboard.classroom.world import School
from tests.dashboard.lesson.played import Clock


def file_in(folder) -> URL:
    return URL.create("sqlite", database=str(folder / "store.sqlite"))


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory):
    """A SQLite file with all tables, to be copied: to make them takes longer than most tests."""
    url = file_in(tmp_path_factory.mktemp("migrated"))
    made = Database(url)
    made.open()
    made.close()
    return url.database


@pytest.fixture(scope="session")
def migrated_name(cluster):
    """The same on PostgreSQL."""
    url = cluster.create()
    made = Database(url)
    made.open()
    made.close()
    return url.database


@pytest.fixture
def file_url(migrated_file, tmp_path):
    url = file_in(tmp_path)
    shutil.copy(migrated_file, url.database)
    return url


@pytest.fixture
def server_url(cluster, migrated_name):
    url = cluster.create(migrated_name)
    yield url
    cluster.drop(url)


@pytest.fixture(params=["file_url", "server_url"], ids=["sqlite", "postgresql"])
def both_urls(request):
    """The address of a database without a row, of each kind."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def school(monkeypatch, file_url, clock):
    """A room with a teacher."""
    store = Database(file_url)
    yield School(monkeypatch, store, clock)
    store.close()


@pytest.fixture
def both_schools(monkeypatch, both_urls, clock):
    """The same on each kind of database."""
    store = Database(both_urls)
    yield School(monkeypatch, store, clock)
    store.close()


@pytest.fixture
def server_school(monkeypatch, server_url, clock):
    """The same on PostgreSQL only."""
    store = Database(server_url)
    yield School(monkeypatch, store, clock)
    store.close()
