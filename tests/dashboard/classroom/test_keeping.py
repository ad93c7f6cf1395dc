"""Keeping: rooms, learners and drafts go when their time has come, and of what was deleted no byte is left in the files."""

import random
import re
import secrets
import threading
import time

import pytest
from sqlalchemy import delete, func, insert, select, text, update

from dashboard import keeping
from dashboard.classroom import records
from dashboard.classroom.rights import Forbidden, NoRoom
from dashboard.classroom.rooms import DAY_S, KEPT_DAYS, OPEN_DAYS
from dashboard.keeping import EVERY_S, Keeper
from dashboard.store import drafts, learning, rooms
from dashboard.store.database import STATEMENT_S, Database
from dashboard.store.models import Answer, Base, Draft, HandCount, Learner, Member, Progress, Room, RoomKey
from tests.dashboard.classroom.exporting import opened

MARK = re.compile(rb"[KG]#[0-9]{5}#")
"""What a row of those that are kept (K) or go (G) is known by, wherever it is stored."""
SIZES = (1, 30, 90)
SPLITTING = 2
"""A seed with which SQLite 3.40 splits pages so that copies stay, unless the file is written anew."""


@pytest.fixture
def store(both_urls):
    database = Database(both_urls)
    yield database
    database.close()


@pytest.fixture
def file_store(file_url):
    database = Database(file_url)
    yield database
    database.close()


def count(store: Database, table: type[Base]) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def filled(store: Database, clock, title: str):
    """A room with a member and a row of every kind."""
    room = opened(store, clock, title)
    room.join("Ann")
    room.answer("Ann", "run_slow", "96", "96 %", True)
    room.goes("Ann")
    room.tell("key", kind="wall")
    with store.writing() as session:
        rooms.put_hands(session, rooms.by_token(session, room.token), "load_balancing", "predict_slow", 1, [1, 2])
    return room


def test_a_room_is_deleted_when_its_time_has_come_and_not_before(store, clock):
    room, keeper = filled(store, clock, "Physics"), Keeper(store, clock)
    clock.now_s += OPEN_DAYS * DAY_S
    keeper.round()
    records.record(room.service, room.teacher, room.token)
    clock.now_s += KEPT_DAYS * DAY_S - 1
    keeper.round()
    assert count(store, Answer) == 1
    clock.now_s += 1
    with pytest.raises(NoRoom):
        records.record(room.service, room.teacher, room.token)
    assert keeper.round() == 1
    for table in (Room, Member, Learner, Answer, Progress, RoomKey, HandCount):
        assert count(store, table) == 0, table.__tablename__
    assert keeper.round() == 0


def test_a_room_that_was_given_more_time_stays(file_store, clock):
    room, keeper = filled(file_store, clock, "Physics"), Keeper(file_store, clock)
    room.tell("settings", closes_s=clock.now_s + 100 * DAY_S)
    clock.now_s += (OPEN_DAYS + KEPT_DAYS) * DAY_S + 1
    assert keeper.round() == 1, "the link for the wall, which lets nobody in any more"
    assert count(file_store, Member) == 1 and count(file_store, RoomKey) == 2


def test_an_ended_room_is_deleted_thirty_days_later(file_store, clock):
    room, keeper = filled(file_store, clock, "Physics"), Keeper(file_store, clock)
    room.tell("end")
    with pytest.raises(Forbidden):
        room.service.join(room.members["Ann"], room.token, "Ann")
    clock.now_s += KEPT_DAYS * DAY_S
    keeper.round()
    assert count(file_store, Room) == 0


def test_who_did_nothing_for_a_year_is_forgotten_with_all_that_is_theirs(store, clock):
    old, new = secrets.token_hex(16), secrets.token_hex(16)
    kept = drafts.Kept("mine", "mine.yaml", "0" * 64, "text", clock.now_s)
    with store.writing() as session:
        drafts.put(session, old, kept)
        learning.seen(session, new, clock.now_s)
    keeper = Keeper(store, clock)
    clock.now_s += 365 * DAY_S
    with store.writing() as session:
        learning.seen(session, new, clock.now_s)
    keeper.round()
    assert count(store, Learner) == 2, "to the day"
    clock.now_s += DAY_S
    keeper.round()
    with store.reading() as session:
        assert session.scalars(select(Learner.cookie_hash)).all() == [learning.hashed(new)]
    assert count(store, Draft) == 0


