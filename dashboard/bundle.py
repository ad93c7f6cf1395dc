"""Bundle: Streamlit's own scripts and sheets, compressed once and kept, for those who come to the app without a proxy.

Streamlit sends them as they are, because compressing them for each who asks would cost more than it saves: 2.3 MB for a first page,
of which a quarter is left. Their names carry their version, so what is kept never changes. Knows nothing of what is in them.
"""

import asyncio
import gzip
import re
from functools import cache
from pathlib import Path
from typing import Any

import streamlit
from starlette.responses import Response

from dashboard.files import FOREVER

FOLDER = Path(streamlit.__file__).parent / "static"
NAMED = re.compile(r"/(static/(?:js|css)/[\w.-]+\.(js|css))")
KINDS = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}


class Packed:
    """ASGI middleware that answers for them where gzip is taken, and passes on everything else."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer, or pass on."""
        found = NAMED.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        headers = dict(scope["headers"]) if found else {}
        packed = None
        if found and b"gzip" in headers.get(b"accept-encoding", b"") and b"range" not in headers:
            packed = await asyncio.to_thread(_packed, found.group(1))
        if packed is None:
            await self.app(scope, receive, send)
            return
        told = {"cache-control": FOREVER, "content-type": KINDS[found.group(2)], "vary": "accept-encoding"}
        await Response(packed, headers=told | {"content-encoding": "gzip"})(scope, receive, send)


def _packed(name: str) -> bytes | None:
    """A file of theirs, compressed; None where there is none of this name."""
    return _compressed(name) if name in _names() else None


@cache
def _compressed(name: str) -> bytes:
    return gzip.compress((FOLDER / name).read_bytes(), 9)


@cache
def _names() -> frozenset[str]:
    return frozenset(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("static/*/*"))
