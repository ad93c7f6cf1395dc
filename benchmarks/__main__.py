"""`python -m benchmarks`: prints all figures; `--quick` measures less, `--only` some groups.

Every figure is CPU time (unless it says otherwise), the median of several runs, and every ratio is taken within this one run.
"""

import argparse
import importlib
import platform
import sys
import time

from benchmarks.measure import table

GROUPS = {
    "against_peers": "The kernel beside other simulators, CPU time per request on the same arrivals and demands",
    "sizes": "Runs of the whole path by length",
    "live": "The live run",
    "features": "What each feature costs",
    "compiling": "Before the kernel is compiled, and after",
}


def main() -> int:
    """Measure the groups that are asked for, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer requests and repetitions: about a minute")
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=list(GROUPS), metavar="GROUP", help=", ".join(GROUPS))
    options = parser.parse_args()
    print(f"Python {platform.python_version()} on {platform.machine()}; the third column is what is aimed for\n", flush=True)
    for name in options.only:
        start = time.perf_counter()
        lines = importlib.import_module(f"benchmarks.{name}").lines(options.quick)
        print(table(f"{GROUPS[name]}  ({time.perf_counter() - start:.0f} s)", lines), flush=True)
    return 0


sys.exit(main())
