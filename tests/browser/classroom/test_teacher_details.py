"""Details of the teacher's page: what it shows while a class looks at it, where one pressed, of texts, and when a room is over."""

import re

import pytest

from tests.browser.classroom.conftest import HOME, LESSON, PHONE, Member, wait

OUTSIDE = "http://192.0.2.2:8501/"
NAMES = ("Zenobia", "Quentin", "Xanthippe", "Ulrike")
COVERS = """() => {
  const over = document.querySelector('.pushed-now').getBoundingClientRect();
  const pressed = document.querySelector('.go:has(#situation) > button').getBoundingClientRect();
  return { sees: over.top >= 0 && over.bottom <= innerHeight && over.right <= innerWidth, share: over.height / innerHeight,
    free: over.bottom <= pressed.top || over.top >= pressed.bottom };
}"""
"""Of the word that everybody's page was moved: whether it is in sight, how much of the window it takes, and whether what was
pressed is beside it."""

WIDEST = """(code) => {
  const words = document.createRange();
  code.textContent = 'MWMW-WMWW';
  words.selectNodeContents(code);
  return words.getBoundingClientRect().right;
}"""


class Room:
    """A room that is taught in one browser, and those who came to it."""

    def __init__(self, browser, address):
        self.browser, self.address = browser, address
        self.context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.token = self.post("", lesson=LESSON, title="Form 4b")["token"]
        self.page.goto(f"{address}/teach?room={self.token}")
        self.page.wait_for_selector(".join .code-large")
        self.zenobia, self.quentin = self.comes("Zenobia"), self.comes("Quentin")
        self.others = []

    def post(self, path, **body):
        answer = self.context.request.post(f"/api/rooms{path}", data=body)
        assert answer.ok, answer.text()
        return answer.json()

    def tell(self, command, **more):
        return self.post(f"/{self.token}/commands", command=command, **more)

    def goes(self, pacing, step):
        """The class goes on, and the page knows it: what is looked at from then on stays so."""
        revision = self.tell("pace", pacing=pacing, step=step)["room"]["revision"]
        self.page.wait_for_function(f"() => document.querySelector('.leaf').dataset.revision >= {revision}")

    def comes(self, name):
        return Member(self.browser, self.address, self.token, name)

    def answer(self, member, lesson, step, answer, **more):
        member.answers += 1
        member.post(f"/lessons/{lesson}", action="goto", step=step)
        key = f"{member.name}-key-{member.answers}"
        member.post(f"/lessons/{lesson}", action="answer", step=step, answer=answer, key=key, **more)

    def unfold(self):
        self.page.evaluate("() => { for (const one of document.querySelectorAll('.tools details, .out')) one.open = true; }")

    def shows(self):
        """Every name that the page holds, in its words, its labels and its boxes."""
        held = self.page.locator(".leaf").evaluate("(leaf) => leaf.outerHTML")
        return [name for name in NAMES if name in held]


@pytest.fixture(scope="module")
def room(browser, address):
    made = Room(browser, address)
    yield made
    for one in (made, made.zenobia, made.quentin, *made.others):
        one.context.close()


def test_what_is_for_others_has_the_address_of_the_class_and_what_is_over_is_said_to_be(comes, address):
    page = comes(f"{address}/").page
    asked = []
    offered = {"addresses": [{"address": OUTSIDE, "only_here": False, "answers": True, "seen": False}]}
    page.route("**/api/addresses", lambda route: route.fulfill(json=offered))
    drawn = {"content_type": "image/svg+xml", "body": "<svg/>"}
    page.route("**/qr.svg*", lambda route: (asked.append(route.request.url), route.fulfill(**drawn)))
    page.wait_for_selector(HOME)
    page.get_by_role("button", name="Open a classroom").click()
    page.wait_for_selector(".join .code-large")
    page.wait_for_function("() => document.activeElement.matches('h1')")
    page.wait_for_function("() => document.querySelector('.join .copied input').value.includes('192.0.2.2')")
    assert asked and all("192.0.2.2" in url for url in asked), "no picture of an address by which nobody comes"
    page.evaluate("window.print = () => {}")
    page.get_by_role("button", name="Print it").click()
    assert page.locator(".print-only").text_content().startswith(f"{OUTSIDE}room/")
    page.get_by_text("Settings of the room").click()
    page.get_by_role("button", name="Link for a projector").click()
    page.locator(".claims").get_by_role("button", name="Show it").click()
    assert page.locator(".claims input").input_value().startswith(f"{OUTSIDE}claim/")
    page.reload()
    page.wait_for_selector(".join .code-large")
    assert page.evaluate("document.activeElement === document.body"), "nobody was led here"

    token = re.search(r"room=([\w-]{22})$", page.url)[1]
    ann = Member(page.context.browser, address, token, "Ann")
    ann.post("/me", do="help")
    wait(page, ".class .summary", "1 asks for help")
    page.get_by_role("radio", name="Together").click(force=True)
    wait(page, ".now", "Nobody has answered yet.")
    page.get_by_role("button", name="End the room").click()
    page.get_by_role("button", name="End it").click()
    wait(page, ".now", "Nobody has answered this step.")
    assert "help" not in page.locator(".class .summary").inner_text() + page.locator(".class-table tbody").inner_text()
    page.get_by_role("button", name="Delete everything").click()
    page.get_by_role("dialog").get_by_role("textbox").fill(page.locator("h1").inner_text())
    page.get_by_role("dialog").get_by_role("button", name="Delete everything").click()
    wait(page, ".deleted", "is deleted, with its students and all their answers.")
    page.wait_for_function("() => document.activeElement.matches('.deleted')")
    page.reload()
    wait(page, ".leaf", "None yet.")
    assert not page.locator(".deleted").count(), "it is said once"
    ann.context.close()


