"""The bill: hand-worked for systems whose use is known, and found again in summary, timeline and table."""

from dataclasses import fields, replace

import numpy as np
import pytest

from engine import Simulation, System, simulate
from engine.bill import TIERS, bill, cost_metrics, machines, planned_cost_per_hour
from engine.log import COUNTED
from engine.reading import IN_PROGRESS, NODE_FIELDS, TAKES_PART, Reading, Readings
from engine.table import as_table

HOUR_S = 3_600


def reading(time_s: float, *, wanted: int = 2, servers: int = 2, databases: int = 1, busy: int = 0, **counted: int) -> Reading:
    """A reading with these counts; `busy` of the servers have something in progress, the last ones."""
    nodes = np.zeros((servers + databases, len(NODE_FIELDS)), dtype=np.int64)
    nodes[servers:, TAKES_PART] = 1
    nodes[servers - busy : servers, IN_PROGRESS] = 1
    counts = np.array([counted.get(name, 0) for name in COUNTED], dtype=np.int64)
    nothing = {field.name: np.zeros(0, dtype=np.int64) for field in fields(Reading)}
    known = {"time_ns": round(time_s * 1e9), "counts": counts, "nodes": nodes, "server_count": servers, "wanted": wanted}
    return Reading(**nothing | known)


def system_of(**parts: dict) -> System:
    return System.model_validate(parts)


def per_hour(system: System, *readings: Reading) -> dict[str, float]:
    metrics = cost_metrics(system, Readings(readings))
    return {tier: metrics[f"cost_per_hour_by_tier.{tier}"] for tier in TIERS}


IDLE = (reading(0), reading(HOUR_S))


class TestByHand:
    def test_two_idle_servers_and_a_database(self):
        """2 × $0.07976; 16 connections are 8 vCPUs at $0.171 ÷ 2, and 100 GB at $0.115 a month; one balancer."""
        found = per_hour(system_of(), *IDLE)
        assert found["servers"] == pytest.approx(0.15952)
        assert found["database"] == pytest.approx(8 * 0.0855 + 100 * 0.115 / 730)
        assert found["balancer"] == pytest.approx(0.0225)
        assert found["cache"] == found["traffic"] == found["cdn"] == 0

    def test_answers_cost_traffic(self):
        """In one hour 36 million answers of 10 kB and 3.6 million files of 50 kB: 540 GB, in a month 394,200 GB."""
        served = reading(HOUR_S, reads=30_000_000, writes=6_000_000, served=39_600_000, ok=39_600_000)
        found = per_hour(system_of(), reading(0), served)
        assert found["traffic"] == pytest.approx((921.60 + 3_481.60 + 7_168.00 + 0.05 * (394_200 - 153_600)) / 730)
        assert found["balancer"] == pytest.approx(0.0225 + 540 * 0.008)
        metrics = cost_metrics(system_of(), Readings([reading(0), served]))
        assert (
            metrics["cost_per_month"] == pytest.approx(730 * metrics["cost_per_hour"]) == pytest.approx(730 * sum(found.values()))
        )
        assert metrics["cost_per_million_ok"] == pytest.approx(metrics["cost_per_hour"] / 39.6)

    def test_the_month_does_not_depend_on_how_long_was_measured(self):
        hour = per_hour(system_of(), reading(0), reading(HOUR_S, reads=3_600_000, served=3_600_000))
        minute = per_hour(system_of(), reading(0), reading(60, reads=60_000, served=60_000))
        assert hour == pytest.approx(minute)

    def test_replicas_cost_what_the_primary_costs(self):
        system = system_of(database={"replicas": 2, "connections": 4})
        found = per_hour(system, reading(0, databases=3), reading(HOUR_S, databases=3))
        assert found["database"] == pytest.approx(3 * (0.171 + 100 * 0.115 / 730))

    @pytest.mark.parametrize(("connections", "vcpus"), [(1, 2), (4, 2), (5, 3), (200, 100)])
    def test_connections_need_vcpus(self, connections, vcpus):
        found = per_hour(system_of(database={"connections": connections}, prices={"data_gb": 0.0}), *IDLE)
        assert found["database"] == pytest.approx(vcpus * 0.0855)

    @pytest.mark.parametrize(
        ("capacity_items", "item_kb", "hour"),
        [
            (1_000, 2.0, 0.158),
            (None, 2.0, 0.158),
            (1_000, 10_000.0, 0.219),
            (1_000, 105_810.0, 1.745),
            (1_000, 200_000.0, 2 * 1.745),
        ],
    )
    def test_a_cache_node_is_as_large_as_what_it_holds(self, capacity_items, item_kb, hour):
        system = system_of(cache={"enabled": True, "capacity_items": capacity_items}, prices={"item_kb": item_kb})
        assert per_hour(system, *IDLE)["cache"] == pytest.approx(hour)

    def test_a_single_server_needs_no_balancer(self):
        assert per_hour(system_of(servers={"count": 1}), *IDLE)["balancer"] == 0

    def test_own_prices_replace_those_of_the_list(self):
        own = {
            "server_vcpu_hour": 1.0, "server_memory_gb_hour": 0.5, "database_vcpu_hour": 2.0, "storage_gb_month": 7.3,
            "balancer_hour": 3.0, "balancer_gb_price": 0.25, "traffic_gb_price": 0.5, "cache_gb_hour": 4.0,
            "answer_kb": 1_000.0, "item_kb": 1e6,
        }  # fmt: skip
        system = system_of(prices=own, cache={"enabled": True, "capacity_items": 5})
        found = per_hour(system, reading(0), reading(HOUR_S, reads=1_000, served=1_000))
        assert found == pytest.approx(
            {
                "servers": 2 * (2 * 1.0 + 4 * 0.5),
                "database": 8 * 2.0 + 100 * 0.01,
                "cache": 5 * 4.0,
                "balancer": 3.0 + 0.25,
                "traffic": 0.5,
                "cdn": 0.0,
            }
        )

    def test_one_own_price_takes_the_other_from_the_list(self):
        found = per_hour(system_of(prices={"server_vcpu_hour": 1.0}), *IDLE)
        assert found["servers"] == pytest.approx(2 * (2 * 1.0 + 4 * 0.004237))


