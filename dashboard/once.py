"""Once: equal work is done once. Who asks for what is being worked out waits for it, and what was worked out is kept within bounds.

Knows nothing of the work.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future


class Once:
    """Texts by what they answer, at most so many bytes of them; those unused for longest make room.

    A key is what a stranger wanted, of any length: kept is its digest. Equal keys must be written alike (`repr`).
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes, self._bytes = most_bytes, 0
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._going: dict[bytes, Future[bytes]] = {}
        self._lock = threading.Lock()

    def get(self, wanted: Hashable, work: Callable[[], tuple[bytes, bool]]) -> bytes:
        """What was kept, or what the work comes to: a text, and whether it may be kept. Raises what the work raises, for all who
        wait for it.
        """
        key = hashlib.sha256(repr(wanted).encode()).digest()
        with self._lock:
            if (text := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return text
            others = self._going.get(key)
            mine = self._going.setdefault(key, Future()) if others is None else others
        if others is not None:
            return others.result()
        try:
            text, keep = work()
        except BaseException as problem:
            self._end(key)
            mine.set_exception(problem)
            raise
        self._end(key, text if keep else None)
        mine.set_result(text)
        return text

    def _end(self, key: bytes, text: bytes | None = None) -> None:
        with self._lock:
            del self._going[key]
            if text is None:
                return
            self._kept[key] = text
            self._bytes += len(text)
            while self._bytes > self._most_bytes:
                self._bytes -= len(self._kept.popitem(last=False)[1])
