"""Hosted, the app refuses to start as it must not be, and says what to do; on one's own machine it never asks."""

import contextlib
import os
import re
import subprocess
import sys

import pytest

from dashboard import hosted
from dashboard.hosted import HOSTED, KEY_VARIABLE, PROCESSES, problems
from dashboard.source import PROXY
from dashboard.store.address import VARIABLE
from tests.dashboard.store.writer import ROOT

KEY = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
GOOD = {HOSTED: "1", KEY_VARIABLE: KEY, PROXY: "127.0.0.1"}


def said(monkeypatch, changes: dict[str, str | None], **options: str) -> list[str]:
    environment = {name: value for name, value in (GOOD | changes).items() if value is not None}
    monkeypatch.delenv(VARIABLE, raising=False)
    if VARIABLE in environment:
        monkeypatch.setenv(VARIABLE, environment[VARIABLE])
    named = {"server.address": "127.0.0.1", "server.cookieSecret": environment.get(KEY_VARIABLE, "made by chance" * 9)}
    return problems(environment, (named | {name.replace("_", "."): value for name, value in options.items()}).get)


def test_what_is_right_starts(monkeypatch):
    assert said(monkeypatch, {}) == []
    assert said(monkeypatch, {PROCESSES: "4", VARIABLE: "postgresql://me@host/lab"}) == []
    assert said(monkeypatch, {PROXY: None}) == [], "it listens on this machine only"
    assert said(monkeypatch, {PROXY: "172.18.0.0/16"}, server_address="0.0.0.0") == []
    assert said(monkeypatch, {PROXY: None}, server_address="0.0.0.0", server_sslCertFile="cert.pem") == []


@pytest.mark.parametrize("off", [None, "", "0", "no", "False"])
def test_on_ones_own_machine_nothing_is_asked(monkeypatch, off):
    assert (
        said(monkeypatch, {HOSTED: off, KEY_VARIABLE: None, PROXY: "nonsense", PROCESSES: "many"}, server_address="0.0.0.0") == []
    )


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (None, "is not set"),
        ("", "is not set"),
        ("short", "easy to guess"),
        ("a" * 64, "easy to guess"),
        ("change-me-" * 7, "easy to guess"),
    ],
)
def test_a_weak_key_is_refused(monkeypatch, key, why):
    (one,) = said(monkeypatch, {KEY_VARIABLE: key})
    assert why in one
    made = re.search(r"python3 -c '(.*)'", one).group(1).replace("print", "made.append")
    exec(made, {"made": (keys := [])})
    assert said(monkeypatch, {KEY_VARIABLE: keys[0]}) == [], "what it says to do makes a good one"


@pytest.mark.parametrize("address", ["", "0.0.0.0", "::", "192.168.1.7"])
def test_plain_http_on_a_public_address_is_refused(monkeypatch, address):
    (one,) = said(monkeypatch, {PROXY: None}, server_address=address)
    assert "without TLS" in one and PROXY in one and "--server.address 127.0.0.1" in one


def test_sqlite_with_several_processes_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr("dashboard.store.address.FOLDER", tmp_path)
    for given in (None, f"sqlite:///{tmp_path}/lab.sqlite"):
        (one,) = said(monkeypatch, {PROCESSES: "2", VARIABLE: given})
        assert "SQLite" in one and VARIABLE in one
    assert said(monkeypatch, {PROCESSES: "1", VARIABLE: f"sqlite:///{tmp_path}/lab.sqlite"}) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (HOSTED, "perhaps"),
        (PROCESSES, "two"),
        (PROCESSES, "0"),
        (PROXY, "my-proxy"),
        (PROXY, "0.0.0.0/0"),
        (PROXY, "127.0.0.1, ::/0"),
    ],
)
def test_what_cannot_be_meant_is_named(monkeypatch, name, value):
    (one,) = said(monkeypatch, {name: value})
    assert name in one


def test_a_bad_address_is_told_without_its_password(monkeypatch):
    (one,) = said(monkeypatch, {PROCESSES: "2", VARIABLE: "mysql://me:s3cr3t-pass@host/lab"})
    assert VARIABLE in one and "s3cr3t-pass" not in one


def test_everything_wrong_is_said_at_once_and_ends_the_app(monkeypatch):
    for name in (KEY_VARIABLE, VARIABLE, PROXY):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(HOSTED, "1")
    monkeypatch.setenv(PROCESSES, "3")
    with pytest.raises(SystemExit) as ended:
        hosted.check()
    assert [name for name in (KEY_VARIABLE, VARIABLE, PROXY, "deploy/README.md") if name not in str(ended.value)] == []
    monkeypatch.delenv(HOSTED)
    hosted.check()


@contextlib.contextmanager
def starting(file, mode: str):
    """A process that has begun as the app does, and what it said: "started", or why it did not."""
    environment = os.environ | GOOD | {HOSTED: mode, VARIABLE: f"sqlite:///{file}"}
    program = "from dashboard import hosted; hosted.check(); print('started', flush=True); input()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=environment, text=True, **pipes) as process:
        try:
            yield process.stdout.readline().strip(), process
        finally:
            process.kill()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such locks")
def test_a_sqlite_file_is_one_processs_whatever_they_say_of_their_number(tmp_path):
    file = tmp_path / "lab.sqlite"
    with starting(file, "1") as (said_first, first):
        assert said_first == "started"
        with starting(file, "1") as (told, second):
            assert f"the SQLite file {file}" in told and VARIABLE in told and "started" not in told
            assert second.wait(60) == 1
        with starting(tmp_path / "other.sqlite", "1") as (told, _):
            assert told == "started"
        with starting(file, "") as (told, _):
            assert told == "started", "on one's own machine nothing is asked"
        first.kill()
        first.wait(60)
        with starting(file, "1") as (told, _):
            assert told == "started", "whoever was killed holds nothing"
