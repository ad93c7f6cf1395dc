"""A teacher runs a lesson: from home to a room, students who come and answer, votes, the class, moderation, and the wall."""

import re

from tests.browser.classroom.conftest import GUESS, PHONE, bars, wait
from tests.browser.reach import findings, read_at, too_small, too_wide

PASTED = """async (address) => {
  const [{ tokenIn }, { read }] = await Promise.all(['lobby', 'show'].map((one) => import(`/app/static/pages/teach_${one}.js`)));
  const token = 'abcdefghijklmnopqrstuv';
  const pages = [{ view: 'load_balancing', path: 'load-balancing' }];
  return [tokenIn(`${address}/room/${token}?x=1`), tokenIn(` ${token} `), tokenIn(`${token}w`),
    ...[`${address}/load-balancing?situation=bad_deploy`, `${address}/settings`, 'javascript:alert(1)', '']
      .map((one) => read(one, pages))];
}"""
"""What is read of texts that teachers paste: tokens of rooms, and links into the app."""


def below(page, selector):
    """Of these elements, those that end below the window."""
    high = page.viewport_size["height"]
    boxes = [one.bounding_box() for one in page.locator(selector).all()]
    assert boxes
    return [box for box in boxes if box["y"] + box["height"] > high]


def states(page, name):
    """The shapes in a student's row, in words."""
    row = page.locator(".class-table tbody tr", has_text=name)
    return [one.get_attribute("aria-label") for one in row.locator(".one .shape").all()]


