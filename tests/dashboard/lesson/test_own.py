"""The learner's own run: what the page plays, as the judge needs it: their settings are what they set, not what the scene did."""

import pytest

from dashboard.asks import BadAsk
from dashboard.lesson.beside import stage_of
from dashboard.lesson.own import own_of, read_run, runs_of
from dashboard.lesson.way import Answered
from engine.system.paths import value_at
from lessons.judging import judge
from tests.dashboard.lesson.played import BACKUP, LESSON, run

STAGE = stage_of(LESSON)


def settings(scene: str, **changed) -> dict:
    """The values of all controls, as the page sends them, with some of them moved."""
    start = {one.path: value_at(STAGE.scenes[scene], one.path) for one in STAGE.controls}
    return start | {path.replace("__", "."): value for path, value in changed.items()}


def taken(raw: dict, lesson=LESSON):
    stage = stage_of(lesson)
    return own_of(lesson, stage, read_run(raw, stage))


def test_what_stands_as_the_scene_has_it_is_no_setting_of_the_learners():
    own = taken(run(values=settings("backup")))
    assert (own.values, own.pinned, own.scene, own.until_s) == ({}, None, "backup", 15.0)
    assert taken(run(values=settings("backup", servers__count=6))).values == {"servers.count": 6}


def test_what_a_scene_moves_by_itself_is_no_setting_either():
    scenes = {"backup": {"events": [{"at_s": 5, "set": {"traffic.rate": 2500.0}}]}, "sale": {}}
    lesson = type(LESSON).model_validate(LESSON.model_dump(exclude_none=True) | {"scenes": scenes})
    moved = settings("backup", traffic__rate=2500, servers__count=5)
    own = taken(run(changes=[[5, {"traffic.rate": 2500}], [9, {"servers.count": 5}]], values=moved), lesson)
    assert own.values == {"servers.count": 5}


def test_a_pinned_design_and_what_became_of_it_differ_in_what_was_moved():
    """Least connections spares the slow server, so it is quicker than an equal split."""
    moves = [BACKUP, [10, {"balancer.algorithm": "least_connections"}]]
    values = settings("backup", balancer__algorithm="least_connections")
    own = taken(run(changes=moves, values=values, pin=[10, settings("backup")]))
    assert (own.pinned, own.values) == ({}, {"balancer.algorithm": "least_connections"})
    assert judge(LESSON, LESSON.step("run_it"), None, own).right


def test_only_what_has_been_played_is_kept():
    kept = read_run(run(t_s=8, changes=[BACKUP, [8, {"servers.count": 5}], [8.5, {"servers.count": 6}]]), STAGE)
    assert [at_s for at_s, _ in kept["changes"]] == [5, 8]


@pytest.mark.parametrize("t_s", [-5, 0, 1e9])
def test_times_are_clamped(t_s):
    assert 0 <= read_run(run(t_s=t_s), STAGE)["t_s"] <= 4 * 3600


def test_no_run_is_no_run_and_anything_else_is_refused():
    assert read_run(None, STAGE) is None
    for raw in ("x", 7, [run()], True):
        with pytest.raises(BadAsk):
            read_run(raw, STAGE)


def test_a_run_of_a_scene_that_a_new_version_has_not_is_left_out():
    kept = read_run(run(), STAGE)
    answers = [Answered("read_off", 1, "1", None, True, {}, kept)]
    assert list(runs_of(LESSON, STAGE, answers)) == ["read_off"]
    steps = [one.model_copy(update={"scene": None}) for one in LESSON.steps]
    without = LESSON.model_copy(update={"scenes": {"sale": LESSON.scenes["sale"]}, "steps": steps})
    assert runs_of(without, stage_of(without), answers) == {}


def test_only_runs_that_a_value_stands_on_are_looked_at():
    kept = read_run(run(), STAGE)
    assert runs_of(LESSON, STAGE, [Answered("run_it", 1, None, None, True, {}, kept)]) == {}
