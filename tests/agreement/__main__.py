"""`python -m tests.agreement --systems 20000`: as many random systems as wanted, on all cores, each difference made small."""

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from engine.jit import NUMBA_PRESENT
from engine.kernel import compiled
from tests.agreement.cases import report_or_error

CHUNK = 10


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.agreement", description="Compare the kernel with the reference on random systems."
    )
    parser.add_argument("--systems", type=int, default=1_000, help="how many (default: %(default)s)")
    parser.add_argument(
        "--from", dest="first", type=int, default=0, metavar="NUMBER", help="number of the first (default: %(default)s)"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="how many at the same time (default: %(default)s)")
    parser.add_argument("--as-found", action="store_true", help="do not make what differs smaller")
    asked = parser.parse_args()
    if NUMBA_PRESENT:
        compiled.build()
    started, different = time.perf_counter(), 0
    work = partial(report_or_error, smallest=not asked.as_found)
    numbers = range(asked.first, asked.first + asked.systems)
    with ProcessPoolExecutor(asked.processes, mp_context=get_context("spawn")) as pool:
        for done, found in enumerate(pool.map(work, numbers, chunksize=CHUNK), start=1):
            if found:
                different += 1
                print(found, flush=True)
            if done % 500 == 0:
                print(f"{done:,} systems, {different} differ, {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    print(f"{asked.systems:,} systems, {different} of them differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
