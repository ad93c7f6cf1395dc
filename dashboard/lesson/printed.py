"""Printed: a lesson's worksheet and its key as pages to print, of the course's lessons and of somebody's drafts.

The pages hold no script and load nothing; the browser is told to allow none. A key is only given to who asks for it from the page
on which lessons are written (a form, no link), so that no address that is passed on shows it. What is on a page is
`lessons.printing`'s.
"""

import base64
import hashlib
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.cores import CORES
from dashboard.lesson.beside import SHELF
from dashboard.lesson.draft_api import TURNS
from dashboard.lesson.drafts import DRAFTS, PREFIX
from dashboard.lesson.gate import Refusal, check_sender
from dashboard.lesson.who import learner
from dashboard.words import COOKIE, speaking, t
from lessons import printing
from lessons.format import Lesson
from lessons.running import BadRun, NotReady

PATH = "/lessons/{id}"
STYLE_HASH = base64.b64encode(hashlib.sha256(printing.STYLE.encode()).digest()).decode()
HEADERS = {
    "content-security-policy": f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
}


async def _worksheet(request: Request) -> Response:
    return await _printed(request, printing.worksheet)


async def _key(request: Request) -> Response:
    return await _printed(request, printing.key)


async def _key_by_address(_request: Request) -> Response:
    told = t("The key has the answers. It is printed from the page on which lessons are written.")
    return PlainTextResponse(told, 403)


async def _printed(request: Request, made: Callable[[Lesson], str]) -> Response:
    name = request.path_params["id"]
    with speaking(request.cookies.get(COOKIE, "")):
        try:
            if request.method == "POST":
                check_sender(request)
            cookie = learner(request.cookies)
            page = await TURNS.take(cookie, _page, cookie, name, made)
        except Refusal as problem:
            return PlainTextResponse(str(problem), problem.status)
    return HTMLResponse(page, headers=HEADERS)


def _page(cookie: str | None, name: str, made: Callable[[Lesson], str]) -> str:
    """The page. Raises Refusal, or Away."""
    draft = name.startswith(PREFIX)
    lesson = DRAFTS.lesson(cookie, name.removeprefix(PREFIX)) if draft else SHELF.get(name)
    if lesson is None:
        raise Refusal(404, t("There is no lesson {name}; the home page has all of them.", name=f"{name!r:.40}"))
    try:
        with CORES:
            return made(lesson)
    except NotReady:
        raise
    except BadRun as problem:
        raise Refusal(400, str(problem)) from None


ROUTES = [
    Route(f"{PATH}/worksheet", _worksheet, methods=["GET"]),
    Route(f"{PATH}/key", _key, methods=["POST"]),
    Route(f"{PATH}/key", _key_by_address, methods=["GET"]),
]
