"""Files: the app's own modules, sheets and pictures, at addresses that name the version of all of them.

What is at such an address never changes, so a browser asks for each once, and a page that is opened again loads none of them. A
page's document names what the page will need, so that a browser asks for it at once, not for one module behind the other. Knows
nothing of what is in a file but which others it imports.
"""

import gzip
import hashlib
import re
import sys
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from dashboard import places
from dashboard.lost import is_document

STATIC = Path(__file__).parent / "static"
PLACE = "files"
PLOTLY = "vendor/plotly-basic-4.1.1.min.js"
IMPORTED = re.compile(r"(?:from|^import) '(\.[^']+)'", re.MULTILINE)
SHEET = re.compile(r"'(\.[^']+\.css)'")
"""A sheet without which nothing is seen; what is only put on the page later is named without "./"."""
WITHOUT_BAR = ("teach", "wall")
"""Pages that name a room without being in it (TEACHERS of room/here.js)."""


@cache
def version() -> str:
    """Of all files together: another one as soon as one of them changes."""
    digest = hashlib.sha256()
    for name in sorted(names()):
        digest.update(f"{name}\0".encode() + (STATIC / name).read_bytes())
    return digest.hexdigest()[:12]


@cache
def names() -> frozenset[str]:
    """All of them, below `static`; not what a deployed version has compressed beside each."""
    return frozenset(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file() and path.suffix != ".gz")


def address(name: str) -> str:
    """Where a file is, relative to the app's root."""
    return f"{PLACE}/{version()}/{name}"


@cache
def modules(*roots: str) -> tuple[str, ...]:
    """These modules and all that they import, by their names below `static`."""
    found = dict.fromkeys(roots)
    waiting = list(roots)
    while waiting:
        here = waiting.pop()
        for name in _named(here, IMPORTED):
            if name not in found:
                found[name] = None
                waiting.append(name)
    return tuple(found)


@cache
def sheets(*roots: str) -> tuple[str, ...]:
    """The sheets that these modules, or what they import, put on the page at once."""
    return tuple(dict.fromkeys(name for module in modules(*roots) for name in _named(module, SHEET)))


def link_to(folder: Path) -> Path:
    """Make the files' address in a folder, for a proxy that reads them from the disk itself; the link that stands for it."""
    link = folder / PLACE / version()
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(STATIC)
    return link


class Early:
    """ASGI middleware: the document of a page names the files that the page will need."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass everything on but the app's own document, which gets links in its head."""
        needed = _needed(scope["path"], scope["query_string"].decode("latin-1")) if scope["type"] == "http" else ()
        if not needed or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        begun: dict[str, Any] | None = None
        parts: list[bytes] = []

        async def send_with_links(message: dict[str, Any]) -> None:
            nonlocal begun
            if message["type"] == "http.response.start" and is_document(message):
                begun = message
            elif begun is None:
                await send(message)
            else:
                parts.append(message.get("body", b""))
                if not message.get("more_body"):
                    await _finish(begun, b"".join(parts), needed, scope, send)

        await self.app(_plain(scope), receive, send_with_links)


async def _finish(begun: dict[str, Any], body: bytes, needed: tuple[str, ...], scope: dict[str, Any], send: Any) -> None:
    body = body.replace(b"</head>", "".join(needed).encode() + b"</head>", 1)
    # They tell of the document without our links.
    dropped = (b"content-length", b"etag", b"last-modified", b"accept-ranges")
    headers = [pair for pair in begun["headers"] if pair[0].lower() not in dropped]
    if b"gzip" in dict(scope["headers"]).get(b"accept-encoding", b""):
        body = gzip.compress(body, 5)
        headers.append((b"content-encoding", b"gzip"))
    await send(begun | {"headers": [*headers, (b"content-length", str(len(body)).encode())]})
    await send({"type": "http.response.body", "body": body})


def _plain(scope: dict[str, Any]) -> dict[str, Any]:
    """The request for the whole document, as it is."""
    dropped = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
    return scope | {"headers": [pair for pair in scope["headers"] if pair[0] not in dropped]}


def _needed(path: str, query: str) -> tuple[str, ...]:
    """The links for a page: a view with an island of its name, or with a stage."""
    if "/api/" in path:
        return ()  # some of it is named after a page, and is no document
    place = path.strip("/").rpartition("/")[2]
    view = place.replace("-", "_") or places.HOME
    if not places.exists(view):
        return ()
    given = parse_qs(query)
    room = ["room/bar.js"] if "room" in given and view not in WITHOUT_BAR else []
    if (STATIC / f"pages/{view}.js").is_file():
        return _links(("pages/island.js", f"pages/{view}.js", *room))
    beside = ["lesson/player.js", *(["room/follow.js"] if room else [])] if "lesson" in given else ["lesson/offer.js"]
    return _links(("stage/stage.js", *beside, *room))


@cache
def _links(roots: tuple[str, ...]) -> tuple[str, ...]:
    scripts = [PLOTLY] if "stage/stage.js" in roots else []
    kinds = {
        'rel="modulepreload"': modules(*roots),
        'rel="preload" as="style"': sheets(*roots),
        'rel="preload" as="script"': scripts,
    }
    # Streamlit's own files and questions come first: nothing of ours can be shown before they are done.
    return tuple(
        f'<link {kind} href="{escape(address(name))}" fetchpriority="low">' for kind, names in kinds.items() for name in names
    )


def _named(module: str, form: re.Pattern[str]) -> list[str]:
    here = STATIC / module
    paths = (here.parent.joinpath(path).resolve() for path in form.findall(here.read_text(encoding="utf-8")))
    return [path.relative_to(STATIC.resolve()).as_posix() for path in paths]


if __name__ == "__main__":
    print(link_to(Path(sys.argv[1])))
