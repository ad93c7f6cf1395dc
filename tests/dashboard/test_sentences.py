"""What is said beyond servers and balancer: hand-made situations, and what must and must not be said of them."""

import pytest

from dashboard.sentences import describe
from dashboard.sentences.facts import Caching, DatabaseNode, Delivery, Facts, Impatience, Replication


def node(group=0, member=0, busy=40.0, **more):
    """A database node, the first of its group the primary."""
    return DatabaseNode(
        **(
            {"group": group, "member": member, "primary": member == 0, "up": True, "busy": busy, "waiting": 0.0, "taken": 100.0}
            | more
        )
    )


def facts(**more):
    """Four servers alike, a primary and two replicas, calm."""
    calm = {
        "algorithm": "round_robin", "rate": 1_500.0, "goodput": 1_500.0, "busy": (40.0,) * 4, "waiting": (0.2,) * 4,
        "taken": (375.0,) * 4, "up": (True,) * 4, "seen": (True,) * 4, "speeds": (1.0,) * 4, "p95_ms": 50.0,
    }  # fmt: skip
    return Facts(**(calm | more))


def replicated(*nodes, **more):
    """Facts with these database nodes and replication."""
    told = {"read_from": "replicas", "lag_ms": 120.0, "stale_ratio": 0.03, "failover_s": 5.0}
    busiest = max(one.busy for one in nodes)
    return facts(database=nodes, database_busy=busiest, replication=Replication(**(told | more)))


def test_calm_replication_says_who_does_what_and_how_old_reads_are():
    key, text = describe(replicated(node(busy=20), node(member=1, busy=60), node(member=2, busy=64)))
    assert key == "replicated"
    assert "62 % busy" in text
    assert "after 120 ms" in text
    assert "3 % of the reads" in text


def test_a_dead_primary_is_told_with_what_still_works_and_when_it_ends():
    key, text = describe(replicated(node(up=False), node(member=1), node(member=2)))
    assert key == "primary-0"
    assert "no write there can be committed" in text
    assert "Reads still find replicas" in text
    assert "five seconds" in text
    assert "Nobody is promoted" in describe(replicated(node(up=False), node(member=1), failover_s=None))[1]


def test_a_failover_says_what_it_lost():
    after = (node(up=False, primary=False), node(member=1, primary=True), node(member=2))
    assert "14 writes that had been confirmed" in describe(replicated(*after, lost_writes=14))[1]
    assert "lost" not in describe(replicated(*after))[1]
    assert "are lost" in describe(replicated(*after, lost_writes=14, crashed_s=20.0))[1]
    assert describe(replicated(*after, lost_writes=14, crashed_s=26.0))[0] == "replica-0-0", "told for 20 s after the failover"


def test_more_replicas_do_not_take_writes():
    key, text = describe(replicated(node(busy=99), node(member=1, busy=50)))
    assert key == "writes"
    assert "however many replicas" in text


def test_full_replicas_lag():
    key, text = describe(replicated(node(busy=30), node(member=1, busy=99), lag_ms=2_400.0))
    assert key == "reads"
    assert "2.4 s" in text


def test_a_hot_shard_is_named():
    nodes = (node(0, busy=99), node(1, busy=40), node(2, busy=44))
    key, text = describe(facts(database=nodes, database_busy=99.0, shards=3))
    assert key == "hot-0"
    assert text.startswith("Shard 1 is full (99 % busy), the others are 42 % busy")


def test_a_replica_that_is_cut_off_looks_well_and_is_stale():
    key, text = describe(replicated(node(), node(member=1), node(member=2), cut=((0, 2),), stale_ratio=0.2))
    assert key == "cut-0-2"
    assert "20 % of the reads were stale" in text


def cached(busy=40.0, **more):
    """Facts with a cache before one database."""
    told = Caching(**({"hit_ratio": 0.9, "nodes": 2, "up": 2, "ttl_s": 60.0} | more))
    return facts(caching=told, database=(node(busy=busy),), database_busy=busy)


def test_a_cache_is_told_by_what_it_spares():
    assert describe(cached())[0] == "cached"
    assert "90 % of the look-ups" in describe(cached())[1]