def with_part(system: System, part: str, **fields: object) -> System:
    """The system with fields that no run can have yet."""
    return system.model_copy(update={part: getattr(system, part).model_copy(update=fields)})


class TestTiersToCome:
    def test_a_primary_on_the_server_costs_its_storage_only(self):
        found = per_hour(with_part(system_of(), "database", colocated=True), *IDLE)
        assert found["database"] == pytest.approx(100 * 0.115 / 730)

    def test_shards_split_the_storage_and_add_nodes(self):
        system = with_part(system_of(database={"replicas": 1, "connections": 4}), "database", shards=3)
        found = per_hour(system, reading(0, databases=6), reading(HOUR_S, databases=6))
        assert found["database"] == pytest.approx(6 * 0.171 + 2 * 100 * 0.115 / 730)

    def test_cache_nodes_cost_each(self):
        system = with_part(system_of(cache={"enabled": True}), "cache", nodes=3)
        assert per_hour(system, *IDLE)["cache"] == pytest.approx(3 * 0.158)

    def test_a_server_that_may_become_two_needs_a_balancer(self):
        system = with_part(system_of(servers={"count": 1}), "autoscaler", enabled=True)
        assert per_hour(system, *IDLE)["balancer"] == pytest.approx(0.0225)

    def test_files_from_the_cdn_cost_there_and_not_at_the_origin(self):
        """100/s of 50 kB are 18 GB an hour, 13,140 GB a month, of which 10,240 in the first tier; 36 lots of 10,000 requests."""
        system = system_of(traffic={"static_ratio": 1.0})
        without = planned_cost_per_hour(system)
        found = planned_cost_per_hour(with_part(system, "cdn", enabled=True))
        by_origin = 18 * 0.008 + (10_240 * 0.09 + 2_900 * 0.085) / 730
        by_cdn = 36 * 0.01 + (10_240 * 0.085 + 2_900 * 0.08) / 730
        assert found - without == pytest.approx(by_cdn - by_origin)

    @pytest.mark.parametrize(("cache_dynamic", "cdn_kb"), [(False, 50.0), (True, (600 * 50 + 900 * 10) / 1_500)])
    def test_what_the_cdn_answers_spares_the_origin(self, monkeypatch, cache_dynamic, cdn_kb):
        """In an hour 600 files, 900 reads and 100 writes; 500 asked the CDN, which answered 400 of them without the origin."""
        monkeypatch.setattr("engine.bill.COUNTED", (*COUNTED, "cdn_look_ups", "cdn_served"))
        served = reading(HOUR_S, reads=900, writes=100, served=1_600)
        served = replace(served, counts=np.array([*served.counts, 500, 400]))
        start = replace(reading(0), counts=np.zeros(len(COUNTED) + 2, dtype=np.int64))
        system = with_part(system_of(), "cdn", enabled=True, cache_dynamic=cache_dynamic)
        found = {(line.tier, line.unit): line.quantity_count / 730 for line in bill(system, Readings([start, served]))}
        sent_kb = 600 * 50 + 1_000 * 10
        assert found["balancer", "GB"] == pytest.approx((sent_kb - 400 * cdn_kb) / 1e6)
        assert found["traffic", "GB"] == pytest.approx((sent_kb - 500 * cdn_kb) / 1e6)
        assert found["cdn", "GB"] == pytest.approx(500 * cdn_kb / 1e6)
        assert found["cdn", "10,000 requests"] == pytest.approx(0.05)


