"""Answers that waited in the browser while the network was away: each belongs to the vote for which it was given."""

from typing import Any

import pytest

from dashboard.classroom.overview import results_told
from dashboard.lesson.way import Refused
from tests.dashboard.classroom.test_votes import answers
from tests.dashboard.lesson.played import LESSON


def told_votes(school, step: str) -> dict[str, Any]:
    return results_told(school.rooms, school.teacher.actor, school.token, step)


@pytest.mark.parametrize(("reveals", "counted"), [(False, [2, 1]), (True, [1, 1])])
@pytest.mark.parametrize("step", ["recall_mean", "guess"])
def test_an_answer_that_waited_belongs_to_the_vote_for_which_it_was_given(school, step, reveals, counted):
    """Ann answers in the first vote without a line; it comes when the class votes again. Ben votes in time."""
    ann, ben = school.comes("Ann"), school.comes("Ben")
    school.tell("pace", pacing="paced", step=step)
    for who in (ann, ben):
        school.act(who, "goto", step=step)
    school.answer(ben, step, 0, vote=1)
    if reveals:
        school.tell("reveal")
    school.tell("vote_again")
    state = school.answer(ann, step, 0, vote=1)
    assert (state["step"]["answered"], state["step"]["vote"], state["step"]["voted"] is None) == (None, 2, False)
    assert [one["answered"] for one in told_votes(school, step)["votes"]] == [counted[0], 0], "not in the second vote"
    with pytest.raises(Refused, match="locked"):
        school.answer(ann, step, 1, vote=1)
    assert school.answer(ann, step, 1, vote=2)["step"]["answered"]["answer"] == 1, "her second vote is not used up"
    told = told_votes(school, step)
    assert [one["answered"] for one in told["votes"]] == counted
    assert sum(map(sum, told["shift"])) == told["shift"][0][1] == (0 if reveals else 1)
    marks = [(row.verdict["round"], row.verdict.get("late", False)) for row in answers(school, step)]
    assert marks == [(1, False), (1, reveals), (2, False)]


def test_an_answer_that_waited_while_the_same_member_voted_elsewhere_is_kept_and_the_last_vote_is_told(school):
    ann = school.comes("Ann")
    school.tell("pace", pacing="paced", step="recall_mean")
    school.tell("vote_again")
    school.answer(ann, "recall_mean", 1, vote=2)
    assert school.answer(ann, "recall_mean", 0, vote=1)["step"]["answered"]["answer"] == 1
    assert told_votes(school, "recall_mean")["shift"] == [[0, 1], [0, 0]]


def test_an_answer_that_waited_while_the_class_went_over_to_another_lesson_is_in_its_vote(school):
    ann = school.comes("Ann")
    school.tell("pace", pacing="paced", step="recall_mean")
    school.tell("vote_again")
    school.tell("lesson", lesson="second")
    school.answer(ann, "recall_mean", 1, vote=2)
    school.tell("lesson", lesson=LESSON.id)
    assert [one["answered"] for one in told_votes(school, "recall_mean")["votes"]] == [0, 1]


def test_an_answer_of_an_older_page_belongs_to_the_open_vote_and_none_to_a_vote_that_there_was_not(school):
    ann = school.comes("Ann")
    school.tell("pace", pacing="paced", step="recall_mean")
    school.tell("vote_again")
    for number in (0, 3, -1, True, 1.0, "1", [1]):
        with pytest.raises(Refused, match="no such vote"):
            school.answer(ann, "recall_mean", 1, vote=number)
    school.answer(ann, "recall_mean", 1)
    assert [row.verdict["round"] for row in answers(school)] == [2]
