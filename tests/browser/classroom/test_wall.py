"""The wall, read from the last row and seen at once, what its teacher brings onto it, and what of it students have before them."""

import re

import pytest

from tests.browser.classroom.conftest import GUESS, PHONE, bars, wait
from tests.browser.reach import findings, read_at

LEAST_PX = 24
SIZES = ({"width": 390, "height": 844}, {"width": 1280, "height": 720})
STEP = "run_final"
"""Which is answered with a run: the match ends ten seconds into it."""
RUN = {"scene": "slow", "seed": 7, "changes": [], "t_s": 20, "values": {}, "pin": None}
OTHERWISE = ({"balancer.algorithm": "least_connections"}, {"servers.count": 5}, {"servers.count": 6})
WINDOWS = ({"width": 1024, "height": 768}, {"width": 1440, "height": 900}, {"width": 1280, "height": 720})
BELOW = """() => {
  const high = [document.documentElement, document.querySelector('[data-testid=stMain]')].map((one) => one.scrollHeight);
  return Math.max(...high, document.querySelector('.way-in').getBoundingClientRect().bottom) - innerHeight;
}"""
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
BAR = "(all) => all.map((one) => one.firstChild.style.width)"
ALONE = """async () => {
  const { choice } = await import('/app/static/lesson/choice.js');
  return choice({ options: ['It hardly moves.', 'It doubles.'] }).root.textContent;
}"""
"""A choice as it is asked of who is in no room."""


@pytest.fixture
def wall(address):
    """Opens the wall of a room in another tab of its teacher."""

    def open_wall(page, token):
        opened = page.context.new_page()
        opened.goto(f"{address}/wall?room={token}")
        opened.wait_for_selector(".way-in")
        return opened

    return open_wall


@pytest.fixture
def projected(comes, teacher, address):
    """The wall of the teacher's room in the browser of a projector."""
    page = comes(f"{address}/claim/{teacher.token}#{teacher.tell('key', kind='wall')['secret']}").page
    page.locator("main > p > button").click()
    page.wait_for_selector(".way-in")
    return page


def at_once(page):
    """All of the wall is to be seen without scrolling, and is large enough."""
    for size in WINDOWS:
        page.set_viewport_size(size)
        page.evaluate(DRAWN)
        assert page.evaluate(BELOW) <= 0, size
        assert {text: px for text, px in read_at(page).items() if px < LEAST_PX} == {}, size


def from_the_last_row(page, *words):
    """These words are on the wall, and none is smaller than it may be."""
    for size in SIZES:
        page.set_viewport_size(size)
        read = read_at(page)
        assert {text: px for text, px in read.items() if px < LEAST_PX} == {}, size
        for one in words:
            assert any(one in text for text in read), (one, [*read])


def takes(page, step):
    page.locator(f".stop-of[data-step={step}]").click()
    page.get_by_role("button", name="Take the class to this step").click()
    page.locator(f".stop-of[data-step={step}][aria-current=step]").wait_for()


def types(page, counts):
    """Counts hands and types the numbers, from box to box."""
    page.get_by_role("button", name="Count hands").click()
    page.get_by_role("dialog", name="Count hands").wait_for()
    for count in counts:
        page.keyboard.type(str(count))
        page.keyboard.press("Tab")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()


