"""PostgreSQL for tests: clusters of their own, from the programs that Debian installs, and databases in them that are quickly made.

The fixture `cluster`, one a process, is every test's (tests/conftest.py); `store` and `store_url` are imported into a conftest:
`from tests.postgres import store, store_url  # noqa: F401`. `store` is an open `Database`, once on SQLite and once on PostgreSQL.
Only this machine can connect; nothing is written for ever (fsync is off).
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from dashboard.store.database import Database

DEBIAN = Path("/usr/lib/postgresql")
HOW = "needs PostgreSQL's programs: on Debian and Ubuntu, apt-get install postgresql"
START_S = 60
SETTINGS = {
    "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "full_page_writes": "off",
    "shared_buffers": "16MB", "max_connections": "60", "deadlock_timeout": "100ms", "autovacuum": "off",
    "wal_level": "minimal", "max_wal_senders": "0", "jit": "off",
}  # fmt: skip
SIGNALS = {"fast": "SIGINT", "immediate": "SIGQUIT"}
"""How PostgreSQL is asked to stop: the transactions that go on are rolled back, or nothing is done any more, as in a crash."""


def programs() -> Path | None:
    """The folder with initdb and postgres; the newest version of Debian's, which are not on the path."""
    found = [folder for folder in DEBIAN.glob("*/bin") if (folder / "initdb").exists()]
    if found:
        return max(found, key=lambda folder: float(folder.parent.name))
    on_path = shutil.which("postgres")
    return Path(on_path).resolve().parent if on_path and shutil.which("initdb") else None


def unprivileged() -> dict[str, object]:
    """Options of a process that must not be root's, where we are root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return {}
    import pwd  # a Windows machine has none

    names = {one.pw_name: one for one in pwd.getpwall()}
    who = names.get("postgres") or names["nobody"]
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def own_folder(prefix: str) -> Path:
    """A new folder for `unprivileged` processes: those of pytest are closed to them."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    if owner := unprivileged():
        os.chown(folder, owner["user"], owner["group"])
    return folder


class Cluster:
    """A running PostgreSQL that can be stopped and started again."""

    def __init__(self, binaries: Path) -> None:
        """Make it; `start` starts it."""
        self._binaries = binaries
        self._folder = own_folder("scale-postgres-")
        self._numbers = count(1)
        self._process: subprocess.Popen | None = None
        self.port = free_port()
        made = [
            binaries / "initdb",
            "-D",
            self._folder / "data",
            "-U",
            "tester",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]
        self._run(made)

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        settings = [word for name, value in (SETTINGS | {"port": str(self.port)}).items() for word in ("-c", f"{name}={value}")]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(
            [self._binaries / "postgres", "-D", self._folder / "data", *settings],
            stdin=quiet, stdout=quiet, stderr=quiet, cwd=self._folder, start_new_session=True, **unprivileged(),
        )  # fmt: skip
        until_s = time.monotonic() + START_S
        while True:
            try:
                psycopg.connect(self._address("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > until_s or self._process.poll() is not None:
                    raise
                time.sleep(0.05)

    def stop(self, how: str = "fast") -> None:
        """Stop it, and wait until it is gone."""
        if self._process is not None:
            self._process.send_signal(getattr(signal, SIGNALS[how]))
            self._process.wait(START_S)
            self._process = None

    def create(self, template: str = "template0") -> URL:
        """The address of a new database, empty or the copy of another."""
        name = f"t{next(self._numbers)}"
        self.tell(f"CREATE DATABASE {name} TEMPLATE {template}")
        return URL.create("postgresql+psycopg", username="tester", host="127.0.0.1", port=self.port, database=name)

    def drop(self, url: URL) -> None:
        """Remove a database, whoever is still connected to it."""
        self.tell(f"DROP DATABASE IF EXISTS {url.database} WITH (FORCE)")

    def tell(self, words: str, database: str = "postgres") -> list[tuple]:
        """Have something done by the cluster's owner; what came of it."""
        with psycopg.connect(self._address(database), autocommit=True) as connection:
            done = connection.execute(words)
            return done.fetchall() if done.description else []

    def close(self) -> None:
        """Stop it, and remove all of it."""
        self.stop("immediate")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _address(self, database: str) -> str:
        return f"postgresql://tester@127.0.0.1:{self.port}/{database}"

    def _run(self, command: list[object]) -> None:
        subprocess.run(
            command, check=True, capture_output=True, cwd=self._folder, env=os.environ | {"LC_ALL": "C"}, **unprivileged()
        )


@contextlib.contextmanager
def started() -> Iterator[Cluster]:
    """A cluster that goes at the end; without PostgreSQL's programs the test is skipped, or fails where all must run."""
    binaries = programs()
    if binaries is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(HOW)
    made = Cluster(binaries)
    try:
        made.start()
        yield made
    finally:
        made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        yield URL.create("sqlite", database=str(tmp_path / "store.sqlite"))
        return
    own: Cluster = request.getfixturevalue("cluster")
    url = own.create()
    yield url
    own.drop(url)


@pytest.fixture
def store(store_url: URL) -> Iterator[Database]:
    """A database of each kind, without any row."""
    opened = Database(store_url)
    yield opened
    opened.close()
