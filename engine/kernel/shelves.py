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
    fetched = p.coalescing or p.stale_ns > 0 or (p.cdn and p.pop_coalescing)
    tallied = max(p.eviction, p.pop_eviction) >= RANDOM
    return w._replace(
        members=_members(w, p), fetches=_beside_entries(w, "fetches", fetched), tallies=_beside_entries(w, "tallies", tallied)
    )


def _with_entries(w: Arrays, p: Parameters, items_before: int) -> Arrays:
    """Of each item an entry for the cache, and for every point of presence two: as a file and as dynamic data."""
    run, items, pops = w.run[0], len(w.items), w.stores[FIRST_POP:]
    held = np.nonzero(pops["first_entry"] >= 0)[0].tolist()
    wanted = sorted({*held, *(p.pop_order[0].tolist() if p.cdn else ())})
    block = 2 * items if wanted else 0
    if items == items_before and block == run["pop_block"] and wanted == held:
        return w
    length, members = items + len(wanted) * block, w.members.copy()
    before = {"entries": w.entries, "fetches": w.fetches, "tallies": w.tallies}
    made = {name: _unused(name, length if name == "entries" or len(array) else 0) for name, array in before.items()}
    for name, array in made.items():
        array[:items_before] = before[name][:items_before]
    for place, region in enumerate(wanted):
        store, first = pops[region], items + place * block
        had = int(store["first_entry"])
        if had >= 0:
            held_there = int(run["pop_block"])
            for name, array in made.items():
                array[first : first + held_there] = before[name][had : had + held_there]
            moved = made["entries"][first : first + held_there]
            for links in (moved["before"], moved["after"]):
                links += np.where(links >= 0, first - had, 0)
            for name in ("first", "last"):
                store[name] += first - had if store[name] >= 0 else 0
            if store["eviction"] >= RANDOM:
                members[store["base"] : store["base"] + store["size"]] += first - had
        store["first_entry"] = first
    run["pop_block"] = block
    return w._replace(members=members, **made)


def _beside_entries(w: Arrays, name: str, asked: bool) -> np.ndarray:
    """A record beside each entry: who fetches it and who waits for it, or how often it was used; none until they are asked for."""
    array = getattr(w, name)
    return _unused(name, len(w.entries)) if asked and not len(array) else array


def _unused(name: str, count: int) -> np.ndarray:
    """Records of, or beside, entries that nobody has used."""
    made = records(name, count, plain=False, fill=NIL if name == "fetches" else 0)
    if name == "entries":
        made["before"] = ABSENT
    return made


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