@pytest.mark.parametrize(("width", "recovery"), [(390, "MWMW-WMWW-MWMW-WMWW-MWMW"), (320, "56GQ-HMZU-GXPD-35RE-BDGU")])
def test_both_codes_of_a_room_are_seen_whole_on_a_phone(room, width, recovery):
    """On the usual one also those of the widest letters that there are."""
    page = room.page
    page.evaluate("([key, code]) => sessionStorage.setItem(key, code)", [f"room:{room.token}:recovery", recovery])
    page.set_viewport_size({"width": width, "height": 844})
    page.reload()
    page.wait_for_selector(".join .code-large")
    is_whole = page.locator(".recovery .box").evaluate("(box) => box.scrollWidth <= box.clientWidth")
    right = page.locator(".join .code-large").evaluate(WIDEST)
    page.get_by_role("button", name="I have it").click()
    page.set_viewport_size({"width": 1440, "height": 900})
    assert is_whole and right <= width


def test_no_name_is_seen_on_a_projector(room):
    page = room.page
    room.tell("pace", pacing="paced", step="guess")
    for member in (room.zenobia, room.quentin):
        room.answer(member, LESSON, "guess", 0, confidence=1)
    ulrike = room.comes("Ulrike")
    room.tell("settings", approves=True)
    xanthippe = room.comes("Xanthippe")
    room.others += [ulrike, xanthippe]
    wait(page, ".waiting", "1 name waits for you")
    page.locator(".class-table").get_by_role("button", name="Ulrike").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    page.get_by_role("dialog", name="Remove Ulrike?").get_by_role("button", name="Remove").click()
    wait(page, ".toast", "Ulrike was removed.")
    room.unfold()
    assert sorted(room.shows()) == sorted(NAMES)

    page.get_by_label("This page is on a projector").check()
    wait(page, ".waiting", "Student 4")
    assert room.shows() == []
    assert page.locator(".chosen-few").inner_text().split("\n") == ["Student 1", "Student 2"]
    assert page.locator(".out li").inner_text().split()[:3] == ["Student", "3", "removed"]
    page.locator(".class-table").get_by_role("button", name="Student 1").click()
    wait(page, "dialog h2", "Student 1")
    assert room.shows() == []
    page.get_by_role("dialog").get_by_role("button", name="Hide the name").click()
    wait(page, ".toast", "The name of Student 1 is hidden")
    assert room.shows() == []
    page.get_by_role("button", name="Show it: Student 4").click()
    page.wait_for_selector(".waiting", state="hidden")
    assert xanthippe.me()["me"]["status"] == "present"
    page.get_by_label("This page is on a projector").uncheck()
    wait(page, ".class-table", "Xanthippe")
    assert sorted(room.shows()) == sorted(NAMES)


