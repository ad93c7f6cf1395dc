"""The price list: what clouds publish for machines, storage and traffic, line by line with unit, date and source.

Knows prices only; what a system has of each is counted in `engine.bill`. All prices are list prices in US dollars for a region
in the east of the USA, on demand, without free allowances, discounts and taxes.

What the sources show about size: within a family of servers the price is proportional to the size, up to 192 vCPUs (a machine
without hypervisor costs the same, or 10 % more at half the largest size). Beyond, 384 vCPUs
are to be had only with another kind of processor, of which a vCPU costs 18 % more at every size, and memory costs
$6.25 per TB (1,024 GB) and hour at 3 TB, $6.67 at 4 TB, $9.10 at 6 TB, $10.47 at 12 TB.
"""

from dataclasses import dataclass
from functools import cache

HOURS_PER_MONTH = 730
"""365 × 24 ÷ 12, as cloud calculators count."""

_EC2 = "Amazon Web Services, EC2 on-demand (Linux, us-east-1), as read from its price API by karpenter-provider-aws, pricing_aws.go"
_RDS = "Amazon Web Services, RDS for MySQL (us-east-1), as read from its price API by infracost, db_instance_test.golden"
_CACHE = (
    "Amazon Web Services, ElastiCache for Redis (us-east-1; m7g.large, r7g.large to r7g.4xlarge), as read from its price API by a"
    " public table whose repository is not known; where infracost's elasticache_cluster_test.golden and"
    " elasticache_replication_group_test.golden have the same nodes (m4.large, r5.4xlarge, m6g.12xlarge), so does it"
)
_BALANCER = "Amazon Web Services, Application Load Balancer (us-east-1), as read from its price API by infracost, lb_test.golden"
_TRAFFIC = "Amazon Web Services, EC2 data transfer (us-east-1), as read from its price API by infracost, data_transfer_test.golden"
_CDN = "Amazon Web Services, CloudFront (USA), aws.amazon.com/cloudfront/pricing and infracost, cloudfront_distribution_test.golden"
_RESOURCES = (
    "Google Cloud, Compute Engine (us-central1), price per vCPU and per GB, as in opencost, configs/default.json; the same in"
    " kubernetes/autoscaler, gce_price_info.go"
)


@dataclass(frozen=True)
class PriceLine:
    """One published price: what it is for, in which unit, where it was found, and when.

    The date is the day of reading where the source says it, else that of the last change of the file it was found in.

    `vcpus` and `memory_gb` say how large a machine is; `from_gb` from which amount a month on a price per GB holds.
    """

    name: str
    price: float
    unit: str
    date: str
    source: str
    vcpus: int = 0
    memory_gb: float = 0.0
    from_gb: float = 0.0


_VCPUS = (1, 2, 4, 8, 16, 32, 48, 64, 96, 192)
_FAMILIES = (
    ("compute", 2, (0.03988, 0.07976, 0.15952, 0.31904, 0.63808, 1.27616, 1.91424, 2.55232, 3.82848, 7.65696)),
    ("general purpose", 4, (0.04488, 0.08976, 0.17952, 0.35904, 0.71808, 1.43616, 2.15424, 2.87232, 4.30848, 8.61696)),
    ("memory", 8, (0.05891, 0.11782, 0.23564, 0.47128, 0.94256, 1.88512, 2.82768, 3.77024, 5.65536, 11.31072)),
    ("large memory", 16, (0.0977, 0.1954, 0.3908, 0.7816, 1.5632, 3.1264, 4.6896, 6.2528, 9.3792, 18.7584)),
)
"""Families of one generation: name, GB of memory per vCPU, price of each size (c8g, m8g, r8g, x8g)."""
_LARGEST = (
    ("general purpose", 384, 1_536, 20.32128),
    ("large memory", 128, 4_096, 26.676),
    ("high memory", 448, 6_144, 54.6),
    ("high memory", 448, 8_192, 83.72),
    ("high memory", 896, 12_288, 125.58182),
)
"""Machines beyond the families (m8i.96xlarge, x2iedn.32xlarge, u-6tb1.112xlarge, u7i-8tb.112xlarge, u7i-12tb.224xlarge)."""


