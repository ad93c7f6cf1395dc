"""Pages: the documents by which a class comes into a room and answers without loading the whole app, and what is printed for it.

What they do there is the API's; this module only says what stands in them. No Streamlit, no script within a document.
"""

import asyncio
from contextlib import suppress
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard import files
from dashboard.classroom import addresses, codes
from dashboard.classroom.api import ROOMS, TURNS
from dashboard.classroom.documents import HEADERS, Markup, document, tag, void
from dashboard.classroom.qr import qr_svg
from dashboard.classroom.rights import Actor, Forbidden, actor_of, authorise
from dashboard.headers import CONTENT_SECURITY_POLICY
from dashboard.lesson import reported
from dashboard.lesson.gate import Refusal, check_sender
from dashboard.store import learning
from dashboard.words import COOKIE, speaking, t

LETTERS = "ABCD"
SHEETS = ("room/bar.css", "lesson/lesson.css")
"""Of the light answer page."""
QR = "/room/{token}/qr.svg"


async def _join(request: Request) -> Response:
    with _spoken(request):
        addresses.note(request)
        code = request.query_params.get("code", "")[:24]
        return document(t("Join a class"), path="join", module="join.js", code=code)


async def _room(request: Request) -> Response:
    with _spoken(request):
        addresses.note(request)
        token = _token(request)
        later = " ".join(files.address(one) for one in (*files.modules("room/questions.js"), *SHEETS))
        asks = [f"api/rooms/{token}"]
        return document(t("Join a class"), path=f"room/{token}", module="enter.js", asks=asks, room=token, later=later)


async def _questions(request: Request) -> Response:
    with _spoken(request):
        addresses.note(request)
        token = _token(request)
        asks = [f"api/rooms/{token}", *await _lessons_of(request)]
        return document(t("Questions"), path=f"room/{token}/questions", module="questions.js", sheets=SHEETS, asks=asks, room=token)


async def _lessons_of(request: Request) -> list[str]:
    """Where a member's state of the room's lesson is, if that can be found out just now."""
    actor, token = actor_of(request.cookies), _token(request)
    with suppress(Refusal):
        told = await TURNS.take(actor.cookie, ROOMS.state, actor, token, "look")
        lesson = told["room"]["lesson"]
        return [f"api/rooms/{token}/lessons/{lesson['id']}"] if lesson and told["me"] else []
    return []


async def _claim(request: Request) -> Response:
    with _spoken(request):
        return document(
            t("Teach a class"), path=f"claim/{_token(request)}", module="claim.js", early="secret.js", room=_token(request)
        )


async def _qr(request: Request) -> Response:
    with _spoken(request):
        offered = addresses.addresses(request)
        address = request.query_params.get("address", offered[0])
        token = _token(request)
        if address not in offered or not codes.TOKEN.fullmatch(token):
            return PlainTextResponse(t("There is no such address of this app, or no such room."), 404)
        drawn = qr_svg(room_link(address, token), t("QR code of the link to the room"))
        return Response(drawn, media_type="image/svg+xml", headers={"cache-control": "private, max-age=3600"})


async def _card(request: Request) -> Response:
    """The card to print or to show; whoever opens it can choose among the addresses, and sees which of them answer."""
    with _spoken(request):
        token, actor = _token(request), actor_of(request.cookies)
        path = f"room/{token}/card"
        try:
            room = (await TURNS.take(actor.cookie, ROOMS.state, actor, token, "wall"))["room"]
        except Refusal as problem:
            words = tag("p", str(problem), cls="notice", role="alert")
            return document(t("Join card"), tag("h1", t("Join card")), words, path=path, status=problem.status)
        offered = addresses.addresses(request)
        chosen = request.query_params.get("address", "")
        chosen = chosen if chosen in offered else offered[0]
        parts = _offer(offered, chosen, token, addresses.own(request)), _joining(room, chosen, token)
        answer = document(t("Join card"), *parts, path=path, module="card.js")
        # Whether an address answers is seen by a picture from there; no other page may load anything from elsewhere.
        allowed = " ".join(["img-src 'self' data:", *offered])
        kept = [one for one in CONTENT_SECURITY_POLICY.split("; ") if not one.startswith("img-src")]
        answer.headers["content-security-policy"] = "; ".join([*kept, allowed])
        return answer


def _joining(room: dict[str, Any], address: str, token: str) -> Markup:
    bare = address.partition("://")[2]
    typed = [
        tag("li", t("Open:"), " ", tag("strong", f"{bare}join")),
        tag("li", t("Type the code:"), " ", tag("strong", room["code"] or "", cls="code")),
        tag("li", t("Choose a name that your class knows you by.")),
    ]
    ways = [tag("ol", *typed)] if room["code"] else []
    return tag(
        "article",
        tag("h1", room["title"]),
        *_about(room),
        tag(
            "div",
            tag("p", t("Point a camera at this:")) if room["code"] else tag("p", t("Point a camera at this, then choose a name.")),
            void("img", cls="qr", src=f"room/{token}/qr.svg?address={address}", alt=t("QR code of the link to the room")),
            cls="scan",
        ),
        *([tag("p", t("or"), cls="or")] if ways else []),
        *ways,
        tag("p", t("The link:"), " ", tag("span", room_link(address, token), cls="whole"), cls="link-line"),
        cls="card join-card",
    )


