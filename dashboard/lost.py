"""Lost: an address at which there is no page leads home, which says so; and what of Streamlit no page of ours uses is not there.

Streamlit answers every address with the app, and then shows a message of its own over it that speaks of files. Knows nothing of how
the home page says it.
"""

import re
from typing import Any
from urllib.parse import quote

import streamlit as st
from starlette.responses import Response

from dashboard import places

MISSING = "missing"
"""The parameter of the home page's address that names what is not there."""
OURS = re.compile(
    r"lessons/[^/]+/(worksheet|key|report)|join|paper-cards|claim/[^/]+|room/[^/]+(/(questions|card|lessons/[^/]+/report))?"
)
"""Documents of ours that are no pages of the app."""
CLOSED = re.compile(r"/_stcore/+upload_file(/|$)")
"""Where Streamlit takes files, and keeps them in memory without a limit: it is closed below any prefix."""
MAX_NAMED = 60
"""So many characters of the address are named."""


class Lost:
    """ASGI middleware: where the app itself would be the answer at the address of no page, the answer is the way home."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass everything on but the app's own document at an address of no page, and what is closed."""
        if scope["type"] == "http" and CLOSED.search(scope["path"]):
            await Response(status_code=404)(scope, receive, send)
            return
        home = way_home(scope["path"], st.get_option("server.baseUrlPath")) if scope["type"] == "http" else None
        if home is None:
            await self.app(scope, receive, send)
            return
        turned = False

        async def send_or_turn(message: dict[str, Any]) -> None:
            nonlocal turned
            if message["type"] == "http.response.start" and is_document(message):
                turned = True
                headers = [(b"location", home.encode("ascii")), (b"cache-control", b"no-cache")]
                await send({"type": "http.response.start", "status": 303, "headers": headers})
                await send({"type": "http.response.body", "body": b""})
            elif not turned:
                await send(message)

        await self.app(scope, receive, send_or_turn)


def way_home(path: str, base: str = "") -> str | None:
    """From the path of no page to the home page, relative, so that it holds behind any prefix; None at the path of a page."""
    place = path.strip("/").removeprefix(base.strip("/")).strip("/")
    if not place or OURS.fullmatch(place) or place in {places.path(name) for name in places.every() if name != places.HOME}:
        return None
    up = "../" * place.count("/") or "./"
    return up if place == places.HOME else f"{up}?{MISSING}={quote(place[:MAX_NAMED], safe='')}"


def is_document(message: dict[str, Any]) -> bool:
    """Whether an answer that begins is a document for a browser to show."""
    kinds = [value for name, value in message["headers"] if name.lower() == b"content-type"]
    return message["status"] == 200 and any(value.startswith(b"text/html") for value in kinds)
