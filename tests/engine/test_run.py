"""A whole run: what it refuses, when it stops, and that its numbers are those of its own requests, computed again."""

import math

import numpy as np
import pandas as pd
import pytest

from engine import System, simulate
from engine.log import COUNTED, KINDS, OUTCOMES, STAGES
from engine.run import MAX_WINDOWS

HERE = {"rtt_ms": {"europe_west": {"europe_west": 0.0}}}
STATION = {
    "traffic": {"rate": 60.0, "static_ratio": 1.0},
    "network": HERE,
    "servers": {"count": 1, "vcpus": 1, "workers": 10_000, "cpu_ms": 10.0, "memory_mb_per_request": 0.0},
}
WHOLE_PATH = {
    "traffic": {"rate": 400.0, "static_ratio": 0.2, "items": 300, "regions": {"europe_west": 3.0, "india": 1.0}},
    "client": {"timeout_ms": 220.0, "retries": 2, "backoff": "fixed", "backoff_ms": 15.0},
    "network": {"jitter_cv": 0.3},
    "balancer": {"algorithm": "least_connections", "overhead_ms": 0.5},
    "servers": {"count": 3, "vcpus": 1, "workers": 12, "cpu_ms": 6.0, "queue_limit": 30},
    "cache": {"enabled": True, "capacity_items": 100, "ttl_s": 2.0, "on_write": "leave"},
    "database": {"connections": 2, "read_ms": 6.0, "write_ms": 12.0},
    "faults": [{"kind": "crash", "index": 1, "at_s": 4.0}, {"kind": "recover", "index": 1, "at_s": 9.0}],
}
CLOSED = {
    "traffic": {"loop": "closed", "users": 30, "think_time_s": 0.1, "write_ratio": 0.3},
    "network": HERE,
    "servers": {"count": 2, "vcpus": 1, "workers": 4, "cpu_ms": 5.0},
    "database": {"connections": 2},
}
OVERLOAD = STATION | {"traffic": {"rate": 300.0, "static_ratio": 1.0}, "client": {"timeout_ms": 500.0}}
SYSTEMS = {"station": STATION, "whole path": WHOLE_PATH, "closed loop": CLOSED, "overload": OVERLOAD}
WARMUP_S = 3.0


def run(description: dict, **options):
    return simulate(System.model_validate(description), **({"duration_s": 20.0, "seed": 7, "engine": "compiled"} | options))


# Bad input

BAD = [
    ({"system": {"servers": {"count": 2}}}, TypeError, "system"),
    ({"system": None}, TypeError, "system"),
    ({"system": System}, TypeError, "system"),
    ({"requests": 0}, ValueError, "requests"),
    ({"requests": -5}, ValueError, "requests"),
    ({"requests": 10**12}, ValueError, "requests"),
    ({"requests": 10**5000}, ValueError, "requests"),
    ({"requests": 1000.0}, TypeError, "requests"),
    ({"requests": "1000"}, TypeError, "requests"),
    ({"requests": True}, TypeError, "requests"),
    ({"requests": [1]}, TypeError, "requests"),
    ({"requests": math.nan}, TypeError, "requests"),
    ({"duration_s": 0.0}, ValueError, "duration_s"),
    ({"duration_s": -1.0}, ValueError, "duration_s"),
    ({"duration_s": math.nan}, ValueError, "duration_s"),
    ({"duration_s": math.inf}, ValueError, "duration_s"),
    ({"duration_s": 10**5000}, ValueError, "duration_s"),
    ({"duration_s": "60"}, TypeError, "duration_s"),
    ({"duration_s": True}, TypeError, "duration_s"),
    ({"duration_s": 1 + 2j}, TypeError, "duration_s"),
    ({"requests": 100, "duration_s": 1.0}, ValueError, "requests"),
    ({"seed": -1}, ValueError, "seed"),
    ({"seed": 2**63}, ValueError, "seed"),
    ({"seed": 10**5000}, ValueError, "seed"),
    ({"seed": 1.5}, TypeError, "seed"),
    ({"seed": None}, TypeError, "seed"),
    ({"seed": "7"}, TypeError, "seed"),
    ({"warmup_s": -1.0}, ValueError, "warmup_s"),
    ({"warmup_s": math.nan}, ValueError, "warmup_s"),
    ({"warmup_s": None}, TypeError, "warmup_s"),
    ({"engine": "fast"}, ValueError, "engine"),
    ({"engine": ""}, ValueError, "engine"),
    ({"engine": None}, ValueError, "engine"),
    ({"engine": ["auto"]}, ValueError, "engine"),
    ({"window_s": 0.0}, ValueError, "window_s"),
    ({"window_s": -1.0}, ValueError, "window_s"),
    ({"window_s": math.nan}, ValueError, "window_s"),
    ({"window_s": "1"}, TypeError, "window_s"),
    ({"duration_s": 1.0, "window_s": 0.5 / MAX_WINDOWS}, ValueError, "window_s"),
    ({"keep_requests": -1}, ValueError, "keep_requests"),
    ({"keep_requests": 1.5}, TypeError, "keep_requests"),
    ({"keep_requests": None}, TypeError, "keep_requests"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "error", "name"), BAD)
