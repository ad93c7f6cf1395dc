"""Ways in: cookies, codes, links and names that strangers send. Nobody gets in who may not, and nobody keeps others out."""

import json
import secrets
from html import escape
from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from dashboard.classroom import codes
from dashboard.classroom.commands import CLAIM_S
from dashboard.classroom.rooms import DAY_S, OPEN_DAYS
from dashboard.lesson.api import MAX_BYTES
from dashboard.lesson.beside import SHELF
from dashboard.store import rooms as stored
from dashboard.store.models import Room, RoomKey
from tests.dashboard.classroom.exporting import in_folder, opened
from tests.dashboard.classroom.world import Person, browser, told_by
from tests.dashboard.lesson.calls import HOST, call
from tests.dashboard.lesson.played import LESSON

OTHER_SOURCE = "198.51.100.7"
KEY = "ab" * 32


def count(school, table) -> int:
    with school.store.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


@pytest.mark.parametrize(
    "person",
    [
        Person("g" * 32), Person("ab" * 15), Person("AB" * 16), Person("ab" * 17), Person("member:1.1"), Person(""),
        Person(None, "AB" * 32), Person(None, "ab" * 31), Person(None, "x"), Person(None, "ab" * 5_000),
        Person("ab" * 16 + "; learner=member:1.1"), Person("ab" * 16, '"' + KEY), Person(None, codes.hashed(KEY)),
        Person("' OR 1=1 --", "' OR 1=1 --"),
    ],
)  # fmt: skip
def test_a_forged_cookie_is_no_member_and_no_teacher(school, person):
    with school.store.writing() as session:
        room = stored.by_token(session, school.token)
        stored.add_key(session, room, "teacher", codes.hashed(KEY), 0.0)
    school.comes("Ann")
    told = school.get(person, f"/{school.token}").json
    assert (told["roles"], told["me"]) == (["stranger"], None)
    assert school.get(told_by(KEY), f"/{school.token}").json["roles"] == ["teacher"], "the key itself would be one"


def test_a_claim_link_is_good_once(school):
    secret = school.tell("key", kind="teacher")["secret"]
    first, second = browser(), browser()
    reply = school.post(first, f"/{school.token}/claim", {"secret": secret})
    assert reply.json["roles"] == ["teacher"]
    cookie = reply.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Secure" not in cookie
    assert secret not in cookie, "the link's secret is not what the browser keeps"
    again = school.post(second, f"/{school.token}/claim", {"secret": secret})
    assert again.status == 404 and "set-cookie" not in again.headers
    assert school.get(second, f"/{school.token}/class").status == 403


def test_over_tls_the_cookie_of_a_key_goes_over_tls_only(school):
    reply = school.post(browser(), "", {"lesson": LESSON.id}, {"origin": f"https://{HOST}"}, scheme="https")
    assert "Secure" in reply.headers["set-cookie"]


def test_a_claim_link_ends_after_its_time(school):
    early, late = (school.tell("key", kind="teacher")["secret"] for _ in range(2))
    school.clock.now_s += CLAIM_S - 1
    assert school.post(browser(), f"/{school.token}/claim", {"secret": early}).status == 200
    school.clock.now_s += 1
    assert school.post(browser(), f"/{school.token}/claim", {"secret": late}).status == 404


def test_a_claim_link_is_told_of_until_it_is_used_or_over(school, clock):
    def links() -> list[float]:
        return school.get(school.teacher, f"/{school.token}/class").json["links"]

    first = school.tell("key", kind="wall")
    clock.now_s += 60
    second = school.tell("key", kind="teacher")
    assert links() == [first["made_s"], second["made_s"]]
    before = school.get(school.teacher, f"/{school.token}").json["room"]["revision"]
    assert school.rooms.claim(told_by(codes.new_secret()).actor, school.token, first["secret"])
    assert links() == [second["made_s"]]
    assert school.get(school.teacher, f"/{school.token}").json["room"]["revision"] > before, "whoever made it is told"
    clock.now_s += 3_600
    assert links() == []


def test_a_claim_link_is_good_in_its_own_room_only(school):
    secret = school.tell("key", kind="teacher")["secret"]
    other = school.rooms.open(codes.new_secret(), LESSON.id)["token"]
    assert school.post(browser(), f"/{other}/claim", {"secret": secret}).status == 404
    assert school.post(browser(), f"/{school.token}/claim", {"secret": secret}).status == 200


