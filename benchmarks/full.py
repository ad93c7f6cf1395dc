"""The time promises of a classroom, measured whole: `python -m benchmarks.full [--quick | --hours FILE]`; the report is `class.md`.

One teacher and a phone; classes of 30, 100 and 300 students, one after the other, as one process on SQLite and as two processes on
PostgreSQL behind nginx; 30 students beside ten real browsers; 300 votes over a bad link (P12, as root); two hours of class (P9),
left out with --quick, or read from what `python -m benchmarks.hours` has printed. App, proxy, database, students and browsers share
this machine, so nothing else should run on it: what it was doing is in the report. Ends with 1 when a promise was missed.
"""

import argparse
import asyncio
import datetime
import math
import multiprocessing
import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks import alone, hours, shared_link
from benchmarks.classroom import AIM, PROMISED_S, hosted, measured
from benchmarks.serving import ROOT, served
from benchmarks.windows import IN

REPORT = ROOT / "benchmarks/class.md"
CLASSES = ((30, 0, False), (100, 0, False), (300, 0, False), (300, 0, True), (30, 10, False))
"""How many students, how many real browsers beside them, and whether hosted."""
ALONE = "One teacher and a phone"
BEGIN = """# A class, measured

Written by `python -m benchmarks.full`: 95 % of all were done within so many seconds. App, proxy, database, students and browsers
shared the machine, of whose cores the browsers of a class took what the others left. Aims, and what these browsers took, are
marked but not among what was missed.

Moves of a shared scenario are the same by everybody, in value and in time of the run, because the class is shown something: 3,000
moves of 300 students are some ten different runs, and each is worked out once. Where each student moves it at a value of their own,
there are as many runs as moves; what that takes stands below it, and is no promise.

"""


def _machine() -> str:
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    busy = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    when = datetime.date.today().isoformat()
    cores = f"{os.cpu_count()} cores that count to ten million in {_counting_s():.2f} s"
    return f"{when}, commit {commit}, {cores}, Python {platform.python_version()}, load before: {busy}"


def _counting_s() -> float:
    """How fast the machine is at the moment: a shared one may take twice as long as an hour before."""
    begin, total = time.process_time(), 0
    for number in range(10_000_000):
        total += number
    return time.process_time() - begin


def _title(count: int, browsers: int, is_hosted: bool) -> str:
    how = "two processes, PostgreSQL, nginx" if is_hosted else "one process, SQLite"
    return f"{count} students{f' and {browsers} real browsers' if browsers else ''}: {how}"


def _class(count: int, browsers: int, is_hosted: bool) -> tuple[list[str], dict[str, float], list[str]]:
    """What is to be said of a class, within how long 95 % was done, and what went wrong for good."""
    said: list[str] = []

    def tell(line: str) -> None:
        print(f"* {line.strip()}", flush=True)
        said.append(f"* {line.strip()}")

    with hosted() if is_hosted else served() as started:
        server, pids = started if is_hosted else (started, [started.pid])
        one = asyncio.run(measured(server, count, browsers, pids, tell))
    return said, one.within_s, one.seen.lost()


def apart(count: int, browsers: int, is_hosted: bool) -> tuple[list[str], dict[str, float], list[str]]:
    """The same from a process of its own: students of one class leave so much behind that those of the next take half as
    much CPU again.
    """
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(_class, count, browsers, is_hosted).result()


def columns(title: str, browsers: int, within_s: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """What a class took, and beside it what its real browsers did."""
    found = {title: {name: took for name, took in within_s.items() if not name.startswith(IN)}}
    if browsers:
        seen = {name.removeprefix(IN): took for name, took in within_s.items() if name.startswith(IN)}
        found[f"{browsers} real browsers beside them, on the same cores"] = seen
    return found


def table(took_s: Mapping[str, Mapping[str, float]]) -> list[str]:
    """What was promised, and what each class took."""
    rows = [f"| 95 % within, in seconds | asked | {' | '.join(took_s)} |", f"| --- | --- |{' --- |' * len(took_s)}"]
    for name, (promise, most_s) in PROMISED_S.items():
        cells = ["–" if name not in one else f"{one[name]:.2f}{_mark(one[name], most_s)}" for one in took_s.values()]
        rows.append(f"| {f'{promise} {name}'.strip()} | {'–' if math.isinf(most_s) else f'{most_s:g}'} | {' | '.join(cells)} |")
    return rows


def _mark(took_s: float, most_s: float) -> str:
    return "" if math.isinf(most_s) else " ✓" if took_s <= most_s else " ✗"


def slow(within_s: Mapping[str, float]) -> list[str]:
    """The promises that were not kept in time; aims are none."""
    kept = {name: most_s for name, (promise, most_s) in PROMISED_S.items() if promise != AIM}
    return [f"{name}: {took:.2f} s" for name, took in within_s.items() if not took <= kept.get(name, math.inf)]


def main() -> int:
    """Measure all, and write the report; 1 when a promise was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.full", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="without the two hours")
    parser.add_argument("--hours", type=Path, help="what `python -m benchmarks.hours` has printed, in place of two hours more")
    parser.add_argument("--to", type=Path, default=REPORT, help="the file of the report")
    options = parser.parse_args()
    lived = options.hours and options.hours.read_text(encoding="utf-8").splitlines()
    machine, said, missed = _machine(), [], []
    took_s: dict[str, dict[str, float]] = {}

    def tell(line: str) -> None:
        print(line, flush=True)
        said.append(line)

    def tell_point(line: str) -> None:
        tell(f"* {line.strip()}")

    def miss(where: str, what: list[str]) -> None:
        missed.extend(f"* {where}: {one}" for one in what)

    tell(f"\n## {ALONE}\n")
    with served() as server:
        took_s[ALONE] = asyncio.run(alone.measured(server.address, tell_point))
    miss(ALONE, slow(took_s[ALONE]) + alone.many(took_s[ALONE]))
    for one in CLASSES:
        tell(f"\n## {_title(*one)}\n")
        try:
            lines, within_s, lost = apart(*one)
        except Exception as problem:  # what the other classes took must not be lost with it
            miss(_title(*one), [f"{type(problem).__name__} {problem}".splitlines()[0]])
            continue
        said += lines
        took_s |= columns(_title(*one), one[1], within_s)
        miss(_title(*one), slow(within_s) + lost)
    tell("\n## 300 votes over a bad link (P12)\n")
    miss("P12", shared_link.run(tell=tell_point))
    if not options.quick:
        tell("\n## Two hours (P9)\n")
        if lived is None:
            with served() as server:
                lived = asyncio.run(hours.measured(server, hours.STUDENTS, hours.MINUTES))
        for line in lived:
            tell_point(line)
        miss("P9", hours.missed(lived))
    told = ["## Missed", "", *(missed or ["* nothing"])]
    print("", *told, sep="\n")
    options.to.write_text(BEGIN + "\n".join([machine, "", *table(took_s), "", *told, *said, ""]), encoding="utf-8")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
