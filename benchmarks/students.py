"""People of a class as far as the app can tell: the requests, downloads, streams and sockets that their browsers would make.

Each has cookies and a cache of their own, opens few connections, and asks again when nobody answers, a little later each time.
What was measured goes to a `Seen`. Knows no order in which things happen in a class.
"""

import asyncio
import contextlib
import csv
import io
import json
import random
import re
import secrets
import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

import aiohttp
from yarl import URL

from benchmarks.downloads import CONNECTIONS, Downloads
from benchmarks.serving import Server, trusting
from benchmarks.sockets import Viewer, begin_of

LESSON, PAGE, STEP = "load_balancing", "load-balancing", "predict_slow"
OPTIONS = 4
LINKED = re.compile(r'<(?:link(?! rel="service-desc")|script)[^>]*?\b(?:href|src)="([^"]+)"')
AGAIN_S = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
PATIENCE_S = 30.0
GAP_S = 0.35
SPREAD_S = 1.0
"""What a class is led to it asks for within so long (`static/room/push.js`)."""
USABLE, STORED, SHOWN = "usable after the link", "a vote is stored", "a push is on the screen"
"""What is measured of real browsers, too."""
ONCE_MORE = ("tried again", "asked again", "asked for again", "opened again")


@dataclass
class Seen:
    """What was measured, in seconds by what it was, and what went wrong."""

    times: dict[str, list[float]] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, begin: float) -> None:
        """So long it took since then."""
        self.times.setdefault(name, []).append(time.perf_counter() - begin)

    def wrong(self, name: str, problem: BaseException | str) -> None:
        """One more of these went wrong."""
        key = f"{name}: {f'{type(problem).__name__} {problem}'[:80] if isinstance(problem, BaseException) else problem}"
        self.errors[key] = self.errors.get(key, 0) + 1

    def lost(self) -> list[str]:
        """What went wrong for good, because nobody tried it once more."""
        return list(filter(is_lost, self.errors))


def is_lost(wrong: str) -> bool:
    """Whether what went wrong was not tried once more."""
    return not any(one in wrong for one in ONCE_MORE)


@lru_cache(maxsize=100)
def _linked(address: str, path: str, text: str) -> frozenset[str]:
    """The paths of the app's own files that a document names."""
    base = re.search(r'<base href="([^"]*)"', text)
    here = urljoin(f"{address}/{path}", base.group(1) if base else "")
    names = {urljoin(here, one) for one in LINKED.findall(text)}
    return frozenset(one.removeprefix(address) for one in names if one.startswith(f"{address}/"))


class Person:
    """A browser: cookies, requests from the app's own page, and a cache of what never changes."""

    def __init__(self, address: str) -> None:
        self.address = address
        tls = trusting() if address.startswith("https") else False
        connector = aiohttp.TCPConnector(limit=CONNECTIONS, ssl=tls)
        waiting = aiohttp.ClientTimeout(total=PATIENCE_S)
        jar = aiohttp.CookieJar(unsafe=True)
        self.http = aiohttp.ClientSession(connector=connector, cookie_jar=jar, timeout=waiting)
        # A stream is a connection for as long as it is open, and is not counted among the six over HTTP/2.
        self.streams = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=tls), cookie_jar=jar)
        self.files = Downloads(address, tls or None)
        self.cache: set[str] = set()
        self.bytes = 0

    async def ask(self, path: str, body: Any = None) -> Any:
        """The JSON of an answer. Raises RuntimeError for a problem."""
        method = "GET" if body is None else "POST"
        headers = {"Origin": self.address}
        async with self.http.request(method, f"{self.address}/{path}", json=body, headers=headers) as answer:
            if answer.status != 200:
                raise RuntimeError(f"{answer.status} {(await answer.text())[:60]}")
            return await answer.json(content_type=None)

    async def document(self, path: str) -> None:
        """A page as a browser opens it, with all files that it names and that are not in the cache; it brings the cookies."""
        async with self.http.get(f"{self.address}/{path}", headers={"Accept": "text/html"}) as answer:
            text = await answer.text()
        async with asyncio.timeout(PATIENCE_S):
            loaded = await self.files.load(_linked(self.address, path, text) - self.cache, self.cookie())
        self.bytes += sum(len(one.body) for one in loaded.values())
        self.cache |= {name for name, one in loaded.items() if one.kept}

    def cookie(self) -> str:
        """The cookies, as a browser sends them."""
        cookies = self.http.cookie_jar.filter_cookies(URL(self.address))
        return "; ".join(f"{name}={one.value}" for name, one in cookies.items())

    async def close(self) -> None:
        """Leave."""
        self.files.close()
        await self.http.close()
        await self.streams.close()


