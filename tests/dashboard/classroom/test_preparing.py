"""While the simulator is compiled, once per installation: a class meets all the same, and only what a run shows is left out."""

import pytest

from engine.kernel import compiled

MEASURED, PLAIN = "guess", "recall_mean"
"""A vote whose right answer a run shows, and one whose lesson says it."""
NUMBERS = "worked"
"""A step whose prompt holds a measured number."""


def never(*_args, **_more):
    raise AssertionError("nobody may wait for a run now")


@pytest.fixture
def preparing(monkeypatch):
    """Until it is undone, no kernel is compiled."""
    with monkeypatch.context() as patch:
        patch.setattr(compiled, "choose", lambda _engine: ("plain", "being compiled"))
        patch.setattr(compiled, "start_building", lambda: True)
        patch.setattr("lessons.facts.measured", never)
        yield patch


def told_right(told) -> list[bool | None]:
    return [one["right"] for one in told["results"]["votes"][0]["options"]]


def test_a_class_does_not_wait_for_the_simulator(school, preparing):
    ann, path = school.comes("Ann"), f"/{school.token}"
    school.tell("pace", pacing="paced", step=PLAIN)
    school.answer(ann, PLAIN, 0)
    told = school.get(school.teacher, f"{path}/class").json
    assert told["preparing"] and True in told_right(told), "the lesson's file says what is right"
    reply = school.post(school.teacher, f"{path}/commands", {"command": "pace", "pacing": "paced", "step": MEASURED})
    assert reply.status == 200, "what was done is acknowledged, and not done again and again"
    told = school.get(school.teacher, f"{path}/class").json
    assert [one["name"] for one in told["people"]] == ["Ann"] and told["steps"]
    assert set(told_right(told)) == {None}
    school.tell("pace", pacing="paced", step=NUMBERS)
    wall = school.get(school.teacher, f"{path}/wall").json
    assert wall["preparing"] and wall["step"]["id"] == NUMBERS and wall["step"]["prompt"] is None

    preparing.undo()
    wall = school.get(school.teacher, f"{path}/wall").json
    assert not wall["preparing"] and wall["step"]["prompt"]
    school.tell("pace", pacing="paced", step=MEASURED)
    told = school.get(school.teacher, f"{path}/class").json
    assert not told["preparing"] and sorted(told_right(told)).count(True) == 1
