"""What is particular to PostgreSQL: it can be away, stop in the middle, and keep two transactions from being done at once."""

import secrets
import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DataError, IntegrityError

from dashboard.lesson.desk import Desk
from dashboard.store import database as databases
from dashboard.store import learning
from dashboard.store.address import read_address
from dashboard.store.database import Away, Collision, Database
from dashboard.store.models import Answer, Learner
from engine.kernel import compiled
from tests.dashboard.lesson.played import LESSON, Clock, Only, Player
from tests.dashboard.store.test_database import check_counts, keys
from tests.dashboard.store.writer import row

COOKIE, OTHER = "ab" * 16, "cd" * 16


@pytest.fixture
def store_url(cluster):
    url = cluster.create()
    yield url
    cluster.drop(url)


@pytest.fixture
def running(cluster):
    """The cluster, which runs again when the test is over."""
    yield cluster
    cluster.stop()
    cluster.start()


def write(store: Database, key: str, cookie: str = COOKIE) -> None:
    with store.writing() as session:
        learning.add_answer(session, learning.seen(session, cookie, 1.0), row(key))


def test_every_connection_bounds_how_long_it_waits_and_is_waited_for(store):
    with store.reading() as session:
        told = {name: session.scalar(text(f"SHOW {name}")) for name in (
            "lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"
        )}  # fmt: skip
    assert told == {"lock_timeout": "10s", "statement_timeout": "30s", "idle_in_transaction_session_timeout": "30s"}


@pytest.mark.parametrize("how", ["fast", "immediate"])
def test_stopped_it_is_away_and_started_again_everything_goes_on(store, running, how):
    write(store, "before-1")
    running.stop(how)
    for _ in range(2):
        with pytest.raises(Away, match="cannot be used"):
            write(store, "meanwhile")
    with pytest.raises(Away):
        keys(store)
    assert store.failures == 3
    running.start()
    write(store, "after-1")
    assert keys(store) == ["after-1", "before-1"]
    check_counts(store)


@pytest.mark.parametrize("how", ["fast", "immediate"])
def test_a_transaction_during_which_it_stops_is_not_half_done(store, running, how):
    write(store, "before-1")
    with pytest.raises(Away), store.writing() as session:
        learning.add_answer(session, learning.seen(session, COOKIE, 2.0), row("meanwhile"))
        session.flush()
        running.stop(how)
    running.start()
    assert keys(store) == ["before-1"]
    check_counts(store)


def test_connections_that_were_ended_meanwhile_are_replaced_unnoticed(store, cluster, store_url):
    together = threading.Barrier(3)

    def hold() -> None:
        with store.reading() as session:
            session.execute(text("SELECT 1"))
            together.wait(30)

    threads = [threading.Thread(target=hold) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    ended = f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{store_url.database}'"
    assert cluster.tell(ended) == [(3,)]
    for number in range(4):
        write(store, f"after-{number}")
    assert len(keys(store)) == 4
    assert store.failures == 0


def test_an_app_that_starts_before_its_database_finds_it_later(cluster, monkeypatch, running):
    monkeypatch.setattr(databases, "RETRY_S", 0.0)
    url = cluster.create()
    running.stop()
    early = Database(url)
    with pytest.raises(Away, match="DATABASE_URL"):
        early.open()
    running.start()
    write(early, "first-key")
    assert keys(early) == ["first-key"]
    early.close()


@pytest.mark.parametrize("wrong", ["database", "username"])
def test_what_the_server_refuses_is_told_without_the_password(store_url, wrong):
    refused = Database(store_url.set(**{wrong: "nobody_s"}, password="s3cr3t-pass"))
    with pytest.raises(Away, match="nobody_s") as told:
        refused.open()
    assert "s3cr3t-pass" not in str(told.value)


def test_the_address_is_written_as_hosts_write_it(store_url):
    given = read_address(f"postgres://tester@127.0.0.1:{store_url.port}/{store_url.database}")
    opened = Database(given)
    opened.open()
    opened.close()


def test_of_two_that_wait_for_each_other_one_is_told_to_try_again(store):
    """Each has locked its own learner and wants the other's: PostgreSQL ends one of them."""
    for cookie in (COOKIE, OTHER):
        with store.writing() as session:
            learning.seen(session, cookie, 1.0)
    both, found = threading.Barrier(2), []

    def cross(first: str, second: str) -> None:
        try:
            with store.writing() as session:
                learning.seen(session, first, 2.0)
                both.wait(30)
                learning.seen(session, second, 2.0)
            found.append(None)
        except Exception as problem:
            found.append(problem)

    threads = [threading.Thread(target=cross, args=pair) for pair in ((COOKIE, OTHER), (OTHER, COOKIE))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(type(one) for one in found if one) == [Collision]
    assert issubclass(Collision, IntegrityError), "whoever tries again after a row of another does so after this too"
    assert store.failures == 0, "the database is there"


def test_what_changed_under_a_snapshot_is_told_to_try_again(store):
    write(store, "one-key-1")
    with pytest.raises(Collision), store.reading() as session:
        session.scalars(select(Learner)).one()
        write(store, "one-key-2")
        learning.seen(session, COOKIE, 9.0)
    assert keys(store) == ["one-key-1", "one-key-2"]


def test_who_waits_too_long_for_another_is_told_that_it_cannot_be_done_now(store, monkeypatch):
    monkeypatch.setattr(databases, "BUSY_S", 0.1)
    write(store, "one-key-1")
    with store.writing() as session:
        learning.seen(session, COOKIE, 2.0)
        with pytest.raises(Away, match="lock timeout"):
            write(store, "one-key-2")
    assert keys(store) == ["one-key-1"]


def test_what_does_not_fit_is_a_defect_and_no_absence(store):
    with pytest.raises(DataError), store.writing() as session:
        learning.add_answer(session, learning.seen(session, COOKIE, 1.0), row("x" * 100))
    assert store.failures == 0


def test_an_error_does_not_quote_what_was_stored(store):
    secret = secrets.token_hex(8)
    write(store, secret)
    with pytest.raises(IntegrityError) as refused, store.writing() as session:
        learning.add_answer(session, learning.seen(session, COOKIE, 1.0), row(secret, "draw") | {"answer": {"given": "Anna"}})
    assert "Anna" not in str(refused.value)


class Crossed(Database):
    """A database on which the first transactions collide with somebody else's."""

    collisions = 2

    def writing(self):
        if self.collisions:
            self.collisions -= 1
            raise Collision("UPDATE", None, Exception("deadlock detected"))
        return super().writing()


def test_the_desk_tries_again_after_a_collision(store_url, monkeypatch):
    monkeypatch.setattr("dashboard.lesson.desk.SHELF", Only(LESSON))
    store = Crossed(store_url)
    player = Player(Desk(store, Clock()))
    state = player.act("next")
    assert state["steps"][1]["here"]
    assert store.collisions == 0
    store.close()


def test_a_lesson_is_played_on_it(store, monkeypatch):
    compiled.build()  # the only one here that simulates
    monkeypatch.setattr("dashboard.lesson.desk.SHELF", Only(LESSON))
    player = Player(Desk(store, Clock()))
    for _ in range(2):  # the same answer sent twice
        state = player.answer(player.to("guess")["step"]["id"], 0, key="one-key-1")
    assert state["step"]["answered"]["attempt"] == 1
    assert player.state() == state
    with store.reading() as session:
        assert len(session.scalars(select(Answer)).all()) == 1