def _machine(kind: str, vcpus: int, memory_gb: float, price: float) -> PriceLine:
    return PriceLine(f"{kind}, {vcpus} vCPU, {memory_gb:,} GB", price, "$/hour", "2026-07-20", _EC2, vcpus, float(memory_gb))


SERVERS = (
    *(_machine(kind, n, n * gb, price) for kind, gb, prices in _FAMILIES for n, price in zip(_VCPUS, prices)),
    *(_machine(*largest) for largest in _LARGEST),
)
"""Servers that can be rented."""

SERVER_VCPU = PriceLine("one vCPU of a server of any size", 0.031611, "$/hour", "2020-02-12", _RESOURCES)
SERVER_MEMORY = PriceLine("one GB of a server of any size", 0.004237, "$/hour", "2020-02-12", _RESOURCES)

DATABASE = PriceLine("managed database node, 2 vCPU, 8 GB", 0.171, "$/hour", "2026-05-03", _RDS, 2, 8.0)
"""Primary or replica alike. Other sizes are taken as proportional, as those of servers are."""
STORAGE = PriceLine("storage of a managed database, SSD", 0.115, "$/GB-month", "2026-05-03", _RDS)

CACHES = tuple(
    PriceLine(f"cache node, {memory_gb} GB", price, "$/hour", "2026-10-02", _CACHE, memory_gb=memory_gb)
    for memory_gb, price in ((6.38, 0.158), (13.07, 0.219), (26.32, 0.437), (52.82, 0.873), (105.81, 1.745))
)
"""Cache nodes that can be rented."""

BALANCER = PriceLine("load balancer", 0.0225, "$/hour", "2024-07-01", _BALANCER)
BALANCER_GB = PriceLine(
    "traffic through the load balancer (one capacity unit passes 1 GB an hour)", 0.008, "$/GB", "2024-07-01", _BALANCER
)


def _tiers(name: str, date: str, source: str, *tiers: tuple[float, float]) -> tuple[PriceLine, ...]:
    return tuple(PriceLine(name, price, "$/GB", date, source, from_gb=1_024.0 * from_tb) for from_tb, price in tiers)


TRAFFIC = _tiers(
    "traffic out to the internet", "2024-09-25", _TRAFFIC, (0, 0.09), (10, 0.085), (50, 0.07), (150, 0.05)
)  # fmt: skip
"""Answers that go from the origin to people, by amount a month."""
CDN = _tiers(
    "traffic out of the CDN", "2024-07-01", _CDN, (0, 0.085), (10, 0.08), (50, 0.06), (150, 0.04), (500, 0.03), (1_024, 0.025),
    (5_120, 0.02),
)  # fmt: skip
"""Answers that go from the CDN to people, by amount a month; what it fetches from the origin costs nothing."""
CDN_REQUESTS = PriceLine("10,000 requests to the CDN, encrypted", 0.01, "$/10,000 requests", "2024-07-01", _CDN)

LINES = (
    *SERVERS, SERVER_VCPU, SERVER_MEMORY, DATABASE, STORAGE, *CACHES, BALANCER, BALANCER_GB, *TRAFFIC, *CDN, CDN_REQUESTS,
)  # fmt: skip
"""The whole list."""
LIST_DATE = max(line.date for line in LINES)
"""When the newest line was read."""


@cache
def server_line(vcpus: int, memory_gb: float) -> PriceLine:
    """The cheapest server that has at least so many vCPUs and so much memory; a larger one than asked for costs as it is."""
    large_enough = [line for line in SERVERS if line.vcpus >= vcpus and line.memory_gb >= memory_gb]
    return min(large_enough, key=lambda line: line.price)


def cache_line(memory_gb: float) -> PriceLine:
    """The cheapest cache node with at least so much memory, which must not be more than the largest has."""
    return min((line for line in CACHES if line.memory_gb >= memory_gb), key=lambda line: line.price)


def tiered(lines: tuple[PriceLine, ...], gb: float) -> float:
    """What an amount of traffic costs in a month: each part of it at the price of its tier."""
    ends = [line.from_gb for line in lines[1:]] + [float("inf")]
    return sum(line.price * max(min(gb, end) - line.from_gb, 0.0) for line, end in zip(lines, ends))
