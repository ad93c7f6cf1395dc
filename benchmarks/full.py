"""The time promises of a classroom, measured whole: `python -m benchmarks.full [--quick]`; the report is `benchmarks/class.md`.

Classes of 30, 100 and 300 students, one after the other, as one process on SQLite and as two processes on PostgreSQL behind nginx;
30 students beside ten real browsers; 300 votes over a bad link (P12, as root); two hours of class (P9, left out with --quick). App,
proxy, database, students and browsers share this machine, so nothing else should run on it: what it was doing is in the report.
"""

import argparse
import asyncio
import datetime
import math
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import hours, shared_link
from benchmarks.classroom import PROMISED_S, Class, hosted, measured
from benchmarks.serving import ROOT, served

REPORT = ROOT / "benchmarks/class.md"
CLASSES = ((30, 0, False), (100, 0, False), (300, 0, False), (300, 0, True), (30, 10, False))
"""How many students, how many real browsers beside them, and whether hosted."""
BEGIN = """# A class, measured

Written by `python -m benchmarks.full`: 95 % of all were done within so many seconds. App, proxy, database, students and browsers
shared the machine.

"""


def _machine() -> str:
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    busy = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    when = datetime.date.today().isoformat()
    return f"{when}, commit {commit}, {os.cpu_count()} cores, Python {platform.python_version()}, load before: {busy}"


def _title(count: int, browsers: int, is_hosted: bool) -> str:
    how = "two processes, PostgreSQL, nginx" if is_hosted else "one process, SQLite"
    return f"{count} students{f' and {browsers} real browsers' if browsers else ''}: {how}"


def _class(count: int, browsers: int, is_hosted: bool, tell: Callable[[str], None]) -> Class:
    if is_hosted:
        with hosted() as (server, pids):
            return asyncio.run(measured(server, count, browsers, pids, tell))
    with served() as server:
        return asyncio.run(measured(server, count, browsers, [server.pid], tell))


def _table(done: dict[str, Class]) -> list[str]:
    """What was promised, and what each class took."""
    rows = [f"| 95 % within, in seconds | asked | {' | '.join(done)} |", f"| --- | --- |{' --- |' * len(done)}"]
    for name, (promise, most_s) in PROMISED_S.items():
        took = [one.within_s.get(name, math.nan) for one in done.values()]
        cells = ["–" if math.isnan(one) else f"{one:.2f} {'✓' if one <= most_s else '✗'}" for one in took]
        rows.append(f"| {promise} {name} | {most_s:g} | {' | '.join(cells)} |".replace("|  ", "| "))
    return rows


def main() -> int:
    """Measure all, and write the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.full", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="without the two hours")
    parser.add_argument("--to", type=Path, default=REPORT, help="the file of the report")
    options = parser.parse_args()
    said, done = [_machine()], {}

    def tell(line: str) -> None:
        print(line, flush=True)
        said.append(line)

    for one in CLASSES:
        tell(f"\n## {_title(*one)}\n")
        done[_title(*one)] = _class(*one, lambda line: tell(f"* {line.strip()}"))
    tell("\n## 300 votes over a bad link (P12)\n")
    shared_link.run(tell=lambda line: tell(f"* {line.strip()}"))
    if not options.quick:
        tell("\n## Two hours (P9)\n")
        for line in asyncio.run(hours.measured(hours.STUDENTS, hours.MINUTES)):
            tell(f"* {line.strip()}")
    options.to.write_text(BEGIN + "\n".join([said[0], "", *_table(done), *said[1:], ""]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
