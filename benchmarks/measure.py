"""How the benchmark measures and prints: CPU time, medians, and a table with the figure that is aimed for beside the one measured.

Knows nothing of what it measures.
"""

import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]


class Line(NamedTuple):
    """One line of the table; `aim` is empty where nothing is aimed for."""

    what: str
    figure: str
    aim: str = ""
    note: str = ""


def cpu_s(work: Callable[[], object]) -> float:
    """CPU time of one call, of all threads of this process; collections of garbage are made before, not during."""
    gc.collect()
    gc.disable()
    try:
        start = time.process_time()
        work()
        return time.process_time() - start
    finally:
        gc.enable()


def medians_s(works: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """The median CPU time of each, taken in turns, so that a slow minute of the machine meets all of them."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            times[name].append(cpu_s(work))
    return {name: statistics.median(values) for name, values in times.items()}


def ratio(work: Callable[[], object], base: Callable[[], object], repeats: int) -> float:
    """How many times longer than `base` it takes: the median of pairs measured one right after the other."""
    return statistics.median(cpu_s(work) / cpu_s(base) for _ in range(repeats))


def in_fresh_process(program: str, *arguments: str) -> list[str]:
    """What a program prints, word by word, in an interpreter of its own: for what only a first run shows."""
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()


def peak_mb(reset: bool = False) -> float:
    """The most memory that this process has held, in MB; after a reset (Linux) counted anew from what it holds now."""
    status = Path("/proc/self/status")
    if reset and status.exists():
        Path("/proc/self/clear_refs").write_text("5")
    if status.exists():
        kilobytes = next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(kilobytes) / 1024
    import resource  # there is none on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def duration(seconds: float) -> str:
    """A time to three figures, in the unit that suits it."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1.0:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def table(title: str, lines: list[Line]) -> str:
    """A group's lines under its title, the columns as wide as they need to be."""
    widths = [max(len(line[column]) for line in lines) for column in range(3)]
    rows = [
        f"  {line.what:<{widths[0]}}  {line.figure:>{widths[1]}}  {line.aim:<{widths[2]}}  {line.note}".rstrip() for line in lines
    ]
    return "\n".join([title, *rows, ""])