def test_a_class_without_devices_votes_by_hand_and_reads_the_wall_from_the_last_row(room, wall):
    page, token = room()
    wall = wall(page, token)
    from_the_last_row(wall, "Nobody is here yet", page.locator(".join .code-large").inner_text())
    takes(page, GUESS)
    wait(wall, "h1", "How many will stand there?")
    page.get_by_role("button", name="Start the countdown").click()
    wait(wall, ".countdown", ":")
    wall.evaluate("() => { const now = Date.now; Date.now = () => now() + 3_600_000; }")
    wait(wall, ".countdown", "Time is over")
    from_the_last_row(wall, "A", "About two.", "Time is over")

    types(page, (1001, 0, 0, 0))
    wait(page, "dialog [role=alert]", "give a number from 0 to 1000")
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    types(page, (3, 1, 12, 4))
    wait(page, ".now .count", "20 hands counted")
    assert bars(page) == ["3 of 20, 15 %: 3 hands", "1 of 20, 5 %: 1 hand", "12 of 20, 60 %: 12 hands", "4 of 20, 20 %: 4 hands"]
    assert not wall.locator(".vote-of").count(), "results are held"

    page.get_by_role("button", name="Show results").click()
    wall.wait_for_selector(".vote-of")
    wait(wall, ".wall-head .count", re.compile("^20 hands counted$"))
    assert bars(wall) == bars(page)
    assert wall.locator(".figure").all_inner_texts() == ["3 · 15 %", "1 · 5 %", "12 · 60 %", "4 · 20 %"]
    long = wall.locator(".track").evaluate_all("(all) => all.map((one) => one.lastChild.offsetWidth / one.clientWidth)")
    assert long == pytest.approx([0.15, 0.05, 0.6, 0.2], abs=0.02)
    from_the_last_row(wall, "D", "hands counted", "12 · 60 %", "✓ right")

    types(page, (4,))  # one was not seen: the others are as they were
    wait(wall, ".figure", "4 · 19 %")
    page.get_by_role("button", name="Vote again").click()
    wall.wait_for_selector(".plain-options li")
    types(page, (0, 0, 21, 0))
    wait(page, ".now .count", "21 hands counted")
    page.get_by_role("button", name="Show results").click()
    wait(wall, ".figure", "21 · 100 %")
    assert bars(wall)[:2] == ["First vote: 4 of 21, 19 %: 4 hands", "Second vote: 0 of 21, 0 %"]
    from_the_last_row(wall, "Second vote")


def test_runs_of_two_are_side_by_side_on_the_wall_and_named_only_if_the_teacher_says_so(room, student, wall):
    page, token = room()
    wall = wall(page, token)
    three = [student(token, name) for name in ("Aurelia", "Bartholomew", "Clementine")]
    takes(page, STEP)
    for one, vcpus in zip(three, (1, 2, 4)):
        values = {"servers.vcpus": vcpus}
        run = {"scene": "full_time", "seed": 10, "changes": [[0, values]], "t_s": 40, "values": values, "pin": None}
        one.says(STEP, answer="90", run=run)
    tool = page.locator("[data-tool=spotlight]")
    tool.locator("summary").first.click()
    start = tool.get_by_role("button", name="Put side by side")
    tool.get_by_label("Aurelia").check()
    assert start.is_disabled(), "one is no two"
    tool.get_by_label("Clementine").check()
    start.click()
    for shown in (wall, tool):
        shown.locator(".spotlight .run .trace").nth(1).wait_for()
        told = shown.locator(".spotlight").first.inner_text()
        assert shown.locator(".spotlight .label").all_inner_texts() == ["A", "B"]
        assert "vCPUs: 1" in told and "vCPUs: 4" in told and "vCPUs: 2" not in told
        assert not any(one.name in told for one in three)
    from_the_last_row(wall, "A", "vCPUs: 4", "0 s", "40 s")

    tool.get_by_role("button", name="Take it away").click()
    wall.locator(".spotlight").first.wait_for(state="hidden")
    tool.get_by_label("With their names").check()
    start.click()
    wait(wall, ".spotlight h3", "Clementine")
    assert wall.locator(".spotlight h3").all_inner_texts() == ["A\nAurelia", "B\nClementine"]
    from_the_last_row(wall, "Clementine")


def test_of_what_has_no_picture_the_question_stays_when_it_is_answered(teacher, student, projected):
    ann = student(teacher.token, "Ann")
    teacher.tell("lesson", lesson="overload")
    teacher.paces("our_load")
    teacher.tell("settings", results_hidden=False)
    ann.says(
        "our_load", "overload", answer={"cohort.share": 1, "client.timeout_ms": 1000, "client.retries": 0, "client.backoff": "none"}
    )
    wait(projected, ".wall-head .count", "1 of 1 answered")
    assert projected.locator(".prompt p").count() == 3
    assert projected.locator(".prompt").inner_text().endswith("does the storm end?")
    teacher.tell("lesson", lesson="load_balancing")
    teacher.paces("exit_look")
    wait(projected, ".prompt", "Errors rise")
    asked = projected.locator(".prompt").inner_text()
    ann.says("exit_look", "load_balancing", answer=["Which servers fail requests."])
    wait(projected, ".wall-head .count", "1 of 1 answered")
    assert projected.locator(".prompt").inner_text() == asked