def test_an_emptied_cache_is_cold_for_a_while():
    key, text = describe(cached(busy=99.0, hit_ratio=0.1, emptied_s=3.0))
    assert key == "cache-cold"
    assert "three seconds ago" in text
    assert describe(cached(emptied_s=40.0))[0] == "cached"
    assert describe(cached(emptied_s=3.0, emptied=1))[1].startswith("Cache node 2 was emptied")
    assert describe(cached(emptied_s=3.0, emptied=0, nodes=1, up=1))[1].startswith("The cache was emptied")


def test_a_stampede_is_told_where_nobody_waits_for_anothers_fetch():
    assert "even for what another is fetching" in describe(cached(busy=99.0, hit_ratio=0.7))[1]
    assert "another is fetching" not in describe(cached(busy=99.0, hit_ratio=0.7, coalescing=True))[1]


def test_another_number_of_cache_nodes_is_blamed_before_what_was_emptied_earlier():
    key, text = describe(cached(hit_ratio=0.4, emptied_s=9.0, placed_s=2.0))
    assert key == "cache-moved"
    assert "two seconds ago, so most keys belong to another node" in text
    assert "only some keys belong" in describe(cached(placed_s=2.0, placement="consistent_hash"))[1]
    assert describe(cached(emptied_s=1.0, placed_s=9.0))[0] == "cache-cold"
    assert describe(cached(placed_s=40.0))[0] == "cached"


def test_a_full_database_behind_a_cache_blames_the_misses():
    key, text = describe(cached(busy=99.0, hit_ratio=0.2))
    assert key == "database"
    assert "answers only 20 % of the look-ups" in text


def test_a_lost_cache_node_is_told_with_what_comes_of_it():
    key, text = describe(cached(up=1, hit_ratio=0.4))
    assert key == "cache-down-1"
    assert "One of two cache nodes is down" in text


def test_distance_is_told_by_the_nearest_and_the_farthest():
    told = Delivery(hit_ratio=0.9, offload=0.6, pops=("Ireland",))
    text = describe(facts(delivery=told, regions=(("Ireland", 24.0), ("Sydney", 280.0))))[1]
    assert "60 % of what is asked never reaches the origin" in text
    assert "near Sydney 280 ms" in text


def test_a_point_of_presence_that_is_gone_sends_its_users_on():
    told = Delivery(hit_ratio=0.9, offload=0.6, pops=("Ireland",), down=("Singapore",))
    key, text = describe(facts(delivery=told, regions=(("Sydney", 280.0),)))
    assert key == "pops-1"
    assert "Singapore is down" in text
    assert "Users near Sydney wait longest now" in text


def test_an_overload_that_outlives_its_cause_is_told_as_such():
    storm = Impatience(attempts=3.9, attempt_rate=7_000.0, retries=3, spike_ended_s=12.0)
    key, text = describe(facts(rate=1_800.0, goodput=20.0, busy=(100.0,) * 4, impatience=storm, timeouts=0.9))
    assert key == "metastable"
    assert "twelve seconds ago" in text
    assert "3.9 times" in text


def test_after_a_spike_that_did_no_harm_nothing_is_said_of_it():
    assert describe(facts(impatience=Impatience(spike_ended_s=12.0)))[0] == "calm"


def test_retries_are_told_by_what_they_make_of_the_load():
    key, text = describe(facts(rate=1_800.0, goodput=900.0, impatience=Impatience(attempts=2.0, attempt_rate=3_600.0)))
    assert key == "storm"
    assert "each is tried 2.0 times: 3,600 attempts" in text


def test_a_breaker_that_is_open_is_told():
    assert "circuit breakers of 3 servers are open" in describe(facts(impatience=Impatience(open_breakers=3, refused=0.4)))[1]


@pytest.mark.parametrize(("limit", "key"), [("memory", "memory"), ("shed", "shedding")])
def test_refusals_say_what_they_are_for(limit, key):
    assert describe(facts(impatience=Impatience(refused=0.2, limit=limit)))[0] == key


def test_an_autoscaler_tells_the_hole_between_wanting_and_having():
    key, text = describe(facts(wanted=6, target=70.0))
    assert key == "scaling-up-6"
    assert "wants six servers and four serve" in text
    assert describe(facts(wanted=4, target=70.0))[0] == "scaled"


