"""The routes of what a room plays together: its spotlight and its load. The wire is described in the package's docstring.

They take longer than others, so they have threads of their own: votes never wait for them.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.classroom.api import AT_ONCE, PATH, ROOMS, answered, as_refusal
from dashboard.classroom.load import load_told
from dashboard.classroom.spotlight import spotlight_told
from dashboard.lesson.gate import Turns

THREADS = 4
TURNS = Turns("rooms-live", THREADS, AT_ONCE, as_refusal=as_refusal)


async def _spotlight(request: Request) -> Response:
    return await answered(request, lambda actor, _: spotlight_told(ROOMS, actor, request.path_params["token"]), turns=TURNS)


async def _load(request: Request) -> Response:
    return await answered(request, lambda actor, _: load_told(ROOMS, actor, request.path_params["token"]), turns=TURNS)


ROUTES = [
    Route(f"{PATH}/{{token}}/spotlight", _spotlight, methods=["GET"]),
    Route(f"{PATH}/{{token}}/load", _load, methods=["GET"]),
]
