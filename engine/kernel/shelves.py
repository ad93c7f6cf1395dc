"""Room for the stores' copies: an entry for each item of the cache, and behind them a block for each point of presence.

Works on numpy arrays, as `layout` does, when a run begins and when its system changes.
"""

import numpy as np

from engine.kernel.state import NIL, Arrays, records
from engine.kernel.store import ABSENT, RANDOM
from engine.reading import FIRST_POP, STORES
from engine.workload.parameters import NONE, Parameters


def first_stores() -> np.ndarray:
    """All stores there can be, none with a copy."""
    stores = records("stores", STORES, plain=False)
    stores["first"] = stores["last"] = NIL
    stores["capacity"] = NONE
    stores["first_entry"][FIRST_POP:] = -1
    stores["is_up"] = 1
    return stores


def with_shelves(w: Arrays, p: Parameters, items_before: int) -> Arrays:
    """The same stores with room for what the system may put there."""
    w = _with_entries(w, p, items_before)
    return w._replace(members=_members(w, p), fetches=_fetches(w, p))


def _with_entries(w: Arrays, p: Parameters, items_before: int) -> Arrays:
    """Of each item an entry for the cache, and for every point of presence two: as a file and as dynamic data."""
    run, items, pops = w.run[0], len(w.items), w.stores[FIRST_POP:]
    held = np.nonzero(pops["first_entry"] >= 0)[0].tolist()
    wanted = sorted({*held, *(p.pop_order[0].tolist() if p.cdn else ())})
    block = 2 * items if wanted else 0
    if items == items_before and block == run["pop_block"] and wanted == held:
        return w
    entries, members = records("entries", items + len(wanted) * block, plain=False), w.members.copy()
    entries["before"] = ABSENT
    entries[:items_before] = w.entries[:items_before]
    fetches = records("fetches", len(entries) if len(w.fetches) else 0, plain=False, fill=NIL)
    fetches[:items_before] = w.fetches[:items_before]
    for place, region in enumerate(wanted):
        store, first = pops[region], items + place * block
        had = int(store["first_entry"])
        if had >= 0:
            moved = w.entries[had : had + int(run["pop_block"])].copy()
            for links in (moved["before"], moved["after"]):
                links += np.where(links >= 0, first - had, 0)
            entries[first : first + len(moved)] = moved
            if len(fetches):
                fetches[first : first + len(moved)] = w.fetches[had : had + len(moved)]
            for name in ("first", "last"):
                store[name] += first - had if store[name] >= 0 else 0
            if store["eviction"] >= RANDOM:
                members[store["base"] : store["base"] + store["size"]] += first - had
        store["first_entry"] = first
    run["pop_block"] = block
    return w._replace(entries=entries, members=members, fetches=fetches)


def _fetches(w: Arrays, p: Parameters) -> np.ndarray:
    """Who fetches what each entry stands for, and who waits for it: none at all until it is asked for."""
    asked = p.coalescing or p.stale_ns > 0 or (p.cdn and p.pop_coalescing)
    return records("fetches", len(w.entries), plain=False, fill=NIL) if asked and not len(w.fetches) else w.fetches


def _members(w: Arrays, p: Parameters) -> np.ndarray:
    """The stores' members with a place for each that a store may have, and each store's first place."""
    stores, room = w.stores, w.stores["size"].copy()
    for used, capacity, eviction, entries in (
        (slice(0, p.cache_nodes), p.cache_capacity, p.eviction, len(w.items)),
        (
            FIRST_POP + np.nonzero(stores["first_entry"][FIRST_POP:] >= 0)[0],
            p.pop_capacity,
            p.pop_eviction,
            int(w.run[0]["pop_block"]),
        ),
    ):
        if eviction >= RANDOM:
            room[used] = np.maximum(room[used], entries if capacity == NONE else min(capacity, entries))
    if max(p.eviction, p.pop_eviction) < RANDOM and not (stores["eviction"] >= RANDOM).any():
        return w.members
    bases = np.cumsum(room) - room
    members = np.zeros(int(room.sum()), dtype=np.int64)
    for store, base in zip(stores, bases):
        if store["eviction"] >= RANDOM:
            members[base : base + store["size"]] = w.members[store["base"] : store["base"] + store["size"]]
        store["base"] = base
    return members