def test_full_servers_say_that_others_boot():
    full = facts(busy=(100.0,) * 4, waiting=(40.0,) * 4, wanted=9)
    assert describe(full)[1].endswith("The autoscaler wants nine servers; the others still boot.")
    assert "autoscaler" not in describe(facts(busy=(100.0,) * 4, waiting=(40.0,) * 4, wanted=4))[1]


def test_refusals_of_one_full_server_are_blamed_on_who_sends_them_there():
    hot = {"busy": (10.0, 100.0, 20.0, 30.0), "waiting": (0.0, 200.0, 0.0, 0.0), "algorithm": "consistent_hash"}
    key, text = describe(facts(**hot, impatience=Impatience(refused=0.13, limit="queue")))
    assert key == "hot-1"
    assert "does not see queues" in text
    even = {"busy": (80.0,) * 4, "waiting": (9.0,) * 4}
    assert describe(facts(**even, impatience=Impatience(refused=0.13, limit="shed")))[0] == "shedding"


@pytest.mark.parametrize(("algorithm", "key"), [("random", "uneven-0"), ("round_robin", "calm")])
def test_round_robin_is_uneven_only_where_a_server_has_just_come(algorithm, key):
    assert describe(facts(taken=(400.0, 400.0, 100.0, 100.0), algorithm=algorithm))[0] == key


ONE = {"busy": (50.0,), "waiting": (0.0,), "taken": (70.0,), "up": (True,), "seen": (True,), "speeds": (1.0,), "rate": 70.0}


def test_one_machine_is_told_by_how_full_it_is():
    assert describe(facts(**ONE, colocated=True))[1].endswith("The database shares its vCPUs.")
    busy = describe(facts(**ONE | {"busy": (85.0,), "waiting": (3.0,)}))
    assert busy[0] == "one-busy"
    assert "3 requests wait on average" in busy[1]
    assert describe(facts(**ONE | {"busy": (99.0,)}))[0] == "one-full"


def test_a_large_machine_says_what_it_loses_to_itself():
    assert "48 vCPUs a request computes 2.8 times as long as on one" in describe(facts(**ONE, vcpus=48, growth=2.84))[1]
    full = ONE | {"busy": (100.0,), "waiting": (90.0,)}
    assert "a request computes 20.1 times as long as on one" in describe(facts(**full, vcpus=64, growth=20.1))[1]
    assert "16 vCPUs a request computes 40 % longer than on one" in describe(facts(**ONE, vcpus=16, growth=1.4))[1]


def test_one_request_waits_and_two_wait():
    assert "and 1 request waits on average" in describe(facts(**ONE | {"waiting": (1.2,)}))[1]
    assert "and 2 requests wait on average" in describe(facts(**ONE | {"waiting": (2.0,)}))[1]


def test_a_full_machine_that_answers_nobody_works_for_those_who_left():
    lost = ONE | {"busy": (100.0,), "waiting": (900.0,)}
    assert "for clients who have left" in describe(facts(**lost, timeouts=1.0, goodput=0.0))[1]
    assert "who have left" not in describe(facts(**lost, timeouts=0.2, goodput=60.0))[1]


@pytest.mark.parametrize(
    ("growth", "words"),
    [(300.0, "more than four servers can do"), (-300.0, "is worked off, 300 requests every second"), (20.0, "40 wait on average")],
)
def test_full_servers_say_what_keeps_them_full(growth, words):
    """1,500 requests a second make queues grow or shrink by up to 110 a second by chance alone: 2 × √(2 × 1,500)."""
    text = describe(facts(busy=(100.0,) * 4, waiting=(10.0,) * 4, queue_growth=growth))[1]
    assert words in text


def test_keys_on_their_way_are_counted_with_what_they_cost():
    nodes = (node(busy=50), node(group=1, busy=70))
    key, text = describe(facts(database=nodes, database_busy=70.0, shards=2, items=20_000, keys_moving=1_500))
    assert key == "resharding"
    assert "1,500 (8 % of all)" in text and "60 % busy" in text
    assert describe(facts(database=nodes, database_busy=70.0, shards=2, items=20_000))[0] == "sharded"
