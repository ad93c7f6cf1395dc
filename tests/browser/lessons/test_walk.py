"""A whole lesson by the keyboard alone, with every kind of answer: nothing needs a mouse, and the focus is always seen."""

import pytest

from tests.browser.lessons.walker import walk

NUMBER = r"() => document.querySelector('[data-name=latency_p95_ms] .big').textContent.replace(/[^\d.]/g, '')"
ANSWERS = {
    "recall_mean": 1,
    "guess": 2,
    "guess_number": "500",
    "draw": [40.0, 40.0, 44.0, 60.0, 180.0],
    "run_it": {"balancer.algorithm": "least_connections"},
    "read_off": lambda page: page.evaluate(NUMBER),
    "in_words": ["Equal is not fair", "The queue of server 3", "It works at half the speed"],
    "build": {"servers.count": 5},
    "ticket": 0,
}


@pytest.mark.full
@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_a_lesson_is_played_to_its_end_by_the_keyboard_alone(learn, motion):
    learner = learn(reduced_motion=motion)
    steps = [one["id"] for one in learner.state()["steps"]]
    assert walk(learner.page, ANSWERS) == steps
    state = learner.state()
    assert state["finished"]
    by_step = {one["id"]: one["status"] for one in state["steps"]}
    assert {by_step[step] for step in ("recall_mean", "guess", "guess_number", "run_it", "build", "ticket")} == {"right"}
    assert "skipped" not in by_step.values()
    assert learner.page.locator(".lesson .closing .met li").count() == len(state["lesson"]["objectives"])


def test_what_has_no_answer_is_skipped_and_can_be_come_back_to(learn):
    learner = learn()
    went = walk(learner.page, {})
    state = learner.state()
    assert went == [one["id"] for one in state["steps"]]
    assert not state["finished"]
    learner.page.get_by_role("button", name="skipped").first.click()
    learner.page.wait_for_selector(".lesson .step[data-step='recall_mean']")
