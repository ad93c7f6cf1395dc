"""Checks apart: the processes that fill in and prove drafts: one of a person at a time, few at once, none for longer than a limit.

What they say is kept for a while, so that whoever asks learns how far theirs is. Knows nothing of the web.
"""

import atexit
import json
import os
import subprocess
import sys
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

from dashboard.store.address import VARIABLE
from dashboard.words import t

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "dashboard.lesson.checking")
AT_ONCE = 2
"""Processes at a time; more wait."""
WAITING = 30
"""Checks that wait or run at a time."""
WAIT_S = 0.5
"""Whoever waits looks so often whether they still need to."""
LIMIT_S = 300.0
"""A lesson takes some ten seconds; a file that takes so long proves nothing."""
KEPT = 100
"""Checks whose outcome is still known."""

RUNNING, DONE, CANCELLED, FAILED = "running", "done", "cancelled", "failed"


class Busy(RuntimeError):
    """Too many wait already."""


class Check:
    """One check: what it has said so far."""

    def __init__(self, digest: str) -> None:
        self.digest = digest
        self.state = RUNNING
        self.done, self.all = 0, 0
        self.lesson: dict[str, Any] | None = None
        self.problems: list[Any] | None = None
        self.failed = ""
        self._lock = threading.Lock()
        self._process: subprocess.Popen | None = None

    def told(self) -> dict[str, Any]:
        """What the browser gets."""
        return {
            "digest": self.digest, "state": self.state, "done": self.done, "all": self.all, "lesson": self.lesson,
            "problems": self.problems, "failed": self.failed,
        }  # fmt: skip

    def end(self, state: str, words: str = "") -> None:
        """Stop it, if it still runs."""
        with self._lock:
            if self.state == RUNNING:
                self.state, self.failed = state, words
            if self._process is not None and self._process.poll() is None:
                self._process.kill()

    def run(self, text: bytes, turns: threading.BoundedSemaphore, command: tuple[str, ...]) -> None:
        """Wait for a turn, and follow the process until it ends. Whoever is ended while they wait is gone soon: threads are few."""
        while not turns.acquire(timeout=WAIT_S):
            if self.state != RUNNING:
                return
        try:
            if not self._begun(command):
                return
            limit = threading.Timer(LIMIT_S, self.end, (FAILED, t("The proof takes too long; make the lesson’s runs shorter.")))
            limit.daemon = True
            limit.start()
            try:
                self._follow(text)
            finally:
                limit.cancel()
                self.end(FAILED, t("The proof broke off. Try again."))
                self._process.wait()
        finally:
            turns.release()

    def _begun(self, command: tuple[str, ...]) -> bool:
        """Start the process, unless the check was ended while it waited."""
        known = {name: value for name, value in os.environ.items() if name != VARIABLE}  # a proof needs no database
        pipes = {"env": known, "stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        with self._lock:
            if self.state != RUNNING:
                return False
            try:
                self._process = subprocess.Popen(command, cwd=ROOT, **pipes)
            except OSError:
                self.state, self.failed = FAILED, t("The proof broke off. Try again.")
                return False
        return True

    def _follow(self, text: bytes) -> None:
        try:
            self._process.stdin.write(text)
            self._process.stdin.close()
        except OSError:
            return  # it has ended already
        for line in self._process.stdout:
            said = json.loads(line)
            self.done, self.all = said.get("done", self.done), said.get("all", self.all)
            self.lesson = said.get("lesson", self.lesson)
            if "failed" in said:
                self.end(FAILED, said["failed"])
            if "problems" in said:
                self.problems = said["problems"]
                self.end(DONE)


class Checks:
    """The checks of this process, by who wanted them."""

    def __init__(self, command: tuple[str, ...] = COMMAND) -> None:
        self._command = command
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._known: OrderedDict[str, tuple[str, Check]] = OrderedDict()

    def begin(self, cookie: str, name: str, digest: str, text: bytes) -> Check:
        """The check of this text: a new one ends the person's last; the same text is not checked twice. Raises Busy."""
        with self._lock:
            last = self._known.get(cookie)
            if last and last[0] == name and last[1].digest == digest and last[1].state in (RUNNING, DONE):
                return last[1]
            if sum(check.state == RUNNING for _, check in self._known.values()) >= WAITING:
                raise Busy(t("Many lessons are being proven just now. Try again in a minute."))
            check = Check(digest)
            self._known[cookie] = (name, check)
            self._known.move_to_end(cookie)
            over = [whose for whose, (_, one) in self._known.items() if one.state != RUNNING]
            for whose in over[: max(0, len(self._known) - KEPT)]:  # nobody's check is ended by many others that come after it
                del self._known[whose]
        if last:
            last[1].end(CANCELLED)
        threading.Thread(target=check.run, args=(text, self._turns, self._command), daemon=True).start()
        return check

    def of(self, cookie: str, name: str) -> Check | None:
        """The person's check of the draft with this name, if it is still known."""
        found = self._known.get(cookie)
        return found[1] if found and found[0] == name else None

    def forget(self, cookie: str) -> None:
        """End the person's check, and keep nothing of it."""
        with self._lock:
            found = self._known.pop(cookie, None)
        if found:
            found[1].end(CANCELLED)

    def end_all(self) -> None:
        """Stop all of them."""
        for _, check in list(self._known.values()):
            check.end(CANCELLED)


CHECKS = Checks()
atexit.register(CHECKS.end_all)
