"""`python -m benchmarks.earlier COMMIT`: the kernel of now beside that of an earlier commit on systems that both know, in turns.

What has been added since is off in them, so this is what it costs who does not use it. Needs git; compiles the earlier kernel.
"""

import argparse
import io
import statistics
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from benchmarks.measure import ROOT, Line, duration, table

PROGRAM = """
import sys
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
    """An interpreter in a folder, which measures what it is asked to."""

    def __init__(self, folder: Path, requests: int):
        command = [sys.executable, "-c", PROGRAM, str(requests)]
        self.process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

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
        then, now = Kernel(Path(folder), requests), Kernel(ROOT, requests)
        for kernel in (then, now):
            kernel.wait()
        for name, title in NAMES.items():
            pairs = [(then.per_request_s(name), now.per_request_s(name)) for _ in range(repeats)]
            ratios = sorted(after / before for before, after in pairs)
            half = f"half of the pairs {ratios[repeats // 4]:.2f} to {ratios[-1 - repeats // 4]:.2f}"
            fastest = " and ".join(duration(min(times)) for times in zip(*pairs))
            found.append(Line(title, f"{statistics.median(ratios):.2f} ×", "1 ×", f"{half}; at best {fastest}"))
        for kernel in (then, now):
            kernel.close()
    return found


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
