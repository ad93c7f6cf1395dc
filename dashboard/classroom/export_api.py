"""The API of exports: a teacher's file of a room, sent as it is read. What stands in the files is `export`'s, `gradebook`'s and
`archive`'s.

    GET  api/rooms/{token}/export/{kind}   kind: long, wide, objectives, moodle or canvas (CSV), or archive (JSON); ?who=numbers
                                           leaves the names of members out
"""

from collections.abc import AsyncIterator, Iterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from dashboard.classroom import archive, records
from dashboard.classroom.api import ROOMS, as_refusal
from dashboard.classroom.cells import BOM, saved_as, table
from dashboard.classroom.export import TABLES
from dashboard.classroom.gradebook import GRADEBOOKS
from dashboard.classroom.rights import Actor, actor_of
from dashboard.lesson.gate import Refusal, Turns
from dashboard.words import COOKIE, speaking, t

PATH = "/api/rooms/{token}/export/{kind}"
FORMS = TABLES | GRADEBOOKS
ARCHIVE = "archive"
THREADS = 2
AT_ONCE = 2
"""Files of one teacher that are begun at a time."""
PIECE = 64_000
"""Characters that are sent at a time."""
TURNS = Turns("exports", THREADS, AT_ONCE, as_refusal=as_refusal)


async def _export(request: Request) -> Response:
    kind, actor = request.path_params["kind"], actor_of(request.cookies)
    language = request.cookies.get(COOKIE, "")
    try:
        with speaking(language):
            asked = request.path_params["token"], kind, request.query_params.get("who", records.NAMES)
            title, pieces = await TURNS.take(actor.key, _begun, actor, *asked, str(request.base_url))
            first = await TURNS.take(None, next, pieces, "")
    except Refusal as problem:
        return JSONResponse({"problem": str(problem)}, problem.status, headers={"cache-control": "no-store"})
    form, ending = ("application/json", "json") if kind == ARCHIVE else ("text/csv; charset=utf-8", "csv")
    headers = {
        "content-type": form, "content-disposition": saved_as(title, f"{kind}.{ending}"), "cache-control": "no-store",
        "x-content-type-options": "nosniff", "x-robots-tag": "noindex",
    }  # fmt: skip
    return StreamingResponse(_sent(first, pieces, language), headers=headers)


def _begun(actor: Actor, token: str, kind: str, who: str, address: str) -> tuple[str, Iterator[str]]:
    """The room's title, and the file in pieces. Raises Refusal for a file that there is not, and what `records.record` raises."""
    if kind != ARCHIVE and kind not in FORMS:
        raise Refusal(404, t("There is no such file."))
    record = records.record(ROOMS, actor, token, who)
    if kind == ARCHIVE:
        return record.room["title"], _joined(archive.written(record, ROOMS.clock()))
    return record.room["title"], _joined(_lines(FORMS[kind](record, address)))


def _lines(rows: Iterator[list]) -> Iterator[str]:
    yield BOM
    yield from (table([row]) for row in rows)


def _joined(texts: Iterator[str]) -> Iterator[str]:
    """The texts in pieces that are worth sending."""
    piece = ""
    for text in texts:
        piece += text
        if len(piece) >= PIECE:
            yield piece
            piece = ""
    yield piece


async def _sent(first: str, pieces: Iterator[str], language: str) -> AsyncIterator[str]:
    """The pieces as they are made. What goes wrong on the way breaks off, so that nobody takes a part for the whole."""
    yield first
    while piece := await TURNS.take(None, _next, pieces, language):
        yield piece


def _next(pieces: Iterator[str], language: str) -> str:
    with speaking(language):
        return next(pieces, "")


ROUTES = [Route(PATH, _export, methods=["GET"])]
