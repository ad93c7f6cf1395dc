"""Migrations lead to what the models say, and each leaves what the version before needs: it may still be running."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from dashboard.store import schema
from dashboard.store.models import Base

REVISIONS = [script.revision for script in ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions()][::-1]


@pytest.fixture
def engine(store_url):
    made = create_engine(store_url)
    yield made
    made.dispose()


def test_the_migrations_make_what_the_models_say(store, engine):
    store.open()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert list(compare_metadata(context, Base.metadata)) == []
    assert set(Base.metadata.tables) <= set(inspect(engine).get_table_names())


def test_what_the_version_before_reads_and_writes_stays_possible(engine):
    """While an update goes from process to process, some run the version before on the new tables."""
    before: dict[str, dict[str, dict]] = {}
    for revision in REVISIONS:
        with engine.begin() as connection:
            command.upgrade(schema._config(connection), revision)
        found = inspect(engine)
        after = {table: {one["name"]: one for one in found.get_columns(table)} for table in found.get_table_names()}
        for table, columns in before.items():
            for name, column in columns.items():
                assert str(after[table][name]["type"]) == str(column["type"]), f"{revision} changes {table}.{name}"
            for name in after[table].keys() - columns.keys():
                new = after[table][name]
                assert new["nullable"] or new["default"] is not None, (
                    f"{revision}: nobody of the version before fills {table}.{name}"
                )
        before = after


def test_there_is_one_line_of_migrations():
    assert REVISIONS == sorted(REVISIONS)
    assert len(ScriptDirectory(str(schema.MIGRATIONS)).get_heads()) == 1
