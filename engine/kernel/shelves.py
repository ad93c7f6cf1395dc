"""Room for the stores' copies: entries for the points of presence, and members and ranks where the eviction rule needs them.

Works on numpy arrays, as `layout` does, when a run begins and when its system changes.
"""

import numpy as np

from engine.kernel.state import NIL, Arrays, records
from engine.kernel.store import ABSENT, LFU, RANDOM
from engine.reading import FIRST_POP, STORES
from engine.workload.parameters import NONE, Parameters


def first_stores() -> np.ndarray:
    """All stores there can be, none with a copy."""
    stores = records("stores", STORES, plain=False)
    stores["first"] = stores["last"] = NIL
    stores["capacity"] = NONE
    stores["base"][FIRST_POP:] = -1
    stores["is_up"] = 1
    return stores


def absent(count: int) -> np.ndarray:
    """So many entries that are in no store."""
    entries = records("items", count, plain=False)
    entries["before"] = ABSENT
    return entries


def with_shelves(w: Arrays, p: Parameters) -> Arrays:
    """The same stores with room for what the system may put there."""
    return _with_members(_with_pops(w, p), p)


def _with_pops(w: Arrays, p: Parameters) -> Arrays:
    """A block of entries for each point of presence that there is or has been: of each item one as a file, one as dynamic data."""
    run, stores = w.run[0], w.stores
    stride, held = (2 if p.cdn_dynamic else 1), stores["base"][FIRST_POP:] >= 0
    if stride != run["pop_stride"]:  # other entries: the points of presence begin empty
        stores["first"][FIRST_POP:] = stores["last"][FIRST_POP:] = NIL
        stores["size"][FIRST_POP:] = 0
        stores["base"][FIRST_POP:] = -1
        run["pop_block"], run["pop_stride"] = 0, stride
    block = max(len(w.items) * stride, int(run["pop_block"]))
    wanted = {FIRST_POP + int(pop) for pop in p.pop_order[0]} if p.cdn else set()
    blocks = sorted(wanted.union(FIRST_POP + np.nonzero(held)[0]))
    if not blocks or (block == run["pop_block"] and len(blocks) == held.sum()):
        return w
    copies, members = absent(len(blocks) * block), w.members.copy()
    for place, s in enumerate(blocks):
        base, shift = int(stores["base"][s]), place * block - int(stores["base"][s])
        if base >= 0:
            moved = w.copies[base : base + int(run["pop_block"])].copy()
            for links in (moved["before"], moved["after"]):
                links += np.where(links >= 0, shift, 0)
            copies[place * block : place * block + len(moved)] = moved
            for name in ("first", "last"):
                stores[name][s] += shift if stores[name][s] >= 0 else 0
            if int(stores["eviction"][s]) in (LFU, RANDOM):
                begin = int(stores["members"][s])
                members["entry"][begin : begin + int(stores["size"][s])] += shift
        stores["base"][s] = place * block
    run["pop_block"] = block
    return w._replace(copies=copies, members=members)


def _with_members(w: Arrays, p: Parameters) -> Arrays:
    """Room for the members of every store that needs them, by its rule so far or by the one to come."""
    stores, needs = w.stores, []
    for first, end, entries, capacity, eviction in (
        (0, 1, len(w.items), p.cache_capacity, p.cache_eviction),
        (FIRST_POP, STORES, int(w.run[0]["pop_block"]), p.pop_capacity, p.pop_eviction),
    ):
        for s in range(first, end):
            if stores["base"][s] >= 0 and {eviction, int(stores["eviction"][s])} & {LFU, RANDOM}:
                most = entries if capacity == NONE else min(capacity, entries)
                needs.append((s, max(most, int(stores["size"][s]))))
    if not needs:
        return w
    members, begin = records("members", sum(room for _, room in needs), plain=False), 0
    for s, room in needs:
        if int(stores["eviction"][s]) in (LFU, RANDOM):
            had, size = int(stores["members"][s]), int(stores["size"][s])
            members[begin : begin + size] = w.members[had : had + size]
        stores["members"][s] = begin
        begin += room
    return w._replace(members=members)