def test_whatever_is_on_the_wall_is_seen_at_once_and_with_votes_the_question_too(teacher, student, projected):
    """The third of the four options takes two lines, as does the sentence on how the votes moved."""
    wall, lesson, step = projected, "load_balancing", "predict_failing"
    four = [student(teacher.token, name) for name in ("Ann", "Bob", "Cem", "Dee")]
    teacher.tell("lesson", lesson=lesson)
    teacher.paces(step)
    teacher.tell("settings", results_hidden=False)
    question = wall.locator(".prompt p", has_text="What share of all requests will server 3 get?")
    at_once(wall)

    four[0].says(step, lesson, answer=0, confidence=2)
    four[1].says(step, lesson, answer=1, confidence=2)
    teacher.tell("hands", step=step, vote=1, counts=[3, 0, 1, 5])
    wait(wall, ".wall-head .count", re.compile("^2 of 4 answered, 9 hands counted$"))
    assert bars(wall)[0] == "4 of 11, 36 %: 1 fairly, 3 hands"
    assert question.is_visible() and wall.locator(".prompt p").count() == 1
    at_once(wall)

    teacher.tell("vote_again")
    for one, values in zip(four[1:], OTHERWISE):
        one.says(step, lesson, answer=2, confidence=3, run=RUN | {"changes": [[0, values]], "values": values})
    wait(wall, ".wall-head .count", "3 of 4 answered")
    assert wall.locator(".vote-of").count() == 8
    at_once(wall)
    assert question.is_visible(), "now they talk about it"

    four[0].says(step, lesson, answer=3, confidence=1, run=RUN)
    wait(wall, ".moved", "Of 2 who voted both times 2 changed their mind, 0 stayed.")
    at_once(wall)
    assert question.is_visible()
    teacher.tell("push", view="web_app", query="")
    wait(wall, ".big-word:visible", "On your screen")
    at_once(wall)
    assert question.is_visible()
    teacher.tell("reveal")
    wait(wall, ".moved", "came to the right answer")
    at_once(wall)

    teacher.tell("spotlight", numbers=[1, 2], named=True)
    wall.locator(".spotlight .trace").nth(1).wait_for()
    assert not wall.locator(".vote-of:visible, .prompt:visible").count(), "the runs are what is looked at"
    at_once(wall)
    teacher.tell("unpush")
    teacher.tell("spotlight", numbers=[1, 2, 3, 4])
    wall.locator(".spotlight .trace").nth(3).wait_for()
    at_once(wall)
    teacher.tell("unspotlight")
    wall.locator(".vote-of").first.wait_for()
    at_once(wall)
    wall.set_viewport_size(WINDOWS[-1])
    wall.locator(".shift-of").wait_for()
    assert wall.locator(".option-of[data-right=true]").count() == 1, "what came of it is shown, and how they moved"


def test_students_have_the_letters_and_the_bars_of_the_wall_and_a_panel_that_steps_aside(comes, teacher):
    teacher.paces("hook")
    teacher.tell("settings", title="Every kind of step", approves=True)
    ann, bob = comes(teacher.room, **PHONE).enters("Ann"), comes(teacher.room, **PHONE).enters("Bob", light=True)
    for one in (ann, bob):
        wait(one.page, ".room-what", "Your teacher has to approve your name first.")
        one.page.get_by_role("button", name="More").click()
        assert one.page.locator(".room-title").inner_text() == "Every kind of step · Lesson 900"
    teacher.paces("guess")
    for one in (ann, bob):
        one.at("guess")
        one.page.locator(".room-more").wait_for(state="hidden")
        assert one.page.get_by_role("button", name="More").get_attribute("aria-expanded") == "false"
        assert one.page.locator(".ask .option .by-letter").all_inner_texts() == ["A", "B", "C"]
        assert one.page.get_by_role("radio", name="C: It grows and grows", exact=True).count() == 1
        assert findings(one.page, ".lesson") == []
    assert bob.page.evaluate(ALONE) == "Your answerIt hardly moves.It doubles.", "whoever is alone speaks to nobody of C"
    ann.votes(0, sure=1)
    bob.votes(2, sure=1)
    for one in (ann, bob):
        one.page.wait_for_selector(".verdict.kept")
    teacher.tell("reveal")
    for one in (ann, bob):
        one.page.wait_for_selector(".class-said")
        assert one.page.locator(".class-said .said-bar").evaluate_all(BAR) == ["50%", "0%", "50%"]
    teacher.tell("end")
    for one in (ann, bob):
        over = one.page.locator(".class-over", has=one.page.get_by_role("link", name="Begin it alone"))
        for words in ("begins at the first step", "What you answered here stays with the class."):
            assert words in over.inner_text()
