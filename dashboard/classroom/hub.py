"""Hub: tells browsers that something changed, over streams that stay open. One a process.

It reads one small row of each watched room twice a second, so that it knows what another process stored, and looks at once when
this process stored something. What is sent is made when it is due, once for all who watch in the same language. Knows nothing of
what changed.
"""

import asyncio
import contextlib
import json
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dashboard.store.address import BadAddress
from dashboard.store.database import Away
from dashboard.store.schema import TooNew

LOG = logging.getLogger(__name__)
EVERY_S = 0.5
PING_S = 15.0
SPREAD_S = 1.0
"""Members are told within so long, not all in one instant: each will ask for something next."""
MOST_STREAMS = 3_000
OF_ONE = 8
"""Streams of one member, or of one browser that teaches;"""
OF_SOURCE = 1_500
"""and of one address, which may be a whole school's: not so many that nobody else finds room."""


class FullHub(Exception):
    """No further stream is taken."""


@dataclass(eq=False)
class Watcher:
    """One open stream. What was not sent yet is overwritten by what is newer: an event of each kind at most waits."""

    whose: str
    source: str = ""
    inside: bool = False
    """Whether it may know that members did something."""
    member: int | None = None
    key: str | None = None
    """The hash of the key by which it is inside."""
    language: str = ""
    revisions: Any = None
    """Those that were last told to it, or will be in a moment."""
    due: bool = False
    """Whether the room will be told to it in a moment: what changes until then goes with that."""
    ended: bool = False
    """Whether nothing more is told."""
    waiting: dict[str, str] = field(default_factory=dict)
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, kind: str, data: str) -> None:
        """Send this next."""
        self.waiting[kind] = data
        self.woken.set()

    def end(self) -> None:
        """Tell nothing more."""
        self.ended = True
        self.woken.set()


class Found(NamedTuple):
    """What there is to know of a room."""

    revisions: Any
    mark: Any
    told: Callable[[str], str]
    """What members may know, as JSON, in a language."""
    out: frozenset[int] = frozenset()
    """Members who may know nothing more;"""
    keys: frozenset[str] = frozenset()
    """and the keys, as hashes, that still let somebody in."""


@dataclass
class _Room:
    """What was last told of a watched room."""

    watchers: set[Watcher] = field(default_factory=set)
    told: dict[str, str] = field(default_factory=dict)
    """By language."""
    mark: Any = None

    def wanted(self) -> set[tuple[str, Any]]:
        """In which languages somebody may be told something, and which revisions they know."""
        return {(one.language, None if one.due else one.revisions) for one in self.watchers}


class Hub:
    """The streams of this process. `look` finds rooms by their ids; one that is missing is gone."""

    def __init__(self, look: Callable[[list[int]], dict[int, Found]]) -> None:
        self._look = look
        self._rooms: dict[int, _Room] = {}
        self._of: Counter[tuple[str, str]] = Counter()
        """How many streams each of them has, and each address."""
        self._task: asyncio.Task[None] | None = None
        self._now = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def streams(self) -> int:
        """How many are open."""
        return sum(len(room.watchers) for room in self._rooms.values())

    def nudge(self) -> None:
        """Something was stored: look now. May be called from any thread."""
        if self._loop is not None and self._rooms:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._now.set)

    async def watch(self, room_id: int, watcher: Watcher) -> AsyncIterator[str]:
        """Events for one browser as they come, as text to send. Raises FullHub."""
        one, source = ("whose", watcher.whose), ("source", watcher.source)
        if self.streams >= MOST_STREAMS or self._of[one] >= OF_ONE or self._of[source] >= OF_SOURCE:
            raise FullHub
        room = self._rooms.setdefault(room_id, _Room())
        room.watchers.add(watcher)
        self._of.update((one, source))
        self._begin()
        try:
            yield "retry: 2000\n\n"
            while True:
                try:
                    await asyncio.wait_for(watcher.woken.wait(), PING_S)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                watcher.woken.clear()
                if watcher.ended:
                    return
                waiting, watcher.waiting = watcher.waiting, {}
                for kind, data in waiting.items():
                    yield f"event: {kind}\ndata: {data}\n\n"
                if "gone" in waiting:
                    return
        finally:
            room.watchers.discard(watcher)
            self._of.subtract((one, source))
            for name in (one, source):
                if not self._of[name]:
                    del self._of[name]
            if not room.watchers:
                self._rooms.pop(room_id, None)

    def _begin(self) -> None:
        self._loop = asyncio.get_running_loop()
        if self._task is None or self._task.done():
            self._now = asyncio.Event()
            self._task = self._loop.create_task(self._watch_all())
        self._now.set()

    async def _watch_all(self) -> None:
        """Look at the rooms until nobody watches any."""
        while self._rooms:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._now.wait(), EVERY_S)
            self._now.clear()
            watched = {room_id: room.wanted() for room_id, room in self._rooms.items()}
            try:
                found = await asyncio.to_thread(self._seen, watched)
            except (Away, BadAddress, TooNew):
                await asyncio.sleep(EVERY_S)
                continue
            except Exception:
                LOG.exception("rooms could not be looked at")
                await asyncio.sleep(EVERY_S)
                continue
            for room_id in watched:
                if room_id in self._rooms:
                    self._tell(self._rooms[room_id], *found.get(room_id, (None, {})))

    def _seen(self, watched: dict[int, set[tuple[str, Any]]]) -> dict[int, tuple[Found, dict[str, str]]]:
        """What there is to know of rooms, and the texts that somebody will be told. In a thread: it takes a while."""
        seen = {}
        for room_id, found in self._look(list(watched)).items():
            languages = {language for language, known in watched[room_id] if known != found.revisions}
            seen[room_id] = found, {language: found.told(language) for language in languages}
        return seen

    def _tell(self, room: _Room, found: Found | None, texts: dict[str, str]) -> None:
        if found is None:
            for watcher in room.watchers:
                watcher.put("gone", "{}")
            return
        revisions, mark, _, out, keys = found
        room.told |= texts
        late_s = SPREAD_S * min(1.0, len(room.watchers) / 300)
        for watcher in room.watchers:
            if watcher.member in out or (watcher.key is not None and watcher.key not in keys):
                watcher.end()
                continue
            if watcher.revisions != revisions and watcher.language in texts:  # else it came meanwhile: the next look is for it
                hurries = watcher.inside or watcher.revisions is None  # whoever comes is told at once how things are
                watcher.revisions = revisions
                if not watcher.due:
                    watcher.due = True
                    asyncio.get_running_loop().call_later(0.0 if hurries else random.uniform(0, late_s), _send, room, watcher)
            if watcher.inside and mark != room.mark:
                watcher.put("class", json.dumps({"mark": abs(hash(mark)) % 2**31}))
        room.mark = mark


def _send(room: _Room, watcher: Watcher) -> None:
    """Send what is known of the room by now."""
    watcher.due = False
    watcher.put("room", room.told[watcher.language])
