"""How long a person waits: the first answer with nothing compiled, the compiler in its other process, and loading what it made."""

import os
import tempfile
import time

from benchmarks.measure import Line, duration, in_fresh_process
from engine.kernel.compiled import CACHE_VARIABLE

RUN = """
import sys, time
start = time.perf_counter()
from engine import System, simulate
imported = time.perf_counter()
result = simulate(System(), requests=100_000, seed=1, engine=sys.argv[1])
result.summary()
print(imported - start, time.perf_counter() - imported, result.engine)
"""


def lines(quick: bool) -> list[Line]:
    """Three fresh processes, one after the other, on a folder for compiled code that is empty at first; wall clock."""
    kept = os.environ.get(CACHE_VARIABLE)
    with tempfile.TemporaryDirectory() as folder:
        os.environ[CACHE_VARIABLE] = folder
        try:
            start = time.perf_counter()
            imported, first, engine = in_fresh_process(RUN, "auto")
            in_fresh_process(RUN, "compiled")  # waits for the compiler that the first one started
            ready_s = time.perf_counter() - start
            _, loaded, *_ = in_fresh_process(RUN, "compiled")
        finally:
            if kept is None:
                del os.environ[CACHE_VARIABLE]
            else:
                os.environ[CACHE_VARIABLE] = kept
    return [
        Line("import", duration(float(imported))),
        Line("first answer ever, nothing compiled", duration(float(first)), "at once", f"engine {engine}, a shorter run"),
        Line("until compiled code was ready", duration(ready_s), "under 60 s", "in another process"),
        Line("a process that finds it: load, then 100,000 requests", duration(float(loaded))),
    ]
