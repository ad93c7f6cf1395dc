"""The routes of lessons: what strangers send is refused with a clear text, what is away is told, and it recovers by itself."""

import json
import sqlite3

import pytest
from starlette.applications import Starlette

from dashboard.asks import BadAsk
from dashboard.lesson import api
from dashboard.lesson.desk import Desk
from dashboard.store import database as databases
from dashboard.words import pseudo, t
from lessons.running import NotReady
from tests.dashboard.lesson.calls import HOST, Reply, call
from tests.dashboard.lesson.played import Only

COOKIE = "0123456789abcdef" * 2
JSON = {"content-type": "application/json", "origin": f"http://{HOST}", "cookie": f"learner={COOKIE}"}
APP = Starlette(routes=api.ROUTES)
NEXT = {"action": "next"}


@pytest.fixture(autouse=True)
def desk(monkeypatch, shelf, store, clock):
    """The routes' desk, on the test's own lesson and database."""
    made = Desk(store, clock)
    monkeypatch.setattr(api, "DESK", made)
    monkeypatch.setattr(api, "SHELF", type("Shelf", (Only,), {"problems": lambda _self: ["mine: line 3"]})(*shelf.playable()))
    return made


def get(path: str = "/every_kind", **headers: str) -> Reply:
    return call(APP, "GET", api.PATH + path, headers={"cookie": f"learner={COOKIE}"} | headers)


def post(body, path: str = "/every_kind", without: tuple[str, ...] = (), **headers: str) -> Reply:
    sent = {name: value for name, value in (JSON | headers).items() if name not in without}
    return call(APP, "POST", api.PATH + path, body if isinstance(body, bytes) else json.dumps(body).encode(), sent)


def test_the_lessons_are_listed_with_what_is_broken():
    told = get("").json
    assert [card["id"] for card in told["lessons"]] == ["every_kind"]
    assert told["lessons"][0]["address"] == "load-balancing?lesson=every_kind"
    assert told["broken"] == ["mine: line 3"]


def test_an_action_answers_with_the_state_that_a_refresh_gives():
    acted = post(NEXT)
    assert acted.status == 200
    assert acted.json["step"]["id"] == "hook"
    assert get().json == acted.json


def test_no_answer_is_kept_by_a_cache():
    assert {get().headers["cache-control"], post(NEXT).headers["cache-control"], get("").headers["cache-control"]} == {"no-store"}


def test_a_lesson_that_there_is_not():
    for reply in (get("/nothing"), post(NEXT, "/nothing"), get("/..%2f..%2fetc")):
        assert reply.status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://elsewhere.test"}, {"origin": "null"}, {"origin": f"http://{HOST}.elsewhere.test"},
        {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": ""}, {"origin": "http://["},
    ],
)  # fmt: skip
def test_an_action_from_another_site_is_refused(headers):
    reply = post(NEXT, **headers)
    assert (reply.status, list(reply.json)) == (403, ["problem"])
    assert get().json["step"]["id"] == "recall_mean"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_only_json_is_taken(kind):
    assert post(NEXT, **{"content-type": kind}).status == 400
    assert post(NEXT, **{"content-type": "application/json; charset=utf-8"}).status == 200


