"""A circuit breaker before a database that never answers in time: how many calls it lets through, by the renewal argument.

Open, it waits for its time and then for the next request, which is its trial; a trial that fails begins the next cycle.
"""

import pytest

from engine import System
from tests.theory.trials import Target, assert_agrees, data_system, summary


def broken(rate, open_s, *, servers=1, timeout_s=None, read_s=0.0, dead=True) -> System:
    """Reads only; one failure opens the breakers, and the database is dead or takes longer than clients wait."""
    breaker = {"enabled": True, "failures": 1, "half_open_after_s": open_s}
    database = {"breaker": breaker, "read_ms": 1_000 * read_s, "service_distribution": "deterministic"}
    tree = data_system(rate, database=database).model_dump()
    tree["client"] |= {"timeout_ms": 1_000 * timeout_s if timeout_s else None}
    tree["servers"] |= {"count": servers}
    tree["balancer"] |= {"algorithm": "random"}
    return System.model_validate(tree | {"faults": [{"kind": "crash", "tier": "database"}] if dead else []})


@pytest.mark.parametrize("servers", [1, 3])
@pytest.mark.parametrize(("rate", "open_s"), [(10.0, 0.05), (10.0, 0.5), (50.0, 1.0)])
def test_one_call_a_cycle_is_let_through_to_a_dead_database(rate, open_s, servers):
    """A cycle of a server's breaker is its time and the gap to the next request there: 1 of 1 + rate × time is let through."""
    through = 1 / (1 + rate * open_s)
    targets = {"failed": Target(through, 0.04), "refused": Target(1 - through, 0.04)}
    measures = {"failed": summary("errors.failed"), "refused": summary("errors.refused")}
    assert_agrees(broken(rate * servers, open_s, servers=servers), targets, measures, 60_000)


def test_while_a_call_is_on_trial_all_others_are_refused():
    """Reads take 0.4 s and clients wait 0.1 s: the trial is part of the cycle."""
    through = 1 / (1 + 20 * (0.5 + 0.4))
    targets = {"late": Target(through, 0.04), "refused": Target(1 - through, 0.04)}
    measures = {"late": summary("errors.timeout"), "refused": summary("errors.refused")}
    assert_agrees(broken(20, 0.5, timeout_s=0.1, read_s=0.4, dead=False), targets, measures, 60_000)
