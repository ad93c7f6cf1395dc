"""A class at the real app: `python -m benchmarks.classroom [students] [--browsers N] [--hosted] [--address URL] [--pid PID …]`.

So many students come within a minute through the link to a room, each with an empty cache, a socket of Streamlit's own protocol, an
open stream of events and a cookie of their own; they predict within ten seconds, load their pages again, follow what the teacher
shows and move sliders in it all the same, then sliders of systems of their own (up to 30 students; more do so at the very end), and
lose their connections all at once; a few more have a real browser. The load is open: nobody waits for anybody. Without an address
the app is started on this machine: one process on a SQLite file, or with --hosted two processes on PostgreSQL behind nginx. Prints
what the promises of a classroom ask for (P1 to P5 and P11), what moves and memory take.
"""

import argparse
import asyncio
import contextlib
import math
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.serving import Server, served, share
from benchmarks.students import OPTIONS, SHOWN, STEP, STORED, USABLE, Seen, Student, Teacher
from benchmarks.windows import Windows, windows

STUDENTS = 30
JOIN_S, VOTE_S, ANEW_S, MOVES_S, LATE_S = 60.0, 10.0, 60.0, 20.0, 30.0
TOO_MANY = 100
"""What is too much for so many is not tried with more."""
APART_S = 6.0
"""Three moves of each: what is too much takes minutes, and says no more when it lasts longer."""
OWN_SYSTEMS = 30
"""Moves of more students than this, each at values of their own, are no aim."""
PUSHED = {"command": "push", "view": "load_balancing", "query": "servers.count=6&v=1"}
TOLD, SEEN_BY, ASKED = "the class's step is told", "a stored vote is seen by the teacher", "the teacher's page is told the class"
AGAIN, DROPPED = "back after loading the page again", "back after all connections dropped at once"
SHARED, OWN = "a move of a shared scenario, the same by everybody", "a move of a system of one's own"
APART = "a move of a shared scenario, each at a value of their own"
LINK, FIRST = "a teacher from home to the room's link", "a student on a phone from the link to the first prediction"
AIM = "aim:"
PROMISED_S = {
    USABLE: ("P1", 3.0), STORED: ("P2", math.inf), SEEN_BY: ("P3", 2.0), AGAIN: ("P4", 2.0), DROPPED: ("P5", math.inf),
    SHOWN: ("P11", 5.0), LINK: ("", 30.0), FIRST: ("", 15.0), SHARED: (AIM, 0.3), OWN: (AIM, 0.5), APART: ("", math.inf),
}  # fmt: skip
"""Which promise it is of, and within how long 95 % are to be done."""


