"""The API of rooms: routes that take the request of a stranger within limits. The wire is described in the package's docstring."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from functools import partial
from typing import Any

from sqlalchemy.orm.exc import StaleDataError
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from dashboard.classroom import codes, overview
from dashboard.classroom.commands import command
from dashboard.classroom.hub import Found, FullHub, Hub, Watcher
from dashboard.classroom.limits import Limit
from dashboard.classroom.names import BadName
from dashboard.classroom.rights import KEY, Actor, Forbidden, NoRoom, actor_of, authorise
from dashboard.classroom.rooms import Rooms
from dashboard.classroom.told import room_told
from dashboard.keeping import KEEPER
from dashboard.lesson import api as lessons
from dashboard.lesson.api import posted_json
from dashboard.lesson.gate import THREADS, Refusal, Turns, check_sender, refused, reply
from dashboard.lesson.who import YEAR_S
from dashboard.source import source_of
from dashboard.store import rooms
from dashboard.store.database import Collision
from dashboard.store.models import Room
from dashboard.store.rooms import MAX_MEMBERS
from dashboard.words import COOKIE, known, mark, speaking, t

PATH = "/api/rooms"
AT_ONCE = 4
"""Requests of one browser that are worked on at a time."""
WRONG_CODE = mark("There is no open room with this code. Codes have eight letters and digits; ask your teacher for it again.")

ROOMS = Rooms()


def as_refusal(problem: Exception) -> Refusal | None:
    """What can be wrong with a request to a room, as a person is told; None for everything else."""
    match problem:
        case NoRoom():
            return Refusal(404, problem.args[0])
        case Forbidden():
            return Refusal(403, problem.args[0])
        case BadName():
            return Refusal(400, problem.args[0])
        case rooms.FullOfKeys():
            words = t(
                "Too many browsers, or links that nobody has used, have access to “{title}”. Its teacher ends it for all of them "
                "in the room’s settings (End all other access); then it works.",
                title=problem.args[0],
            )
            return Refusal(400, words)
        case Collision() | StaleDataError():
            return Refusal(429, t("Too much at once: try again."))
    return lessons.as_refusal(problem)


TURNS = Turns("rooms", THREADS, AT_ONCE, as_refusal=as_refusal)
# A limit is of one process: behind several a source has as many times more, which a generous one bears.
TRIED_CODES = Limit(at_once=120, a_minute=60)
"""Wrong short codes from one source: a school of a thousand shares an address, and some mistype. They are short enough to be
guessed, so where there were too many not even the right one is looked up; the link still lets a class in."""
TRIED_RESUME = Limit(at_once=120, a_minute=60)
"""Wrong codes for another device;"""
TRIED_SECRETS = Limit(at_once=120, a_minute=60)
"""wrong claim links and recovery codes. Both are too long to be guessed at any speed, so the right one is always good: nobody
keeps a teacher out by trying."""
OPENED = Limit(at_once=30, a_minute=2)
"""Rooms opened from one source."""
JOINED = Limit(at_once=5_000, a_minute=1_000)
"""Members who come from one source: classes of a school come at the same time, and a script in one of its rooms is to leave the
others theirs;"""
JOINED_ROOM = Limit(at_once=MAX_MEMBERS // 2, a_minute=30)
"""and those of one room. A class of 300 comes in a minute, and a script that comes without end leaves half of the room free. With
each new code of the room it begins anew, in every process: so a teacher lets the class in that a script at its address kept out."""


def _look(room_ids: list[int]) -> dict[int, Found]:
    """What the hub is to know of rooms."""
    now_s = ROOMS.clock()
    with ROOMS.database.reading() as session:
        found, marks, out = rooms.by_ids(session, room_ids, now_s), rooms.marks(session, room_ids), rooms.out(session, room_ids)
        keys = rooms.browsers(session, room_ids)
    return {
        room.id: Found(
            (room.revision, room.people_revision, now_s >= room.closes_s),
            marks.get(room.id),
            partial(_in_words, room, now_s),
            out.get(room.id, frozenset()),
            keys.get(room.id, frozenset()),
        )
        for room in found
    }


def _in_words(room: Room, now_s: float, language: str) -> str:
    """What members may know of a room, in their language."""
    with speaking(language):
        return json.dumps({"room": room_told(room, now_s)})


HUB = Hub(_look)


async def _open(request: Request) -> Response:
    key = actor_of(request.cookies).key or codes.new_secret()

    def work(_actor: Actor, body: Any) -> Any:
        OPENED.check(source(request))
        told = ROOMS.open(key, _of(body, "lesson"), _of(body, "title"))
        OPENED.take(source(request))
        return told

    return _with_key(request, await answered(request, work, posted=True), key)


async def _taught(request: Request) -> Response:
    return await answered(request, lambda actor, _: {"rooms": ROOMS.taught(actor)})


async def _find(request: Request) -> Response:
    def work(_actor: Actor, body: Any) -> Any:
        tried = t("Too many wrong codes came from your network. Come in by the link or the QR code instead.")
        TRIED_CODES.check(source(request), tried)
        token = ROOMS.find(_of(body, "code"))
        if token is None:
            TRIED_CODES.take(source(request))
            raise Refusal(404, t(WRONG_CODE))
        return {"token": token}

    return await answered(request, work, posted=True)


async def _state(request: Request) -> Response:
    return await answered(request, lambda actor, _: ROOMS.state(actor, _token(request)))


async def _join(request: Request) -> Response:
    def admit(room: Room) -> None:
        many = t("Too many came in from your network. Wait a minute and try again, or tell your teacher, who can let the class in.")
        JOINED_ROOM.take(f"{room.token} {room.code} {source(request)}", many)
        JOINED.take(source(request), many)

    def work(actor: Actor, body: Any) -> Any:
        # Only who is new counts: whoever tries without end must not use up what their school needs.
        return ROOMS.join(actor, _token(request), _of(body, "name"), admit)

    return await answered(request, work, posted=True)


async def _resume(request: Request) -> Response:
    def work(actor: Actor, body: Any) -> Any:
        told = ROOMS.resume(actor, _token(request), _of(body, "code"))
        if told is None:
            TRIED_RESUME.take(source(request))
            raise Refusal(404, t("No member of this room has this code. Make a new one on the device on which you came in."))
        return told

    return await answered(request, work, posted=True)


async def _claim(request: Request) -> Response:
    key = actor_of(request.cookies).key or codes.new_secret()

    def work(actor: Actor, body: Any) -> Any:
        mine = Actor(actor.cookie, key)
        secret = _of(body, "secret")
        if not ROOMS.claim(mine, _token(request), secret):
            TRIED_SECRETS.take(source(request))
            raise Refusal(404, _not_good(secret))
        return ROOMS.state(mine, _token(request))

    return _with_key(request, await answered(request, work, posted=True), key)


def _not_good(secret: Any) -> str:
    """Why nobody is let in, by what was given: a link's secret, or a code that was typed. Whether it ever was one is not told."""
    if isinstance(secret, str) and codes.SECRET.fullmatch(secret):
        return t("This link is not good, or no more: it works once, and for an hour.")
    return t("This recovery code is not good, or no more: five groups of four letters and digits, and a new one ends the old.")


