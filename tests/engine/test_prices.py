"""The price list: every line says its unit, date and source, and the right line is found."""

import re
from datetime import date
from itertools import pairwise

import pytest

from engine import prices
from engine.prices import CACHES, CDN, HOURS_PER_MONTH, LINES, LIST_DATE, SERVERS, TRAFFIC, cache_line, server_line, tiered

UNITS = {"$/hour", "$/GB", "$/GB-month", "$/10,000 requests"}
VENDORS = ("Amazon", "AWS", "Google", "Azure", "EC2", "RDS", "CloudFront")


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.name} from {line.from_gb:g} GB")
def test_a_line_says_unit_date_and_source(line):
    assert line.unit in UNITS
    assert date(2020, 1, 1) <= date.fromisoformat(line.date) <= date.fromisoformat(LIST_DATE)
    assert re.fullmatch(r"(Amazon Web Services|Google Cloud), .{20,}", line.source)
    assert 0 < line.price < 1_000
    assert not any(vendor in line.name for vendor in VENDORS), "names are vendor-neutral, sources are not"


def test_all_lines_are_on_the_list():
    found = [value for value in vars(prices).values() if isinstance(value, prices.PriceLine)]
    found += [line for value in (SERVERS, CACHES, TRAFFIC, CDN) for line in value]
    assert sorted(found, key=str) == sorted(LINES, key=str)


def test_a_month_has_730_hours():
    assert 365 * 24 / 12 == HOURS_PER_MONTH


@pytest.mark.parametrize(
    ("vcpus", "memory_gb", "name", "price"),
    [
        (2, 4.0, "compute, 2 vCPU, 4 GB", 0.07976),
        (2, 8.0, "general purpose, 2 vCPU, 8 GB", 0.08976),
        (1, 0.5, "compute, 1 vCPU, 2 GB", 0.03988),
        (3, 1.0, "compute, 4 vCPU, 8 GB", 0.15952),
        (1, 8.0, "memory, 1 vCPU, 8 GB", 0.05891),
        (4, 65.0, "large memory, 8 vCPU, 128 GB", 0.7816),
        (200, 1.0, "general purpose, 384 vCPU, 1,536 GB", 20.32128),
        (1, 10_000.0, "high memory, 896 vCPU, 12,288 GB", 125.58182),
    ],
)  # fmt: skip
def test_a_server_costs_what_the_cheapest_large_enough_one_costs(vcpus, memory_gb, name, price):
    line = server_line(vcpus, memory_gb)
    assert (line.name, line.price) == (name, price)


def test_every_server_that_can_be_described_can_be_rented():
    assert server_line(256, 10_000.0).price > 0


def test_within_a_family_the_price_is_proportional_and_beyond_it_rises_faster():
    general = [line for line in SERVERS if line.name.startswith("general purpose")]
    per_vcpu = [line.price / line.vcpus for line in general]
    assert per_vcpu[:-1] == pytest.approx([0.04488] * 10)
    assert per_vcpu[-1] == pytest.approx(1.18 * 0.04488, rel=0.002)
    for family, price in (("compute", 0.03988), ("memory", 0.05891), ("large memory", 0.0977)):
        sizes = [line for line in SERVERS if line.name.startswith(f"{family},") and line.memory_gb < 4_096]
        assert [line.vcpus for line in sizes] == [1, 2, 4, 8, 16, 32, 48, 64, 96, 192]
        assert [line.price / line.vcpus for line in sizes] == pytest.approx([price] * 10)
    per_tb = [server_line(1, 1_024.0 * tb).price / tb for tb in (3, 4, 6, 12)]
    assert per_tb == pytest.approx([6.25, 6.67, 9.10, 10.47], abs=0.01)


@pytest.mark.parametrize(("memory_gb", "price"), [(0.001, 0.158), (6.38, 0.158), (6.39, 0.219), (100.0, 1.745)])
def test_a_cache_node(memory_gb, price):
    assert cache_line(memory_gb).price == price


@pytest.mark.parametrize(
    ("gb", "dollars"),
    [
        (0.0, 0.0),
        (1_000.0, 90.0),
        (10_240.0, 921.60),
        (51_200.0, 921.60 + 3_481.60),
        (153_600.0, 921.60 + 3_481.60 + 7_168.00),
        (157_000.0, 921.60 + 3_481.60 + 7_168.00 + 170.00),
    ],
)
def test_traffic_is_paid_by_tier(gb, dollars):
    """The amounts and the dollars are those of the source."""
    assert tiered(TRAFFIC, gb) == pytest.approx(dollars)


@pytest.mark.parametrize("tiers", [TRAFFIC, CDN])
def test_tiers_rise_in_amount_and_fall_in_price(tiers):
    assert tiers[0].from_gb == 0
    assert all(one.from_gb < other.from_gb and one.price > other.price for one, other in pairwise(tiers))