def test_bad_input_is_refused_and_the_argument_named(arguments, error, name):
    with pytest.raises(error, match=rf"\b{name}\b") as caught:
        simulate(**({"system": System()} | arguments))
    assert len(str(caught.value)) < 300


def test_an_unknown_argument_is_refused():
    with pytest.raises(TypeError, match="requets"):
        simulate(System(), requets=10)


# Budgets and ends


def test_an_endless_closed_loop_without_any_time_stops_and_says_so():
    """Nobody waits for anything, so simulated time stands still for ever."""
    nothing = {
        "traffic": {"loop": "closed", "users": 3, "think_time_s": 0.0, "static_ratio": 1.0},
        "network": HERE,
        "servers": {"cpu_ms": 0.0},
    }
    result = run(nothing, duration_s=0.001, keep_requests=100)
    assert "budget" in result.stopped
    assert result.requests_sent > 100_000 and 0 < len(result.requests) <= 200 + 3, "the log keeps its bound all the same"
    assert result.duration_s == 0.0 and result.summary()["offered_rate"] is None
    assert len(result.timeline) >= 1 and len(result.nodes) == 3


def test_a_retry_storm_stops_and_says_so():
    storm = STATION | {
        "client": {"retries": 100, "backoff": "fixed", "backoff_ms": 1.0},
        "balancer": {"health_check_interval_s": 3_600.0},
        "faults": [{"kind": "crash", "index": 0}],
    }
    result = run(storm, duration_s=None, requests=20_000, keep_requests=100)
    assert "budget of events" in result.stopped
    assert 0 < result.requests_sent < 20_000


def test_too_many_in_flight_stops_and_says_so(monkeypatch):
    monkeypatch.setattr("engine.kernel.MAX_SLOTS", 4_096)
    result = run(
        STATION | {"servers": {"cpu_ms": 1e6, "workers": 100_000, "memory_mb_per_request": 0.0}}, duration_s=None, requests=20_000
    )
    assert "in flight" in result.stopped
    assert 2_000 < result.requests_sent < 5_000


def test_overload_without_limits_ends_in_time_with_work_left_over():
    """Ten times what the server can do: the run follows what is in flight for as long again, then says what is still open."""
    result = run(STATION | {"traffic": {"rate": 1_000.0, "static_ratio": 1.0}}, duration_s=10.0)
    is_open = result.requests["outcome"] == -1
    assert result.stopped == ""
    assert is_open.sum() == pytest.approx(10_000 - 2_100, rel=0.1), "21 s (10 + 10 + 1) of work at 100 a second"
    assert result.summary()["error_rate"] == 0.0


@pytest.mark.parametrize("after", [0.0, 1.0])
def test_traffic_that_falls_silent_ends_the_run(after):
    steps = [(0.0, 50.0), (after, 0.0)] if after else [(0.0, 0.0)]
    result = run(STATION | {"traffic": {"pattern": "steps", "steps": steps, "static_ratio": 1.0}}, duration_s=None, requests=1_000)
    assert "rate is 0" in result.stopped
    assert result.requests_sent == (result.requests["attempt"] == 0).sum() < 100


def test_a_run_by_requests_sends_exactly_so_many():
    result = run(WHOLE_PATH, duration_s=None, requests=1_234)
    assert result.requests_sent == 1_234 == result.requests["request"].nunique()
    assert result.stopped == ""


