"""What the challenge says of its running system, on numbers worked by hand and on the page."""

import pytest

ROW = """const row = { k: 0, piece: { series: { 'errors.timeout': [0.01], 'errors.refused': [0.2], 'errors.failed': [0],
    'errors.unavailable': [0] } } };
  const node = (tier, busy, size = 1) => ({ tier, busy, size });"""
FULL_DATABASE = "[node('servers', 97), node('servers', 60), node('database', 98.6), node('database', 20)]"
FULL_SERVERS = "[node('servers', 100), node('database', 95), node('database', 99.9, 0)]"
CALM = "[node('servers', 40), node('servers', 61), node('database', 12)]"
NUMBERS = "servers 61 %, database 12 % busy"


@pytest.mark.parametrize(
    ("failing", "nodes", "words"),
    [
        ([], FULL_DATABASE, ""),
        (["latency_p95_ms", "errors"], FULL_DATABASE, "What limits it now: the database, 99 % busy where it is fullest."),
        (["offered_rate"], FULL_SERVERS, "What limits it now: the servers, 100 % busy where they are fullest."),
        (["errors", "latency_p95_ms"], CALM, f"No tier is full ({NUMBERS}). Most of the errors: refused."),
        (["latency_p95_ms", "offered_rate"], CALM, f"No tier is full ({NUMBERS}). The run’s tail says where the time goes."),
        (["offered_rate", "cost_per_hour"], CALM, f"Nothing limits it yet: {NUMBERS} where they are fullest. More may ask."),
        (["cost_per_hour"], CALM, f"Only the cost: {NUMBERS} where they are fullest. What idles is paid for too."),
    ],
)
def test_the_first_thing_in_the_way_is_named(challenge, failing, nodes, words):
    body = f"{ROW} const m = await import('/app/static/stage/goal.js'); return m.limits(new Set({failing}), row, {nodes});"
    assert challenge.evaluate(f"async () => {{ {body} }}") == words


@pytest.fixture
def challenge(visit):
    """The challenge's page."""
    return visit(path="challenge")


def test_the_challenge_says_what_limits_the_design(challenge):
    """The page begins calm and at a hundredth of the rate that is asked for."""
    challenge.wait_for_function(
        "() => /^Nothing limits it yet: servers \\d+ %/.test(document.querySelector('.goal > .hint').textContent)"
    )
