"""Hub: streams tell what changed, whoever changed it, once and spread; they end, and nothing is left of them."""

import asyncio
import gc
import json
import random
import weakref
from contextlib import aclosing
from typing import Any

import pytest

from dashboard.classroom import api, hub
from dashboard.classroom.hub import Found, FullHub, Hub, Watcher
from dashboard.store.database import Away, Database
from tests.dashboard.asgi import finished
from tests.dashboard.classroom.test_crowd import Process

SOON_S = 20
"""A bound for what takes a moment, on a machine that has much else to do."""


class Rooms:
    """What the hub looks at, and how often it did."""

    def __init__(self, *ids: int) -> None:
        self.found = {one: Found(1, 1, lambda _, one=one: f"room {one} at 1") for one in ids}
        self.looks: list[list[int]] = []
        self.problem: Exception | None = None

    def __call__(self, ids: list[int]) -> dict[int, Found]:
        self.looks.append(ids)
        if self.problem:
            raise self.problem
        return {one: self.found[one] for one in ids if one in self.found}

    def change(self, room_id: int, revision: int, mark: int = 1, out: frozenset[int] = frozenset()) -> None:
        self.found[room_id] = Found(revision, mark, lambda language: f"room {room_id} at {revision}{language}", out)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(hub, "EVERY_S", 0.01)
    monkeypatch.setattr(hub, "SPREAD_S", 0.0)


class Stream:
    """An open stream, read event by event."""

    def __init__(self, made: Hub, room_id: int, watcher: Watcher) -> None:
        self.watcher, self.events = watcher, made.watch(room_id, watcher)

    async def __aenter__(self) -> "Stream":
        assert (await anext(self.events)).startswith("retry:")
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.events.aclose()

    async def next(self) -> str:
        return await asyncio.wait_for(anext(self.events), SOON_S)

    async def until(self, part: str) -> str:
        while part not in (text := await self.next()):
            pass
        return text


def test_whoever_comes_is_told_how_things_are_and_what_changes():
    rooms = Rooms(1, 2)

    async def work() -> None:
        made = Hub(rooms)
        async with Stream(made, 1, Watcher("a")) as first, Stream(made, 2, Watcher("b")) as second:
            assert await first.next() == "event: room\ndata: room 1 at 1\n\n"
            assert await second.next() == "event: room\ndata: room 2 at 1\n\n"
            rooms.change(1, 2)
            assert await first.next() == "event: room\ndata: room 1 at 2\n\n"
            rooms.change(1, 2, mark=7)  # members did something, which is not for members
            rooms.change(2, 2)
            assert "room 2 at 2" in await second.next()
            assert first.watcher.waiting == {}

    finished(work())


def test_only_inside_is_told_that_members_did_something():
    rooms = Rooms(1)

    async def work() -> None:
        made = Hub(rooms)
        async with Stream(made, 1, Watcher("t", inside=True)) as teacher, Stream(made, 1, Watcher("m")) as member:
            await teacher.until("room 1 at 1")
            rooms.change(1, 1, mark=2)
            marks = {await teacher.until("event: class")}
            rooms.change(1, 1, mark=3)
            marks.add(await teacher.until("event: class"))
            assert len(marks) == 2
            rooms.change(1, 2)
            seen = [await member.next()]
            while "at 2" not in seen[-1]:
                seen.append(await member.next())
            assert "class" not in "".join(seen)

    finished(work())


def test_everybody_is_told_in_their_own_language_and_nothing_is_worded_for_nobody():
    rooms, worded = Rooms(1), []

    def say(revision: int) -> None:
        rooms.found[1] = Found(revision, 1, lambda language: worded.append(language) or f"{language} {revision}")

    async def work() -> None:
        made = Hub(rooms)
        say(1)
        async with Stream(made, 1, Watcher("a", language="en")) as first, Stream(made, 1, Watcher("b", language="de")) as second:
            for revision in (1, 2):
                say(revision)
                assert f"data: en {revision}\n" in await first.until("room")
                assert f"data: de {revision}\n" in await second.until("room")
                worded.clear()
                looks = len(rooms.looks)
                while len(rooms.looks) < looks + 3:
                    await asyncio.sleep(0.01)
                assert worded == [], "nothing has changed"

    finished(work())


def test_a_slow_watcher_gets_only_the_newest():
    rooms = Rooms(1)

    async def work() -> None:
        made = Hub(rooms)
        async with Stream(made, 1, Watcher("slow")) as slow, Stream(made, 1, Watcher("quick")) as quick:
            await slow.next()
            await quick.next()
            for revision in range(2, 30):
                rooms.change(1, revision)
                await quick.until(f"at {revision}\n")
            assert len(slow.watcher.waiting) == 1
            assert await slow.next() == "event: room\ndata: room 1 at 29\n\n"
            assert slow.watcher.waiting == {}

    finished(work())