def test_a_link_of_a_wall_makes_no_teacher(school):
    wall = school.claims("wall")
    assert school.get(wall, f"/{school.token}").json["roles"] == ["wall"]
    assert school.post(wall, f"/{school.token}/commands", {"command": "key", "kind": "teacher"}).status == 403
    # Whoever is a teacher and opens a wall stays a teacher; whoever has a wall may become a teacher.
    assert school.get(school.claims("wall", school.teacher), f"/{school.token}").json["roles"] == ["teacher"]
    assert school.get(school.claims("teacher", wall), f"/{school.token}").json["roles"] == ["teacher"]


@pytest.mark.parametrize("kind", ["claim_teacher", "recovery", "claim_wall"])
def test_what_lets_a_browser_in_is_no_cookie_itself(school, kind):
    """Neither a link's secret, nor what is stored of it, gives a right when it is sent as the cookie."""
    with school.store.writing() as session:
        room = stored.by_token(session, school.token)
        stored.add_key(session, room, kind, codes.hashed(KEY), 0.0, school.clock.now_s + 60)
    for key in (KEY, codes.hashed(KEY)):
        assert school.get(told_by(key), f"/{school.token}").json["roles"] == ["stranger"]


def test_a_recovery_code_is_good_again_and_a_new_one_ends_it(school):
    for written in (school.recovery, school.recovery.lower().replace("-", " ")):
        assert school.post(browser(), f"/{school.token}/claim", {"secret": written}).json["roles"] == ["teacher"]
    new = school.tell("recovery")["recovery"]
    assert school.post(browser(), f"/{school.token}/claim", {"secret": school.recovery}).status == 404
    assert school.post(browser(), f"/{school.token}/claim", {"secret": new}).status == 200


def test_a_resume_code_is_good_for_its_member_in_its_room_until_there_is_a_new_one(school):
    ann, other = school.comes("Ann"), school.rooms.open(codes.new_secret(), LESSON.id)["token"]
    first, second = (school.post(ann, f"/{school.token}/me", {"do": "code"}).json["resume"] for _ in range(2))
    assert school.post(browser(), f"/{school.token}/resume", {"code": first}).status == 404
    assert school.post(browser(), f"/{other}/resume", {"code": second}).status == 404
    phone = browser()
    assert school.post(phone, f"/{school.token}/resume", {"code": second.lower()}).json["me"]["name"] == "Ann"
    school.tell("member", number=1, do="block")
    assert school.post(browser(), f"/{school.token}/resume", {"code": second}).status == 404
    assert school.get(phone, f"/{school.token}").json["roles"] == ["out"], "all their browsers are out"


def find(school, code, source="192.0.2.1"):
    return school.post(browser(), "/find", {"code": code}, source=source)


def test_every_code_that_opens_nothing_gets_the_same_answer_for_the_same_work(school, monkeypatch):
    """A wrong one, an old one, one that was closed, and one of a room that is over."""
    looked, by_code = [], stored.by_code
    monkeypatch.setattr(stored, "by_code", lambda *args: looked.append(1) or by_code(*args))
    old = school.code()
    assert find(school, old).json == {"token": school.token}
    school.tell("code", do="new")
    replies = [find(school, old), find(school, "2222-2222")]
    rotated = school.code()
    school.tell("code", do="close")
    replies.append(find(school, rotated))
    school.tell("code", do="open")
    reopened = school.code()
    school.clock.now_s += OPEN_DAYS * DAY_S
    replies.append(find(school, reopened))
    assert len({(reply.status, reply.body) for reply in replies}) == 1
    assert replies[0].status == 404
    assert len(looked) == 5, "each is looked up"
    assert {find(school, bad).body for bad in ("", "x" * 900, None, 7, ["2222"], {"a": 1})} == {replies[0].body}


