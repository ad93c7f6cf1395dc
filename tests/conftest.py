"""The option --full: without it, tests marked `full` (long runs of what the others check with fewer requests) are left out."""

import pytest


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
