"""The microscope: parts in whole microseconds that sum exactly, for requests that were answered and for those that were not."""

import numpy as np
import pytest

from dashboard.experiment import microscope
from dashboard.experiment.run import whole_run
from dashboard.parts import unanswered_parts
from engine import System
from engine.log import COLUMNS, REFUSED, TIMEOUT

MS = 1_000_000


def test_rounded_parts_make_the_rounded_sum():
    # 1.4 + 2.4 + 3.4 = 7.2 µs: rounded one by one they would make 6.
    parts, total = microscope.whole_parts({"a": 1_400, "b": 2_400, "c": 3_450})
    assert total == 7
    assert parts == {"a": 1, "b": 2, "c": 4}
    assert microscope.whole_parts({"a": 499}) == ({"a": 0}, 0)
    assert microscope.whole_parts({"a": 500}) == ({"a": 1}, 1)


def row(**instants_ms):
    values = dict.fromkeys(COLUMNS, -1) | {"failed_ns": 0, "retry_wait_ns": 0, "arrived": 0, "sent": 0}
    return values | {
        name: round(value * MS) if name not in ("db_node", "hit", "outcome") else value for name, value in instants_ms.items()
    }


@pytest.mark.parametrize(
    ("given", "parts_ms"),
    [
        # Given up while it waited for a vCPU; the server works on it later, for nobody.
        (row(outcome=TIMEOUT, at_balancer=10, dispatched=11, cpu_at=150, cpu_done=155, left=160, ended=100),
         {"network": 10, "balancer": 1, "server_queue": 89}),
        # Given up while the database worked.
        (row(outcome=TIMEOUT, at_balancer=10, dispatched=10, cpu_at=20, cpu_done=26, db_node=0, db_at=30, db_done=120, left=120,
             ended=100),
         {"network": 10, "server_queue": 10, "server_cpu": 6, "database_queue": 4, "database_service": 70}),
        # Refused at the server's door: there and back.
        (row(outcome=REFUSED, at_balancer=10, dispatched=10, left=10, ended=20), {"network": 20}),
        # Given up on the way there, after an earlier attempt and a pause.
        (row(outcome=TIMEOUT, failed_ns=50, retry_wait_ns=20, sent=70, ended=75),
         {"network": 5, "failed_attempts": 50, "retry_wait": 20}),
    ],
)  # fmt: skip
def test_a_request_without_an_answer_says_where_it_was(given, parts_ms):
    parts = unanswered_parts(given)
    assert {name: value / MS for name, value in parts.items() if value} == parts_ms


@pytest.fixture(scope="module")
def result():
    system = System.model_validate({
        "traffic": {"rate": 300.0},
        "client": {"timeout_ms": 60.0, "retries": 2},
        "servers": {"count": 1, "vcpus": 2, "cpu_ms": 6.0, "queue_limit": 20},
        "cache": {"enabled": True, "capacity_items": 500},
        "cdn": {"enabled": True}, "database": {"connections": 4},
    })  # fmt: skip
    return whole_run(system, 3, 6_000, 6_000)


def test_the_parts_of_every_real_request_sum_to_what_it_took(result):
    log = result.requests
    final = log[(log["final"] == 1) & (log["outcome"] >= 0)]
    seen = microscope.described(result, final["request"].tolist())
    took = dict(zip(final["request"], final["ended"] - final["arrived"]))
    assert {one["outcome"] for one in seen} >= {"ok", "timeout"}
    for one in seen:
        assert sum(one["parts_us"].values()) == one["total_us"]
        assert abs(one["total_us"] * 1_000 - took[one["request"]]) <= 500
        assert 0 <= one["there_us"] <= one["parts_us"].get("network", 0)


def test_every_attempt_is_told(result):
    log = result.requests
    most = int(log["attempt"].max())
    number = int(log[log["attempt"] == most]["request"].iloc[0])
    (one,) = microscope.described(result, [number])
    assert most >= 1 and len(one["attempts"]) == most + 1
    mine = log[log["request"] == number].sort_values("attempt")
    assert [server for server, _, _ in one["attempts"]] == mine["server"].tolist()
    assert [us for _, _, us in one["attempts"]] == np.round((mine["ended"] - mine["sent"]) / 1_000).astype(int).tolist()


def test_the_node_of_a_request_is_told_by_its_group_and_its_number_there():
    database = {"shards": 2, "replicas": 2, "read_from": "replicas"}
    result = whole_run(System.model_validate({"traffic": {"rate": 300.0}, "database": database}), 3, 6_000, 6_000)
    nodes = result.nodes[result.nodes["tier"] == "database"].set_index("index")
    seen = microscope.described(result, result.requests["request"].tolist())
    places = {one["db"]: (one["group"], one["member"]) for one in seen if one["db"] >= 0}
    assert sorted(places.values()) == [(group, member) for group in range(2) for member in range(3)]
    for node, (group, member) in places.items():
        assert group == nodes["shard"][node] and (member == 0) == (nodes["role"][node] == "primary")
