"""Whatever a learner does, in whatever order: nothing leaves the server too early, and no acknowledged answer is lost or doubled.

What may be told is decided here anew, from what was done and acknowledged, and not by the code under test.
"""

import json
import secrets

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from dashboard.asks import BadAsk
from dashboard.lesson import desk as desks
from dashboard.lesson.desk import Desk
from dashboard.lesson.way import Refused
from dashboard.store import learning
from dashboard.store.models import Answer
from lessons.judging import NotYet
from tests.dashboard.lesson.marked import found, marked_lesson
from tests.dashboard.lesson.played import Clock, Only, Player, database, run

LESSON = marked_lesson()
ORDER = {support: [step.id for step in LESSON.steps_for(support)] for support in ("example", "explore")}
EVERY = [step.id for step in LESSON.all_steps]
PREDICTIONS = {step.id for step in LESSON.all_steps if step.kind == "predict"}
CHANGED = [[5.0, run()["changes"][0][1]], [10, {"balancer.algorithm": "least_connections"}]]
SENT = {
    "guess_number": ["500", "9999", "none", None],
    "draw": [[50, 50, 50, 50, 80], [0] * 5, [1], "x"],
    "read_off": ["1200", "5", True],
    "in_words": [["a", "", "b"], [], ["", "", ""]],
}  # fmt: skip
RUNS = {
    "run_it": [None, run(), run(changes=CHANGED, values={"balancer.algorithm": "least_connections"}, pin=[10, {}])],
    "read_off": [run(), run(t_s=1), run("start"), {"scene": "nothing"}],
    "build": [run("sale", values={"servers.count": 5}), run("sale"), run()],
}
STEPS = st.sampled_from([*EVERY, "nothing"])
ACTIONS = st.one_of(
    st.just(("next",)), st.just(("next",)), st.just(("next",)), st.just(("back",)), st.just(("restart",)), st.just(("again",)),
    st.tuples(st.just("goto"), STEPS), st.tuples(st.just("hint"), STEPS), st.just(("hint", None)), st.just(("wait",)),
    st.tuples(st.just("support"), st.sampled_from(["example", "explore", "x"])),
    st.tuples(st.just("answer"), st.one_of(st.none(), st.none(), STEPS), st.integers(0, 3), st.integers(0, 3)),
)  # fmt: skip


class Seen:
    """What a learner has done, as far as it was acknowledged."""

    def __init__(self) -> None:
        self.support, self.keys = "example", []
        self.anew()

    def anew(self) -> None:
        self.reached, self.passed, self.answers, self.hinted = {EVERY[0]}, set(), {}, {}

    def after(self, action: dict, state: dict) -> None:
        """Note an acknowledged action."""
        name, here = action["action"], state["step"]["id"]
        if name == "restart":
            self.anew()
        elif name == "support":
            self.support = action["support"]
        elif name == "hint":
            self.hinted[action["step"]] = self.hinted.get(action["step"], 0) + 1
        elif name == "answer" and action["key"] not in self.keys:
            self.keys.append(action["key"])
            self.answers.setdefault(action["step"], []).append((action["answer"], state_of(state, action["step"])))
        self.reached.add(here)

    def settled(self, step: str) -> bool:
        given = self.answers.get(step, [])
        right = any(status == "right" for _, status in given)
        return bool(given) and (step in PREDICTIONS or step in self.passed or right or step == "in_words")


def state_of(state: dict, step: str) -> str:
    return next((one["status"] for one in state["steps"] if one["id"] == step), "")


def check(state: dict, seen: Seen) -> None:
    """Nothing that was sent was sent too early."""
    here = state["step"]["id"]
    far = max(EVERY.index(step) for step in seen.reached)
    for kind, step, place in found(state):
        where = (kind, step, place, here)
        if kind == "title":
            assert EVERY.index(step) <= far, where
        elif kind == "option" and step != here:
            assert step in PREDICTIONS, where
            assert seen.answers[step][0][0] == place, where
        else:
            assert step == here, where
        if kind == "reply":
            last = seen.answers[step][-1][0]
            assert place == (last if isinstance(last, int) else 0), where
        elif kind == "explanation":
            assert seen.settled(step), where
        elif kind in ("model", "rubric"):
            assert seen.answers.get(step), where
        elif kind == "hint":
            assert place < seen.hinted.get(step, 0), where
    text = json.dumps(state)
    assert "when" not in text and "times" not in text and "misconception" not in text and "M11" not in text
    assert not (state["step"]["answered"] or {}).get("simulated") or seen.settled(here)
    assert state["step"]["veiled"] == (here in PREDICTIONS and here not in seen.answers)
    if state["step"]["veiled"] and here == "guess":
        assert state["scene"]["name"] == "start" and not state["scene"]["changes"], "the outcome would be there to be seen"


def made(draw: tuple, state: dict, last: dict | None) -> dict | None:
    """The action that was drawn, as the browser would send it."""
    name, *more = draw
    if name == "again":
        return last
    if name != "answer":
        return {"action": name, "step": (more or [None])[0] or state["step"]["id"], "support": (more or [None])[0]}
    step, option, of_run = more
    step = step or state["step"]["id"]
    choices, runs = SENT.get(step, [option]), RUNS.get(step, [None])
    return {
        "action": "answer", "step": step, "answer": None if step in ("run_it", "build") else choices[option % len(choices)],
        "confidence": 2, "run": runs[of_run % len(runs)], "key": secrets.token_hex(8),
    }  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setattr(desks, "SHELF", Only(LESSON))
    store = database(tmp_path_factory.mktemp("never"))
    yield Desk(store, Clock())
    store.close()
    patch.undo()


# Without shrinking, which would play the lesson for minutes: what was drawn is short enough to read.
@settings(
    max_examples=15, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(drawn=st.lists(ACTIONS, min_size=10, max_size=40))
def test_nothing_is_told_too_early_and_no_answer_is_lost(desk, drawn):
    player, seen, last = Player(desk), Seen(), None
    state = player.state()
    for draw in drawn:
        check(state, seen)
        if draw[0] == "wait":
            desk._clock.now_s += 130
            state = player.state()
            continue
        action = made(draw, state, last)
        if action is None:
            continue
        before = state["step"]["id"]
        try:
            state = desk.act(player.cookie, LESSON.id, action)
        except (Refused, NotYet, BadAsk):
            state = player.state()
            continue
        if action["action"] == "next":
            seen.passed.add(before)
        if action["action"] == "answer":
            last = action
        seen.after(action, state)
    check(state, seen)
    again = Player(desk, player.cookie).state()
    assert again["step"]["id"] == state["step"]["id"], "the place is kept"
    with desk._database.reading() as session:
        learner = learning.learner_of(session, player.cookie)
        stored = list(session.scalars(select(Answer.key).where(Answer.learner_id == learner.id))) if learner else []
    assert sorted(stored) == sorted(seen.keys)
