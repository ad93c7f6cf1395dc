"""The store's tests run on SQLite and on PostgreSQL, each test on a database of its own."""

import pytest

from tests.postgres import store, store_url  # noqa: F401


@pytest.fixture(scope="session")
def kernel():
    """None, so that nobody waits for the compiler: hardly anything is simulated here."""
