"""The API of asks: the answer is what the page's own chunk is, for the page as its address stages it, and strangers get nothing."""

import gzip
import json
from urllib.parse import parse_qsl

import pytest
from starlette.applications import Starlette

from dashboard import ask_api
from dashboard import page as pages
from dashboard.lesson.beside import page_of
from dashboard.page import begun, chunk
from dashboard.staging import Place, staged
from dashboard.words import COOKIE
from tests.dashboard.lesson.calls import HOST, call

ASK = {"id": "a-1", "seed": 3, "changes": [[0.5, {"traffic.rate": 90}]], "from_s": 0, "length_s": 1}
OURS = {"content-type": "application/json", "origin": f"http://{HOST}"}


@pytest.fixture(scope="module")
def app():
    return Starlette(routes=ask_api.ROUTES)


def asked(app, raw, path="/api/asks/load-balancing", **headers):
    return call(app, "POST", path, json.dumps(raw).encode(), OURS | headers)


def plain(told):
    """A chunk as the API has it: whoever asks knows what they asked."""
    return {name: value for name, value in json.loads(json.dumps(told)).items() if name != "echo"}


def test_an_ask_is_answered_as_the_page_answers_it(app):
    reply = asked(app, ASK)
    assert (reply.status, reply.headers["cache-control"]) == (200, "no-store")
    assert reply.json == plain(chunk(page_of("load_balancing"), ASK))


def test_an_answer_is_compressed_for_who_takes_it_so(app):
    reply, packed = asked(app, ASK), asked(app, ASK, **{"accept-encoding": "gzip, br"})
    assert "content-encoding" not in reply.headers
    assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "accept-encoding")
    assert json.loads(gzip.decompress(packed.body)) == reply.json
    assert len(packed.body) < len(reply.body) / 2


@pytest.mark.parametrize(("view", "place"), [
    ("load-balancing", Place(lesson="load_balancing")),
    ("load-balancing", Place(situation="bad_deploy")),
    ("overload", Place(shown="M07")),
])  # fmt: skip
def test_the_page_is_staged_as_its_address_says(app, view, place):
    page = page_of(view.replace("-", "_"))
    there, _ = staged(page, place)
    told = asked(app, ASK | {"changes": []}, f"/api/asks/{view}?{place.query}").json
    assert told == plain(chunk(there, ASK | {"changes": []})) != plain(chunk(page, ASK | {"changes": []}))


def test_a_scene_of_the_lesson_is_played(app):
    there, _ = staged(page_of("load_balancing"), Place(lesson="load_balancing"))
    scene = next(name for name, system in there.scenes.items() if system != there.start)
    told = asked(app, ASK | {"scene": scene}, "/api/asks/load-balancing?lesson=load_balancing").json
    assert told == plain(chunk(there, ASK | {"scene": scene}))


def test_words_are_in_the_language_of_whoever_asks(app):
    bad = ASK | {"changes": [[0, {"traffic.rate": "much"}]]}
    english, pseudo = asked(app, bad), asked(app, bad, cookie=f"{COOKIE}=pseudo")
    assert english.status == pseudo.status == 200, "what is wrong in an ask is an answer to it"
    assert english.json["problem"] != pseudo.json["problem"]


@pytest.mark.parametrize("raw", [None, 7, "x", [], {}])
def test_what_asks_for_nothing_is_refused(app, raw):
    told = asked(app, raw)
    assert told.status == 400 and told.json["problem"]


@pytest.mark.parametrize("raw", [{"changes": None}, {"seed": 10**29}, {"scene": []}, {"length_s": "x"}, {"pin": 7}])
def test_a_bad_ask_is_answered_in_words(app, raw):
    told = asked(app, ASK | raw)
    assert told.status == 200 and told.json["problem"]


@pytest.mark.parametrize("view", ["home", "teach", "nothing", "..", "load_balancing.py", "%2e%2e"])
def test_what_has_no_simulation_is_not_asked(app, view):
    assert asked(app, ASK, f"/api/asks/{view}").status == 404


