"""What the benchmark compares is the same thing: the peer's model has the reference's latencies, request by request."""

import pytest

from benchmarks import peer_simpy
from benchmarks.scenario import SCENARIOS, SEED, path_of, replay_of, system_of
from engine.log import OK
from engine.reference import World

REQUESTS = 3_000
LONG_AFTER_NS = 10**14


@pytest.mark.parametrize("lean", [False, True])
@pytest.mark.parametrize("name", SCENARIOS)
def test_the_simpy_peer_tells_the_same_story(name, lean):
    system = system_of(SCENARIOS[name])
    world = World(system, SEED, REQUESTS)
    world.advance(LONG_AFTER_NS)
    expected = [(attempt.ended - attempt.arrived) / 1e9 for attempt in world.log if attempt.outcome == OK]
    latencies = peer_simpy.run(replay_of(system, REQUESTS), path_of(system), lean)
    assert len(latencies) == len(expected) > 0.95 * REQUESTS
    assert sorted(latencies) == pytest.approx(sorted(expected), abs=1e-9)
