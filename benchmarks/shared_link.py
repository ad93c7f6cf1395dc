"""A class behind a bad link: `python -m benchmarks.shared_link [students] [--rate R] [--delay S] [--loss P]`, as root.

All students share one line to the app (`benchmarks.link`). Two real browsers have it for themselves first, one on the light answer
page and one on the whole page; then everybody comes by the light page, each as a phone's browser does it: a document, all that it
names over six connections, the lesson, a stream of events. The teacher leads them to a step, and they vote within five seconds. The
load is open: a vote takes from the moment at which its student meant to click, even if the step was not there by then. What is not
answered is sent again as the pages do it, after times that are read from their modules. Prints what promise P12 asks for.
"""

import argparse
import asyncio
import json
import os
import random
import re
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
from playwright.async_api import Browser, Page, async_playwright

from benchmarks import link
from benchmarks.downloads import CONNECTIONS, KEPT
from benchmarks.serving import ROOT, SWITCHES, Server, chromium, share
from benchmarks.students import LESSON, LINKED, OPTIONS, STEP, Person, Seen, Teacher
from benchmarks.windows import PHONE, PICTURE, chosen, locked

STUDENTS, A_SECOND = 300, 5.0
"""So many come in a second: 300 within a minute."""
READ_S, VOTE_S, SOON_S, AIM = 5.0, 5.0, 15.0, 0.95
"""So long after the teacher's click the first votes, all within so long; so many are to be stored so long after each was meant."""
VOTED = "a vote, from the click to its being stored"
PATIENCE_S = 180.0
PORT = 8501
ADDRESS = f"http://{link.APP}:{PORT}"
LATER = re.compile(r'data-later="([^"]+)"')
"""What the page with the name has come while a name is typed, which takes so long:"""
NAME_S = 3.0
AWAY = (0, 429, 500, 502, 503, 504)


def _constant(module: str, name: str) -> Any:
    """A number, or several, of a module of the pages, in seconds."""
    found = re.search(rf"const {name} = ([^;]+);", (ROOT / "dashboard/static" / module).read_text(encoding="utf-8"))
    told = json.loads(found.group(1).replace("_", ""))
    return [one / 1e3 for one in told] if isinstance(told, list) else told / 1e3


LINE_S, PATIENT_S = _constant("lesson/line.js", "AGAIN_MS"), _constant("room/questions.js", "PATIENCE_MS")
GO_S, STREAM_S = _constant("room/follow.js", "AGAIN_MS"), _constant("room/live.js", "AGAIN_MS")


