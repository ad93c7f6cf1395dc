"""The sentence names the cause: hand-made situations, and what must and must not be said of them."""

import pytest

from dashboard.sentence import Facts, describe


def facts(**more):
    """Four servers alike at 75 %, calm."""
    calm = {
        "algorithm": "round_robin", "rate": 2_000.0, "busy": (75.0,) * 4, "waiting": (0.2,) * 4, "taken": (500.0,) * 4,
        "up": (True,) * 4, "seen": (True,) * 4, "speeds": (1.0,) * 4,
    }  # fmt: skip
    return Facts(**(calm | more))


def test_calm_is_told_as_calm():
    key, text = describe(facts())
    assert key == "calm"
    assert "75 % busy" in text
    assert "2,000 requests a second" in text


def test_a_slow_server_under_round_robin_gets_its_full_share():
    slow = facts(busy=(76, 76, 97, 76), waiting=(1, 1, 12, 1), speeds=(1, 1, 0.78, 1), tail_in_queue=(0, 0, 0.66, 0))
    key, text = describe(slow)
    assert key == "slow-2"
    assert "Server 3 works at 78 % of the others' speed" in text
    assert "every fourth request" in text
    assert "97 % busy" in text
    assert "In the last second: 97 % busy, a mean queue of twelve," in text
    assert "66 % of the time of the slowest 1 %" in text


def test_a_slow_server_with_room_is_no_alarm():
    key, text = describe(facts(busy=(50, 50, 64, 50), speeds=(1, 1, 0.78, 1)))
    assert key == "slow-room-2"
    assert "keeps up" in text


def test_least_connections_sends_a_slow_server_less():
    key, text = describe(
        facts(algorithm="least_connections", busy=(78, 78, 80, 78), taken=(520, 520, 440, 520), speeds=(1, 1, 0.78, 1))
    )
    assert key == "slow-adaptive-2"
    assert "22 % of the requests instead of 25 %" in text


def test_a_crash_is_told_before_and_after_the_balancer_notices():
    unnoticed = describe(facts(up=(True, False, True, True), busy=(75, 0, 75, 75)))
    assert unnoticed[0] == "unnoticed-1"
    assert "Server 2 is down" in unnoticed[1]
    assert "not noticed" in unnoticed[1]
    noticed = describe(
        facts(up=(True, False, True, True), seen=(True, False, True, True), busy=(80, 0, 80, 80), taken=(667, 0, 667, 667))
    )
    assert noticed[0] == "out-1-False"
    assert "sends nothing there" in noticed[1]
    assert "other three" in noticed[1]
    back = describe(facts(seen=(True, False, True, True), busy=(90, 0, 90, 90), taken=(667, 0, 667, 667)))
    assert back[0] == "back-1"
    assert "health checks" in back[1]


def test_three_servers_that_cannot_carry_four_shares_say_so():
    _, text = describe(facts(up=(True, False, True, True), seen=(True, False, True, True), busy=(100, 0, 100, 100)))
    assert "queues grow" in text


def test_nobody_left():
    assert "nobody can answer" in describe(facts(up=(False,) * 4))[1]
    assert "turns every request away" in describe(facts(seen=(False,) * 4))[1]


@pytest.mark.parametrize(("algorithm", "word"), [("least_connections", "look idle"), ("round_robin", "does not look at answers")])
def test_a_server_that_fails_fast_attracts_those_who_count(algorithm, word):
    key, text = describe(facts(algorithm=algorithm, failing=(False, True, False, False), taken=(200, 1_400, 200, 200)))
    assert key == "failing-1"
    assert word in text
    assert "70 %" in text


def test_overload_names_the_growth_and_those_who_give_up():
    key, text = describe(facts(rate=3_000.0, busy=(100.0,) * 4, waiting=(400.0,) * 4, queue_growth=340.0, timeouts=0.25))
    assert key == "overload"
    assert "3,000 requests" in text
    assert "340 requests every second" in text
    assert "25 % of the clients give up" in text


def test_the_database_is_blamed_when_it_is_full():
    key, text = describe(facts(database_busy=99.0, database_waiting=192.0, busy=(60.0,) * 4))
    assert key == "database"
    assert "192 queries" in text
    assert "Another server would not help" in text


def test_one_hot_server_among_equals():
    key, text = describe(facts(algorithm="client_hash", busy=(60, 60, 99, 60), waiting=(0, 0, 30, 0), taken=(400, 400, 800, 400)))
    assert key == "hot-2"
    assert "server 3 is full" in text.lower()
    assert "40 % of the requests" in text


def test_one_server_alone():
    text = describe(facts(busy=(30.0,), waiting=(0.0,), taken=(100.0,), up=(True,), seen=(True,), speeds=(1.0,), rate=100.0))[1]
    assert text.startswith("One server takes 100 requests a second.")
