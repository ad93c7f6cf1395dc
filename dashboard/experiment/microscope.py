"""Microscope: single requests of a run, with parts in whole microseconds that sum exactly to how long each took.

Knows the log's columns and the stages; not which requests are looked at, nor how they are drawn.
"""

from typing import Any

import numpy as np

from dashboard.nodes import members
from dashboard.parts import parts_of
from engine import Result
from engine.log import COLUMNS, KINDS, OK, OUTCOMES
from engine.reading import SHARD
from engine.workload.tables import REGIONS


def described(result: Result, requests: list[int]) -> list[dict[str, Any]]:
    """What is seen of each request, in this order."""
    wanted = result.rows[np.isin(result.rows[:, 0], requests)] if requests else result.rows[:0]
    attempts: dict[int, list[dict[str, int]]] = {}
    for values in wanted.tolist():
        attempts.setdefault(values[0], []).append(dict(zip(COLUMNS, values)))
    tries = [sorted(attempts[number], key=lambda row: row["attempt"]) for number in requests]
    cache, groups = result.system.cache.enabled, groups_of(result)
    nodes = list(zip(groups.tolist(), members(groups).tolist()))
    return [_request(one, parts_ns, cache, nodes) for one, parts_ns in zip(tries, parts_of([one[-1] for one in tries]))]


def groups_of(result: Result) -> np.ndarray:
    """The group of each database node, in order of creation."""
    end = result.readings[-1]
    return end.nodes[end.server_count :, SHARD]


def _request(tries: list[dict[str, int]], parts_ns: dict[str, int], cache: bool, nodes: list[tuple[int, int]]) -> dict[str, Any]:
    last = tries[-1]
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
    if last["db_node"] >= 0:
        told["group"], told["member"] = nodes[last["db_node"]]
    if cache and last["hit"] >= 0:
        told["hit"] = last["hit"]
    if last["pop"] >= 0:
        told |= {"pop": REGIONS[last["pop"]], "pop_hit": last["pop_hit"]}
    if last["stale"] > 0:
        told["stale"] = True
    if len(tries) > 1 or last["outcome"] != OK:
        told["attempts"] = [[one["server"], OUTCOMES[one["outcome"]], round((one["ended"] - one["sent"]) / 1_000)] for one in tries]
    return told


def whole_parts(parts_ns: dict[str, int]) -> tuple[dict[str, int], int]:
    """Parts and their sum in whole µs: the sum rounded, the parts rounded so that they make it (largest remainders)."""
    total_us = (sum(parts_ns.values()) + 500) // 1_000
    parts_us = {name: value // 1_000 for name, value in parts_ns.items()}
    by_remainder = sorted(parts_ns, key=lambda name: -(parts_ns[name] % 1_000))
    for name in by_remainder[: total_us - sum(parts_us.values())]:
        parts_us[name] += 1
    return parts_us, total_us
