"""The search for the cheapest design: on a space so small that trying everything is possible, and by hand."""

import json

import pytest

from benchmarks import designs as script
from engine import System
from engine.bill import planned_cost_per_hour
from engine.prices import LIST_DATE
from engine.search import Goal, Trials, designs_of, overload, search, verdict_on

BASE = {
    "traffic": {"rate": 300.0, "write_ratio": 0.2, "items": 100},
    "network": {"rtt_ms": {"europe_west": {"europe_west": 0.0}}},
    "database": {"read_from": "replicas"},
}
AXES = [
    [{"servers": {"count": count}} for count in (1, 2, 3, 4)],
    [{"database": {"connections": places}} for places in (1, 2, 4)],
    [{"database": {"replicas": replicas}} for replicas in (0, 1, 2)],
]
GOAL = Goal(latency_p95_ms=40.0, error_rate=0.001)
TRIALS = Trials(screening=(1,), confirming=(2,), duration_s=4.0, warmup_s=1.0, engine="plain")


ONE_PLACE = {"connections": 1, "read_from": "replicas"}


def key(design) -> str:
    return json.dumps(design.choices)


@pytest.fixture(scope="module")
def exhaustive():
    """Every design and its verdict, overloaded ones too."""
    return [(design, verdict_on(design.system, GOAL, TRIALS)) for design in designs_of(BASE, AXES)]


class TestTheSearch:
    def test_it_finds_what_trying_everything_finds(self, exhaustive):
        meeting = [(design, verdict) for design, verdict in exhaustive if verdict.meets]
        meeting.sort(key=lambda one: one[0].cost_per_hour)
        assert 3 < len(meeting) < len(exhaustive) - 3  # the goal divides the space
        found = search(BASE, AXES, GOAL, TRIALS, wanted=3)
        assert [key(design) for design, _ in found.designs] == [key(design) for design, _ in meeting[:3]]
        assert [verdict for _, verdict in found.designs] == [verdict for _, verdict in meeting[:3]]

    def test_no_overloaded_design_meets_the_goal(self, exhaustive):
        overloaded = [verdict.meets for design, verdict in exhaustive if overload(design.system)]
        assert overloaded and not any(overloaded)

    def test_several_processes_find_the_same(self):
        lines = []
        alone = search(BASE, AXES, GOAL, TRIALS, wanted=2)
        together = search(BASE, AXES, GOAL, TRIALS, wanted=2, processes=2, progress=lines.append)
        assert together == alone
        assert lines[0] == f"36 designs, {alone.overloaded_count} of them overloaded in theory"
        assert lines[-1].startswith(f"{alone.tried_count} of {36 - alone.overloaded_count} tried, $")

    def test_where_nothing_meets_the_goal_nothing_is_found(self):
        found = search(BASE, AXES, Goal(latency_p95_ms=0.1, error_rate=0.0), TRIALS)
        assert found.designs == ()
        assert found.tried_count == found.designs_count - found.overloaded_count


