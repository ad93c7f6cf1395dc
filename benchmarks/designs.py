"""`python -m benchmarks.designs`: searches the cheapest design that meets a goal, and writes it as JSON, dated.

The challenge page shows the file as the best known. A search takes minutes; the answer does not depend on `--processes`.
"""

import argparse
import json
import math
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

from engine import VERSION
from engine.prices import LIST_DATE
from engine.search import Design, Found, Goal, Trials, Verdict, search
from engine.system import System

FOLDER = Path(__file__).resolve().parents[1] / "engine" / "best_known"


@dataclass(frozen=True)
class Challenge:
    """A goal, the system that everybody starts from, and the bounds: one list of choices per decision."""

    title: str
    goal: Goal
    base: dict[str, Any]
    bounds: dict[str, list[dict[str, Any]]]
    trials: Trials


RATE = 100_000.0
CPU_MS, CONTENTION, COHERENCY = 5.0, 0.01, 0.0001


def _fleets() -> list[dict[str, Any]]:
    """Servers of 2 GB per vCPU, which are the cheapest per vCPU, so many of each size that they are busy up to these shares.

    They have workers enough that these are no limit.
    """
    fleets = []
    for vcpus, busy_ratio in product((2, 4, 8, 16, 32), (0.97, 0.96, 0.95, 0.94, 0.92, 0.9, 0.85, 0.8)):
        work = RATE * CPU_MS / 1e3 * (1 + CONTENTION * (vcpus - 1) + COHERENCY * vcpus * (vcpus - 1))
        size = {"count": math.ceil(work / vcpus / busy_ratio), "vcpus": vcpus, "memory_gb": 2.0 * vcpus, "workers": 200 * vcpus}
        fleets.append({"servers": size})
    return fleets


CHALLENGES = {
    "100k": Challenge(
        title="100,000 requests a second, 95 % of the answers within 100 ms, at most 0.1 % errors",
        goal=Goal(latency_p95_ms=100.0, error_rate=0.001),
        base={
            "traffic": {"rate": RATE, "static_ratio": 0.5, "write_ratio": 0.05, "items": 100_000, "users": 1_000_000},
            "servers": {"cpu_ms": CPU_MS, "contention": CONTENTION, "coherency": COHERENCY},
            "balancer": {"algorithm": "power_of_two"},
            "client": {"timeout_ms": 1_000.0},
            "cache": {"start_warm": True, "ttl_s": 300.0},
            "prices": {"item_kb": 20.0},
            "database": {"read_from": "replicas"},
        },
        bounds={
            "servers": _fleets(),
            "cache": [{}, *({"cache": {"enabled": True, "capacity_items": items}} for items in (1_000, 10_000, 100_000))],
            "database.replicas": [{"database": {"replicas": replicas}} for replicas in range(7)],
            "database.connections": [{"database": {"connections": places}} for places in (16, 32, 48, 64, 96, 128, 192)],
        },
        trials=Trials(screening=(1,), confirming=(101, 102, 103), duration_s=4.0, warmup_s=1.5, engine="compiled"),
    ),
}


def report_on(name: str, challenge: Challenge, found: Found, date: str) -> dict[str, Any]:
    """What the file says: enough to run it again, and to see from when it is."""
    return {
        "name": name,
        "title": challenge.title,
        "goal": asdict(challenge.goal) | {"rate": System.model_validate(challenge.base).traffic.rate},
        "date": date,
        "engine_version": VERSION,
        "prices_date": LIST_DATE,
        "trials": asdict(challenge.trials),
        "base": challenge.base,
        "bounds": challenge.bounds,
        "designs_count": found.designs_count,
        "overloaded_count": found.overloaded_count,
        "tried_count": found.tried_count,
        "best": [_said(*one) for one in found.designs],
    }


def _said(design: Design, verdict: Verdict) -> dict[str, Any]:
    return {
        "cost_per_hour": design.cost_per_hour,
        "choices": [choice for choice in design.choices if choice],
        "measured": verdict.measured,
        "system": design.system.model_dump(mode="json", exclude_defaults=True),
    }


def main(arguments: list[str] | None = None) -> int:
    """Search, say how far it is on standard error, and write the file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.designs", description=__doc__.splitlines()[0])
    parser.add_argument("challenge", nargs="?", choices=CHALLENGES, default="100k")
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="how many designs are tried at once (default: 2)")
    parser.add_argument("--wanted", type=int, default=3, metavar="N", help="how many designs are wanted (default: 3)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where to write (default: engine/best_known/)")
    options = parser.parse_args(arguments)
    challenge, start = CHALLENGES[options.challenge], time.perf_counter()

    def progress(line: str) -> None:
        print(f"\r{time.perf_counter() - start:6.0f} s: {line}\033[K", end="", file=sys.stderr, flush=True)

    found = search(
        challenge.base, list(challenge.bounds.values()), challenge.goal, challenge.trials,
        wanted=options.wanted, processes=options.processes, progress=progress,
    )  # fmt: skip
    print(file=sys.stderr)
    report = report_on(options.challenge, challenge, found, datetime.now(UTC).date().isoformat())
    output = options.output or FOLDER / f"{options.challenge}.json"
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    for design, _ in found.designs:
        print(f"${design.cost_per_hour:,.2f} an hour: {json.dumps([choice for choice in design.choices if choice])}")
    return 0 if found.designs else 1


if __name__ == "__main__":
    sys.exit(main())