class Student(Person):
    """A member of the room with a page of the lesson."""

    def __init__(self, server: Server, number: int, token: str, seen: Seen) -> None:
        super().__init__(server.address)
        self.server, self.number, self.token, self.seen = server, number, token, seen
        self.lesson = f"api/rooms/{token}/lessons/{LESSON}"
        self.viewer: Viewer | None = None
        self.following: asyncio.Task[None] | None = None
        self.voted = False
        """Whether they have answered in the vote that is open."""
        self.told: dict[int, float] = {}
        """When each revision of the room came;"""
        self.shown: dict[int, float] = {}
        """when what it leads to was there, for each that leads somewhere."""
        self.push: dict[str, Any] | None = None
        self.going: set[asyncio.Task[None]] = set()

    async def come(self) -> None:
        """From the link to the lesson with its picture."""
        begin = time.perf_counter()
        try:
            await self.document(f"room/{self.token}")
            await self.ask(f"api/rooms/{self.token}/join", {"name": f"Student {self.number} {secrets.token_hex(2)}"})
            await self.open()
            self.seen.add(USABLE, begin)
        except Exception as problem:
            self.seen.wrong("join", problem)
            await self.leave()

    async def open(self) -> None:
        """The page of the lesson: its document, state, socket and stream."""
        await self.document(f"{PAGE}?lesson={LESSON}&room={self.token}")
        self.files.close()
        query = f"lesson={LESSON}&room={self.token}"
        self.viewer = Viewer(self.server, self.number, PAGE, self.http, query=query, cookie=self.cookie())
        _, state = await asyncio.gather(self.viewer.open(), self.ask(self.lesson))
        self.following = asyncio.create_task(self._follow())
        self.step = state["step"]

    async def _follow(self) -> None:
        """Read the stream of events, and note when each revision comes."""
        timeout = aiohttp.ClientTimeout(total=None, sock_read=60)
        try:
            async with self.streams.get(f"{self.address}/api/rooms/{self.token}/events", timeout=timeout) as stream:
                async for line in stream.content:
                    if line.startswith(b"data: ") and b'"revision"' in line:
                        self._hear(json.loads(line[6:])["room"])
        except Exception as problem:
            self.seen.wrong("stream", problem)

    def _hear(self, room: dict[str, Any]) -> None:
        self.told[room["revision"]] = time.perf_counter()
        if room["push"] != self.push:
            self.push = room["push"]
            self.going.add(asyncio.create_task(self._goes(room["revision"])))

    async def _goes(self, revision: int) -> None:
        """To what the teacher shows, or back, within a second and as the page does: its stage takes the place of the other one."""
        await asyncio.sleep(SPREAD_S * random.random())
        address = f"{PAGE}?lesson={LESSON}" if self.push is None else f"{self.push['address']}&pushed={self.push['number']}"
        for wait in AGAIN_S:
            try:
                path = f"/api/stages/{address}&room={self.token}"
                async with asyncio.timeout(PATIENCE_S):
                    stage = (await self.files.load([path], self.cookie()))[path]
                self.viewer.asks = f"{self.address}/{begin_of(stage.body)['asks']}"
                self.shown[revision] = time.perf_counter()
                return
            except Exception as problem:
                self.seen.wrong("a page that is shown, asked again", problem)
                await asyncio.sleep(wait * (0.5 + random.random()))
        self.seen.wrong("a page that is shown", "given up")

    async def predict(self, at: float, stored: list[float]) -> None:
        """At that time, go to the class's step and answer; when it was acknowledged is added."""
        await asyncio.sleep(max(0.0, at - time.perf_counter()))
        begin = time.perf_counter()
        sent = {
            "action": "answer", "step": STEP, "answer": self.number % OPTIONS, "confidence": self.number % 4, "run": None,
            "key": secrets.token_hex(8),
        }  # fmt: skip
        for wait in AGAIN_S:
            try:
                await self.ask(self.lesson, {"action": "goto", "step": STEP})
                await self.ask(self.lesson, sent)
                stored.append(time.perf_counter())
                self.voted = True
                self.seen.add(STORED, begin)
                return
            except Exception as problem:
                self.seen.wrong("vote, tried again", problem)
                await asyncio.sleep(wait * (0.5 + random.random()))
        self.seen.wrong("vote", "given up")

    def drop(self) -> None:
        """All connections end at once."""
        self.following.cancel()
        self.viewer.listening.cancel()
        self.viewer.socket.transport.abort()

    async def come_back(self, name: str) -> None:
        """Open the page again, at the same step."""
        begin = time.perf_counter()
        for wait in AGAIN_S:
            try:
                await self.open()
                if self.step["id"] != STEP or (self.voted and self.step["answered"] is None):
                    self.seen.wrong(name, "another step")
                self.seen.add(name, begin)
                return
            except Exception as problem:
                self.seen.wrong(f"{name}, tried again", problem)
                await asyncio.sleep(wait * (0.5 + random.random()))
        self.seen.wrong(name, "given up")

    async def leave(self) -> None:
        """Close everything."""
        for task in filter(None, (self.following, self.viewer and self.viewer.listening, *self.going)):
            task.cancel()
        await self.close()


