"""How all tests run: without the option --full those marked `full` (long runs of what the others check with fewer requests) are
left out, and the browser's share one process. And what is shared by tests of all folders: one PostgreSQL and one Chromium a
process; without Chromium its tests are skipped, but never where CI is true.
"""

import os
import shutil
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

WALKS = ("tests/browser/lessons/", "tests/browser/classroom/")
"""Lessons and classes, which bear a slow machine; with them one process would be busy for twice as long."""
BROWSER = ("tests/browser/",)
WAITS = ("tests/deploy/test_hosted.py", "tests/house/test_class_benchmark.py", "tests/browser/test_class_benchmark.py")
"""Whole classes, which mostly wait: for a database that is away, for processes that start, for students who come one by one."""
PLAIN = ("tests/house/", "tests/deploy/", "tests/dashboard/store/")
"""Hardly any of these needs the compiled kernel: they run while the others wait for it."""
TURNS = (WAITS, BROWSER, PLAIN, WALKS)
TOGETHER = (WAITS, WALKS, BROWSER)
"""A path belongs to the first that it is in."""

SWITCHES = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    # Pages of one context share a process, and with it what has been compiled; ahead of a page it would be compiled again.
    # Of features only the last list counts: the two after the first are what Playwright's own would spare us here.
    "--renderer-process-limit=1", "--disable-features=ScriptStreaming,PaintHolding,AvoidUnnecessaryBeforeUnloadCheckSync",
]  # fmt: skip
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The first is the same browser without the window that nobody sees, which takes a third of its time."""
MISSING = "no Chromium was found; install it (Debian: apt-get install chromium-headless-shell), or name its path in CHROMIUM"
FRAMES = Path(__file__).parent / "browser/frames.js"


class Together(LoadScopeScheduling):
    """Gives out tests one by one, but the browser's to one process, so that there is one server and one browser; the walks to
    one, which meanwhile is another; and what mostly waits to a third, which then ends: more than two take each other's time.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((together[0] for together in TOGETHER if nodeid.startswith(together)), nodeid)

    def _reschedule(self, node) -> None:
        if len(self.nodes) <= 2 or WAITS[0] not in self.assigned_work[node]:
            super()._reschedule(node)
        elif not node.shutting_down:
            node.shutdown()  # when it has done what it has


def turn(nodeid: str) -> int:
    """When a test's turn is; what is not named comes last."""
    found = next((paths for paths in (*TOGETHER, PLAIN) if nodeid.startswith(paths)), None)
    return TURNS.index(found) if found else len(TURNS)


@pytest.fixture(scope="session")
def cluster():
    """The PostgreSQL cluster of this process. A test that stops it starts it again."""
    from tests.postgres import started  # the engine's tests need none

    with started() as made:
        yield made


@pytest.fixture(scope="session")
def browser():
    """Chromium, headless, whose pages draw few frames: drawing them is most of what a test costs."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=path, args=SWITCHES)
        new_context = opened.new_context

        def with_few_frames(**more):
            context = new_context(**more)
            context.add_init_script(path=FRAMES)
            return context

        opened.new_context = with_few_frames
        yield opened
        opened.close()


def pytest_xdist_make_scheduler(config: pytest.Config, log) -> Together:
    """Our own, because pytest-xdist 3.8 does not find its groups with pytest 9.2."""
    return Together(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --full."""
    parser.addoption("--full", action="store_true", help="also run the tests marked full, which take many minutes")


def pytest_configure(config: pytest.Config) -> None:
    """Say what the mark means, for --markers and --strict-markers."""
    config.addinivalue_line("markers", "full: a long test; runs only with --full")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put tests in the order of their turns; deselect what is marked full unless --full is given."""
    items.sort(key=lambda item: turn(item.nodeid))
    if not config.getoption("--full"):
        left_out = [item for item in items if item.get_closest_marker("full")]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if not item.get_closest_marker("full")]
