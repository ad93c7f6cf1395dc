"""Tests of the app as it is hosted share PostgreSQL's fixtures with the store's."""

from tests.postgres import store, store_url  # noqa: F401
