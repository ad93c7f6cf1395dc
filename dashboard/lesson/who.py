"""Who: a learner is whoever has the cookie that the first page set; nothing else is known of them.

The cookie is a random number. A script that speaks to the API only gets none; the database gets its hash only. Knows no lesson.
"""

import re
import secrets
from typing import Any

from dashboard.embed import FRAMED, cookie_rules
from dashboard.lost import is_document

COOKIE = "learner"
BITS = 128
YEAR_S = 365 * 24 * 3_600
FORM = re.compile(rf"[0-9a-f]{{{BITS // 4}}}")


def learner(cookies: dict[str, str]) -> str | None:
    """The learner's secret from a request's cookies; None where there is none of ours."""
    found = cookies.get(COOKIE, "")
    return found if FORM.fullmatch(found) else None


class Who:
    """ASGI middleware: a page that is opened without the cookie sets one."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass everything on, with the cookie added to a document for whoever has none."""
        if scope["type"] != "http" or scope["method"] != "GET" or learner(_cookies(scope)):
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start" and is_document(message):
                kept = [pair for pair in message["headers"] if pair[0].lower() != b"cache-control"]
                # No cache in between may hand one learner's cookie to another.
                added = [(b"set-cookie", _new(scope).encode()), (b"cache-control", b"no-store")]
                message = message | {"headers": [*kept, *added]}
            await send(message)

        await self.app(_unconditional(scope), receive, send_with_cookie)


def _unconditional(scope: dict[str, Any]) -> dict[str, Any]:
    """The request for the whole document: one that the browser has already would come without headers of ours."""
    if not any(b"text/html" in value for name, value in scope["headers"] if name == b"accept"):
        return scope
    return scope | {"headers": [pair for pair in scope["headers"] if pair[0] not in (b"if-none-match", b"if-modified-since")]}


def ended(scope: dict[str, Any]) -> list[str]:
    """What has a browser forget its cookie, also the one that it has in a frame; the next page sets another."""
    every = [cookie_rules(scope), *([FRAMED] if scope["scheme"] == "https" else [])]
    return [f"{COOKIE}=; HttpOnly; Max-Age=0; Path=/; {rules}" for rules in every]


def _new(scope: dict[str, Any]) -> str:
    return f"{COOKIE}={secrets.token_hex(BITS // 8)}; HttpOnly; Max-Age={YEAR_S}; Path=/; {cookie_rules(scope)}"


def _cookies(scope: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        if name == b"cookie":
            for pair in value.decode("latin-1").split(";"):
                key, _, text = pair.strip().partition("=")
                found[key] = text.strip('"')
    return found
