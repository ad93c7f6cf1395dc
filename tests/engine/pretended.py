"""A run that answers at once with made-up numbers, for tests of what is printed."""

import math
from types import SimpleNamespace

import pandas as pd

from engine import System

SUMMARY = {
    "offered_rate": 1234.5,
    "error_rate": 0.025,
    "errors": {"timeout": 0.025, "refused": 0.0},
    "latency_p99_ms": 12.345,
    "latency_p999_ms": None,
    "latency_by_stage_ms.server_cpu": 5.0,
    "server_utilisation": 0.7,
    "stale_read_ratio": math.nan,
    "replication_lag_p95_ms": 0.012,
    "lost_writes": 3,
    "cost_per_million_ok": 1.5,
    "something_new": 7,
}
INTERVALS = {"latency_p99_ms": (11.5, 13.0), "lost_writes": (3.0, 3.0), "error_rate": (0.0, math.nan)}


class Pretended:
    """A run that takes note of how it was asked for, and answers at once."""

    def __init__(self, **changes):
        self.asked = None
        timeline = pd.DataFrame({"start_s": [0.0, 1.0], "end_s": [1.0, 2.0], "throughput": [9.5, 10.25]})
        values = {"system": System(), "engine": "compiled", "seed": 7, "stopped": "", "note": "", "timeline": timeline}
        values["cohorts"] = pd.DataFrame({"name": ["everyone"], "sent": [9], "error_rate": [0.5], "latency_mean_ms": [8.0]})
        values |= {"requests_sent": 100_000, "duration_s": 81.25} | changes
        self.result = SimpleNamespace(**values, summary=lambda: SUMMARY, intervals=lambda: INTERVALS)

    def __call__(self, system, **options):
        self.asked = (system, options)
        return self.result
