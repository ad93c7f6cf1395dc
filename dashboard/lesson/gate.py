"""The gate: what every request of a person passes before its work is done, whatever it wants.

It comes from our own page, within a size and a time; work is done in few threads, and of one person only so much at a time; and
whatever is wrong is told in words, with a status. Knows nothing of lessons.
"""

import asyncio
import contextvars
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse

from dashboard.store.address import BadAddress
from dashboard.store.database import Away
from dashboard.store.schema import TooNew
from dashboard.words import COOKIE, speaking, t
from lessons.running import NotReady

LOG = logging.getLogger(__name__)
BODY_S = 20
"""How long a body may take to come."""
FRESH = {"cache-control": "no-store"}
THREADS = 3
"""For work on rows. They share one interpreter: eight held each other up, and a vote of 300 took three times as long."""
MAX_WAITING = 400
"""Requests of all people that wait or are worked on in the threads of one kind: a class that answers in one instant fits in."""


class Refusal(Exception):
    """A request that is refused: with a status, and a text for the person."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def check_sender(request: Request) -> None:
    """Whether a request comes from our own page. Raises Refusal."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    try:
        foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    except ValueError:
        foreign = True  # it is no address at all
    if foreign or site != "same-origin":
        raise Refusal(403, t("This can be done from this app's own page only."))


async def body_of(request: Request, kind: str, most_bytes: int) -> bytes:
    """The body of a request, of this content type (which no other site can have a browser send to us). Raises Refusal."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != kind:
        raise Refusal(400, t("Send it with the content type {kind}.", kind=kind))
    data = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for part in request.stream():
                data += part
                if len(data) > most_bytes:
                    raise Refusal(413, t("This is longer than {number} kB.", number=most_bytes // 1_000))
    except TimeoutError:
        raise Refusal(400, t("What you sent took too long to come.")) from None
    return bytes(data)


async def reply(request: Request, work: Awaitable[Any]) -> JSONResponse:
    """What the work comes to, or what is wrong, in the viewer's language."""
    with speaking(request.cookies.get(COOKIE, "")):
        try:
            return JSONResponse(await work, headers=FRESH)
        except Refusal as problem:
            return refused(problem)


def refused(problem: Refusal) -> JSONResponse:
    """What is wrong."""
    return JSONResponse({"problem": str(problem)}, problem.status, headers=FRESH)


class Turns:
    """Threads in which work is done. Used from the event loop's thread alone.

    Of one person only so many requests are taken at a time (`at_once`), and a quarter of the threads work on them; the others wait
    for these, behind everybody who came meanwhile. So a few busy people keep nobody waiting for long. A person is a cookie, or
    whatever else `take` is told. `as_refusal` says what can be wrong with this work, besides what can be wrong with any; None for
    what is no fault of whoever asks.
    """

    def __init__(
        self, name: str, threads: int, at_once: int, most_waiting: int = MAX_WAITING,
        as_refusal: Callable[[Exception], Refusal | None] = lambda _: None,
    ) -> None:  # fmt: skip
        self._threads = ThreadPoolExecutor(threads, name)
        self._all, self._of_one = threads, max(1, threads // 4)
        self._at_once, self._most_waiting, self._as_refusal = at_once, most_waiting, as_refusal
        self.working: list[str] = []
        """Cookies of those whose requests wait or are worked on; "" for those without one."""
        self._free: dict[str, asyncio.Semaphore] = {}
        """Of each of them, how many threads are still theirs to use. Nobody knows who has no cookie: they are many."""

    async def take(
        self, cookie: str | None, work: Callable[..., Any], *args: Any, first: Callable[[], Awaitable[Any]] | None = None
    ) -> Any:
        """What the work comes to, in the same language. Raises Refusal, also for what the work raises.

        `first` is what to wait for in this turn, before the work, which gets it as its first argument: what is large is taken in
        only from those who have a turn.
        """
        whose = cookie or ""
        if (cookie and self.working.count(whose) >= self._at_once) or len(self.working) >= self._most_waiting:
            raise Refusal(429, t("One moment: what you sent before is still being worked on."))
        self.working.append(whose)
        free = self._free.setdefault(whose, asyncio.Semaphore(self._of_one if cookie else self._all))
        try:
            if first:
                args = (await first(), *args)
            async with free:
                in_context = contextvars.copy_context().run
                return await asyncio.wrap_future(self._threads.submit(in_context, self._told, work, args))
        finally:
            self.working.remove(whose)
            if whose not in self.working:
                del self._free[whose]

    def _told(self, work: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """The work, with whatever can be wrong as a Refusal."""
        try:
            return work(*args)
        except Exception as problem:
            raise self._as_refusal(problem) or _refusal(problem) from None


def _refusal(problem: Exception) -> Refusal:
    """What can be wrong in anything."""
    match problem:
        case Refusal():
            return problem
        case NotReady():
            return Refusal(503, t("The simulation is being prepared: about a minute, once per installation. Then this works."))
        case Away() | BadAddress() | TooNew():
            LOG.warning("%s", problem)
            return Refusal(503, t("The database cannot be reached, so nothing can be saved just now. It is tried again."))
    # A defect must not show a stranger how the app is made: the log has it, the person is told that it is ours.
    LOG.exception("a request could not be answered")
    return Refusal(503, t("Something is wrong with this app. What you sent was not saved; try again later."))
