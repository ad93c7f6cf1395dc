"""Stopping: streams of events, which last as long as their pages, end when the server is told to stop; else it would wait for them.

Their pages begin new ones at another process, or when this one is there again. Knows nothing of what is streamed.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

_open: set[Callable[[], Awaitable[None]]] = set()
"""What ends each of the streams."""
_asked: set[asyncio.Task[None]] = set()


def watch() -> None:
    """From now on end all streams before the server hears that it is to stop. Called where its loop runs."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        before = signal.getsignal(number)
        if callable(before) and before is not signal.default_int_handler:  # without a server there is nothing to hear it
            signal.signal(number, partial(_told, loop, before))


def _told(loop: asyncio.AbstractEventLoop, before: Callable[..., Any], number: int, frame: Any) -> None:
    loop.call_soon_threadsafe(end_all)
    before(number, frame)


def end_all() -> None:
    """End the streams that are open."""
    for end in _open:
        task = asyncio.ensure_future(end())
        _asked.add(task)  # the loop itself holds tasks only weakly
        task.add_done_callback(_asked.discard)


class Streams:
    """ASGI middleware that knows how to end each stream of events: its answer is said to be complete."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass everything on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        ended = False

        async def end() -> None:
            nonlocal ended
            if not ended:
                ended = True
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        async def send_until_the_end(message: dict[str, Any]) -> None:
            nonlocal ended
            if message["type"] == "http.response.start" and is_stream(message):
                _open.add(end)
            if not ended:
                ended = message["type"] == "http.response.body" and not message.get("more_body", False)
                await send(message)

        try:
            await self.app(scope, receive, send_until_the_end)
        finally:
            _open.discard(end)


def is_stream(message: dict[str, Any]) -> bool:
    """Whether an answer that begins is a stream of events."""
    return any(name == b"content-type" and value.startswith(b"text/event-stream") for name, value in message["headers"])
