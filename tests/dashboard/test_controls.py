"""Controls read the system's fields: bounds, unit, scale and help; values are clamped, and put into a system."""

import math

import pytest

from dashboard.controls import BadValue, control
from engine.system import System
from engine.system.paths import field_at, value_at, with_values


def test_a_control_reads_its_field():
    rate = control("traffic.rate", "Requests per second", "Traffic")
    info = System.model_fields["traffic"].annotation.model_fields["rate"]
    assert rate.help == info.description
    assert (rate.unit, rate.scale, rate.kind, rate.whole) == ("requests/s", "log", "slider", False)
    assert (rate.low, rate.high) == (0.01, 1_000_000)


def test_a_page_narrows_a_range_but_never_widens_it():
    wide = control("balancer.unhealthy_after", "Unhealthy after", "Balancer", low=-5, high=10_000)
    assert (wide.low, wide.high, wide.most) == (1, 100, 100)
    narrow = control("servers.count", "Servers", "Servers", high=12, most=300)
    assert (narrow.low, narrow.high, narrow.most) == (1, 12, 300)


def test_a_choice_offers_all_values_that_are_simulated():
    algorithm = control("balancer.algorithm", "Algorithm", "Balancer")
    names = [name for name, _ in algorithm.choices]
    assert names[:3] == ["round_robin", "least_connections", "power_of_two"]
    assert len(names) == 8
    eviction = control("cache.eviction", "Eviction", "Cache")
    for name, _ in eviction.choices:
        System.model_validate({"cache": {"eviction": name}})


@pytest.mark.parametrize(
    ("path", "given", "kept"),
    [
        ("servers.count", 4, 4),
        ("servers.count", -3, 1),
        ("servers.count", 10**12, 1_000),
        ("servers.count", 2.6, 3),
        ("traffic.rate", 1e300, 1_000_000),
        ("traffic.rate", 0, 0.01),
        ("client.timeout_ms", None, None),
        ("cache.enabled", True, True),
        ("servers.speeds.2", 0.5, 0.5),
        ("servers.speeds.2", 0, 0.001),
    ],
)
def test_values_are_clamped_to_the_range(path, given, kept):
    assert control(path, "x", "y").clean(given) == kept


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("servers.count", "4"),
        ("servers.count", None),
        ("servers.count", True),
        ("servers.count", math.nan),
        ("traffic.rate", math.inf),
        ("traffic.rate", [1]),
        ("traffic.rate", {"a": 1}),
        ("balancer.algorithm", "magic"),
        ("balancer.algorithm", ["round_robin"]),
        ("cache.enabled", 1),
        ("cache.enabled", None),
    ],
)
def test_what_is_no_value_is_refused(path, given):
    with pytest.raises(BadValue, match=path):
        control(path, "x", "y").clean(given)


def test_values_reach_the_system_and_leave_other_parts_alone():
    system = System.model_validate({"servers": {"count": 4}})
    changed = with_values(system, {"traffic.rate": 50.0, "servers.speeds.2": 0.5})
    assert changed.traffic.rate == 50
    assert changed.servers.speeds == [1.0, 1.0, 0.5]
    assert changed.servers.count == 4
    assert changed.database is system.database
    assert system.servers.speeds == []


def test_a_control_shows_the_field_and_a_missing_speed_is_1():
    system = System.model_validate({"servers": {"speeds": [0.5]}})
    assert value_at(system, "servers.speeds.0") == 0.5
    assert value_at(system, "servers.speeds.7") == 1
    assert value_at(system, "servers.count") == system.servers.count


@pytest.mark.parametrize(
    "path", ["__class__", "model_fields", "servers.__class__", "traffic.regions.x.__class__", "servers.count.real"]
)
def test_a_path_leads_to_fields_only(path):
    with pytest.raises(AttributeError, match="no field"):
        value_at(System(), path)


@pytest.mark.parametrize(
    "path",
    [
        "servers.speeds.x", "servers.speeds.0.1", "servers.speeds.1000", "servers.speeds.0_0", "traffic.rate.x",
        "traffic.regions.x.y", "traffic.steps.0", "traffic.recording.0", "cdn.pops.0",
        "network.rtt_ms.europe_west", "network.rtt_ms.europe_west.us_east",
    ],
)  # fmt: skip
def test_a_path_to_what_is_no_number_of_a_list_leads_nowhere(path):
    with pytest.raises(KeyError):
        field_at(path)


def test_a_list_is_never_made_longer_than_it_may_be():
    with pytest.raises(IndexError, match="at most"):
        with_values(System(), {"servers.speeds.999999999": 0.5})
