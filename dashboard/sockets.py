"""Sockets: what every WebSocket passes before Streamlit sees it: it comes from our own page, there are not too many, in all and of
one source, none floods, and none that was just opened stays silent.

Streamlit looks up this machine's address at a server elsewhere, and waits for it, before it refuses a page of another site: so that
is refused here. Knows nothing of what the messages say.
"""

import time
from asyncio import sleep, timeout
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from streamlit import config

from dashboard.source import source_of

MAX_SOCKETS, MAX_OF_ONE = 1_000, 650
"""Of one process, and of one source, which may be a school: 300 people whose lines break and come back at once have 600 until the
old ones are given up.
"""
SILENT_S = 30.0
"""So long after it opened a socket may say nothing: Streamlit's page asks for its first run at once."""
RESUMING = 3
"""Subprotocols where the last one names a session to go on with: such a page has what it shows, and may say nothing for long."""
MAX_BYTES = 2_000_000
"""Of one message: the longest replay of a run is far shorter."""
RATE = 20.0
"""Messages a second of one socket; whoever sends faster is made to wait,"""
BURST = 60
"""beyond so many at once."""
WAITED_S = 0.001
"""A message that was there without so much waiting had been sent before the last was taken."""
POLICY, TOO_BIG, LATER = 1008, 1009, 1013
"""The codes with which a socket is closed."""


class Sockets:
    """ASGI middleware that refuses, slows down and closes WebSockets."""

    def __init__(
        self, app: Any, most: int = MAX_SOCKETS, of_one: int = MAX_OF_ONE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.app = app
        self._most, self._of_one = most, of_one
        self._clock = clock
        self._open: Counter[str] = Counter()
        """How many each source has, of those that have any."""

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass on all but WebSockets that are refused."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        if foreign(scope):
            await send({"type": "websocket.close", "code": POLICY, "reason": "not from this app's own page"})
            return
        source = source_of(scope)
        if COUNT.open >= self._most or self._open[source] >= self._of_one:
            await send({"type": "websocket.close", "code": LATER, "reason": "too many connections"})
            return
        COUNT.open += 1
        self._open[source] += 1
        try:
            line = Line(receive, send, self._clock, resumes=len(scope.get("subprotocols", ())) >= RESUMING)
            await self.app(scope, line.receive, line.send)
        finally:
            COUNT.open -= 1
            self._open[source] -= 1
            self._open += Counter()  # without those that have none left


class Count:
    """How many sockets of this process are open, and how many were closed for what they sent, or for silence."""

    open = 0
    closed = 0


COUNT = Count()


class Line:
    """One socket. Our page has one question on its way, and the next one waits for its answer; who sends without waiting floods."""

    def __init__(self, receive: Any, send: Any, clock: Callable[[], float], resumes: bool) -> None:
        self._receive, self._send, self._clock = receive, send, clock
        self._may_be_silent = resumes
        self._tokens, self._counted_s = float(BURST), clock()
        self._unasked = 0
        self._closed = False

    async def receive(self) -> dict[str, Any]:
        """The next message, in its time; the end of the socket where it is closed here."""
        begin_s = self._clock()
        try:
            async with timeout(None if self._may_be_silent else SILENT_S):
                message = await self._receive()
        except TimeoutError:
            return await self._close(POLICY)
        if message["type"] != "websocket.receive":
            return message
        self._may_be_silent = True
        now_s = self._clock()
        self._unasked = self._unasked + 1 if now_s - begin_s < WAITED_S else 0
        self._tokens = min(BURST, self._tokens + RATE * (now_s - self._counted_s)) - 1
        self._counted_s = now_s
        if len(message.get("bytes") or message.get("text") or b"") > MAX_BYTES:
            return await self._close(TOO_BIG)
        if self._unasked > BURST:
            return await self._close(POLICY)
        if self._tokens < 0:
            await sleep(-self._tokens / RATE)
        return message

    async def send(self, message: dict[str, Any]) -> None:
        """Pass a message on, unless the socket was closed here."""
        if not self._closed:
            await self._send(message)

    async def _close(self, code: int) -> dict[str, Any]:
        self._closed = True
        COUNT.closed += 1
        await self._send({"type": "websocket.close", "code": code})
        return {"type": "websocket.disconnect", "code": code}


def foreign(scope: dict[str, Any]) -> bool:
    """Whether a WebSocket is opened by a page of another site. What is no browser does not say where it comes from."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin")
    if origin is None:
        return False
    try:
        host = urlsplit(origin.decode("latin-1")).netloc
    except ValueError:
        return True  # it is no address at all
    return host.encode("latin-1") != headers.get(b"host") and origin.decode("latin-1") not in config.get_option(
        "server.corsAllowedOrigins"
    )
