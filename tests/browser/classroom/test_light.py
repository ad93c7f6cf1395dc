"""The light answer page: small, for everybody, and nothing that was answered on it is lost or counts twice."""

import pytest

from tests.browser.classroom.conftest import LESSON, PHONE, STEP
from tests.browser.reach import findings

MOST_BYTES = 150_000
SMALL = """() => [...document.querySelectorAll(':is(button, a, input, select, textarea, summary, label.option)')]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest('.sr, .option, .cell, .needs'))
  .filter((e) => e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML.slice(0, 120))"""

ASKED = """() => performance.getEntriesByType('resource').filter((e) => e.name.endsWith(location.pathname.split('/')[2]))
  .map((e) => e.initiatorType)"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_of_it_is_under_150_kB_and_fit_for_everybody(comes, teacher, scheme):
    teacher.paces("draw")
    dan = comes(teacher.room, viewport={"width": 320, "height": 640}, has_touch=True, color_scheme=scheme)
    page = dan.page
    page.wait_for_selector("form")
    assert findings(page) == []
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes = []
    line.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    dan.enters("Dan", light=True)
    page.wait_for_selector(".room-bar:not([hidden])")
    assert len(sizes) > 20 and sum(sizes) < MOST_BYTES, sum(sizes)
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate(SMALL) == []


def test_an_answer_without_a_line_says_so_waits_over_a_refresh_and_is_saved_once(comes, teacher):
    teacher.paces("in_words")
    eve = comes(teacher.room, **PHONE).enters("Eve", light=True)
    page = eve.page
    page.wait_for_selector(".room-line[data-line=on]")
    assert page.evaluate(ASKED) == ["link"], "what the document asks for is not asked again"
    eve.at("in_words")
    page.context.set_offline(True)
    page.locator("textarea").first.fill("The queue before server 3 grows")
    page.locator("[data-do=answer]").click()
    page.locator(".unsaved:not([hidden])").wait_for()
    assert page.locator(".unsaved").inner_text().startswith("Not saved yet")
    page.wait_for_selector(".room-line[data-line=off]")
    assert teacher.sees()["results"]["votes"][0]["answered"] == 0
    # What was sent arrives, but nobody hears of it: it is sent again, and counts once.
    heard = []

    def deaf(route):
        if route.request.method == "POST" and not heard:
            heard.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/lessons/**", deaf)
    with page.expect_event("requestfailed"):
        page.context.set_offline(False)
    page.reload()
    page.wait_for_selector(".verdict")
    page.wait_for_selector(".room-line[data-line=on]")
    page.locator(".unsaved").wait_for(state="hidden")
    assert heard == [200]
    attempt = "async (path) => (await (await fetch(path)).json()).step.answered.attempt"
    assert page.evaluate(attempt, f"api/rooms/{teacher.token}/lessons/{LESSON}") == 1
    assert teacher.sees()["results"]["votes"][0]["answered"] == 1


def test_an_answer_that_waits_while_the_class_votes_again_is_in_the_vote_for_which_it_was_given(comes, teacher):
    teacher.paces("recall_mean")
    hal = comes(teacher.room, **PHONE).enters("Hal", light=True)
    page = hal.page
    page.wait_for_selector(".room-line[data-line=on]")
    hal.at("recall_mean")
    page.context.set_offline(True)
    page.locator(".lesson .ask > .options .option").nth(0).click()
    page.locator("[data-do=answer]").click()
    page.locator(".unsaved:not([hidden])").wait_for()
    for command in ("reveal", "vote_again"):
        teacher.tell(command)
    page.context.set_offline(False)
    # A request that was under way when the line broke is given up after 15 s, and tried again up to 15 s later.
    page.get_by_text("The class votes once more.").wait_for(timeout=90_000)
    page.locator(".unsaved").wait_for(state="hidden")
    assert [vote["answered"] for vote in teacher.sees()["results"]["votes"]] == [0, 0], "it came after the outcome"
    page.locator(".lesson .ask > .options .option").nth(1).click()
    page.locator("[data-do=answer]").click()
    page.wait_for_selector(".verdict")
    assert [vote["answered"] for vote in teacher.sees()["results"]["votes"]] == [0, 1]


def test_every_kind_that_needs_no_simulation_can_be_answered_and_the_others_say_where(comes, teacher):
    teacher.paces("guess_number")
    fay = comes(teacher.room, **PHONE).enters("Fay", light=True)
    page = fay.page
    fay.at("guess_number")
    page.locator(".entry").fill("300")
    page.locator(".sure input").nth(0).click()
    page.locator("[data-do=answer]").click()
    page.wait_for_selector(".verdict")
    teacher.paces("draw")
    fay.at("draw")
    for slider in page.locator("[role=slider]").all():
        slider.press("ArrowUp")
    if page.locator(".sure").count():
        page.locator(".sure input").nth(2).click()
    page.locator("[data-do=answer]").click()
    page.wait_for_selector(".verdict")
    teacher.paces("in_words")
    fay.at("in_words")
    page.locator("textarea").first.fill("Server 3 has the longest queue")
    page.locator("[data-do=answer]").click()
    page.wait_for_selector(".verdict")
    states = teacher.sees()["people"][0]["states"]
    assert {states[step] for step in ("guess_number", "draw", "in_words")} <= {"answered", "right", "wrong"}
    for step in ("run_it", "read_off", "build"):
        teacher.paces(step)
        fay.at(step)
        assert page.locator("[data-do=answer]").count() == 0
        link = page.locator(f"{STEP} ~ .needs a")
        assert f"room={teacher.token}" in link.get_attribute("href") and "lesson=every_kind" in link.get_attribute("href")


def test_at_ones_own_pace_one_goes_on_back_and_past_what_cannot_be_answered_here(comes, teacher):
    gus = comes(teacher.room, **PHONE).enters("Gus", light=True)
    page = gus.page
    gus.at("recall_mean")
    page.get_by_role("button", name="Skip this step").click()
    gus.at("hook")
    page.locator("[data-do=next]").click()
    gus.at("worked")
    page.get_by_role("button", name="← Back").click()
    gus.at("hook")
    assert "At your own pace" in page.locator(".room-what").inner_text()

    teacher.tell("lesson", lesson="web_app")
    moved = page.locator(".room-news", has_text="Your class is now in lesson 1")
    moved.wait_for()
    gus.at("hook")  # nobody is taken out of what they write
    moved.get_by_role("link", name="Go there").click()
    gus.at("recall_till")
    teacher.tell("lesson", lesson=LESSON)
    moved = page.locator(".room-news", has_text="Your class is now in lesson")
    moved.wait_for()
    teacher.tell("pace", pacing="paced", step="worked")
    gus.at("worked")
    assert page.locator("[data-do=next]").is_hidden()


def test_a_line_that_breaks_before_the_page_is_there_leaves_a_way(comes, teacher):
    page = comes("about:blank", **PHONE).page
    page.route("**/lesson/step.js", lambda route: route.abort())
    page.goto(f"{teacher.room}/questions")
    again = page.get_by_role("link", name="Load it again")
    again.wait_for()
    page.unroute("**/lesson/step.js")
    again.click()
    page.wait_for_url(teacher.room)  # a stranger is asked for a name
    page.wait_for_selector("form .primary")


def test_on_a_slow_line_the_door_offers_the_questions_first(comes, teacher):
    teacher.paces("in_words")
    ida = comes("about:blank", **PHONE)
    ida.page.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    ida.page.goto(teacher.room)
    ida.page.wait_for_selector("form .primary")
    assert ida.page.locator("form .primary").first.inner_text() == "Only the questions (for slow networks)"
    assert ida.page.locator("form .plain").first.inner_text() == "The whole page"
    ida.enters("Ida", light=True).at("in_words")
    assert ida.page.url.endswith("/questions")


def test_who_was_sent_out_of_the_questions_comes_into_the_page_that_the_button_names(comes, teacher):
    teacher.paces("in_words")
    joe = comes(teacher.room, **PHONE).enters("Joe", light=True)
    page = joe.page
    for light in (False, True, True):
        teacher.tell("member", number=teacher.sees()["people"][-1]["number"], do="remove")
        page.locator(".notice", has_text="You are not in this room any more").wait_for()
        joe.enters("Joe", light=light).at("in_words")
        assert page.url.endswith("/questions") == light


def test_without_javascript_the_page_says_what_it_needs(browser, teacher):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{teacher.room}/questions")
    assert "needs JavaScript" in page.locator("main").inner_text()
    context.close()
