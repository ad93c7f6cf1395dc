"""Which formulas fit the cache and the database, and what they predict.

Knows the system's description and the formulas; not how a system is simulated.
"""

import math
from collections.abc import Iterator

import numpy as np

from engine.system import System
from engine.theory import assumptions as given
from engine.theory.caches import lru_che_hit_ratio, lru_che_time_s, lru_ttl_hit_ratio, ttl_fill_hit_ratio, ttl_use_hit_ratio, zipf
from engine.theory.data import stale_read_ratio
from engine.theory.prediction import Prediction
from engine.theory.service import Moments, mg1, moments
from engine.theory.stations import mmc

CHE, FOFACK = "Che, Tung & Wang 2002", "Fofack et al. 2012"
MAX_ITEMS = 100_000
"""The most items for which a bounded cache is evaluated."""
FILLS = "Fills take no time in the formula."


def _unknown_to_theory(system: System, bounded: bool) -> str:
    """What of the cache no formula here has."""
    cache = system.cache
    if bounded and cache.eviction != "lru":
        return "The formula is that of least recently used eviction."
    if bounded and cache.nodes > 1:
        return "The formula is that of one node; which items share a node is not in it."
    if cache.ttl_s is not None and (cache.ttl_jitter > 0 or cache.stale_while_revalidate_s > 0):
        return "The formula's items all live equally long, and none is served after that."
    return ""


def predict_hits(system: System) -> Prediction:
    """The cache's hit ratio: time to live, LRU by Che, or both."""
    cache, traffic = system.cache, system.traffic
    failing = given.first_failing(system, given.open_loop, given.no_failures)
    shares = zipf(traffic.items, traffic.popularity)
    reads, writes = traffic.rate * given.read_ratio(system) * shares, traffic.rate * given.write_ratio(system) * shares
    if given.read_ratio(system) == 0:
        failing = failing or "Nobody reads, so there is no hit ratio."
    if cache.on_write == "update" and cache.ttl_s is not None and given.write_ratio(system) > 0:
        failing = failing or "A write starts the time to live anew; the formula's runs from filling or from use."
    removed = writes if cache.on_write == "invalidate" else 0.0
    ttl_s = math.inf if cache.ttl_s is None else cache.ttl_s
    bounded = cache.capacity_items is not None and cache.capacity_items < traffic.items
    failing = failing or _unknown_to_theory(system, bounded)
    if not bounded:
        formula = f"time to live from {cache.ttl_from}" if cache.ttl_s else "unbounded cache"
        if failing:
            return Prediction("cache_hit_ratio", formula, FOFACK, failing=failing)
        theory = ttl_use_hit_ratio if cache.ttl_from == "use" else ttl_fill_hit_ratio
        return Prediction("cache_hit_ratio", formula, FOFACK, theory(reads, ttl_s, removed), approximate=FILLS)
    if failing:
        return Prediction("cache_hit_ratio", "Che's LRU", CHE, failing=failing)
    stays_s = lru_che_time_s(reads, cache.capacity_items, removed)
    if traffic.items > MAX_ITEMS:
        why = f"{traffic.items:,} items would take seconds; the formula is evaluated for up to {MAX_ITEMS:,}."
        return Prediction("cache_hit_ratio", "Che's LRU", CHE, failing=why)
    approximate = "Che's approximation takes an item's stay for constant. " + FILLS
    if ttl_s == math.inf:
        value = lru_che_hit_ratio(reads, cache.capacity_items, removed)
        return Prediction("cache_hit_ratio", "Che's LRU", CHE, value, approximate=approximate)
    if cache.ttl_from == "use":
        value = ttl_use_hit_ratio(reads, min(stays_s, ttl_s), removed)
        return Prediction("cache_hit_ratio", "Che's LRU with time to live", CHE, value, approximate=approximate)
    value = lru_ttl_hit_ratio(reads, cache.capacity_items, ttl_s, removed)
    return Prediction("cache_hit_ratio", "Che's LRU with time to live", CHE, value, approximate=approximate)


