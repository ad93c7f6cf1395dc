"""The kernel beside other simulators on the same arrivals and demands, with a check that they all tell the same story."""

import importlib
import statistics
from typing import NamedTuple

from benchmarks import ours
from benchmarks.drawn import path_of, replay_of
from benchmarks.measure import Line, cpu_s, duration, medians_s
from benchmarks.replay import Path, Replay, Told
from benchmarks.scenario import SCENARIOS, WHOLE, system_of

OURS, STAGES = "kernel", "all stages"
WANTED_RATIO = 80


class Peer(NamedTuple):
    """A peer's model of a scenario: its module, the part of the requests that it is given, and whether it is to be lean.

    Peers that are given all of them run in turns with the kernel; slow ones run once, on the first requests.
    """

    name: str
    module: str
    part: float
    lean: bool = False
    needs: str = ""

    def run(self, replay: Replay, path: Path) -> Told:
        """What its model says."""
        options = {"lean": True} if self.lean else {}
        return importlib.import_module(f"benchmarks.{self.module}").run(replay, path, **options)


CIW, SALABIM = Peer("Ciw", "peer_ciw", 0.2), Peer("salabim", "peer_salabim", 0.05)
SIMPY, LEAN = Peer("SimPy", "peer_simpy", 1), Peer("SimPy, leanest", "peer_simpy", 1, lean=True)
REPLICATION, CDN = Peer("SimPy", "peer_simpy_replication", 1), Peer("SimPy", "peer_simpy_cdn", 1)
NEWER = ", with Python 3.13 or later"
HAPPYSIM, HAPPY_PATH = (Peer("happysim", module, 0.1, needs=NEWER) for module in ("peer_happysim", "peer_happysim_path"))
MODELS = {
    "M/M/1": [SIMPY, CIW, SALABIM, HAPPYSIM],
    "balancer over 8 servers": [SIMPY, CIW, SALABIM, HAPPYSIM],
    "the whole path": [SIMPY, LEAN, CIW, SALABIM, HAPPY_PATH],
    "a cache": [SIMPY, HAPPYSIM],
    "a cache that serves stale": [HAPPYSIM],
    "replication": [REPLICATION, HAPPYSIM],
    "replication that replicas pay for": [REPLICATION],
    "a CDN": [CDN],
}
"""Who has a model of each scenario; benchmarks/README.md says why the others have none."""


def lines(quick: bool) -> list[Line]:
    """For each scenario, time per request and how many times longer than the kernel."""
    found = []
    for name in SCENARIOS:
        found += scenario(name, 20_000 if quick else 100_000, 3 if quick else 5)
    return found


def scenario(name: str, requests: int, repeats: int) -> list[Line]:
    """One scenario: the kernel and SimPy in turns on the same requests; the slower peers once, on the first of them."""
    system = system_of(SCENARIOS[name])
    path, replay = path_of(system), replay_of(system, requests)
    told: dict[str, Told] = {}
    works = {OURS: ours.kernel_run(system, requests), STAGES: lambda: ours.all_stages(system, requests)}
    for peer in (peer for peer in MODELS[name] if peer.part == 1):
        works[peer.name] = lambda peer=peer: told.update({peer.name: peer.run(replay, path)})
    per_request = {model: spent_s / requests for model, spent_s in medians_s(works, repeats).items()}
    expected = dict.fromkeys(told, ours.told(system, requests))
    failed = {}
    for peer in (peer for peer in MODELS[name] if peer.part < 1):
        some = int(requests * peer.part)
        try:
            importlib.import_module(f"benchmarks.{peer.module}")
            spent_s, told[peer.name] = _once(peer, replay_of(system, some), path)
        except ImportError as error:
            failed[peer.name] = f"not installed ({error.name}): pip install -r benchmarks/requirements.txt{peer.needs}"
        except ValueError as error:
            failed[peer.name] = str(error)
        else:
            per_request[peer.name], expected[peer.name] = spent_s / some, ours.told(system, some)
    whole = SCENARIOS[name] is WHOLE
    aims = {OURS: "200 to 300 ns", SIMPY.name: f"{WANTED_RATIO} × the kernel's time"} if whole else {}
    found = [Line(f"{name}: {model}", "–", "", reason) for model, reason in failed.items()]
    for model, spent_s in per_request.items():
        figure = duration(spent_s) + ("" if model == OURS else f" = {spent_s / per_request[OURS]:.3g} ×")
        note = agreement(told[model], expected[model]) if model in told else ""
        found.append(Line(f"{name}: {model}", figure, aims.get(model, ""), note))
    return found


def _once(peer: Peer, replay: Replay, path: Path) -> tuple[float, Told]:
    """CPU time of one run, and what it says."""
    told: list[Told] = []
    spent_s = cpu_s(lambda: told.append(peer.run(replay, path)))
    return spent_s, told[0]


def agreement(told: Told, expected: Told) -> str:
    """How far two models' mean latencies and hit ratios of the same requests are apart: they should not be."""
    mean_s, ours_s = statistics.fmean(told.latencies_s), statistics.fmean(expected.latencies_s)
    note = f"mean latency {1e3 * mean_s:.3f} ms, {100 * (mean_s / ours_s - 1.0):+.4f} % from the kernel's"
    if told.hit_ratio is not None and expected.hit_ratio is not None:
        note += f"; hit ratio {told.hit_ratio:.4f}, {100 * (told.hit_ratio - expected.hit_ratio):+.4f} points"
    missing = len(told.latencies_s) - len(expected.latencies_s)
    return note + (f"; {missing:+d} answered" if missing else "")