class Phone(Person):
    """A student with the light answer page."""

    def __init__(self, number: int, token: str, seen: Seen) -> None:
        super().__init__(ADDRESS)
        self.number, self.token, self.seen = number, token, seen
        self.room = f"api/rooms/{token}"
        self.lesson = f"{self.room}/lessons/{LESSON}"
        self.there, self.following = asyncio.Event(), None

    async def come(self, at: float) -> None:
        """From the link to the first question."""
        await asyncio.sleep(max(0.0, at - time.perf_counter()))
        door = await self.load(f"room/{self.token}")
        early = asyncio.gather(*map(self.got, LATER.search(door).group(1).split()))
        await asyncio.sleep(NAME_S)
        await self.until(f"{self.room}/join", "join", {"name": f"Student {self.number} {secrets.token_hex(2)}"})
        await self.load(f"room/{self.token}/questions")
        self.following = asyncio.create_task(self.follow())
        self.seen.add(f"a phone: from the link to the questions, {NAME_S:g} s of it for the name", at)
        await early

    async def load(self, path: str) -> str:
        """A document, and all at once what it names, the first questions to the app too, unless it is kept from before."""
        document = await self.got(path)
        await asyncio.gather(*map(self.got, set(LINKED.findall(document)) - self.cache))
        return document

    async def got(self, path: str) -> str:
        """A file, or what the app answers; a person loads a page again that does not come."""
        while True:
            try:
                async with self.http.get(f"{ADDRESS}/{path}", headers={"Accept": "text/html,*/*"}) as answer:
                    text = await answer.text()
                    answer.raise_for_status()
                    if KEPT in answer.headers.get("cache-control", ""):
                        self.cache.add(path)
                    return text
            except (aiohttp.ClientError, OSError) as problem:
                self.seen.wrong("a file, asked for again", problem)
                if not isinstance(problem, aiohttp.ClientConnectionError):  # a browser takes another connection at once
                    await asyncio.sleep(GO_S)

    async def ask_once(self, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON of an answer; status 0 where none came in time. A kept connection that had ended gives way to another."""
        for others in reversed(range(CONNECTIONS + 1)):
            try:
                method, headers = "GET" if body is None else "POST", {"Origin": ADDRESS}
                async with (
                    asyncio.timeout(PATIENT_S),
                    self.http.request(method, f"{ADDRESS}/{path}", json=body, headers=headers) as answer,
                ):
                    return answer.status, await answer.json(content_type=None)
            except aiohttp.ClientConnectionError as problem:
                if not others:
                    self.seen.wrong("asked again", problem)
            except TimeoutError as problem:
                self.seen.wrong("asked again", problem)
                break
        return 0, {}

    async def until(self, path: str, what: str, body: Any = None, waits: Any = (GO_S,)) -> Any:
        """The answer, asked for again after these times (s) for as long as nobody could give it."""
        tries = 0
        while True:
            status, told = await self.ask_once(path, body)
            if status == 200:
                return told
            if status not in AWAY:
                raise RuntimeError(f"{what}: {status} {told}")
            if status:
                self.seen.wrong(f"{what}, tried again", str(status))
            await asyncio.sleep(waits[min(tries, len(waits) - 1)])
            tries += 1

    async def follow(self) -> None:
        """Read the stream of events, which is opened again when it ends; go where the class goes."""
        tries, timeout = 0, aiohttp.ClientTimeout(total=None)
        while True:
            try:
                async with self.http.get(f"{ADDRESS}/{self.room}/events", timeout=timeout) as stream:
                    async for line in stream.content:
                        tries = 0
                        if line.startswith(b"data: ") and json.loads(line[6:])["room"]["step"] == STEP and not self.there.is_set():
                            await self.until(self.lesson, "goto", {"action": "goto", "step": STEP})
                            self.there.set()
            except (aiohttp.ClientError, OSError) as problem:
                self.seen.wrong("stream, opened again", problem)
            await asyncio.sleep(STREAM_S[min(tries, len(STREAM_S) - 1)] * (0.5 + random.random()))
            tries += 1

    async def vote(self, told: float, at: float) -> None:
        """Lock an answer at this time, or as soon as the step is there."""
        await self.there.wait()
        self.seen.add("the teacher's click to the step on a phone", told)
        await asyncio.sleep(max(0.0, at - time.perf_counter()))
        sent = {
            "action": "answer", "step": STEP, "answer": self.number % OPTIONS, "confidence": self.number % 4, "run": None,
            "key": secrets.token_hex(8),
        }  # fmt: skip
        await self.until(self.lesson, "vote", sent, LINE_S)
        self.seen.add(VOTED, at)

    async def leave(self) -> None:
        """Close everything."""
        if self.following:
            self.following.cancel()
        await self.close()


class Leader(Teacher):
    """The teacher, whose browser takes another connection where a kept one had ended, as every browser does."""

    async def ask(self, path: str, body: Any = None) -> Any:
        """The JSON of an answer. Raises RuntimeError for a problem."""
        for _ in range(CONNECTIONS):
            with suppress(aiohttp.ClientConnectionError):
                return await super().ask(path, body)
        return await super().ask(path, body)


class Window:
    """A student with a real browser, on the light page or on the whole one."""

    def __init__(self, page: Page, light: bool) -> None:
        self.page, self.light, self.name = page, light, "light page" if light else "whole page"
        self.requests = 0
        page.set_default_timeout(1e3 * PATIENCE_S)
        page.on("request", self._count)

    def _count(self, _request: Any) -> None:
        self.requests += 1

    async def come(self, token: str) -> float:
        """From the link to the lesson with what belongs to it; how long the page with the name took of it (s)."""
        begin = time.perf_counter()
        await self.page.goto(f"{ADDRESS}/room/{token}", wait_until="commit")
        await self.page.locator("form input").first.fill(f"Browser {secrets.token_hex(3)}")
        door_s = time.perf_counter() - begin
        await self.page.wait_for_timeout(1e3 * NAME_S)
        await self.page.locator("form [value=light]" if self.light else "form button:not([value=light])").first.click()
        await self.page.wait_for_selector(".lesson .step h3")
        if not self.light:
            await self.page.wait_for_selector(PICTURE)
        return door_s

    async def vote(self) -> None:
        """Wait for the class's step, and lock an answer."""
        await self.page.wait_for_selector(f".lesson .step[data-step={STEP}]")
        await chosen(self.page, 0)
        await locked(self.page)


@contextmanager
def _app(namespace: int) -> Iterator[Server]:
    """The app in a namespace, from the project's folder as the README says, on a database that goes with it."""
    with TemporaryDirectory() as folder, link.inside(namespace):
        environment = {"DATABASE_URL": f"sqlite:///{folder}/app.db"} | os.environ
        command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py"]
        command += ["--server.port", str(PORT), "--server.address", link.APP]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(600):
                try:
                    with urllib.request.urlopen(f"{ADDRESS}/readyz", timeout=1):
                        break
                except OSError:
                    time.sleep(0.1)
                if server.poll() is not None:
                    raise RuntimeError("The app did not start.")
            yield Server(ADDRESS, server.pid)
        finally:
            server.terminate()
            server.wait(10)


def run(
    count: int = STUDENTS,
    rate: str = link.RATE,
    delay_s: float = link.DELAY_S,
    loss: float = link.LOSS,
    tell: Callable[[str], None] = print,
) -> list[str]:
    """Measure everything, and tell it a figure a line; what was missed of the promise, or that this machine lacks what it takes."""
    if lacks := link.missing():
        tell(f"A class behind a bad link cannot be measured. {lacks}")
        return ["not measured"]
    with link.link(rate, delay_s, loss) as ends, _app(ends.app) as server, link.inside(ends.people):
        tell(f"a link of {rate}, {1e3 * delay_s:g} ms and {loss:.1%} of packets lost each way, {link.control()}")
        return asyncio.run(measured(ends, server, count, tell))


async def measured(ends: link.Ends, server: Server, count: int, tell: Callable[[str], None] = print) -> list[str]:
    """Browsers alone, then the class, of which is given what was missed; in the namespace of the people."""
    missed: list[str] = []
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=chromium(), args=SWITCHES) if chromium() else None
        if browser is None:
            tell("no Chromium: nothing is measured in a real browser")
        else:
            for light in (True, False):
                tell(await _alone(browser, light, ends))
        if count:
            windows = [await _window(browser, light) for light in (True, False)] if browser else []
            missed = await _class(ends, server, count, windows, tell)
    between = ends.told()
    lost, late_ms = between["lost"] / between["packets"], 1e3 * between["late_s"]
    tell(f"the link carried {between['packets']:,} packets, lost {lost:.1%} of them, and was at most {late_ms:.0f} ms late")
    return missed


