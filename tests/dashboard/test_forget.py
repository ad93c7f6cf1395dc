"""Forget: whoever wants it is told what is kept of them, and rid of it at once; of others nothing is touched."""

import json
import secrets

import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette

from dashboard.classroom.rights import Actor
from dashboard.keeping import Keeper
from dashboard.lesson import checks_apart
from dashboard.lesson import forget as forgetting
from dashboard.lesson.who import COOKIE, ended, learner
from dashboard.store import drafts, learning
from dashboard.store.models import Answer, Base, Device, Draft, Learner, Member, Progress, Room
from tests.dashboard.classroom.exporting import in_folder, opened
from tests.dashboard.lesson.calls import HOST, Reply, call
from tests.dashboard.lesson.played import Clock

APP = Starlette(routes=forgetting.ROUTES)
SURE = json.dumps({"sure": True}).encode()
ALL_GONE = {"answers": 0, "lessons": 0, "drafts": 0, "rooms": [], "teaches": 0}


@pytest.fixture
def keeper():
    """Looks after no database here: it only says whether something is to be swept."""
    made = Keeper(None)
    made._due.clear()
    return made


@pytest.fixture
def taught(tmp_path, monkeypatch, keeper):
    """Ann and Bob are members of a room; Ann has also learnt alone and writes a lesson."""
    database = in_folder(tmp_path)
    room = opened(database, Clock())
    monkeypatch.setattr(forgetting, "ROOMS", room.service)
    monkeypatch.setattr(forgetting, "KEEPER", keeper)
    for name in ("Ann", "Bob"):
        room.join(name)
        room.answer(name, "run_slow", "96", "96 %", True)
        room.goes(name)
        alone(room, name)
    yield room
    database.close()


def alone(room, name: str) -> None:
    cookie, now_s = room.members[name].cookie, room.service.clock()
    way = {"version": 1, "run_through": 1, "support": "example", "step": "hook", "passed": [], "hints": {}, "entered": {}}
    with room.service.database.writing() as session:
        learning.put_progress(session, learning.seen(session, cookie, now_s), "caching", now_s, way)
        drafts.put(session, cookie, drafts.Kept("mine", "mine.yaml", "0" * 64, "text", now_s))


def asked(mine: str | None, body: bytes | None = None, **more: str) -> Reply:
    headers = {"cookie": f"{COOKIE}={mine}"} if mine else {}
    headers |= {"content-type": "application/json", "origin": f"https://{HOST}"} | {
        name.replace("_", "-"): text for name, text in more.items()
    }
    return call(APP, "GET" if body is None else "POST", "/api/forget", body or b"", headers, scheme="https")


def count(room, table: type[Base]) -> int:
    with room.service.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_one_is_told_what_is_kept(taught):
    mine = asked(taught.members["Ann"].cookie)
    rooms = [{"title": "Physics 9b", "name": "Ann"}]
    assert mine.json == {"answers": 0, "lessons": 1, "drafts": 1, "rooms": rooms, "teaches": 0}
    assert mine.headers["cache-control"] == "no-store"
    assert asked(None).json == asked(secrets.token_hex(16)).json == ALL_GONE
    taught.service.open(taught.teacher.key, "load_balancing")
    with_key = asked(None, cookie=f"room_key={taught.teacher.key}")
    assert with_key.json["teaches"] == 2


def test_all_of_it_goes_and_nothing_of_others(taught, keeper):
    cookie = taught.members["Ann"].cookie
    assert asked(cookie, SURE).json == {"rooms": 1}
    assert asked(cookie).json == ALL_GONE
    with taught.service.database.reading() as session:
        assert session.scalars(select(Member.name)).all() == ["Bob"]
        whose = set(session.scalars(select(Learner.cookie_hash)))
    assert whose == {learning.hashed(taught.members["Bob"].cookie), "member:1.2"}
    for table, rows in ((Answer, 1), (Progress, 2), (Draft, 1), (Device, 1), (Room, 1)):
        assert count(taught, table) == rows, table.__tablename__
    assert keeper._due.is_set(), "the bytes go within a minute"


def test_the_class_is_told_and_shows_no_run_of_theirs(taught):
    for name in taught.members:
        taught.answer(name, "run_slow", "96", "96 %", True, run={"scene": "slow"})
    taught.tell("spotlight", numbers=[1, 2], step="run_slow", named=True)
    before = taught.service.state(taught.teacher, taught.token)["room"]
    asked(taught.members["Ann"].cookie, SURE)
    after = taught.service.state(taught.teacher, taught.token)["room"]
    assert before["spotlight"] and after["spotlight"] is None
    assert after["revision"] > before["revision"] and after["people"] > before["people"]


