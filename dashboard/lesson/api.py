"""The API of lessons: routes that take the request of a stranger within limits and answer with JSON.

Work is done in few threads, and of one learner only so much at a time. What goes over the wire is described in the package's
docstring; what an action comes to is the desk's.
"""

import asyncio
import contextvars
import json
import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from dashboard.asks import BadAsk
from dashboard.lesson.beside import SHELF
from dashboard.lesson.desk import Contended, Desk, Missing
from dashboard.lesson.way import Refused
from dashboard.lesson.who import learner
from dashboard.store.address import BadAddress
from dashboard.store.database import Away
from dashboard.store.learning import Full
from dashboard.store.schema import TooNew
from dashboard.words import COOKIE, engine_text, speaking, t
from lessons.judging import NotYet
from lessons.running import BadRun, NotReady

LOG = logging.getLogger(__name__)
PATH = "/api/lessons"
MAX_BYTES = 64_000
"""Of a request's body."""
BODY_S = 20
"""How long a body may take to come."""
THREADS = 8
AT_ONCE = 3
"""Requests of one learner that are worked on at a time."""

DESK = Desk()
_threads = ThreadPoolExecutor(THREADS, "lessons")
_working: Counter[str] = Counter()
_lock = threading.Lock()


class Problem(Exception):
    """A request that is refused: with a status, and a text for the person."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


async def _list(request: Request) -> JSONResponse:
    return await _answered(request, lambda cookie, _: {"lessons": DESK.cards(cookie), "broken": SHELF.problems()})


async def _state(request: Request) -> JSONResponse:
    return await _answered(request, lambda cookie, _: DESK.state(cookie, request.path_params["id"]))


async def _act(request: Request) -> JSONResponse:
    return await _answered(request, lambda cookie, body: DESK.act(cookie, request.path_params["id"], body), posted=True)


async def _answered(request: Request, work: Callable[[Any, Any], Any], posted: bool = False) -> JSONResponse:
    """What the work comes to, or what is wrong, in the viewer's language."""
    with speaking(request.cookies.get(COOKIE, "")):
        try:
            cookie, body = learner(request.cookies), None
            if posted:
                _check_sender(request)
                body = await _body(request)
                if cookie is None:
                    raise Problem(400, t("Your browser has no cookie of this page. Allow cookies here, and load the page again."))
            told, status = await _in_thread(_worked, work, cookie, body), 200
        except Problem as problem:
            told, status = {"problem": str(problem)}, problem.status
        return JSONResponse(told, status, headers={"cache-control": "no-store"})


def _worked(work: Callable[[Any, Any], Any], cookie: str | None, body: Any) -> Any:
    """The work, with everything that can be wrong as a Problem."""
    with _turn(cookie):
        try:
            return work(cookie, body)
        except Missing as problem:
            raise Problem(404, problem.args[0]) from None
        except NotReady:
            raise Problem(503, t("The simulator is still being prepared. Try again in a minute.")) from None
        except (BadAsk, Refused, NotYet, BadRun) as problem:
            raise Problem(400, engine_text(problem.args[0])) from None
        except Full:
            raise Problem(429, t("You have stored as many answers as one may. Your earlier ones stay.")) from None
        except Contended as problem:
            raise Problem(429, problem.args[0]) from None
        except (Away, BadAddress, TooNew) as problem:
            LOG.warning("%s", problem)
            raise Problem(503, t("The database cannot be reached, so nothing can be saved just now. It is tried again.")) from None
        except Exception:
            # A defect must not show a stranger how the app is made: the log has it, the learner is told that it is ours.
            LOG.exception("an action could not be taken: %.500r", body)
            raise Problem(503, t("Something is wrong with this app. Your answer was not saved; try again later.")) from None


@contextmanager
def _turn(cookie: str | None) -> Iterator[None]:
    """One of the few turns of a learner."""
    with _lock:
        if cookie and _working[cookie] >= AT_ONCE:
            raise Problem(429, t("One moment: your last answers are still being worked on."))
        _working[cookie or ""] += 1
    try:
        yield
    finally:
        with _lock:
            _working[cookie or ""] -= 1
            if not _working[cookie or ""]:
                del _working[cookie or ""]


async def _in_thread(work: Callable[..., Any], *args: Any) -> Any:
    """What the work comes to in one of our own threads, so that others of the app are not waited for; in the same language."""
    return await asyncio.wrap_future(_threads.submit(contextvars.copy_context().run, work, *args))


def _check_sender(request: Request) -> None:
    """Whether a request comes from our own page: no other site can send JSON with such headers. Raises Problem."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign or site != "same-origin":
        raise Problem(403, t("Answers come from this app's own page only."))
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Problem(400, t("Send JSON, with the content type application/json."))


async def _body(request: Request) -> Any:
    """The JSON of a request within the limits. Raises Problem."""
    data = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for part in request.stream():
                data += part
                if len(data) > MAX_BYTES:
                    raise Problem(413, t("The answer is longer than {number} kB.", number=MAX_BYTES // 1_000))
    except TimeoutError:
        raise Problem(400, t("The answer took too long to come.")) from None
    try:
        body = json.loads(data.decode("utf-8"), parse_constant=_refused)
        # What cannot be written cannot be stored: halves of characters, and the character that ends a text in a database.
        if "\\u0000" in json.dumps(body, ensure_ascii=False).encode("utf-8").decode("utf-8"):
            raise ValueError
    except (ValueError, RecursionError):
        raise Problem(400, t("This is no JSON that can be read.")) from None
    return body


def _refused(_name: str) -> None:
    raise ValueError("a number that is none")


ROUTES = [
    Route(PATH, _list, methods=["GET"]),
    Route(f"{PATH}/{{id}}", _state, methods=["GET"]),
    Route(f"{PATH}/{{id}}", _act, methods=["POST"]),
]
