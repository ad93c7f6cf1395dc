"""Embed: which pages may stand in a frame of a learning platform, in whose, and which cookie a learner has there.

`SCALE_IT_UP_EMBED` names the platforms' hosts. What learners see may be framed there; never the home page, the teacher's view, the
wall, settings, or any document that carries rights. A browser's rights in rooms are a cookie of their own, which no foreign frame
gets (SameSite=Lax), so that even whoever walks on to such a page within a frame may do nothing there.

In a frame of another site a browser keeps only cookies with SameSite=None; Secure; with Partitioned as well (CHIPS) they belong to
that platform and this app together, and follow nobody elsewhere. So they need TLS. Knows paths and hosts; nothing of who learns.
"""

import os
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from streamlit import config

from dashboard import places
from dashboard.journey import CONCEPTS

VARIABLE = "SCALE_IT_UP_EMBED"
"""Hosts with commas between: moodle.school.example, or *.school.example for all below it; with :port where it is another one."""
PART = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"(?:\*\.)?{PART}(?:\.{PART})+(?::[1-9]\d{{0,4}})?")
OWN = "frame-ancestors 'self'"
VIEWS = (*(name for name, _ in CONCEPTS), "lessons", "gallery", "glossary")
DOCUMENTS = re.compile(r"join|room/[A-Za-z0-9_-]+(?:/questions)?")
LAX, FRAMED = "SameSite=Lax", "SameSite=None; Secure; Partitioned"


def hosts(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The hosts that may frame a page, as sources of a policy. Raises ValueError with what is none."""
    return _read(environment.get(VARIABLE, ""))


@cache
def _read(text: str) -> tuple[str, ...]:
    given = [one.strip().lower().removeprefix("https://").rstrip("/") for one in text.split(",") if one.strip()]
    for one in given:
        if not HOST.fullmatch(one):
            raise ValueError(one)
    return tuple(f"https://{one}" for one in dict.fromkeys(given))


def check() -> None:
    """End the app with words where the hosts cannot be read."""
    try:
        hosts()
    except ValueError as problem:
        example = "moodle.school.example, *.campus.example"
        raise SystemExit(f"{VARIABLE} holds {str(problem)[:60]!r}: give hosts with commas between, such as {example}.") from None


def may_be_framed(path: str) -> bool:
    """Whether what is at a path is for learners only, and carries no rights."""
    place = path.strip("/").removeprefix(config.get_option("server.baseUrlPath").strip("/")).strip("/")
    return place in {places.path(name) for name in VIEWS} or DOCUMENTS.fullmatch(place) is not None


def policy(path: str, own: str) -> str:
    """The content security policy for a path: our own, or with those who may frame it."""
    allowed = hosts()
    return own.replace(OWN, " ".join([OWN, *allowed])) if allowed and may_be_framed(path) else own


def cookie_rules(scope: dict[str, Any]) -> str:
    """What is written behind a learner's cookie that is set with a page: for a foreign frame, where this is one that is allowed."""
    headers = dict(scope["headers"])
    foreign = headers.get(b"sec-fetch-site") == b"cross-site" and headers.get(b"sec-fetch-dest") in (b"iframe", b"frame")
    if foreign and scope["scheme"] == "https" and hosts() and may_be_framed(scope["path"]):
        return FRAMED
    return f"{LAX}; Secure" if scope["scheme"] == "https" else LAX
