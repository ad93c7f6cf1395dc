"""Database: the connections of this process, and transactions on them.

A transaction that only reads sees one state of the database from its begin to its end. One that writes takes the lock at its begin
(a SQLite file's, or on PostgreSQL a row's that all who write the same have in common), so that what it read still holds when it
writes; it is short, because others wait for it. Where the database is away every transaction raises Away, and the next one tries
again. Knows no table.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NoSuchModuleError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session

from dashboard.store import schema
from dashboard.store.address import VARIABLE, BadAddress, address

LOG = logging.getLogger(__name__)
BUSY_S = 10.0
"""How long a transaction waits for the others."""
CONNECTIONS = 5
CONNECT_S = 5
STATEMENT_S = 30.0
"""Of one statement, or of a transaction in which nothing happens, before PostgreSQL ends it: locks of a process that is gone, or
hangs, must not hold up the others."""
SILENT_S = 10
"""After so long without a sign of life a connection is given up."""
TRY_AGAIN = ("40001", "40P01")
"""PostgreSQL's codes for transactions that cannot both be done at once, and for such that wait for each other in a circle."""
RETRY_S = 1.0
"""After it could not be opened it is tried again no sooner than this."""
WRITES = "writes"
POSTGRESQL = "postgresql"


class Away(Exception):
    """The database cannot be reached just now."""


class Collision(IntegrityError):
    """Another transaction was in the way, not a row: as with the row of another, the same may be tried again from its begin."""


class Database:
    """One database. It is opened with the first transaction, and again after it was away."""

    def __init__(self, url: URL | None = None) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._reads: Engine | None = None
        self._writes: Engine | None = None
        """The same with what transactions of either kind begin with."""
        self._kept: Connection | None = None
        self._failed: tuple[float, Away] | None = None
        self.failures = 0
        """How often a transaction raised Away."""

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads. Raises Away."""
        with self._session(writes=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that is committed at its end. Raises Away, and IntegrityError where something of another is in the way."""
        with self._session(writes=True) as session:
            yield session

    @contextmanager
    def apart(self) -> Iterator[tuple[str, Any]]:
        """What kind of database it is, and a connection of the driver's own, for what no transaction can hold. Raises Away."""
        self.open()
        kind, driver = self._engine.dialect.name, self._engine.dialect.loaded_dbapi
        try:
            pooled = self._engine.raw_connection()
            pooled.detach()
            try:
                if kind == POSTGRESQL:
                    pooled.dbapi_connection.autocommit = True
                yield kind, pooled.dbapi_connection
            finally:
                pooled.close()
        except (driver.Error, DBAPIError, NoConnection) as problem:
            raise Away(told(self._engine.url, problem)) from None

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
                    _keep_to_oneself(Path(url.database))
                schema.upgrade(engine)
            except schema.TooNew:
                engine.dispose()
                raise
            except (SQLAlchemyError, OSError) as problem:
                engine.dispose()
                self._failed = time.monotonic(), Away(told(url, problem))
                raise self._failed[1] from None
            isolation = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == POSTGRESQL else {}
            self._reads = engine.execution_options(**{WRITES: False}, **isolation)
            self._writes = engine.execution_options(**{WRITES: True})
            # The last close of a SQLite file removes its log, and the next open has to make it again: one stays open.
            self._engine, self._kept = engine, kept

    def close(self) -> None:
        """Let go of all connections."""
        with self._lock:
            if self._kept is not None:
                self._kept.close()
            if self._engine is not None:
                self._engine.dispose()
            self._engine = self._reads = self._writes = self._kept = None

    @contextmanager
    def _session(self, writes: bool) -> Iterator[Session]:
        try:
            self.open()
        except Away:
            self.failures += 1
            raise
        try:
            with Session(self._writes if writes else self._reads, expire_on_commit=False) as session, session.begin():
                yield session
        except (IntegrityError, DataError, ProgrammingError):
            raise  # it is about what was asked for: the database is there
        except (DBAPIError, NoConnection) as problem:
            if getattr(getattr(problem, "orig", None), "sqlstate", None) in TRY_AGAIN:
                raise Collision(problem.statement, None, problem.orig) from None
            self.failures += 1
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
        options |= {"pool_pre_ping": True, "connect_args": _alive() | {"connect_timeout": CONNECT_S}}
    try:
        # What was typed is in the parameters, and an error is logged.
        engine = create_engine(url, hide_parameters=True, **options)
    except (ModuleNotFoundError, NoSuchModuleError):
        raise BadAddress(
            f"{VARIABLE} asks for {url.drivername}, whose driver is not installed. Install it with: pip install 'psycopg[binary]'"
        ) from None
    if sqlite:
        event.listen(engine, "connect", _ready_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _ready_postgresql)
    return engine


def _alive() -> dict[str, int]:
    """What has a connection to a machine that is gone end soon: the system's own time-outs are hours."""
    return {"tcp_user_timeout": SILENT_S * 1_000, "keepalives_idle": SILENT_S, "keepalives_interval": 3, "keepalives_count": 3}


def _ready_postgresql(connection: Any, _record: Any) -> None:
    """What PostgreSQL must be told on every connection."""
    connection.execute(f"SET lock_timeout = {int(BUSY_S * 1_000)}")
    connection.execute(f"SET statement_timeout = {int(STATEMENT_S * 1_000)}")
    connection.execute(f"SET idle_in_transaction_session_timeout = {int(STATEMENT_S * 1_000)}")
    connection.commit()


def _ready_sqlite(connection: Any, _record: Any) -> None:
    """What SQLite must be told on every connection. Its driver's own transactions are off: `_begin_sqlite` begins them."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={int(BUSY_S * 1_000)}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten; `keeping` sees to what that leaves
    cursor.close()


def _keep_to_oneself(file: Path) -> None:
    """Have nobody but its owner read a SQLite file. A log that is made later has the file's mode; one that is there is older."""
    for one in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        with suppress(OSError):  # of another user, or on a file system without modes: it works as it did
            one.chmod(0o600)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


DATABASE = Database()
"""The database of this process."""