def test_a_lesson_is_run_from_home_to_the_second_vote(room, student, address):
    page, token = room()
    assert page.evaluate("window.stayed"), "nothing was loaded anew"
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", page.locator(".join .code-large").inner_text())
    assert page.get_by_label("Link for your students").input_value().endswith(f"/room/{token}")
    assert re.fullmatch(r"([2-9A-HJ-NP-Z]{4}-){4}[2-9A-HJ-NP-Z]{4}", page.get_by_label("Recovery code", exact=True).input_value())
    page.set_viewport_size({"width": 1280, "height": 720})
    assert below(page, ".first .code-large, .first .qr, .first .copied") == [], "how they come in is in sight before anybody has"
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="I have it").click()
    assert page.locator(".class .summary").inner_text() == "Nobody is here yet."

    wall = page.context.new_page()
    wall.goto(f"{address}/wall?room={token}")
    wait(wall, ".way-in[data-size=large] .here", "Nobody is here yet")
    assert wall.locator(".code-large").inner_text() == page.locator(".join .code-large").inner_text()

    ann, bob = student(token, "Ann"), student(token, "Bob")
    wait(page, ".class .summary", "2 students")
    page.wait_for_selector(".side-column .join")  # what comes first now is the lesson
    assert page.locator(".here-count").all_inner_texts() == ["2", *[""] * 13], "who has come in is at the first step"
    page.locator(f".stop-of[data-step={GUESS}]").click()
    page.get_by_role("button", name="Take the class to this step").click()
    wait(page, ".place", "Step 4 of 14")
    wait(page, ".pace", "Nobody goes beyond the step of the class. 0 of 2 are at it.")
    wait(wall, "h1", "How many will stand there?")
    assert wall.locator(".way-in[data-size=large]").count() == 1, "nobody has answered"
    box = wall.locator(".code-large").bounding_box()
    assert box["x"] + box["width"] <= wall.viewport_size["width"], "all of the code is to be seen"
    assert page.get_by_role("button", name="Vote again").is_disabled(), "there is no vote yet after which they vote again"

    ann.vote(0, 3)
    bob.vote(2, 1)
    wait(page, ".now .count", "2 of 2 answered")
    wait(page, ".pace", "2 of 2 are at it.")
    one, none = "1 of 2, 50 %: 1 {}", "0 of 2, 0 %"
    assert bars(page) == [one.format("certain"), none, one.format("maybe"), none]
    told, shape = page.locator(".class-table tbody tr", has_text="Ann").locator(".at span").all_inner_texts()[::-1]
    assert (told, shape, states(page, "Ann")[3]) == ("4 · done, predicted otherwise", "≠", "done, predicted otherwise")
    assert states(page, "Bob")[3:5] == ["done, right", "not started"]
    assert page.locator(".belief").first.inner_text() == "Latency rises in line with utilisation."
    assert page.locator(".radar li").first.locator("strong").inner_text() == "1 of 2"
    assert not page.locator(".now .right-mark:visible").count(), "the vote is open, and the page may be on a projector"

    projector = page.get_by_label("This page is on a projector")
    projector.check()
    assert {states(page, f"Student {number}")[3] for number in (1, 2)} == {"done"}, "a vote that is open is open in the table too"
    assert page.locator(".radar").is_hidden() and page.locator(".cover").is_visible()
    projector.uncheck()

    wait(wall, ".wall-head .count", "2 of 2 answered")
    wall.wait_for_selector(".way-in[data-size=small]")
    assert wall.locator(".plain-options li").count() == 4
    assert not wall.locator(".vote-of").count(), "results are held"
    assert not re.search("Ann|Bob", wall.locator(".leaf").inner_text())

    page.get_by_role("button", name="Show results").click()
    wait(page, ".state-chip", "results are shown")
    assert page.locator(".option-of[data-right=true] .letter").inner_text() == "C"
    wall.wait_for_selector(".vote-of")
    assert bars(wall) == bars(page)
    assert wall.locator(".option-of[data-right=true] .letter").inner_text() == "C"

    page.get_by_role("button", name="Vote again").click()
    wait(page, ".state-chip", "vote 2 is open")
    wall.wait_for_selector(".plain-options li")
    assert not wall.locator(".vote-of").count()
    ann.vote(2, 2)
    bob.vote(2, 3)
    wait(page, ".now .count", "2 of 2 answered")
    wait(page, ".moved", "Of 2 who voted both times 1 changed their mind, 1 stayed.")
    assert "right answer" not in page.locator(".moved").inner_text(), "the vote is open"
    page.get_by_role("button", name="Show results").click()
    for one in (page, wall):
        wait(one, ".moved", "1 came to the right answer, 0 left it.")
    assert min(read_at(wall).values()) >= 24, "it is read from the last row"
    assert page.locator(".shift-of tbody tr").all_inner_texts() == [
        "A\t·\t·\t1\t·",
        "B\t·\t·\t·\t·",
        "C\t·\t·\t1\t·",
        "D\t·\t·\t·\t·",
    ]
    assert "before: 1" in page.locator(".radar li").first.inner_text()

    belief = page.locator(".radar li", has_text="Latency rises in line")
    belief.get_by_role("button", name="Show everybody").click()
    wait(page, ".pushed-now", "You show everybody: A web app under load")
    assert ann.me()["room"]["push"]["address"].startswith("web-app?shows=M01&"), "one click, whatever is folded"
    page.get_by_label("Or a situation").evaluate("(box) => { box.closest('details').open = true }")
    page.get_by_label("Or a situation").select_option(label="A bad deploy")
    page.locator(".go:has(#situation) > button").click()
    wait(wall, ".big-word", "On your screen: Load balancing")
    assert ann.me()["room"]["push"]["address"] == "load-balancing?situation=bad_deploy"
    page.get_by_role("button", name="Take it back").click()
    page.wait_for_selector(".pushed-now", state="hidden")  # what is below it has moved up
    page.get_by_role("radio", name="Paused").click(force=True)
    wait(wall, ".big-word:visible", "Paused")

    page.reload()
    wait(page, ".now .count", "2 of 2 answered")
    assert page.get_by_role("radio", name="Paused").is_checked()
    assert not page.locator(".recovery").is_visible(), "it is shown once"
    bob.post("/me", do="leave")
    wait(page, ".class .summary", "1 student")
    for one in (page.locator(".now .count"), wall.locator(".wall-head .count")):
        assert one.inner_text() == "2 of 2 answered", "what was said is said"