async def _window(browser: Browser, light: bool) -> Window:
    context = await browser.new_context(**PHONE)
    return Window(await context.new_page(), light)


async def _alone(browser: Browser, light: bool, ends: link.Ends) -> str:
    """One browser with nothing kept, which has the link for itself, at the step of its class."""
    teacher = Leader(ADDRESS)
    token = await teacher.begin()
    await teacher.say(command="pace", pacing="paced", step=STEP)
    window, begin, before = await _window(browser, light), time.perf_counter(), ends.told()["bytes"]
    door_s = await window.come(token)
    usable_s = time.perf_counter() - begin
    await window.vote()
    voted_s, carried = time.perf_counter() - begin, ends.told()["bytes"] - before
    await window.page.context.close()
    await teacher.close()
    return (
        f"{window.name}, a browser alone: asked for a name after {door_s:.1f} s (which takes {NAME_S:g} s), usable after "
        f"{usable_s:.1f} s, voted after {voted_s:.1f} s; {window.requests} requests, {carried / 1e3:,.0f} kB both ways"
    )


async def _class(ends: link.Ends, server: Server, count: int, windows: list[Window], tell: Callable[[str], None]) -> list[str]:
    """Everybody comes, is led to the step, and votes; what was missed."""
    seen, teacher = Seen(), Leader(ADDRESS)
    token, everybody = await teacher.begin(), count + len(windows)
    phones = [Phone(number, token, seen) for number in range(count)]
    begin, before, cpu_s = time.perf_counter(), ends.told()["bytes"], server.cpu_s()

    async def tried(what: str, doing: Coroutine[Any, Any, None]) -> None:
        try:
            await asyncio.wait_for(doing, PATIENCE_S)
        except Exception as problem:
            seen.wrong(f"{what}, given up", problem)

    coming = [tried("join", phone.come(begin + phone.number / A_SECOND)) for phone in phones]
    await asyncio.gather(*coming, *(window.come(token) for window in windows))
    spent_s, carried, cpu_s = time.perf_counter() - begin, (ends.told()["bytes"] - before) / 1e6, server.cpu_s() - cpu_s
    tell(f"{everybody} students came within {spent_s:.0f} s, {carried:.1f} MB both ways, {cpu_s:.0f} s of the app's CPU")
    clicked, cpu_s = time.perf_counter(), server.cpu_s()
    first = clicked + READ_S

    async def watched(window: Window) -> None:
        await window.vote()
        seen.add(f"the teacher's click to a vote at once on a real {window.name}", clicked)

    voting = [tried("vote", phone.vote(clicked, first + VOTE_S * random.random())) for phone in phones]
    await asyncio.gather(teacher.say(command="pace", pacing="paced", step=STEP), *map(watched, windows), *voting)
    spent_s, cpu_s = time.perf_counter() - clicked, server.cpu_s() - cpu_s
    tell(f"they went to the step and voted within {spent_s:.0f} s, {cpu_s:.0f} s of the app's CPU")
    for name, times in seen.times.items():
        within = f"median {share(times, 0.5):.1f} s, 95 % within {share(times, 0.95):.1f} s, the last {max(times):.1f} s"
        tell(f"{name}: {within} ({len(times)} times)")
    soon = sum(one <= SOON_S for one in seen.times.get(VOTED, [])) / count
    tell(f"votes within {SOON_S:g} s of the click: {soon:.1%} ({AIM:.0%} promised: {'kept' if soon >= AIM else 'not kept'})")
    shown = (await teacher.look())["results"]["votes"][-1]["answered"]
    rows = await teacher.rows()
    tell(f"the teacher's page has {shown} votes of {everybody} students, the file {len(rows)} rows of {len(set(rows))} students")
    for name, times in seen.errors.items():
        tell(f"{name}: {times} times")
    await asyncio.gather(*(phone.leave() for phone in phones), teacher.close())
    missed = seen.lost()
    if soon < AIM:
        missed.append(f"only {soon:.1%} of the votes within {SOON_S:g} s")
    if not shown == len(rows) == len(set(rows)) == everybody:
        missed.append(f"{len(rows)} rows of {len(set(rows))} students, {everybody} voted")
    return missed


def main() -> int:
    """Measure, and print a figure a line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shared_link", description=__doc__.splitlines()[0])
    parser.add_argument("students", nargs="?", type=int, default=STUDENTS, help="0: the browsers only")
    parser.add_argument("--rate", default=link.RATE, help="of each direction, as tc names it")
    parser.add_argument("--delay", type=float, default=link.DELAY_S, help="seconds, of each direction")
    parser.add_argument("--loss", type=float, default=link.LOSS, help="ratio of packets, of each direction")
    options = parser.parse_args()
    if not 0 <= options.students <= 1_000 or not 0 <= options.loss < 1 or not 0 <= options.delay <= 5:
        print("Give up to 1,000 students, a delay of at most 5 s, and a loss under 1.")
        return 2
    return 1 if run(options.students, options.rate, options.delay, options.loss) else 0


if __name__ == "__main__":
    sys.exit(main())
