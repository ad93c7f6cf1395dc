"""Cores: at most one simulation on each, and what takes long keeps nobody from theirs.

Long work is done by few at a time, in pieces: between two of them whoever waits for a core gets one. Knows nothing of the work.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ASIDE_S = 0.001
"""So long whoever steps aside stays there: a thread that waits takes the core meanwhile, or the first would have it again."""


class Busy(Exception):
    """So much long work waits already that more of it is not taken."""


class Cores:
    """So many cores; a `with` takes one. All but one of them may be used for long work at a time, of which so much may wait."""

    def __init__(self, count: int, most_waiting: int) -> None:
        self._free = threading.BoundedSemaphore(count)
        self._long = threading.BoundedSemaphore(max(1, count - 1))
        self._taken = threading.BoundedSemaphore(max(1, count - 1) + most_waiting)

    def __enter__(self) -> None:
        self._free.acquire()

    def __exit__(self, *_: object) -> None:
        self._free.release()

    @contextmanager
    def long(self) -> Iterator[Callable[[], None]]:
        """For whoever has a core and sees that the work takes long: gives what is to be called between its pieces. Raises Busy."""
        if not self._taken.acquire(blocking=False):
            raise Busy
        try:
            with self._aside():
                self._long.acquire()
            try:
                yield self._step_aside
            finally:
                self._long.release()
        finally:
            self._taken.release()

    def _step_aside(self) -> None:
        with self._aside():
            time.sleep(ASIDE_S)

    @contextmanager
    def _aside(self) -> Iterator[None]:
        """Others may have the core meanwhile."""
        self._free.release()
        try:
            yield
        finally:
            self._free.acquire()


CORES = Cores(os.cpu_count() or 1, most_waiting=3)