def test_students_are_moderated_and_what_is_severe_asks_first(room, student):
    page, token = room()
    ann, bob = student(token, "Ann"), student(token, "<b>Bob</b>")
    press = page.get_by_role("button", name="<b>Bob</b>")
    press.click()
    page.get_by_role("dialog").get_by_label("Name").fill("Robert")
    page.get_by_role("button", name="Rename").click()
    wait(page, ".toast", "<b>Bob</b> is now called Robert.")
    assert bob.me()["me"]["name"] == "Robert"
    page.get_by_role("button", name="Robert").click()
    page.get_by_role("button", name="Hide the name").click()
    wait(page, ".name-of small", "name hidden")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    page.wait_for_function("() => !/hidden/.test(document.querySelector('.class-table').textContent)")
    assert bob.me()["me"]["status"] == "present"

    page.get_by_role("button", name="Robert").click()
    page.get_by_role("button", name="Block").click()
    page.get_by_role("dialog", name="Block Robert?").get_by_role("button", name="Cancel").click()
    assert bob.me()["me"]["status"] == "present"
    page.get_by_role("button", name="Robert").click()
    page.get_by_role("button", name="Block").click()
    page.get_by_role("dialog", name="Block Robert?").get_by_role("button", name="Block").click()
    wait(page, ".out", "1 not in the room any more")
    assert bob.me()["roles"] == ["out"]
    assert page.locator(".class-table tbody tr").count() == 1

    ann.post("/me", do="help")
    wait(page, "tr[data-stands=help]", "asks for help")
    wait(page, ".class .summary", "1 asks for help")
    page.get_by_text("Settings of the room").click()
    page.get_by_text("I approve names").click()
    page.wait_for_function("() => document.querySelector('.leaf').dataset.revision > 4")
    cleo = student(token, "Cleo")
    wait(page, ".waiting", "1 name waits for you")
    assert cleo.me()["me"]["status"] == "waiting"
    page.get_by_role("button", name="Show it: Cleo").click()
    page.wait_for_selector(".waiting", state="hidden")
    assert cleo.me()["me"]["status"] == "present"

    ann.post("/me", do="code")  # of whoever has said nothing, and cannot come back, nothing stays
    ann.post("/me", do="leave")
    page.wait_for_selector("tr[data-stands=help]", state="detached")
    assert page.locator(".class .summary").inner_text() == "1 student"
    page.get_by_text("2 not in the room any more").click()
    ann_out, bob_out = (page.locator(".out li", has_text=name) for name in ("Ann", "Robert"))
    assert (ann_out.locator("small").inner_text(), ann_out.get_by_role("button").count()) == ("left by themselves", 0)
    assert (bob_out.locator("small").inner_text(), bob_out.get_by_role("button").count()) == ("blocked", 1)


def test_a_link_for_others_is_veiled_and_goes_once_it_is_used_and_a_closed_room_offers_nothing(room, comes):
    page, _ = room()
    page.get_by_text("Settings of the room").click()
    page.get_by_role("button", name="Link for a projector").click()
    page.locator(".claims").get_by_role("button", name="Copy link").wait_for()
    link = page.locator(".claims input")
    assert not link.is_visible(), "whoever looks over a shoulder must not have it"
    page.locator(".claims").get_by_role("button", name="Show it").click()
    assert link.is_visible()
    page.get_by_label("This page is on a projector").check()
    for secret in (link, page.get_by_label("Recovery code", exact=True)):
        assert not secret.is_visible(), "a class is looking"
    page.get_by_label("This page is on a projector").uncheck()
    wall = comes(link.input_value()).page
    wall.get_by_role("button", name="Use this link").click()
    wall.wait_for_selector(".wall-body")
    wait(page, ".claims", "The link has been used")
    assert not link.count()

    page.get_by_role("button", name="End the room").click()
    page.get_by_role("button", name="End it").click()
    wait(page, ".notice:visible", "This room is closed")
    for name in ("Show everybody a page", "Lock controls", "Runs side by side", "How they come in", "Together", "I approve names"):
        assert not page.get_by_text(name, exact=True).is_visible(), "nothing can be done with it"
    assert page.locator("summary", has_text="Take the answers with you").is_visible()
    wait(wall, ".big-word", "This room is closed.")


