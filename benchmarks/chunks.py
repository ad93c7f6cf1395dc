"""What an answer of the live page costs the server: `python -m benchmarks.chunks [page …]`.

Asks as the browser does, without one: the first chunk, a while of playing, then moves of a slider, each answered by a short reply
and the stretch after it. CPU time by part, and bytes, for every page. Knows nothing of sockets or drawing.
"""

import json
import runpy
import sys
import time
from collections import defaultdict
from collections.abc import Callable
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
    "text": [(runs.Memo, "keep_answer")],
}
"""The functions whose time is told apart; a part within another counts only for itself."""
REPLY_S, NEXT_S, BETWEEN_S = 1.6, 4.0, 0.5
"""Simulated time of the reply to a move and of the stretch that is asked for after it (`link.js`); between two moves."""
MOVES = 12


def page_of(name: str) -> pages.Page:
    """A page's declaration, without drawing it."""
    with mock.patch("dashboard.page.show"):
        found = runpy.run_path(str(VIEWS / f"{name}.py")).values()
    return next(value for value in found if isinstance(value, pages.Page))


def asks(page: pages.Page, start: dict[str, Any], moves: int = MOVES) -> list[tuple[str, dict[str, Any]]]:
    """What a browser asks for, each with its kind: "first", "play" (the next stretch) or "move" (the reply to one)."""
    changes: list[list[Any]] = [[0, start]] if start else []
    found = [("first", {"from_s": 0, "length_s": pages.FIRST_S})]
    found += [("play", {"from_s": pages.FIRST_S + 4 * k, "length_s": NEXT_S}) for k in range(3)]
    found = [(kind, {"changes": changes, **ask}) for kind, ask in found]
    rate = start.get("traffic.rate", page.start.traffic.rate)
    for move in range(moves):
        at = pages.FIRST_S + 8.0 + BETWEEN_S * move
        changes = [*changes, [at, {"traffic.rate": round(rate * (0.9 + 0.01 * (move % 10)), 2)}]]
        found.append(("move", {"changes": changes, "from_s": at, "length_s": REPLY_S}))
        found.append(("play", {"changes": changes, "from_s": at + REPLY_S, "length_s": NEXT_S}))
    return [(kind, {"id": f"a-{k}", "seed": 1, "pace": 1, **ask}) for k, (kind, ask) in enumerate(found)]


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
    with mock.patch.object(runs, "MEMO", runs.Memo()), mock.patch.object(runs.answer, "__defaults__", (runs.Memo(),)):
        for kind, ask in asks(page, start):
            here = sums[kind]
            begin = time.process_time()
            with _told_apart(here):
                chunk = pages.chunk(page, ask)
            here["all"] += time.process_time() - begin
            assert "problem" not in chunk, chunk["problem"]
            text = json.dumps(chunk, separators=(",", ":"))
            here["bytes"] += len(text)
            here["count"] += 1
            for name in ("pieces", "moves", "sentences"):
                here[f"bytes of {name}"] += len(json.dumps(chunk[name], separators=(",", ":")))
    return {kind: {name: value / here["count"] for name, value in here.items()} for kind, here in sums.items()}


def main(names: list[str]) -> int:
    """Measure and print, page by page."""
    known = {name: {} for name, _ in CONCEPTS}
    at = [(name, start) for name, start in known.items() if not names or name in names]
    at += [("challenge", {"traffic.rate": 100_000, "servers.count": 264, "servers.vcpus": 2, "cache.enabled": True})]
    for name, start in at if not names else [one for one in at if one[0] in names]:
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
