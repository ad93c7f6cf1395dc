"""The engine as the benchmark calls it: the kernel alone, all stages, and the insides that only a benchmark looks at."""

from collections.abc import Callable

from benchmarks.replay import Told
from benchmarks.scenario import SEED
from engine import Simulation, simulate
from engine.kernel import Kernel
from engine.log import COLUMNS, OK, WHEN_ALL_DONE
from engine.system import System
from engine.workload.rates import NEVER

COLUMN = {name: position for position, name in enumerate(COLUMNS)}


def kernel_run(system: System, requests: int, keep_every: int = 0) -> Callable[[], Kernel]:
    """A call that draws and runs so many requests to their end; by default without keeping their log."""

    def run() -> Kernel:
        kernel = Kernel(system, SEED, request_limit=requests, keep_every=keep_every)
        kernel.advance(NEVER - 1, WHEN_ALL_DONE)
        return kernel

    run()  # once, so that nobody pays for compiling
    return run


def told(system: System, requests: int) -> Told:
    """Latencies of all requests that were answered in time, and the hit ratio of the CDN, or else of the cache."""
    rows = kernel_run(system, requests, keep_every=1)().attempts()
    arrived, ended, outcome = (rows[:, COLUMN[name]] for name in ("arrived", "ended", "outcome"))
    found = rows[:, COLUMN["pop_hit" if system.cdn.enabled else "hit"]]
    looked_up = found[found >= 0]
    ratio = float((looked_up == 1).mean()) if len(looked_up) else None
    return Told(((ended - arrived)[outcome == OK] / 1e9).tolist(), ratio)


def all_stages(system: System, requests: int) -> dict:
    """Draws, run and metrics: what one move of a slider asks for."""
    return simulate(system, requests=requests, seed=SEED, engine="compiled").summary()


def frames(system: System, requests: int) -> tuple:
    """The same, and what happened over time and at every node as data frames."""
    result = simulate(system, requests=requests, seed=SEED, engine="compiled")
    return result.summary(), result.timeline, result.nodes


def snapshot(simulation: Simulation) -> tuple:
    """A copy of all that a live run's future depends on."""
    return simulation._kernel.snapshot()


def snapshot_bytes(simulation: Simulation) -> int:
    """The size of one."""
    arrays = simulation._kernel.snapshot()[0]
    return sum(array.nbytes for array in arrays)
