"""How long a person waits: the first answer with nothing compiled, the compiler itself, and loading what it made."""

import os
import tempfile

from benchmarks.measure import Line, duration, in_fresh_process

FIRST = """
import time
start = time.perf_counter()
from engine import System, simulate
imported = time.perf_counter()
result = simulate(System(), requests=100_000, seed=1, engine="{engine}")
result.summary()
print(imported - start, time.perf_counter() - imported, result.engine, len(result.requests))
"""


def lines(quick: bool) -> list[Line]:
    """Three fresh processes with an empty cache of compiled code, then one that finds it filled."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: os.environ.get(name) for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")}
        os.environ.update(NUMBA_CACHE_DIR=folder, XDG_CACHE_HOME=folder)
        try:
            imported, first, engine, _ = in_fresh_process(FIRST.format(engine="auto"))
            found.append(Line("import", duration(float(imported))))
            found.append(Line("first answer ever", duration(float(first)), "at once", f"engine {engine}"))
            _, compiled, _, _ = in_fresh_process(FIRST.format(engine="compiled"))
            found.append(Line("compile, then 100,000 requests", duration(float(compiled)), "under 60 s", "wall clock"))
            _, loaded, engine, _ = in_fresh_process(FIRST.format(engine="compiled"))
            found.append(Line("load from the cache, then the same", duration(float(loaded)), "", "wall clock"))
        finally:
            for name, value in kept.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
    return found
