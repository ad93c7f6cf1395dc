"""Restore: puts a backup in the place of all that is in the database. From the project's folder: `python -m deploy.restore FILE`.

Stop the app before, and start it after: it brings an older backup up to date. What is in the database now is backed up first,
into a folder beside the file. Of another kind of database a backup cannot be restored.
"""

import argparse
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from sqlalchemy import MetaData, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from dashboard.store.address import BadAddress, address
from deploy.backup import BEFORE, ENDS, Failed, backup, check, run


def restore(url: URL, file: Path) -> Path | None:
    """Put a backup in the database's place; where the backup of what was there is. Raises Failed."""
    kind = url.get_backend_name()
    if file.suffix != ENDS[kind]:
        raise Failed(f"{file} is no backup of a {kind} database: those end in {ENDS[kind]}.")
    if not file.exists():
        raise Failed(f"There is no {file}.")
    check(file, kind)
    before = file.parent if file.parent.name == BEFORE else file.parent / BEFORE
    if kind == "sqlite":
        there = Path(str(url.database)).exists()
        kept = backup(url, before) if there else None
        with closing(sqlite3.connect(file)) as copy, closing(sqlite3.connect(str(url.database), timeout=30)) as target:
            copy.backup(target)
        return kept
    kept = backup(url, before)
    _empty(url)
    run("pg_restore", ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(file)], url)
    return kept


def _empty(url: URL) -> None:
    """Remove all tables: a newer version may have made some that the backup does not know."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            found = MetaData()
            found.reflect(connection)
            found.drop_all(connection)
    except SQLAlchemyError as problem:
        raise Failed(f"The database could not be emptied, and is as it was: {problem}") from None
    finally:
        engine.dispose()


def main() -> None:
    """The command."""
    asked = argparse.ArgumentParser(prog="python -m deploy.restore", description="Restores a backup of the app's database.")
    asked.add_argument("file", type=Path)
    asked.add_argument("--yes", action="store_true", help="all that is in the database now is replaced")
    given = asked.parse_args()
    if not given.yes:
        asked.error("all that is in the database now would be replaced: say --yes, with the app stopped")
    try:
        kept = restore(address(), given.file)
    except (BadAddress, Failed, OSError) as problem:
        sys.exit(str(problem))
    print("restored" + (f"; what was there before is in {kept}" if kept else ""))


if __name__ == "__main__":
    main()