class Class:
    """A room with its teacher and students, at a running app."""

    def __init__(self, server: Server, count: int, pids: list[int], tell: Callable[[str], None] = print) -> None:
        self.server, self.count, self.pids, self.tell = server, count, pids, tell
        self.seen = Seen()
        self.teacher = Teacher(server.address)
        self.students: list[Student] = []
        self.within_s: dict[str, float] = {}
        """So long 95 % took, by what was measured, at the slowest."""

    async def comes(self, screens: Windows) -> None:
        """Everybody, within a minute; P1."""
        token = await self.teacher.begin()
        self.students = [Student(self.server, number, token, self.seen) for number in range(self.count)]
        begin = time.perf_counter()

        async def arrive(student: Student) -> None:
            await asyncio.sleep(JOIN_S * student.number / self.count)
            await student.come()

        await asyncio.gather(screens.come(self.server.address, token, JOIN_S), *map(arrive, self.students))
        loaded = sum(student.bytes for student in self.students) / self.count / 1e6
        self.tell(f"{self.count} students came within {time.perf_counter() - begin:.0f} s and loaded {loaded:.1f} MB each")
        self.students = [student for student in self.students if student.following]
        self.report(USABLE)

    async def predicts(self, screens: Windows) -> None:
        """Everybody goes to a step and votes within ten seconds; P2, P3."""
        begin, everybody = time.perf_counter(), len(self.students) + len(screens)
        seeing = asyncio.create_task(screens.vote(begin, OPTIONS - 1))
        await self.told(command="pace", pacing="paced", step=STEP)
        begin, stored = time.perf_counter(), []
        votes = [student.predict(begin + VOTE_S * random.random(), stored) for student in self.students]
        watching = self.teacher.watch_votes(everybody, begin + VOTE_S + LATE_S, self.seen)
        shown, *_ = await asyncio.gather(watching, seeing, *votes)
        rows = await self.teacher.rows()
        self.tell(f"{len(rows)} rows of {everybody} votes within {max(stored, default=begin) - begin:.1f} s")
        if not len(rows) == len(set(rows)) == everybody:
            self.seen.wrong("votes", f"{len(rows)} rows of {len(set(rows))} students, {everybody} voted")
        # Votes of real browsers count too, and nobody here knows when they were stored.
        for number, at in enumerate(sorted(stored) if not len(screens) else [], 1):
            seen = next((when for when, count in shown if count >= number), None)
            if seen is None:
                self.seen.wrong("a vote", "never seen by the teacher")
            else:
                self.seen.times.setdefault(SEEN_BY, []).append(max(0.0, seen - at))
        self.report(TOLD, STORED, SEEN_BY, ASKED)

    async def loads_again(self) -> None:
        """Everybody once, within a minute; P4."""
        begin = time.perf_counter()

        async def again(student: Student) -> None:
            await asyncio.sleep(max(0.0, begin + ANEW_S * random.random() - time.perf_counter()))
            student.drop()
            await student.come_back(AGAIN)

        await asyncio.gather(*map(again, self.students))
        self.report(AGAIN)

    async def moves(self, screens: Windows) -> None:
        """Everybody in the scenario that the teacher pushes (P11), a move every 2 s each; then each in a system of their own."""
        seeing = asyncio.create_task(screens.follow("servers.count=6", time.perf_counter()))
        await self.told(**PUSHED)
        await seeing
        self.report(SHOWN)
        await self._move(SHARED, together=True)
        if len(self.students) <= OWN_SYSTEMS:
            await self._move(OWN, together=False)

    async def moves_apart(self) -> None:
        """More students than that, each at values of their own in the shared scenario; last, because it is too much."""
        if OWN_SYSTEMS < len(self.students) <= TOO_MANY:
            await self.told(**PUSHED)  # whoever came back is in the lesson
            await self._move(APART, together=False, seconds=APART_S)

    async def _move(self, name: str, together: bool, seconds: float | None = None) -> None:
        for student in self.students:
            student.viewer.begin_anew()
        begin = time.perf_counter() + 1.0
        await asyncio.gather(*(student.viewer.live(seconds or MOVES_S, begin, together) for student in self.students))
        self.seen.times[name] = [one for student in self.students for one in student.viewer.waited_s]
        self.report(name)

    async def drops(self) -> None:
        """All connections at once; P5."""
        for student in self.students:
            student.drop()
        await asyncio.gather(*(student.come_back(DROPPED) for student in self.students))
        self.report(DROPPED)

    async def told(self, **command: object) -> None:
        """Give a command, and wait until each student was told, or, where it leads to a page, is there."""
        begin, revision = time.perf_counter(), await self.teacher.say(**command)
        leads = command["command"] in ("push", "unpush")

        def since(student: Student) -> float | None:
            return min((at for known, at in (student.shown if leads else student.told).items() if known >= revision), default=None)

        while any(since(student) is None for student in self.students) and time.perf_counter() < begin + LATE_S:
            await asyncio.sleep(0.05)
        for student in self.students:
            at = since(student)
            if at is None:
                self.seen.wrong("push", "never told")
            else:
                self.seen.times.setdefault(SHOWN if leads else TOLD, []).append(at - begin)

    def report(self, *names: str) -> None:
        """Say what was measured under these names, and forget it."""
        for name in names:
            values = self.seen.times.pop(name, [])
            if values:
                self.within_s[name] = max(share(values, 0.95), self.within_s.get(name, 0.0))
                within = f"median {_said(values, 0.5)}, 95 % within {_said(values, 0.95)}, the last {_said(values, 1.0)}"
                self.tell(f"  {name}: {within} ({len(values)} times)")

    def cpu_s(self) -> float:
        """The CPU time that the app's processes have taken so far."""
        return sum(Server("", pid).cpu_s() for pid in self.pids)

    def ends(self) -> None:
        """Say what real browsers showed, what went wrong, and the memory."""
        self.report(*list(self.seen.times))
        for name, times in self.seen.errors.items():
            self.tell(f"  wrong: {name}: {times} times")
        for pid in self.pids:
            self.tell(f"  memory of process {pid}: {resident_mb(pid):.0f} MB")

    async def leaves(self) -> None:
        """Everybody goes."""
        await asyncio.gather(*(student.leave() for student in self.students), self.teacher.close())