def test_on_another_device_one_is_gone_too(taught):
    code = taught.service.me(taught.members["Ann"], taught.token, "code")["resume"]
    phone = Actor(secrets.token_hex(16))
    taught.service.resume(phone, taught.token, code)
    asked(phone.cookie, SURE)
    assert taught.service.state(taught.members["Ann"], taught.token)["me"] is None
    assert asked(taught.members["Ann"].cookie).json["rooms"] == []


def test_as_whom_one_had_left_before_nobody_finds_by_the_cookie(taught):
    ann = taught.members["Ann"]
    taught.service.me(ann, taught.token, "leave")
    asked(ann.cookie, SURE)
    with taught.service.database.reading() as session:
        hashes = dict(session.execute(select(Member.name, Member.browser_hash)).all())
    assert hashes == {"Ann": None, "Bob": learning.hashed(taught.members["Bob"].cookie)}


def test_one_may_come_in_again_as_somebody_new(taught):
    asked(taught.members["Ann"].cookie, SURE)
    new = taught.service.join(Actor(secrets.token_hex(16)), taught.token, "Ann")["me"]
    assert (new["name"], new["number"]) == ("Ann", 3), "a number is given once"


def test_it_works_when_the_room_is_closed(taught):
    taught.tell("end")
    assert asked(taught.members["Ann"].cookie, SURE).json == {"rooms": 1}
    assert count(taught, Member) == 1


def test_a_room_that_one_teaches_stays(taught):
    told = asked(None, SURE, cookie=f"room_key={taught.teacher.key}; {COOKIE}={secrets.token_hex(16)}")
    assert (told.status, count(taught, Room), count(taught, Member)) == (200, 1, 2)


def test_the_cookie_ends(taught):
    cookie = asked(taught.members["Ann"].cookie, SURE).headers["set-cookie"]
    name, *rules = cookie.split("; ")
    assert name == f"{COOKIE}=" and "Max-Age=0" in rules and "Path=/" in rules


@pytest.mark.parametrize(("scheme", "count_"), [("http", 1), ("https", 2)])
def test_it_ends_in_a_frame_too(scheme, count_):
    """A cookie in a frame is another one, which only the same attributes reach; a browser drops those that do not fit."""
    told = ended({"scheme": scheme, "headers": [], "path": "/api/forget"})
    assert len(told) == count_ and all("Max-Age=0" in one and one.startswith(f"{COOKIE}=;") for one in told)
    assert any("SameSite=Lax" in one for one in told) and any("Partitioned" in one for one in told) == (scheme == "https")
    assert learner({COOKIE: ""}) is None


@pytest.mark.parametrize("body", [b"", b"{}", b'{"sure": 1}', b'{"sure": "true"}', b"true", b"[]", b"x" * 9_999])
def test_nothing_goes_by_mistake(taught, body):
    told = asked(taught.members["Ann"].cookie, body or b" ")
    assert told.status == 400 and told.json["problem"]
    assert "set-cookie" not in told.headers
    assert count(taught, Member) == 2


@pytest.mark.parametrize(
    "more", [{"origin": "https://elsewhere.example"}, {"sec_fetch_site": "cross-site"}, {"content_type": "text/plain"}]
)
def test_no_other_site_may_ask_for_it(taught, more):
    assert asked(taught.members["Ann"].cookie, SURE, **more).status in (400, 403)
    assert count(taught, Member) == 2


def test_without_a_cookie_there_is_nothing_to_do(taught):
    assert asked(None, SURE).json == {"rooms": 0}
    assert count(taught, Member) == 2


def test_of_whom_nothing_is_kept_has_nothing_swept(taught, keeper):
    """The file would be written anew for any stranger, while nobody can save."""
    assert asked(secrets.token_hex(16), SURE).json == {"rooms": 0}
    assert not keeper._due.is_set()
    alone(taught, "Bob")
    assert asked(taught.members["Bob"].cookie, SURE).json == {"rooms": 1}
    assert keeper._due.is_set()


def test_a_proof_of_ones_lesson_ends_and_nothing_is_known_of_it():
    checks = checks_apart.Checks((checks_apart.sys.executable, "-c", "import time; time.sleep(60)"))
    check = checks.begin("mine", "one", "0", b"")
    checks.forget("mine")
    checks.forget("nobody")
    assert check.state == checks_apart.CANCELLED and checks.of("mine", "one") is None
