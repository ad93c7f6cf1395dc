"""A long class: `python -m benchmarks.hours [students] [minutes]`, 30 students for two hours; prints the memory of the app (P9).

Everybody moves a slider of a system of their own every ten seconds, loads the page again about every ten minutes, and follows the
teacher, who every five minutes opens another vote, shows a scenario or leads back; all vote. Of the first quarter nothing is said
but the memory at its end: until then caches fill up, which are bounded. From then on it may grow to 1.25 times as much at most.
"""

import asyncio
import contextlib
import random
import re
import sys
import time
from collections.abc import Iterable

from benchmarks.classroom import AGAIN, VOTE_S, Class, resident_mb
from benchmarks.serving import Server, served
from benchmarks.students import Student, is_lost
from benchmarks.windows import windows

STUDENTS, MINUTES = 30, 120.0
BETWEEN_S, AGAIN_S, TEACHER_S, TOLD_S = 10.0, 600.0, 300.0, 300.0
WARM_SHARE = 0.25
REPLY_S = 1.6
MOVES = 40
"""After so many a run begins anew, as when a learner presses the button for it."""
GROWN = 1.25
HELD = re.compile(r"memory: (\d+) MB after [\d.]+ min, (\d+) MB at the end")


async def _learns(student: Student, until: float) -> None:
    """Moves, and loads the page again now and then."""
    again = time.perf_counter() + AGAIN_S * random.random()
    while time.perf_counter() < until:
        await asyncio.sleep(BETWEEN_S * (0.5 + random.random()))
        if time.perf_counter() > again:
            student.drop()
            await student.come_back(AGAIN)
            again = time.perf_counter() + AGAIN_S * (0.5 + random.random())
        viewer = student.viewer
        if len(viewer.changes) >= MOVES:
            viewer.begin_anew()
        viewer.changes = [*viewer.changes, [20.0 + 2.0 * len(viewer.changes), {"traffic.rate": random.randint(40, 120)}]]
        begin = time.perf_counter()
        try:
            await viewer.ask(from_s=viewer.changes[-1][0], length_s=REPLY_S)
            student.seen.add("a move", begin)
        except Exception as problem:
            student.seen.wrong("a move, asked again with the next", problem)


async def _teaches(one: Class, until: float) -> None:
    """Leads the class on, now to a vote, now to a scenario, now back."""
    turn = 0
    while time.perf_counter() < until - TEACHER_S:
        await asyncio.sleep(TEACHER_S)
        turn += 1
        if turn % 3 == 1:
            await one.told(command="push", view="load_balancing", query=f"servers.count={2 + turn % 5}&v=1")
        elif turn % 3 == 2:
            await one.told(command="unpush")
        else:
            with contextlib.suppress(RuntimeError):  # a step is voted on a few times at most
                await one.told(command="reveal")
                for student in one.students:
                    student.voted = False
                await one.told(command="vote_again")
                begin = time.perf_counter()
                await asyncio.gather(*(student.predict(begin + VOTE_S * random.random(), []) for student in one.students))


def missed(said: Iterable[str]) -> list[str]:
    """What was missed of the promise, by what a class said."""
    lines = [line.strip(" *\n") for line in said]
    found = [line.removeprefix("wrong: ") for line in lines if line.startswith("wrong: ") and is_lost(line)]
    held = next(filter(None, map(HELD.search, lines)), None)
    if held is None:
        found.append("no memory was told")
    elif int(held[2]) > GROWN * int(held[1]):
        found.append(f"memory grew from {held[1]} to {held[2]} MB")
    return found


async def measured(server: Server, count: int, minutes: float) -> list[str]:
    """What is to be said of it."""
    said: list[str] = []
    one = Class(server, count, [server.pid], said.append)
    async with windows(0, one.seen.add) as screens:
        await one.comes(screens)
        await one.predicts(screens)
        begin = time.perf_counter()
        until = begin + 60 * minutes
        tasks = [asyncio.create_task(_learns(student, until)) for student in one.students]
        tasks.append(asyncio.create_task(_teaches(one, until)))
        memory: list[tuple[float, float]] = []
        while time.perf_counter() < until:
            await asyncio.sleep(min(TOLD_S, 60 * minutes / 8))
            memory.append(((time.perf_counter() - begin) / 60, resident_mb(server.pid)))
            print(f"{memory[-1][0]:.0f} min: {memory[-1][1]:.0f} MB", flush=True)
        await asyncio.gather(*tasks)
        warm = next(held for at, held in memory if at >= WARM_SHARE * minutes)
        most = max(held for at, held in memory if at >= WARM_SHARE * minutes)
        held = f"{warm:.0f} MB after {WARM_SHARE * minutes:.0f} min, {memory[-1][1]:.0f} MB at the end, {most:.0f} MB at most"
        said.append(f"  memory: {held}")
        one.ends()
        await one.leaves()
    return said


def main(arguments: list[str]) -> int:
    """Measure with so many students for so long."""
    count = int(arguments[0]) if arguments else STUDENTS
    minutes = float(arguments[1]) if len(arguments) > 1 else MINUTES
    if not (1 <= count <= 300 and 1 <= minutes <= 600):
        print("Give up to 300 students and up to 600 minutes.")
        return 2
    with served() as server:
        said = asyncio.run(measured(server, count, minutes))
    print("\n".join(said))
    return 1 if missed(said) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
