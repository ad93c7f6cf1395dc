"""What a run costs by its length: small ones, long ones, and whether time and memory stay flat."""

from benchmarks import ours
from benchmarks.measure import Line, cpu_s, duration, in_fresh_process, medians_s
from benchmarks.scenario import WHOLE, system_of

PEAK = """
import sys
from benchmarks import ours
from benchmarks.measure import peak_mb
from benchmarks.scenario import WHOLE, system_of
system = system_of(WHOLE)
ours.all_stages(system, 2_000)
before = peak_mb(reset=True)
ours.all_stages(system, int(sys.argv[1]))
print(before, peak_mb())
"""


def lines(quick: bool) -> list[Line]:
    """All stages (draws, run, metrics) of runs of 2,000 to 10 million requests."""
    system = system_of(WHOLE)
    works = {count: lambda count=count: ours.all_stages(system, count) for count in (2_000, 100_000)}
    works["frames"] = lambda: ours.frames(system, 100_000)
    times = medians_s(works, 7 if quick else 15)
    found = [
        Line("2,000 requests, all stages", duration(times[2_000]), "under 3 ms"),
        Line("100,000 requests, all stages", duration(times[100_000]), "under 60 ms"),
        Line("  and timeline and nodes as data frames", duration(times["frames"])),
    ]
    million = medians_s({0: lambda: ours.all_stages(system, 1_000_000)}, 1 if quick else 3)[0]
    found.append(Line("1,000,000 requests, all stages", duration(million), "under 600 ms"))
    short = times[100_000] / 100_000
    found.append(Line("  per request beside 100,000", f"{million / 1e6 / short:.2f} ×", "flat: about 1 ×"))
    if not quick:
        long = cpu_s(lambda: ours.all_stages(system, 10_000_000))
        found.append(Line("10,000,000 requests, all stages", duration(long)))
        found.append(Line("  per request beside 100,000", f"{long / 1e7 / short:.2f} ×", "flat: about 1 ×"))
    return found + memory(quick)


def memory(quick: bool) -> list[Line]:
    """Peak memory that a run adds to a process that has run already."""
    found = []
    for count in (100_000, 1_000_000) if quick else (100_000, 1_000_000, 10_000_000):
        before, after = (float(word) for word in in_fresh_process(PEAK, str(count)))
        found.append(Line(f"{count:,} requests, peak memory", f"{after - before:.0f} MB more", "bounded by what is kept"))
    return found