def _said(values: list[float], part: float) -> str:
    return f"{1e3 * share(values, part):.0f} ms"


def resident_mb(pid: int) -> float:
    """The memory that a process holds (MB); not a number where the system does not tell, or the process is gone."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return float("nan")
    return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmRSS"))


async def measured(server: Server, count: int, browsers: int, pids: list[int], tell: Callable[[str], None] = print) -> Class:
    """All that a class does, one after the other; with what was measured."""
    one = Class(server, count, pids, tell)
    async with windows(browsers, one.seen.add) as screens:
        for phase in (one.comes(screens), one.predicts(screens), one.loads_again(), one.moves(screens), one.drops()):
            begin, before_s = time.perf_counter(), one.cpu_s()
            await phase
            took_s = one.cpu_s() - before_s
            tell(f"  the app took {took_s:.1f} s of CPU, {took_s / (time.perf_counter() - begin):.2f} cores")
        one.ends()
        await one.moves_apart()
        await one.leaves()
    return one


@contextlib.contextmanager
def hosted() -> Iterator[tuple[Server, list[int]]]:
    """The app as it is hosted: two processes on PostgreSQL behind nginx, on ports of their own, and the processes' numbers."""
    # They are the tests' own, which know how to start them without root's rights; nobody else who measures needs them.
    from tests.deploy.whole import hosted as started
    from tests.postgres import started as database

    with (
        tempfile.TemporaryDirectory() as folder,
        database() as cluster,
        started(cluster.create(), Path(folder), "127.0.0.1") as whole,
    ):
        yield Server(f"https://127.0.0.1:{whole.proxy.port}", 0), [one.pid for one in whole.processes]


def main() -> int:
    """Measure with so many students."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.classroom", description=__doc__.splitlines()[0])
    parser.add_argument("students", nargs="?", type=int, default=STUDENTS)
    parser.add_argument("--browsers", type=int, default=0, help="students more, with a real Chromium each")
    parser.add_argument("--hosted", action="store_true", help="two processes on PostgreSQL behind nginx, started on this machine")
    parser.add_argument("--address", help="of an app that runs already")
    parser.add_argument("--pid", type=int, nargs="*", default=[], help="processes of that app whose memory is told")
    options = parser.parse_args()
    if not 1 <= options.students <= 1_000:
        print("Give 1 to 1,000 students.")
        return 2
    if options.address:
        asyncio.run(measured(Server(options.address.rstrip("/"), 0), options.students, options.browsers, options.pid))
    elif options.hosted:
        with hosted() as (server, pids):
            asyncio.run(measured(server, options.students, options.browsers, pids))
    else:
        with served() as server:
            asyncio.run(measured(server, options.students, options.browsers, [server.pid]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
