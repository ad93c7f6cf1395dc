"""The gate's turns: a few busy people keep nobody waiting, and nothing is left of who was there."""

import asyncio
import threading
from collections import Counter

import pytest

from dashboard.lesson.gate import Refusal, Turns
from tests.dashboard.asgi import finished

THREADS, AT_ONCE = 8, 4
SOON_S = 20


def test_a_few_busy_people_leave_threads_to_the_others():
    begun, go = [], threading.Event()

    def slow(who: str) -> None:
        begun.append(who)
        go.wait(SOON_S)

    async def work() -> None:
        turns = Turns("turns", THREADS, AT_ONCE)
        busy = [asyncio.ensure_future(turns.take(who, slow, who)) for who in ("Ann", "Ben", "Cy") for _ in range(AT_ONCE)]
        try:
            while len(begun) < 6:
                await asyncio.sleep(0.001)
            assert await asyncio.wait_for(turns.take("Dee", lambda: "done"), SOON_S) == "done"
            assert Counter(begun) == {"Ann": 2, "Ben": 2, "Cy": 2}, "a quarter of the threads each"
            with pytest.raises(Refusal) as refused:
                await turns.take("Ann", slow, "Ann")
            assert refused.value.status == 429
        finally:
            go.set()
            await asyncio.gather(*busy)
        assert Counter(begun) == {"Ann": AT_ONCE, "Ben": AT_ONCE, "Cy": AT_ONCE}, "what waited was done"
        assert (turns.working, turns._free) == ([], {})

    finished(work())


def test_who_has_no_cookie_is_not_one_person():
    together = threading.Barrier(THREADS, timeout=SOON_S)

    async def work() -> None:
        turns = Turns("turns", THREADS, AT_ONCE)
        await asyncio.gather(*(turns.take(None, together.wait) for _ in range(THREADS)))

    finished(work())


def test_what_is_wrong_with_the_work_frees_the_turn():
    async def work() -> None:
        turns = Turns("turns", 1, AT_ONCE)
        for _ in range(3):
            with pytest.raises(Refusal) as refused:
                await turns.take("Ann", lambda: 1 / 0)
            assert refused.value.status == 503
        assert await turns.take("Ann", lambda: "done") == "done"

    finished(work())


def test_what_comes_first_is_waited_for_in_a_turn_and_only_by_who_has_one():
    async def work() -> None:
        turns, come, begun = Turns("turns", THREADS, 1), asyncio.Event(), []

        async def body() -> str:
            begun.append(turns.working.copy())
            await come.wait()
            return "sent"

        mine = asyncio.ensure_future(turns.take("Ann", lambda *told: told, "more", first=body))
        while not begun:
            await asyncio.sleep(0)
        with pytest.raises(Refusal):
            await turns.take("Ann", lambda *told: told, first=body)
        assert begun == [["Ann"]]
        come.set()
        assert await mine == ("sent", "more")
        with pytest.raises(ZeroDivisionError):
            await turns.take("Ann", lambda *told: told, first=lambda: 1 / 0)
        assert (turns.working, turns._free) == ([], {})

    finished(work())
