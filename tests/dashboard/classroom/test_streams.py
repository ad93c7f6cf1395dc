"""The route of streams: who may open one, how many, and that whoever goes away leaves nothing behind."""

import asyncio
import json
from typing import Any

import pytest

from dashboard.classroom import api, hub
from dashboard.words import ENGLISH, PSEUDO, pseudo, speaking
from tests.dashboard.asgi import finished
from tests.dashboard.classroom.world import Person, browser, told_by
from tests.dashboard.lesson.calls import HOST

SOON_S = 20


class Line:
    """A browser's open stream, as a server speaks to the app."""

    def __init__(self, school: Any, who: Person, source: str = "192.0.2.1") -> None:
        self.sent: asyncio.Queue[dict] = asyncio.Queue()
        self.left = asyncio.Event()
        headers = {"host": HOST, "sec-fetch-site": "same-origin"} | who.cookies
        scope = {
            "type": "http", "method": "GET", "path": f"{api.PATH}/{school.token}/events", "query_string": b"", "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()], "client": (source, 50_000),
            "scheme": "http", "server": (HOST, 80), "http_version": "1.1",
        }  # fmt: skip
        self.task = asyncio.get_running_loop().create_task(school.app(scope, self._receive, self.sent.put))

    async def _receive(self) -> dict:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def next(self) -> dict:
        return await asyncio.wait_for(self.sent.get(), SOON_S)

    async def text(self) -> str:
        """The next event; "" at the end of the stream."""
        return (await self.next())["body"].decode()

    async def leave(self) -> None:
        self.left.set()
        await asyncio.wait_for(self.task, SOON_S)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(hub, "EVERY_S", 0.01)
    monkeypatch.setattr(hub, "SPREAD_S", 0.0)


def test_a_stream_says_how_things_are_and_ends_with_whoever_listens(school):
    ann = school.comes("Ann")

    async def work() -> None:
        line = Line(school, ann)
        begun = await line.next()
        headers = {name.decode(): value.decode() for name, value in begun["headers"]}
        assert (begun["status"], headers["cache-control"], headers["x-accel-buffering"]) == (200, "no-store", "no")
        assert headers["content-type"].startswith("text/event-stream")
        assert (await line.text()).startswith("retry:")
        assert (await line.text()).startswith('event: room\ndata: {"room": {"token"')
        assert api.HUB.streams == 1
        await line.leave()
        assert (api.HUB.streams, api.HUB._rooms) == (0, {})

    finished(work())


def test_a_stream_of_a_member_who_is_blocked_ends_and_no_new_one_is_given(school):
    ann, ben = school.comes("Ann"), school.comes("Ben")

    async def work() -> list[str]:
        lines = [Line(school, who) for who in (ann, ben)]
        for line in lines:
            assert (await line.next())["status"] == 200
            for _ in range(2):
                await line.text()
        school.tell("member", number=1, do="block")
        school.tell("settings", title="Only for those who are in")
        told = [await lines[0].text()]
        while told[-1]:
            told.append(await lines[0].text())
        while "Only for those" not in await lines[1].text():
            pass
        again = Line(school, ann)
        assert (await again.next())["status"] == 403
        for line in (*lines, again):
            await line.leave()
        return told

    assert "Only for those" not in "".join(finished(work()))


def test_the_stream_of_a_teacher_who_is_put_out_ends_and_that_of_who_did_it_does_not(school):
    pupil = school.claims("teacher")

    async def work() -> list[str]:
        mine, theirs = [Line(school, who) for who in (school.teacher, pupil)]
        for line in (mine, theirs):
            assert (await line.next())["status"] == 200
            await line.text()
        await asyncio.to_thread(school.post, school.teacher, f"/{school.token}/access", {"do": "end"})
        school.tell("settings", title="Only for those who are in")
        told = [await theirs.text()]
        while told[-1] and "Only for those" not in told[-1]:
            told.append(await theirs.text())
        while "Only for those" not in await mine.text():
            pass
        again = Line(school, pupil)
        assert (await again.next())["status"] == 403
        for line in (mine, theirs, again):
            await line.leave()
        return told

    assert "Only for those" not in "".join(finished(work()))


def test_streams_of_one_member_are_few_whatever_cookies_they_make_up(school):
    ann = school.comes("Ann")

    async def work() -> list[bool]:
        lines, told = [], []
        for number in range(hub.OF_ONE + 2):
            lines.append(line := Line(school, Person(ann.learner, f"{number:064x}")))
            assert (await line.next())["status"] == 200
            told.append(await line.text())
        for line in lines:
            await line.leave()
        return ["30000" in one for one in told]

    assert finished(work()) == [False] * hub.OF_ONE + [True] * 2


def test_a_stream_is_for_those_who_are_in(school):
    async def work() -> list[int]:
        found = []
        for who in (browser(), Person(), told_by("ab" * 32), school.claims("wall"), school.teacher):
            line = Line(school, who)
            found.append((await line.next())["status"])
            await line.leave()
        return found

    assert finished(work()) == [403, 403, 403, 200, 200]


def test_the_title_of_what_is_shown_is_told_in_the_language_of_whoever_sees_it(school):
    with speaking(PSEUDO):
        school.tell("push", view="caching")
    look = api._look([1])[1]
    titles = {language: json.loads(look.told(language))["room"]["push"]["title"] for language in (ENGLISH, PSEUDO)}
    assert titles == {ENGLISH: "Caching", PSEUDO: pseudo("Caching")}
