"""What holds on every kind of database: processes write at once, some are killed, and what was acknowledged is there, once."""

import os
import signal
import threading

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import IntegrityError

from dashboard.store import learning, schema
from dashboard.store.database import Database
from dashboard.store.models import Answer, Learner, Progress
from tests.dashboard.store.writer import PLACES, key_of, row, started, stored

COOKIE = "ab" * 16


def keys(store: Database) -> list[str]:
    with store.reading() as session:
        return list(session.scalars(select(Answer.key).order_by(Answer.key)))


def check_counts(store: Database) -> None:
    """The answers of the one learner are counted, and their attempts are numbered without a gap."""
    with store.reading() as session:
        attempts = sorted(session.scalars(select(Answer.attempt)))
        counts = list(session.scalars(select(Learner.answers_count)))
    assert attempts == list(range(1, len(attempts) + 1))
    assert counts == ([len(attempts)] if attempts else counts)


def said_by(process) -> list[str]:
    """What a writer acknowledged until its end, whatever that was."""
    out, _ = process.communicate(timeout=120)
    return out.split()


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


def test_what_is_read_is_what_was_written(store):
    given = row("one-key-1") | {"answer": {"given": ["é", "字", 0.1, None, {"deep": 10**17}]}, "answered_s": 1_800_000_000.123456}
    with store.writing() as session:
        learning.add_answer(session, learning.seen(session, COOKIE, 1.0), given)
    with store.reading() as session:
        found = session.scalars(select(Answer)).one()
    assert {name: getattr(found, name) for name in given} == given


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


def test_whoever_reads_sees_one_state_from_begin_to_end(store):
    with store.writing() as session:
        learning.add_answer(session, learning.seen(session, COOKIE, 1.0), row("one-key-1"))
    with store.reading() as session:
        before = session.scalars(select(Answer.key)).all()
        with store.writing() as other:
            learning.add_answer(other, learning.seen(other, COOKIE, 2.0), row("one-key-2"))
        assert session.scalars(select(Answer.key)).all() == before == ["one-key-1"]
    assert keys(store) == ["one-key-1", "one-key-2"]


def test_what_one_learner_does_at_once_is_done_in_turn(store):
    """Eight threads read what there is and write one more; none of them writes on what another has changed meanwhile."""
    with store.writing() as session:
        learning.seen(session, COOKIE, 1.0)
    together, problems = threading.Barrier(8), []

    def write(number: int) -> None:
        together.wait(30)
        try:
            with store.writing() as session:
                learning.add_answer(session, learning.seen(session, COOKIE, 1.0), row(f"thread-{number}"))
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    assert len(keys(store)) == 8
    check_counts(store)


def test_processes_that_start_at_once_make_the_tables_once_and_write_everything(store, store_url):
    """Nothing is there when they start: not a table, and not their learner."""
    count = 10
    writers = [started(store_url, COOKIE, prefix, count) for prefix in ("first", "second", "third")]
    said = [key for process in writers for key in said_by(process)]
    assert [process.returncode for process in writers] == [0, 0, 0]
    assert keys(store) == sorted(said)
    assert len(said) == 3 * count
    check_counts(store)


@pytest.mark.parametrize("place", PLACES)
def test_who_is_killed_anywhere_loses_nothing_acknowledged_and_can_send_it_again(store, store_url, place):
    dies_at = 5
    said = said_by(process := started(store_url, COOKIE, "killed", 20, place, dies_at))
    assert process.returncode == -signal.SIGKILL
    assert said == [key_of("killed", number) for number in range(dies_at)]
    there = [key_of("killed", dies_at)] if place == PLACES[-1] else []
    assert keys(store) == [*said, *there]
    check_counts(store)
    # Whoever got no answer sends it again, and so does one who got it: no harm is done.
    for number in (dies_at, 0):
        assert stored(store, COOKIE, key_of("killed", number))
    assert keys(store) == [*said, key_of("killed", dies_at)]
    check_counts(store)


def test_after_kill_9_at_any_moment_every_acknowledged_answer_is_there_and_none_twice(store, store_url):
    process = started(store_url, COOKIE, "killed", 100_000)
    said = [process.stdout.readline().strip() for _ in range(25)]
    os.kill(process.pid, signal.SIGKILL)
    said += process.stdout.read().split()  # by the same reader, which may have read ahead
    process.communicate(timeout=120)
    kept = keys(store)
    assert set(kept) >= set(said)
    assert len(kept) <= len(said) + 1, "at most the one whose acknowledgement was under way"
    check_counts(store)


def test_a_database_of_a_newer_version_is_left_alone(store):
    with store.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(schema.TooNew, match="newer version"):
        store.open()


def test_a_host_that_went_back_reads_and_writes_the_tables_of_a_newer_version(store, store_url, monkeypatch):
    stored(store, COOKIE, "before-01")
    engine = create_engine(store_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("ALTER TABLE answers ADD COLUMN newer TEXT"))
    store.close()
    monkeypatch.setenv(schema.NEWER, "1")
    stored(store, COOKIE, "after-001")
    assert keys(store) == ["after-001", "before-01"]
    with engine.connect() as connection:  # so that the newer one does not make its tables again
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    engine.dispose()