class TestParts:
    def test_designs_come_by_price_and_keep_the_base(self):
        designs = designs_of(BASE, AXES)
        prices = [design.cost_per_hour for design in designs]
        assert len(designs) == 4 * 3 * 3
        assert prices == sorted(prices)
        assert all(design.cost_per_hour == planned_cost_per_hour(design.system) for design in designs)
        assert {design.system.database.read_from for design in designs} == {"replicas"}

    @pytest.mark.parametrize(
        ("system", "tier"),
        [
            ({"traffic": {"rate": 799}, "servers": {"count": 2}, "database": {"connections": 99}}, ""),  # 799 × 5 ms on 4 vCPUs
            ({"traffic": {"rate": 800}, "servers": {"count": 2}, "database": {"connections": 99}}, "servers"),
            ({"traffic": {"rate": 390}, "servers": {"workers": 1}}, ""),  # a worker holds one vCPU at a time
            ({"traffic": {"rate": 400}, "servers": {"workers": 1}}, "servers"),
            ({"traffic": {"rate": 199, "write_ratio": 0.0}, "database": ONE_PLACE}, ""),  # 199 × 5 ms on 1 connection
            ({"traffic": {"rate": 200, "write_ratio": 0.0}, "database": ONE_PLACE}, "database"),
            ({"traffic": {"rate": 100, "write_ratio": 1.0}, "database": ONE_PLACE}, "database"),
            ({"traffic": {"rate": 399, "write_ratio": 0.0}, "database": ONE_PLACE | {"replicas": 2}}, ""),
            (
                {"traffic": {"rate": 400, "write_ratio": 0.0}, "database": ONE_PLACE | {"replicas": 2}},
                "database",
            ),
            # a quarter writes: 25 × 10 ms on the primary; on the replica 25 × 5 ms and 75 × 5 ms, half a connection
            ({"traffic": {"rate": 100, "write_ratio": 0.25}, "database": ONE_PLACE | {"replicas": 1}}, ""),
            (
                {"traffic": {"rate": 200, "write_ratio": 0.25}, "database": ONE_PLACE | {"replicas": 1}},
                "database",
            ),
            # of four items with shares 12, 6, 4, 3 of 25 a cache of two hits 18/25 at most: 7/25 of 700 reads × 5 ms
            (
                {"traffic": {"rate": 700, "write_ratio": 0.0, "items": 4, "popularity": 1.0}, "database": ONE_PLACE,
                 "cache": {"enabled": True, "capacity_items": 2}},
                "",
            ),
            (
                {"traffic": {"rate": 720, "write_ratio": 0.0, "items": 4, "popularity": 1.0}, "database": ONE_PLACE,
                 "cache": {"enabled": True, "capacity_items": 2}},
                "database",
            ),
        ],
    )  # fmt: skip
    def test_who_must_fall_behind(self, system, tier):
        assert overload(System.model_validate(system)) == tier

    def test_no_tier_may_be_busier_than_a_run_can_judge(self):
        """400 requests/s × 5 ms are 2 of 4 vCPUs, and 2 or so of the database's 16 connections."""
        system, easy = System.model_validate({"traffic": {"rate": 400}}), Goal(1e9, 1.0)
        for busy_ratio, meets in ((0.6, True), (0.4, False)):
            trials = Trials(duration_s=4.0, warmup_s=0.0, busy_ratio=busy_ratio, engine="plain")
            assert verdict_on(system, easy, trials).meets == meets

    def test_a_run_that_is_cut_short_meets_nothing(self):
        verdict = verdict_on(System(), Goal(1e9, 1.0), Trials(duration_s=100.0, warmup_s=0.0, engine="reference"))
        assert verdict.meets
        starved = System.model_validate({"traffic": {"pattern": "steps", "steps": [(0.0, 0.0)]}})
        assert not verdict_on(starved, Goal(1e9, 1.0), Trials(duration_s=1.0, warmup_s=0.0, engine="plain")).meets


class TestTheScript:
    def test_it_writes_what_it_found(self, tmp_path, monkeypatch, capsys):
        challenge = script.Challenge("small", GOAL, BASE, {"one": AXES[0], "two": AXES[1][2:], "three": AXES[2][1:2]}, TRIALS)
        monkeypatch.setitem(script.CHALLENGES, "small", challenge)
        path = tmp_path / "deep" / "small.json"
        assert script.main(["small", "--processes", "1", "--wanted", "1", "--output", str(path)]) == 0
        said = json.loads(path.read_text())
        assert said["goal"] == {"latency_p95_ms": 40.0, "error_rate": 0.001, "rate": 300.0}
        assert {"date", "engine_version", "prices_date", "trials", "designs_count", "overloaded_count", "tried_count"} <= set(said)
        (best,) = said["best"]
        assert planned_cost_per_hour(System.model_validate(best["system"])) == best["cost_per_hour"]
        assert [run["seed"] for run in best["measured"]] == [1, 2]
        assert all(run["latency_p95_ms"] <= 40 and run["error_rate"] <= 0.001 for run in best["measured"])
        assert "an hour" in capsys.readouterr().out

    def test_what_is_kept_can_be_read_and_meets_its_goal(self):
        for path in sorted(script.FOLDER.glob("*.json")):
            said = json.loads(path.read_text(encoding="utf-8"))
            for best in said["best"]:
                system = System.model_validate(best["system"])
                if said["prices_date"] == LIST_DATE:
                    assert planned_cost_per_hour(system) == pytest.approx(best["cost_per_hour"])
                assert len(best["measured"]) == len(said["trials"]["screening"]) + len(said["trials"]["confirming"])
                for run in best["measured"]:
                    assert run["latency_p95_ms"] <= said["goal"]["latency_p95_ms"]
                    assert run["error_rate"] <= said["goal"]["error_rate"]

    def test_what_is_kept_is_what_is_measured_today(self):
        """The first run of each design once more, to the last digit; if the engine answers otherwise now, search again."""
        for path in sorted(script.FOLDER.glob("*.json")):
            said = json.loads(path.read_text(encoding="utf-8"))
            trials = Trials(**said["trials"] | {"screening": said["trials"]["screening"][:1], "confirming": ()})
            goal = Goal(said["goal"]["latency_p95_ms"], said["goal"]["error_rate"])
            for best in said["best"]:
                verdict = verdict_on(System.model_validate(best["system"]), goal, trials)
                assert verdict.meets
                assert verdict.measured[0] == best["measured"][0], f"{path.name} is of another engine: python -m benchmarks.designs"
