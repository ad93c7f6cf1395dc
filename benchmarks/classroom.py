"""A class at the real app: `python -m benchmarks.classroom [students] [--browsers N] [--address URL] [--pid PID …]`.

So many students come within a minute through the link to a room, each with a socket of Streamlit's own protocol, an open stream of
events and a cookie of their own; they predict within ten seconds, follow the class, move sliders in a scenario that the teacher
shows, and lose their connections all at once; a few more have a real browser. The load is open: nobody waits for anybody. Without
an address the app is started on this machine, on a SQLite file of its own. Prints what the promises of a classroom ask for (P1 to
P5 and P11), and memory.
"""

import argparse
import asyncio
import json
import random
import secrets
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.serving import Server, served, share
from benchmarks.sockets import Viewer
from benchmarks.windows import Windows, windows

try:
    import aiohttp
except ImportError:
    sys.exit("This needs aiohttp: pip install -r benchmarks/requirements.txt")

LESSON, PAGE, STEP = "load_balancing", "load-balancing", "predict_slow"
STUDENTS = 30
JOIN_S, VOTE_S, MOVES_S, BETWEEN_S = 60.0, 10.0, 20.0, 2.0
LATE_S = 30.0
OPTIONS = 4


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
        key = f"{name}: {type(problem).__name__ if isinstance(problem, BaseException) else problem}"
        self.errors[key] = self.errors.get(key, 0) + 1


class Person:
    """A browser: cookies, requests from the app's own page."""

    def __init__(self, address: str) -> None:
        self.address = address
        connector = aiohttp.TCPConnector(limit=6, ssl=False)  # as many as a browser has; a certificate of one's own is taken
        self.http = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def ask(self, path: str, body: Any = None) -> Any:
        """The JSON of an answer. Raises RuntimeError for a problem."""
        method = "GET" if body is None else "POST"
        async with self.http.request(method, f"{self.address}/{path}", json=body, headers={"Origin": self.address}) as answer:
            told = await answer.json(content_type=None)
            if answer.status != 200:
                raise RuntimeError(f"{answer.status} {told.get('problem', '')[:60]}")
            return told

    async def document(self, path: str) -> None:
        """A page as a browser opens it; it brings the cookie."""
        async with self.http.get(f"{self.address}/{path}", headers={"Accept": "text/html"}) as answer:
            await answer.read()

    async def close(self) -> None:
        """Leave."""
        await self.http.close()


class Student(Person):
    """A member of the room with a page of the lesson."""

    def __init__(self, server: Server, number: int, token: str, seen: Seen) -> None:
        super().__init__(server.address)
        self.server, self.number, self.token, self.seen = server, number, token, seen
        self.viewer: Viewer | None = None
        self.following: asyncio.Task[None] | None = None
        self.told: dict[int, float] = {}
        """When each revision of the room came."""

    async def come(self) -> None:
        """From the link to the lesson with its picture."""
        begin = time.perf_counter()
        try:
            await self.document(f"room/{self.token}")
            await self.ask(f"api/rooms/{self.token}/join", {"name": f"Student {self.number} {secrets.token_hex(2)}"})
            await self.open()
            self.seen.add("usable after the link", begin)
        except Exception as problem:
            self.seen.wrong("join", problem)

    async def open(self) -> None:
        """The page of the lesson: its document, state, socket and stream."""
        await self.document(f"{PAGE}?lesson={LESSON}&room={self.token}")
        self.viewer = Viewer(self.server, self.number, PAGE)
        await asyncio.gather(self.ask(f"api/rooms/{self.token}/lessons/{LESSON}"), self.viewer.open())
        self.following = asyncio.create_task(self.follow())

    async def follow(self) -> None:
        """Read the stream of events, and note when each revision comes."""
        timeout = aiohttp.ClientTimeout(total=None, sock_read=60)
        try:
            async with self.http.get(f"{self.address}/api/rooms/{self.token}/events", timeout=timeout) as stream:
                async for line in stream.content:
                    if line.startswith(b"data: ") and b'"revision"' in line:
                        self.told[json.loads(line[6:])["room"]["revision"]] = time.perf_counter()
        except Exception as problem:
            self.seen.wrong("stream", problem)

    async def predict(self, at: float) -> None:
        """Go to the class's step and answer."""
        await asyncio.sleep(max(0.0, at - time.perf_counter()))
        begin, path = time.perf_counter(), f"api/rooms/{self.token}/lessons/{LESSON}"
        sent = {
            "action": "answer", "step": STEP, "answer": self.number % OPTIONS, "confidence": self.number % 4, "run": None,
            "key": secrets.token_hex(8),
        }  # fmt: skip
        for attempt in range(8):
            try:
                await self.ask(path, {"action": "goto", "step": STEP})
                await self.ask(path, sent)
                self.seen.add("a vote is stored", begin)
                return
            except Exception as problem:
                self.seen.wrong("vote, tried again", problem)
                await asyncio.sleep(0.5 * 2**attempt * random.random())
        self.seen.wrong("vote", "given up")

    async def drop(self) -> None:
        """All connections end at once."""
        self.following.cancel()
        self.viewer.listening.cancel()
        self.viewer.socket.transport.abort()

    async def come_back(self) -> None:
        """Open the page again, at the same step."""
        begin = time.perf_counter()
        try:
            await self.open()
            state = await self.ask(f"api/rooms/{self.token}/lessons/{LESSON}")
            if state["step"]["id"] != STEP or state["step"]["answered"] is None:
                self.seen.wrong("resume", "another step")
            self.seen.add("back after a drop", begin)
        except Exception as problem:
            self.seen.wrong("resume", problem)

    async def leave(self) -> None:
        """Close everything."""
        for task in filter(None, (self.following, self.viewer and self.viewer.listening)):
            task.cancel()
        await self.close()


