"""The API of drafts: by it whoever writes a lesson loads its file, and learns what is wrong with it or how its proof goes.

    GET    api/drafts               {"drafts": [{name, title, file, address, changed_s}]}, the newest first
    POST   api/drafts?file=name     the file as it is (application/yaml); {file, digest, problems: [{line, field, message}],
                                    draft: null or {name, title, page, address}, check: null or as below}
    GET    api/drafts/{name}        {file, text}
    DELETE api/drafts/{name}        the drafts that are left
    GET    api/drafts/{name}/check  {"check": null or {digest, state: running, done, cancelled or failed, done, all, lesson: null
                                    or what `filled` says, problems: null or [[line, field, message]], failed: text}}
    DELETE api/drafts/{name}/check  the same, after it was ended

All may answer {"problem": text}. Nobody sees another's drafts. Knows nothing of what a lesson may hold.
"""

import asyncio
import contextvars
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from dashboard.journey import CONCEPTS
from dashboard.lesson.checks_apart import CHECKS, Busy
from dashboard.lesson.drafts import DRAFTS, PREFIX, look
from dashboard.lesson.who import learner
from dashboard.places import path
from dashboard.store.address import BadAddress
from dashboard.store.database import Away
from dashboard.store.schema import TooNew
from dashboard.words import COOKIE, speaking, t
from lessons.format import Lesson
from lessons.reading import MAX_BYTES

LOG = logging.getLogger(__name__)
PATH = "/api/drafts"
KIND = "application/yaml"
"""What a file is sent as: no other site can have a browser send that to us."""
BODY_S = 20
THREADS = 2
AT_ONCE = 3
"""Requests of one person that wait or are worked on at a time;"""
MAX_WAITING = 20
"""and those of all."""

_threads = ThreadPoolExecutor(THREADS, "drafts")
_working: list[str] = []
"""Cookies of those whose requests wait or are worked on. Only the event loop's thread uses it."""


class Refused(Exception):
    """A request that is refused: with a status, and a text for the person."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def address_of(lesson: Lesson, name: str) -> str:
    """Where a draft is played."""
    return f"{path(lesson.concept)}?lesson={PREFIX}{name}"


def _cards(cookie: str | None) -> dict[str, Any]:
    pairs = [(kept, DRAFTS.lesson(cookie, kept.name)) for kept in DRAFTS.of(cookie)]
    return {
        "drafts": [
            {
                "name": kept.name,
                "title": lesson.title,
                "file": kept.file,
                "address": address_of(lesson, kept.name),
                "changed_s": kept.changed_s,
            }
            for kept, lesson in pairs
            if lesson
        ]
    }


def _sendable(text: str) -> str:
    """The text without halves of characters, which a file can name and no answer can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _loaded(cookie: str, text: bytes, file: str) -> dict[str, Any]:
    """What is said of a file; one that can be played is kept, and its proof begins."""
    looked = look(text, file)
    told = {
        "file": looked.file,
        "digest": looked.digest,
        "problems": [
            {"line": one.line, "field": _sendable(one.field), "message": _sendable(one.message)} for one in looked.problems
        ],
        "draft": None,
        "check": None,
    }
    if looked.source is None:
        return told
    lesson, name = looked.source.lesson, looked.name
    DRAFTS.keep(cookie, looked, text)
    page = t(dict(CONCEPTS)[lesson.concept])
    draft = {"name": name, "title": lesson.title, "page": page, "address": address_of(lesson, name)}
    return told | {"draft": draft, "check": CHECKS.begin(cookie, name, looked.digest, text).told()}


def _opened(cookie: str | None, name: str) -> dict[str, Any]:
    kept = DRAFTS.named(cookie, name)
    if kept is None:
        raise Refused(404, t("You have no draft {name}.", name=f"{name!r:.40}"))
    return {"file": kept.file, "text": kept.text}


def _dropped(cookie: str, name: str) -> dict[str, Any]:
    if check := CHECKS.of(cookie, name):
        check.end("cancelled")
    DRAFTS.drop(cookie, name)
    return _cards(cookie)


