"""What makes the slow requests slow: by hand, on random rows, and on runs."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import System, simulate
from engine.log import COLUMNS, OK, OUTCOMES, STAGES, TIMEOUT
from engine.stages import stages_of
from engine.tail import FEWEST_REQUESTS, MOST_BUCKETS, exemplars_of, tail_of

MS = 10**6


def row(request: int, *, network=0, queue=0, cpu=0, database=0, failed=0, pause=0, attempt=0, outcome=OK, final=1) -> list[int]:
    """A row of the log with these parts, in ns; the request came at its number, in ms."""
    arrived = request * MS
    sent = arrived + failed + pause
    at_server = sent + network
    cpu_at = at_server + queue
    cpu_done = cpu_at + cpu
    left = cpu_done + database
    known = {
        "request": request, "attempt": attempt, "kind": 1, "db_node": 0, "looked_up": -1, "arrived": arrived, "sent": sent,
        "at_balancer": at_server, "dispatched": at_server, "worker_at": cpu_at, "cpu_at": cpu_at, "cpu_done": cpu_done,
        "db_queued": cpu_done, "db_at": cpu_done, "db_done": left, "left": left, "ended": left, "outcome": outcome, "final": final,
        "failed_ns": failed, "retry_wait_ns": pause,
    }  # fmt: skip
    return [known.get(name, -1) for name in COLUMNS]


def table(*rows: list[int]) -> np.ndarray:
    return np.array(rows, dtype=np.int64).reshape(len(rows), len(COLUMNS))


def parts_of(tail) -> dict[str, tuple[int, int, Fraction]]:
    return {part.stage: (part.middle_ns, part.tail_ns, part.excess_ratio) for part in tail.parts if part.middle_ns or part.tail_ns}


class TestTailByHand:
    def test_200_requests_of_which_two_are_slow(self):
        """The middle has 20 of 4 + 6 ms; the two slow ones have 4 + 6 + 30 and 4 + 16 + 60 ms: means 4, 11 and 45 ms."""
        usual = [row(i, network=4 * MS, cpu=6 * MS) for i in range(198)]
        slow = [row(300, network=4 * MS, cpu=6 * MS, queue=30 * MS), row(301, network=4 * MS, cpu=16 * MS, queue=60 * MS)]
        tail = tail_of(table(*slow, *usual))
        assert (tail.kept_count, tail.tail_count, tail.middle_count) == (200, 2, 20)
        assert parts_of(tail) == {
            "network": (4 * MS, 4 * MS, Fraction(0)),
            "server_queue": (0, 45 * MS, Fraction(45, 50)),
            "server_cpu": (6 * MS, 11 * MS, Fraction(5, 50)),
        }
        assert (tail.middle_ns, tail.tail_ns) == (10 * MS, 60 * MS)

    def test_a_stage_in_which_slow_requests_are_shorter_has_a_negative_share(self):
        usual = [row(i, cpu=10) for i in range(99)]
        assert parts_of(tail_of(table(*usual, row(99, cpu=2, database=16)))) == {
            "server_cpu": (10, 2, Fraction(-8, 8)),
            "database_service": (0, 16, Fraction(16, 8)),
        }

    def test_means_are_rounded_so_that_they_sum(self):
        """Three slow ones of 250 with 40 ns together, 13 each: the means 10/3, 20/3 and 10/3 become 3, 7 and 3."""
        usual = [row(i) for i in range(247)]
        slow = [row(300, cpu=10, queue=10), row(301, cpu=10), row(302, database=10)]
        tail = tail_of(table(*usual, *slow))
        assert parts_of(tail) == {
            "server_queue": (0, 3, Fraction(3, 13)),
            "server_cpu": (0, 7, Fraction(7, 13)),
            "database_service": (0, 3, Fraction(3, 13)),
        }

    def test_earlier_attempts_are_part_of_it(self):
        usual = [row(i, cpu=10) for i in range(99)]
        first = row(99, cpu=1_000, final=0, outcome=TIMEOUT)
        tail = tail_of(table(*usual, first, row(99, cpu=10, failed=1_000, pause=500, attempt=1)))
        assert parts_of(tail)["failed_attempts"] == (0, 1_000, Fraction(2, 3))
        assert parts_of(tail)["retry_wait"] == (0, 500, Fraction(1, 3))

    def test_only_answered_requests_count(self):
        usual = [row(i, cpu=10) for i in range(FEWEST_REQUESTS)]
        others = [row(500 + code, cpu=10**9, outcome=code) for code in range(1, len(OUTCOMES))] + [row(600, outcome=-1, final=0)]
        assert tail_of(table(*usual, *others)).tail_ns == 10

    def test_without_a_difference_there_are_no_shares(self):
        tail = tail_of(table(*(row(i, cpu=10) for i in range(100))))
        assert {part.excess_ratio for part in tail.parts} == {None}

    def test_too_few_requests_have_no_tail(self):
        assert tail_of(table(*(row(i, cpu=i) for i in range(FEWEST_REQUESTS - 1)))) is None
        assert tail_of(table()) is None

    @pytest.mark.parametrize("quantile", [0.5, 1.0, -1.0])
    def test_a_quantile_that_is_none(self, quantile):
        with pytest.raises(ValueError, match=r"quantile must be above 0\.5 and below 1"):
            tail_of(table(), quantile)


class TestExemplarsByHand:
    def test_buckets_and_their_requests(self):
        rows = table(*(row(i, network=1 * MS, cpu=ms * MS - 1 * MS) for i, ms in enumerate((11, 13, 14, 14, 26))))
        found = [(bucket.low_ns // MS, bucket.high_ns // MS, bucket.kept_count) for bucket in exemplars_of(rows, each=2)]
        assert found == [(10, 12, 1), (12, 15, 3), (15, 20, 0), (20, 25, 0), (25, 30, 1)]
        second = exemplars_of(rows, each=2)[1].exemplars
        assert [(one.request, one.latency_ns) for one in second] == [(1, 13 * MS), (3, 14 * MS)]
        assert second[0].parts_ns == dict.fromkeys(STAGES, 0) | {"network": 1 * MS, "server_cpu": 12 * MS}
        assert (second[0].attempts, second[0].arrived_ns) == (1, 1 * MS)

    def test_attempts_are_counted(self):
        (bucket,) = exemplars_of(table(row(7, cpu=5, attempt=2)))
        assert [one.attempts for one in bucket.exemplars] == [3]

    def test_nobody_answered(self):
        assert exemplars_of(table(row(1, cpu=5, outcome=TIMEOUT))) == []

    def test_each_has_bounds(self):
        with pytest.raises(ValueError, match="each must be between 1 and 100"):
            exemplars_of(table(), each=0)


durations = st.integers(0, 10**15)
requests = st.builds(dict, network=durations, queue=durations, cpu=durations, database=durations, failed=durations, pause=durations)


class TestOnRandomRows:
    @given(st.lists(requests, min_size=FEWEST_REQUESTS, max_size=FEWEST_REQUESTS + 20), st.sampled_from([0.9, 0.99, 0.999]))
    def test_everything_sums_exactly(self, made, quantile):
        rows = table(*(row(number, **parts) for number, parts in enumerate(made)))
        tail = tail_of(rows, quantile)
        latencies = sorted(sum(parts.values()) for parts in made)
        slowest = latencies[-tail.tail_count :]
        assert tail.tail_ns == sum(slowest) // len(slowest)
        assert tail.tail_ns - tail.middle_ns == sum(part.excess_ns for part in tail.parts)
        if tail.tail_ns > tail.middle_ns:
            assert sum(part.excess_ratio for part in tail.parts) == 1
            assert all(part.excess_ratio * (tail.tail_ns - tail.middle_ns) == part.excess_ns for part in tail.parts)

    @given(st.lists(requests, min_size=1, max_size=50), st.integers(1, 5))
    def test_every_request_is_in_one_bucket_and_exemplars_are_real(self, made, each):
        rows = table(*(row(number, **parts) for number, parts in enumerate(made)))
        buckets = exemplars_of(rows, each)
        assert sum(bucket.kept_count for bucket in buckets) == len(made)
        assert len(buckets) <= max(MOST_BUCKETS, 18) + 1
        for bucket in buckets:
            assert len(bucket.exemplars) == min(each, bucket.kept_count)
            for one in bucket.exemplars:
                assert bucket.low_ns <= one.latency_ns < bucket.high_ns
                assert one.latency_ns == sum(one.parts_ns.values()) == sum(made[one.request].values())


class TestOnRuns:
    SYSTEM = System.model_validate(
        {
            "traffic": {"rate": 350.0},
            "client": {"timeout_ms": 55.0, "retries": 3},
            "cache": {"enabled": True, "ttl_s": 1.0},
            "database": {"replicas": 1, "read_from": "replicas"},
        }
    )

    @pytest.mark.parametrize("engine", ["plain", "reference"])
    def test_parts_of_a_run_sum_to_the_latencies(self, engine):
        result = simulate(self.SYSTEM, requests=2_000, engine=engine, seed=2)
        assert max(one.attempts for bucket in result.exemplars() for one in bucket.exemplars) > 1
        rows = result.requests.set_index(["request", "attempt"])
        for bucket in result.exemplars():
            for one in bucket.exemplars:
                last = rows.loc[(one.request, one.attempts - 1)]
                assert sum(one.parts_ns.values()) == one.latency_ns == last["ended"] - last["arrived"]
        tail = result.tail()
        assert tail.tail_ns / 1e6 > result.summary()["latency_p99_ms"] * 0.99

    def test_a_thinned_log_says_from_how_many(self):
        result = simulate(self.SYSTEM, requests=2_000, engine="plain", keep_requests=500)
        assert 490 <= result.tail().kept_count <= 500

    def test_after_a_warm_up_only_what_ended_in_the_measured_time_counts(self):
        result = simulate(self.SYSTEM, requests=2_000, engine="plain", warmup_s=3.0)
        start_ns = result.readings[result.measured_from].time_ns
        answered = result.requests.query("final == 1 and outcome == 0")
        inside = answered["ended"].between(start_ns, result.readings[-1].time_ns, inclusive="left").sum()
        assert result.tail().kept_count == inside < len(answered)

    def test_stages_come_in_the_order_of_the_list(self):
        row_ = dict(zip(COLUMNS, table(row(1)).T))
        assert tuple(stages_of(row_)) == STAGES
