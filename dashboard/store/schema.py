"""Schema: brings a database's tables up to date with Alembic, one process at a time, when the app starts.

Knows the folder of the migrations; not what they do.
"""

import os
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 7_265_116
"""Any number that nobody else takes for PostgreSQL's advisory lock."""
NEWER = "SCALE_IT_UP_NEWER_TABLES"
"""1: a newer version's tables will do. Each migration leaves what the versions before read and write, so that a host can go back to
one of them with all that is stored (deploy/back)."""


class TooNew(RuntimeError):
    """The database was made by a newer version of the app."""


def upgrade(engine: Engine) -> None:
    """Make or change the tables, within one transaction. Two processes that start at once do it one after the other."""
    with engine.execution_options(writes=True).begin() as connection:
        _wait_for_others(connection)
        config = _config(connection)
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        there = set(MigrationContext.configure(connection).get_current_heads())
        if there - known:
            if os.environ.get(NEWER) == "1":
                return
            raise TooNew("The database was made by a newer version of this app. Start that one, or name another DATABASE_URL.")
        command.upgrade(config, "head")


def _wait_for_others(connection: Connection) -> None:
    """SQLite's transactions that write have the whole file to themselves; PostgreSQL is asked for a lock that ends with ours.

    It takes what time it takes; but whoever uses the tables meanwhile is not kept waiting: the wait for a lock is bounded as ever,
    and then all is undone and tried again.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
