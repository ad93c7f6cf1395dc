"""Money: the bill of a run, a line each, with where every price comes from and when it was read.

Knows the engine's bill and price list; nothing of drawing.
"""

from typing import Any

from dashboard.experiment.figures import rounded
from dashboard.words import mark, t
from engine import Result, prices
from engine.prices import PriceLine

OF_TIER = {
    "servers": ("server_vcpu_hour", "server_memory_gb_hour"),
    "database": ("database_vcpu_hour", "storage_gb_month"),
    "cache": ("cache_gb_hour",),
    "balancer": ("balancer_hour", "balancer_gb_price"),
    "traffic": ("traffic_gb_price",),
    "cdn": ("cdn_gb_price", "cdn_10k_requests"),
}
"""The fields of a system's own prices, by the tier whose lines they replace."""
LISTED: dict[str, tuple[PriceLine, ...]] = {
    "servers": prices.SERVERS,
    "database": (prices.DATABASE, prices.STORAGE),
    "cache": prices.CACHES,
    "balancer": (prices.BALANCER, prices.BALANCER_GB),
    "traffic": prices.TRAFFIC,
    "cdn": (*prices.CDN, prices.CDN_REQUESTS),
}


KINDS = (mark("database node"), mark("cache node"), mark("compute"))
"""What the engine calls things on a bill whose size stands behind."""


def described(result: Result) -> dict[str, Any]:
    """{hour, month, million, lines: [{tier, item, amount, unit, month}], sources: [[tier, text, date]], list_date, assumed}."""
    summary = result.summary()
    table = result.costs()
    tiers = list(dict.fromkeys(table["tier"]))
    own = result.system.prices
    return {
        "hour": rounded(summary["cost_per_hour"]),
        "month": rounded(summary["cost_per_month"]),
        "million": rounded(summary["cost_per_million_ok"]),
        "lines": [
            {"tier": tier, "item": called(item), "amount": rounded(amount), "unit": t(unit), "month": rounded(month)}
            for tier, item, amount, unit, month in zip(
                table["tier"], table["item"], table["amount"], table["unit"], table["cost_per_month"]
            )
        ],
        "sources": [[tier, *source] for tier in tiers for source in sources(result, tier)],
        "list_date": prices.LIST_DATE,
        "assumed": t(
            "Assumed: {answer} kB an answer, {file} kB a file, {data} GB of data, one database vCPU for {connections} connections.",
            answer=f"{own.answer_kb:g}", file=f"{own.file_kb:g}", data=f"{own.data_gb:g}",
            connections=f"{own.connections_per_vcpu:g}",
        ),
    }  # fmt: skip


def called(item: str) -> str:
    """What a thing on the bill is called: "database node, 4 vCPU" by its kind and its size."""
    kind, comma, size = item.partition(", ")
    whole = t(item)
    return whole if whole != item else t(kind) + comma + size


def sources(result: Result, tier: str) -> list[tuple[str, str]]:
    """Where a tier's prices come from, and the newest date on which each source was read."""
    if any(getattr(result.system.prices, name) is not None for name in OF_TIER[tier]):
        return [(t("a price of one's own"), "")]
    found: dict[str, str] = {}
    for line in LISTED[tier]:
        found[line.source] = max(found.get(line.source, ""), line.date)
    return list(found.items())