class Teacher(Person):
    """The teacher of the room, whose page asks for the class whenever it hears that members did something."""

    async def begin(self) -> str:
        """Open a room; its token."""
        await self.document("")
        self.token = (await self.ask("api/rooms", {"lesson": LESSON}))["token"]
        return self.token

    async def say(self, **command: Any) -> int:
        """A command; the revision after it."""
        return (await self.ask(f"api/rooms/{self.token}/commands", command))["room"]["revision"]

    async def look(self) -> dict[str, Any]:
        """The class as the teacher sees it."""
        return await self.ask(f"api/rooms/{self.token}/class")

    async def rows(self) -> list[str]:
        """Whose answers to the step stand in the teacher's file, a row each."""
        async with self.http.get(f"{self.address}/api/rooms/{self.token}/export/long") as answer:
            rows = csv.DictReader(io.StringIO((await answer.text()).lstrip("\ufeff")))
            return [row["number"] for row in rows if row["step"] == STEP]

    async def watch_votes(self, count: int, until: float, seen: Seen) -> list[tuple[float, int]]:
        """When the teacher saw how many votes; ends when all are there."""
        shown: list[tuple[float, int]] = []
        changed = asyncio.Event()
        hearing = asyncio.create_task(self._hear(changed))
        while time.perf_counter() < until and (not shown or shown[-1][1] < count):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), 1.0)
            changed.clear()
            begin = time.perf_counter()
            told = await self.look()
            seen.add("the teacher's page is told the class", begin)
            shown.append((time.perf_counter(), told["results"]["votes"][-1]["answered"]))
            await asyncio.sleep(max(GAP_S, shown[-1][0] - begin))  # as static/pages/teach_line.js does
        hearing.cancel()
        return shown

    async def _hear(self, changed: asyncio.Event) -> None:
        timeout = aiohttp.ClientTimeout(total=None, sock_read=60)
        async with self.streams.get(f"{self.address}/api/rooms/{self.token}/events", timeout=timeout) as stream:
            async for line in stream.content:
                if line.startswith(b"event: class"):
                    changed.set()
