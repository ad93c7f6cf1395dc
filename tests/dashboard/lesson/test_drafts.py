"""Drafts are looked at within limits, kept for nobody but their writer, few and not for long, and played like every lesson."""

import secrets
import sys
import time

import pytest
from starlette.applications import Starlette

from dashboard import staging
from dashboard.classroom.limits import Limit
from dashboard.keeping import Keeper
from dashboard.lesson import desk as desks
from dashboard.lesson import draft_api, drafts, printed
from dashboard.lesson.beside import page_of
from dashboard.lesson.checking import requests_needed
from dashboard.lesson.checks_apart import DONE, RUNNING, Checks
from dashboard.lesson.desk import Desk, Missing
from dashboard.lesson.drafts import MAX_NAME, Drafts, look
from dashboard.lesson.manual import example
from dashboard.lesson.metrics import money, written
from dashboard.store import drafts as store_drafts
from lessons.library import COURSE
from lessons.printing import worksheet
from lessons.reading import MAX_BYTES, read
from lessons.showing import plain
from tests.dashboard.lesson.calls import call

GOOD = example().encode()
ADA, BOB = "a" * 32, "b" * 32
YAML = {"content-type": "application/yaml"}
APP = Starlette(routes=[*draft_api.ROUTES, *printed.ROUTES])
TALKS = 'import sys; sys.stdin.read(); print(\'{"done": 1, "all": 2}\', flush=True)'
PROVES = f"{TALKS}; print('{{\"problems\": []}}', flush=True)"
WAITS = f"{TALKS}; import time; time.sleep(60)"


@pytest.fixture
def mine(store, clock):
    """Drafts on a database of the test's."""
    return Drafts(store, clock)


@pytest.fixture
def api(mine, monkeypatch):
    """The routes, on that database and with proofs that are quick."""
    checks = Checks((sys.executable, "-c", PROVES))
    for module in (draft_api, printed, desks, staging):
        monkeypatch.setattr(module, "DRAFTS", mine)
    monkeypatch.setattr(draft_api, "CHECKS", checks)
    yield APP
    checks.end_all()


def named(name: str, text: str = "") -> bytes:
    """The example under another id."""
    return (text or example()).replace("id: twice_the_servers", f"id: {name}", 1).encode()


def keep(mine: Drafts, cookie: str, text: bytes = GOOD) -> None:
    looked = look(text, "lesson.yaml")
    assert looked.source, looked.problems
    mine.keep(cookie, looked, text)


def as_(cookie: str, **more: str) -> dict[str, str]:
    return {"cookie": f"learner={cookie}", **more}


def post(app, text: bytes = GOOD, cookie: str = ADA, **more: str):
    return call(app, "POST", "/api/drafts", text, as_(cookie, **(YAML | more)))


# Looking


def test_a_lesson_that_can_be_played_has_no_problems():
    looked = look(GOOD, "mine.yaml")
    assert (looked.problems, looked.name, looked.file) == ((), "twice_the_servers", "mine.yaml")


def test_problems_come_in_the_order_of_their_lines():
    text = example().replace("when: left >= 0.9", "when: lft >= 0.9").replace("chart: load", "chart: lod")
    found = look(text.encode(), "mine.yaml").problems
    assert len(found) >= 3
    assert [one.line for one in found] == sorted(one.line for one in found)


def test_a_text_that_cannot_be_read_comes_with_advice():
    (problem,) = look(GOOD.replace(b'title: "Twice the servers: a', b"title: Twice the servers: a"), "mine.yaml").problems
    assert problem.line == example().split("title:")[0].count("\n") + 1
    assert "in quotes" in problem.message


