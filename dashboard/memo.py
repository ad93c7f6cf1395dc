"""The memo: what one process remembers of runs, within bounds, and works out once, at most one simulation a core.

A run is a value (system, seed, changes); everything kept here may be lost at any time without a change in any answer.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any

from dashboard import payload
from dashboard.asks import Ask, Change
from dashboard.cores import CORES
from dashboard.once import Once
from dashboard.twin import Ends
from engine import Simulation
from engine.reading import Reading
from engine.system import System

MAX_CACHED_BYTES = 64_000_000
MAX_LIVE = 64
"""Live simulations kept in one process, one or, with a pin, two a viewer,"""
MAX_LIVE_BYTES = 800_000_000
"""and the memory that they may hold, together with those at work."""
IDLE_S = 30.0
"""Who plays asks every second or so; a page that has not asked for so long has paused, or is gone."""
PLAIN = "plain"


@dataclass(eq=False)
class Live:
    """A simulation in the middle of a run: the changes it has taken, and what trailing windows need."""

    key: tuple[str, int]
    owner: str
    """Who goes on with it: a viewer, by the begin of the ids of their asks. Others who need what it has behind it fork it."""
    start: System
    sim: Simulation
    applied: list[Change] = field(default_factory=list)
    after: list[System] = field(default_factory=list)
    """The system after each of them: to work them out again with every ask takes longer than the run."""
    tail: payload.Tail = field(default_factory=payload.Tail.empty)
    tail_since_ms: int = 0
    cuts: list[Reading] = field(default_factory=list)
    ends: Ends = field(default_factory=Ends.nothing)
    """Which requests were over; kept only while a design is pinned."""
    used_s: float = 0.0
    """When it was last given back, by the process's clock."""

    @property
    def system(self) -> System:
        """The system as it is now."""
        return self.after[-1] if self.after else self.start

    @property
    def now_ms(self) -> int:
        return round(self.sim.now_s * 1_000)

    def shared_until(self, ask: Ask) -> int:
        """Until when (ms) it is the asked run: a change it took must lie after that, one it lacks may lie there; or -1."""
        until = min(self.now_ms, ask.from_ms)
        for mine, theirs in zip_longest(self.applied, ask.changes):
            if mine != theirs:
                return min([until, *([mine.t_ms - 1] if mine else []), *([theirs.t_ms] if theirs else [])])
        return until

    def take(self, change: Change, system: System) -> None:
        """A change has been made, and the system is this one from here on."""
        self.applied.append(change)
        self.after.append(system)

    def keep(self, count: int) -> None:
        """Forget all but so many of the changes."""
        del self.applied[count:], self.after[count:]

    def fork(self, owner: str) -> "Live":
        """The same for another owner, who goes another way from here."""
        lists = {name: list(getattr(self, name)) for name in ("applied", "after", "cuts")}
        return replace(self, owner=owner, sim=self.sim.fork(), **lists)


class Memo:
    """What one process remembers of runs, bounded."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers = Once(MAX_CACHED_BYTES)  # as text: objects would take five times the room
        self._live: list[Live] = []
        self._at_work: list[Live] = []

    def computed(self, key: Any, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What is remembered, or else what the work comes to on one of the cores, once for all who ask meanwhile; what was made
        while the kernel compiles is not kept.
        """
        mine: list[dict[str, Any]] = []

        def worked_out() -> tuple[bytes, bool]:
            with CORES:
                mine.append(work())
            return written(mine[0]), mine[0]["engine"] != PLAIN

        text = self._answers.get(key, worked_out)
        return mine[0] if mine else json.loads(text)

    def take_live(self, key: tuple[str, int], ask: Ask, owner: str = "") -> Live | None:
        """The live simulation that has the longest part of this run behind it; while it is taken nobody else has it.

        Another viewer's is left to them and forked: two who take turns with one simulation would replay their runs with every ask.
        """
        with self._lock:
            shared = [(live.shared_until(ask), live.owner == owner, live) for live in self._live if live.key == key]
            best_ms, own, best = max(shared, key=lambda one: one[:2], default=(-1, False, None))
            if best_ms < 0:
                return None
            if not own:
                return best.fork(owner)
            self._live.remove(best)
            return best

    @contextmanager
    def at_work(self, live: Live) -> Iterator[None]:
        """While somebody goes on with it; what is kept makes room for it."""
        with self._lock:
            self._at_work.append(live)
        try:
            yield
        finally:
            with self._lock:
                self._at_work.remove(live)

    def keep_live(self, live: Live) -> None:
        """Give it back; where they hold too much, those unused for longest make room."""
        with self._lock:
            live.used_s = time.monotonic()
            self._live.append(live)
            del self._live[:-MAX_LIVE]
            if len(self._live) + len(self._at_work) > 1:  # whoever is alone keeps what they have
                self._make_room(live.used_s)

    def _make_room(self, now_s: float) -> None:
        """Who paused for long goes; then the others lose what makes going back quick, so that all can go on; then they go."""
        too_much = sum(one.sim.held_bytes for one in self._live + self._at_work) - MAX_LIVE_BYTES
        while too_much > 0 and self._live[0].used_s < now_s - IDLE_S:
            too_much -= self._live.pop(0).sim.held_bytes
        for one in self._live:
            if too_much > 0:
                too_much -= one.sim.forget_snapshots()
        while too_much > 0 and len(self._live) > 1:
            too_much -= self._live.pop(0).sim.held_bytes


MEMO = Memo()


def written(told: dict[str, Any]) -> bytes:
    """An answer as it is kept and sent."""
    return json.dumps(told, separators=(",", ":")).encode()
