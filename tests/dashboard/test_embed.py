"""Embed: what learners see may be framed by the hosts that are named, and by no other; what carries rights by nobody at all."""

import http.cookies

import pytest

from dashboard import embed, places
from dashboard.headers import CONTENT_SECURITY_POLICY, Headers
from dashboard.journey import CONCEPTS
from dashboard.lesson.who import COOKIE, Who, learner
from tests.dashboard.lesson.calls import call

MOODLE = "moodle.school.example"
ROOM = "room/" + "a" * 22
LEARNERS = [*(places.path(name) for name, _ in CONCEPTS), "lessons", "gallery", "glossary", "join", ROOM, f"{ROOM}/questions"]
NEVER = [
    "", "home", "teach", "wall", "settings", "privacy", "write-lesson", "look-inside", "claim/" + "a" * 22, f"{ROOM}/card",
    f"{ROOM}/lessons/load_balancing/report", "room", "room/", "room/a/b/questions", "paper-cards", "join/teach",
    "lessons/load_balancing/key", "lessons/load_balancing/report", "api/rooms", f"api/{ROOM}/export/long",
    "app/static/stage/stage.js", "teach/load-balancing", "LOAD-BALANCING", "load-balancing/teach", "load-balancing%2Fteach",
]  # fmt: skip


async def document(scope, receive, send):
    headers = [(b"content-type", b"text/html; charset=utf-8")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"x"})


APP = Headers(Who(document))


@pytest.fixture
def moodle(monkeypatch):
    monkeypatch.setenv(embed.VARIABLE, MOODLE)


def policy(path: str, scheme: str = "https") -> dict[str, str]:
    told = call(APP, "GET", f"/{path}", scheme=scheme).headers["content-security-policy"]
    return dict(one.partition(" ")[::2] for one in told.split("; "))


@pytest.mark.parametrize("path", LEARNERS)
def test_what_learners_see_may_be_framed_by_the_platform(path, moodle):
    told = policy(path)
    assert told["frame-ancestors"] == f"'self' https://{MOODLE}"
    rest = dict(one.partition(" ")[::2] for one in CONTENT_SECURITY_POLICY.split("; "))
    assert told | {"frame-ancestors": "'self'"} == rest, "nothing else is allowed"


@pytest.mark.parametrize("path", NEVER)
def test_nothing_else_may_be_framed_by_anybody(path, moodle):
    assert policy(path)["frame-ancestors"] == "'self'"


def test_every_view_is_for_learners_or_never_framed(moodle):
    """A page that is new is not framed before somebody has said so."""
    framed = {name for name in places.every() if "https:" in policy(places.path(name).strip("."))["frame-ancestors"]}
    assert framed == {*(name for name, _ in CONCEPTS), "lessons", "gallery", "glossary"}
    assert not framed & {"teach", "wall", "settings", "home"}


@pytest.mark.parametrize("path", [*LEARNERS, *NEVER])
def test_without_hosts_nothing_is_framed(path, monkeypatch):
    monkeypatch.delenv(embed.VARIABLE, raising=False)
    assert policy(path)["frame-ancestors"] == "'self'"


def test_several_hosts_and_all_below_one(monkeypatch):
    monkeypatch.setenv(embed.VARIABLE, f" https://{MOODLE}/ , *.campus.example,LMS.example:8443, ")
    assert policy("join")["frame-ancestors"] == f"'self' https://{MOODLE} https://*.campus.example https://lms.example:8443"


@pytest.mark.parametrize(
    "text",
    [
        "*", "*.com", "school", "a.example;script-src *", "a.example b.example", "http://a.example", "a.example/path", "'self'",
        "a..example", "-a.example", "a.example:0", "a.example\nx", "ü.example", "https://", "data:",
    ],
)  # fmt: skip
def test_what_is_no_host_ends_the_app_with_words(text, monkeypatch):
    monkeypatch.setenv(embed.VARIABLE, f"{MOODLE},{text}")
    with pytest.raises(SystemExit, match=embed.VARIABLE):
        embed.check()


def cookie(path: str = "load-balancing", scheme: str = "https", **headers: str) -> set[str]:
    told = call(APP, "GET", f"/{path}", headers={name.replace("_", "-"): text for name, text in headers.items()}, scheme=scheme)
    value, *rules = told.headers["set-cookie"].split("; ")
    assert learner({COOKIE: value.partition("=")[2]}), "a learner's"
    assert http.cookies.SimpleCookie(value)[COOKIE].value
    return set(rules) - {"HttpOnly", "Path=/", "Max-Age=31536000"}


FRAME = {"sec_fetch_site": "cross-site", "sec_fetch_dest": "iframe"}


def test_in_the_platforms_frame_a_cookie_belongs_to_both(moodle):
    assert cookie(**FRAME) == {"SameSite=None", "Secure", "Partitioned"}
    assert cookie(ROOM, **FRAME) == {"SameSite=None", "Secure", "Partitioned"}


@pytest.mark.parametrize(
    "more",
    [
        {}, FRAME | {"sec_fetch_dest": "document"}, FRAME | {"sec_fetch_site": "same-origin"}, FRAME | {"sec_fetch_site": "none"},
        FRAME | {"path": "teach"}, FRAME | {"path": "settings"},
    ],
)  # fmt: skip
def test_everywhere_else_no_other_site_sends_it(more, moodle):
    assert cookie(**more) == {"SameSite=Lax", "Secure"}


def test_without_tls_or_hosts_it_is_no_other(moodle, monkeypatch):
    assert cookie(scheme="http", **FRAME) == {"SameSite=Lax"}
    monkeypatch.setenv(embed.VARIABLE, "")
    assert cookie(**FRAME) == {"SameSite=Lax", "Secure"}


def test_behind_a_prefix_the_same_pages_are_framed(moodle, monkeypatch):
    monkeypatch.setattr(embed.config, "get_option", lambda name: {"server.baseUrlPath": "/lab/"}[name])
    assert policy("lab/load-balancing")["frame-ancestors"] == f"'self' https://{MOODLE}"
    assert policy("lab/teach")["frame-ancestors"] == "'self'"