def test_who_has_no_cookie_is_told_so_and_gets_none_here():
    reply = post(NEXT, without=("cookie",))
    assert reply.status == 400
    assert "cookie" in reply.json["problem"].lower()
    assert "set-cookie" not in reply.headers


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"\xff\xfe", b"[" * 50_000, b'{"action": NaN}', b'{"action": "next", "x": Infinity}', b'"\\ud800"',
        b'["\\u0000"]', b"9" * 5_000, b"9" * 400,
        b'{"action": "next", "x": 1e999}', b"null", b"[]", b'"next"', b"{}", b'{"action": ["next"]}',
        b'{"action": "goto", "step": {"a": 1}}',
        b'{"action": "answer"}', b'{"action": "answer", "step": "recall_mean", "answer": 0, "key": {"a": 1}}',
        b'{"action": "answer", "step": ["recall_mean"], "answer": 0, "key": "12345678"}',
        b'{"action": "answer", "step": "recall_mean", "answer": 9, "key": "12345678"}',
        b'{"action": "answer", "step": "recall_mean", "answer": [[[]]], "key": "12345678"}',
        b'{"action": "answer", "step": "recall_mean", "answer": "0", "key": "12345678"}',
        b'{"action": "hint", "step": 7}', b'{"action": "support", "support": ["explore"]}',
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_changes_nothing(body, caplog):
    reply = post(body)
    assert (reply.status, list(reply.json)) == (400, ["problem"]), reply.body
    assert get().json["step"]["answered"] is None
    assert not caplog.records, "a stranger's text is no defect of ours"


def test_a_body_over_the_limit_is_refused():
    assert post(b'{"action": "next", "x": "' + b"x" * api.MAX_BYTES + b'"}').status == 413


def test_text_of_a_learner_comes_back_as_it_was_written(desk):
    for _ in range(8):
        post(NEXT)
    mean = '<img src=x onerror="alert(1)"> & {answer.guess} {times} \U0001f600'
    answer = {"action": "answer", "step": "in_words", "answer": [mean, "", "x"], "key": "12345678"}
    answered = post(answer).json["step"]["answered"]
    assert answered["answer"][0] == mean
    assert mean in answered["said"]


def test_what_is_wrong_is_told_in_the_viewers_language(desk, monkeypatch):
    def refused(*_args):
        raise BadAsk(t("An ask is an object with id, seed, changes, from_s and length_s."))

    monkeypatch.setattr(desk, "act", refused)
    reply = post(NEXT, cookie=f"learner={COOKIE}; language=pseudo")
    assert reply.json["problem"] == pseudo("An ask is an object with id, seed, changes, from_s and length_s.")


def test_a_database_that_is_away_is_told_and_recovers_by_itself(tmp_path, store, monkeypatch):
    monkeypatch.setattr(databases, "BUSY_S", 0.05)
    post(NEXT)
    other = sqlite3.connect(tmp_path / "store.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    answer = {"action": "answer", "step": "recall_mean", "answer": 0, "key": "12345678"}
    away = post(answer)
    assert (away.status, list(away.json)) == (503, ["problem"])
    assert "sqlite" not in away.json["problem"], "where it lies is nothing for strangers"
    other.execute("ROLLBACK")
    other.close()
    assert post(answer).status == 200, "the same again, as the browser does"
    assert post({"action": "goto", "step": "recall_mean"}).json["step"]["answered"]["attempt"] == 1


def test_while_the_simulator_is_prepared_nothing_is_lost(desk, monkeypatch):
    def not_ready(*_args):
        raise NotReady("compiling")

    monkeypatch.setattr(desk, "act", not_ready)
    assert post(NEXT).status == 503


def test_a_defect_shows_nothing_of_how_the_app_is_made(desk, monkeypatch, caplog):
    def broken(*_args):
        raise KeyError("a secret of ours")

    monkeypatch.setattr(desk, "act", broken)
    reply = post(NEXT)
    assert reply.status == 503
    assert "secret" not in reply.body.decode()
    assert "a secret of ours" in caplog.text


def test_one_learner_has_only_so_much_worked_on_at_once(desk, monkeypatch):
    monkeypatch.setattr(api.TURNS, "working", [COOKIE] * api.AT_ONCE)
    monkeypatch.setattr(api.TURNS, "_free", {})
    assert post(NEXT).status == 429
    assert call(APP, "GET", api.PATH + "/every_kind").status == 200, "others go on"
    api.TURNS.working.pop()
    assert post(NEXT).status == 200
    assert len(api.TURNS.working) == api.AT_ONCE - 1, "nobody is counted for ever"