def test_without_a_length_at_least_100_000_requests_are_sent():
    assert (
        run(STATION | {"traffic": {"rate": 60.0, "static_ratio": 1.0, "interarrival_cv": 0.0}}, duration_s=None).requests_sent
        >= 99_999
    )


def test_a_closed_loop_whose_servers_are_full_runs_as_long_as_its_requests_take():
    """1,000 users who hardly pause ask for far more than one vCPU can do: 100 a second at 10 ms each."""
    traffic = {"loop": "closed", "users": 1_000, "think_time_s": 0.01, "static_ratio": 1.0}
    servers = {"count": 1, "vcpus": 1, "cpu_ms": 10.0, "service_distribution": "deterministic"}
    result = run({"traffic": traffic, "servers": servers, "client": {"timeout_ms": None}}, duration_s=None)
    assert result.requests_sent >= 99_999
    assert result.summary()["goodput"] == pytest.approx(100, rel=0.01)
    assert len(result.timeline) <= 121


# A dead system never looks fast


def test_percentiles_of_a_dead_system_are_absent():
    dead = STATION | {"faults": [{"kind": "crash", "index": 0}], "balancer": {"health_check_interval_s": 1.0}}
    result = run(dead)
    summary = result.summary()
    absent = [name for name, value in summary.items() if value is None]
    assert {"latency_mean_ms", "latency_p50_ms", "latency_p95_ms", "latency_p99_ms", "latency_p999_ms"} <= set(absent)
    assert all(summary[f"latency_by_stage_ms.{name}"] is None for name in STAGES)
    assert summary["error_rate"] == 1.0 and summary["goodput"] == 0.0 and summary["throughput"] == 0.0
    assert summary["errors.failed"] > 0 and summary["errors.unavailable"] > 0
    assert result.timeline["latency_p99_ms"].isna().all()
    assert not {"latency_mean_ms", "latency_p99_ms"} & set(result.intervals())


def test_time_without_anybody_believed_healthy():
    """Crash at 0.5 s; checks at 1 s and 2 s fail: out at 2 s. Well at 5.5 s; checks at 6 s and 7 s pass: back at 7 s."""
    faults = [{"kind": "crash", "index": 0, "at_s": 0.5}, {"kind": "recover", "index": 0, "at_s": 5.5}]
    result = run(STATION | {"faults": faults, "balancer": {"health_check_interval_s": 1.0}}, duration_s=10.0)
    assert result.summary()["unavailable_s"] == 5.0
    still_down = run(STATION | {"faults": faults[:1], "balancer": {"health_check_interval_s": 1.0}}, duration_s=10.0)
    assert still_down.summary()["unavailable_s"] == 8.0


def test_lag_of_a_replica_that_applies_at_once():
    database = {"replicas": 2, "lag_ms": 20.0, "apply_cost": 0.0}
    result = run({"traffic": {"write_ratio": 1.0}, "database": database})
    assert result.summary()["replication_lag_p95_ms"] == pytest.approx(20.0, rel=0.01)


# The numbers again, from the requests


@pytest.fixture(scope="module", params=SYSTEMS, ids=str)
def done(request):
    """A run, and its attempts."""
    result = run(SYSTEMS[request.param])
    return result, result.requests


def span_ns(result, measured_from: int = 0) -> tuple[int, int]:
    return result.readings[measured_from].time_ns, result.readings[-1].time_ns


def until(times: pd.Series, otherwise: pd.Series, end_ns: int) -> pd.Series:
    """When something was over: its time, where it never came to that the other, if that is open too the end; not after the end."""
    known = times.where(times >= 0, otherwise)
    return known.where(known >= 0, end_ns).clip(upper=end_ns)


def served(table: pd.DataFrame) -> pd.Series:
    static = (table["kind"] == KINDS.index("static")) & (table["cpu_done"] >= 0)
    return (static | (table["db_done"] >= 0) | (table["hit"] == 1)) & (table["left"] >= 0)


