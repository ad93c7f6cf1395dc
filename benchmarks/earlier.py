"""`python -m benchmarks.earlier COMMIT`: the kernel of now beside that of an earlier commit on systems that both know, in turns.

What has been added since is off in them, so this is what it costs who does not use it. Beside it stands what chance does: the
kernel of now against itself, compiled once more with its blocks at other addresses. What differs less than that is not measurable.
Needs git; compiles two kernels.
"""

import argparse
import io
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from benchmarks.measure import ROOT, Line, duration, table
from engine.kernel.compiled import CACHE_VARIABLE

PROGRAM = """
import sys
if sys.argv[2:] == ["aligned"]:
    from llvmlite import binding
    binding.set_option("benchmark", "-align-all-nofallthru-blocks=5")
from benchmarks import ours, scenario
from benchmarks.measure import cpu_s
systems = {name: scenario.system_of(getattr(scenario, name)) for name in ("SINGLE", "BALANCED", "WHOLE")}
requests = int(sys.argv[1])
works = {name: ours.kernel_run(system, requests) for name, system in systems.items()}
print("ready", flush=True)
for line in sys.stdin:
    print(cpu_s(works[line.strip()]) / requests, flush=True)
"""
NAMES = {"SINGLE": "M/M/1", "BALANCED": "balancer over 8 servers", "WHOLE": "the whole path"}


class Kernel:
    """An interpreter in a folder, which measures what it is asked to; with a `cache` it compiles anew, with another layout."""

    def __init__(self, folder: Path, requests: int, cache: Path | None = None):
        command = [sys.executable, "-c", PROGRAM, str(requests), *(["aligned"] if cache else [])]
        environment = os.environ | ({CACHE_VARIABLE: str(cache)} if cache else {})
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=folder, env=environment, stdin=pipe, stdout=pipe, text=True)

    def wait(self) -> None:
        """Until its kernel is compiled."""
        if self.process.stdout.readline().strip() != "ready":
            raise SystemExit("the earlier commit cannot be measured: it has no such benchmark")

    def per_request_s(self, name: str) -> float:
        self.process.stdin.write(f"{name}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def lines(commit: str, requests: int, repeats: int) -> list[Line]:
    """For each system the median of pairs measured one right after the other."""
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
    found = []
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as sources:
            sources.extractall(folder, filter="data")
        with tempfile.TemporaryDirectory() as cache:
            then, now, again = Kernel(Path(folder), requests), Kernel(ROOT, requests), Kernel(ROOT, requests, Path(cache))
            for kernel in (then, now, again):
                kernel.wait()
            for name, title in NAMES.items():
                rounds = [[kernel.per_request_s(name) for kernel in (then, now, again)] for _ in range(repeats)]
                earlier, today, chance = zip(*rounds)
                found.append(_line(title, earlier, today))
                found.append(_line("  the same code elsewhere", today, chance))
            for kernel in (then, now, again):
                kernel.close()
    return found


def _line(title: str, before: tuple[float, ...], after: tuple[float, ...]) -> Line:
    """The ratio of times that were measured in turns."""
    ratios = sorted(later / earlier for earlier, later in zip(before, after))
    half = f"half of the pairs {ratios[len(ratios) // 4]:.2f} to {ratios[-1 - len(ratios) // 4]:.2f}"
    fastest = f"{duration(min(before))} and {duration(min(after))}"
    return Line(title, f"{statistics.median(ratios):.2f} ×", "1 ×", f"{half}; at best {fastest}")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.earlier", description=__doc__.splitlines()[0])
    parser.add_argument("commit", help="an earlier commit of this repository")
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=41)
    options = parser.parse_args()
    print(table(f"The kernel of now beside that of {options.commit}", lines(options.commit, options.requests, options.repeats)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
