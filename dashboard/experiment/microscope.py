"""Microscope: single requests of a run, with parts in whole microseconds that sum exactly to how long each took.

Knows the log's columns and the stages; not which requests are looked at, nor how they are drawn.
"""

from typing import Any

import numpy as np

from engine import Result
from engine.log import COLUMNS, KINDS, OK, OUTCOMES, STAGES
from engine.stages import stages_of
from engine.workload.tables import REGIONS

WALK = (
    ("network", "at_balancer"), ("balancer", "dispatched"), ("server_queue", "cpu_at"), ("server_cpu", "cpu_done"),
    ("cache", "looked_up"), ("database_queue", "db_at"), ("database_service", "db_done"), ("commit_wait", "acknowledged"),
)  # fmt: skip
"""The way of an attempt: each stage with the column that says when it was over."""
OPTIONAL = {"looked_up": "hit", "db_at": "db_node", "db_done": "db_node", "acknowledged": "acknowledged"}
"""Stages that not every attempt has, with the column that is -1 then."""


def described(result: Result, requests: list[int]) -> list[dict[str, Any]]:
    """What is seen of each request, in this order."""
    wanted = result.rows[np.isin(result.rows[:, 0], requests)] if requests else result.rows[:0]
    parts = answered_parts(wanted)
    attempts: dict[int, list[tuple[dict[str, int], dict[str, int]]]] = {}
    for values, of_row in zip(wanted.tolist(), parts):
        attempts.setdefault(values[0], []).append((dict(zip(COLUMNS, values)), of_row))
    cache = result.system.cache.enabled
    return [_request(sorted(attempts[number], key=lambda one: one[0]["attempt"]), cache) for number in requests]


def _request(rows: list[tuple[dict[str, int], dict[str, int]]], cache: bool) -> dict[str, Any]:
    """From each attempt's row with its parts, as if it had been answered."""
    tries, (last, parts_ns) = [row for row, _ in rows], rows[-1]
    if last["outcome"] != OK:
        parts_ns = unanswered_parts(last)
    first = last["at_pop"] if last["pop"] >= 0 else last["at_balancer"]
    there_ns = max(min(first, last["ended"]) - last["sent"], 0) if first >= 0 else 0
    parts_us, total_us = whole_parts(parts_ns)
    told = {
        "request": last["request"],
        "at_s": round(last["arrived"] / 1e9, 3),
        "total_us": total_us,
        "parts_us": {name: value for name, value in parts_us.items() if value},
        "there_us": min(round(there_ns / 1_000), parts_us["network"]),
        "kind": KINDS[last["kind"]],
        "region": REGIONS[last["region"]],
        "user": last["user"],
        "outcome": OUTCOMES[last["outcome"]],
        "server": last["server"],
        "db": last["db_node"],
    }
    if cache and last["hit"] >= 0:
        told["hit"] = last["hit"]
    if last["pop"] >= 0:
        told |= {"pop": REGIONS[last["pop"]], "pop_hit": last["pop_hit"]}
    if last["stale"] > 0:
        told["stale"] = True
    if len(tries) > 1 or last["outcome"] != OK:
        told["attempts"] = [[one["server"], OUTCOMES[one["outcome"]], round((one["ended"] - one["sent"]) / 1_000)] for one in tries]
    return told


def answered_parts(rows: np.ndarray) -> list[dict[str, int]]:
    """The stages of answered requests in ns, from rows of the log; they sum to the latencies."""
    stages = stages_of(dict(zip(COLUMNS, rows.T)))
    return [dict(zip(stages, values)) for values in zip(*(column.tolist() for column in stages.values()))]


def unanswered_parts(row: dict[str, int]) -> dict[str, int]:
    """Where a request spent its time that got no answer, in ns: its last attempt up to where it was when the client left.

    What the servers did for it afterwards is nobody's wait.
    """
    parts = dict.fromkeys(STAGES, 0) | {"failed_attempts": row["failed_ns"], "retry_wait": row["retry_wait_ns"]}
    until = min(instant for instant in (row["left"], row["ended"]) if instant >= 0)
    at = row["sent"]
    for stage, column in WALK:
        if column in OPTIONAL and row[OPTIONAL[column]] < 0:
            continue
        instant = row[column]
        over = min(instant, until) if instant >= 0 else until
        parts[stage] += max(over - at, 0)
        at = max(over, at)
        if over == until:
            break
    parts["network"] += row["ended"] - at
    return parts


def whole_parts(parts_ns: dict[str, int]) -> tuple[dict[str, int], int]:
    """Parts and their sum in whole µs: the sum rounded, the parts rounded so that they make it (largest remainders)."""
    total_us = (sum(parts_ns.values()) + 500) // 1_000
    parts_us = {name: value // 1_000 for name, value in parts_ns.items()}
    by_remainder = sorted(parts_ns, key=lambda name: -(parts_ns[name] % 1_000))
    for name in by_remainder[: total_us - sum(parts_us.values())]:
        parts_us[name] += 1
    return parts_us, total_us
