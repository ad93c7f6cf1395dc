"""The autoscaler in whole systems: traces worked by hand."""

import numpy as np
import pytest

from engine import Simulation, System, simulate


def evenly(**more) -> System:
    """100 requests/s, evenly spaced, of 8 ms each: 0.8 of a vCPU; a decision every 10 s by the last 10 s; boots take almost 5 s."""
    scaler = {
        "enabled": True, "interval_s": 10.0, "metric_window_s": 10.0, "target_utilisation": 0.45, "scale_down_cooldown_s": 0.0,
    }  # fmt: skip
    return System.model_validate(
        {
            "traffic": {"rate": 100.0, "interarrival_cv": 0.0, "static_ratio": 1.0},
            "network": {"rtt_ms": {"europe_west": {"europe_west": 0.0}}},
            "servers": {"count": 1, "vcpus": 1, "cpu_ms": 8.0, "service_distribution": "deterministic", "boot_s": 4.9},
            "autoscaler": scaler | more,
        }
    )


def counts(system: System, seconds: int) -> list[int]:
    """Servers in rotation at the end of each five seconds."""
    result = simulate(system, duration_s=float(seconds), window_s=5.0, engine="plain")
    return result.node_timeline["takes_part"][:, : len(result.nodes) - 1].sum(axis=1).astype(int).tolist()


class TestTraces:
    def test_up_twice_and_down_again(self):
        """At 10 s: 0.8 ÷ 0.45 = 1.8: two. At 20 s: the first was at 0.8 and, when the other had come, at 0.4: 0.6, the other 0.4
        since it joined: 1.0 ÷ 0.45 = 2.2: three. At 30 s: 0.4 and 0.27: 0.33 each, and 0.27: 0.93 ÷ 0.45 = 2.07: three. At 40 s:
        0.8 ÷ 0.45 = 1.8: two, at once. At 50 s: the same, and it stays so.
        """
        #              5  10  15  20  25  30  35  40  45  50  55  60
        expected = [1, 1, 2, 2, 3, 3, 3, 3, 2, 2, 2, 2]
        assert counts(evenly(), 60) == expected

    def test_a_fall_waits_until_the_window_has_forgotten_the_rise(self):
        """Three were asked for at 20 s and 30 s: of the last 25 s the decision at 50 s still sees the second, that at 60 s none."""
        assert counts(evenly(scale_down_cooldown_s=25.0), 70) == [1, 1, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 2, 2]

    def test_a_rise_waits_for_the_window(self):
        """The one of the beginning counts as asked for: within 15 s of it the number stays; later only twos were asked for."""
        assert counts(evenly(scale_up_cooldown_s=15.0), 40) == [1, 1, 1, 1, 2, 2, 2, 2]
        assert counts(evenly(scale_up_cooldown_s=100.0), 60) == [1] * 12

    def test_bounds(self):
        assert counts(evenly(max=1), 40) == [1] * 8
        assert counts(evenly(min=4), 40) == [1, 1, 4, 4, 4, 4, 4, 4]

    def test_a_longer_window_and_a_wider_tolerance(self):
        """A window of 20 s: at 10 s all there is; at 20 s the first server's 0.7 of 20 s and 0.4: 1.1 ÷ 0.45 = 2.4: three. A
        tolerance of 0.9 lets 0.8 ÷ 0.45 = 1.78 pass.
        """
        assert counts(evenly(metric_window_s=20.0), 30) == [1, 1, 2, 2, 3, 3]
        assert counts(evenly(tolerance=0.9), 30) == [1] * 6

    def test_a_server_that_boots_is_not_asked_for_twice(self):
        """A boot of 12 s, longer than the time between decisions. At 10 s: two, the second at 22 s. At 20 s it counts as idle:
        0.8 ÷ 0.9 = 0.89 asks for fewer, so nothing changes. At 30 s: the first had 0.8 for 2 s and 0.4 for 8 s: 0.48, the second
        0.4: 0.88 ÷ 0.9 = 0.98 is within the tolerance. From 40 s on 0.8 ÷ 0.45 = 1.8: two. With boots of 5 s there were three.
        """
        system = evenly()
        slow = system.model_copy(update={"servers": system.servers.model_copy(update={"boot_s": 12.0})})
        assert counts(slow, 60) == [1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2]

    def test_a_dead_server_counts_as_idle_when_more_are_needed_and_not_at_all_otherwise(self):
        """Two servers at 0.4, of which one dies at 12 s and is out of rotation by 13 s: at 20 s the other has 0.4 × 0.3 + 0.8 × 0.7
        = 0.68 of the last ten seconds: 0.68 ÷ 0.45 = 1.5 asks for more, so the dead one counts as idle: 0.68 ÷ 0.9 = 0.76 asks for
        fewer: nothing changes.
        """
        system = evenly().model_dump() | {
            "faults": [{"kind": "crash", "index": 1, "at_s": 12.0}],
            "balancer": {"health_check_interval_s": 0.5, "unhealthy_after": 2},
        }
        system["servers"] |= {"count": 2}
        assert counts(System.model_validate(system), 25) == [2, 2, 2, 2, 2]

    def test_a_dead_server_may_make_the_load_tolerable(self):
        """The same with a target of 0.38. From 30 s on the other is at 0.8: alone that were 2.1 and asked for three, but beside an
        idle one it is 0.8 ÷ 0.76 = 1.05, within the tolerance.
        """
        system = evenly(target_utilisation=0.38).model_dump() | {
            "faults": [{"kind": "crash", "index": 1, "at_s": 12.0}],
            "balancer": {"health_check_interval_s": 0.5, "unhealthy_after": 2},
        }
        system["servers"] |= {"count": 2}
        assert counts(System.model_validate(system), 45) == [2] * 9


class TestLive:
    def test_a_change_of_something_else_keeps_what_the_autoscaler_has_made(self):
        live = Simulation(evenly(), engine="plain")
        live.advance(16.0)
        faster = evenly(tolerance=0.1).model_copy(update={"network": System().network})
        live.change(faster)
        assert in_rotation(live) == 2

    def test_a_change_of_the_number_of_servers_sets_it(self):
        live = Simulation(evenly(), engine="plain")
        live.advance(16.0)
        system = evenly()
        live.change(system.model_copy(update={"servers": system.servers.model_copy(update={"count": 4, "boot_s": 0.0})}))
        assert in_rotation(live) == 4

    def test_switched_off_the_number_is_the_description_s(self):
        live = Simulation(evenly(), engine="plain")
        live.advance(16.0)
        live.change(evenly(enabled=False))
        assert in_rotation(live) == 1

    def test_going_back_takes_back_its_decisions(self):
        live = Simulation(evenly(), engine="plain")
        live.advance(12.0)
        live.advance(20.0)
        there = in_rotation(live)
        live.seek(8.0)
        assert in_rotation(live) == 1
        live.seek(32.0)
        assert in_rotation(live) == there == 3


def in_rotation(live: Simulation) -> int:
    nodes = live.advance(1e-3).nodes
    return int(np.sum(nodes["takes_part"][nodes["tier"] == "servers"]))


@pytest.mark.parametrize("engine", ["plain", "reference"])
def test_both_engines_take_the_same_decisions(engine):
    result = simulate(evenly(), duration_s=60.0, window_s=5.0, engine=engine)
    assert result.nodes["takes_part"].tolist() == [1, 1, 0, 1]