async def _me(request: Request) -> Response:
    return await answered(request, lambda actor, body: ROOMS.me(actor, _token(request), _of(body, "do")), posted=True)


async def _lesson(request: Request) -> Response:
    return await answered(request, lambda actor, _: ROOMS.lesson(actor, _token(request), request.path_params["id"]))


async def _act(request: Request) -> Response:
    def work(actor: Actor, body: Any) -> Any:
        return ROOMS.act(actor, _token(request), request.path_params["id"], body)

    return await answered(request, work, posted=True)


async def _results(request: Request) -> Response:
    step = request.query_params.get("step")
    return await answered(request, lambda actor, _: overview.results_told(ROOMS, actor, _token(request), step))


async def _class(request: Request) -> Response:
    return await answered(request, lambda actor, _: overview.class_told(ROOMS, actor, _token(request)))


async def _wall(request: Request) -> Response:
    return await answered(request, lambda actor, _: overview.wall_told(ROOMS, actor, _token(request)))


async def _command(request: Request) -> Response:
    def work(actor: Actor, body: Any) -> Any:
        told = command(ROOMS, actor, _token(request), body)
        HUB.nudge()
        gone = isinstance(body, dict) and body.get("command") == "delete"
        if gone:
            KEEPER.sweep_soon()
        return told if gone else told | overview.class_told(ROOMS, actor, _token(request))

    return await answered(request, work, posted=True)