def test_keys_of_one_kind_are_bounded_and_nobodys_goes_for_another(school, monkeypatch):
    """Whoever got in makes links and uses them without end: the first teacher stays, and what is refused says who can help."""
    monkeypatch.setattr(stored, "MAX_KEYS", 3)
    walls = [school.claims("wall") for _ in range(3)]
    pupils = [school.claims("teacher") for _ in range(2)]
    asks = [("claim", {"secret": school.recovery}), *(("claim", {"secret": link(school, kind)}) for kind in ("teacher", "wall"))]
    for path, body in asks:
        for who in (browser(), walls[0]) if body != asks[2][1] else (browser(),):
            reply = school.post(who, f"/{school.token}/{path}", body)
            assert reply.status == 400 and "Form 4b" in reply.json["problem"] and "End all other access" in reply.json["problem"]
            assert "set-cookie" not in reply.headers
    assert [school.get(one, f"/{school.token}").json["roles"] for one in walls] == [["wall"]] * 3
    assert [school.get(one, f"/{school.token}").json["roles"] for one in (school.teacher, *pupils)] == [["teacher"]] * 3
    assert count(school, RoomKey) == 6 + 1 + 2, "and the links that were refused are still good"


def test_links_are_bounded_while_they_are_good(school, monkeypatch):
    monkeypatch.setattr(stored, "MAX_KEYS", 3)
    command = {"command": "key", "kind": "teacher"}
    statuses = [school.post(school.teacher, f"/{school.token}/commands", command).status for _ in range(4)]
    assert statuses == [200] * 3 + [400]
    school.clock.now_s += CLAIM_S
    assert school.post(school.teacher, f"/{school.token}/commands", command).status == 200


def link(school, kind: str) -> str:
    return school.tell("key", kind=kind)["secret"]


POSTS = [
    ("", {"lesson": LESSON.id}), ("/find", {"code": "2222-2222"}), ("/{}/join", {"name": "Eve"}), ("/{}/resume", {"code": "2222"}),
    ("/{}/claim", {"secret": KEY}), ("/{}/me", {"do": "help"}), (f"/{{}}/lessons/{LESSON.id}", {"action": "next"}),
    ("/{}/commands", {"command": "end"}),
]  # fmt: skip


def one_of_all(school) -> Person:
    """A teacher who is a member too: whatever they send would be done."""
    return school.comes("Ann", Person(secrets.token_hex(16), school.teacher.key))


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://elsewhere.test"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
        {"origin": f"http://{HOST}.elsewhere.test"}, {"origin": "http://["},
    ],
)  # fmt: skip
def test_nothing_is_done_for_a_page_of_another_site(school, headers):
    who = one_of_all(school)
    before = school.rows()
    for path, body in POSTS:
        assert school.post(who, path.format(school.token), body, headers).status == 403, path
    assert school.get(who, f"/{school.token}/events", headers=headers).status == 403
    assert school.rows() == before


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400), (b"\xff\xfe", {}, 400), (b"[" * 30_000, {}, 400), (b'{"name": "\\u0000"}', {}, 400),
        (b'{"name": "\\ud800"}', {}, 400), (b'{"x": NaN}', {}, 400), (b"9" * 400, {}, 400), (b"x" * (MAX_BYTES + 1), {}, 413),
        (b'{"command": "end"}', {"content-type": "text/plain"}, 400),
        (b"command=end", {"content-type": "application/x-www-form-urlencoded"}, 400),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_everywhere(school, body, headers, status, caplog):
    who = one_of_all(school)
    before = school.rows()
    for path, _ in POSTS:
        reply = school.post(who, path.format(school.token), body, headers)
        assert (reply.status, list(reply.json)) == (status, ["problem"]), path
    assert school.rows() == before
    assert not caplog.records


NONSENSE = [None, True, -1, 10**29, "", "x" * 3_000, ["x"], {"a": 1}, [[]]]
EVERY_FIELD = ("command", "action", "name", "code", "secret", "lesson", "title", "do", "step", "answer", "key", "confidence", "run")
FIELDS = {
    "lesson": ["lesson"], "pace": ["pacing", "step", "countdown_s"], "push": ["view", "query"], "locks": ["paths"], "code": ["do"],
    "spotlight": ["numbers", "step"], "member": ["number", "do"], "settings": ["approves", "support", "closes_s"],
    "key": ["kind"], "hands": ["step", "vote", "counts"], "delete": ["title"],
}  # fmt: skip
WHOLE = {
    "pacing": "paced",
    "view": "caching",
    "number": 1,
    "numbers": [1, 2],
    "step": "recall_mean",
    "counts": [1, 2],
    "do": "rename",
}


