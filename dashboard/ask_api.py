"""The API of asks: what the browser asks of a page's simulation is one request each, not a run of Streamlit's script.

    POST api/asks/{view}     what the simulation of the page says to an ask, but for the ask's name
    GET  api/stages/{view}   what a stage begins with, for a tab that goes to another page without loading one: a class that is
                             led somewhere does so in one instant

The parameters are those of the page's own address. So an answer leaves at once and costs a process a few milliseconds, and equal
ones are worked out together. Work is done in few threads, and of one person only so much at a time. Knows nothing of what an answer
holds.
"""

import gzip
import json
import time
from functools import lru_cache
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import staging
from dashboard.lesson.api import KIND, read_json
from dashboard.lesson.beside import SHELF, page_of
from dashboard.lesson.drafts import PREFIX as DRAFT
from dashboard.lesson.gate import FRESH, Refusal, Turns, body_of, check_sender, refused
from dashboard.lesson.who import learner
from dashboard.memo import MAX_CACHED_BYTES, PLAIN, written
from dashboard.once import Once
from dashboard.page import ASKS, Page, Pairs, chunk, packed
from dashboard.words import COOKIE, language, speaking, t

MAX_BYTES = 600_000
"""Of a body: the longest run and the longest file that can be opened are shorter. So many that wait may be held at once."""
THREADS, AT_ONCE, MOST_WAITING = 16, 12, 1_000
"""A page has one ask on its way, so so many are as many tabs; a class that moves in one instant fits in."""
MAX_QUERY = 8_000
"""Of the address of a page, in characters."""
STAGES = "api/stages"
MAX_PAGES = 200
COMPRESSION = 4
FRESH_S = 2.0
"""A lesson's file that was changed is played so much later at most."""
Staged = tuple[Page, dict[str, Any] | None]
ANSWERS = Once(MAX_CACHED_BYTES)
TURNS = Turns("asks", THREADS, AT_ONCE, MOST_WAITING)


async def _asked(request: Request) -> Response:
    with speaking(request.cookies.get(COOKIE, "")):
        try:
            check_sender(request)
            raw = read_json(await body_of(request, KIND, MAX_BYTES))
            cookie = learner(request.cookies)
            view, where = request.path_params["view"], dict(request.query_params)
            text = await TURNS.take(cookie, _answered, view, where, cookie, raw)
        except Refusal as problem:
            return refused(problem)
    return _sent(request, text)


def _answered(view: str, where: dict[str, str], cookie: str | None, raw: Any) -> bytes:
    if not isinstance(raw, dict) or not raw:
        raise Refusal(400, t("This asks for nothing."))
    page, _ = _staged(view, staging.Place.of(where), cookie)
    # All that an answer depends on but its name, which whoever asks knows; a draft's page is its writer's alone.
    wanted = json.dumps(raw | {"id": ""}, sort_keys=True)
    key = (view, tuple(sorted(where.items())), page.edition, language(), wanted, cookie if page.lesson.startswith(DRAFT) else "")
    return ANSWERS.get(key, lambda: _worked_out(page, raw))


def _worked_out(page: Page, raw: dict[str, Any]) -> tuple[bytes, bool]:
    """The answer, compressed; kept is what a run came to, not what is wrong, short for now, or made of somebody's file."""
    told = chunk(page, raw)
    told.pop("echo")
    return gzip.compress(written(told), COMPRESSION), told.get("engine", PLAIN) != PLAIN


async def _begun(request: Request) -> Response:
    with speaking(request.cookies.get(COOKIE, "")):
        try:
            check_sender(request)
            if len(request.url.query) > MAX_QUERY:
                raise Refusal(400, t("This address is too long."))
            cookie, pairs = learner(request.cookies), request.query_params.multi_items()
            text = await TURNS.take(cookie, _stage, request.path_params["view"], pairs, cookie)
        except Refusal as problem:
            return refused(problem)
    return _sent(request, text)


def _sent(request: Request, text: bytes) -> Response:
    """Compressed once for all who are told it."""
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(gzip.decompress(text), media_type=KIND, headers=FRESH)
    return Response(text, media_type=KIND, headers=FRESH | {"content-encoding": "gzip", "vary": "accept-encoding"})


def _stage(view: str, pairs: Pairs, cookie: str | None) -> bytes:
    place = staging.Place.of(dict(pairs))
    page, opened = _staged(view, place, cookie)
    return packed(view, place, page, opened, pairs, cookie, _edition(_now()))


def _staged(view: str, place: staging.Place, cookie: str | None) -> Staged:
    """The page as its address stages it, and what that opens. Raises Refusal where there is none."""
    try:
        page = page_of(view.replace("-", "_"))
    except KeyError:
        raise Refusal(404, t("There is no page {name}.", name=f"{view:.60}")) from None
    if place.lesson and place.lesson.startswith(DRAFT):
        return staging.staged(page, place, cookie)
    return _known(page.name, place, language(), _edition(_now()))


@lru_cache(maxsize=MAX_PAGES)
def _known(view: str, place: staging.Place, _language: str, _edition: str) -> Staged:
    return staging.staged(page_of(view.replace("-", "_")), place, None)


def _now() -> int:
    """The time, as often as the lessons' files are looked at."""
    return int(time.monotonic() / FRESH_S)


@lru_cache(maxsize=1)
def _edition(_second: int) -> str:
    """Of the lessons' files, which are looked at once in a while."""
    return SHELF.edition()


ROUTES = [
    Route(f"/{ASKS}/{{view}}", _asked, methods=["POST"]),
    Route(f"/{STAGES}/{{view}}", _begun, methods=["GET"]),
]