def _about(room: dict[str, Any]) -> list[Markup]:
    """Which lesson it is; a room without a title of its own is called as its lesson is, which is said once."""
    lesson = room["lesson"]
    if not lesson:
        return []
    called = lesson["title"] == room["title"]
    words = t("Lesson {number}", number=lesson["number"]) if called else t("Lesson {number}: {title}", **lesson)
    return [tag("p", words, cls="quiet")]


def _offer(offered: list[str], chosen: str, token: str, here: str) -> Markup:
    """What is not printed: the button, and the addresses where there is another than the one that was asked."""
    rows = [
        tag(
            "li",
            tag(
                "a", one, href=f"room/{token}/card?address={one}", aria_current="true" if one == chosen else None
            ),
            " ",
            tag("span", "", cls="state", role="status", data_address=one),
        )
        for one in offered
    ]  # fmt: skip
    why = t("Devices of the class must be in the same network as this computer. Choose the address that answers on a phone.")
    choice = [tag("h2", t("Addresses of this computer")), tag("p", why, cls="quiet"), tag("ul", *rows, cls="offered")]
    return tag("section", *(choice if offered != [here] else []), tag("p", _print_button()), cls="screen-only")


def _print_button() -> Markup:
    return tag("button", t("Print"), type="button", cls="primary", id="print")


async def _cards(request: Request) -> Response:
    with _spoken(request):
        large = request.query_params.get("size") == "page"
        other = ("paper-cards", t("Four on a sheet")) if large else ("paper-cards?size=page", t("One on a sheet"))
        how = t(
            "One set for each student, for a class without devices: all hold up a letter at once, you count, and type the counts."
        )
        bar = tag(
            "section",
            tag("h1", t("Cards to hold up")),
            tag("p", how, cls="quiet"),
            tag("p", _print_button(), tag("a", other[1], href=other[0], cls="plain")),
            cls="screen-only",
        )  # fmt: skip
        cards = [tag("div", tag("span", letter), cls="letter", data_letter=letter) for letter in LETTERS]
        sheet = tag("div", *cards, cls="letters large" if large else "letters")
        return document(t("Cards to hold up"), bar, sheet, path="paper-cards", module="card.js")


async def _addresses(request: Request) -> Response:
    with _spoken(request):
        actor = actor_of(request.cookies)
        try:
            check_sender(request)
            if not await TURNS.take(actor.cookie, ROOMS.taught, actor):
                raise Refusal(403, t("You may not do this in this room."))
        except Refusal as problem:
            return JSONResponse({"problem": str(problem)}, problem.status, headers=HEADERS)
        offered = addresses.addresses(request)
        here = addresses.own(request)
        found = await asyncio.gather(*(asyncio.to_thread(addresses.told, one, here) for one in offered))
        return JSONResponse({"addresses": found}, headers=HEADERS)


async def _report(request: Request) -> Response:
    """A member's report on the design that they made in the room."""
    with _spoken(request):
        token, name, actor = _token(request), request.path_params["id"], actor_of(request.cookies)
        try:
            who = await TURNS.take(actor.cookie, _member, actor, token)
            page = await TURNS.take(actor.cookie, reported.page_for, who, name, addresses.own(request))
        except Refusal as problem:
            return PlainTextResponse(str(problem), problem.status)
        return reported.answer(request, page)


def _member(actor: Actor, token: str) -> str:
    """As whom the member is stored. Raises NoRoom, Forbidden, or Away."""
    with ROOMS.database.reading() as session:
        seat = authorise(session, actor, "results", token, ROOMS.clock())
        if seat.member is None:
            raise Forbidden(t("You may not do this in this room."))
        return learning.member_name(seat.room.id, seat.member.number)


def room_link(address: str, token: str) -> str:
    """The link to a room under an address of the app."""
    return f"{address}room/{token}"


def _token(request: Request) -> str:
    return request.path_params["token"]


def _spoken(request: Request):
    return speaking(request.cookies.get(COOKIE, ""))


ROUTES = [
    Route("/join", _join, methods=["GET"]),
    Route("/room/{token}", _room, methods=["GET"]),
    Route("/room/{token}/questions", _questions, methods=["GET"]),
    Route(QR, _qr, methods=["GET"]),
    Route("/room/{token}/card", _card, methods=["GET"]),
    Route("/room/{token}/lessons/{id}/report", _report, methods=["GET"]),
    Route("/claim/{token}", _claim, methods=["GET"]),
    Route("/paper-cards", _cards, methods=["GET"]),
    Route("/api/addresses", _addresses, methods=["GET"]),
]