async def _list(request: Request) -> JSONResponse:
    return await answered(request, lambda cookie: _cards(cookie))


async def _load(request: Request) -> JSONResponse:
    return await answered(request, lambda cookie, text: _loaded(cookie, text, request.query_params.get("file", "")), sent=True)


async def _one(request: Request) -> JSONResponse:
    name = request.path_params["name"]
    if request.method == "DELETE":
        return await answered(request, lambda cookie: _dropped(cookie, name), changes=True)
    return await answered(request, lambda cookie: _opened(cookie, name))


async def _check(request: Request) -> JSONResponse:
    check = CHECKS.of(learner(request.cookies) or "", request.path_params["name"])
    if request.method == "DELETE":
        try:
            check_sender(request)
        except Refused as problem:
            return JSONResponse({"problem": str(problem)}, problem.status)
        if check:
            check.end("cancelled")
    return JSONResponse({"check": check and check.told()}, headers={"cache-control": "no-store"})


async def answered(request: Request, work: Callable[..., Any], sent: bool = False, changes: bool = False) -> JSONResponse:
    """What the work comes to, or what is wrong, in the viewer's language."""
    with speaking(request.cookies.get(COOKIE, "")):
        try:
            cookie, more = learner(request.cookies), []
            if sent or changes:
                check_sender(request)
                if cookie is None:
                    raise Refused(400, t("Your browser has no cookie of this page. Allow cookies here, and load the page again."))
            if sent:
                more = [await _body(request)]
            told, status = await in_turn(cookie, lambda: worked(work, cookie, *more)), 200
        except Refused as problem:
            told, status = {"problem": str(problem)}, problem.status
        return JSONResponse(told, status, headers={"cache-control": "no-store"})


async def in_turn(cookie: str | None, work: Callable[[], Any]) -> Any:
    """The work, in one of few threads, of one person only so much at a time. Raises Refused."""
    whose = cookie or ""
    if (cookie and _working.count(whose) >= AT_ONCE) or len(_working) >= MAX_WAITING:
        raise Refused(429, t("One moment: your last files are still being looked at."))
    _working.append(whose)
    try:
        return await asyncio.wrap_future(_threads.submit(contextvars.copy_context().run, work))
    finally:
        _working.remove(whose)


def worked(work: Callable[..., Any], *args: Any) -> Any:
    """The work, with everything that can be wrong as Refused."""
    try:
        return work(*args)
    except Refused:
        raise
    except Busy as problem:
        raise Refused(429, str(problem)) from None
    except (Away, BadAddress, TooNew) as problem:
        LOG.warning("%s", problem)
        raise Refused(503, t("The database cannot be reached, so nothing can be saved just now. It is tried again.")) from None
    except Exception:
        # A defect must not show a stranger how the app is made: the log has it, the writer is told that it is ours.
        LOG.exception("a draft could not be looked at")
        raise Refused(503, t("Something is wrong with this app, not with your file. Try again later.")) from None


def check_sender(request: Request) -> None:
    """Whether a request comes from our own page. Raises Refused."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign or site != "same-origin":
        raise Refused(403, t("Files come from this app's own page only."))


async def _body(request: Request) -> bytes:
    """The file of a request within the limits. Raises Refused."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != KIND:
        raise Refused(400, t("Send the file with the content type {kind}.", kind=KIND))
    data = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for part in request.stream():
                data += part
                if len(data) > MAX_BYTES:
                    raise Refused(413, t("A lesson file has at most {number} kB.", number=MAX_BYTES // 1_000))
    except TimeoutError:
        raise Refused(400, t("The file took too long to come.")) from None
    return bytes(data)


ROUTES = [
    Route(PATH, _list, methods=["GET"]),
    Route(PATH, _load, methods=["POST"]),
    Route(f"{PATH}/{{name}}", _one, methods=["GET", "DELETE"]),
    Route(f"{PATH}/{{name}}/check", _check, methods=["GET", "DELETE"]),
]
