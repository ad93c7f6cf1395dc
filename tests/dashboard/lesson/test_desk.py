"""What a learner does in a lesson is stored before it is acknowledged, judged by the simulator, and there again after a restart."""

import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from dashboard.asks import BadAsk
from dashboard.lesson.beside import stage_of
from dashboard.lesson.desk import Desk, Missing
from dashboard.lesson.way import Refused
from dashboard.store import learning
from dashboard.store.models import Answer, Learner
from lessons.judging import NotYet
from lessons.running import BadRun
from tests.dashboard.lesson.played import BACKUP, LESSON, Player, database, run

ANSWERED = [
    ("recall_mean", 1, None), ("guess", 2, None), ("guess_number", "500", None), ("draw", [50, 50, 50, 55, 80], None),
    ("run_it", None, run(
        changes=[BACKUP, [10, {"balancer.algorithm": "least_connections"}]],
        values={"balancer.algorithm": "least_connections"}, pin=[10, {}],
    )),
    ("read_off", "1200", run()), ("in_words", ["a", "b", "c"], None), ("build", None, run("sale", values={"servers.count": 6})),
    ("ticket", 0, None),
]  # fmt: skip
"""A way through the lesson; what is right in it follows from arithmetic: half of server 3's capacity (333/s) is less than a quarter
of what comes (500/s), so its queue grows; six servers can do 4,000/s of the 3,000/s that come."""


def test_a_lesson_can_be_played_to_its_end(player):
    for step, answer, own in ANSWERED:
        player.to(step)
        state = player.answer(step, answer, run=own, confidence=1)
        assert state["step"]["answered"]["right"] is not False or step in ("draw", "read_off"), step
        assert state["step"]["answered"]["final"] == (state["step"]["kind"] == "predict")
    assert state["finished"]
    (card,) = player.desk.cards(player.cookie)
    assert (card["finished"], card["done"]) == (True, card["steps"])
    assert not player.desk.cards(None)[0]["finished"]


def test_nothing_is_stored_for_who_only_looks(player, store):
    player.state()
    player.desk.cards(player.cookie)
    with store.reading() as session:
        assert session.scalars(select(Learner)).all() == []


def test_of_the_cookie_only_its_hash_is_stored(player, store):
    player.answer("recall_mean", 0)
    with store.reading() as session:
        learner = session.scalars(select(Learner)).one()
    assert player.cookie not in (learner.cookie_hash, str(vars(learner)))
    assert learner.cookie_hash == learning.hashed(player.cookie)


def test_the_place_is_kept_over_a_refresh_and_a_restart_of_the_server(player, store, tmp_path, clock):
    player.to("run_it")
    player.answer("guess", 0, confidence=3)
    before = player.act("goto", step="guess")
    store.close()
    again = database(tmp_path)
    assert Player(Desk(again, clock), player.cookie).state() == before
    again.close()


def test_another_learner_has_another_place(player):
    player.to("guess")
    assert Player(player.desk).state()["step"]["id"] == "recall_mean"


def test_the_clock_of_hints_goes_on_over_a_refresh(player, clock):
    player.to("run_it")
    player.answer("run_it", None, run=run(pin=[10, {"balancer.algorithm": "random"}]))
    player.act("hint", step="run_it")
    assert player.state()["step"]["hints"]["wait_s"] == 120
    clock.now_s += 50
    assert player.state()["step"]["hints"]["wait_s"] == 70
    with pytest.raises(Refused):
        player.act("hint", step="run_it")
    clock.now_s += 70
    assert len(player.act("hint", step="run_it")["step"]["hints"]["shown"]) == 2


def test_the_same_answer_sent_twice_is_there_once(player, store):
    first = player.answer("recall_mean", 0, key="a-key-of-mine")
    assert player.answer("recall_mean", 1, key="a-key-of-mine") == first
    assert first["step"]["answered"]["attempt"] == 1
    with store.reading() as session:
        assert len(session.scalars(select(Answer)).all()) == 1


def test_a_locked_prediction_stays_as_it_was_answered_first(player):
    player.to("guess")
    player.answer("guess", 0, confidence=3)
    with pytest.raises(Refused, match="locked"):
        player.answer("guess", 2, confidence=3)
    assert player.state()["step"]["answered"]["said"] == "It hardly moves"


def test_other_questions_take_further_attempts(player):
    player.answer("recall_mean", 0)
    again = player.answer("recall_mean", 1)["step"]["answered"]
    assert (again["attempt"], again["right"]) == (2, True)


def test_a_restart_keeps_the_earlier_answers_in_the_database(player, store):
    player.answer("recall_mean", 0)
    state = player.act("restart")
    assert state["step"]["answered"] is None
    assert player.answer("recall_mean", 1)["step"]["answered"]["attempt"] == 1
    with store.reading() as session:
        assert sorted((one.run_through, one.attempt) for one in session.scalars(select(Answer))) == [(1, 1), (2, 1)]


def test_many_answers_at_once_are_all_there_and_none_twice(player, store):
    keys = [secrets.token_hex(8) for _ in range(12)]

    def sent(key: str) -> bool:
        for _ in range(20):  # as the browser does: it sends the same again until it is acknowledged
            try:
                player.answer("recall_mean", 0, key=key)
                return True
            except RuntimeError:
                continue
        return False

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(sent, keys * 2))
    with store.reading() as session:
        rows = session.scalars(select(Answer)).all()
    assert sorted(row.key for row in rows) == sorted(keys)
    assert sorted(row.attempt for row in rows) == list(range(1, 13))