HOSTILE = {
    "huge": b"a: 1\n" * (MAX_BYTES // 5 + 1),
    "many entries": b"[" + b"1," * 90_000 + b"]",
    "deep": b"[" * 90_000,
    "aliases": b"a: &x [1]\nb: [*x, *x]\n",
    "a tag": b"a: !!python/object/apply:os.system [ls]\n",
    "control characters": b"id: \x07\n",
    "no text": b"\xff\xfe\x00",
    "half a character": GOOD.replace(b"system: {traffic.rate: 440}", b'events: [{at_s: 1, fault: {kind: "\\ud800"}}]'),
    "a run without end": GOOD.replace(b"to_s: 60, unit: ms}", b"to_s: 3600, unit: ms}").replace(b"rate: 60\n", b"rate: 60000\n"),
    "an expression that is a program": GOOD.replace(b"when: left >= 0.9", b"when: __import__('os').system('ls')"),
    "a way out of the system": GOOD.replace(b"Write down what you see", b"{system.__class__.__init__.__globals__}", 1),
    "a list without end": GOOD.replace(b"system: {traffic.rate: 440}", b"system: {servers.speeds.999999999: 0.5}", 1),
    "very many controls": GOOD.replace(
        b"- [servers.count]", f"- [{', '.join(f'servers.speeds.{place}' for place in range(900))}]".encode(), 1
    ),
    "nothing": b"",
    "two documents": GOOD + b"\n---\n" + GOOD,
}


@pytest.fixture(scope="module")
def honest_s():
    """CPU that a good lesson takes, once everything is loaded."""
    look(GOOD, "mine.yaml")
    return cpu_s(GOOD)


def cpu_s(text: bytes) -> float:
    begun = time.thread_time()
    look(text, "mine.yaml")
    return time.thread_time() - begun


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_is_hostile_is_refused_quickly(text, honest_s):
    assert cpu_s(text) < 100 * honest_s, "90,000 brackets take some 10 times as long"
    looked = look(text, "mine.yaml")
    assert looked.source is None
    assert looked.problems


def test_a_file_has_a_short_name_of_characters_that_can_be_shown():
    assert look(b"", "a\u202eb\n<c>.yaml").file == "ab<c>.yaml"
    assert len(look(b"", "x" * 500).file) == drafts.MAX_FILE
    assert look(b"", "").file == "lesson.yaml"


def test_a_lesson_over_which_everybody_would_wait_is_not_played(monkeypatch):
    monkeypatch.setattr(drafts, "MAX_REQUESTS", 1_000)
    (problem,) = look(GOOD, "mine.yaml").problems
    assert "at most 1,000 are simulated" in problem.message


def test_the_lessons_of_the_course_are_far_from_that_limit():
    for lesson in COURSE.lessons():
        assert requests_needed(lesson) < drafts.MAX_REQUESTS / 5, lesson.id


def test_a_formula_without_end_makes_no_text_without_end():
    assert {len(write(1e300)) < 20 for write in (plain, written, money)} == {True}


@pytest.mark.parametrize("name", ["", "\0", "a\0", "\ud800", "../x", "x" * 500])
def test_what_is_no_name_is_not_looked_for(name):
    nowhere = Drafts(None)
    assert nowhere.named(ADA, name) is None
    assert nowhere.opened(ADA, f"draft.{name}") is None
    nowhere.drop(ADA, name)


# Keeping


def test_a_draft_is_its_writers_alone(mine):
    keep(mine, ADA)
    assert mine.lesson(ADA, "twice_the_servers").title.startswith("Twice")
    assert mine.lesson(BOB, "twice_the_servers") is None
    assert mine.lesson(None, "twice_the_servers") is None
    assert mine.of(BOB) == []


def test_loading_it_again_replaces_it(mine, clock):
    keep(mine, ADA)
    clock.now_s += 60
    keep(mine, ADA, GOOD.replace(b"a quiet night", b"a calm night"))
    (kept,) = mine.of(ADA)
    assert kept.changed_s == clock.now_s
    assert "calm" in mine.lesson(ADA, kept.name).title


def test_the_oldest_of_too_many_is_forgotten(mine, clock):
    for at in range(store_drafts.MAX_OWN + 2):
        clock.now_s += 1
        keep(mine, ADA, named(f"lesson_{at}"))
    names = [kept.name for kept in mine.of(ADA)]
    assert names == [f"lesson_{at}" for at in range(store_drafts.MAX_OWN + 1, 1, -1)]


def test_nobody_loses_a_draft_to_another_person(mine, clock, monkeypatch):
    """A stranger has as many cookies as they like: when there are enough of all, nobody gets a new one until some have gone."""
    monkeypatch.setattr(store_drafts, "MAX_ALL", 3)
    monkeypatch.setattr(store_drafts, "MAX_OWN", 2)
    keep(mine, ADA)
    for at in range(2):
        clock.now_s += 1
        keep(mine, BOB, named(f"lesson_{at}"))
    for cookie, text in ((secrets.token_hex(16), GOOD), (ADA, named("another"))):
        with pytest.raises(store_drafts.Full):
            keep(mine, cookie, text)
        assert [kept.name for kept in mine.of(ADA)] == ["twice_the_servers"]
    keep(mine, ADA, GOOD.replace(b"a quiet night", b"a calm night"))
    assert "calm" in mine.lesson(ADA, "twice_the_servers").title, "what is there can still be changed"
    clock.now_s += 1
    keep(mine, BOB, named("lesson_2"))
    assert [kept.name for kept in mine.of(BOB)] == ["lesson_2", "lesson_1"], "in the place of one's own"
    mine.drop(ADA, "twice_the_servers")
    keep(mine, ADA, named("another"))


def test_all_drafts_together_are_no_more_than_is_said():
    assert store_drafts.MAX_ALL * MAX_BYTES <= 200_000_000


def test_an_old_one_is_forgotten(mine, clock):
    keep(mine, ADA)
    clock.now_s += store_drafts.MAX_AGE_S + 1
    assert mine.of(ADA) == []
    assert mine.named(ADA, "twice_the_servers") is None


def test_a_long_id_is_cut_to_what_can_be_kept(mine):
    keep(mine, ADA, named("x" * 40))
    assert mine.opened(ADA, f"draft.{'x' * MAX_NAME}").id == f"draft.{'x' * MAX_NAME}"
    assert len(f"draft.{'x' * MAX_NAME}") == 40


# Playing


def test_a_draft_is_played_beside_its_page_and_only_by_its_writer(mine, api):
    keep(mine, ADA)
    page = page_of("horizontal_scaling")
    stage, wrong = staging.staged(page, staging.Place(lesson="draft.twice_the_servers"), ADA)
    assert (wrong, stage.lesson) == (None, "draft.twice_the_servers")
    assert stage.name != staging.staged(page, staging.Place(lesson="load_test"), ADA)[0].name
    assert sorted(stage.scenes) == ["rush", "start"]
    _, wrong = staging.staged(page, staging.Place(lesson="draft.twice_the_servers"), BOB)
    assert "There is no lesson" in wrong["reasons"][0]


def test_editing_the_file_keeps_the_place_in_the_preview(mine, api, store, clock):
    keep(mine, ADA)
    desk, name = Desk(store, clock), "draft.twice_the_servers"
    for _ in range(3):
        desk.act(ADA, name, {"action": "next"})
    assert desk.state(ADA, name)["step"]["id"] == "guess"
    keep(mine, ADA, GOOD.replace(b"title: Twice the servers\n", b"title: Twice as many servers\n"))
    step = desk.state(ADA, name)["step"]
    assert (step["id"], step["title"]) == ("guess", "Twice as many servers")
    with pytest.raises(Missing):
        desk.state(BOB, name)


def test_a_draft_of_a_lesson_of_the_course_has_its_budget():
    from lessons.goals import best_known

    assert best_known("draft.load_balancing") == best_known("load_balancing") != {}


# The routes


def test_a_file_is_loaded_kept_and_proven(api):
    told = post(api).json
    assert told["problems"] == []
    assert told["draft"]["address"] == "horizontal-scaling?lesson=draft.twice_the_servers"
    path = "/api/drafts/twice_the_servers"
    assert call(api, "GET", path, headers=as_(ADA)).json["text"] == example()
    assert call(api, "GET", path, headers=as_(BOB)).status == 404
    check = call(api, "GET", f"{path}/check", headers=as_(ADA)).json["check"]
    for _ in range(100):
        if check["state"] != RUNNING:
            break
        time.sleep(0.05)
        check = call(api, "GET", f"{path}/check", headers=as_(ADA)).json["check"]
    assert (check["state"], check["problems"]) == (DONE, [])
    assert call(api, "GET", f"{path}/check", headers=as_(BOB)).json["check"] is None
    assert call(api, "DELETE", path, headers=as_(ADA)).json == {"drafts": []}


def test_of_one_that_is_deleted_the_bytes_go_too(api, monkeypatch):
    monkeypatch.setattr(draft_api, "KEEPER", keeper := Keeper(None))
    keeper._due.clear()
    post(api)
    for name, due in (("none_such", False), ("twice_the_servers", True)):
        call(api, "DELETE", f"/api/drafts/{name}", headers=as_(ADA))
        assert keeper._due.is_set() == due


def test_a_file_with_problems_is_told_and_not_kept(api):
    told = post(api, GOOD.replace(b"when: left >= 0.9", b"when: lft >= 0.9")).json
    assert (told["draft"], told["check"]) == (None, None)
    assert {"line", "field", "message"} == set(told["problems"][0])
    assert call(api, "GET", "/api/drafts", headers=as_(ADA)).json == {"drafts": []}


def test_when_no_more_are_kept_it_is_told_what_to_do(api, monkeypatch, caplog):
    monkeypatch.setattr(store_drafts, "MAX_ALL", 1)
    assert post(api).status == 200
    told = post(api, cookie=BOB)
    assert told.status == 507 and "file of your own" in told.json["problem"] and "tomorrow" in told.json["problem"]
    assert "a new draft was refused" in caplog.text, "whoever runs the app is told"
    assert post(api, GOOD + b"\n# better").status == 200
    assert post(api, b"a: 1", BOB).json["problems"], "what is wrong with a file is told all the same"


def test_of_one_source_only_so_many_new_drafts_come(api, monkeypatch):
    """Else a script fills the store within a minute, with a cookie for every draft."""
    monkeypatch.setattr(draft_api, "NEW", Limit(2, 0))
    assert [post(api, cookie=cookie).status for cookie in (ADA, BOB, BOB)] == [200, 200, 200], "changing one is no new one"
    told = post(api, cookie="c" * 32)
    assert told.status == 429 and "file of your own" in told.json["problem"] and "in an hour" in told.json["problem"]
    assert call(api, "GET", "/api/drafts", headers=as_("c" * 32)).json == {"drafts": []}
    assert post(api, GOOD + b"\n# better").status == 200
    assert call(api, "POST", "/api/drafts", GOOD, as_("c" * 32, **YAML), source="198.51.100.7").status == 200


def test_a_class_of_thirty_behind_one_address_writes_five_lessons_each():
    for _ in range(30 * 5):
        draft_api.NEW.take("a school")


def test_half_a_character_in_a_message_can_be_sent(api):
    text = b"id: x\n'\\ud800': 1\n" + b'"\\ud800": 1\n'
    assert post(api, text).json["problems"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/plain"}, 400),
        ({"origin": "https://elsewhere.test"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"cookie": ""}, 400),
    ],
)
def test_only_our_own_page_can_send_a_file(api, headers, status):
    assert post(api, **headers).status == status


