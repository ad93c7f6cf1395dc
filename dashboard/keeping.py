"""Keeping: for how long anything is kept, and that what is deleted is gone from the database's files.

Each process of the app looks once a minute; all may do so at once. A room is deleted when its time has come; once a day whoever did
nothing in a lesson for a year, a draft that was not written for a month, and links that let nobody in any more. After anything was
deleted, by whomever, the files are swept. SQLite has overwritten the rows (`secure_delete`), and its log is emptied in the next
round. Copies that it left where pages were split go when the file is written anew, so that no byte is left in it; but nobody can
save meanwhile. Where that is quick it is done at once; a large file, which a stranger could have a class wait for, is written anew
when nobody saves. PostgreSQL frees its rows with VACUUM, which keeps nobody waiting, and writes over their place in time. What was
copied elsewhere before (backups, archived logs, snapshots of a disk) keeps it until that is deleted. Knows rows; nothing of who
asks for a deletion.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from dashboard.store import drafts, rooms
from dashboard.store.address import BadAddress
from dashboard.store.database import DATABASE, POSTGRESQL, Away, Database
from dashboard.store.learning import MEMBER
from dashboard.store.models import Base, Draft, Learner, RoomKey
from dashboard.store.schema import TooNew

LOG = logging.getLogger(__name__)
EVERY_S = 60.0
DAILY_S = 24 * 3_600.0
LEARNER_DAYS = 365
"""Days after which somebody who did nothing is forgotten; their cookie ends then too."""
AT_ONCE = 200
"""Learners that are deleted in one transaction: others wait for it."""
QUICK_BYTES = 32_000_000
"""A file of this size is written anew in about half a second."""
QUIET_ROUNDS = 10
"""A larger one is after so many rounds in a row in which nobody saved anything,"""
LATEST_S = DAILY_S
"""and after this time in any case."""
PATIENCE_MS = 1_000
"""How long SQLite's log waits to be emptied for those who read."""


class Keeper:
    """Deletes what is no longer to be kept, on a database and by a clock."""

    def __init__(self, database: Database = DATABASE, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock
        self._due = threading.Event()
        self._over = threading.Event()
        self._due.set()  # nobody knows what was deleted before the process began
        self._daily_s = float("-inf")
        self._quiet_rounds = 0
        self._waits_since_s = float("inf")
        """Since when the file is to be written anew."""
        self._thread: threading.Thread | None = None

    def sweep_soon(self) -> None:
        """Something was deleted: sweep in the next round."""
        self._due.set()

    def round(self) -> int:
        """Delete what is overdue, and sweep where anything was deleted; how many rows it was about. Raises Away."""
        now_s = self._clock()
        gone = self._rooms(now_s)
        if now_s >= self._daily_s + DAILY_S:
            gone += self._learners(now_s) + self._rest(now_s)
            self._daily_s = now_s
        if gone:
            LOG.info("deleted what was no longer to be kept", extra={"facts": {"rows": gone}})
            self._due.set()
        if self._due.is_set():
            self._due.clear()  # before: what is deleted meanwhile is for the next round
            swept = False
            try:
                swept = self._swept(now_s)
            finally:
                if not swept:
                    self._due.set()
        return gone

    def start(self) -> None:
        """Look once a minute from now on, in a thread."""
        self._over.clear()
        self._thread = threading.Thread(target=self._work, name="keeping", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._over.set()
        if self._thread:
            self._thread.join()

    def _work(self) -> None:
        while not self._over.is_set():
            try:
                self.round()
            except (Away, BadAddress, IntegrityError, TooNew) as problem:
                LOG.warning("what is no longer to be kept is deleted later: %s", problem)
            except Exception:
                LOG.exception("what is no longer to be kept could not be deleted")
            self._over.wait(EVERY_S)

    def _rooms(self, now_s: float) -> int:
        with self._database.reading() as session:
            overdue = [room.token for room in rooms.overdue(session, now_s)]
        for token in overdue:
            with self._database.writing() as session:
                # The teacher may have given it more time meanwhile, and another process may have been first.
                room = rooms.by_token(session, token, locks=True)
                if room is not None and room.deletes_s <= now_s:
                    rooms.forget(session, room)
        return len(overdue)

    def _learners(self, now_s: float) -> int:
        """Those who have not been seen for long; members go with their room."""
        members = Learner.cookie_hash.startswith(MEMBER, autoescape=True)
        wanted = ~members & (Learner.seen_s < now_s - LEARNER_DAYS * DAILY_S)
        count = 0
        while True:
            with self._database.writing() as session:
                found = select(Learner.id).where(wanted).limit(AT_ONCE).with_for_update(skip_locked=True)
                ids = list(session.scalars(found))
                session.execute(delete(Learner).where(Learner.id.in_(ids), wanted))
            count += len(ids)
            if len(ids) < AT_ONCE:
                return count

    def _rest(self, now_s: float) -> int:
        """Drafts that were not written for long, and links that let nobody in any more."""
        with self._database.writing() as session:
            old = session.execute(delete(Draft).where(Draft.changed_s < now_s - drafts.MAX_AGE_S))
            ended = session.execute(delete(RoomKey).where(RoomKey.ends_s <= now_s))
            return old.rowcount + ended.rowcount

    def _swept(self, now_s: float) -> bool:
        """Sweep the database's files; whether nothing is left to do."""
        with self._database.apart() as (kind, connection):
            if kind == POSTGRESQL:
                connection.execute("SET statement_timeout = 0")
                connection.execute(f"VACUUM (SKIP_LOCKED) {', '.join(Base.metadata.tables)}")
                return True
            anew = self._may_write_anew(connection, now_s)
            if anew:
                connection.execute("VACUUM")
            connection.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return anew and not busy

    def _may_write_anew(self, connection: Any, now_s: float) -> bool:
        """Whether SQLite's file may be written anew now. The log was emptied in the last round: what is in it was saved since."""
        _, saved, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        self._quiet_rounds = 0 if saved else self._quiet_rounds + 1
        self._waits_since_s = min(self._waits_since_s, now_s)
        size = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        quick = connection.execute(size).fetchone()[0] <= QUICK_BYTES
        if not quick and self._quiet_rounds < QUIET_ROUNDS and now_s < self._waits_since_s + LATEST_S:
            return False
        self._quiet_rounds, self._waits_since_s = 0, float("inf")
        return True


KEEPER = Keeper()
"""The keeper of this process."""