async def _events(request: Request) -> Response:
    """The stream of one browser. Rights are looked at when it begins, and the hub ends that of a member who loses them."""
    actor, token = actor_of(request.cookies), _token(request)

    def work() -> Any:
        with ROOMS.database.reading() as session:
            seat = authorise(session, actor, "events", token, ROOMS.clock())
        if seat.roles & {"teacher", "wall"}:
            return seat.room.id, {"whose": actor.key, "inside": True, "key": codes.hashed(actor.key)}
        return seat.room.id, {"whose": f"member {seat.member.id}", "member": seat.member.id}

    with speaking(request.cookies.get(COOKIE, "")):
        try:
            check_sender(request)
            room_id, who = await TURNS.take(actor.cookie, work)
        except Refusal as problem:
            return refused(problem)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    stream = _streamed(room_id, Watcher(source=source(request), language=known(request.cookies.get(COOKIE, "")), **who))
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def _streamed(room_id: int, watcher: Watcher) -> AsyncIterator[str]:
    try:
        async with aclosing(HUB.watch(room_id, watcher)) as events:
            async for text in events:
                yield text
    except FullHub:
        yield "retry: 30000\n\n"


async def answered(request: Request, work: Callable[[Actor, Any], Any], posted: bool = False, turns: Turns = TURNS) -> Response:
    """What the work comes to, or what is wrong, in the viewer's language; `turns`: in which threads."""

    async def asked() -> Any:
        actor, body = actor_of(request.cookies), await posted_json(request) if posted else None
        return await turns.take(actor.cookie, work, actor, body)

    return await reply(request, asked())


def _with_key(request: Request, answer: Response, key: str) -> Response:
    """The answer with the key's cookie, where the work was done."""
    if answer.status_code == 200:
        keeps(request, answer, KEY, key)
    return answer


def keeps(request: Request, answer: Response, name: str, key: str | None) -> None:
    """Have the browser keep a key as this cookie; None: no more."""
    kept = {"value": key, "max_age": YEAR_S} if key else {"max_age": 0}
    answer.set_cookie(name, path="/", secure=request.url.scheme == "https", httponly=True, samesite="lax", **kept)


def source(request: Request) -> str:
    """Where a request comes from, for limits only: it is never stored."""
    return source_of(request.scope)


def _token(request: Request) -> str:
    return request.path_params["token"]


def _of(body: Any, name: str) -> Any:
    return body.get(name) if isinstance(body, dict) else None


ROUTES = [
    Route(PATH, _taught, methods=["GET"]),
    Route(PATH, _open, methods=["POST"]),
    Route(f"{PATH}/find", _find, methods=["POST"]),
    Route(f"{PATH}/{{token}}", _state, methods=["GET"]),
    Route(f"{PATH}/{{token}}/join", _join, methods=["POST"]),
    Route(f"{PATH}/{{token}}/resume", _resume, methods=["POST"]),
    Route(f"{PATH}/{{token}}/claim", _claim, methods=["POST"]),
    Route(f"{PATH}/{{token}}/me", _me, methods=["POST"]),
    Route(f"{PATH}/{{token}}/events", _events, methods=["GET"]),
    Route(f"{PATH}/{{token}}/lessons/{{id}}", _lesson, methods=["GET"]),
    Route(f"{PATH}/{{token}}/lessons/{{id}}", _act, methods=["POST"]),
    Route(f"{PATH}/{{token}}/results", _results, methods=["GET"]),
    Route(f"{PATH}/{{token}}/class", _class, methods=["GET"]),
    Route(f"{PATH}/{{token}}/wall", _wall, methods=["GET"]),
    Route(f"{PATH}/{{token}}/commands", _command, methods=["POST"]),
]
