"""Tests of the app as it is hosted share PostgreSQL's fixtures with the store's, and a browser with the classroom's."""

from tests.browser.classroom.conftest import comes  # noqa: F401
from tests.postgres import store, store_url  # noqa: F401
