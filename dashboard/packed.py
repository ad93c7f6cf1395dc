"""Packed: files that never change under their address, ours and Streamlit's, compressed once, kept in memory and sent at once.

A first page is some 170 of them, and a class opens it within a minute: passed through everything that other requests pass, they
alone would keep a process busy for longer. (Behind a proxy most come from its disk.) Knows nothing of what is in them.
"""

import asyncio
import gzip
import mimetypes
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import streamlit
from starlette.responses import Response

from dashboard import files
from dashboard.headers import CONTENT_SECURITY_POLICY, SHARED

FOLDER = Path(streamlit.__file__).parent / "static"
THEIRS = re.compile(r"/(static/(?:js|css|media)/[\w.-]+)")
"""Streamlit's names carry their version."""
OURS = re.compile(rf"/{files.PLACE}/([^/]+)/(.+)")
FOREVER, NEVER = b"public, immutable, max-age=31536000", b"no-store"
WORTH_BYTES = 1_000
"""Shorter files do not become shorter by compression."""
COMPRESSED = ("text/", "application/json", "image/svg")
ALWAYS = [*SHARED.items(), (b"content-security-policy", CONTENT_SECURITY_POLICY.encode())]


class File(NamedTuple):
    """A file's content as it is and, where that is shorter, compressed; with the headers of each but for how long it is kept."""

    plain: bytes
    packed: bytes | None
    plain_headers: list[tuple[bytes, bytes]]
    packed_headers: list[tuple[bytes, bytes]]


class Packed:
    """ASGI middleware that answers for such files, and passes on everything else."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer, or pass on."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        found = _found(scope["path"])
        if found is None:
            app = Response(status_code=404) if scope["path"].startswith(f"/{files.PLACE}/") else self.app
            await app(scope, receive, send)
            return
        path, kept = found
        file = _READ.get(path) or await asyncio.to_thread(_read, path)
        takes = any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])
        body, headers = (file.packed, file.packed_headers) if takes and file.packed else (file.plain, file.plain_headers)
        await send({"type": "http.response.start", "status": 200, "headers": [*headers, (b"cache-control", kept)]})
        await send({"type": "http.response.body", "body": body if scope["method"] == "GET" else b""})


def _found(path: str) -> tuple[Path, bytes] | None:
    """The file that an address names, and how long a browser may keep it; None for what is none."""
    if theirs := THEIRS.fullmatch(path):
        name = theirs.group(1)
        return (FOLDER / name, FOREVER) if name in _theirs() else None
    if ours := OURS.fullmatch(path):
        version, name = ours.groups()
        # A page of another version, while one takes over from the other, gets what there is, and may not keep it under its address.
        return (files.STATIC / name, FOREVER if version == files.version() else NEVER) if name in files.names() else None
    return None


_READ: dict[Path, File] = {}


def _read(path: Path) -> File:
    plain = path.read_bytes()
    kind = "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(path)[0] or "application/octet-stream"
    packed = gzip.compress(plain, 9) if kind.startswith(COMPRESSED) and len(plain) > WORTH_BYTES else None
    kind = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    shared = [(b"content-type", kind.encode()), (b"vary", b"accept-encoding"), *ALWAYS]
    headers = [*shared, (b"content-length", str(len(plain)).encode())]
    packed_headers = [*shared, (b"content-encoding", b"gzip"), (b"content-length", str(len(packed or b"")).encode())]
    return _READ.setdefault(path, File(plain, packed, headers, packed_headers))


@cache
def _theirs() -> frozenset[str]:
    return frozenset(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("static/*/*"))
