"""What an answer of the live page costs the server: `python -m benchmarks.chunks [page …]`.

Asks as the browser does, without one: the first chunk, a while of playing, then moves of a slider, each answered by a short reply
and the stretch after it. CPU time by part, and bytes, for every page. Knows nothing of sockets or drawing.
"""

import json
import runpy
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks.measure import duration
from dashboard import page as pages
from dashboard import payload, runs
from dashboard.journey import CONCEPTS
from engine import Simulation
from engine.kernel import Kernel

VIEWS = Path(pages.__file__).parent / "views"
PARTS: dict[str, list[tuple[Any, str]]] = {
    "engine": [(Simulation, "advance"), (Simulation, "seek"), (Simulation, "change")],
    "snapshots": [(Kernel, "snapshot"), (Kernel, "restore")],
    "rows": [(payload, "piece")],
    "words": [(runs, "sentences")],
    "picture": [(payload, "moves"), (payload, "collect")],
    "text": [(runs, "written")],
}
"""The functions whose time is told apart; a part within another counts only for itself."""
REPLY_S, NEXT_S = 1.6, 4.0
"""Simulated time of the reply to a move and of the stretch that is asked for after it (`link.js`)."""
BEHIND_S, BETWEEN_S = 3.0, 0.5
"""How far the clock, where a move takes effect, is behind what is known; the least time between two moves."""
MOVES = 12
BUSY = {"traffic.rate": 100_000, "servers.count": 264, "servers.vcpus": 2, "cache.enabled": True}
"""The challenge where it is heaviest: the rate of its goal, on a database that is not up to it."""


def page_of(name: str) -> pages.Page:
    """A page's declaration, without drawing it."""
    with mock.patch("dashboard.page.show"):
        found = runpy.run_path(str(VIEWS / f"{name}.py")).values()
    return next(value for value in found if isinstance(value, pages.Page))


class Browser:
    """Asks as the browser does, and remembers up to when the run is known."""

    def __init__(self, page: pages.Page, start: dict[str, Any]) -> None:
        self.page, self.known_s, self.moved_s, self.count = page, 0.0, 0.0, 0
        self.changes: list[list[Any]] = [[0, start]] if start else []
        self.rate = start.get("traffic.rate", page.start.traffic.rate)

    def asks(self, moves: int) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each ask with its kind: "first", "play" (the next stretch) or "move" (the reply to one)."""
        yield "first", self._ask(0.0, pages.FIRST_S)
        for _ in range(3):
            yield "play", self._ask(self.known_s, NEXT_S)
        for move in range(moves):
            self.moved_s = round(max(self.moved_s + BETWEEN_S, self.known_s - BEHIND_S), 3)
            self.changes = [*self.changes, [self.moved_s, {"traffic.rate": round(self.rate * (0.9 + 0.01 * (move % 10)), 2)}]]
            yield "move", self._ask(self.moved_s, REPLY_S)
            yield "play", self._ask(self.known_s, NEXT_S)

    def _ask(self, from_s: float, length_s: float) -> dict[str, Any]:
        self.count += 1
        changes = {"changes": self.changes, "from_s": from_s, "length_s": length_s}
        return {"id": f"bench-{self.count}", "seed": 1, "pace": 1} | changes


@contextmanager
def _told_apart(times: dict[str, float]):
    """While this is open, the CPU time of each part is added to `times`."""
    stack: list[float] = []

    def timed(part: str, function: Callable) -> Callable:
        def run(*args: Any, **named: Any) -> Any:
            stack.append(0.0)
            begin = time.process_time()
            try:
                return function(*args, **named)
            finally:
                spent = time.process_time() - begin
                times[part] += spent - stack.pop()
                if stack:
                    stack[-1] += spent

        return run

    with ExitStack() as patches:
        for part, functions in PARTS.items():
            for owner, name in functions:
                patches.enter_context(mock.patch.object(owner, name, timed(part, getattr(owner, name))))
        yield


def measured(page: pages.Page, start: dict[str, Any]) -> dict[str, dict[str, float]]:
    """For each kind of ask the means: CPU time in s of the whole and by part, and bytes of the chunk."""
    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    with mock.patch.object(runs, "MEMO", runs.Memo()), mock.patch.object(runs.answer, "__defaults__", (runs.Memo(), "")):
        browser = Browser(page, start)
        for kind, ask in browser.asks(MOVES):
            here = sums[kind]
            begin = time.process_time()
            with _told_apart(here):
                chunk = pages.chunk(page, ask)
            here["all"] += time.process_time() - begin
            assert "problem" not in chunk, chunk["problem"]
            browser.known_s = chunk["to_s"]
            text = json.dumps(chunk, separators=(",", ":"))
            here["bytes"] += len(text)
            here["count"] += 1
            for name in ("pieces", "moves", "sentences"):
                here[f"bytes of {name}"] += len(json.dumps(chunk[name], separators=(",", ":")))
    return {kind: {name: value / here["count"] for name, value in here.items()} for kind, here in sums.items()}


def main(names: list[str]) -> int:
    """Measure and print, page by page."""
    for name, start in [*((name, {}) for name, _ in CONCEPTS), ("challenge", BUSY)]:
        if names and name not in names:
            continue
        page = page_of(name)
        print(
            f"{name}{f' with {start}' if start else ''}; the page's description: {len(json.dumps(pages.description(page)))} bytes"
        )
        for kind, told in measured(page, start).items():
            parts = ", ".join(f"{part} {duration(told[part])}" for part in PARTS if told.get(part, 0) > 5e-5)
            sizes = ", ".join(f"{name.split()[-1]} {value:,.0f}" for name, value in told.items() if name.startswith("bytes of"))
            print(f"  {kind:<6} {duration(told['all']):>8} of CPU ({parts}); {told['bytes']:,.0f} bytes ({sizes})")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
