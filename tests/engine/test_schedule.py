"""Faults that are more than one node's: zones, spikes, random crashes; and what a live change makes of them."""

import math

import numpy as np
import pytest

from engine import Simulation, System, simulate
from tests.engine.field_cases import HERE, NO_CHECKS, merged

EVEN = {
    "traffic": {"rate": 100.0, "interarrival_cv": 0.0, "static_ratio": 1.0},
    "network": HERE,
    "servers": {"cpu_ms": 0.0},
}


def system(*faults: dict, **more) -> System:
    return System.model_validate(merged(EVEN, more | {"faults": list(faults)}))


def sent(which: System, seconds: float, window_s: float = 1.0) -> list[int]:
    timeline = simulate(which, duration_s=seconds, window_s=window_s, engine="plain").timeline
    return (timeline["offered_rate"] * window_s).round().astype(int).tolist()


def spike(at_s: float, factor: float, for_s: float) -> dict:
    return {"kind": "traffic_spike", "at_s": at_s, "factor": factor, "for_s": for_s}


class TestTrafficSpike:
    """Arrivals are evenly spaced, so what a second holds is known to one request."""

    def test_multiplies_the_rate_for_a_while(self):
        assert sent(system(spike(1.0, 3.0, 2.0)), 5.0) == pytest.approx([100, 300, 300, 100, 100], abs=1)

    def test_spikes_at_the_same_time_multiply(self):
        assert sent(system(spike(1.0, 2.0, 2.0), spike(2.0, 3.0, 2.0)), 5.0) == pytest.approx([100, 200, 600, 300, 100], abs=1)

    def test_nothing_arrives_while_the_factor_is_0(self):
        assert sent(system(spike(1.0, 0.0, 2.0)), 4.0) == pytest.approx([100, 0, 0, 100], abs=1)

    def test_what_is_left_of_a_gap_passes_at_the_other_rate(self):
        """One request a second, the first due at 1 s; at 0.5 s the rate doubles: half of the gap is left, which takes 0.25 s."""
        which = system(spike(0.5, 2.0, 10.0), traffic={"rate": 1.0})
        arrived = simulate(which, duration_s=3.0, engine="plain").requests["arrived"]
        assert arrived.tolist()[:3] == [750_000_000, 1_250_000_000, 1_750_000_000]

    def test_bursts_and_ramps_are_multiplied_too(self):
        calm = system(traffic={"pattern": "ramp", "ramp_to": 300.0, "ramp_s": 10.0})
        spiking = system(spike(0.0, 2.0, 100.0), traffic={"pattern": "ramp", "ramp_to": 300.0, "ramp_s": 10.0})
        assert sent(spiking, 10.0, 10.0)[0] == pytest.approx(2 * sent(calm, 10.0, 10.0)[0], abs=2)

    def test_a_run_of_a_number_of_requests_waits_for_the_end_of_a_silence(self):
        result = simulate(system(spike(0.5, 0.0, 5.0)), requests=100, engine="plain")
        assert result.stopped == "" and result.requests_sent == 100


class TestZones:
    def test_an_outage_takes_every_node_of_the_zone(self):
        which = system(
            {"kind": "crash", "tier": "zone", "index": 1, "at_s": 0.5},
            network={"zones": 3},
            servers={"count": 5},
            database={"replicas": 2},
        )
        nodes = simulate(which, duration_s=1.0, engine="plain").nodes
        assert nodes["up"].tolist() == [1, 0, 1, 1, 0, 1, 0, 1]

    def test_recovers_as_a_whole(self):
        faults = [{"kind": kind, "tier": "zone", "at_s": at_s} for kind, at_s in (("crash", 0.2), ("recover", 0.4))]
        nodes = simulate(system(*faults, servers={"count": 3}), duration_s=1.0, engine="plain").nodes
        assert nodes["up"].all()

    def test_a_zone_that_is_not_there_is_refused(self):
        with pytest.raises(ValueError, match="there are 2 zones, from 0 to 1, so none is 2"):
            system({"kind": "crash", "tier": "zone", "index": 2}, network={"zones": 2})


def crashing(failure_s: float, repair_s: float, at_s: float = 0.0) -> dict:
    times = {"mean_time_to_failure_s": failure_s, "mean_time_to_repair_s": repair_s}
    return {"kind": "random_crashes", "tier": "servers", "at_s": at_s} | times


class TestRandomCrashes:
    def test_availability_is_time_to_failure_over_the_whole_cycle(self):
        """Ten servers over 1,000 cycles each: 90 / (90 + 10). The share of time up over n cycles has a standard deviation of about
        sqrt(2 / n) × 0.9 × 0.1 (renewal theory, exponential times): 0.0013; four of them, and 5,000 looks add less than one.
        """
        which = system(crashing(90.0, 10.0), traffic={"rate": 0.01}, servers={"count": 10}, balancer=NO_CHECKS)
        up = simulate(which, duration_s=100_000.0, window_s=20.0, engine="compiled").node_timeline["up"][:, :10]
        cycles = 10 * 1_000
        assert up.mean() == pytest.approx(0.9, abs=5 * math.sqrt(2 / cycles) * 0.09)

    def test_nodes_fail_by_themselves(self):
        """Failures of two nodes are independent: both are down for the product of the shares."""
        which = system(crashing(5.0, 5.0), traffic={"rate": 0.01}, servers={"count": 2}, balancer=NO_CHECKS)
        up = simulate(which, duration_s=20_000.0, window_s=5.0, engine="compiled").node_timeline["up"][:, :2]
        both = (up.sum(axis=1) == 0).mean()
        assert both == pytest.approx(0.25, abs=5 * 0.25 / math.sqrt(1_000))

    def test_begins_at_its_time(self):
        which = system(crashing(0.001, 1e6, at_s=5.0), servers={"count": 3}, balancer=NO_CHECKS)
        up = simulate(which, duration_s=10.0, window_s=1.0, engine="plain").node_timeline["up"][:, :3]
        assert up[:5].all() and not up[5:].any()

    def test_another_list_ends_it_and_what_is_down_is_mended(self):
        live = Simulation(system(crashing(0.1, 3.0), servers={"count": 4}, balancer=NO_CHECKS), engine="plain")
        assert not up_after(live, 1.0).all()
        live.change(system(servers={"count": 4}, balancer=NO_CHECKS))
        assert up_after(live, 60.0).all(), "all are mended"
        assert up_after(live, 60.0).all(), "and none fails again"

    def test_a_change_of_something_else_does_not_end_it(self):
        live = Simulation(system(crashing(0.1, 1e6), servers={"count": 4}, balancer=NO_CHECKS), engine="plain")
        live.change(system(crashing(0.1, 1e6), servers={"count": 4}, balancer=NO_CHECKS, traffic={"rate": 50.0}))
        assert not up_after(live, 10.0).any()


def up_after(live: Simulation, seconds: float) -> np.ndarray:
    nodes = live.advance(seconds).nodes
    return nodes["up"][nodes["tier"] == "servers"].to_numpy()
