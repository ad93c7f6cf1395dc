"""The reference with counters: readings like the kernel's, taken from the rows of its log and from its parts."""

import numpy as np

from engine.log import (
    BUCKETS,
    COLUMNS,
    COUNTED,
    COUNTED_OF_COHORT,
    COUNTED_OF_REGION,
    FIRST_OCTAVE,
    OCTAVE,
    OK,
    OUTCOMES,
    READ,
    STATIC,
    WRITE,
    thinned,
)
from engine.reading import NIL, NODE_FIELDS, STORE_FIELDS, STORES, Reading
from engine.reference import World
from engine.stages import stages_of
from engine.system import System
from engine.workload.rates import NEVER
from engine.workload.tables import REGIONS


class CountedReference(World):
    """A reference world that answers what a kernel answers about itself."""

    stopped = ""

    def __init__(self, system: System, seed: int, *, request_limit: int = 2**62, keep_every: int = 1, most_kept: int = 2**40):
        super().__init__(system, seed, request_limit)
        self.keep_every = keep_every
        self.most_kept = most_kept

    def set_budget(self, events: int) -> None:
        self.event_limit = events

    def stop_sending(self) -> None:
        self.request_limit = self.traffic.next_request

    def is_silent(self) -> bool:
        """Whether no request will ever be sent again, and none is in flight."""
        traffic, bursts, spikes = self.traffic, self.p.bursts, self.schedule.spikes
        return not self.p.closed and not bursts and not spikes and traffic.due_ns >= NEVER and self.clients.in_flight == 0

    def attempts(self) -> np.ndarray:
        """The kept attempts, one row each with the log's columns, by request and attempt."""
        rows = self._rows()
        self.keep_every = thinned(self.keep_every, self.traffic.next_request, self.most_kept)
        kept = (rows[:, 0] % max(self.keep_every, 1) == 0) & (self.keep_every > 0)
        return rows[kept][np.lexsort((rows[kept][:, 1], rows[kept][:, 0]))]

    def _rows(self) -> np.ndarray:
        return np.array([attempt.row() for attempt in self.log], dtype=np.int64).reshape(len(self.log), len(COLUMNS))

    def reading(self) -> Reading:
        """All that has been counted up to now."""
        row = dict(zip(COLUMNS, self._rows().T))
        histogram = np.bincount(buckets_of(latencies_ns(row)), minlength=BUCKETS)
        lags = np.bincount(buckets_of(np.array(self.data.lags_ns, dtype=np.int64)), minlength=BUCKETS)
        counted = counts_of(row)
        self.balancer.settle_nobody()
        self.data.settle_outages()
        counted |= {"applied": len(self.data.lags_ns), "nobody_ns": self.balancer.nobody_ns}
        counted |= {
            "evictions": sum(store.evictions for store in self.cache.stores),
            "cache_keys_moved": self.cache.keys_moved,
            "stale_served": self.cache.stale_served,
        }
        counted["breaker_refused"] = sum(server.breaker.refused for server in self.servers)
        counted |= {name: getattr(self.data, name) for name in ("violations", "lost_writes", "no_primary_ns", "keys_moved")}
        counts = np.array([counted[name] for name in COUNTED], dtype=np.int64)
        tables = (self._nodes(), len(self.servers), self._cohorts(row), regions_of(row), self._stores())
        return Reading(self.now_ns, counts, histogram, lags, *tables, self.p.server_count, len(self.data.moving.origins))

    def _stores(self) -> np.ndarray:
        """The cache's nodes and the points of presence."""
        rows = np.zeros((STORES, len(STORE_FIELDS)), dtype=np.int64)
        p, pops = self.p, self.cdn.pops
        caches = [(store, p.cache and store.index < p.cache_nodes) for store in self.cache.stores]
        for store, takes_part in [*caches, *((pop.store, p.cdn and pop.region in p.pop_order[0]) for pop in pops)]:
            counted = (store.look_ups, store.hits, store.evictions, len(store.items))
            rows[store.index] = (*counted, store.capacity if takes_part else 0, store.is_up and takes_part, takes_part)
        return rows

    def _cohorts(self, row: dict[str, np.ndarray]) -> np.ndarray:
        """Those that there are or have been: a policy's place in the reference's budgets."""
        counted = (
            counts_of({name: values[row["cohort"] == cohort] for name, values in row.items()})
            for cohort in range(len(self.clients.tokens))
        )
        return np.array([[counts[name] for name in COUNTED_OF_COHORT] for counts in counted], dtype=np.int64)

    def _nodes(self) -> np.ndarray:
        rows = []
        for server in self.servers:
            workers, vcpus, sharing = server.workers, server.vcpus, server.sharing
            workers.settle()
            vcpus.settle()
            waiting = len(workers.queue) + len(vcpus.queue)
            state = (sharing.vcpus, server.is_up, server.believed_healthy, server.takes_part, server.breaker.state, NIL, NIL)
            rows.append((server.dispatched, server.busy_ns, workers.queue_ns + vcpus.queue_ns, waiting, server.present, *state))
        for node in self.data.nodes:
            pool = node.connections
            pool.settle()
            waiting = len(pool.queue)
            state = (pool.places, node.is_up, node.is_up, node.takes_part, 0, node.group.index, node.is_primary)
            rows.append((node.queries, pool.busy_ns, pool.queue_ns, waiting, pool.taken + waiting, *state))
        return np.array(rows, dtype=np.int64).reshape(len(rows), len(NODE_FIELDS))