def test_a_draft_goes_by_its_own_rule(file_store, clock):
    with file_store.writing() as session:
        drafts.put(session, secrets.token_hex(16), drafts.Kept("mine", "mine.yaml", "0" * 64, "text", clock.now_s))
    keeper = Keeper(file_store, clock)
    clock.now_s += drafts.MAX_AGE_S
    keeper.round()
    assert count(file_store, Draft) == 1
    clock.now_s += DAY_S
    keeper.round()
    assert count(file_store, Draft) == 0 and count(file_store, Learner) == 1


def test_a_member_is_not_forgotten_as_long_as_the_room_is_there(file_store, clock):
    room, keeper = filled(file_store, clock, "Physics"), Keeper(file_store, clock)
    room.tell("settings", closes_s=clock.now_s + 200 * DAY_S)
    with file_store.writing() as session:
        session.scalars(select(Room)).one().deletes_s = clock.now_s + 1_000 * DAY_S
    clock.now_s += 500 * DAY_S
    keeper.round()
    assert count(file_store, Member) == count(file_store, Answer) == 1


def test_several_keepers_delete_once_and_do_not_stand_in_each_others_way(store, clock):
    for number in range(4):
        filled(store, clock, f"Room {number}")
    clock.now_s += 1_000 * DAY_S
    failed = []

    def work() -> None:
        try:
            Keeper(store, clock).round()
        except Exception as problem:
            failed.append(problem)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert count(store, Room) == count(store, Learner) == 0


def test_it_works_in_the_background_and_ends(file_store, clock):
    filled(file_store, clock, "Physics")
    clock.now_s += 1_000 * DAY_S
    keeper, done = Keeper(file_store, clock), threading.Event()
    whole = keeper.round

    def counted() -> int:
        gone = whole()
        done.set()
        return gone

    keeper.round = counted
    keeper.start()
    assert done.wait(60)
    keeper.stop()
    assert count(file_store, Room) == 0
    assert EVERY_S <= 60, "a deleted room is swept within a minute"


def test_postgresql_frees_the_rows_of_every_table(cluster, clock):
    """Its own counts say so, a moment later."""
    url = cluster.create()
    database = Database(url)
    Keeper(database, clock).round()
    told, until_s = [], time.monotonic() + 60
    while len(told) < len(Base.metadata.tables) and time.monotonic() < until_s:
        told = cluster.tell("SELECT relname FROM pg_stat_user_tables WHERE vacuum_count > 0", url.database)
    assert {name for (name,) in told} >= set(Base.metadata.tables)
    with database.reading() as session:
        assert session.execute(text("SHOW statement_timeout")).scalar() == f"{STATEMENT_S:.0f}s", "of the others it stays as it was"
    database.close()
    cluster.drop(url)


def marks(folder) -> set[bytes]:
    """The marks that are in any byte of the database's files."""
    return {mark for path in folder.iterdir() for mark in MARK.findall(path.read_bytes())}


def test_no_byte_of_what_was_deleted_is_left(file_store, clock, tmp_path):
    """Of rooms that their teacher deleted or whose time has come, and of learners: names, titles, answers, runs, drafts."""
    dice, numbers = random.Random(1), iter(range(100_000))

    def mark(kind: str) -> str:
        return f"{kind}#{next(numbers):05}#"

    keeper, taught, lost = Keeper(file_store, clock), [], []
    keeper.round()
    for kind in "KGKGG":
        room = opened(file_store, clock, mark(kind))
        taught.append((kind, room))
        for _ in range(3):
            name = mark(kind)
            room.join(name)
            for _ in range(2):
                given = mark(kind) * dice.choice([1, 30, 600])
                room.answer(name, "run_slow", given, mark(kind), True, run={"scene": mark(kind)})
        lost.append((kind, secrets.token_hex(16)))
        with file_store.writing() as session:
            drafts.put(session, lost[-1][1], drafts.Kept("mine", mark(kind), "0" * 64, mark(kind) * 5_000, clock.now_s))
    before = marks(tmp_path)
    assert {one[:1] for one in before} == {b"K", b"G"}
    (_, deleted), *ended = [pair for pair in taught if pair[0] == "G"]
    deleted.tell("delete", title=deleted.service.state(deleted.teacher, deleted.token)["room"]["title"])
    for _, room in ended:
        room.tell("end")
    clock.now_s += KEPT_DAYS * DAY_S
    with file_store.writing() as session:
        for kind, cookie in lost:
            learning.learner_of(session, cookie).seen_s = clock.now_s - (1 if kind == "K" else 366 * DAY_S)
        for draft in session.scalars(select(Draft)):
            draft.changed_s = clock.now_s
    keeper.round()
    assert {one for one in marks(tmp_path) if one[:1] == b"G"} == set()
    assert {one for one in marks(tmp_path) if one[:1] == b"K"} == {one for one in before if one[:1] == b"K"}
    assert not (tmp_path / "store.sqlite-wal").read_bytes()


