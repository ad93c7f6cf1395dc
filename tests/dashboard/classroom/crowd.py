"""Crowd: many members of one room who vote in the same moment, from threads of this process or of another one. Started by tests.

As a process: the address of a database, a room's token, and the numbers of the first and the last member.
"""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.engine import URL, make_url

from dashboard.classroom import names
from dashboard.lesson.desk import Contended
from dashboard.store import rooms as stored
from dashboard.store.database import Database
from tests.dashboard.classroom.world import Person, World
from tests.dashboard.lesson.played import LESSON, Clock

ROOT = Path(__file__).resolve().parents[3]
STEP = "recall_mean"
THREADS = 8
"""As many as the app works with."""


def cookie(number: int) -> str:
    return f"{number:032x}"


def choice(number: int, vote: int) -> int:
    """Of every ten members three choose the second option, and in the second vote two of them the first."""
    return int(number % 10 < (3 if vote == 1 else 1))


def fill(store: Database, token: str, count: int) -> None:
    """Let so many members in, with cookies by their numbers."""
    with store.writing() as session:
        room = stored.by_token(session, token)
        for number in range(1, count + 1):
            shown = {"name": f"Member {number}", "look": names.look(f"Member x{number:04d}"), "status": "present"}
            stored.bind(session, room, stored.add_member(session, room, shown, 1.0), cookie(number))


def votes(worlds: list[World], token: str, numbers: list[int], vote: int) -> list[int]:
    """Each votes, every tenth of them twice with the same key, by one process or the other; the numbers of the acknowledged."""
    ready = threading.Barrier(THREADS)

    def work(mine: list[int]) -> list[int]:
        ready.wait(60)
        return [number for number in mine if _voted(worlds[number % len(worlds)], token, number, vote)]

    with ThreadPoolExecutor(THREADS) as pool:
        return sorted(number for done in pool.map(work, [numbers[at::THREADS] for at in range(THREADS)]) for number in done)


def _voted(world: World, token: str, number: int, vote: int) -> bool:
    asked = {
        "action": "answer",
        "step": STEP,
        "answer": choice(number, vote),
        "key": f"vote-{vote}-{number:06d}",
        "confidence": number % 4,
    }
    for _ in range(2 if number % 10 == 0 else 1):
        while True:
            try:
                told = world.rooms.act(Person(cookie(number)).actor, token, LESSON.id, asked)
                break
            except Contended:
                continue  # the browser sends it again
    return told["step"]["answered"]["answer"] == asked["answer"]


def started(url: URL, token: str, first: int, last: int, vote: int) -> subprocess.Popen:
    """Another process whose members vote once it is told to."""
    address = url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.dashboard.classroom.crowd", address, token, str(first), str(last), str(vote)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def main(address: str, token: str, first: str, last: str, vote: str) -> None:
    """Say when it is ready, wait for a word, vote, and say who was acknowledged."""
    with pytest.MonkeyPatch.context() as patch:
        world = World(patch, Database(make_url(address)), Clock())
        world.rooms.lesson(Person(cookie(int(first))).actor, token, LESSON.id)
        print("ready", flush=True)
        sys.stdin.readline()
        print(*votes([world], token, list(range(int(first), int(last) + 1)), int(vote)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
