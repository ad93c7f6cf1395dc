"""Rows of rooms: what is asked often is found by an index, what is changed is stored, and what is deleted is gone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, func, inspect, select

from dashboard.classroom import api, commands
from dashboard.classroom.overview import class_told, results_told, wall_told
from dashboard.store import rooms as stored
from dashboard.store.models import Base, Learner, Room
from tests.dashboard.classroom.crowd import cookie, fill
from tests.dashboard.classroom.world import Person, browser
from tests.dashboard.lesson.played import LESSON

OTHERS = 3
EACH = 8


@contextmanager
def statements(store) -> Iterator[list[tuple[str, dict]]]:
    """What is asked of the database meanwhile."""
    seen: list[tuple[str, dict]] = []

    def note(_connection, _cursor, statement, parameters, _context, _many) -> None:
        seen.append((statement, parameters))

    event.listen(store._engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(store._engine, "before_cursor_execute", note)


@pytest.fixture
def crowded(both_schools):
    """One room among many, each with members who have answered."""
    for _ in range(OTHERS):
        fill(both_schools.store, both_schools.rooms.open("0" * 64, LESSON.id)["token"], EACH)
    fill(both_schools.store, both_schools.token, EACH)
    both_schools.tell("pace", pacing="paced", step="recall_mean")
    for number in (1, 5):
        both_schools.answer(Person(cookie(number)), "recall_mean", 1)
    return both_schools


def everything(school) -> None:
    """What is asked for while a class is at work."""
    ann, teacher, token = Person(cookie(1)), school.teacher.actor, school.token
    school.rooms.state(ann.actor, token)
    school.rooms.find(school.code())
    school.comes("Somebody new")
    resume = school.rooms.me(ann.actor, token, "code")["resume"]
    school.rooms.resume(browser().actor, token, resume)
    school.rooms.me(ann.actor, token, "help")
    school.rooms.lesson(ann.actor, token, LESSON.id)
    school.answer(Person(cookie(2)), "recall_mean", 0)
    school.rooms.taught(teacher)
    school.claims("wall")
    school.tell("member", number=1, do="rename", name="Another name")
    class_told(school.rooms, teacher, token)
    wall_told(school.rooms, teacher, token)
    results_told(school.rooms, teacher, token, None)
    api._look([1])


def test_whatever_a_class_asks_often_is_found_by_an_index(crowded):
    """No table is read as a whole: what one room asks takes no longer where there are many others."""
    with statements(crowded.store) as seen:
        everything(crowded)
    asked = {statement: parameters for statement, parameters in seen if statement.startswith(("SELECT", "UPDATE", "DELETE"))}
    assert len(asked) > 20
    sqlite = crowded.store._engine.dialect.name == "sqlite"
    with crowded.store.reading() as session:
        connection = session.connection()
        if not sqlite:  # with so few rows PostgreSQL would rather read them all
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for statement, parameters in asked.items():
            plan = connection.exec_driver_sql(("EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN ") + statement, parameters).all()
            text = "\n".join(str(row[-1]) for row in plan)
            whole = re.search(r"(^|\n)SCAN (?!\(|sqlite|CONSTANT)", text) if sqlite else re.search(r"Seq Scan", text)
            assert not whole, f"{statement}\n{text}"


def test_a_vote_asks_the_database_a_bounded_number_of_times(crowded):
    counts = []
    for number in (3, 7):
        with statements(crowded.store) as seen:
            crowded.answer(Person(cookie(number)), "recall_mean", 0)
        counts.append(len([one for one, _ in seen if not one.startswith(("BEGIN", "SET"))]))
    assert counts[0] == counts[1] <= 16
    with statements(crowded.store) as seen:
        class_told(crowded.rooms, crowded.teacher.actor, crowded.token)
    assert len(seen) <= 11, "not one a member"


def test_who_waits_for_a_room_and_who_does_not(server_school):
    """Only what changes the room, or counts its members, holds its row."""
    ann = server_school.comes("Ann")

    def holds(work) -> bool:
        with statements(server_school.store) as seen:
            work()
        return any("FROM rooms" in one and "FOR UPDATE" in one for one, _ in seen)

    token = server_school.token
    assert holds(lambda: server_school.comes("Ben"))
    assert holds(lambda: server_school.tell("unpush"))
    assert not holds(lambda: server_school.rooms.me(ann.actor, token, "help"))
    assert not holds(lambda: server_school.answer(ann, "recall_mean", 1))
    assert not holds(lambda: server_school.rooms.state(ann.actor, token))
    assert not holds(lambda: class_told(server_school.rooms, server_school.teacher.actor, token))


def room_of(school) -> dict:
    with school.store.reading() as session:
        room = stored.by_token(session, school.token)
        return {column.key: getattr(room, column.key) for column in inspect(Room).columns}


def test_every_change_of_a_list_or_an_object_is_stored(both_schools):
    """SQLAlchemy does not see when a list is changed in place."""
    school = both_schools
    for name in ("Ann", "Ben"):
        run = {"scene": "start", "seed": 1, "changes": [], "t_s": 1.0, "values": {}, "pin": None}
        school.answer(school.comes(name), "recall_mean", 1, run=run)
    steps = [
        ({"pacing": "paced", "step": "recall_mean"}, "pace", "step", "recall_mean"),
        ({}, "vote_again", "rounds", {"every_kind.recall_mean": 2}),
        ({}, "vote_again", "rounds", {"every_kind.recall_mean": 3}), ({}, "reveal", "revealed", ["every_kind.recall_mean"]),
        ({"pacing": "paced", "step": "ticket"}, "pace", "step", "ticket"),
        ({}, "vote_again", "rounds", {"every_kind.recall_mean": 3, "every_kind.ticket": 2}),
        ({}, "reveal", "revealed", ["every_kind.recall_mean", "every_kind.ticket"]),
        ({}, "vote_again", "revealed", ["every_kind.recall_mean", "every_kind.ticket 2"]),
        ({"paths": ["balancer.algorithm"]}, "locks", "locks", ["balancer.algorithm"]), ({"paths": []}, "locks", "locks", []),
        ({}, "unpush", "push", None),
    ]  # fmt: skip
    for more, name, column, value in steps:
        revision = room_of(school)["revision"]
        school.tell(name, **more)
        assert (room_of(school)[column], room_of(school)["revision"]) == (value, revision + 1), (name, more)
    school.tell("spotlight", numbers=[1, 2], step="recall_mean", named=True)
    assert [one["name"] for one in room_of(school)["spotlight"]["runs"]] == ["Ann", "Ben"]
    for number in (1, 2):
        school.tell("push", view="caching", query="?servers.count=3&room=x&pushed=7")
        assert room_of(school)["push"] == {
            "number": number, "view": "caching", "address": "caching?servers.count=3"
        }  # fmt: skip
    for counts in ([1, 2], [3, 4]):
        school.tell("hands", step="recall_mean", counts=counts)
        told = results_told(school.rooms, school.teacher.actor, school.token, "recall_mean")
        assert [one["hands"] for one in told["votes"][0]["options"]] == counts


def test_a_command_that_is_refused_half_way_changes_nothing(both_schools):
    before = both_schools.rows()
    for asked in (
        {"command": "settings", "title": "New", "approves": True, "support": "none"},
        {"command": "settings", "results_hidden": False, "closes_s": 0},
        {"command": "pace", "pacing": "paced", "step": "hook", "countdown_s": -1},
        {"command": "delete", "title": "another"}, {"command": "push", "view": "../app"},
        {"command": "push", "view": "caching", "query": "x" * 99_999},
    ):  # fmt: skip
        with pytest.raises(commands.Refused):
            commands.command(both_schools.rooms, both_schools.teacher.actor, both_schools.token, asked)
    assert both_schools.rows() == before


def test_nothing_is_left_of_a_deleted_room_and_all_of_the_others(crowded):
    """Also nothing of its learners, who have no room any more; somebody who learns alone keeps what is theirs."""
    crowded.rooms._desk.act("ab" * 16, LESSON.id, {"action": "next"})
    everything(crowded)
    crowded.tell("hands", step="recall_mean", counts=[1, 2])

    def counts() -> dict[str, int]:
        with crowded.store.reading() as session:
            return {table.name: session.scalar(select(func.count()).select_from(table)) for table in Base.metadata.sorted_tables}

    before = counts()
    crowded.tell("delete", title="Form 4b")
    after = counts()
    gone = {name: before[name] - after[name] for name in before}
    assert gone["rooms"] == 1 and gone["members"] == gone["learners"] == EACH + 1
    assert (after["rooms"], after["members"], after["devices"], after["room_keys"]) == (
        OTHERS,
        OTHERS * EACH,
        OTHERS * EACH,
        2 * OTHERS,
    )
    assert (after["answers"], after["hand_counts"], after["progress"], after["learners"]) == (0, 0, 1, OTHERS * EACH + 1)
    with crowded.store.reading() as session:
        assert session.scalars(select(Learner).where(~Learner.cookie_hash.startswith("member:"))).one()