def predict_database(system: System, hit_ratio: float | None) -> Iterator[Prediction]:
    """Utilisation of the busiest database node, the wait for a connection, stale reads."""
    failing = given.first_failing(system, given.open_loop, given.no_failures)
    if system.cache.enabled and hit_ratio is None:
        failing = failing or "How many reads the cache lets through is not known from a formula."
    law, source = "utilisation law", "Denning & Buzen 1978"
    database, rate = system.database, system.traffic.rate
    reads = rate * given.read_ratio(system) * (1 - (hit_ratio or 0.0))
    writes = rate * given.write_ratio(system)
    split = database.replicas > 0 and database.read_from == "replicas"
    primary = writes * database.write_ms / 1000 + (0 if split else reads * database.read_ms / 1000)
    replica = writes * database.apply_cost * database.write_ms / 1000 if database.replicas else 0.0
    replica += reads / database.replicas * database.read_ms / 1000 if split else 0.0
    busiest = max(primary, replica) / database.connections
    if busiest >= 1:
        failing = failing or f"The database is offered {busiest:.0%} of what it can do, so its queue grows as long as the run."
    approximate = "The busiest of several equal replicas does a little more than their mean." if database.replicas > 1 else ""
    yield Prediction("database_utilisation", law, source, None if failing else busiest, failing, approximate)
    yield _waiting(system, failing, reads, writes, split)
    if split:
        yield _stale(system)


def _waiting(system: System, failing: str, reads: float, writes: float, split: bool) -> Prediction:
    """The mean wait for a connection, over all requests."""
    database, metric = system.database, "latency_by_stage_ms.database_queue"
    several = database.connections > 1
    name, source = ("M/M/c", "Erlang 1917") if several else ("M/G/1", "Pollaczek 1930, Khinchine 1932")
    failing = failing or given.first_failing(system, given.poisson, given.exponential)
    if system.servers.count > 1 and system.balancer.algorithm != "random":
        failing = failing or "The balancer shapes what reaches the database; the formula's arrivals are Poisson."
    if database.queue_limit is not None:
        failing = failing or f"The database refuses above {database.queue_limit} waiting queries; the formula's queue has no end."
    if several and database.service_distribution != "exponential":
        failing = failing or f"The times are {database.service_distribution}; on several connections the formula's are exponential."
    mixed = [(reads, database.read_ms / 1000), (writes, database.write_ms / 1000)]
    if split:
        applied = (writes, database.apply_cost * mixed[1][1])
        nodes = [[mixed[1]], [(reads / database.replicas, mixed[0][1]), applied]]
    else:
        nodes = [mixed]
    nodes = [[(rate, time_s) for rate, time_s in node if rate > 0] for node in nodes]
    if several and any(len({time_s for _, time_s in node}) > 1 for node in nodes):
        failing = failing or "Reads and writes differ in length; on several connections the formula has one distribution."
    if any(time_s == 0 for node in nodes for _, time_s in node):
        failing = failing or "Some queries take no time; the formula's take some."
    if failing:
        return Prediction(metric, name, source, failing=failing)
    waits = [_node_waiting_s(system, node) for node in nodes]
    waiting_s = (writes * waits[0] + reads * waits[1 if split else 0]) / system.traffic.rate
    approximate = "Misses are taken for Poisson arrivals." if system.cache.enabled else ""
    return Prediction(metric, name, source, 1000 * waiting_s, approximate=approximate)


def _node_waiting_s(system: System, node: list[tuple[float, float]]) -> float:
    database, total = system.database, sum(rate for rate, _ in node)
    if not node:
        return 0.0
    if database.connections > 1:
        return mmc(total, node[0][1], database.connections).waiting_s
    cv = max(database.service_cv, 1.0) if database.service_distribution == "hyperexponential" else database.service_cv
    parts = [(rate / total, moments(database.service_distribution, time_s, cv)) for rate, time_s in node]
    mixture = Moments(*(sum(share * getattr(part, order) for share, part in parts) for order in ("first", "second", "third")))
    return mg1(total, mixture).waiting_s


def _stale(system: System) -> Prediction:
    """Share of the reads that miss a write under way to their replica."""
    database, traffic = system.database, system.traffic
    formula, source = "writes under way as M/G/infinity", "Eick, Massey & Whitt 1993"
    failing = given.first_failing(system, given.open_loop, given.no_failures)
    if system.cache.enabled:
        failing = failing or "A cache keeps what it has read, however old; the formula's reads ask a replica."
    if database.apply_cost > 0 and database.write_ms > 0:
        failing = failing or "A replica needs time to apply a write; the formula's lag is the way there alone."
    if database.lag_distribution != "deterministic" and traffic.items > 1:
        failing = failing or "Random lags hold up the writes of other items behind them; the formula's lags are constant."
    if given.read_ratio(system) == 0:
        failing = failing or "Nobody reads."
    if failing:
        return Prediction("stale_read_ratio", formula, source, failing=failing)
    shares = zipf(traffic.items, traffic.popularity)
    writes = np.asarray(traffic.rate * given.write_ratio(system) * shares)
    return Prediction("stale_read_ratio", formula, source, stale_read_ratio(writes, database.lag_ms / 1000, shares))