class TestMachines:
    def test_removed_servers_are_paid_for_until_they_have_finished(self):
        readings = [reading(0, wanted=2), reading(1, wanted=2, servers=5), reading(2, wanted=2, servers=5, busy=1)]
        assert machines(Readings(readings)).tolist() == [2, 2, 3]

    def test_the_mean_over_the_windows_counts(self):
        """2 servers for 1 s, between 2 and 4 for 1 s, 4 for 2 s: 13 server seconds in 4 s."""
        path = [reading(at, wanted=wanted, servers=4) for at, wanted in ((0, 2), (1, 2), (2, 4), (4, 4))]
        assert per_hour(system_of(), *path)["servers"] == pytest.approx(13 / 4 * 0.07976)

    def test_a_server_that_boots_is_paid_for(self):
        live = Simulation(system_of(servers={"boot_s": 5.0}), engine="plain")
        live.advance(0.1)
        live.change(system_of(servers={"boot_s": 5.0, "count": 3}))
        slice_ = live.advance(0.1)
        assert slice_.nodes["takes_part"].tolist()[:3] == [1, 1, 0]
        assert slice_.summary()["cost_per_hour_by_tier.servers"] == pytest.approx(3 * 0.07976)

    def test_a_crashed_server_is_paid_for(self):
        system = system_of(faults=[{"kind": "crash", "index": 1}])
        assert simulate(system, requests=50, engine="plain").summary()["cost_per_hour_by_tier.servers"] == pytest.approx(0.15952)


@pytest.fixture(scope="module")
def result():
    return simulate(system_of(traffic={"static_ratio": 0.5}, cache={"enabled": True}), requests=500, engine="plain", seed=3)


class TestOfARun:
    def test_the_lines_sum_to_the_metrics(self, result):
        lines, summary = result.costs(), result.summary()
        assert lines["cost_per_month"].sum() == pytest.approx(summary["cost_per_month"])
        by_tier = lines.groupby("tier")["cost_per_hour"].sum()
        assert {tier: by_tier.get(tier, 0.0) for tier in TIERS} == pytest.approx(
            {tier: summary[f"cost_per_hour_by_tier.{tier}"] for tier in TIERS}
        )
        assert list(lines) == ["tier", "item", "amount", "unit", "cost_per_month", "cost_per_hour"]

    def test_traffic_is_what_the_servers_sent(self, result):
        rows = result.requests
        sent_kb = (
            10 * ((rows["kind"] > 0) & (rows["outcome"] == 0)).sum() + 50 * ((rows["kind"] == 0) & (rows["outcome"] == 0)).sum()
        )
        amount = result.costs().set_index("tier")["amount"]["traffic"] / (730 * 3_600) * result.duration_s
        assert amount == pytest.approx(sent_kb / 1e6, rel=0.02)  # the last ones are under way when sending stops

    def test_the_timeline_has_the_metrics(self, result):
        assert {"cost_per_hour", "cost_per_month", "cost_per_million_ok"} <= set(result.timeline)
        assert result.timeline["cost_per_hour_by_tier.servers"].unique() == pytest.approx(0.15952)

    def test_the_table_says_where_the_money_goes(self, result):
        text = as_table(result)
        assert "Where the money goes, per hour" in text
        assert "cost per million ok" in text

    def test_what_never_changes_has_no_interval(self, result):
        low, high = result.intervals()["cost_per_hour_by_tier.servers"]
        assert low == high


def test_without_time_there_is_no_bill():
    assert set(cost_metrics(system_of(), Readings([IDLE[0], IDLE[0]])).values()) == {None}


def test_nobody_answered_is_no_price_per_answer():
    assert cost_metrics(system_of(), Readings(IDLE))["cost_per_million_ok"] is None
    assert len(bill(system_of(), Readings(IDLE))) == 6


def test_the_planned_bill_is_that_of_a_run_in_which_all_goes_well():
    system = system_of(traffic={"static_ratio": 0.25, "interarrival_cv": 0.0}, database={"replicas": 1}, cache={"enabled": True})
    measured = simulate(system, requests=4_000, engine="plain").summary()["cost_per_hour"]
    assert planned_cost_per_hour(system) == pytest.approx(measured, rel=0.01)


def test_the_planned_bill_by_hand():
    """100/s of 10 kB are 3.6 GB an hour and 2,628 GB a month, all of it in the first tier."""
    machines_hour = 0.15952 + 8 * 0.0855 + 100 * 0.115 / 730 + 0.0225
    assert planned_cost_per_hour(system_of()) == pytest.approx(machines_hour + 3.6 * (0.09 + 0.008))