def test_what_one_learner_may_store_is_bounded(player, monkeypatch):
    monkeypatch.setattr(learning, "MAX_ANSWERS", 3)
    for _ in range(3):
        player.answer("recall_mean", 0)
    with pytest.raises(learning.Full):
        player.answer("recall_mean", 0)
    assert player.state()["step"]["answered"]["attempt"] == 3


def test_numbers_of_the_text_come_from_the_own_run_where_there_is_one(player):
    player.to("in_words")
    lesson = player.state()["step"]
    assert lesson["source"] == "lesson"
    player.answer("read_off", "1", run=run(t_s=20, changes=[BACKUP, [6, {"balancer.algorithm": "least_connections"}]]))
    mine = player.state()["step"]
    assert mine["source"] == "yours"
    assert mine["prompt"] != lesson["prompt"]


def test_an_own_run_that_has_not_come_far_enough_is_no_attempt(player):
    player.to("read_off")
    with pytest.raises(NotYet):
        player.answer("read_off", "100", run=run(t_s=4))
    with pytest.raises(NotYet):
        player.answer("read_off", "100")
    assert player.state()["step"]["answered"] is None


def test_a_run_of_another_scene_is_none_of_this_step(player):
    player.to("read_off")
    with pytest.raises(Refused, match="scene"):
        player.answer("read_off", "100", run=run("start"))


@pytest.mark.parametrize(
    "bad",
    [
        {"scene": "nothing"}, {"scene": None}, {"seed": -1}, {"seed": "1"}, {"changes": "x"}, {"changes": [BACKUP] * 401},
        {"changes": [[9, {"servers.count": 2}], [3, {"servers.count": 3}]]}, {"changes": [[0, {"servers.color": 1}]]},
        {"changes": [[0, {"inject": {"kind": "pop_outage", "index": 0}}]]}, {"changes": [[0, {"traffic.recording": "a"}]]},
        {"values": {"database.shards": 9}}, {"values": [1]}, {"t_s": None}, {"t_s": True}, {"pin": [0]}, {"pin": 7},
    ],
)  # fmt: skip
def test_a_run_goes_through_the_checks_of_an_ask(player, bad):
    player.to("read_off")
    with pytest.raises((BadAsk, BadRun)):
        player.answer("read_off", "100", run=run() | bad)
    if bad != {"scene": "nothing"}:
        return
    player.act("goto", step="guess_number")
    assert player.answer("guess_number", "1", run=run() | bad)["step"]["answered"], "where no run is needed a bad one is left out"


def test_values_outside_a_controls_range_are_clamped(player, store):
    player.to("build")
    player.answer("build", None, run=run("sale", values={"servers.count": 10**9}))
    with store.reading() as session:
        kept = session.scalars(select(Answer)).one().run
    most = next(one.most for one in stage_of(LESSON).controls if one.path == "servers.count")
    assert kept["values"]["servers.count"] == most < 10**9


@pytest.mark.parametrize("key", [None, "", "short", 7, "x" * 65, "with space 12", "é" * 10])
def test_an_answer_needs_a_key_made_by_chance(player, key):
    with pytest.raises(BadAsk, match="key"):
        player.act("answer", step="recall_mean", answer=0, key=key)


@pytest.mark.parametrize("confidence", [-1, 4, True, "certain", 1.5, [1]])
def test_a_confidence_is_one_of_four(player, confidence):
    player.to("guess")
    with pytest.raises(BadAsk, match="confidence"):
        player.answer("guess", 0, confidence=confidence)


@pytest.mark.parametrize("action", [None, 7, "next", [], ["action"]])
def test_an_action_is_an_object(player, action):
    with pytest.raises(BadAsk):
        player.desk.act(player.cookie, "every_kind", action)


def test_a_lesson_that_there_is_not(player):
    with pytest.raises(Missing):
        player.desk.state(player.cookie, "nothing")
    with pytest.raises(Missing):
        player.desk.act(player.cookie, "../every_kind", {"action": "next"})


def test_a_new_version_in_the_middle_goes_on_at_the_same_step_and_keeps_the_answers(player, shelf):
    player.to("guess")
    player.answer("guess", 0)
    player.act("next")
    shelf.lessons["every_kind"] = LESSON.model_copy(
        update={"version": 2, "steps": [one for one in LESSON.steps if one.id != "hook"]}
    )
    state = player.state()
    assert (state["lesson"]["version"], state["step"]["id"]) == (2, "guess_number")
    assert player.act("back")["step"]["answered"]["said"] == "It hardly moves"


def test_where_a_new_version_asks_something_else_the_old_answer_is_no_answer(player, shelf):
    player.to("guess")
    player.answer("guess", 0)
    asks_a_number = LESSON.step("guess_number").model_copy(update={"id": "guess"})
    shelf.lessons["every_kind"] = LESSON.model_copy(
        update={"version": 2, "steps": [asks_a_number if one.id == "guess" else one for one in LESSON.steps]}
    )
    assert player.state()["step"]["answered"] is None
    assert player.answer("guess", "500")["step"]["answered"]["right"]
