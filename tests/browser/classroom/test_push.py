"""What a teacher shows takes the place of what is in the tab, and no page is loaded; the way back is as short."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.classroom.conftest import LESSON, STEP, Student

STAY = "window.stayed = true"
STAYED = "window.stayed === true"
BREAKABLE = """
window.lines = []; window.anew = false;
window.WebSocket = class extends WebSocket {
  constructor(url, names) { super(url, window.anew ? names.slice(0, 2) : names); lines.push(this); }
};
window.breakLine = (anew) => { window.anew = anew; lines[0].close(); };
"""
"""Streamlit names its session as the third protocol: without it the server has none for who comes."""
HERE = ".st-key-journey [aria-current=page]"
SCROLLED = "document.querySelector('[data-testid=stMain]')"
TITLE = ".stage h1"
NODES = "[data-path='cache.nodes']"


@pytest.fixture
def student(teacher, comes) -> Student:
    student = comes(teacher.room).enters("Ben")
    teacher.paces("guess")
    student.at("guess")
    student.page.evaluate(STAY)
    return student


def test_the_class_goes_to_what_is_shown_and_back_without_loading_a_page(teacher, student):
    page = student.page
    page.evaluate(f"{SCROLLED}.scrollTo(0, 400)")
    teacher.tell("push", view="caching", query="cache.nodes=3&v=1")
    page.wait_for_url("**/caching?**")
    expect(page.locator(TITLE)).to_have_text("Caching")
    page.wait_for_function(f"() => {SCROLLED}.scrollTop === 0", polling=100)
    expect(page.locator(HERE)).to_have_text("Caching")
    expect(page.locator(NODES)).to_have_attribute("aria-valuetext", "3")
    assert "Your teacher shows" in page.locator(".room-bar").inner_text()
    assert page.locator(STEP).count() == 0

    page.get_by_role("button", name="Back to my own").click()
    student.at("guess")
    expect(page.locator(HERE)).to_have_text("Load balancing")
    page.get_by_role("button", name="Go and look").click()
    expect(page.locator(TITLE)).to_have_text("Caching")
    teacher.tell("unpush")
    page.wait_for_url(f"**/load-balancing?lesson={LESSON}&**")
    student.at("guess")
    student.votes(0, sure=1)
    page.wait_for_selector(".verdict.kept")
    assert page.evaluate(STAYED), "in all this no page was loaded"


def test_who_loads_the_page_again_sees_what_is_shown(teacher, student):
    page = student.page
    teacher.tell("push", view="caching", query="cache.nodes=3&v=1")
    page.wait_for_url("**/caching?**")
    page.reload()
    expect(page.locator(TITLE)).to_have_text("Caching")
    expect(page.locator(NODES)).to_have_attribute("aria-valuetext", "3")
    page.get_by_role("button", name="Back to my own").click()
    student.at("guess")


def test_the_browsers_way_back_leads_back(teacher, student):
    page = student.page
    teacher.tell("push", view="caching", query="")
    expect(page.locator(TITLE)).to_have_text("Caching")
    page.go_back()
    student.at("guess")
    page.go_forward()
    expect(page.locator(TITLE)).to_have_text("Caching")
    assert page.evaluate(STAYED)


@pytest.mark.parametrize("server", ["the same server", "a server that has begun anew"])
def test_a_broken_line_changes_nothing_of_what_is_shown(teacher, student, server):
    """A server that has begun anew runs the page that Streamlit knows, which is the student's own."""
    page = student.page
    page.add_init_script(BREAKABLE)
    page.reload()
    student.at("guess")
    teacher.tell("push", view="caching", query="")
    expect(page.locator(TITLE)).to_have_text("Caching")
    page.evaluate(STAY)
    page.evaluate(f"breakLine({json.dumps(server != 'the same server')})")
    page.wait_for_function("() => lines.length === 2 && lines[1].readyState === 1", polling=100)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    expect(page.locator(TITLE)).to_have_text("Caching")
    page.get_by_role("button", name="Back to my own").click()
    student.at("guess")
    assert page.evaluate(STAYED)


def test_links_of_the_navigation_lead_on_from_what_is_shown(teacher, student):
    page = student.page
    teacher.tell("push", view="caching", query="")
    expect(page.locator(TITLE)).to_have_text("Caching")
    for name in ("CDN", "Caching", "Replication"):
        page.locator(".st-key-journey").get_by_role("link", name=name).click()
        expect(page.locator(TITLE)).to_have_text(name)
        expect(page.locator(HERE)).to_have_text(name)
    assert page.evaluate(STAYED)
    page.locator("a.inside").click()
    page.wait_for_url(re.compile("look-inside"))


def test_where_it_cannot_be_told_the_page_is_loaded(teacher, student):
    page = student.page
    page.route("**/api/stages/**", lambda route: route.fulfill(status=503, body="{}"))
    teacher.tell("push", view="caching", query="")
    expect(page.locator(TITLE)).to_have_text("Caching")
    assert not page.evaluate(STAYED)


def test_what_is_shown_last_is_seen_whatever_comes_first(teacher, student):
    page, held = student.page, []
    page.route("**/api/stages/caching?**", lambda route: held.append(route))
    with page.expect_request("**/api/stages/caching?**"):
        teacher.tell("push", view="caching", query="")
    teacher.tell("push", view="cdn", query="")
    expect(page.locator(TITLE)).to_have_text("CDN")
    (first,) = held
    with page.expect_response("**/api/stages/caching?**"):
        first.continue_()
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(page.locator(TITLE)).to_have_text("CDN")
    assert page.url.endswith("pushed=2") and page.evaluate(STAYED)


def test_who_is_on_the_way_back_goes_to_what_is_shown_next(teacher, student):
    page = student.page
    page.evaluate("window.chance = 0; Math.random = () => window.chance")
    teacher.tell("push", view="caching", query="")
    expect(page.locator(TITLE)).to_have_text("Caching")
    page.evaluate("window.chance = 0.99")  # goes back after a second
    teacher.tell("unpush")
    page.get_by_text("Your teacher shows: Caching").wait_for(state="hidden")
    page.evaluate("window.chance = 0")
    teacher.tell("push", view="cdn", query="")
    expect(page.locator(TITLE)).to_have_text("CDN")
    page.wait_for_timeout(1_200)
    expect(page.locator(TITLE)).to_have_text("CDN")
    page.get_by_role("button", name="Back to my own").click()
    student.at("guess")


def test_from_what_is_shown_one_comes_back_to_the_questions_without_asking_for_a_stage_there(teacher, comes):
    light = comes(teacher.room).enters("Uma", light=True)
    page, asked = light.page, []
    page.on("request", lambda request: asked.append(request.url) if "/api/stages/" in request.url else None)
    teacher.tell("push", view="caching", query="")
    page.get_by_role("button", name="Go and look").click()
    page.locator(TITLE, has_text="Caching").wait_for()  # the whole page, for the first time
    page.get_by_role("button", name="Back to my own").click()
    page.wait_for_url("**/questions")
    page.wait_for_selector(STEP)
    assert asked == []
