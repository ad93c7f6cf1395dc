"""Writer: a process in which a learner answers at the desk, one answer after the other, and which says of each when it is
acknowledged. Started by tests.

It can be told to die, at once and without a word, at a place of the desk's work.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session

from dashboard.lesson import beside, desk, way
from dashboard.lesson.desk import Contended, Desk
from dashboard.store.database import Database
from tests.dashboard.lesson.played import LESSON, Only

ROOT = Path(__file__).resolve().parents[3]
PLACES = ("while it is worked out", "before the transaction", "within it", "after it")
"""Where the process may die: after the commit the answer is there, though nobody was told."""
STEP = "recall_mean"
"""Takes one answer after the other."""


class Deadly(Database):
    """A database at which a process dies at a place of its next answer, once it is named."""

    dies = ""

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """The desk looks at what there is, and then works out what is to be said."""
        with super().reading() as session:
            yield session
        self._die(PLACES[0])

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """The desk's transaction."""
        self._die(PLACES[1])
        with super().writing() as session:
            yield session
            session.flush()
            self._die(PLACES[2])
        self._die(PLACES[3])

    def _die(self, place: str) -> None:
        if self.dies == place:
            os.kill(os.getpid(), signal.SIGKILL)


def started(url: URL, cookie: str, prefix: str, count: int, dies: str = "", at: int = -1) -> subprocess.Popen:
    """A process that stores so many answers of a learner; it dies at a place with one of them."""
    address = url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.dashboard.store.writer", address, cookie, prefix, str(count), dies, str(at)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def main(address: str, cookie: str, prefix: str, count: str, dies: str, at: str) -> None:
    """Answer."""
    database = Deadly(make_url(address))
    for number in range(int(count)):
        database.dies = dies if number == int(at) else ""
        while not stored(database, cookie, key_of(prefix, number)):
            pass
        print(key_of(prefix, number), flush=True)


def stored(database: Database, cookie: str, key: str) -> bool:
    """Answer once, as a browser does whenever it was not acknowledged; whether it was."""
    shelf = Only(LESSON)
    answer = {"action": "answer", "step": STEP, "answer": 0, "key": key}
    with patch.object(desk, "SHELF", shelf), patch.object(beside, "SHELF", shelf), patch.object(way, "MAX_ATTEMPTS", 100_000):
        try:
            Desk(database).act(cookie, LESSON.id, answer)
        except Contended:
            return False
    return True


def key_of(prefix: str, number: int) -> str:
    """The key of an answer."""
    return f"{prefix}-{number:06d}"


def row(key: str, step: str = "guess") -> dict:
    """An answer as it is stored."""
    return {
        "lesson": "every_kind", "version": 1, "run_through": 1, "step": step, "key": key, "answer": {"given": 0},
        "confidence": None, "right": True, "verdict": {"said": "so"}, "run": None, "answered_s": 1.0,
    }  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