def scattered(store: Database, clock) -> set[bytes]:
    """Texts that grow, shrink and go: SQLite's secure_delete alone leaves copies of some. The marks of those that are there."""
    dice, numbers = random.Random(SPLITTING), iter(range(100_000))
    alive: dict[str, int] = {}
    with store.writing() as session:
        for number in range(50):
            session.add(Learner(cookie_hash=str(number), created_s=0, seen_s=clock.now_s, answers_count=0))
    for _ in range(30):
        with store.writing() as session:
            new = {f"G#{next(numbers):05}#": dice.randint(1, 50) for _ in range(40)}
            rest = {"file": "", "digest": "", "changed_s": clock.now_s}
            sized = [{"learner_id": one, "name": mark, "text": mark * dice.choice(SIZES)} for mark, one in new.items()]
            session.execute(insert(Draft), [one | rest for one in sized])
            alive |= new
            for mark in dice.sample(sorted(alive), dice.randint(0, 40)):
                mine = (Draft.learner_id == alive[mark], Draft.name == mark)
                if dice.random() < 0.3:
                    session.execute(update(Draft).where(*mine).values(text=mark * dice.choice(SIZES)))
                else:
                    session.execute(delete(Draft).where(*mine))
                    del alive[mark]
    return {mark.encode() for mark in alive}


def test_no_copy_is_left_where_pages_were_split_and_joined(file_store, clock, tmp_path):
    left = scattered(file_store, clock)
    Keeper(file_store, clock).round()
    assert marks(tmp_path) == left


def saves(store: Database, clock) -> None:
    with store.writing() as session:
        learning.seen(session, secrets.token_hex(16), clock.now_s)


def test_a_large_file_is_written_anew_when_nobody_saves(file_store, clock, tmp_path, monkeypatch):
    """It takes seconds in which nobody can save anything: no stranger may bring a class there."""
    monkeypatch.setattr(keeping, "QUICK_BYTES", 0)
    left, file, keeper = scattered(file_store, clock), tmp_path / "store.sqlite", Keeper(file_store, clock)
    keeper.round()
    before = file.stat().st_size
    for _ in range(2):
        for _ in range(keeping.QUIET_ROUNDS - 1):
            keeper.round()
        saves(file_store, clock)
        keeper.round()
    assert file.stat().st_size == before
    for _ in range(keeping.QUIET_ROUNDS):
        keeper.round()
    assert marks(tmp_path) == left and file.stat().st_size < before


def test_a_large_file_is_written_anew_after_a_day_although_somebody_saves(file_store, clock, tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "QUICK_BYTES", 0)
    left, file, keeper = scattered(file_store, clock), tmp_path / "store.sqlite", Keeper(file_store, clock)
    keeper.round()
    before = file.stat().st_size
    for wait_s in (keeping.LATEST_S - 1, 1):
        assert file.stat().st_size == before
        clock.now_s += wait_s
        saves(file_store, clock)
        keeper.round()
    assert marks(tmp_path) == left and file.stat().st_size < before


def test_what_is_deleted_from_a_large_file_is_overwritten_within_a_minute(file_store, clock, tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "QUICK_BYTES", 0)
    room, keeper = filled(file_store, clock, "G#00001#"), Keeper(file_store, clock)
    keeper.round()
    assert marks(tmp_path) == {b"G#00001#"}
    room.tell("delete", title="G#00001#")
    keeper.sweep_soon()
    keeper.round()
    assert marks(tmp_path) == set()


def test_a_log_that_somebody_still_reads_is_swept_later(file_store, clock, tmp_path, monkeypatch):
    monkeypatch.setattr("dashboard.keeping.PATIENCE_MS", 50)
    room, keeper = filled(file_store, clock, "G#00001#"), Keeper(file_store, clock)
    with file_store.reading() as session:
        session.scalars(select(Room)).all()
        room.tell("delete", title="G#00001#")
        keeper.round()
        assert marks(tmp_path) == {b"G#00001#"}
    keeper.round()
    assert marks(tmp_path) == set()
