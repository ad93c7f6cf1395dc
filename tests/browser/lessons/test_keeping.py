"""Nothing is lost and nothing counts twice: refreshes, double clicks, and a line that is away for a while."""

import re

import pytest

CLOCK = "() => document.querySelector('.transport .time').textContent"
PASSED = "(than) => document.querySelector('.transport .time').textContent >= than"


def attempts(learner) -> int:
    answered = learner.state()["step"]["answered"]
    return answered["attempt"] if answered else 0


def test_a_scene_begins_with_its_step_at_nought_and_its_own_changes_come(learn):
    learner = learn(step="draw")
    page = learner.page
    page.wait_for_function(PASSED, arg="00:02")
    learner.act(action="next")
    learner.open()
    assert page.evaluate(CLOCK) < "00:02"
    assert page.locator("[data-id=s2] .tag").inner_text() == ""
    page.wait_for_function("() => /50 % speed/.test(document.querySelector('[data-id=s2]').textContent)")
    assert page.evaluate(CLOCK) >= "00:05"


def test_a_refresh_keeps_the_run_and_the_place_in_it(learn):
    learner = learn(step="run_it")
    page = learner.page
    page.locator('[data-path="balancer.algorithm"][value="least_connections"]').check(force=True)
    page.wait_for_function(PASSED, arg="00:04")
    page.locator(".transport .primary").click()
    before = page.evaluate(CLOCK)
    learner.open()
    page.wait_for_selector("[data-id=balancer]")
    assert page.evaluate(CLOCK) == before
    assert page.locator('[data-path="balancer.algorithm"]:checked').get_attribute("value") == "least_connections"
    assert page.locator(".lesson .step").get_attribute("data-step") == "run_it"


def test_what_is_being_written_and_chosen_outlives_a_refresh(learn):
    learner = learn(step="in_words")
    learner.page.locator(".lesson textarea").nth(1).fill("A queue of 40 before server 3")
    learner.open()
    assert learner.page.locator(".lesson textarea").nth(1).input_value() == "A queue of 40 before server 3"


def test_a_double_click_sends_once(learn):
    learner = learn()
    sent = []
    learner.page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    learner.choose(1)
    learner.page.locator("[data-do=answer]").dblclick()
    learner.page.wait_for_selector(".lesson .verdict")
    assert len(sent) == attempts(learner) == 1
    learner.page.locator("[data-do=next]").dblclick()
    learner.page.wait_for_selector(".lesson .step[data-step=hook]")
    learner.page.wait_for_timeout(300)
    assert learner.state()["step"]["id"] == "hook"


@pytest.mark.parametrize("lost", ["request", "answer", "busy"])
def test_an_answer_waits_in_the_browser_until_the_line_is_back_and_counts_once(learn, lost):
    learner = learn(step="guess")
    page = learner.page

    def away(route):
        if route.request.method != "POST":
            route.continue_()
        elif lost == "busy":
            route.fulfill(status=503, json={"problem": "The database is away."})
        else:
            if lost == "answer":
                route.fetch()  # it arrives, but nobody hears of it
            route.abort()

    page.route("**/api/lessons/**", away)
    learner.choose(2, sure=3)
    page.locator("[data-do=answer]").click()
    page.locator(".lesson .unsaved").wait_for()
    assert "Not saved yet" in page.locator(".lesson .unsaved").inner_text()
    if lost == "request":  # even a refresh in the meantime loses nothing
        learner.open()
        assert page.locator(".ask > .options input:checked").get_attribute("value") == "2"
        page.locator(".lesson .unsaved").wait_for()
    page.unroute("**/api/lessons/**")
    page.wait_for_selector(".lesson .verdict")
    assert not page.locator(".lesson .unsaved").is_visible()
    assert attempts(learner) == 1
    assert learner.state()["step"]["answered"]["confidence"] == 3
    assert page.evaluate("() => localStorage.getItem('lesson:every_kind:waiting')") is None


def test_an_action_without_a_line_says_so_and_can_be_made_again(learn):
    learner = learn(step="hook")
    page = learner.page
    page.route("**/api/lessons/**", lambda route: route.abort())
    page.locator("[data-do=next]").click()
    page.locator(".lesson .problem:visible").wait_for()
    assert re.search("No connection", page.locator(".lesson .problem:visible").inner_text())
    page.unroute("**/api/lessons/**")
    learner.go_on()
    assert not page.locator(".lesson .problem:visible").count()
