"""Limits: how often a source may try something. Sources share nothing, so that nobody can use up the tries of others.

Kept in the memory of a process, for a bounded number of sources. Knows nothing of what is tried.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from dashboard.lesson.gate import Refusal
from dashboard.words import t

MOST_SOURCES = 20_000


class Limit:
    """So many tries at once, and so many a minute from then on, for each source."""

    def __init__(self, at_once: int, a_minute: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_once, self._a_minute, self._clock = at_once, a_minute, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, source: str, words: str = "") -> None:
        """Whether the source has a try left; `words` say what else to do where there is none. Raises Refusal."""
        with self._lock:
            if self._now(source) < 1:
                raise Refusal(429, words or t("That was often. Wait a minute, then try again."))

    def take(self, source: str, words: str = "") -> None:
        """Use one try of the source. Raises Refusal where there is none left; `words` as in `check`."""
        with self._lock:
            left = self._now(source)
            if left < 1:
                raise Refusal(429, words or t("That was often. Wait a minute, then try again."))
            self._left[source] = (left - 1, self._clock())
            self._left.move_to_end(source)
            while len(self._left) > MOST_SOURCES:
                self._left.popitem(last=False)

    def _now(self, source: str) -> float:
        left, at_s = self._left.get(source, (float(self._at_once), self._clock()))
        return min(self._at_once, left + (self._clock() - at_s) * self._a_minute / 60)
