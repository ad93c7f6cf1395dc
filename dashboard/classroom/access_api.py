"""The routes with which a teacher ends access: that of others, of an older key of their own, and that of this browser."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.classroom import access, api, codes
from dashboard.classroom.api import PATH, ROOMS, answered, keeps
from dashboard.classroom.rights import FORMER, KEY, Actor, actor_of
from dashboard.lesson.gate import Refusal
from dashboard.words import t


async def _access(request: Request) -> Response:
    token, mine, new, done = request.path_params["token"], actor_of(request.cookies), codes.new_secret(), []

    def work(actor: Actor, body: Any) -> Any:
        do = body.get("do") if isinstance(body, dict) else None
        told = access.change(ROOMS, actor, token, do, new)
        done.append(do)
        api.HUB.nudge()
        return told

    answer = await answered(request, work, posted=True)
    if done == ["renew"]:
        keeps(request, answer, KEY, new)
        keeps(request, answer, FORMER, mine.key)
    elif done == ["end"]:
        keeps(request, answer, FORMER, None)
    return answer


async def _stop(request: Request) -> Response:
    def work(actor: Actor, body: Any) -> Any:
        if not isinstance(body, dict) or body.get("sure") is not True:
            raise Refusal(400, t("Say that you are sure."))
        count = access.stop(ROOMS, actor)
        api.HUB.nudge()
        return {"rooms": count}

    answer = await answered(request, work, posted=True)
    if answer.status_code == 200:
        for cookie in (KEY, FORMER):
            keeps(request, answer, cookie, None)
    return answer


ROUTES = [
    Route(f"{PATH}/stop", _stop, methods=["POST"]),
    Route(f"{PATH}/{{token}}/access", _access, methods=["POST"]),
]
