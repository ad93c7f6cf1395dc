"""The bill of a run: how much of each thing a system had, times its price, for a month like the measured time.

Counts machines and answers from readings and takes sizes from the system; it does not know how a run comes about.
Source of the rules: the price lists' own units (`engine.prices`); what no source says is a field of `System.prices`.
"""

import math
from dataclasses import dataclass

import numpy as np

from engine import prices as listed
from engine.log import COUNTED
from engine.reading import IN_PROGRESS, TAKES_PART, Readings
from engine.system import System

TIERS = ("servers", "database", "cache", "balancer", "traffic", "cdn")
SECONDS_PER_MONTH = 3_600 * listed.HOURS_PER_MONTH
KB_PER_GB = 1_000_000


@dataclass(frozen=True)
class BillLine:
    """One thing on the bill: so many of a unit in a month, and what they cost together."""

    tier: str
    item: str
    quantity_count: float
    unit: str
    cost_month: float


def bill(system: System, readings: Readings, first: int = 0, last: int = -1) -> list[BillLine]:
    """What a month of 730 hours costs that is like the time between two of the readings, which are told by their numbers."""
    return _lines(system, _used(system, readings, first, last))


def planned_cost_per_hour(system: System) -> float:
    """What an hour costs at the traffic's rate before anything has run: every request answered, files by the CDN."""
    return sum(line.cost_month for line in _lines(system, _planned(system))) / listed.HOURS_PER_MONTH


def _lines(system: System, used: "_Usage") -> list[BillLine]:
    lines = [*_servers(system, used), *_database(system, used), *_cache(system), *_balancer(system, used)]
    return [*lines, *_traffic(system, used), *_cdn(system, used)]


def cost_metrics(system: System, readings: Readings, first: int = 0, last: int = -1) -> dict[str, float | None]:
    """The same bill as metrics: an hour is the 730th part of the month; none where no time has passed."""
    names = ["cost_per_hour", "cost_per_month", "cost_per_million_ok", *(f"cost_per_hour_by_tier.{tier}" for tier in TIERS)]
    if readings.time_ns[last] <= readings.time_ns[first]:
        return dict.fromkeys(names)
    used = _used(system, readings, first, last)
    by_tier = dict.fromkeys(TIERS, 0.0)
    for line in _lines(system, used):
        by_tier[line.tier] += line.cost_month
    month = sum(by_tier.values())
    totals = [month / listed.HOURS_PER_MONTH, month, 1e6 * month / used.ok if used.ok else None]
    return dict(zip(names, [*totals, *(cost_month / listed.HOURS_PER_MONTH for cost_month in by_tier.values())]))


class _Usage:
    """How much there was on average, and how much was served in a month."""

    def __init__(self, system: System, seconds: float, counted: dict[str, float], servers: float, databases: float):
        self.servers = servers
        self.databases = databases
        months = seconds / SECONDS_PER_MONTH
        asked, answered = _cdn_counts(counted)
        files = max(counted["served"] - counted["reads"] - counted["writes"], 0)
        sent_kb = (counted["reads"] + counted["writes"]) * system.prices.answer_kb + files * system.prices.file_kb
        cdn_kb = _mean_kb_of_cdn(system, files, counted["reads"])
        self.origin_gb = max(sent_kb - answered * cdn_kb, 0.0) / KB_PER_GB / months
        self.direct_gb = max(sent_kb - asked * cdn_kb, 0.0) / KB_PER_GB / months
        self.cdn_gb = asked * cdn_kb / KB_PER_GB / months
        self.cdn_requests = asked / months
        self.ok = counted["ok"] / months


def _used(system: System, readings: Readings, first: int, last: int) -> _Usage:
    """What was used between two of the readings."""
    seconds = max(float(readings.time_ns[last] - readings.time_ns[first]) / 1e9, 1e-9)
    counted = dict(zip(COUNTED, (readings.counts[last] - readings.counts[first]).tolist()))
    during = slice(first, last + 1 or None)
    means = (_mean(readings.time_ns[during], each[during]) for each in (machines(readings), database_nodes(readings)))
    return _Usage(system, seconds, counted, *means)


def _planned(system: System) -> _Usage:
    """What would be used at the traffic's rate if every request were answered, files by the CDN where there is one."""
    traffic = system.traffic
    dynamic, files = traffic.rate * (1.0 - traffic.static_ratio), traffic.rate * traffic.static_ratio
    writes = dynamic * traffic.write_ratio
    by_cdn = files if system.cdn.enabled else 0.0
    counted = {"served": traffic.rate, "ok": traffic.rate, "writes": writes, "reads": dynamic - writes}
    counted |= {"cdn_look_ups": by_cdn, "cdn_served": by_cdn}
    return _Usage(system, 1.0, counted, system.servers.count, _groups(system) * (1 + system.database.replicas))


def _mean(time_ns: np.ndarray, counted: np.ndarray) -> float:
    """What was counted at these times, over time: between two of them, the mean of both."""
    spans, more = np.diff(time_ns).astype(float), counted - counted[0]  # so that a number that never changes comes out as it is
    return float(counted[0] + (spans * (more[:-1] + more[1:]) / 2).sum() / max(spans.sum(), 1.0))


