"""Address: which database there is, from `DATABASE_URL`; without it a SQLite file of the app's own.

Knows how an address is written, and how to speak of one without its password; opens nothing.
"""

import os
from pathlib import Path

from platformdirs import user_data_path
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

VARIABLE = "DATABASE_URL"
FOLDER = Path(__file__).resolve().parents[2] / "data"
APP = "scale-it-up"
FILE = "scale-it-up.sqlite"
KINDS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
"""The kinds of database that are known, and the driver of each; "postgres" is how hosts write it."""
HELP = (
    f"Set {VARIABLE} to an address such as postgresql+psycopg://user:password@host:5432/name or sqlite:///file.sqlite, "
    "or leave it unset for a SQLite file of the app's own."
)


class BadAddress(ValueError):
    """An address that cannot be used; the message says what to do and never shows the password."""


def address() -> URL:
    """The database's address. Raises BadAddress."""
    given = os.environ.get(VARIABLE, "").strip()
    return read_address(given) if given else URL.create("sqlite", database=str(own_file()))


def read_address(text: str) -> URL:
    """The address that a text holds, with the driver that we use. Raises BadAddress."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # The text is not shown: where it cannot be read, nobody can tell which part of it is the password.
        raise BadAddress(f"{VARIABLE} is no address of a database. {HELP}") from None
    kind, _, driver = url.drivername.partition("+")
    if kind not in KINDS or (driver and f"{kind}+{driver}" not in (*KINDS.values(), "sqlite+pysqlite")):
        raise BadAddress(f"{VARIABLE} names a kind of database that is not known: {url.drivername[:40]!r}. {HELP}")
    if kind == "sqlite" and url.database in (None, "", ":memory:"):
        raise BadAddress(f"{VARIABLE} names a SQLite database without a file, which would forget everything. {HELP}")
    return url.set(drivername=KINDS[kind])


def own_file(folder: Path = FOLDER) -> Path:
    """The SQLite file beside the app, or in the user's data folder where that cannot be written. Raises BadAddress."""
    tried = (folder, user_data_path(APP, appauthor=False))
    for place in tried:
        if _writable(place):
            return place / FILE
    places = " nor ".join(str(place) for place in tried)
    raise BadAddress(f"Neither {places} can be written, so nothing can be stored. {HELP}")


def _writable(folder: Path) -> bool:
    """Whether a file can be made there; asking the file system's flags would not know of a read-only mount."""
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    existing = folder / FILE
    return not existing.exists() or os.access(existing, os.W_OK)