@pytest.mark.parametrize("problem", [Away("the database is away"), RuntimeError("a defect")])
def test_what_cannot_be_looked_at_is_tried_again(problem, caplog):
    rooms = Rooms(1)

    async def work() -> None:
        made = Hub(rooms)
        async with Stream(made, 1, Watcher("a")) as stream:
            await stream.next()
            rooms.problem, before = problem, len(rooms.looks)
            while len(rooms.looks) < before + 3:
                await asyncio.sleep(0.01)
            rooms.problem = None
            rooms.change(1, 2)
            assert "at 2" in await stream.next()

    finished(work())
    assert bool(caplog.records) == isinstance(problem, RuntimeError), "our own defects are in the log"


def test_a_deleted_room_ends_its_streams():
    rooms = Rooms(1, 2)

    async def work() -> None:
        made = Hub(rooms)
        async with Stream(made, 1, Watcher("a")) as stream, Stream(made, 2, Watcher("b")) as other:
            await stream.next()
            await other.next()
            del rooms.found[1]
            assert await stream.until("gone") == "event: gone\ndata: {}\n\n"
            with pytest.raises(StopAsyncIteration):
                await stream.next()
            assert made.streams == 1

    finished(work())


def test_who_is_out_is_told_nothing_more():
    rooms = Rooms(1)

    async def work() -> None:
        made = Hub(rooms)
        async with Stream(made, 1, Watcher("m", member=7)) as out, Stream(made, 1, Watcher("n", member=8)) as stays:
            await out.next()
            await stays.next()
            rooms.change(1, 2, out=frozenset({7}))
            assert "at 2" in await stays.next()
            with pytest.raises(StopAsyncIteration):
                await out.next()

    finished(work())


def test_nothing_is_left_of_streams_that_ended_and_nobody_looks_any_more():
    rooms = Rooms(*range(50))

    async def work() -> None:
        made = Hub(rooms)
        gone = []
        for number in range(50):
            watcher = Watcher(f"{number}")
            gone.append(weakref.ref(watcher))
            async with Stream(made, number, watcher) as stream:
                await stream.next()
            del watcher, stream
        assert (made.streams, made._rooms) == (0, {})
        while not made._task.done():
            await asyncio.sleep(0.01)
        looks = len(rooms.looks)
        made.nudge()
        await asyncio.sleep(0.1)
        assert len(rooms.looks) == looks, "nobody watches"
        gc.collect()
        assert [one for one in gone if one() is not None] == []
        async with Stream(made, 1, Watcher("again")) as stream:
            assert "room 1" in await stream.next(), "it begins again"

    finished(work())


def test_streams_are_bounded_and_who_is_refused_leaves_nothing(monkeypatch):
    rooms = Rooms(1, 2, 3)
    monkeypatch.setattr(hub, "MOST_STREAMS", 6)
    monkeypatch.setattr(hub, "OF_ONE", 2)
    monkeypatch.setattr(hub, "OF_SOURCE", 4)

    async def work() -> None:
        made = Hub(rooms)

        async def refused(room_id: int, whose: str, source: str) -> bool:
            try:
                await anext(made.watch(room_id, Watcher(whose, source)))
            except FullHub:
                return True
            return False

        opened = [
            made.watch(room_id, Watcher(whose, source)) for room_id, whose, source in [(1, "a", "s"), (2, "a", "s"), (1, "b", "s")]
        ]
        for one in opened:
            await anext(one)
        assert await refused(1, "a", "s"), "two of one, wherever they are"
        last = made.watch(1, Watcher("c", "s"))
        await anext(last)
        assert await refused(2, "d", "s"), "four of a source"
        others = [made.watch(2, Watcher(whose, "other")) for whose in "de"]
        for one in others:
            await anext(one)
        assert await refused(3, "f", "third"), "six in all"
        assert made._rooms.keys() == {1, 2}, "a room that nobody watches is not looked at"
        for one in (*opened, last, *others):
            await one.aclose()
        assert (made._rooms, made._of) == ({}, {})

    finished(work())


