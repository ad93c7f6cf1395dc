"""Forget: what is kept of whoever has a cookie is told to them, and deleted when they say so.

    GET  api/forget   {answers, lessons, drafts, teaches: how many, rooms: [{title, name}] of which this browser is a member}
    POST api/forget   {sure: true}: deletes all of it but the rooms that this browser teaches → {rooms: how many}

With a member go their name and answers in the room, on every device with which they were there; the room stays, without them. The
cookie ends, and the next page sets a new one, so that nothing that comes later can be put together with what was. Knows nothing of
lessons.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from dashboard.classroom.api import ROOMS
from dashboard.classroom.rights import Actor, actor_of
from dashboard.keeping import KEEPER
from dashboard.lesson.api import posted_json
from dashboard.lesson.checks_apart import CHECKS
from dashboard.lesson.gate import Refusal, Turns, check_sender, reply
from dashboard.lesson.who import ended
from dashboard.store.learning import hashed, learner_of
from dashboard.store.models import Answer, Device, Draft, Learner, Member, Progress, Room
from dashboard.words import t

PATH = "/api/forget"
TURNS = Turns("forget", 1, 1)


def kept(session: Session, cookie: str) -> dict[str, Any]:
    """What is kept of whoever has this cookie."""
    found = learner_of(session, cookie)
    whose = found.id if found else None
    in_rooms = select(Room.title, Member.name).join(Member, Member.room_id == Room.id).join(Device, Device.member_id == Member.id)
    return {
        "answers": session.scalar(select(func.count()).select_from(Answer).where(Answer.learner_id == whose)),
        "lessons": session.scalar(select(func.count()).select_from(Progress).where(Progress.learner_id == whose)),
        "drafts": session.scalar(select(func.count()).select_from(Draft).where(Draft.learner_id == whose)),
        "rooms": [
            {"title": title, "name": name}
            for title, name in session.execute(in_rooms.where(Device.cookie_hash == hashed(cookie)).order_by(Room.id))
        ],
    }


def forget(session: Session, cookie: str) -> tuple[int, int]:
    """Delete all of it; in how many rooms something was, and how many rows were deleted or are theirs no more."""
    mine = select(Member.id).join(Device, Device.member_id == Member.id).where(Device.cookie_hash == hashed(cookie))
    members = list(session.scalars(select(Member).where(Member.id.in_(mine))))
    wanted = select(Room).where(Room.id.in_([one.room_id for one in members])).order_by(Room.id).with_for_update()
    for room in session.scalars(wanted):
        room.revision += 1
        room.people_revision += 1
        room.spotlight = None  # a run of theirs may be in it
    # As whom they had left before is theirs to be found no more.
    former = update(Member).where(Member.browser_hash == hashed(cookie)).values(browser_hash=None)
    theirs = or_(Learner.id.in_([one.learner_id for one in members]), Learner.cookie_hash == hashed(cookie))
    return len(members), session.execute(former).rowcount + session.execute(delete(Learner).where(theirs)).rowcount


async def _kept(request: Request) -> JSONResponse:
    def work(actor: Actor) -> dict[str, Any]:
        with ROOMS.database.reading() as session:
            told = kept(session, actor.cookie or "")
        return told | {"teaches": len(ROOMS.taught(actor))}

    return await _answered(request, work)


async def _forget(request: Request) -> JSONResponse:
    def work(actor: Actor) -> dict[str, Any]:
        if actor.cookie is None:
            return {"rooms": 0}
        CHECKS.forget(actor.cookie)
        with ROOMS.database.writing() as session:
            count, gone = forget(session, actor.cookie)
        if gone:  # a stranger of whom nothing is kept must not have the database work
            KEEPER.sweep_soon()
        return {"rooms": count}

    return await _answered(request, work, posted=True)


async def _answered(request: Request, work: Callable[[Actor], Any], posted: bool = False) -> JSONResponse:
    async def asked() -> Any:
        check_sender(request)
        if posted:
            body = await posted_json(request)
            if not isinstance(body, dict) or body.get("sure") is not True:
                raise Refusal(400, t("Say that you are sure."))
        actor = actor_of(request.cookies)
        return await TURNS.take(actor.cookie, work, actor)

    answer = await reply(request, asked())
    if posted and answer.status_code == 200:
        for cookie in ended(request.scope):
            answer.headers.append("set-cookie", cookie)
    return answer


ROUTES = [Route(PATH, _kept, methods=["GET"]), Route(PATH, _forget, methods=["POST"])]
