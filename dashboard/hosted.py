"""Hosted: whether the app serves others over a network, and what must be right before it starts to.

Reads the environment and Streamlit's options, and says in words what is wrong with them; a SQLite file it keeps to this process.
Knows no route.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from streamlit import config

from dashboard.source import PROXY, networks_of
from dashboard.store.address import VARIABLE, BadAddress, address

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

HOSTED = "SCALE_IT_UP_HOSTED"
"""1 where the app serves others; unset on one's own machine and in a classroom's network."""
PROCESSES = "SCALE_IT_UP_PROCESSES"
"""How many processes of the app share the database."""
KEY = "server.cookieSecret"
KEY_VARIABLE = "STREAMLIT_SERVER_COOKIE_SECRET"
KEY_CHARACTERS = 32
KEY_DIFFERENT = 10
"""A key made by chance has more different characters, however it is written; "change-me-change-me-…" has eight."""
YES, NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")
LOOPBACK = ("localhost", "::1")
LOCK = ".lock"
"""What is added to the name of a SQLite file for the one beside it that a process holds for as long as it lives."""
EXAMPLE = "postgresql+psycopg://user:password@host:5432/name"

_held: list[int] = []
"""The lock of this process: a file that stays open."""


def hosted(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the app serves others over a network. What cannot be read counts as yes: then `problems` says so."""
    return environment.get(HOSTED, "").strip().lower() not in NO


def problems(environment: Mapping[str, str] = os.environ, option: Callable[[str], Any] = config.get_option) -> list[str]:
    """What must be changed before the app may serve others; nothing where it does not."""
    if not hosted(environment):
        return []
    found = [_mode(environment), _key(environment, option), _processes(environment), *_way_in(environment, option)]
    return [one for one in found if one]


def check() -> None:
    """End the app with words where it must not serve others as it is set up."""
    if found := problems():
        listed = "\n".join(f"- {one}" for one in found)
        raise SystemExit(f"{HOSTED} is set, and the app does not start for others like this:\n{listed}\nSee deploy/README.md.")
    if hosted() and fcntl and not _held:
        _hold()


def _hold() -> None:
    """Keep a SQLite file to this process until it ends, however that happens. Ends the app where another one holds it."""
    try:
        url = address()
    except BadAddress:
        return  # whoever opens the database says so
    if url.get_backend_name() != "sqlite":
        return
    file = Path(str(url.database)).resolve()
    try:
        lock = os.open(f"{file}{LOCK}", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit(
            f"Another process of the app uses the SQLite file {file}, which belongs to one process where {HOSTED} is set: stop "
            f"that one, or set {VARIABLE} of both to a PostgreSQL database, such as {EXAMPLE}."
        ) from None
    except OSError:
        return  # nothing can be written there, or locked: whether that is bad the database says
    _held.append(lock)


def _mode(environment: Mapping[str, str]) -> str:
    given = environment[HOSTED].strip().lower()
    return "" if given in YES else f"{HOSTED} is {given[:20]!r}: set it to 1, or leave it unset."


def _key(environment: Mapping[str, str], option: Callable[[str], Any]) -> str:
    # Streamlit makes a key by chance where none is given: then every process, and every start, has another.
    key = str(option(KEY)) if KEY_VARIABLE in environment or config.is_manually_set(KEY) else ""
    if len(key) >= KEY_CHARACTERS and len(set(key)) >= KEY_DIFFERENT:
        return ""
    wrong = "is too easy to guess" if key else "is not set"
    make = "python3 -c 'import secrets; print(secrets.token_hex(32))'"
    return f"{KEY_VARIABLE} {wrong}: give all processes one and the same that {make} prints."


def _processes(environment: Mapping[str, str]) -> str:
    given = environment.get(PROCESSES, "1").strip()
    if not given.isdecimal() or not 1 <= int(given) <= 1_000:
        return f"{PROCESSES} is {given[:20]!r}: give the number of processes."
    if int(given) == 1:
        return ""
    try:
        kind = address().get_backend_name()
    except BadAddress as problem:
        return str(problem)
    if kind != "sqlite":
        return ""
    return (
        f"{PROCESSES} is {given}, and the database is a SQLite file, which belongs to one process: set {VARIABLE} to a PostgreSQL "
        f"database, such as {EXAMPLE}, or {PROCESSES} to 1."
    )


def _way_in(environment: Mapping[str, str], option: Callable[[str], Any]) -> list[str]:
    declared = environment.get(PROXY, "")
    try:
        known = networks_of(declared)
    except ValueError:
        return [
            f"{PROXY} is {declared[:60]!r}: give addresses or networks, such as 127.0.0.1 or 172.18.0.0/16, with commas between."
        ]
    if any(network.prefixlen == 0 for network in known):
        return [f"{PROXY} holds every address there is, so that anybody could pretend to be anybody: name the proxy's own."]
    at = str(option("server.address") or "")
    if known or option("server.sslCertFile") or at in LOOPBACK or at.startswith("127."):
        return []
    return [
        f"It would listen on {at or 'every address'} without TLS, where cookies can be read on the way. Listen on the "
        f"machine itself (--server.address 127.0.0.1) behind a proxy that speaks TLS, and name that proxy's address in {PROXY}."
    ]
