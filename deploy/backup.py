"""Backup: the whole database in one file, while the app goes on. From the project's folder: `python -m deploy.backup FOLDER`.

Which database it is says DATABASE_URL, as for the app. The file is read once again before it gets its name. Of old ones the newest
are kept (--keep): what was deleted in the app is still in backups for so long.
"""

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL

from dashboard.store.address import BadAddress, address

NAME = "scale-it-up-"
ENDS = {"sqlite": ".sqlite", "postgresql": ".dump"}
KEPT = 14


class Failed(RuntimeError):
    """The backup could not be made or used; the message says why."""


def backup(url: URL, folder: Path, keep: int = KEPT, now_s: float | None = None) -> Path:
    """Make a backup; where it is. Raises Failed."""
    kind = url.get_backend_name()
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"{NAME}{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(now_s))}{ENDS[kind]}"
    partly = made.with_suffix(f"{made.suffix}.partly")
    partly.touch(mode=0o600)
    try:
        (_of_sqlite if kind == "sqlite" else _of_postgresql)(url, partly)
        check(partly, kind)
        partly.replace(made)
    finally:
        partly.unlink(missing_ok=True)
    for old in sorted(folder.glob(f"{NAME}*{ENDS[kind]}"))[:-keep]:
        old.unlink()
    return made


def check(file: Path, kind: str) -> None:
    """Whether a file is a whole backup. Raises Failed."""
    if kind == "postgresql":
        run("pg_restore", ["--list", str(file)])
        return
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?immutable=1", uri=True)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as problem:
        raise Failed(f"{file} is no backup: {problem}.") from None
    if found != "ok":
        raise Failed(f"{file} is damaged: {found}.")


def run(program: str, options: list[str], url: URL | None = None) -> None:
    """Run one of PostgreSQL's programs on a database. Its password is not on the command line, where others can read it."""
    if shutil.which(program) is None:
        raise Failed(f"{program} is missing: on Debian and Ubuntu, apt-get install postgresql-client.")
    environment = dict(os.environ)
    if url is not None:
        if url.password:
            environment["PGPASSWORD"] = str(url.password)
        options = [*options, "--dbname", url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)]
    done = subprocess.run([program, *options], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"{program}: {done.stderr.strip()[:500]}")


def _of_sqlite(url: URL, file: Path) -> None:
    if not Path(str(url.database)).exists():
        raise Failed(f"There is no database {url.database} yet.")
    with closing(sqlite3.connect(str(url.database), timeout=30)) as source, closing(sqlite3.connect(file)) as copy:
        source.backup(copy)


def _of_postgresql(url: URL, file: Path) -> None:
    run("pg_dump", ["--format", "custom", "--no-owner", "--no-privileges", "--file", str(file)], url)


def main() -> None:
    """The command."""
    asked = argparse.ArgumentParser(prog="python -m deploy.backup", description="Makes a backup of the app's database.")
    asked.add_argument("folder", type=Path)
    asked.add_argument("--keep", type=int, default=KEPT, help=f"how many backups stay (default {KEPT})")
    given = asked.parse_args()
    if given.keep < 1:
        asked.error("--keep: at least the new one stays")
    try:
        print(backup(address(), given.folder, given.keep))
    except (BadAddress, Failed, OSError) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
