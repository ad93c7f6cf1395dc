"""Writer: a process that stores answers, one after the other, and says of each when it is acknowledged. Started by tests.

It does as the desk does: the same answer sent twice counts once, and where another was in the way it tries again. It can be told to
die, at once and without a word, at a place of its work.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import IntegrityError

from dashboard.store import learning
from dashboard.store.database import Database

ROOT = Path(__file__).resolve().parents[3]
PLACES = ("before the transaction", "within it", "after it")
"""Where the process may die: after the commit the answer is there, though nobody was told."""


def started(url: URL, cookie: str, prefix: str, count: int, dies: str = "", at: int = -1) -> subprocess.Popen:
    """A process that stores so many answers of a learner; it dies at a place with one of them."""
    address = url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.dashboard.store.writer", address, cookie, prefix, str(count), dies, str(at)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def main(address: str, cookie: str, prefix: str, count: str, dies: str, at: str) -> None:
    """Store the answers."""
    database = Database(make_url(address))
    for number in range(int(count)):
        place = dies if number == int(at) else ""
        while not stored(database, cookie, key_of(prefix, number), place):
            pass
        print(key_of(prefix, number), flush=True)


def stored(database: Database, cookie: str, key: str, dies: str = "") -> bool:
    """Store one, if it is not there yet; whether nobody was in the way."""
    _die(dies == PLACES[0])
    try:
        with database.writing() as session:
            learner = learning.seen(session, cookie, 1.0)
            if not learning.known(session, learner, key):
                learning.add_answer(session, learner, row(key))
            session.flush()
            _die(dies == PLACES[1])
    except IntegrityError:
        return False
    _die(dies == PLACES[2])
    return True


def _die(now: bool) -> None:
    if now:
        os.kill(os.getpid(), signal.SIGKILL)


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
