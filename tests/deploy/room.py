"""Room: a class as the proxy and the app know it: a teacher, and students who follow the room's stream and write at its step.

Each does what their page does: what was not taken is sent again with the same key, and a stream that ended is opened again.
"""

import contextlib
import csv
import http.client
import json
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from tests.deploy.whole import AGAIN_S, LESSON, PATIENCE_S, Learner, Whole

WRITTEN, PARTS = "in_words", 3
"""A step of the tests' own lesson that takes one text after the other, and of how many parts such a text is;"""
VOTED, OPTIONS = "ticket", 2
"""and one on which a class votes."""


class Teacher:
    """Whoever has opened a room."""

    def __init__(self, who: Learner) -> None:
        self.who = who
        self.token = who.until_taken("/api/rooms", {"lesson": LESSON})["token"]
        self.room = f"/api/rooms/{self.token}"

    def paces(self, step: str) -> None:
        """Have the class go to a step."""
        self.who.until_taken(f"{self.room}/commands", {"command": "pace", "pacing": "paced", "step": step})

    def votes(self) -> list[int]:
        """How many voted for each option of the class's step."""
        told = json.loads(self.who.ask("GET", f"{self.room}/class")[2])
        return [one["count"] for one in told["results"]["votes"][-1]["options"]]

    def table(self, step: str) -> list[tuple[str, str]]:
        """Who wrote what at a step, as the teacher's own table has it: the first word."""
        table = self.who.ask("GET", f"{self.room}/export/long")[2].decode("utf-8-sig")
        return sorted((row["name"], row["answer"].split()[0]) for row in csv.DictReader(table.splitlines()) if row["step"] == step)


class Student:
    """A member of the room. What they write is the key under which it is sent, so that it is known everywhere."""

    def __init__(self, who: Learner, room: str, name: str) -> None:
        self.who, self.room, self.name = who, room, name
        self.lesson = f"{room}/lessons/{LESSON}"
        self.acknowledged: list[str] = []
        self.refusals: list[tuple[int, str]] = []
        """Status and words of whatever was not taken."""
        self.step, self.streams = "", 0
        """At which the class is, as the stream said last, and how many streams there were."""
        self._left, self._line = threading.Event(), None
        who.until_taken(f"{room}/join", {"name": name})
        threading.Thread(target=self._follow, daemon=True).start()

    def goes_along(self) -> None:
        """Go to the class's step."""
        self.who.until_taken(self.lesson, {"action": "goto", "step": self.step})

    def at(self) -> str:
        """The step at which they are, as the app knows it."""
        return json.loads(self.who.ask("GET", self.lesson)[2])["step"]["id"]

    def writes(self) -> None:
        """Write something at the class's step, and send it until it is acknowledged."""
        key = secrets.token_hex(8)
        sent = {"action": "answer", "step": WRITTEN, "answer": [key] + [""] * (PARTS - 1), "confidence": None, "key": key}
        if not self.acknowledged:
            self._send(sent)  # and once more, as if they had not heard of it
        self._send(sent)
        self.acknowledged.append(key)

    def _send(self, answer: dict[str, Any]) -> None:
        until_s = time.monotonic() + PATIENCE_S
        while (told := self.who.post(self.lesson, answer))[0] != 200:
            self.refusals.append((told[0], told[1].get("problem", "")))
            assert time.monotonic() < until_s, self.refusals
            time.sleep(AGAIN_S)
        assert told[1]["step"]["id"] == WRITTEN, "everybody stays at the step"

    def votes(self, option: int) -> None:
        """Vote at the class's step."""
        sent = {"action": "answer", "step": VOTED, "answer": option, "confidence": 2, "key": secrets.token_hex(8)}
        self.who.until_taken(self.lesson, sent)

    def leaves(self) -> None:
        """Close the stream."""
        self._left.set()
        with contextlib.suppress(OSError, AttributeError):
            self._line.sock.shutdown(socket.SHUT_RDWR)

    def _follow(self) -> None:
        while not self._left.is_set():
            with contextlib.suppress(OSError, http.client.HTTPException):
                self._line = self.who.connection(silent_s=PATIENCE_S)
                self._line.request("GET", f"{self.room}/events", headers=self.who.headers(Accept="text/event-stream"))
                stream = self._line.getresponse()
                self.streams += stream.status == 200
                for line in iter(stream.readline, b""):
                    if line.startswith(b'data: {"room"'):
                        self.step = json.loads(line[6:])["room"]["step"]
            self._left.wait(AGAIN_S)


class Class:
    """A teacher and students, who are at one process and at the other by turns."""

    def __init__(self, whole: Whole, count: int) -> None:
        self.teacher = Teacher(whole.at(1))
        self.problems: list[BaseException] = []
        """What ended somebody's writing."""
        self.students = [Student(whole.at(number % 2), self.teacher.room, f"Student {number}") for number in range(count)]

    def goes_to(self, step: str) -> None:
        """The teacher paces, the streams of all tell of it, and all go there."""
        self.teacher.paces(step)
        until(lambda: all(one.step == step for one in self.students), "a stream did not tell of the step")
        for one in self.students:
            one.goes_along()

    @contextlib.contextmanager
    def writing(self, pause_s: float) -> Iterator[None]:
        """Meanwhile everybody writes one text after the other; at the end each has the last one acknowledged."""
        done = threading.Event()

        def write(one: Student) -> None:
            try:
                while not done.wait(pause_s):
                    one.writes()
            except BaseException as problem:
                self.problems.append(problem)

        threads = [threading.Thread(target=write, args=(one,)) for one in self.students]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            done.set()
            for thread in threads:
                thread.join()
        assert self.problems == []

    def everybody_writes(self, times: int) -> None:
        """Wait until each of them has so many more acknowledgements."""
        wanted = {one: len(one.acknowledged) + times for one in self.students}
        until(lambda: self.problems or all(len(one.acknowledged) >= count for one, count in wanted.items()), "texts are not taken")
        assert self.problems == []

    def acknowledged(self) -> list[tuple[str, str]]:
        """Who was told that what is stored."""
        return sorted((one.name, key) for one in self.students for key in one.acknowledged)

    def leaves(self) -> None:
        """Everybody goes."""
        for one in self.students:
            one.leaves()


def until(what: Callable[[], Any], otherwise: str) -> None:
    """Wait for something."""
    until_s = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < until_s, otherwise
        time.sleep(0.05)
