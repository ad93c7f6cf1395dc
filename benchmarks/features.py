"""The price of every feature: of all of them when they are off, of each when it is on, and of everything at once."""

import statistics
from collections.abc import Callable

import numpy as np

from benchmarks import minimal, ours, switches, switches_data
from benchmarks.measure import Line, cpu_s, duration, medians_s, ratio
from benchmarks.scenario import BALANCED, SEED
from benchmarks.switches import Parts, merged
from engine.system import System
from engine.workload import draws
from engine.workload.counter import stream_keys
from engine.workload.parameters import ALGORITHMS, parameters_of

FAMILIES = (
    switches.PLAIN, switches.FAR, switches.IMPATIENT,
    switches_data.DATABASE, switches_data.CACHE, switches_data.REPLICATION, switches_data.CDN,
)  # fmt: skip
MINIMAL = "a kernel that can do only this"
ITSELF = "the complete kernel beside itself"
WANTED_RATE = 1_000_000


def described(parts: Parts) -> System:
    """The plain system with some parts changed."""
    return System.model_validate(merged(BALANCED, parts))


def lines(quick: bool) -> list[Line]:
    """The complete kernel on a plain system beside one that can do nothing else, feature after feature, and everything."""
    requests, repeats = (20_000, 3) if quick else (100_000, 7)
    run_plain = ours.kernel_run(described({}), requests)
    found = off(run_plain, requests, 3 * repeats)
    logs = {"the log kept, every request": 1, "the log kept, every 100th": 100}
    more = {name: ours.kernel_run(described({}), requests, keep_every=every) for name, every in logs.items()}
    for algorithm in ALGORITHMS[1:]:
        more[f"balancer: {algorithm}"] = ours.kernel_run(described({"balancer": {"algorithm": algorithm}}), requests)
    found += [Line(f"  {name}", f"{ratio(run, run_plain, repeats):.2f} ×") for name, run in more.items()]
    for family in FAMILIES:
        run_base = ours.kernel_run(described(family.parts), requests)
        if family.parts:
            found.append(Line(family.base, f"{ratio(run_base, run_plain, repeats):.2f} ×", "", "the ratios below are to this"))
        for name, parts in family.features.items():
            run = ours.kernel_run(described(merged(family.parts, parts)), requests)
            found.append(Line(f"  {name}", f"{ratio(run, run_base, repeats):.2f} ×"))
    return found + everything(run_plain, requests, repeats)


def off(run_plain: Callable[[], object], requests: int, repeats: int) -> list[Line]:
    """What all costs that is off, with how far two measurements of the same thing are apart."""
    run_minimal = minimal_run(described({}), requests)
    pairs = {MINIMAL: run_minimal, ITSELF: run_plain}
    ratios = {name: sorted(cpu_s(run_plain) / cpu_s(run) for _ in range(repeats)) for name, run in pairs.items()}
    plain_s = medians_s({0: run_plain}, repeats)[0]
    price, noise = ratios[MINIMAL], ratios[ITSELF]
    return [
        Line(switches.PLAIN.base, duration(plain_s / requests), "", "per request; the ratios below are to this"),
        Line(MINIMAL, duration(plain_s / requests / statistics.median(price)), "", f"so all that is off costs {_spread(price)}"),
        Line(ITSELF, f"{statistics.median(noise):.2f} ×", "1 ×", f"the noise: {_spread(noise)}"),
    ]


def everything(run_plain: Callable[[], object], requests: int, repeats: int) -> list[Line]:
    """Every tier, mode and several faults at once, and how many requests one core simulates in a second of its time."""
    run = ours.kernel_run(described(switches_data.EVERYTHING), requests)
    times = sorted(cpu_s(run) for _ in range(repeats))
    rates = [requests / spent_s for spent_s in times]
    return [
        Line(
            "everything on",
            f"{ratio(run, run_plain, repeats):.2f} ×",
            "",
            f"{duration(statistics.median(times) / requests)} per request",
        ),
        Line(
            "  requests per second of one core",
            f"{statistics.median(rates):,.0f}",
            f"over {WANTED_RATE:,}",
            f"the fastest of {repeats} runs {rates[0]:,.0f}; others on the machine slow a core down",
        ),
    ]


def minimal_run(system: System, requests: int) -> Callable[[], object]:
    """The minimal kernel on the same draws."""
    numbers, keys = parameters_of(system), np.array(stream_keys(SEED, draws.STREAMS))
    servers = system.servers

    def run():
        mean_gap_ns, mean_cpu_ns = 1e9 / system.traffic.rate, float(numbers.cpu_ns[0])
        return minimal.round_robin(keys, requests, mean_gap_ns, mean_cpu_ns, servers.count, servers.workers)

    run()
    return run


def _spread(ratios: list[float]) -> str:
    """The median of sorted ratios, and the middle half of them."""
    quarter = len(ratios) // 4
    return f"{statistics.median(ratios):.2f} × (half of the pairs {ratios[quarter]:.2f} to {ratios[-1 - quarter]:.2f})"