class Teacher(Person):
    """The teacher of the room, who looks at it once a second."""

    async def begin(self) -> str:
        """Open a room; its token."""
        await self.document("")
        self.token = (await self.ask("api/rooms", {"lesson": LESSON}))["token"]
        return self.token

    async def say(self, **command: Any) -> int:
        """A command; the revision after it."""
        return (await self.ask(f"api/rooms/{self.token}/commands", command))["room"]["revision"]

    async def watch_votes(self, count: int, seen: Seen) -> int:
        """Look until all votes are there; how many there were."""
        end, answered = time.perf_counter() + VOTE_S + LATE_S, 0
        while time.perf_counter() < end and answered < count:
            begin = time.perf_counter()
            told = await self.ask(f"api/rooms/{self.token}/class")
            answered = told["results"]["votes"][-1]["answered"]
            seen.add("the teacher's view", begin)
            await asyncio.sleep(1.0)
        return answered


async def measured(server: Server, count: int, browsers: int, pids: list[int]) -> None:
    """All phases, one after the other."""
    seen = Seen()
    async with windows(browsers, seen.add) as screens:
        await _lesson(server, count, screens, seen, pids)


async def _lesson(server: Server, count: int, screens: Windows, seen: Seen, pids: list[int]) -> None:
    teacher = Teacher(server.address)
    token = await teacher.begin()
    students = [Student(server, number, token, seen) for number in range(count)]
    begin = time.perf_counter()

    async def arrive(student: Student) -> None:
        await asyncio.sleep(JOIN_S * student.number / count)
        await student.come()

    await asyncio.gather(screens.come(server.address, token), *map(arrive, students))
    print(f"{count} students came within {time.perf_counter() - begin:.0f} s")
    here = [student for student in students if student.following]

    begin, everybody = time.perf_counter(), len(here) + len(screens)
    seeing = asyncio.create_task(screens.vote(STEP, begin, OPTIONS - 1))
    await _told(teacher, here, seen, command="pace", pacing="paced", step=STEP)
    begin = time.perf_counter()
    votes = [student.predict(begin + VOTE_S * random.random()) for student in here]
    answered, *_ = await asyncio.gather(teacher.watch_votes(everybody, seen), seeing, *votes)
    print(f"votes: {answered} rows of {everybody} students within {time.perf_counter() - begin:.1f} s")

    await asyncio.gather(*(student.drop() for student in here))
    await asyncio.gather(*(student.come_back() for student in here))

    seeing = asyncio.create_task(screens.follow("servers.count=6", time.perf_counter()))
    await _told(teacher, here, seen, command="push", view="load_balancing", query="servers.count=6&v=1")
    begin = time.perf_counter() + 1.0
    moving = [student.viewer.live(MOVES_S, begin, together=True) for student in here]
    await asyncio.gather(seeing, *moving)
    seen.times["a move of a shared scenario"] = [one for student in here for one in student.viewer.waited_s]

    _print(seen, pids)
    await asyncio.gather(*(student.leave() for student in students), teacher.close())


async def _told(teacher: Teacher, here: list[Student], seen: Seen, **command: Any) -> None:
    """Give a command, and wait until each student's stream has told of it."""
    begin, revision = time.perf_counter(), await teacher.say(**command)

    def since(student: Student) -> float | None:
        return min((at for known, at in student.told.items() if known >= revision), default=None)

    while any(since(student) is None for student in here) and time.perf_counter() < begin + LATE_S:
        await asyncio.sleep(0.05)
    for student in here:
        at = since(student)
        if at is None:
            seen.wrong("push", "never told")
        else:
            seen.times.setdefault("a push on the screen", []).append(at - begin)


def _print(seen: Seen, pids: list[int]) -> None:
    for name, values in seen.times.items():
        within = f"median {1e3 * share(values, 0.5):.0f} ms, 95 % within {1e3 * share(values, 0.95):.0f} ms"
        print(f"  {name}: {within}, the last {1e3 * max(values):.0f} ms ({len(values)} times)")
    for name, times in seen.errors.items():
        print(f"  {name}: {times} times")
    for pid in pids:
        status = Path(f"/proc/{pid}/status")
        if status.exists():
            resident = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
            print(f"  memory of process {pid}: {int(resident.split()[1]) / 1024:.0f} MB")


def main() -> int:
    """Measure with so many students."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.classroom", description=__doc__.splitlines()[0])
    parser.add_argument("students", nargs="?", type=int, default=STUDENTS)
    parser.add_argument("--browsers", type=int, default=0, help="students more, with a real Chromium each")
    parser.add_argument("--address", help="of an app that runs already, for instance behind nginx")
    parser.add_argument("--pid", type=int, nargs="*", default=[], help="processes of that app whose memory is told")
    options = parser.parse_args()
    if not 1 <= options.students <= 1_000:
        print("Give 1 to 1,000 students.")
        return 2
    if options.address:
        asyncio.run(measured(Server(options.address.rstrip("/"), 0), options.students, options.browsers, options.pid))
        return 0
    with served() as server:
        asyncio.run(measured(server, options.students, options.browsers, [server.pid]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