def test_a_teacher_puts_others_out_and_then_stops_in_this_browser(room, comes, address):
    page, token = room()
    page.get_by_role("button", name="I have it").click()
    page.get_by_text("Settings of the room").click()
    page.get_by_role("button", name="Link for a second teacher").click()
    page.locator(".claims").get_by_role("button", name="Show it").click()
    pupil = comes(page.locator(".claims input").input_value()).page
    pupil.get_by_role("button", name="Use this link").click()
    pupil.wait_for_selector(".join .code-large")
    before = {one["name"]: one["value"] for one in page.context.cookies()}

    page.get_by_role("button", name="End all other access").click()
    page.get_by_role("button", name="End it").click()
    wait(page, ".toast", "Only this browser teaches the room now")
    recovery = page.get_by_label("Recovery code", exact=True).input_value()
    wait(pupil, ".leaf", "This browser does not teach this room any more")
    after = {one["name"]: one["value"] for one in page.context.cookies()}
    assert after["room_key"] != before["room_key"] and "room_key_former" not in after
    page.get_by_role("button", name="Link for a projector").click()
    page.locator(".claims").get_by_role("button", name="Copy link").wait_for()

    page.goto(f"{address}/teach")
    stop = page.get_by_role("button", name="Stop teaching in this browser")
    stop.click()
    page.get_by_role("button", name="Cancel").click()
    stop.click()
    page.get_by_role("button", name="Stop teaching here").click()
    wait(page, ".leaf", "None yet")
    assert not stop.count() and "room_key" not in {one["name"] for one in page.context.cookies()}
    page.goto(f"{address}/teach?room={token}")
    page.locator("#recovery").fill(recovery)
    page.get_by_role("button", name="Go in").click()
    page.wait_for_selector(".join .code-large")


def test_the_pages_of_a_class_are_for_everybody(room, student, address):
    page, token = room(**PHONE)
    student(token, "Ann")
    wait(page, ".class .summary", "1 student")
    page.evaluate("() => { for (const one of document.querySelectorAll('details')) one.open = true; }")
    page.locator(".locks .check").first.wait_for()
    wrong = findings(page) + too_wide(page) + too_small(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="dark")
    page.wait_for_selector(".leaf[data-theme=dark]")
    wrong += findings(page, ".leaf")
    page.get_by_role("button", name="Ann").click()
    wrong += findings(page, "dialog")
    page.goto(f"{address}/wall?room={token}")
    wait(page, ".here", "1 is here")
    wrong += findings(page)
    assert wrong == []


def test_a_line_that_is_lost_is_told_of_and_what_was_pressed_is_sent_when_it_is_back(room, student):
    page, token = room()
    lost = []
    page.route("**/api/rooms/**", lambda route: (lost.append(1), route.fulfill(status=503, json={"problem": "away"})))
    page.get_by_role("radio", name="Together").click(force=True)
    wait(page, ".line-trouble", "Not saved yet: the database cannot be reached.")
    page.unroute("**/api/rooms/**")
    page.wait_for_selector(".line-trouble", state="hidden")
    wait(page, ".place", "Step 1 of 14")
    assert lost

    # What no stream tells of is asked for again: that the server can answer, and that the simulator is there.
    page.route("**/class", lambda route: route.fulfill(status=503, json={"problem": "not now"}))
    student(token, "Ann")
    wait(page, ".line-trouble", "not now")
    page.unroute("**/class")
    wait(page, ".class .summary", "1 student")
    page.route("**/class", lambda route: route.fulfill(json=route.fetch().json() | {"preparing": True}))
    student(token, "Bob")
    wait(page, ".notice:visible", "The simulation is being prepared")
    assert page.locator(".join .code-large").is_visible(), "what needs no simulation is there"
    page.unroute("**/class")
    page.get_by_text("The simulation is being prepared").wait_for(state="hidden")


def test_a_browser_that_does_not_teach_the_room_is_told_how_it_may(room, comes, address):
    page, token = room()
    code = page.get_by_label("Recovery code", exact=True).input_value()
    other = comes(f"{address}/teach?room={token}").page
    other.wait_for_selector(".leaf #recovery")
    assert not other.locator(".class-table").count()
    other.locator("#recovery").fill("nonsense")
    other.get_by_role("button", name="Go in").click()
    wait(other, ".notice:visible", "not good")
    other.locator("#recovery").fill(code.lower())
    other.get_by_role("button", name="Go in").click()
    other.wait_for_selector(".join .code-large")
    lobby = comes(f"{address}/teach").page
    wait(lobby, ".leaf", "None yet.")
    assert lobby.evaluate(PASTED, address) == [
        "abcdefghijklmnopqrstuv", "abcdefghijklmnopqrstuv", None, {"view": "load_balancing", "query": "situation=bad_deploy"},
        None, None, None,
    ]  # fmt: skip