def again(result, table: pd.DataFrame, measured_from: int = 0) -> dict[str, float]:
    """The summary's metrics, by pandas."""
    begin, end = span_ns(result, measured_from)
    seconds = (end - begin) / 1e9
    over = table[(table["final"] == 1) & (table["ended"] >= begin)]
    if measured_from:  # after a warm-up only what ends in the measured time counts
        over = over[over["ended"] < end]
    ok = over[over["outcome"] == 0]
    left = table[(table["left"] >= begin) & (table["left"] < end)]
    found = {
        "offered_rate": ((table["attempt"] == 0) & (table["sent"] >= begin)).sum() / seconds,
        "goodput": (ok["ended"] < end).sum() / seconds,
        "throughput": served(left).sum() / seconds,
        "error_rate": (over["outcome"] != 0).mean(),
        "latency_mean_ms": (ok["ended"] - ok["arrived"]).mean() / 1e6,
    }
    return found | {f"errors.{name}": (over["outcome"] == code).mean() for code, name in enumerate(OUTCOMES) if name != "ok"}


def places_busy(result, table: pd.DataFrame) -> dict[str, float]:
    """What the nodes' integrals come to, from each attempt's own times."""
    begin, end = span_ns(result)
    computing = table[(table["cpu_at"] >= 0) & (table["cpu_at"] < end)]
    busy = until(computing["cpu_done"], computing["left"], end) - computing["cpu_at"]
    sent = table[(table["dispatched"] >= 0) & (table["dispatched"] < end)]
    waits = until(sent["worker_at"], sent["left"], end) - sent["dispatched"]
    with_worker = sent[(sent["worker_at"] >= 0) & (sent["worker_at"] < end)]
    cpu_waits = until(with_worker["cpu_at"], with_worker["left"], end) - with_worker["worker_at"]
    per_server = sent["server"].value_counts().reindex(range(result.system.servers.count), fill_value=0)
    queried = table[(table["db_at"] >= 0) & (table["db_at"] < end)]
    in_database = until(queried["db_done"], queried["left"], end) - queried["db_at"]
    return {
        "server_utilisation": busy.sum() / (result.system.servers.count * result.system.servers.vcpus * (end - begin)),
        "queue_length_mean": (waits.sum() + cpu_waits.sum()) / (end - begin),
        "load_imbalance": per_server.max() / per_server.mean(),
        "jain_fairness": per_server.sum() ** 2 / (len(per_server) * (per_server**2).sum()),
        "database_utilisation": in_database.sum() / (result.system.database.connections * (end - begin)),
    }


def test_counts_and_sums_are_those_of_the_requests(done):
    result, table = done
    summary = result.summary()
    assert summary["attempts_per_request"] == pytest.approx(len(table) / (table["attempt"] == 0).sum(), rel=1e-12)
    for name, value in again(result, table).items():
        assert summary[name] == pytest.approx(value, rel=1e-12), name


def test_what_the_nodes_did_is_what_the_requests_had_done_to_them(done):
    result, table = done
    summary = result.summary()
    for name, value in places_busy(result, table).items():
        assert summary[name] == pytest.approx(value, rel=1e-9, abs=1e-12), name
    assert result.nodes["dispatched"][0] == ((table["server"] == 0) & (table["dispatched"] < span_ns(result)[1])).sum()


@pytest.mark.parametrize("warmup_s", [0.0, 1.0])
def test_what_a_cohort_came_to_is_what_its_requests_did(warmup_s):
    hasty = {"name": "hasty", "share": 3, "client": {"timeout_ms": 35, "retries": 1, "backoff": "none"}}
    nobody = {"name": "nobody", "share": 0}
    traffic = {"rate": 400, "cohorts": [{"name": "calm"}, nobody, hasty]}
    system = System.model_validate({"traffic": traffic, "servers": {"count": 3, "cpu_ms": 5}})
    result = simulate(system, requests=3_000, seed=4, warmup_s=warmup_s)
    begin, end = span_ns(result, result.measured_from)
    table = result.requests
    assert list(result.cohorts["name"]) == ["calm", "hasty"]
    for cohort, row in enumerate(result.cohorts.to_dict("records")):
        own = table[table["cohort"] == cohort]
        over = own[(own["final"] == 1) & (own["ended"] >= begin)]
        if warmup_s:
            over = over[over["ended"] < end]
        outcomes = {name: (over["outcome"] == code).sum() for code, name in enumerate(OUTCOMES)}
        assert {name: row[name] for name in OUTCOMES} == outcomes
        assert row["sent"] == ((own["attempt"] == 0) & (own["sent"] >= begin)).sum() > 300
        assert row["error_rate"] == pytest.approx((over["outcome"] != 0).mean(), rel=1e-12)
        ok = over[over["outcome"] == 0]
        assert row["latency_mean_ms"] == pytest.approx((ok["ended"] - ok["arrived"]).mean() / 1e6, rel=1e-12)
    assert result.cohorts["timeout"][0] < result.cohorts["timeout"][1]


