"""How all tests run: without the option --full those marked `full` (long runs of what the others check with fewer requests) are
left out, and the browser's share one process. And what is shared by tests of all folders: one PostgreSQL a process.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

WALKS = ("tests/browser/lessons/test_course.py", "tests/browser/classroom/")
"""Walks through all lessons, and classes, which bear a slow machine; with them one process would be busy for twice as long."""
BROWSER = ("tests/browser/",)
HOSTED = ("tests/deploy/test_hosted.py",)
"""These share what takes long to start: a proxy, a database and two processes of the app."""


class Together(LoadScopeScheduling):
    """Gives out tests one by one, but the browser's to one process, so that there is one server and one browser; and the walks
    to one, which meanwhile is the other.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((together[0] for together in (WALKS, BROWSER, HOSTED) if nodeid.startswith(together)), nodeid)


@pytest.fixture(scope="session")
def cluster():
    """The PostgreSQL cluster of this process. A test that stops it starts it again."""
    from tests.postgres import started  # the engine's tests need none

    with started() as made:
        yield made


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
    """Deselect what is marked full unless --full is given."""
    if not config.getoption("--full"):
        left_out = [item for item in items if item.get_closest_marker("full")]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if not item.get_closest_marker("full")]
