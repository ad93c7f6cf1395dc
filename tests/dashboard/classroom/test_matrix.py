"""Who may do what: every action and every command, for everybody who may come to a room, open, closed and deleted."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from dashboard.classroom import commands, rights
from dashboard.classroom.rights import Forbidden
from dashboard.classroom.rooms import DAY_S, KEPT_DAYS, OPEN_DAYS
from dashboard.store import rooms
from tests.dashboard.classroom.people import EVERYBODY, MAY, STILL, TEACHERS, everybody
from tests.dashboard.classroom.world import MODULES, ROUTES, Person, School, World
from tests.dashboard.lesson.calls import HOST, Reply, call
from tests.dashboard.lesson.played import LESSON

STEP = "recall_mean"
TITLE = "Form 4b"

ASKS: dict[str, Callable[[World, Person, str], Reply]] = {
    "look": lambda w, who, room: w.get(who, f"/{room}"),
    "join": lambda w, who, room: w.post(who, f"/{room}/join", {"name": f"n{secrets.token_hex(6)}"}),
    "resume": lambda w, who, room: w.post(who, f"/{room}/resume", {"code": "2222-2222-2222"}),
    "claim": lambda w, who, room: w.post(who, f"/{room}/claim", {"secret": "0" * 64}),
    "me": lambda w, who, room: w.post(who, f"/{room}/me", {"do": "fine"}),
    "learn": lambda w, who, room: w.post(who, f"/{room}/lessons/{LESSON.id}", {"action": "restart"}),
    "read": lambda w, who, room: w.get(who, f"/{room}/lessons/{LESSON.id}"),
    "events": lambda w, who, room: w.get(who, f"/{room}/events"),
    "results": lambda w, who, room: w.get(who, f"/{room}/results?step={STEP}"),
    "spotlight": lambda w, who, room: w.get(who, f"/{room}/spotlight"),
    "load": lambda w, who, room: w.get(who, f"/{room}/load"),
    "wall": lambda w, who, room: w.get(who, f"/{room}/wall"),
    "class": lambda w, who, room: w.get(who, f"/{room}/class"),
    "command": lambda w, who, room: w.post(who, f"/{room}/commands", {"command": "unpush"}),
    "export": lambda w, who, room: w.get(who, f"/{room}/export/archive"),
    "access": lambda w, who, room: w.post(who, f"/{room}/access", {"do": "renew"}),
}
PASSED = {"resume": 404, "claim": 404}
"""What somebody who may try is told of a code that is wrong."""

COMMANDS: list[dict[str, Any]] = [
    {"command": "lesson", "lesson": "second"}, {"command": "lesson", "lesson": LESSON.id},
    {"command": "pace", "pacing": "paced", "step": STEP}, {"command": "reveal"}, {"command": "vote_again"},
    {"command": "hands", "step": STEP, "counts": [3, 4]}, {"command": "locks", "paths": ["balancer.algorithm"]},
    {"command": "spotlight", "numbers": [1, 2], "step": STEP}, {"command": "unspotlight"},
    {"command": "member", "number": 1, "do": "rename", "name": "Renamed"}, {"command": "settings", "results_hidden": False},
    {"command": "push", "view": "caching", "query": "servers.count=3"}, {"command": "unpush"},
    {"command": "code", "do": "new"}, {"command": "clear"},
    {"command": "key", "kind": "wall"}, {"command": "recovery"}, {"command": "end"},
    {"command": "delete", "title": TITLE},
]  # fmt: skip
"""Each once, as a teacher may send it."""
STILL_COMMANDS = {"settings", "delete", "end", "key", "unpush", "unspotlight"}


@pytest.fixture
def full(school, monkeypatch):
    """The room, everybody who may come to it, and the room of the others."""
    other = School(monkeypatch, school.store, school.clock)
    return school, everybody(school, other), other


@pytest.fixture
def both_full(both_schools, monkeypatch):
    """The same on each kind of database."""
    return both_schools, everybody(both_schools, School(monkeypatch, both_schools.store, both_schools.clock))


def asked(school: School, people: dict[str, Person], actions) -> set[tuple[str, str]]:
    """Who got through with what. Whoever does not is told nothing but why, and nothing changes."""
    passed = set()
    for who, person in people.items():
        for action in actions:
            reply = ASKS[action](school, person, school.token)
            if reply.status == PASSED.get(action, 200):
                passed.add((who, action))
            elif action == "results" and reply.status == 403 and "answered" in reply.json["problem"]:
                passed.add((who, action))  # they may ask, and have not answered
            else:
                assert reply.status == 403 and list(reply.json) == ["problem"], (who, action, reply.status, reply.body)
    return passed


def test_the_matrix_is_complete():
    """Whoever adds an action or a command says here who may."""
    assert MAY.keys() == ASKS.keys() == rights.ACTIONS.keys()
    assert {one["command"] for one in COMMANDS} == commands.COMMANDS.keys()
    assert STILL == rights.WHEN_CLOSED and STILL_COMMANDS == commands.WHEN_CLOSED
    assert {role for roles in rights.ACTIONS.values() for role in roles} <= set(rights.ROLES)


def test_who_may_do_what_while_the_room_is_open(both_full):
    school, people = both_full
    expected = {(who, action) for action, may in MAY.items() for who in may}
    stay = [action for action in ASKS if action != "join"]  # whoever came in is a student from then on
    assert asked(school, people, stay) == {pair for pair in expected if pair[1] != "join"}
    assert asked(school, people, ["join"]) == {pair for pair in expected if pair[1] == "join"}


def test_who_may_do_what_once_the_room_is_closed(full):
    school, people, _ = full
    school.clock.now_s += OPEN_DAYS * DAY_S
    expected = {(who, action) for action, may in MAY.items() for who in may if action in STILL}
    assert asked(school, people, ASKS) == expected


def test_in_a_room_that_is_deleted_nobody_may_do_anything(full):
    school, people, _ = full
    school.clock.now_s += (OPEN_DAYS + KEPT_DAYS) * DAY_S
    for who, person in people.items():
        for action in ASKS:
            reply = ASKS[action](school, person, school.token)
            no_cookie = action in ("join", "resume") and who in ("nobody", "forged")
            assert reply.status == (403 if no_cookie else 404), (who, action)


def test_a_room_that_never_was_is_told_as_one_that_is_deleted(full):
    school, people, _ = full
    for made_up in (secrets.token_urlsafe(16), "x", "%2e%2e", "'; DROP TABLE rooms; --", "a" * 5_000):
        for action, ask in ASKS.items():
            reply = ask(school, people["student"], made_up.replace("/", "%2f"))
            assert reply.status == 404, (made_up, action)


@pytest.fixture
def with_runs(full):
    """The members who may be in the spotlight have answered."""
    school, people, other = full
    for who in ("student", "hidden"):
        run = {"scene": "start", "seed": 1, "changes": [], "t_s": 1.0, "values": {}, "pin": None}
        school.answer(people[who], STEP, 1, run=run)
    return school, people, other


def test_only_teachers_command_and_nobody_else_changes_anything(with_runs):
    school, people, _ = with_runs
    before = school.rows()
    for who in set(EVERYBODY) - set(TEACHERS):
        for asks in COMMANDS:
            reply = school.post(people[who], f"/{school.token}/commands", asks)
            assert (reply.status, list(reply.json)) == (403, ["problem"]), (who, asks)
    assert school.rows() == before


def test_only_teachers_end_the_access_of_others_and_in_their_own_room_only(full):
    school, people, other = full
    before = school.rows()
    for who in set(EVERYBODY) - set(TEACHERS):
        for do in ("renew", "end"):
            reply = school.post(people[who], f"/{school.token}/access", {"do": do})
            assert (reply.status, list(reply.json), reply.cookies) == (403, ["problem"], {}), (who, do)
    assert school.rows() == before
    keys = [row for row in before["room_keys"] if row[1] == str(other_id(other))]
    assert school.post(people["second teacher"], f"/{school.token}/access", {"do": "end"}).status == 200
    assert [row for row in school.rows()["room_keys"] if row[1] == str(other_id(other))] == keys
    inside = [who for who in EVERYBODY if set(school.get(people[who], f"/{school.token}").json["roles"]) & {"teacher", "wall"}]
    assert inside == ["second teacher"]


def other_id(school: School) -> int:
    with school.store.reading() as session:
        return rooms.by_token(session, school.token).id


def test_a_teacher_commands_their_own_room_only(with_runs):
    school, people, other = with_runs
    elsewhere = other.rooms.state(other.teacher.actor, other.token)
    for asks in COMMANDS:
        before = school.rows()
        reply = school.post(people["second teacher"], f"/{school.token}/commands", asks)
        assert reply.status == 200, (asks, reply.body)
        assert school.rows() != before, asks
    assert school.get(people["teacher"], f"/{school.token}").status == 404
    assert other.rooms.state(other.teacher.actor, other.token) == elsewhere


def test_what_a_teacher_still_commands_once_the_room_is_closed(with_runs):
    school, people, _ = with_runs
    school.tell("end")
    for asks in COMMANDS:
        reply = school.post(people["teacher"], f"/{school.token}/commands", asks)
        assert reply.status == (200 if asks["command"] in STILL_COMMANDS else 403), asks


@pytest.mark.parametrize("route", ROUTES, ids=lambda one: f"{one.path} {min(one.methods)}")
def test_every_route_of_a_room_asks_whether_one_may(school, monkeypatch, route):
    """The gate is shut for everybody: nothing comes through, and what does not ask it tells nothing of the room."""
    asked = []

    def shut(_session: Any, _actor: Any, action: str, token: str, *_more: Any, **_named: Any) -> None:
        asked.append((action, token))
        raise Forbidden("shut")

    for module in MODULES:
        if hasattr(module, "authorise"):
            monkeypatch.setattr(module, "authorise", shut)
    values = {"token": school.token, "id": LESSON.id, "kind": "archive"}
    path = route.path.format(**{name: values.get(name, "x") for name in route.param_convertors})
    headers = school.teacher.cookies | {"content-type": "application/json", "origin": f"http://{HOST}"}
    body = b'{"command": "unpush", "do": "fine", "name": "Ann", "code": "2222", "secret": "0", "lesson": "second", "sure": 1}'
    before = school.rows()
    reply = call(school.app, min(route.methods - {"HEAD"}), path, body, headers)
    if "{token}" not in route.path:
        assert route.path in ("/api/rooms", "/api/rooms/find", "/api/rooms/stop") or not route.path.startswith("/api/rooms")
    elif route.path.startswith("/api/rooms"):
        assert (reply.status, reply.json) == (403, {"problem": "shut"})
        assert {token for _, token in asked} == {school.token} and asked[0][0] in rights.ACTIONS
        assert school.rows() == before
    else:
        assert b"Form 4b" not in reply.body
        assert school.rows() == before
