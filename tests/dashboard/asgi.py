"""ASGI: calls of the server's own code, without a server."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def finished(call: Coroutine[Any, Any, Any]) -> Any:
    """What the call comes to, in a thread: a browser test of the same process may have left a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, call).result()