@pytest.mark.parametrize(("changed", "status"), [
    ({"origin": "https://evil.example"}, 403), ({"sec-fetch-site": "cross-site"}, 403), ({"content-type": "text/plain"}, 400),
])  # fmt: skip
def test_another_site_asks_in_vain(app, changed, status):
    assert asked(app, ASK, **changed).status == status


def test_too_much_is_refused(app):
    assert call(app, "POST", "/api/asks/load-balancing", b" " * (ask_api.MAX_BYTES + 1), OURS).status == 413
    assert call(app, "POST", "/api/asks/load-balancing", b"{", OURS).status == 400
    assert call(app, "GET", "/api/asks/load-balancing").status == 405


def test_a_page_is_staged_once_for_all_who_ask(app, monkeypatch):
    ask_api._known.cache_clear()
    calls = []
    monkeypatch.setattr(ask_api.staging, "staged", lambda *given: calls.append(given) or staged(*given))
    for _ in range(3):
        assert asked(app, ASK, "/api/asks/load-balancing?lesson=load_balancing").status == 200
    assert len(calls) == 1


def test_equal_asks_are_worked_out_once_whatever_they_are_called(app, monkeypatch):
    calls = []
    monkeypatch.setattr(ask_api, "chunk", lambda *given: calls.append(given) or chunk(*given))
    same = ASK | {"seed": 4}
    first, second = asked(app, same | {"id": "one"}), asked(app, same | {"id": 'tw"o'})
    assert first.json == second.json and first.json["pieces"]
    assert len(calls) == 1
    assert asked(app, same | {"seed": 5}).json["pieces"] != first.json["pieces"] and len(calls) == 2
    asked(app, same, "/api/asks/load-balancing?lesson=load_balancing")
    asked(app, same, cookie=f"{COOKIE}=pseudo")
    assert len(calls) == 4, "another page, another language"
    for _ in range(2):
        asked(app, ASK | {"changes": [[0, {"traffic.rate": "much"}]]})
    assert len(calls) == 6, "what is wrong is not kept"


# What a stage begins with


def begun_at(app, address, **headers):
    return call(app, "GET", f"/api/stages/{address}", b"", {"host": HOST} | headers)


@pytest.mark.parametrize("address", [
    "load-balancing", "load-balancing?lesson=load_balancing&room=x", "load-balancing?situation=bad_deploy", "overload?shown=M07",
    "load-balancing?servers.count=6&v=1&pushed=3", "load-balancing?situation=nothing",
])  # fmt: skip
def test_a_stage_begins_with_what_its_page_begins_with(app, address):
    view, _, query = address.partition("?")
    pairs = parse_qsl(query)
    page = page_of(view.replace("-", "_"))
    place = Place.of(dict(pairs))
    told = begun_at(app, address)
    assert (told.status, told.headers["cache-control"]) == (200, "no-store")
    assert told.json == plain(begun(page.name.replace("_", "-"), place, *staged(page, place), pairs))


def test_a_stage_is_sent_compressed_to_who_can_read_it(app):
    packed = begun_at(app, "caching", **{"accept-encoding": "gzip, br"})
    assert packed.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.body)) == begun_at(app, "caching").json


def test_a_class_that_goes_to_one_stage_has_it_made_once(app, monkeypatch):
    made = []
    monkeypatch.setattr(pages, "begun", lambda *args: made.append(1) or begun(*args))
    for _ in range(3):
        assert begun_at(app, "cdn?room=a&pushed=1").status == 200
    assert made == [1]
    for _ in range(2):
        assert begun_at(app, "cdn?situation=nothing").json["opened"]["reasons"], "what is wrong may be right later"
    assert made == [1, 1, 1]


@pytest.mark.parametrize("view", ["home", "teach", "nothing", "%2e%2e"])
def test_where_there_is_no_stage_none_begins(app, view):
    assert begun_at(app, view).status == 404


def test_a_stage_is_told_to_our_own_page_only(app):
    assert begun_at(app, "caching", origin="https://else.example").status == 403
    assert begun_at(app, f"caching?x={'y' * 9_000}").status == 400
