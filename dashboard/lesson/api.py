"""The API of lessons: routes that take the request of a stranger within limits and answer with JSON.

Work is done in few threads, and of one learner only so much at a time. What goes over the wire is described in the package's
docstring; what an action comes to is the desk's.
"""

import json
import math
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from dashboard.asks import BadAsk
from dashboard.lesson.beside import SHELF
from dashboard.lesson.desk import Contended, Desk, Missing
from dashboard.lesson.gate import THREADS, Refusal, Turns, body_of, check_sender, reply
from dashboard.lesson.way import Refused
from dashboard.lesson.who import learner
from dashboard.store.learning import Full
from dashboard.words import engine_text, t
from lessons.judging import NotYet
from lessons.running import BadRun, NotReady

PATH = "/api/lessons"
KIND = "application/json"
MAX_BYTES = 64_000
"""Of a request's body."""
MAX_DIGITS = 30
"""Of a whole number: one that is longer than decimals reach is nobody's answer."""
AT_ONCE = 3
"""Requests of one learner that are worked on at a time."""

DESK = Desk()


async def _list(request: Request) -> JSONResponse:
    return await _answered(request, lambda cookie, _: {"lessons": DESK.cards(cookie), "broken": SHELF.problems()})


async def _state(request: Request) -> JSONResponse:
    return await _answered(request, lambda cookie, _: DESK.state(cookie, request.path_params["id"]))


async def _act(request: Request) -> JSONResponse:
    return await _answered(request, lambda cookie, body: DESK.act(cookie, request.path_params["id"], body), posted=True)


async def _answered(request: Request, work: Callable[[Any, Any], Any], posted: bool = False) -> JSONResponse:
    async def asked() -> Any:
        cookie, body = learner(request.cookies), await posted_json(request) if posted else None
        if posted and cookie is None:
            raise Refusal(400, t("Your browser has no cookie of this page. Allow cookies here, and load the page again."))
        return await TURNS.take(cookie, work, cookie, body)

    return await reply(request, asked())


async def posted_json(request: Request) -> Any:
    """What our own page has sent. Raises Refusal."""
    check_sender(request)
    return read_json(await body_of(request, KIND, MAX_BYTES))


def as_refusal(problem: Exception) -> Refusal | None:
    """What can be wrong with an action in a lesson, as a person is told; None for everything else."""
    match problem:
        case Missing():
            return Refusal(404, problem.args[0])
        case NotReady():
            return None
        case BadAsk() | Refused() | NotYet() | BadRun():
            return Refusal(400, engine_text(problem.args[0]))
        case Full():
            return Refusal(429, t("You have stored as many answers as one may. Your earlier ones stay."))
        case Contended():
            return Refusal(429, problem.args[0])
    return None


TURNS = Turns("lessons", THREADS, AT_ONCE, as_refusal=as_refusal)


def read_json(data: bytes) -> Any:
    """What the JSON of a body holds. Raises Refusal."""
    try:
        body = json.loads(data.decode("utf-8"), parse_constant=_no_number, parse_int=_whole, parse_float=_decimal)
        # What cannot be written cannot be stored: halves of characters, and the character that ends a text in a database.
        if "\\u0000" in json.dumps(body, ensure_ascii=False).encode("utf-8").decode("utf-8"):
            raise ValueError
    except (ValueError, RecursionError):
        raise Refusal(400, t("This is no JSON that can be read.")) from None
    return body


def _whole(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError("a number without end")
    return int(text)


def _decimal(text: str) -> float:
    if math.isinf(number := float(text)):
        raise ValueError("a number without end")
    return number


def _no_number(_name: str) -> None:
    raise ValueError("a number that is none")


ROUTES = [
    Route(PATH, _list, methods=["GET"]),
    Route(f"{PATH}/{{id}}", _state, methods=["GET"]),
    Route(f"{PATH}/{{id}}", _act, methods=["POST"]),
]
