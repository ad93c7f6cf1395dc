"""Reported: the report on a learner's design as a page to keep, of the settings with which they answered the last goal of a lesson.

Only their own: it goes by the cookie. What stands in it is `report`'s, how it looks `report_page`'s.
"""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.cores import CORES
from dashboard.lesson import api, beside
from dashboard.lesson.desk import Missing
from dashboard.lesson.draft_api import TURNS
from dashboard.lesson.gate import Refusal
from dashboard.lesson.report import report_on
from dashboard.lesson.report_page import page_of
from dashboard.lesson.who import learner
from dashboard.page import book
from dashboard.places import path
from dashboard.words import COOKIE, engine_text, speaking, t
from lessons.running import BadRun, NotReady

HEADERS = {"cache-control": "no-store", "x-robots-tag": "noindex"}


async def _report(request: Request) -> Response:
    name = request.path_params["id"]
    with speaking(request.cookies.get(COOKIE, "")):
        try:
            cookie = learner(request.cookies)
            page = await TURNS.take(cookie, page_for, cookie, name, str(request.base_url))
        except Refusal as problem:
            return PlainTextResponse(str(problem), problem.status)
    return answer(request, page)


def answer(request: Request, page: str) -> Response:
    """The page to look at, or to keep as a file."""
    name = request.path_params["id"]
    kept = {"content-disposition": f'attachment; filename="{name}-report.html"'}
    return HTMLResponse(page, headers=HEADERS | (kept if request.query_params.get("keep") else {}))


def page_for(cookie: str | None, name: str, address: str) -> str:
    """The page for whoever is stored under this name. Raises Refusal, or Away."""
    try:
        lesson, values = api.DESK.design(cookie, name)
    except Missing as problem:
        raise Refusal(404, problem.args[0]) from None
    if values is None:
        raise Refusal(404, t("There is no design yet: have one judged in the lesson's last challenge, then come again."))
    page = beside.page_of(lesson.concept)  # the link opens the concept's page, without the lesson
    named = {one.path: one for one in beside.stage_of(lesson).controls}
    try:
        with CORES:
            report = report_on(lesson, values, book(page), address + path(lesson.concept), page.start, named)
    except NotReady:
        raise
    except BadRun as problem:
        raise Refusal(400, engine_text(problem.args[0])) from None
    return page_of(report, datetime.now(UTC).date().isoformat())


ROUTES = [Route("/lessons/{id}/report", _report, methods=["GET"])]
