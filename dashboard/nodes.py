"""Nodes: what every server, database node, cache node and point of presence did in each row of a slice, as the payload tells it.

Past a dozen of one tier they are merged. Knows nothing of windows, words or drawing.
"""

from typing import Any

import numpy as np

from dashboard.regions import PLACES
from engine.reading import (
    FIRST_POP,
    IS_PRIMARY,
    SHARD,
    STORE_HITS,
    STORE_LOOK_UPS,
    STORE_SIZE,
    STORE_TAKES_PART,
    STORE_UP,
)  # fmt: skip
from engine.workload.tables import REGIONS

GROUP_ABOVE = 12
"""Servers that are shown one by one,"""
DATABASES_ABOVE = 9
"""database nodes, before each group of nodes is one box,"""
SHARDS_ABOVE = 12
"""groups of them, before all are merged by state,"""
CACHES_ABOVE = 6
"""and cache nodes."""
FULL = 95
STATES = ("working", "full", "down", "starting")
HOW = {"busy": np.mean, "up": np.min, "seen": np.min, "part": np.max, "primary": np.max}
"""How the values of many become one; what is counted is summed."""
STEADY = ("up", "seen", "part", "primary")
"""Columns that hardly ever change: they are told in one value where they do not."""


def server_count(result: Any) -> int:
    """How many of the result's nodes are servers, those that are leaving included."""
    return result.readings[-1].server_count


def shown(result: Any) -> np.ndarray:
    """Which nodes are shown: those that belong to the system, and removed ones until they have finished what they had."""
    lines = result.node_timeline
    there = lines["in_progress"].any(axis=0)
    there[: result.readings[-1].wanted or result.system.servers.count] = True
    there |= (lines["takes_part"] > 0).any(axis=0)
    return there


def memory(result: Any) -> dict[str, Any] | None:
    """Memory of the only server: {gb: what it has, used: GB that requests hold at each row's end}.

    Queries of a database on the same machine hold memory too. None for several servers, or if requests need no memory.
    """
    servers, lines = result.system.servers, result.node_timeline
    if servers.count != 1 or servers.memory_mb_per_request == 0:
        return None
    held = lines["in_progress"] + lines["waiting"]
    present = held[:, 0] + (held[:, server_count(result)] if result.system.database.colocated else 0)
    return {"gb": servers.memory_gb, "used": np.round(present * servers.memory_mb_per_request / 1024, 3).tolist()}


def nodes(result: Any) -> dict[str, Any]:
    """Servers and database nodes, one list a node with a value a row."""
    lines, there = result.node_timeline, shown(result)
    many, servers = server_count(result), int(shown(result)[: server_count(result)].sum())
    last = result.readings[-1].nodes
    primary = np.array([_aligned(one.nodes[one.server_count :, IS_PRIMARY], len(last) - many) for one in result.readings[1:]])
    table = {
        # What runs on when places are taken away is more than all places: all is told.
        "busy": np.minimum(np.rint(lines["utilisation"] * 100), 100),
        "waiting": lines["waiting"],
        "taken": lines["dispatched"],
        "up": lines["up"],
        "seen": lines["believed_healthy"],
        "part": lines["takes_part"],
        "primary": np.concatenate([np.zeros((len(primary), many)), primary], axis=1),
    }
    table = {name: values[:, there] for name, values in table.items()}
    shard = last[many:, SHARD]
    member = members(shard)
    indices = np.flatnonzero(there)
    databases = indices[servers:] - many
    alone = [(f"s{k}", "servers", int(k), -1, int(k)) for k in indices[:servers]]
    alone += [(f"d{k}", "database", int(k), int(shard[k]), int(member[k])) for k in databases]
    groups, of = _merge(table, alone, servers, shard, databases)
    out: dict[str, Any] = {
        "id": [group[0][0] for group in groups],
        "tier": [group[0][1] for group in groups],
        "index": [group[0][2] for group in groups],
        "group": [group[0][3] for group in groups],
        "member": [group[0][4] for group in groups],
    }
    if of:
        out |= {"size": [len(group[1]) for group in groups], "of": of}
    for name, values in table.items():
        columns = [_merged(values, group[1], name) for group in groups]
        out[name] = [column[:1] if name in STEADY and len(set(column)) == 1 else column for column in columns]
    return out


def members(groups: np.ndarray) -> np.ndarray:
    """The number of each database node in its group, in order of creation: 0 the first primary."""
    return np.array([(groups[:k] == group).sum() for k, group in enumerate(groups)], np.int64)


