"""Backup: the whole database in one file, while the app goes on. From the project's folder: `python -m deploy.backup FOLDER`.

Which database it is says DATABASE_URL, as for the app. The file is read once again before it gets its name. Then those are deleted
that are too old (--days), also of what a restoring has replaced: what was deleted in the app is still in backups for so long.
"""

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import URL

from dashboard.store.address import BadAddress, address

NAME = "scale-it-up-"
ENDS = {"sqlite": ".sqlite", "postgresql": ".dump"}
PARTLY = ".partly"
RESTORING = "to-restore.*"
"""The copy that `deploy/restore` makes for the app's user, and removes unless it is killed."""
BEFORE = "before-restore"
"""The folder, beside a backup that is restored, for the backup of what it replaces."""
KEPT_DAYS = 14
DAY_S = 24 * 3_600


class Failed(RuntimeError):
    """The backup could not be made or used; the message says why."""


def backup(url: URL, folder: Path) -> Path:
    """Make a backup; where it is. Raises Failed."""
    kind = url.get_backend_name()
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"{NAME}{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}{ENDS[kind]}"
    partly = made.with_suffix(f"{made.suffix}{PARTLY}")
    partly.touch(mode=0o600)
    try:
        (_of_sqlite if kind == "sqlite" else _of_postgresql)(url, partly)
        check(partly, kind)
        partly.replace(made)
    finally:
        partly.unlink(missing_ok=True)
    return made


def delete_old(folder: Path, newest: Path, days: int = KEPT_DAYS) -> None:
    """Delete backups that are older than so many days, whole or not and of either kind of database, but never the newest one.

    And what a restoring left behind that is over for long: such a copy may be of an old backup, so it goes after a day.
    """
    now_s = time.time()
    for left in folder.glob(RESTORING):
        if left.stat().st_mtime < now_s - DAY_S:
            left.unlink()
    before_s = now_s - days * DAY_S
    for there in (folder, folder / BEFORE):
        for end in (*ENDS.values(), PARTLY):
            for old in there.glob(f"{NAME}*{end}"):
                if old != newest and old.stat().st_mtime < before_s:
                    old.unlink()


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
    asked.add_argument("--days", type=int, default=KEPT_DAYS, help=f"for how long backups stay (default {KEPT_DAYS})")
    given = asked.parse_args()
    if given.days < 1:
        asked.error("--days: at least one")
    try:
        made = backup(address(), given.folder)
        delete_old(given.folder, made, given.days)
        print(made)
    except (BadAddress, Failed, OSError) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