@pytest.mark.parametrize("value", NONSENSE, ids=lambda value: f"{value!r:.12}")
def test_a_field_may_hold_anything_and_nothing_breaks(school, caplog, value):
    """Every field of every post and of every command: what is in it is refused in words, or does no harm."""
    who = one_of_all(school)
    asks = [(path.format(school.token), body) for path, _ in POSTS for body in (value, dict.fromkeys(EVERY_FIELD, value))]
    asks += [
        (f"/{school.token}/commands", WHOLE | {"command": name, field: value})
        for name, fields in FIELDS.items()
        for field in fields
    ]
    for path, body in asks:
        reply = school.post(who, path, body)
        assert reply.status in (200, 400, 403, 404), (path, body, reply.body)
    assert not [one for one in caplog.records if one.levelname == "ERROR"], caplog.text
    assert school.get(who, f"/{school.token}/class").status == 200


NAMES = [
    "<script src=//x></script>"[:24], "![x](//evil.test/x.png)", "[a](javascript:a(1))", '=HYPERLINK("http://x")', "@SUM(1)",
    "{{7*7}}", "\u202eevil", "a\u200bb", "№ 1", "👩\u200d👩\u200d👧", "e" + "\u0301" * 30, "-1+1", "null", "__proto__", "%s%s%n",
]  # fmt: skip


def test_a_name_comes_back_as_text_and_nothing_else(school):
    for name in NAMES:
        reply = school.post(browser(), f"/{school.token}/join", {"name": name})
        assert reply.status == 200, name
        assert reply.headers["content-type"] == "application/json"
    told = school.get(school.teacher, f"/{school.token}/class")
    shown = [one["name"] for one in told.json["people"]]
    assert shown[:4] == NAMES[:4]
    assert not {"\u202e", "\u200b", "\u200d"} & set("".join(shown))
    assert json.loads(told.body.decode("utf-8")) == told.json


def test_what_is_in_an_address_is_text_in_the_document(school):
    text = '"><img src=x onerror=alert(1)>'
    for path in ("/room/{}", "/room/{}/questions", "/claim/{}", "/join?code={}", "/room/{}/card", "/room/{}/qr.svg"):
        reply = call(school.app, "GET", path.format(text if "?" not in path else quote(text)), headers=school.teacher.cookies)
        assert b"<img src=x" not in reply.body, path
        assert reply.status != 200 or escape(text)[:20] in reply.body.decode(), path


def test_names_are_one_to_the_eye_within_a_room_only(school):
    school.comes("Anna")
    for name in ("ANNA", "Аnnа", "A\u200bnna", "a n n a", "ΑΝΝΑ"):
        reply = school.post(browser(), f"/{school.token}/join", {"name": name})
        assert reply.status == 400 and "taken" in reply.json["problem"], name
    other = school.rooms.open(codes.new_secret(), LESSON.id)["token"]
    assert school.post(browser(), f"/{other}/join", {"name": "Anna"}).status == 200
    ben = school.comes("Ben")
    reply = school.post(
        school.teacher, f"/{school.token}/commands", {"command": "member", "number": 2, "do": "rename", "name": "ÁNNA"}
    )
    assert reply.status == 400
    assert school.get(ben, f"/{school.token}").json["me"]["name"] == "Ben"


def test_a_title_is_one_plain_line(school):
    token = school.post(browser(), "", {"lesson": LESSON.id, "title": " <b>4b</b>\n\u202e =1+1 " + "x" * 500}).json["token"]
    with school.store.reading() as session:
        title = session.scalar(select(Room.title).where(Room.token == token))
    assert title.startswith("<b>4b</b> =1+1 xxx") and len(title) == 80


@pytest.mark.parametrize(("title", "then"), [("", "web_app"), ("Form 4b", None)])
def test_a_room_without_a_title_of_its_own_has_that_of_its_lesson(tmp_path, clock, title, then):
    room = opened(in_folder(tmp_path), clock, title)
    room.tell("lesson", lesson="web_app")
    told = room.service.state(room.teacher, room.token)["room"]
    assert told["title"] == (SHELF.get(then).title if then else title)
    room.service.database.close()
