"""The kernel beside SimPy, Ciw and salabim on the same arrivals and demands, with a check that they all tell the same story."""

import importlib
import statistics

from benchmarks import ours, peer_simpy
from benchmarks.measure import Line, cpu_s, duration, medians_s
from benchmarks.scenario import SCENARIOS, WHOLE, path_of, replay_of, system_of

OURS, STAGES, SIMPY, LEAN = "kernel", "all stages", "SimPy", "SimPy, leanest"
WANTED_RATIO = 80


def lines(quick: bool) -> list[Line]:
    """For each scenario, time per request and how many times longer than the kernel."""
    found = []
    for name, description in SCENARIOS.items():
        found += scenario(name, description, 20_000 if quick else 100_000, 3 if quick else 5)
    return found


def scenario(name: str, description: dict, requests: int, repeats: int) -> list[Line]:
    """One scenario: the kernel and SimPy in turns on the same requests; the slower peers once, on the first of them."""
    system = system_of(description)
    path, replay = path_of(system), replay_of(system, requests)
    whole = description is WHOLE
    latencies: dict[str, list[float]] = {}
    works = {
        OURS: ours.kernel_run(system, requests),
        STAGES: lambda: ours.all_stages(system, requests),
        SIMPY: lambda: latencies.update({SIMPY: peer_simpy.run(replay, path)}),
    }
    if whole:
        works[LEAN] = lambda: latencies.update({LEAN: peer_simpy.run(replay, path, lean=True)})
    times = medians_s(works, repeats)
    per_request = {model: spent_s / requests for model, spent_s in times.items()}
    notes = dict.fromkeys(works, "")
    latencies[OURS] = ours.latencies_s(system, requests)
    for model, module, share in (("Ciw", "peer_ciw", 5), ("salabim", "peer_salabim", 20)):
        figures = _other_peer(module, system, requests // share)
        if isinstance(figures, str):
            notes[model] = figures
            continue
        per_request[model], latencies[model], expected = figures
        notes[model] = _agreement(latencies[model], expected)
    for model in (SIMPY, LEAN):
        if model in latencies:
            notes[model] = _agreement(latencies[model], latencies[OURS])
    found = []
    for model, note in notes.items():
        if model not in per_request:
            found.append(Line(f"{name}: {model}", "–", "", note))
            continue
        ratio = per_request[model] / per_request[OURS]
        aim = (
            f"{WANTED_RATIO} × the kernel's time"
            if whole and model == SIMPY
            else "200 to 300 ns"
            if whole and model == OURS
            else ""
        )
        figure = duration(per_request[model]) + ("" if model == OURS else f" = {ratio:.3g} ×")
        found.append(Line(f"{name}: {model}", figure, aim, note))
    return found


def _other_peer(module: str, system, requests: int) -> tuple[float, list[float], list[float]] | str:
    """Time per request, its latencies and ours for the same requests; or why there are none."""
    try:
        peer = importlib.import_module(f"benchmarks.{module}")
    except ImportError as error:
        return f"not installed ({error.name}): pip install -r benchmarks/requirements.txt"
    path, replay = path_of(system), replay_of(system, requests)
    latencies: list[float] = []
    try:
        spent_s = cpu_s(lambda: latencies.extend(peer.run(replay, path)))
    except ValueError as error:
        return str(error)
    return spent_s / requests, latencies, ours.latencies_s(system, requests)


def _agreement(theirs: list[float], expected: list[float]) -> str:
    """How far two models' mean latencies of the same requests are apart: they should not be."""
    apart = statistics.fmean(theirs) / statistics.fmean(expected) - 1.0
    missing = f", {len(theirs) - len(expected):+d} answered" if len(theirs) != len(expected) else ""
    return f"mean latency {1e3 * statistics.fmean(theirs):.3f} ms, {100 * apart:+.4f} % from the kernel's{missing}"
