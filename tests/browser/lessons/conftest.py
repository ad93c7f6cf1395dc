"""A server of the app that has the tests' own lessons, with a database of its own; and a learner who opens them."""

from contextlib import ExitStack

import pytest

from benchmarks.serving import served
from engine.kernel import compiled

FILES = "tests/lesson_files"
LESSON = "load-balancing?lesson=every_kind"
API = "/api/lessons/every_kind"
POST = """async ([path, action]) => {
  const sent = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(action) };
  return (await fetch(path, sent)).json();
}"""
READY = ".stage:not([hidden]) .lesson .step h3"


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """The address of an app that has the lessons of the tests."""
    compiled.build()
    database = tmp_path_factory.mktemp("lessons") / "lessons.db"
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("LESSONS_FOLDER", FILES)
            patch.setenv("DATABASE_URL", f"sqlite:///{database}")
            server = stack.enter_context(served())
        yield server.address


class Learner:
    """A person with a browser of their own, in the lesson with a step of every kind."""

    def __init__(self, page) -> None:
        self.page = page

    def act(self, **action):
        """An action sent past the player; gives the state."""
        return self.page.evaluate(POST, [API, action])

    def state(self):
        """The lesson as the server knows it."""
        return self.page.evaluate("async (path) => (await fetch(path)).json()", API)

    def come_to(self, step: str) -> None:
        """Go on without answering until this step is on screen."""
        state = self.state()
        while state["step"]["id"] != step:
            before, state = state, self.act(action="next")
            assert state["step"]["id"] != before["step"]["id"], f"there is no step {step} ahead"
        self.page.evaluate("sessionStorage.clear()")
        self.open()

    def open(self) -> None:
        """Open the page anew, as a refresh does."""
        self.page.reload()
        self.page.wait_for_selector(READY)

    def choose(self, place: int, sure: int | None = None) -> None:
        """Choose an option with the mouse."""
        self.page.locator(".lesson .ask > .options .option").nth(place).click()
        if sure is not None:
            self.page.locator(".lesson .sure input").nth(sure).check()

    def answer(self) -> None:
        """Press the answer's button and wait for what comes of it."""
        self.page.locator("[data-do=answer]").click()
        self.page.wait_for_selector(".lesson .verdict", timeout=120_000)

    def go_on(self) -> None:
        """Press Continue."""
        before = self.page.locator(".lesson .step").get_attribute("data-step")
        self.page.locator("[data-do=next]").click()
        self.page.wait_for_function("(id) => document.querySelector('.lesson .step').dataset.step !== id", arg=before)


def ours(message) -> bool:
    """Whether a message of the console is an error of the page itself.

    What is cut off on purpose is told by the browser itself, with the address that it could not reach.
    """
    where = message.location.get("url", "")
    return message.type == "error" and "/_stcore/" not in where and "/api/lessons" not in where


@pytest.fixture
def opened(contexts, address):
    """Opens an address of the app for a new person; afterwards no error may have been thrown or written to the console by the page
    itself.
    """
    trouble = []

    def open_page(path, width=1440, height=900, **more):
        page = contexts.page(width, height, **more)
        page.set_default_timeout(60_000)
        page.on("console", lambda message: trouble.append(message.text) if ours(message) else None)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto(f"{address}/{path}")
        page.wait_for_selector(READY)
        return page

    yield open_page
    contexts.leave()
    assert trouble == []


@pytest.fixture
def learn(opened):
    """Opens the tests' own lesson for a new learner, at a step."""

    def open_lesson(*size, step=None, **more):
        learner = Learner(opened(LESSON, *size, **more))
        if step:
            learner.come_to(step)
        return learner

    return open_lesson