def test_a_file_that_is_too_long_is_not_read_to_its_end(api):
    assert post(api, b"#" * (MAX_BYTES + 1)).status == 413


def test_only_our_own_page_can_cancel_or_forget(api):
    post(api)
    for path in ("/api/drafts/twice_the_servers/check", "/api/drafts/twice_the_servers"):
        assert call(api, "DELETE", path, headers=as_(ADA, origin="https://elsewhere.test")).status == 403
    assert len(call(api, "GET", "/api/drafts", headers=as_(ADA)).json["drafts"]) == 1


def test_a_draft_is_printed_for_its_writer_without_a_script(api):
    text = GOOD.replace(b"title: Twice the servers\n", b'title: "<img src=x onerror=alert(1)><script>alert(1)</script>"\n')
    assert post(api, text).json["problems"] == []
    sheet = call(api, "GET", "/lessons/draft.twice_the_servers/worksheet", headers=as_(ADA))
    assert sheet.status == 200
    assert "default-src 'none'" in sheet.headers["content-security-policy"]
    assert "script-src" not in sheet.headers["content-security-policy"]
    assert b"<img" not in sheet.body and b"<script" not in sheet.body
    assert b"&lt;img" in sheet.body
    assert call(api, "GET", "/lessons/draft.twice_the_servers/worksheet", headers=as_(BOB)).status == 404


@pytest.mark.parametrize(
    "name",
    [
        "system.__class__.__init__.__globals__.sys.modules.os.environ", "system.model_fields", "system.servers.speeds.__class__",
        "system.traffic.regions.x.__class__.__mro__",
    ],
)  # fmt: skip
def test_a_text_names_fields_of_the_system_and_nothing_else(name):
    source = read(GOOD.replace(b"Write down what you see", f"Of {{{name}}} see".encode(), 1), "lesson.yaml")
    assert "<p>Of – see" in worksheet(source.lesson), "also where nobody has looked at the file before"


def test_a_key_is_given_to_our_own_page_only_and_by_no_link(api):
    path = "/lessons/web_app/key"
    assert call(api, "GET", path).status == 403
    assert call(api, "POST", path, headers={"origin": "https://elsewhere.test"}).status == 403
    assert b'class="box on"' in call(api, "POST", path).body
    assert b'class="box on"' not in call(api, "GET", "/lessons/web_app/worksheet").body
    assert call(api, "GET", "/lessons/none_such/worksheet").status == 404


# Checks in processes of their own
