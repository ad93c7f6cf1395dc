"""Writer: a process that stores answers, one after the other, and says of each when it is acknowledged. Started by tests."""

import sys
from pathlib import Path

from sqlalchemy.engine import URL

from dashboard.store import learning
from dashboard.store.database import Database


def main(file: str, cookie: str, prefix: str, count: str) -> None:
    """Store so many answers of a learner in the file's database."""
    database = Database(URL.create("sqlite", database=file))
    for number in range(int(count)):
        key = f"{prefix}-{number:06d}"
        with database.writing() as session:
            learner = learning.seen(session, cookie, 1.0)
            learning.add_answer(session, learner, row(key))
        print(key, flush=True)


def row(key: str, step: str = "guess") -> dict:
    """An answer as it is stored."""
    return {
        "lesson": "every_kind", "version": 1, "run_through": 1, "step": step, "key": key, "answer": {"given": 0},
        "confidence": None, "right": True, "verdict": {"said": "so"}, "run": None, "answered_s": 1.0,
    }  # fmt: skip


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    main(*sys.argv[1:])
