"""The cheapest system that meets a goal, within given bounds: every design is priced, tried in order of price, and confirmed.

A plain search: designs that theory shows to be overloaded are left out, all others are simulated from the cheapest on until
enough of them meet the goal on the seeds of the trial and on those of the confirmation. The answer does not depend on how many
processes search. It knows systems, prices and runs; not which goals there are.
"""

import itertools
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.bill import planned_cost_per_hour
from engine.run import simulate
from engine.system import System
from engine.theory.assumptions import cpu_s, read_ratio, write_ratio
from engine.theory.caches import lfu_limit_hit_ratio, zipf

Tree = dict[str, Any]
SAID = (
    "latency_p95_ms", "error_rate", "goodput", "server_utilisation", "database_utilisation", "cache_hit_ratio", "cost_per_hour",
    "cost_per_million_ok",
)  # fmt: skip
"""What is kept of each run."""


@dataclass(frozen=True)
class Goal:
    """What a design must reach at its traffic's rate: 95 % of the answers within so long, errors no more than this share."""

    latency_p95_ms: float
    error_rate: float


@dataclass(frozen=True)
class Trials:
    """How designs are tried: first on the seeds of `screening`, what passes also on those of `confirming`; each run so long.

    A run that is cut short meets no goal: the engine must be one that has time for `duration_s` of the traffic. No tier may be
    busier than `busy_ratio`: queues of a tier that is nearly full grow for longer than a run of seconds shows.
    """

    screening: tuple[int, ...] = (1,)
    confirming: tuple[int, ...] = (101, 102, 103)
    duration_s: float = 3.0
    warmup_s: float = 1.0
    busy_ratio: float = 0.98
    engine: str = "auto"


@dataclass(frozen=True)
class Design:
    """A system within the bounds, the choices that make it, and what an hour of it costs when all goes well."""

    system: System
    choices: tuple[Tree, ...]
    cost_per_hour: float


@dataclass(frozen=True)
class Verdict:
    """What the runs of a design came to, seed by seed, and whether all of them met the goal."""

    meets: bool
    measured: tuple[Tree, ...]


@dataclass(frozen=True)
class Found:
    """The designs that meet the goal, cheapest first, and how many there were, were overloaded, and were tried."""

    designs: tuple[tuple[Design, Verdict], ...]
    designs_count: int
    overloaded_count: int
    tried_count: int


def designs_of(base: Tree, axes: list[list[Tree]]) -> list[Design]:
    """Every combination of one choice per axis, laid over the base, cheapest first (equal prices in the order of the axes)."""
    systems = [(System.model_validate(_merged(base, *choices)), choices) for choices in itertools.product(*axes)]
    designs = [Design(system, choices, planned_cost_per_hour(system)) for system, choices in systems]
    return sorted(designs, key=lambda design: design.cost_per_hour)


def overload(system: System) -> str:
    """Which tier must fall behind at the traffic's rate, by the utilisation law (Denning and Buzen 1978); empty if none must.

    Caches are given the most that any could hit under independent requests: that of the origin holds the most popular items,
    the CDN has everything that it may.
    """
    traffic, servers, data = system.traffic, system.servers, system.database
    reads, writes = traffic.rate * read_ratio(system), traffic.rate * write_ratio(system)
    files = traffic.rate * traffic.static_ratio
    if system.cdn.enabled:
        files, reads = 0.0, 0.0 if system.cdn.cache_dynamic else reads
    if (files + reads + writes) * cpu_s(system) >= servers.count * min(servers.vcpus, servers.workers):
        return "servers"
    read_work, write_work = reads * (1.0 - _most_hits(system)) * data.read_ms / 1e3, writes * data.write_ms / 1e3
    if data.replicas and data.read_from != "primary":
        busiest = max(write_work, write_work * data.apply_cost + read_work / data.replicas)
    else:
        busiest = write_work + read_work
    return "database" if busiest >= data.connections * data.shards else ""


def search(
    base: Tree,
    axes: list[list[Tree]],
    goal: Goal,
    trials: Trials,
    *,
    wanted: int = 1,
    processes: int = 1,
    progress: Callable[[str], None] = lambda line: None,
) -> Found:
    """The cheapest designs that meet the goal, so many as are wanted and there are."""
    designs = designs_of(base, axes)
    stable = [design for design in designs if not overload(design.system)]
    progress(f"{len(designs):,} designs, {len(designs) - len(stable):,} of them overloaded in theory")
    found: list[tuple[Design, Verdict]] = []
    tried = 0
    for design, verdict in _verdicts(stable, goal, trials, processes):
        tried += 1
        if verdict.meets:
            found.append((design, verdict))
        progress(f"{tried:,} of {len(stable):,} tried, ${design.cost_per_hour:,.2f} an hour, {len(found)} of {wanted} found")
        if len(found) == wanted:
            break
    return Found(tuple(found), len(designs), len(designs) - len(stable), tried)


def verdict_on(system: System, goal: Goal, trials: Trials) -> Verdict:
    """Run a design seed by seed until one run does not meet the goal."""
    measured = []
    for seed in (*trials.screening, *trials.confirming):
        run = simulate(
            system, duration_s=trials.duration_s, warmup_s=trials.warmup_s, seed=seed, engine=trials.engine, keep_requests=0
        )
        summary = run.summary()
        measured.append({"seed": seed, "stopped": run.stopped} | {name: summary[name] for name in SAID})
        if run.stopped or not _meets(summary, goal, trials.busy_ratio):
            return Verdict(False, tuple(measured))
    return Verdict(True, tuple(measured))


def _meets(summary: Tree, goal: Goal, busy_ratio: float) -> bool:
    p95_ms, errors = summary["latency_p95_ms"], summary["error_rate"]
    fast = p95_ms is not None and p95_ms <= goal.latency_p95_ms and errors <= goal.error_rate
    return fast and max(summary["server_utilisation"] or 0.0, summary["database_utilisation"] or 0.0) <= busy_ratio


def _verdicts(designs: list[Design], goal: Goal, trials: Trials, processes: int) -> Iterator[tuple[Design, Verdict]]:
    """Designs with their verdicts, in order; a few are tried ahead by other processes."""
    if processes == 1:
        yield from ((design, verdict_on(design.system, goal, trials)) for design in designs)
        return
    pool = ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))
    waiting: deque[tuple[Design, Future[Verdict]]] = deque()
    try:
        for design in designs:
            waiting.append((design, pool.submit(verdict_on, design.system, goal, trials)))
            if len(waiting) > 2 * processes:
                first, verdict = waiting.popleft()
                yield first, verdict.result()
        yield from ((design, verdict.result()) for design, verdict in waiting)
    finally:
        pool.shutdown(cancel_futures=True)


def _most_hits(system: System) -> float:
    tier, items = system.cache, system.traffic.items
    if not tier.enabled:
        return 0.0
    held = min((tier.capacity_items or items) * tier.nodes, items)
    return 1.0 if held == items else _share_of_most_popular(items, system.traffic.popularity, held)


@cache
def _share_of_most_popular(items: int, popularity: float, held: int) -> float:
    return lfu_limit_hit_ratio(zipf(items, popularity), held)


def _merged(*trees: Tree) -> Tree:
    """Trees laid over one another: the last one's leaves win."""
    result: Tree = {}
    for tree in trees:
        for name, value in tree.items():
            both = isinstance(value, dict) and isinstance(result.get(name), dict)
            result[name] = _merged(result[name], value) if both else value
    return result
