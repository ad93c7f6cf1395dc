"""Sample: some of the requests, each whole, with where they are and when; for the picture, never for numbers.

Knows results of the engine and nothing of drawing.
"""

import math
from functools import lru_cache
from typing import Any

import numpy as np

from dashboard import ada
from engine.kernel.placement import homes_of
from engine.log import COLUMNS
from engine.reading import FIRST_POP, STORE_UP
from engine.workload.tables import CACHE_RING_SALT, hash_ring

INSTANTS = ("sent", "dispatched", "cpu_at", "cpu_done", "db_at", "db_done", "left", "ended")
"""The instants of an attempt that the picture shows: at the server, out of its queue, computed, at the database, and back;"""
POP_INSTANTS = ("at_pop", "pop_done", "pop_waited", "pop_filled")
"""and at the point of presence: reached, looked up, waited for another's fetch, got the origin's answer."""
PLACES_OF = {name: place for place, name in enumerate(COLUMNS)}
PER_VIEWER_SECOND = 65
"""Requests that set out in the picture in a second of the viewer's time: some 200 are under way then."""
DRAWN_S = 8.0
"""Of the viewer's time: what ended earlier than that before a chunk's end is not sent; pages open near the end of their first."""
MOST = 1_000
"""Bursts bring more than the mean rate tells; the latest ones are drawn."""
PRIMES = (1, 3, 5, 7, 11, 17, 23, 31, 43, 61, 89, 127, 181, 251, 359, 509, 719, 1_021, 1_447, 2_039, 4_093, 8_191, 16_381, 32_749)
"""Steps of the sample: every n-th request, n no divisor of the number of servers, or round robin would show one server only."""
NS = 1_000_000_000
POINTS_A_CACHE_NODE = 160


def every(expected: float, wanted: float, servers: int) -> int:
    """Which requests a sample keeps so that of `expected` about `wanted` remain: 1 all, n those whose number n divides."""
    for step in PRIMES:
        if expected / step <= wanted and (step == 1 or servers % step):
            return step
    return PRIMES[-1]


def column(result: Any, name: str) -> np.ndarray:
    """One column of the kept attempts."""
    return result.rows[:, PLACES_OF[name]]


def moves(results: list[Any], from_s: float, step: int, last_s: float = math.inf, hers: int = ada.ALONE) -> dict[str, Any]:
    """The attempts in these slices of every `step`-th request, sent in the last so many seconds or still under way then, and those
    of Ada, who is every `hers`-th user.

    Later slices know more of an attempt, so the last word counts.
    """
    begin = round(from_s * NS)
    cached = any(result.system.cache.enabled for result in results)
    with_pops = any(result.system.cdn.enabled for result in results)
    plain = ["request", "attempt", "server", "db_node", "hit", "outcome", "kind"]
    plain += (["key"] if cached else []) + (["pop", "pop_hit"] if with_pops else [])
    instants = [*INSTANTS, *(["looked_up"] if cached else []), *(POP_INSTANTS if with_pops else [])]
    table = {name: np.concatenate([column(result, name) for result in results]) for name in (*plain, *instants)}
    ids = table["request"] * 64 + np.minimum(table["attempt"], 63)
    _, last = np.unique(ids[::-1], return_index=True)
    keep = len(ids) - 1 - last
    since = results[-1].readings[-1].time_ns - min(last_s, 1e9) * NS
    late = (table["ended"][keep] < 0) | (table["ended"][keep] >= since)
    followed = ada.rows_of(results, hers)
    of_her = np.isin(ids[keep], np.fromiter(followed, np.int64, len(followed)))
    sampled = (table["request"][keep] % step == 0) & late
    latest = np.cumsum(sampled[::-1])[::-1] <= MOST
    keep = keep[of_her | (sampled & latest)]
    out: dict[str, Any] = {"every": step, "id": ids[keep].tolist()}
    out["ada"] = [[number, *ada.told(row)] for number, row in followed.items()]
    for name in plain[2:]:
        if name != "key":
            out[{"db_node": "db"}.get(name, name)] = table[name][keep].tolist()
    if cached:
        out["cache"] = _cache_nodes(results[-1], table["key"][keep])
    for name in instants:
        out[name] = [None if at < 0 else round((at - begin) / 1_000) for at in table[name][keep].tolist()]
    return out


def _cache_nodes(result: Any, keys: np.ndarray) -> list[int]:
    """The cache node in charge of each item as the slice ends; -1 where there is none."""
    cache, items = result.system.cache, result.system.traffic.items
    up = tuple((result.readings[-1].stores[: min(cache.nodes, FIRST_POP), STORE_UP] > 0).tolist())
    homes = _homes(cache.nodes, cache.placement == "modulo", up, items)
    return np.where((keys >= 0) & (keys < items), homes[np.clip(keys, 0, items - 1)], -1).tolist()


@lru_cache(maxsize=8)
def _homes(nodes: int, modulo: bool, up: tuple[bool, ...], items: int) -> np.ndarray:
    points, owners = hash_ring((POINTS_A_CACHE_NODE,) * nodes, CACHE_RING_SALT)
    return homes_of(_Ring(nodes, modulo, points, owners), np.array(up), items)


class _Ring:
    """What the engine's placement reads of a system's parameters."""

    def __init__(self, nodes: int, modulo: bool, points: np.ndarray, owners: np.ndarray) -> None:
        self.cache_nodes, self.cache_modulo = nodes, modulo
        self.cache_ring_points, self.cache_ring_owners = points, owners
