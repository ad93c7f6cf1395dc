"""Tests of the app as it is hosted share PostgreSQL's fixtures with the store's."""

from tests.postgres import cluster, store, store_url  # noqa: F401
