"""Whatever members do and their teacher commands: nobody sees beyond the class's step, or what is held, or votes twice.

Sequences are made by chance; after every move all that a member can get is looked at, against a model kept beside it.
"""

import itertools
import secrets
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from dashboard.asks import BadAsk
from dashboard.classroom.overview import class_told, results_told
from dashboard.classroom.pace import MOST_VOTES
from dashboard.classroom.rights import Forbidden
from dashboard.lesson.way import Refused
from dashboard.store.models import Answer
from lessons.judging import NotYet
from tests.dashboard.classroom.world import School
from tests.dashboard.lesson.played import LESSON

STEPS = [step.id for step in LESSON.all_steps]
POLLED = ("recall_mean", "guess", "ticket")
"""Steps with a choice: what is answered to them needs no run."""
LESSONS = (LESSON.id, "second")
MEMBERS = ("Ann", "Ben")
members = st.sampled_from(MEMBERS)
lessons = st.sampled_from((LESSON.id, *LESSONS))
polled = st.sampled_from(POLLED)


class Together(RuleBasedStateMachine):
    """A class of two, their teacher, and what the votes are by hand."""

    school: School

    @initialize()
    def begin(self) -> None:
        opened = self.school.rooms.open(secrets.token_hex(32), LESSON.id)
        self.token = opened["token"]
        self.school.token = self.token
        self.people = {name: self.school.comes(name) for name in MEMBERS}
        teacher = self.school.rooms.claim(self.school.teacher.actor, self.token, opened["recovery"])
        assert teacher
        self.lesson, self.pacing, self.step = LESSON.id, "free", None
        self.votes: dict[tuple[str, str], int] = {}
        self.shown: set[tuple[str, str]] = set()
        self.voted: set[tuple[str, str, str, int]] = set()
        self.touched: set[str] = set()
        """Steps to whose votes something was done since they were last counted."""

    @property
    def held(self) -> str | None:
        """The step of the class's lesson that it votes on."""
        at = self.step if self.pacing != "free" else None
        held = at in (*POLLED, "guess_number", "draw") and (self.lesson, at) not in self.shown
        return at if held else None

    def vote(self, lesson: str, step: str) -> int:
        return self.votes.get((lesson, step), 1)

    @rule(who=members, lesson=lessons, step=polled, choice=st.sampled_from([0, 1]))
    def answers(self, who: str, lesson: str, step: str, choice: int) -> None:
        vote = self.vote(lesson, step) if lesson == self.lesson else 1
        mine = (who, lesson, step, vote)
        voting = lesson == self.lesson and step == self.held
        try:
            self.school.answer(self.people[who], step, choice, lesson=lesson)
        except Refused:
            return
        assert not (voting and mine in self.voted), "a second vote in one vote"
        if lesson == self.lesson and self.pacing != "free" and self.step:
            assert STEPS.index(step) <= STEPS.index(self.step), "an answer beyond the class's step"
        if (lesson, step) not in self.shown:  # what comes after the outcome is no vote
            self.voted.add(mine)
        self.touched.add(step)

    @rule(who=members, lesson=lessons, action=st.sampled_from(["next", "next", "next", "back", "restart"]))
    def moves(self, who: str, lesson: str, action: str) -> None:
        self.tries(who, action, lesson)

    @rule(who=members, lesson=lessons, step=st.sampled_from(STEPS))
    def goes(self, who: str, lesson: str, step: str) -> None:
        self.tries(who, "goto", lesson, step=step)

    @rule(who=members, support=st.sampled_from(["example", "explore"]))
    def switches(self, who: str, support: str) -> None:
        self.tries(who, "support", support=support)

    def tries(self, who: str, action: str, lesson: str = LESSON.id, **more: Any) -> None:
        try:
            self.school.act(self.people[who], action, lesson, **more)
        except (Refused, BadAsk, NotYet):
            return
        assert self.pacing != "paused", "nobody moves in a paused class"

    @rule(pacing=st.sampled_from(["free", "paced", "paced", "paused"]), step=st.one_of(st.none(), st.sampled_from(STEPS), polled))
    def paces(self, pacing: str, step: str | None) -> None:
        self.school.tell("pace", pacing=pacing, step=step)
        if step is None and pacing == "paused" and self.pacing == "free":
            self.step = None
        self.pacing, self.step = pacing, step or self.step
        if pacing == "paced" and self.step is None:
            self.step = STEPS[0]

    @rule(lesson=st.sampled_from(LESSONS))
    def goes_over(self, lesson: str) -> None:
        self.school.tell("lesson", lesson=lesson)
        self.lesson, self.step = lesson, None if self.pacing == "free" else STEPS[0]
        self.touched.update(POLLED)

    @precondition(lambda self: self.held)
    @rule()
    def reveals(self) -> None:
        self.shown.add((self.lesson, self.held))
        self.school.tell("reveal")

    @precondition(lambda self: self.pacing != "free" and self.step in POLLED and self.vote(self.lesson, self.step) < MOST_VOTES)
    @rule()
    def votes_again(self) -> None:
        self.school.tell("vote_again")
        self.votes[self.lesson, self.step] = self.vote(self.lesson, self.step) + 1
        self.touched.add(self.step)
        self.shown.discard((self.lesson, self.step))

    @invariant()
    def nobody_sees_what_they_may_not(self) -> None:
        for name, who in self.people.items():
            told = self.school.rooms.lesson(who.actor, self.token, self.lesson)
            step, places = told["step"], {one: STEPS.index(one) for one in STEPS}
            reached = [one for one in told["steps"] if one["reached"]]
            assert all(one["title"] is None for one in told["steps"] if not one["reached"])
            assert step["id"] in [one["id"] for one in reached]
            if self.pacing != "free" and self.step:
                assert max(places[one["id"]] for one in reached) <= places[self.step]
            if step["id"] != self.held and step["kind"] == "predict":
                assert step["veiled"] == (step["answered"] is None), "nothing is veiled behind a vote that is over"
            if self.held is None:
                continue
            assert [one["status"] for one in told["steps"] if one["id"] == self.held and one["status"] == "right"] == []
            if step["id"] == self.held:
                assert step["held"] and step["veiled"] == (step["kind"] == "predict")
                seen = step["answered"]
                assert seen is None or (seen["right"], seen["reply"], seen["explanation"], seen["final"]) == (None, [], [], True)
                mine = (name, self.lesson, self.held, self.vote(self.lesson, self.held))
                assert (seen is not None) == (mine in self.voted) or self.held not in POLLED
            for asked in (None, self.held):
                try:
                    results_told(self.school.rooms, who.actor, self.token, asked)
                    raise AssertionError("what the class said is held")
                except Forbidden:
                    pass

    @invariant()
    def each_vote_counts_everybody_once(self) -> None:
        for step in self.touched:
            told = results_told(self.school.rooms, self.school.teacher.actor, self.token, step)
            by_vote = {vote: {one[0] for one in self.voted if one[1:] == (self.lesson, step, vote)} for vote in range(1, 9)}
            for one in told["votes"]:
                assert one["answered"] == sum(option["count"] for option in one["options"]) == len(by_vote[one["vote"]])
            if told["shift"]:
                both = by_vote[1] & by_vote[told["vote"]]
                assert sum(itertools.chain(*told["shift"])) == len(both)
        self.touched.clear()

    def teardown(self) -> None:
        with self.school.store.reading() as session:
            rows = session.execute(select(Answer.learner_id, Answer.lesson, Answer.run_through, Answer.step, Answer.attempt)).all()
        assert len(rows) == len(set(rows))
        class_told(self.school.rooms, self.school.teacher.actor, self.token)


@pytest.mark.parametrize("examples", [5, pytest.param(100, marks=pytest.mark.full)])
def test_no_sequence_lets_a_member_ahead_of_their_class(school, examples):
    class Now(Together):
        pass

    Now.school = school
    phases = [one for one in Phase if one is not Phase.shrink or examples > 10]  # to shrink takes minutes
    bounds = settings(
        max_examples=examples, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), phases=phases
    )
    run_state_machine_as_test(Now, settings=bounds)
