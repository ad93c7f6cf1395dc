"""A whole class votes in one moment, through two processes on one database: as many rows as members, each counted once."""

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import event, func, select

from dashboard.classroom import api
from dashboard.classroom.commands import command
from dashboard.classroom.overview import class_told, results_told
from dashboard.classroom.rooms import Rooms
from dashboard.lesson.desk import Desk
from dashboard.store import rooms as stored
from dashboard.store.database import Database
from dashboard.store.models import Answer, Learner
from tests.dashboard.classroom.crowd import STEP, THREADS, fill, started, votes
from tests.dashboard.classroom.world import browser

MEMBERS = 300


class Process:
    """Another process of the app, as far as the database can tell: connections of its own."""

    def __init__(self, url, clock) -> None:
        self.store = Database(url)
        self.rooms = Rooms(self.store, clock, Desk(self.store, clock))


def check(school, members: int) -> None:
    """One row a member, and what the teacher sees is the count of them: three of ten chose the second option."""
    with school.store.reading() as session:
        rows = session.execute(select(Answer.learner_id, Answer.attempt, Answer.verdict, Answer.answer)).all()
        assert session.scalar(select(func.sum(Learner.answers_count))) == len(rows) == members
    assert len({(row.learner_id, row.attempt) for row in rows}) == len(rows)
    told = results_told(school.rooms, school.teacher.actor, school.token, None)
    (one,) = told["votes"]
    assert [option["count"] for option in one["options"]] == [7 * members // 10, 3 * members // 10]
    assert one["answered"] == members
    assert [sum(option["sure"][sure] for option in one["options"]) for sure in range(4)] == [members // 4] * 4


def test_a_class_that_votes_in_one_moment_and_again(school, file_url, clock):
    second, members = Process(file_url, clock), 100
    fill(school.store, school.token, members)
    school.tell("pace", pacing="paced", step=STEP)
    everybody = list(range(1, members + 1))
    assert votes([school, second], school.token, everybody, 1) == everybody, "each was acknowledged"
    check(school, members)
    # Three of ten chose the second option, then one of ten: so of the thirty who vote again six go over, and nobody comes.
    command(second.rooms, school.teacher.actor, school.token, {"command": "vote_again"})
    few = everybody[:30]
    assert votes([second, school], school.token, few, 2) == few
    assert results_told(school.rooms, school.teacher.actor, school.token, None)["shift"] == [[21, 0], [6, 3]]
    people = class_told(second.rooms, school.teacher.actor, school.token)["people"]
    assert [one["number"] for one in people] == everybody
    assert {one["states"][STEP] for one in people} == {"right", "wrong"}
    second.store.close()


def test_three_hundred_votes_in_one_moment_through_two_processes_are_three_hundred_rows(server_school, server_url):
    school, half = server_school, MEMBERS // 2
    fill(school.store, school.token, MEMBERS)
    school.tell("pace", pacing="paced", step=STEP)
    other = started(server_url, school.token, 1, half, 1)
    assert other.stdout.readline() == "ready\n", other.stderr.read()
    other.stdin.write("go\n")
    other.stdin.flush()
    mine = votes([school], school.token, list(range(half + 1, MEMBERS + 1)), 1)
    out, problems = other.communicate(timeout=120)
    assert other.returncode == 0, problems
    assert sorted([*map(int, out.split()), *mine]) == list(range(1, MEMBERS + 1))
    check(school, MEMBERS)


def test_three_hundred_come_from_one_address_in_one_moment_and_none_is_refused(school):
    everybody = [browser() for _ in range(MEMBERS)]
    joined = [school.post(who, f"/{school.token}/join", {"name": f"Member {at}"}) for at, who in enumerate(everybody, 1)]
    assert [one.status for one in joined] == [200] * MEMBERS
    assert [one.json["me"]["number"] for one in joined] == list(range(1, MEMBERS + 1))
    told = school.get(school.teacher, f"/{school.token}/class").json
    assert [one["name"] for one in told["people"]] == [f"Member {number}" for number in range(1, MEMBERS + 1)]
    wall = school.get(school.teacher, f"/{school.token}/wall").json
    assert wall["counts"] == {"present": MEMBERS, "answered": 0, "of": MEMBERS, "help": 0}


def test_a_class_of_many_takes_as_many_statements_as_one_of_few(school):
    school.tell("pace", pacing="paced", step=STEP)
    counted = []
    event.listen(school.store._engine, "before_cursor_execute", lambda *_: counted.append(1))

    def statements(work: Callable[[], Any]) -> int:
        counted.clear()
        work()
        return len(counted)

    def told() -> list[int]:
        looks = (lambda: class_told(school.rooms, school.teacher.actor, school.token), lambda: api._look([1]))
        return [statements(one) for one in looks]

    people = [school.comes(f"Member {number}") for number in range(2)]
    votes_of_few = [statements(lambda who=who: school.answer(who, STEP, 0)) for who in people]
    few = told()
    people = [school.comes(f"Many {number}") for number in range(12)]
    assert {statements(lambda who=who: school.answer(who, STEP, 0)) for who in people} == {*votes_of_few}
    assert told() == few


def test_who_asks_for_help_does_not_wait_for_the_room(server_school, server_url, clock):
    """A command holds the room's row; members write only what is theirs, so where there are rows to hold they need not wait."""
    school, second, done = server_school, Process(server_url, clock), []
    ann = school.comes("Ann")
    with school.store.writing() as session:
        stored.by_token(session, school.token, locks=True)
        thread = threading.Thread(target=lambda: done.append(second.rooms.me(ann.actor, school.token, "help")))
        thread.start()
        thread.join(8)
        assert done and done[0]["me"]["help"], "it was done while the room was held"
    second.store.close()


def test_members_who_come_at_once_have_a_number_each(both_schools, both_urls, clock):
    school, second, problems = both_schools, Process(both_urls, clock), []
    people = [browser() for _ in range(24)]

    def come(numbers: range) -> None:
        for number in numbers:
            try:
                (school, second)[number % 2].rooms.join(people[number].actor, school.token, f"Member {number}")
            except Exception as problem:
                problems.append(problem)

    threads = [threading.Thread(target=come, args=(range(at, len(people), THREADS),)) for at in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    assert sorted(school.number(one) for one in people) == list(range(1, len(people) + 1))
    second.store.close()