def machines(readings: Readings) -> np.ndarray:
    """At each reading, servers that are paid for: those that are wanted (booting and crashed ones too), and removed ones that still
    work.
    """
    wanted = np.array([one.wanted for one in readings.each])
    is_removed = np.arange(readings.servers) >= wanted[:, None]
    return wanted + ((readings.nodes[:, : readings.servers, IN_PROGRESS] > 0) & is_removed).sum(axis=1)


def database_nodes(readings: Readings) -> np.ndarray:
    """At each reading, primaries and replicas that take part."""
    return (readings.nodes[:, readings.servers :, TAKES_PART] > 0).sum(axis=1)


def _cdn_counts(counted: dict[str, float]) -> tuple[float, float]:
    """Requests that asked the CDN, and those that it answered without the origin; none while nothing counts them."""
    return counted.get("cdn_look_ups", 0), counted.get("cdn_served", 0)


def _mean_kb_of_cdn(system: System, files: float, reads: float) -> float:
    """Size of an answer of the CDN: a file's, or with reads in it the mean of all that may ask there."""
    own = system.prices
    if not system.cdn.cache_dynamic or not files + reads:
        return own.file_kb
    return (files * own.file_kb + reads * own.answer_kb) / (files + reads)


def _servers(system: System, used: _Usage) -> list[BillLine]:
    size, own = system.servers, system.prices
    if own.server_vcpu_hour is None and own.server_memory_gb_hour is None:
        line = listed.server_line(size.vcpus, size.memory_gb)
        name, hour = line.name, line.price
    else:
        name = f"{size.vcpus} vCPU, {size.memory_gb:g} GB"
        hour = size.vcpus * _or(own.server_vcpu_hour, listed.SERVER_VCPU)
        hour += size.memory_gb * _or(own.server_memory_gb_hour, listed.SERVER_MEMORY)
    return [_hours("servers", name, used.servers, hour)]


def _database(system: System, used: _Usage) -> list[BillLine]:
    own, data = system.prices, system.database
    nodes = used.databases
    vcpus = max(math.ceil(data.connections / own.connections_per_vcpu), listed.DATABASE.vcpus)
    hour = vcpus * _or(own.database_vcpu_hour, listed.DATABASE, per=listed.DATABASE.vcpus)
    rented = nodes - 1.0 if data.colocated else nodes  # the primary of a single machine stands on a server
    stored_gb = nodes * own.data_gb / _groups(system)
    return [
        _hours("database", f"database node, {vcpus} vCPU", rented, hour),
        BillLine("database", listed.STORAGE.name, stored_gb, "GB", stored_gb * _or(own.storage_gb_month, listed.STORAGE)),
    ]


def _groups(system: System) -> int:
    """Parts into which the data are split: every copy of all data is spread over so many nodes."""
    functions = sum(weight > 0 for weight in system.traffic.functions.values()) if system.database.federated else 1
    return system.database.shards * functions


def _cache(system: System) -> list[BillLine]:
    cache, own = system.cache, system.prices
    if not cache.enabled:
        return []
    items = min(cache.capacity_items or system.traffic.items, system.traffic.items)
    memory_gb = items * own.item_kb / KB_PER_GB
    if own.cache_gb_hour is not None:
        return [_hours("cache", f"cache node, {memory_gb:g} GB", cache.nodes, memory_gb * own.cache_gb_hour)]
    machines_each = max(math.ceil(memory_gb / listed.CACHES[-1].memory_gb), 1)  # more than the largest holds: several stand for one
    line = listed.cache_line(min(memory_gb / machines_each, listed.CACHES[-1].memory_gb))
    return [_hours("cache", line.name, cache.nodes * machines_each, line.price)]


def _balancer(system: System, used: _Usage) -> list[BillLine]:
    """One balancer; a single server that stays alone needs none."""
    if system.servers.count == 1 and not system.autoscaler.enabled:
        return []
    hour, gb = _or(system.prices.balancer_hour, listed.BALANCER), _or(system.prices.balancer_gb_price, listed.BALANCER_GB)
    passed = BillLine("balancer", "traffic through the load balancer", used.origin_gb, "GB", used.origin_gb * gb)
    return [_hours("balancer", listed.BALANCER.name, 1.0, hour), passed]


def _traffic(system: System, used: _Usage) -> list[BillLine]:
    return [_gigabytes("traffic", listed.TRAFFIC, used.direct_gb, system.prices.traffic_gb_price)]


def _cdn(system: System, used: _Usage) -> list[BillLine]:
    if not system.cdn.enabled:
        return []
    lots = used.cdn_requests / 10_000
    requests = lots * _or(system.prices.cdn_10k_requests, listed.CDN_REQUESTS)
    return [
        _gigabytes("cdn", listed.CDN, used.cdn_gb, system.prices.cdn_gb_price),
        BillLine("cdn", "requests to the CDN", lots, "10,000 requests", requests),
    ]


def _hours(tier: str, name: str, count: float, hour: float) -> BillLine:
    hours = count * listed.HOURS_PER_MONTH
    return BillLine(tier, name, hours, "hours", hours * hour)


def _gigabytes(tier: str, lines: tuple[listed.PriceLine, ...], gb: float, own: float | None) -> BillLine:
    return BillLine(tier, lines[0].name, gb, "GB", listed.tiered(lines, gb) if own is None else gb * own)


def _or(own: float | None, line: listed.PriceLine, per: int = 1) -> float:
    """The system's own price, or that of the list."""
    return line.price / per if own is None else own
