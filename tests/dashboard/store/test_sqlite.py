"""What is particular to a SQLite file: how it is opened, and what is said where it cannot be used."""

import os
import sqlite3
import stat

import pytest
from sqlalchemy import select
from sqlalchemy.engine import URL

from dashboard.store import database as databases
from dashboard.store import learning
from dashboard.store.database import Away, Database
from dashboard.store.models import Answer
from tests.dashboard.store.writer import row

COOKIE = "ab" * 16


@pytest.fixture
def file(tmp_path):
    return tmp_path / "store.sqlite"


@pytest.fixture
def store(file):
    opened = Database(URL.create("sqlite", database=str(file)))
    yield opened
    opened.close()


def test_the_file_is_opened_as_many_writers_need_it(store):
    with store.reading() as session:
        told = {name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar() for name in (
            "journal_mode", "synchronous", "foreign_keys", "busy_timeout"
        )}  # fmt: skip
    assert told == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": databases.BUSY_S * 1_000}


def test_one_connection_stays_open_so_that_the_log_does(store, file):
    with store.writing() as session:
        learning.seen(session, COOKIE, 1.0)
    assert file.with_name(f"{file.name}-wal").exists()
    store.close()
    assert not file.with_name(f"{file.name}-wal").exists()


@pytest.mark.skipif(os.name == "nt", reason="modes are of systems like Unix")
@pytest.mark.parametrize("before", [False, True], ids=["new", "made by an earlier version"])
def test_only_its_owner_reads_it_and_its_log(file, store, before):
    files = [file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")]
    if before:
        store.open()
        for one in files:
            one.chmod(0o644)
    again = Database(URL.create("sqlite", database=str(file)))
    with again.writing() as session:
        learning.seen(session, COOKIE, 1.0)
    assert [stat.S_IMODE(one.stat().st_mode) for one in files] == [0o600] * 3
    again.close()


def test_a_database_that_is_away_says_so_and_recovers_by_itself(file, store, monkeypatch):
    monkeypatch.setattr(databases, "BUSY_S", 0.05)
    with store.writing() as session:
        learning.seen(session, COOKIE, 1.0)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Away), store.writing() as session:
        learning.seen(session, COOKIE, 2.0)
    assert store.failures == 1
    other.execute("ROLLBACK")
    other.close()
    with store.writing() as session:
        learning.add_answer(session, learning.seen(session, COOKIE, 3.0), row("one-key-1"))
    with store.reading() as session:
        assert session.scalars(select(Answer.key)).all() == ["one-key-1"]


def test_a_file_that_is_no_database_is_told_and_left_alone(file, store):
    file.write_bytes(b"no database at all, but somebody's text" * 40)
    before = file.read_bytes()
    with pytest.raises(Away, match="cannot be used"):
        store.open()
    assert file.read_bytes() == before
