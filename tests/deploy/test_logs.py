"""Hosted, the log is JSON by the line, and says nothing of people: no addresses, and no error's text, which may quote them."""

import json
import logging
import subprocess
import sys

import pytest

from dashboard.logs import ROOT, Lines


def line(message: str, *args: object, error: tuple | None = None) -> dict:
    return json.loads(Lines().format(logging.LogRecord("dashboard.test", logging.WARNING, "file", 1, message, args, error)))


@pytest.mark.parametrize(
    "address", ["203.0.113.7", "203.0.113.7:51234", "2001:db8::1", "[2001:db8::1]:443", "::ffff:203.0.113.7", "fe80:1:2:3:4:5:6:7"]
)
def test_addresses_are_left_out(address):
    told = line("a stranger, %s, came", address)["message"]
    assert told == "a stranger, (address), came"
    assert line("at %s.", address)["message"] == "at (address)."


@pytest.mark.parametrize("kept", ["at 12:30:59", "version 1.67.0", "dashboard::word", "ratio 3:4", "x.y.z"])
def test_what_only_looks_like_one_stays(kept):
    assert line(kept)["message"] == kept


def test_an_error_is_its_kind_and_its_way_through_the_code():
    try:
        raise ValueError("Anna Schmidt typed this")
    except ValueError:
        told = line("it failed", error=sys.exc_info())
    assert told["error"] == "ValueError"
    assert [place.partition(":")[0] for place in told["at"]] == ["tests/deploy/test_logs.py"]
    assert "Anna" not in json.dumps(told)


def test_what_streamlit_and_its_server_log_is_written_so_too():
    program = """
import logging, streamlit
from streamlit.logger import get_logger
before = get_logger("streamlit.web.something")
from dashboard import logs
logs.begin()
before.warning("from streamlit")
get_logger("uvicorn.error").info('203.0.113.7:1 - "WebSocket /room/abc" [accepted]')
logging.getLogger("uvicorn.error").error("from the server")
logging.getLogger("dashboard.x").warning("from us", extra={"facts": {"kind": "page"}})
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    told = [json.loads(text) for text in done.stderr.splitlines()]
    assert [one["message"] for one in told] == ["from streamlit", "from the server", "from us"]
    assert told[2]["kind"] == "page"
    assert done.stdout == ""
