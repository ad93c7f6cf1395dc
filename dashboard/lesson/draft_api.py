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

import logging
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from dashboard.classroom.limits import Limit
from dashboard.journey import CONCEPTS
from dashboard.keeping import KEEPER
from dashboard.lesson.checks_apart import CHECKS, Busy
from dashboard.lesson.drafts import DRAFTS, PREFIX, look
from dashboard.lesson.gate import Refusal, Turns, body_of, check_sender, refused, reply
from dashboard.lesson.who import learner
from dashboard.places import path
from dashboard.source import source_of
from dashboard.store.drafts import Full
from dashboard.words import t
from lessons.format import Lesson
from lessons.reading import MAX_BYTES

LOG = logging.getLogger(__name__)
PATH = "/api/drafts"
KIND = "application/yaml"
THREADS = 2
AT_ONCE = 3
"""Requests of one person that wait or are worked on at a time;"""
MAX_WAITING = 20
"""and those of all."""
NEW = Limit(at_once=150, a_minute=0.1)
"""New drafts from one source: of a class of thirty each writes five at once, and a script needs days to fill the store."""


def as_refusal(problem: Exception) -> Refusal | None:
    """What can be wrong with a draft, as a person is told; None for everything else."""
    match problem:
        case Busy():
            return Refusal(429, str(problem))
        case Full():
            LOG.warning("%s", problem)
            return Refusal(
                507,
                t(
                    "There is no room here for one more draft just now. Keep your text in a file of your own, and load it again "
                    "tomorrow; drafts that you already have can still be changed."
                ),
            )
    return None


TURNS = Turns("drafts", THREADS, AT_ONCE, MAX_WAITING, as_refusal)


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


def _loaded(cookie: str, source: str, text: bytes, file: str) -> dict[str, Any]:
    """What is said of a file that came from a source; one that can be played is kept, and its proof begins."""
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
    if DRAFTS.named(cookie, name) is None:
        _take_place(source)
    DRAFTS.keep(cookie, looked, text)
    page = t(dict(CONCEPTS)[lesson.concept])
    draft = {"name": name, "title": lesson.title, "page": page, "address": address_of(lesson, name)}
    return told | {"draft": draft, "check": CHECKS.begin(cookie, name, looked.digest, text).told()}


def _take_place(source: str) -> None:
    """Count one more new draft of a source. Raises Refusal."""
    try:
        NEW.take(source)
    except Refusal as problem:
        told = t(
            "Very many new drafts came from your network. Keep your text in a file of your own, and load it again in an hour; "
            "drafts that you already have can still be changed."
        )
        raise Refusal(problem.status, told) from None


def _opened(cookie: str | None, name: str) -> dict[str, Any]:
    kept = DRAFTS.named(cookie, name)
    if kept is None:
        raise Refusal(404, t("You have no draft {name}.", name=f"{name!r:.40}"))
    return {"file": kept.file, "text": kept.text}


def _dropped(cookie: str, name: str) -> dict[str, Any]:
    if check := CHECKS.of(cookie, name):
        check.end("cancelled")
    if DRAFTS.drop(cookie, name):
        KEEPER.sweep_soon()
    return _cards(cookie)


async def _list(request: Request) -> JSONResponse:
    return await answered(request, lambda cookie: _cards(cookie))


async def _load(request: Request) -> JSONResponse:
    source, file = source_of(request.scope), request.query_params.get("file", "")
    return await answered(request, lambda cookie, text: _loaded(cookie, source, text, file), sent=True)


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
        except Refusal as problem:
            return refused(problem)
        if check:
            check.end("cancelled")
    return JSONResponse({"check": check and check.told()}, headers={"cache-control": "no-store"})


async def answered(request: Request, work: Callable[..., Any], sent: bool = False, changes: bool = False) -> JSONResponse:
    """What the work comes to, or what is wrong, in the viewer's language."""

    async def asked() -> Any:
        cookie, more = learner(request.cookies), []
        if sent or changes:
            check_sender(request)
            if cookie is None:
                raise Refusal(400, t("Your browser has no cookie of this page. Allow cookies here, and load the page again."))
        if sent:
            more = [await body_of(request, KIND, MAX_BYTES)]
        return await TURNS.take(cookie, work, cookie, *more)

    return await reply(request, asked())


ROUTES = [
    Route(PATH, _list, methods=["GET"]),
    Route(PATH, _load, methods=["POST"]),
    Route(f"{PATH}/{{name}}", _one, methods=["GET", "DELETE"]),
    Route(f"{PATH}/{{name}}/check", _check, methods=["GET", "DELETE"]),
]
