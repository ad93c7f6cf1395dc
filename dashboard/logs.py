"""Logs: where the app is hosted, one JSON object a line, without anything about a person.

An error is told by its kind and the places of the code that it passed, not by its text, which may quote what somebody typed; an
internet address in a message is left out. Knows no route.
"""

import json
import logging
import re
import sys
import time
import traceback
from pathlib import Path

from streamlit.logger import get_logger

from dashboard.source import is_address

ROOT = Path(__file__).resolve().parent.parent
MAYBE_ADDRESS = re.compile(r"(?<!\w)[0-9A-Fa-f:.\[\]]{2,}(?!\w)")
SERVER = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi", "websockets")
"""Loggers that name the address of whoever connects, and the page they open, at the level of a notice."""
MAX_TEXT = 1_000


class Lines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        told = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": MAYBE_ADDRESS.sub(_hidden, record.getMessage())[:MAX_TEXT],
        }
        told |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0]:
            told["error"] = record.exc_info[0].__name__
            told["at"] = [f"{_place(one.filename)}:{one.lineno} {one.name}" for one in traceback.extract_tb(record.exc_info[2])]
        return json.dumps(told, ensure_ascii=False)


def begin(level: int = logging.WARNING) -> None:
    """From now on everything that is logged is written so, to the standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.root.handlers = [handler]
    logging.root.setLevel(level)
    for name in SERVER:
        get_logger(name).setLevel(logging.WARNING)
    # Streamlit and its server give loggers handlers of their own, in their own format.
    for logger in list(logging.root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):
            logger.handlers.clear()
            logger.propagate = True


def _hidden(found: re.Match[str]) -> str:
    """What looks like an address, unless it is none."""
    text = found.group().rstrip(".:")
    return "(address)" + found.group()[len(text) :] if is_address(text) else found.group()


def _place(filename: str) -> str:
    path = Path(filename)
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
