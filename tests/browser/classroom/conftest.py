"""A server of the app with the tests' own lesson and its own database; a teacher who speaks to it, and browsers of students."""

import json
import re
import urllib.request
from contextlib import ExitStack
from http.cookiejar import CookieJar

import pytest

from benchmarks.serving import served
from engine.kernel import compiled

FILES = "tests/lesson_files"
LESSON = "every_kind"
STEP = ".lesson .step"
FIRST, GUESS = "web_app", "guess"
"""The lesson that a room begins with, and in it a prediction with four options, the third of which is right."""

DOOR = re.compile(r"/room/[\w-]{22}$")
HOME = ".leaf[data-shown] .in-class"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The address of an app that has the lesson of the tests; one a file, because it opens few rooms for one source."""
    compiled.build()
    database = tmp_path_factory.mktemp("rooms") / "rooms.db"
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("LESSONS_FOLDER", FILES)
            patch.setenv("DATABASE_URL", f"sqlite:///{database}")
            server = stack.enter_context(served())
        yield server.address


class Teacher:
    """Somebody who has opened a room, by the API alone."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open
        told = self.post("api/rooms", {"lesson": LESSON, "title": "Form 4b"})
        self.token, self.recovery = told["token"], told["recovery"]
        self.room = f"{address}/room/{self.token}"
        self.lesson = f"{address}/load-balancing?lesson={LESSON}&room={self.token}"

    def post(self, path, body):
        asked = urllib.request.Request(f"{self.address}/{path}", json.dumps(body).encode(), {"content-type": "application/json"})
        return json.load(self._open(asked, timeout=30))

    def tell(self, command, **more):
        """A command; gives the class after it."""
        return self.post(f"api/rooms/{self.token}/commands", {"command": command, **more})

    def sees(self):
        """The class as the teacher sees it."""
        return json.load(self._open(f"{self.address}/api/rooms/{self.token}/class", timeout=30))

    def paces(self, step):
        return self.tell("pace", pacing="paced", step=step)


class Student:
    """A person with a browser of their own."""

    def __init__(self, page) -> None:
        self.page = page

    def enters(self, name, light=False) -> "Student":
        """Types a name at the door of the room."""
        self.page.wait_for_url(DOOR)  # the page before it may have a form, too
        self.page.wait_for_selector("form .primary")
        self.page.locator("form input").first.fill(name)
        self.page.locator(f"form button[value='{'light' if light else ''}']").first.click()  # on a slow line they change places
        self.page.wait_for_selector(STEP)
        return self

    def at(self, step) -> None:
        """Waits until this step is on screen."""
        self.page.wait_for_selector(f"{STEP}[data-step={step}]")

    def votes(self, place, sure) -> None:
        """Chooses an option and locks it."""
        self.page.locator(".lesson .ask > .options .option").nth(place).click()
        self.page.locator(".lesson .sure input").nth(sure).click()
        self.page.locator("[data-do=answer]").click()


class Member:
    """Somebody in the room, by the API alone."""

    def __init__(self, browser, address, token, name):
        self.context = browser.new_context(base_url=address)
        self.ask = self.context.request
        self.ask.get("/", headers={"accept": "text/html"})  # sets the cookie
        self.room = f"/api/rooms/{token}"
        self.name, self.answers = name, 0
        self.post("/join", name=name)

    def post(self, path, **body):
        answer = self.ask.post(f"{self.room}{path}", data=body)
        assert answer.ok, answer.text()
        return answer.json()

    def says(self, step, lesson=FIRST, **said):
        """Answer the class's step."""
        self.answers += 1
        self.post(f"/lessons/{lesson}", action="goto", step=step)
        self.post(f"/lessons/{lesson}", action="answer", step=step, key=f"{self.name}-key-{self.answers}", **said)

    def vote(self, option, confidence):
        self.says(GUESS, answer=option, confidence=confidence)

    def me(self):
        return self.ask.get(self.room).json()


def wait(page, selector, words):
    """Until there is such an element with these words."""
    page.locator(selector, has_text=words).first.wait_for()


def bars(page):
    """What the bars say, to who cannot see them."""
    return page.locator(".vote-of > .sr").all_inner_texts()


@pytest.fixture
def teacher(address):
    return Teacher(address)


@pytest.fixture
def comes(browser):
    """Opens an address for a new person; afterwards no page may have thrown or written an error of its own."""
    contexts, trouble = [], []

    def ours(message) -> bool:
        # That a request was refused or had no line the browser tells itself; what the page makes of it is what is tested.
        return message.type == "error" and not message.text.startswith("Failed to load resource")

    def open_address(url, **more):
        context = browser.new_context(**({"viewport": {"width": 1440, "height": 900}} | more))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda message: trouble.append(message.text) if ours(message) else None)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto(url)
        return Student(page)

    yield open_address
    for context in contexts:
        context.close()
    assert trouble == []


@pytest.fixture
def student(browser, address):
    """Lets a student come in."""
    made = []

    def come(token, name):
        made.append(Member(browser, address, token, name))
        return made[-1]

    yield come
    for one in made:
        one.context.close()


@pytest.fixture
def room(comes, address):
    """A page of home from which a room was opened with one click, and the room's token."""

    def open_room(**more):
        page = comes(f"{address}/", **more).page
        page.wait_for_selector(HOME)
        page.evaluate("window.stayed = true")
        page.get_by_role("button", name="Open a classroom").click()
        page.wait_for_selector(".join .code-large")
        return page, re.search(r"room=([\w-]{22})$", page.url)[1]

    return open_room
