"""What is told of each region: its requests' outcomes, and how long they took."""

import pytest

from engine import System, simulate

FAR = {"europe_west": {"europe_west": 10.0, "india": 110.0}}


def test_each_region_has_its_share_and_its_distance():
    system = System.model_validate({
        "traffic": {"rate": 200.0, "static_ratio": 1.0, "regions": {"europe_west": 3.0, "india": 1.0, "oceania": 0.0}},
        "network": {"rtt_ms": FAR},
        "balancer": {"overhead_ms": 0.0},
        "servers": {"cpu_ms": 0.0},
    })  # fmt: skip
    told = simulate(system, requests=4_000, seed=1).regions
    assert told["name"].tolist() == ["europe_west", "india"]  # nobody asks from Oceania
    assert told["latency_mean_ms"].tolist() == pytest.approx([10.0, 110.0])
    assert told["error_rate"].tolist() == [0.0, 0.0]
    # A quarter of 4,000 with a standard deviation of 27: four of them.
    assert told["ok"].sum() == 4_000
    assert told["ok"][1] == pytest.approx(1_000, abs=4 * 27.4)
