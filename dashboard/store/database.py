"""Database: the connections of this process, and transactions on them.

A transaction that writes takes the lock at its begin, so that what it read still holds when it writes; it is short, because others
wait for it. Where the database is away every transaction raises Away, and the next one tries again. Knows no table.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session

from dashboard.store import schema
from dashboard.store.address import VARIABLE, BadAddress, address

LOG = logging.getLogger(__name__)
BUSY_S = 10.0
"""How long a transaction waits for the others."""
CONNECTIONS = 5
CONNECT_S = 5
RETRY_S = 1.0
"""After it could not be opened it is tried again no sooner than this."""
WRITES = "writes"


class Away(Exception):
    """The database cannot be reached just now."""


class Database:
    """One database. It is opened with the first transaction, and again after it was away."""

    def __init__(self, url: URL | None = None) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._kept: Connection | None = None
        self._failed: tuple[float, Away] | None = None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads. Raises Away."""
        with self._session(writes=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that is committed at its end. Raises Away, and IntegrityError where a row of another is in the way."""
        with self._session(writes=True) as session:
            yield session

    def open(self) -> None:
        """Connect and bring the tables up to date, if that has not been done yet. Raises Away or BadAddress."""
        with self._lock:
            if self._engine is not None:
                return
            if self._failed and time.monotonic() < self._failed[0] + RETRY_S:
                raise self._failed[1]  # the others need not wait for the same again
            url = self._url or address()
            engine = _engine(url)
            try:
                kept = engine.connect() if url.get_backend_name() == "sqlite" else None
                if kept is not None:
                    kept.rollback()
                schema.upgrade(engine)
            except schema.TooNew:
                engine.dispose()
                raise
            except (SQLAlchemyError, OSError) as problem:
                engine.dispose()
                self._failed = time.monotonic(), Away(told(url, problem))
                raise self._failed[1] from None
            # The last close of a SQLite file removes its log, and the next open has to make it again: one stays open.
            self._engine, self._kept = engine, kept

    def close(self) -> None:
        """Let go of all connections."""
        with self._lock:
            if self._kept is not None:
                self._kept.close()
            if self._engine is not None:
                self._engine.dispose()
            self._engine = self._kept = None

    @contextmanager
    def _session(self, writes: bool) -> Iterator[Session]:
        self.open()
        try:
            with Session(self._engine.execution_options(**{WRITES: writes}), expire_on_commit=False) as session, session.begin():
                yield session
        except IntegrityError:
            raise
        except (DBAPIError, NoConnection) as problem:
            LOG.warning("%s", told(self._engine.url, problem))
            raise Away(told(self._engine.url, problem)) from None


def told(url: URL, problem: BaseException) -> str:
    """What is wrong with the database at an address: in one line, and without its password."""
    first = str(getattr(problem, "orig", None) or problem).strip().split("\n")[0][:200]
    if url.password:
        first = first.replace(str(url.password), "***")
    return (
        f"The database {url.render_as_string(hide_password=True)} cannot be used: {first}. Is it running, and is {VARIABLE} right?"
    )


def _engine(url: URL) -> Engine:
    options: dict[str, Any] = {"pool_size": CONNECTIONS, "pool_timeout": BUSY_S}
    sqlite = url.get_backend_name() == "sqlite"
    if sqlite:
        options["connect_args"] = {"timeout": BUSY_S}
    else:
        options |= {"pool_pre_ping": True, "connect_args": {"connect_timeout": CONNECT_S}}
    try:
        engine = create_engine(url, **options)
    except (ModuleNotFoundError, NoSuchModuleError):
        raise BadAddress(
            f"{VARIABLE} asks for {url.drivername}, whose driver is not installed. Install it with: pip install 'psycopg[binary]'"
        ) from None
    if sqlite:
        event.listen(engine, "connect", _ready_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _ready_sqlite(connection: Any, _record: Any) -> None:
    """What SQLite must be told on every connection. Its driver's own transactions are off: `_begin_sqlite` begins them."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={int(BUSY_S * 1_000)}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


DATABASE = Database()
"""The database of this process."""
