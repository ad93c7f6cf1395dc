"""The API of exports: a teacher gets a file in pieces, with headers that keep it a file; nobody else gets anything."""

import json

import pytest
from starlette.applications import Starlette

from dashboard.classroom import export_api
from tests.dashboard.asgi import finished
from tests.dashboard.classroom.exporting import RUN, in_folder, opened, rows_of
from tests.dashboard.lesson.calls import call
from tests.dashboard.lesson.played import Clock

APP = Starlette(routes=export_api.ROUTES)


@pytest.fixture
def taught(tmp_path, monkeypatch):
    database = in_folder(tmp_path)
    room = opened(database, Clock(), "Übung 9b")
    monkeypatch.setattr(export_api, "ROOMS", room.service)
    for name in ("Ann", "Bob"):
        room.join(name)
        room.answer(name, "run_slow", "96", "96 %", True, run=RUN)
    yield room
    database.close()


def asked(room, kind: str, cookie: str | None = None, query: str = "", scheme: str = "https"):
    cookie = f"room_key={room.teacher.key}" if cookie is None else cookie

    async def app(scope, receive, send):
        await APP(scope | {"query_string": query.encode(), "asgi": {"version": "3.0", "spec_version": "2.4"}}, receive, send)

    return call(app, "GET", f"/api/rooms/{room.token}/export/{kind}", headers={"cookie": cookie}, scheme=scheme)


@pytest.mark.parametrize("kind", export_api.FORMS)
def test_a_table_is_saved_as_a_file(taught, kind):
    told = asked(taught, kind)
    assert told.status == 200
    assert told.headers["content-type"] == "text/csv; charset=utf-8"
    name = f"filename=\"Ubung-9b-{kind}.csv\"; filename*=UTF-8''%C3%9Cbung-9b-{kind}.csv"
    assert told.headers["content-disposition"] == f"attachment; {name}"
    assert (told.headers["x-content-type-options"], told.headers["cache-control"]) == ("nosniff", "no-store")
    assert told.body.startswith(b"\xef\xbb\xbf")
    text = told.body.decode()
    assert text.endswith("\r\n") and text.count("\n") == text.count("\r\n")
    assert "Ann" in text and "Bob" in text


def test_the_archive_is_json(taught):
    told = asked(taught, "archive", query="who=numbers")
    assert told.headers["content-type"] == "application/json"
    assert told.headers["content-disposition"].startswith('attachment; filename="Ubung-9b-archive.json"')
    assert [one["name"] for one in json.loads(told.body)["members"]] == [None, None]


def test_links_lead_to_where_the_teacher_asked_from(taught):
    row = rows_of(asked(taught, "long").body.decode())[0]
    assert row["replay"].startswith("https://lab.test/load-balancing?lesson=load_balancing&scene=slow&v=")


def test_names_can_be_left_out(taught):
    assert {row["name"] for row in rows_of(asked(taught, "long", query="who=numbers").body.decode())} == {""}


def test_nobody_but_a_teacher_gets_anything(taught):
    for cookie in ("", f"learner={taught.members['Ann'].cookie}", f"room_key={'ab' * 32}"):
        told = asked(taught, "long", cookie)
        assert (told.status, list(told.json)) == (403, ["problem"])
        assert "content-disposition" not in told.headers
    assert asked(taught, "everything").status == 404
    assert asked(taught, "long", query="who=all").status == 400
    taught.tell("delete", title="Übung 9b")
    assert asked(taught, "long").status == 404


def test_a_closed_room_can_still_be_exported(taught):
    taught.tell("end")
    assert asked(taught, "long").status == 200


def test_it_is_sent_as_it_is_read(taught, monkeypatch):
    """What was not asked for is not read: a long file never is in memory as a whole."""
    monkeypatch.setattr(export_api, "PIECE", 1)
    read = []
    answers = export_api.records._answers

    def counted(*args):
        read.append(args[1])
        yield from answers(*args)

    monkeypatch.setattr(export_api.records, "_answers", counted)

    async def begin() -> int:
        _, pieces = export_api._begun(taught.teacher, taught.token, "long", "names", "")
        sent = export_api._sent(next(pieces), pieces, "")
        await anext(sent), await anext(sent), await anext(sent)
        return len(read)

    assert finished(begin()) == 1, "mark, names of columns and Ann's answer are sent; of Bob nothing was read yet"


def test_what_breaks_on_the_way_breaks_off(taught, monkeypatch):
    monkeypatch.setattr(export_api, "PIECE", 1)

    def broken(record, address):
        yield ["number"]
        raise ZeroDivisionError

    monkeypatch.setitem(export_api.FORMS, "long", broken)
    with pytest.raises(export_api.Refusal):
        asked(taught, "long")
