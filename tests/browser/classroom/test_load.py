"""The class is the load: what members choose takes effect in the system that their teacher plays; runs side by side for members."""

import json
import secrets
import urllib.request
from http.cookiejar import CookieJar

import pytest

from lessons.parts import COHORTS
from tests.browser.classroom.conftest import PHONE
from tests.browser.reach import findings

LESSON, STEP = "overload", "our_load"
STORM = {"cohort.share": 1, "client.timeout_ms": 1000, "client.retries": 3, "client.backoff": "none"}
POLITE = STORM | {"client.retries": 0}
SAVED = "() => JSON.parse(sessionStorage.getItem('stage:overload.lesson.overload'))"
CLASSES = f"({SAVED})()?.changes.filter(([, change]) => change['{COHORTS}']).map(([at, change]) => [at, change['{COHORTS}']])"
CLAIM = """async ([path, secret]) => fetch(path, {
  method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ secret }) })"""
NEXT = """async (id) => (await fetch('/api/lessons/overload', {
  method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ action: 'goto', step: id }) })).status"""


class Member:
    """A member of a room, by the API alone."""

    def __init__(self, address, token, name) -> None:
        self.base, self.lesson = address, f"api/rooms/{token}/lessons/{LESSON}"
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open
        self.open(urllib.request.Request(f"{address}/join", headers={"accept": "text/html"}), timeout=30)
        self.post(f"api/rooms/{token}/join", {"name": name})

    def post(self, path, body):
        asked = urllib.request.Request(f"{self.base}/{path}", json.dumps(body).encode(), {"content-type": "application/json"})
        return json.load(self.open(asked, timeout=30))

    def answers(self, step, answer, run=None):
        self.post(self.lesson, {"action": "goto", "step": step})
        sent = {"action": "answer", "step": step, "answer": answer, "run": run, "key": secrets.token_hex(8)}
        return self.post(self.lesson, sent)["step"]["answered"]


@pytest.fixture
def room(teacher, address):
    """(token, recovery code, members) of a room whose class is at the step in which it is the load."""
    told = teacher.post("api/rooms", {"lesson": LESSON})
    members = [Member(address, told["token"], name) for name in ("Ann", "Bob", "Cem")]
    teacher.post(f"api/rooms/{told['token']}/commands", {"command": "pace", "pacing": "paced", "step": STEP})
    return told["token"], told["recovery"], members


def test_what_members_choose_takes_effect_in_the_running_system(comes, address, room):
    token, recovery, members = room
    page = comes(f"{address}/{LESSON}").page
    page.wait_for_selector(".stage:not([hidden])")
    page.evaluate(CLAIM, [f"{address}/api/rooms/{token}/claim", recovery])
    page.goto(f"{address}/{LESSON}?lesson={LESSON}&class={token}")
    page.wait_for_selector(".class-load .policies li")
    assert page.locator(".class-load .counts").inner_text() == "3 members, 0 have chosen."
    assert page.locator(".class-load .link").get_attribute("href").endswith(f"/teach?room={token}")
    assert page.locator(".lesson .step").count() == 0, "nobody is asked anything here"
    page.wait_for_function(f"() => ({CLASSES})?.length === 1")
    for member in members:
        member.answers(STEP, POLITE)
    page.wait_for_function(f"() => ({CLASSES}).at(-1)[1].join() === '3-1000-0-none-500'")
    page.wait_for_function("() => document.querySelector('.class-load .counts').textContent.includes('3 have chosen')")
    first, *_, last = page.evaluate(CLASSES)
    assert first[1] == ["3-1000-3-none-500"] and first[0] < last[0], "the same run goes on"
    assert page.locator(".class-load .policies li").count() == 1
    assert findings(page, ".class-load") == []


def test_a_member_takes_a_part_and_changes_it(comes, address):
    page = comes(f"{address}/{LESSON}?lesson={LESSON}").page
    page.wait_for_selector(".lesson .step h3")
    while page.evaluate(NEXT, STEP) != 200:
        page.evaluate(NEXT.replace("action: 'goto', step: id", "action: 'next'"), STEP)
    page.evaluate("sessionStorage.clear()")
    page.reload()
    page.wait_for_selector(".lesson .part")
    answer, retries = page.locator("[data-do=answer]"), page.locator('.part [data-path="client.retries"] input')
    assert retries.nth(3).is_checked(), "at first as the scene has it"
    retries.nth(0).click()
    answer.click()
    page.wait_for_selector(".lesson .verdict.right")
    assert "if nearly all do it" in page.locator(".lesson .verdict h4").inner_text()
    page.wait_for_function(f"() => ({CLASSES})?.length === 1")
    assert page.evaluate(CLASSES)[0][1] == ["22-1000-0-none-500", "2-1000-3-none-500"]
    assert answer.inner_text() == "Change my part"
    retries.nth(1).click()
    answer.click()
    page.wait_for_selector(".lesson .verdict.wrong")
    page.wait_for_function(f"() => ({CLASSES})?.length === 2")
    page.reload()
    page.wait_for_selector(".lesson .verdict.wrong")
    assert retries.nth(1).is_checked()
    assert len(page.evaluate(CLASSES)) == 2, "a refresh sets nothing anew"
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_function(f"() => ({CLASSES})?.length === 1")  # in another tab the run is the one that the verdict is about, too
    assert other.evaluate(CLASSES)[0][1] == ["22-1000-1-none-500", "2-1000-3-none-500"]
    assert findings(page, ".lesson .ask") == []


def test_runs_side_by_side_on_a_members_phone(comes, teacher, address, room):
    token, _, members = room
    crowd = [10.0, {"inject": {"kind": "traffic_spike", "factor": 4.0, "for_s": 5.0}}]
    for member, values in zip(members, ({"client.retries": 0}, {"servers.queue_limit": 60})):
        run = {"scene": "radio", "seed": 1, "changes": [[0, values], crowd], "t_s": 40, "values": values, "pin": None}
        member.answers("storm", "4", run)
    ann = comes(f"{address}/room/{token}", **PHONE).enters("Dora", light=True)
    teacher.post(f"api/rooms/{token}/commands", {"command": "spotlight", "step": "storm", "numbers": [1, 2]})
    page = ann.page
    page.get_by_role("button", name="Look at them").click()
    page.wait_for_selector(".room-spot .run")
    assert page.locator(".room-spot .run").count() == 2
    for name in ("figcaption", ".settings li"):
        assert page.locator(f".room-spot .run {name}").first.is_visible()
    lengths = page.locator(".room-spot .run .trace").evaluate_all("(traces) => traces.map((one) => one.getTotalLength())")
    assert min(lengths) > 300, "a flat curve is one too"
    text = page.locator(".room-spot").inner_text()
    assert "Retries: 0" in text and "Queue limit: 60" in text
    assert not any(name in text for name in ("Ann", "Bob"))
    assert findings(page, ".room-spot") == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.keyboard.press("Escape")
    page.wait_for_selector(".room-spot", state="hidden")
    teacher.post(f"api/rooms/{token}/commands", {"command": "unspotlight"})
    page.get_by_role("button", name="Look at them").wait_for(state="hidden")