def test_members_are_told_within_a_time_and_not_all_in_one_instant(monkeypatch):
    rooms = Rooms(1)
    delays: list[float] = []

    async def work() -> None:
        made = Hub(rooms)
        loop = asyncio.get_running_loop()
        call_later = loop.call_later
        watchers = [Watcher(f"{number}") for number in range(150)] + [Watcher("t", inside=True)]
        room = made._rooms.setdefault(1, hub._Room(watchers=set(watchers)))
        made._tell(room, Found(1, 1, str), {"": "first"})
        while any(one.due for one in watchers):
            await asyncio.sleep(0)
        monkeypatch.setattr(loop, "call_later", lambda delay_s, *what: delays.append(delay_s) or call_later(0, *what))
        monkeypatch.setattr(hub, "SPREAD_S", 1.0)
        random.seed(1)
        made._tell(room, Found(2, 1, str), {"": "second"})
        await asyncio.sleep(0)
        made._rooms.clear()

    finished(work())
    assert len(delays) == 151 and delays.count(0.0) == 1, "whoever teaches is told at once"
    # Half of a class of 300 is told within half of the time, evenly: the mean of so many lies near the middle.
    spread = [one for one in delays if one]
    assert 0 < min(spread) and max(spread) <= 0.5
    assert sum(spread) / len(spread) == pytest.approx(0.25, abs=4 * 0.5 / 12**0.5 / 150**0.5)


def test_many_changes_in_a_moment_are_told_a_member_once(monkeypatch):
    """A teacher who lets in a class one by one must not have everybody ask anew with each of them."""
    rooms, asked = Rooms(1), []

    async def work() -> None:
        made, watcher = Hub(rooms), Watcher("m")
        monkeypatch.setattr(asyncio.get_running_loop(), "call_later", lambda _delay_s, *what: asked.append(what))
        room = hub._Room(watchers={watcher})
        for revision in range(1, 30):
            made._tell(room, Found(revision, 1, str), {"": f"at {revision}"})
        ((send, *told),) = asked
        send(*told)
        assert watcher.waiting == {"room": "at 29"}
        made._tell(room, Found(30, 1, str), {"": "at 30"})
        assert len(asked) == 2, "what changes after that is told again"

    finished(work())


def test_a_quiet_stream_is_kept_open(monkeypatch):
    monkeypatch.setattr(hub, "PING_S", 0.05)
    rooms = Rooms(1)

    async def work() -> None:
        async with Stream(Hub(rooms), 1, Watcher("a")) as stream:
            await stream.next()
            assert await stream.next() == ": still here\n\n"

    finished(work())


@pytest.fixture
def second(both_urls, clock):
    made = Process(both_urls, clock)
    yield made
    made.store.close()


def test_what_another_process_stored_reaches_those_who_watch_here(both_schools, second):
    """The route's own look, on a real database; the changes are made through other connections."""
    from dashboard.classroom.commands import command

    school, ann = both_schools, both_schools.comes("Ann")
    ask = lambda **asked: command(second.rooms, school.teacher.actor, school.token, asked)  # noqa: E731

    async def work() -> list[str]:
        made, seen = Hub(api._look), []
        member, teacher = Watcher("m", member=1), Watcher("t", inside=True)
        with_thread = asyncio.to_thread
        async with Stream(made, 1, member) as one, Stream(made, 1, teacher) as other:
            seen.append(await one.until("event: room"))
            await with_thread(ask, command="push", view="caching")
            seen.append(await one.until('"number": 1'))
            await other.until('"number": 1')
            await with_thread(second.rooms.me, ann.actor, school.token, "help")
            await other.until("event: class")
            await with_thread(ask, command="member", number=1, do="block")
            with pytest.raises(StopAsyncIteration):
                while True:
                    await one.next()
            await with_thread(ask, command="delete", title="Form 4b")
            await other.until("gone")
        return seen

    first, pushed = finished(work())
    told = json.loads(pushed.partition("data: ")[2])["room"]
    assert told["push"]["view"] == "caching" and told["revision"] == 2
    assert "code" not in told and "results_hidden" not in told and "Ann" not in first


def test_a_room_that_closes_by_itself_is_told(school):
    async def work() -> str:
        async with aclosing(Hub(api._look).watch(1, Watcher("m"))) as events:
            for _ in range(2):
                await asyncio.wait_for(anext(events), SOON_S)
            school.clock.now_s += 40 * 86_400
            return await asyncio.wait_for(anext(events), SOON_S)

    assert '"closed": true' in finished(work())


def test_a_database_that_is_away_ends_no_stream(school, monkeypatch):
    ann = school.comes("Ann")
    away: list[bool] = []
    reading = Database.reading

    def maybe(self: Database) -> Any:
        if away:
            raise Away("away")
        return reading(self)

    monkeypatch.setattr(Database, "reading", maybe)

    async def work() -> None:
        made = Hub(api._look)
        async with Stream(made, 1, Watcher("m", member=1)) as stream:
            await stream.until("event: room")
            away.append(True)
            await asyncio.sleep(0.1)
            away.clear()
            await asyncio.to_thread(school.tell, "push", view="caching")
            await stream.until('"number": 1')

    finished(work())
    assert ann.learner