def test_nothing_is_marked_right_on_a_projector_before_its_results_are_shown(room):
    """Zenobia has voted on the exit ticket too, which was not shown; then the class is at `guess`, with its votes in sight."""
    page, mark = room.page, room.page.locator(".now .right-mark:visible")
    room.tell("pace", pacing="paced", step="ticket")
    room.answer(room.zenobia, LESSON, "ticket", 1, confidence=1)
    room.tell("pace", pacing="paced", step="guess")
    room.tell("settings", results_hidden=False)
    projector, ticket = page.get_by_label("This page is on a projector"), page.locator(".stop-of[data-step=ticket]")
    wait(page, ".now .state-chip", "on the wall")
    page.get_by_label("Mark the right answer here").check()
    mark.wait_for()
    projector.check()
    mark.wait_for(state="hidden")
    assert page.locator(".now .vote-of:visible").count()
    for pacing in ("paced", "free"):
        room.goes(pacing, "guess")
        room.tell("settings", results_hidden=False)
        ticket.click()
        wait(page, ".now .state-chip", "only you look at this step")
        page.wait_for_selector(".now .vote-of:visible")
        assert not mark.count()
        room.tell("settings", results_hidden=True)
        page.wait_for_selector(".now .cover:visible")
        assert not page.locator(".now .vote-of:visible").count()
        ticket.click()
    room.tell("pace", pacing="paced", step="guess")
    room.tell("reveal")
    mark.wait_for()
    room.goes("paced", "recall_mean")
    page.locator(".stop-of[data-step=guess]").click()
    mark.wait_for()  # the class has seen it
    projector.uncheck()
    ticket.click()
    mark.wait_for()  # for the teacher alone


def test_how_sure_they_are_is_told_as_they_said_it(room):
    """All of them hold what option 2 of the exit ticket shows, and nobody is "fairly" sure of it, as the mean would be."""
    wendy = room.comes("Wendy")
    room.others.append(wendy)
    room.tell("pace", pacing="paced", step="ticket")
    people = (room.zenobia, room.quentin, wendy)
    for said, told in (((1, 3), "between “maybe” and “certain”"), ((0, 3, 3), "mostly “certain”")):
        room.tell("vote_again")
        for member, confidence in zip(people, said):
            room.answer(member, LESSON, "ticket", 1, confidence=confidence)
        wait(room.page, ".radar li[data-belief=M05]", told)


@pytest.mark.parametrize("size", [{"width": 1440, "height": 900}, PHONE["viewport"]], ids=["desk", "phone"])
def test_that_everybodys_page_was_moved_is_seen_where_it_was_done(room, size):
    page = room.page
    page.set_viewport_size(size)
    room.unfold()
    page.locator(".go:has(#situation) > button").click()
    page.wait_for_selector(".pushed-now:visible")
    found = page.evaluate(COVERS)
    assert found["sees"] and found["free"] and found["share"] < 1 / 8, found
    page.locator(".pushed-now").get_by_role("button", name="Take it back").click()
    page.wait_for_selector(".pushed-now", state="hidden")
    page.set_viewport_size({"width": 1440, "height": 900})


def test_what_students_wrote_and_which_parts_they_chose_is_read(room):
    page = room.page
    room.unfold()
    assert page.locator(".timed label").inner_text() == "Time", "what is started is told"
    assert page.get_by_role("button", name="Lock those of the lesson").count() == 1, "others can be moved"
    room.tell("pace", pacing="paced", step="in_words")
    wait(page, ".now", "Nobody has answered yet.")
    for member, words in ((room.zenobia, "It is full."), (room.quentin, "<b>Server 2</b>")):
        room.answer(member, LESSON, "in_words", [words, "", f"{words} So."])
    wait(page, ".texts-of", "<b>Server 2</b>")
    texts = page.locator(".texts-of li")
    assert [re.sub(r"\n+", "\n", one) for one in texts.all_inner_texts()] == [
        "Quentin\nClaim\n<b>Server 2</b>\nReasoning\n<b>Server 2</b> So.",
        "Zenobia\nClaim\nIt is full.\nReasoning\nIt is full. So.",
    ]
    page.get_by_label("This page is on a projector").check()
    assert texts.locator("h3").all_inner_texts() == ["Student 2", "Student 1"]
    page.get_by_label("This page is on a projector").uncheck()

    room.tell("lesson", lesson="overload")
    room.tell("pace", pacing="paced", step="our_load")
    for member, tries in ((room.zenobia, 0), (room.quentin, 3)):
        part = {"cohort.share": 1, "client.timeout_ms": 1000, "client.retries": tries, "client.backoff": "none"}
        room.answer(member, "overload", "our_load", part)
    wait(page, ".now .count", re.compile("^2 of . answered"))
    told = page.locator(".now .numbers-of li").all_inner_texts()
    assert [re.search(r"Retries: (\d)", one)[1] for one in told] == ["0", "3"] and not texts.count()