def _merge(table, alone, servers, shard, databases):
    """[(what to call it, columns)], and which box holds each node where some hold many."""
    of: dict[str, list[str]] = {}
    if servers > GROUP_ABOVE:
        state = _states(table, slice(0, servers))
        groups = [((name, "servers", 0, -1, 0), np.flatnonzero(state == k)) for k, name in enumerate(STATES)]
        of["s"] = _by_index([one[2] for one in alone[:servers]], [STATES[k] for k in state])
    else:
        groups = [(one, np.array([k])) for k, one in enumerate(alone[:servers])]
    behind = alone[servers:]
    kinds = sorted({one[3] for one in behind})
    if len(behind) <= DATABASES_ABOVE:
        groups += [(one, np.array([servers + k])) for k, one in enumerate(behind)]
    elif len(kinds) <= SHARDS_ABOVE:
        groups += [
            ((f"g{kind}", "database", 0, kind, 0), servers + np.flatnonzero([one[3] == kind for one in behind])) for kind in kinds
        ]
        of["d"] = _by_index(databases.tolist(), [f"g{one[3]}" for one in behind])
    else:
        state = _states(table, slice(servers, servers + len(behind)))
        merged = [(f"d-{name}", servers + np.flatnonzero(state == k)) for k, name in enumerate(STATES[:3])]
        groups += [((name, "database", 0, -1, 0), members) for name, members in merged]
        of["d"] = _by_index(databases.tolist(), [f"d-{STATES[k]}" for k in state])
    return groups, of


def _states(table: dict[str, np.ndarray], which: slice) -> np.ndarray:
    """The state of each node in most rows: starting, down, full (95 % busy and more), working."""
    up, busy, part = (table[name][:, which].mean(axis=0) for name in ("up", "busy", "part"))
    return np.where(up < 0.5, np.where(part < 0.5, 3, 2), np.where(busy >= FULL, 1, 0))


def _by_index(indices: list[int], names: list[str]) -> list[str]:
    """A list in which the name stands at each node's number."""
    out = [""] * (max(indices) + 1)
    for index, name in zip(indices, names):
        out[index] = name
    return out


def _aligned(values: np.ndarray, count: int) -> np.ndarray:
    """A row of values with zeros for nodes that were not there yet."""
    out = np.zeros(count)
    out[: len(values)] = values[:count]
    return out


def _merged(values: np.ndarray, members: np.ndarray, name: str) -> list[int]:
    """The row values of one box."""
    if not len(members):
        return [0] * len(values)
    if len(members) == 1:
        return values[:, members[0]].astype(np.int64).tolist()
    return [round(float(value)) for value in HOW.get(name, np.sum)(values[:, members], axis=1)]


def stores(result: Any) -> dict[str, Any] | None:
    """Cache nodes and points of presence, one list a store with a value a row; None where the system has neither."""
    tables = np.array([one.stores for one in result.readings])
    rows = np.flatnonzero((tables[1:, :, STORE_TAKES_PART] > 0).any(axis=0))
    if not len(rows):
        return None
    caches, pops = rows[rows < FIRST_POP], rows[rows >= FIRST_POP]
    groups = [(f"c{k}", "cache", int(k), "", [k]) for k in caches]
    out: dict[str, Any] = {}
    if len(caches) > CACHES_ABOVE:
        groups = [("cache", "cache", 0, "", caches.tolist())]
        out["of"] = ["cache"] * (int(caches[-1]) + 1)
    groups += [(f"p{k - FIRST_POP}", "cdn", int(k - FIRST_POP), PLACES[REGIONS[k - FIRST_POP]].city, [k]) for k in pops]
    out |= {name: [group[k] for group in groups] for k, name in enumerate(("id", "tier", "index", "name"))}
    out["region"] = [REGIONS[group[2]] if group[1] == "cdn" else "" for group in groups]
    out["size"] = [len(group[4]) for group in groups]
    change = np.maximum(np.diff(tables[:, :, :2], axis=0), 0)
    out["looks"] = [change[:, group[4], STORE_LOOK_UPS].sum(axis=1).tolist() for group in groups]
    out["hits"] = [change[:, group[4], STORE_HITS].sum(axis=1).tolist() for group in groups]
    out["items"] = [tables[1:, group[4], STORE_SIZE].sum(axis=1).tolist() for group in groups]
    out["up"] = [_short(tables[1:, group[4], STORE_UP].sum(axis=1).tolist()) for group in groups]
    return out


def _short(column: list[int]) -> list[int]:
    return column[:1] if len(set(column)) == 1 else column
