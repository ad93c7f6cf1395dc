"""The store's tests run on SQLite and on PostgreSQL, each test on a database of its own."""

from tests.postgres import store, store_url  # noqa: F401
