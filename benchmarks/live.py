"""What the live page asks for: half a second more of a system at 100,000 requests/s, snapshots, and going back."""

from benchmarks import ours
from benchmarks.measure import Line, duration, medians_s
from benchmarks.scenario import NO_DISTANCE, SEED, system_of
from engine import Simulation

STEP_S = 0.5
RATE = 100_000

BUSY = {
    "traffic": {"rate": RATE, "write_ratio": 0.1, "items": 10_000, "popularity": 0.9},
    "client": {"timeout_ms": 200, "retries": 1},
    "network": NO_DISTANCE,
    "balancer": {"algorithm": "least_connections"},
    "servers": {"count": 215, "vcpus": 4, "workers": 64, "cpu_ms": 6, "memory_gb": 16},
    "cache": {"enabled": True, "capacity_items": 8_000, "ttl_s": 60, "lookup_ms": 0.5, "start_warm": True},
    "database": {"replicas": 10, "read_from": "replicas", "connections": 128, "read_ms": 3, "write_ms": 5},
}
"""100,000 requests/s of 6 ms CPU on 215 servers of 4 vCPUs: utilisation 0.7."""


def lines(quick: bool) -> list[Line]:
    """Advancing, copying and rewinding a running system."""
    simulation = Simulation(system_of(BUSY), seed=SEED)
    simulation.advance(STEP_S)
    repeats = 5 if quick else 11
    times = medians_s({"advance": lambda: simulation.advance(STEP_S)}, repeats)
    times |= medians_s({"summary": lambda: simulation.advance(STEP_S).summary()}, repeats)
    times |= medians_s({"snapshot": lambda: ours.snapshot(simulation)}, repeats)
    requests = RATE * STEP_S
    found = [
        Line("0.5 s of 100,000 requests/s, 215 servers", duration(times["advance"]), "under 0.1 s"),
        Line("  per request", duration(times["advance"] / requests)),
        Line("the same with its summary", duration(times["summary"]), "under 0.1 s"),
        Line("a snapshot of it", duration(times["snapshot"]), "under 5 ms", f"{ours.snapshot_bytes(simulation) / 1e6:.2f} MB"),
    ]
    back_s = simulation.now_s - 2.25

    def rewind():
        simulation.seek(back_s)
        simulation.seek(back_s + 2.0)

    found.append(
        Line("back by 2.25 s, then 2 s forward", duration(medians_s({0: rewind}, 3)[0]), "", "replayed from the nearest snapshot")
    )
    return found
