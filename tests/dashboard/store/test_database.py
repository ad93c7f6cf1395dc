"""A real SQLite file: two processes write at once, one is killed in the middle, the database is away and comes back."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import IntegrityError

from dashboard.store import database as databases
from dashboard.store import learning, schema
from dashboard.store.database import Away, Database
from dashboard.store.models import Answer, Base, Learner, Progress
from tests.dashboard.store.writer import row

ROOT = Path(__file__).parents[3]
COOKIE = "ab" * 16


@pytest.fixture
def file(tmp_path):
    return tmp_path / "store.sqlite"


@pytest.fixture
def store(file):
    opened = Database(URL.create("sqlite", database=str(file)))
    yield opened
    opened.close()


def writer(file: Path, cookie: str, prefix: str, count: int) -> subprocess.Popen:
    command = [sys.executable, "-m", "tests.dashboard.store.writer", str(file), cookie, prefix, str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def keys(store: Database) -> list[str]:
    with store.reading() as session:
        return list(session.scalars(select(Answer.key).order_by(Answer.key)))


def test_the_migrations_make_what_the_models_say(store, file):
    store.open()
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert list(compare_metadata(context, Base.metadata)) == []
    assert {"learners", "progress", "answers"} <= set(inspect(engine).get_table_names())
    engine.dispose()


def test_the_file_is_opened_as_many_writers_need_it(store, file):
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


def test_an_attempt_and_a_key_are_there_once(store):
    with store.writing() as session:
        mine = learning.seen(session, COOKIE, 1.0)
        learning.add_answer(session, mine, row("one-key-1"))
        learning.add_answer(session, mine, row("one-key-2"))
    with pytest.raises(IntegrityError), store.writing() as session:
        learning.add_answer(session, learning.seen(session, COOKIE, 1.0), row("one-key-2", "draw"))
    with pytest.raises(IntegrityError), store.writing() as session:
        session.add(Answer(learner_id=learning.seen(session, COOKIE, 1.0).id, attempt=2, **row("one-key-3")))
    assert keys(store) == ["one-key-1", "one-key-2"]


def test_another_learner_may_have_the_same_key(store):
    for cookie in (COOKIE, "cd" * 16):
        with store.writing() as session:
            learning.add_answer(session, learning.seen(session, cookie, 1.0), row("one-key-1"))
    assert keys(store) == ["one-key-1"] * 2


def test_with_a_learner_goes_all_that_is_theirs(store):
    with store.writing() as session:
        mine = learning.seen(session, COOKIE, 1.0)
        learning.add_answer(session, mine, row("one-key-1"))
        way = {"version": 1, "run_through": 1, "support": "example", "step": "guess", "passed": [], "hints": {}, "entered": {}}
        learning.put_progress(session, mine, "every_kind", 1.0, way)
    with store.writing() as session:
        session.delete(session.scalars(select(Learner)).one())
    with store.reading() as session:
        assert session.scalars(select(Answer)).all() == session.scalars(select(Progress)).all() == []


def test_a_failed_transaction_leaves_nothing(store):
    with pytest.raises(ZeroDivisionError), store.writing() as session:
        learning.add_answer(session, learning.seen(session, COOKIE, 1.0), row("one-key-1"))
        session.flush()
        raise ZeroDivisionError
    assert keys(store) == []


def test_two_processes_that_start_at_once_write_everything(file, store):
    count = 40
    both = [writer(file, COOKIE, prefix, count) for prefix in ("first", "second")]
    said = []
    for process in both:
        out, problems = process.communicate(timeout=60)
        assert process.returncode == 0, problems
        said += out.split()
    assert len(said) == 2 * count
    assert keys(store) == sorted(said)
    with store.reading() as session:
        assert sorted(session.scalars(select(Answer.attempt))) == list(range(1, 2 * count + 1))
        assert session.scalars(select(Learner)).one().answers_count == 2 * count


def test_after_kill_9_every_acknowledged_answer_is_there_and_none_twice(file, store):
    process = writer(file, COOKIE, "killed", 100_000)
    said = [process.stdout.readline().strip() for _ in range(25)]
    os.kill(process.pid, signal.SIGKILL)
    said += process.stdout.read().split()
    process.wait(10)
    process.stderr.close()
    kept = keys(store)
    assert set(kept) >= set(said)
    assert len(kept) == len(set(kept))
    assert len(kept) <= len(said) + 1, "at most the one whose acknowledgement was under way"
    with store.writing() as session:
        assert learning.seen(session, COOKIE, 2.0).answers_count == len(kept)


def test_a_database_that_is_away_says_so_and_recovers_by_itself(file, store, monkeypatch):
    monkeypatch.setattr(databases, "BUSY_S", 0.05)
    with store.writing() as session:
        learning.seen(session, COOKIE, 1.0)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Away), store.writing() as session:
        learning.seen(session, COOKIE, 2.0)
    other.execute("ROLLBACK")
    other.close()
    with store.writing() as session:
        learning.add_answer(session, learning.seen(session, COOKIE, 3.0), row("one-key-1"))
    assert keys(store) == ["one-key-1"]


def test_a_database_of_a_newer_version_is_left_alone(file, store):
    store.open()
    store.close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(schema.TooNew, match="newer version"):
        store.open()


def test_a_file_that_is_no_database_is_told_and_left_alone(file, store):
    file.write_bytes(b"no database at all, but somebody's text" * 40)
    before = file.read_bytes()
    with pytest.raises(Away, match="cannot be used"):
        store.open()
    assert file.read_bytes() == before