def regions_of(row: dict[str, np.ndarray]) -> np.ndarray:
    """What the requests of each region came to."""
    counted = (counts_of({name: values[row["region"] == region] for name, values in row.items()}) for region in range(len(REGIONS)))
    return np.array([[counts[name] for name in COUNTED_OF_REGION] for counts in counted], dtype=np.int64)


def latencies_ns(row: dict[str, np.ndarray]) -> np.ndarray:
    """Latencies of the answered requests."""
    answered = (row["final"] == 1) & (row["outcome"] == OK)
    return (row["ended"] - row["arrived"])[answered]


def buckets_of(durations_ns: np.ndarray) -> np.ndarray:
    """The histogram's bucket of each duration."""
    mantissa, exponent = np.frexp(durations_ns.astype(float))
    buckets = (exponent - 1 - FIRST_OCTAVE) * OCTAVE + ((mantissa - 0.5) * (2 * OCTAVE)).astype(np.int64)
    return np.where(durations_ns < 1 << FIRST_OCTAVE, 0, np.minimum(buckets, BUCKETS - 1)).astype(np.int64)


def counts_of(row: dict[str, np.ndarray]) -> dict[str, int]:
    """What the rows of a log come to."""
    final = row["final"] == 1
    ok = final & (row["outcome"] == OK)
    by_pop = (row["pop_hit"] == 1) | ((row["pop_hit"] == 2) & (row["pop_waited"] >= 0))
    coalesced = (row["fetched"] >= 0) & (row["db_queued"] < 0)
    reads = (row["kind"] == READ) & ((row["hit"] == 1) | (row["db_done"] >= 0) | coalesced | by_pop)
    writes = (row["kind"] == WRITE) & (row["acknowledged"] >= 0)
    static = (row["kind"] == STATIC) & (row["cpu_done"] >= 0)
    counted = {
        "sent": (row["attempt"] == 0).sum(),
        "attempts": len(final),
        "look_ups": (row["looked_up"] >= 0).sum(),
        "hits": (row["hit"] == 1).sum(),
        "reads": reads.sum(),
        "stale_reads": (reads & (row["stale"] == 1)).sum(),
        "writes": writes.sum(),
        "served": (((reads | writes | static) & (row["left"] >= 0)) | by_pop).sum(),
        "cdn_look_ups": (row["pop_done"] >= 0).sum(),
        "cdn_hits": (row["pop_hit"] == 1).sum(),
        "cdn_served": by_pop.sum(),
        "latency_ns": (row["ended"] - row["arrived"])[ok].sum(),
        "coalesced": coalesced.sum(),
    }
    counted |= {name: (final & (row["outcome"] == code)).sum() for code, name in enumerate(OUTCOMES)}
    counted |= {name: parts[ok].sum() for name, parts in stages_of(row).items()}
    return {name: int(value) for name, value in counted.items()}