def test_cache_and_stale_reads_are_those_of_the_requests():
    result = run(WHOLE_PATH)
    table, summary = result.requests, result.summary()
    looked_up = table[table["looked_up"] >= 0]
    reads = table[(table["kind"] == KINDS.index("read")) & ((table["hit"] == 1) | (table["db_done"] >= 0))]
    assert summary["cache_hit_ratio"] == pytest.approx((looked_up["hit"] == 1).mean(), rel=1e-12)
    assert summary["stale_read_ratio"] == pytest.approx((reads["stale"] == 1).mean(), rel=1e-12)
    assert 0.2 < summary["cache_hit_ratio"] < 0.95 and summary["stale_read_ratio"] > 0.01


@pytest.mark.parametrize(("name", "share"), [("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("p999", 0.999)])
def test_percentiles_are_within_1_percent_of_the_exact_ones(done, name, share):
    result, table = done
    ok = table[(table["final"] == 1) & (table["outcome"] == 0)]
    exact = np.quantile((ok["ended"] - ok["arrived"]) / 1e6, share, method="inverted_cdf")
    assert result.summary()[f"latency_{name}_ms"] == pytest.approx(exact, rel=0.01)


def stage_columns(table: pd.DataFrame) -> dict[str, pd.Series]:
    """The stages of each row in ns, from the words of the log's columns."""
    zero = pd.Series(0, index=table.index)
    return {
        "network": (table["at_balancer"] - table["sent"]) + (table["ended"] - table["left"]),
        "balancer": table["dispatched"] - table["at_balancer"],
        "server_queue": table["cpu_at"] - table["dispatched"],
        "server_cpu": table["cpu_done"] - table["cpu_at"],
        "cache": (table["looked_up"] - table["cpu_done"]).where(table["looked_up"] >= 0, 0),
        "database_queue": (table["db_at"] - table["db_queued"]).where(table["db_node"] >= 0, 0),
        "database_service": (table["db_done"] - table["db_at"]).where(table["db_node"] >= 0, 0),
        "failed_attempts": table["failed_ns"],
        "retry_wait": table["retry_wait_ns"],
    } | dict.fromkeys(("cdn", "coalesced_wait", "commit_wait"), zero)


def test_stages_sum_to_the_latency_exactly(done):
    result, table = done
    ok = table[(table["final"] == 1) & (table["outcome"] == 0)]
    stages = stage_columns(ok)
    assert set(stages) == set(STAGES)
    assert (sum(stages.values()) == ok["ended"] - ok["arrived"]).all(), "row by row"
    counts = dict(zip(COUNTED, result.answered.counts.tolist()))
    assert sum(counts[name] for name in STAGES) == counts["latency_ns"], "and in all"
    summary = result.summary()
    for name, column in stages.items():
        assert summary[f"latency_by_stage_ms.{name}"] == pytest.approx(column.mean() / 1e6, rel=1e-12, abs=1e-15), name


def test_the_time_lost_in_earlier_attempts_is_theirs():
    """failed_ns and retry_wait_ns of an attempt are the spans of the earlier ones and the pauses between them."""
    table = run(WHOLE_PATH).requests.sort_values(["request", "attempt"])
    earlier = table.groupby("request")
    spans = (table["ended"] - table["sent"]).groupby(table["request"]).cumsum() - (table["ended"] - table["sent"])
    pauses = (table["sent"] - earlier["ended"].shift()).where(table["attempt"] > 0, 0).groupby(table["request"]).cumsum()
    assert (table["attempt"] > 0).sum() > 100
    assert (table["failed_ns"] == spans).all()
    assert (table["retry_wait_ns"] == pauses).all()


def test_windows_add_up_to_the_whole(done):
    result, table = done
    timeline = result.timeline
    lengths = timeline["end_s"] - timeline["start_s"]
    assert len(timeline) >= 20 and timeline["start_s"][0] == 0.0
    assert (timeline["start_s"][1:].to_numpy() == timeline["end_s"][:-1].to_numpy()).all()
    summary = result.summary()
    for name in ("offered_rate", "throughput", "goodput", "server_utilisation", "queue_length_mean"):
        assert (timeline[name] * lengths).sum() / lengths.sum() == pytest.approx(summary[name], rel=1e-9), name
    assert timeline["unavailable_s"].sum() == pytest.approx(summary["unavailable_s"], abs=1e-9)
    answered = table[(table["final"] == 1) & (table["outcome"] == 0) & (table["ended"] < span_ns(result)[1])]
    weighted = (timeline["latency_mean_ms"].fillna(0.0) * timeline["goodput"] * lengths).sum()
    assert weighted == pytest.approx((answered["ended"] - answered["arrived"]).sum() / 1e6, rel=1e-9)
    dispatched = result.node_timeline["dispatched"].sum(axis=0)
    assert dispatched.tolist() == result.nodes["dispatched"].tolist()[: len(dispatched)]


def test_what_is_measured_begins_after_the_warm_up(done):
    full, table = done
    result = run(full.system.model_dump(), warmup_s=WARMUP_S)
    start_ns = result.readings[result.measured_from].time_ns
    assert WARMUP_S * 1e9 <= start_ns <= (WARMUP_S + 1.0) * 1e9
    summary = result.summary()
    for name, value in again(result, table, result.measured_from).items():
        if math.isnan(value):  # the mean of nothing
            assert summary[name] is None, name
        else:
            assert summary[name] == pytest.approx(value, rel=1e-12), name
    assert summary["offered_rate"] != full.summary()["offered_rate"]


# Engines, keeping, intervals


@pytest.mark.parametrize("engine", ["plain", "reference"])
def test_all_engines_give_the_same_numbers(engine):
    one, other = (run(WHOLE_PATH, duration_s=3.0, engine=name) for name in ("compiled", engine))
    assert other.engine == engine
    assert one.summary() == other.summary()
    pd.testing.assert_frame_equal(one.timeline, other.timeline)
    pd.testing.assert_frame_equal(one.nodes, other.nodes)
    pd.testing.assert_frame_equal(one.requests, other.requests)


def test_keeping_less_changes_nothing_else():
    """Of a thinned log every kept request is there with all of its attempts."""
    whole, thin, none = (run(WHOLE_PATH, keep_requests=keep) for keep in (20_000, 500, 0))
    assert whole.summary() == thin.summary() == none.summary()
    assert len(none.requests) == 0 and list(none.requests.columns) == list(whole.requests.columns)
    kept = thin.requests["request"].unique()
    assert 250 <= len(kept) <= 600 and len(set(np.diff(kept))) == 1, "evenly thinned"
    expected = whole.requests[whole.requests["request"].isin(kept)].reset_index(drop=True)
    pd.testing.assert_frame_equal(thin.requests, expected)


def test_the_same_seed_is_the_same_run_and_another_is_not():
    one, same, other = (run(WHOLE_PATH, duration_s=2.0, seed=seed) for seed in (1, 1, 2))
    assert (one.rows == same.rows).all()
    assert one.rows.shape != other.rows.shape or (one.rows != other.rows).any()


def test_intervals_cover_what_theory_says():
    """M/M/1 at half load: 1 / (μ - λ) is in the 95 % intervals of all but a few of 40 runs (fewer than 32: once in 10,000)."""
    half_load = STATION | {"traffic": {"rate": 50.0, "static_ratio": 1.0}}
    covered = 0
    for seed in range(40):
        low, high = run(half_load, duration_s=None, requests=20_000, seed=seed, warmup_s=10.0).intervals()["latency_mean_ms"]
        covered += low <= 20.0 <= high
        assert high - low < 4.0
    assert covered >= 32


def test_short_runs_have_no_intervals():
    assert run(STATION, duration_s=1.0, window_s=0.5).intervals() == {}
