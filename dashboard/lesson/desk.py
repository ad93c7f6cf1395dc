"""Desk: takes what a learner does in a lesson, and has it stored before it is acknowledged.

What is to be said is worked out first, outside of any transaction; then it is stored in a short one, if nothing has changed in
between. So an action that fails has not happened, and the same answer sent twice is there once. Knows nothing of the web.
"""

import json
import logging
import math
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashboard.asks import BadAsk
from dashboard.cores import CORES
from dashboard.lesson import told, way
from dashboard.lesson.beside import SHELF, planned, stage_of
from dashboard.lesson.cards import card
from dashboard.lesson.drafts import DRAFTS
from dashboard.lesson.own import own_of, read_run, runs_of
from dashboard.lesson.report import last_goal
from dashboard.lesson.way import FREE, Answered, Answers, Refused, Rules, Way
from dashboard.page import FIXED
from dashboard.store import learning
from dashboard.store.database import DATABASE, Database
from dashboard.store.models import Answer, Learner, Progress
from dashboard.words import t
from lessons.facts import Own
from lessons.format import Lesson, Step
from lessons.judging import judge
from lessons.running import BadRun

LOG = logging.getLogger(__name__)
ON_RUN = ("own_run", "compare", "goal")
"""What is answered with a run."""
KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
CONFIDENCES = range(4)
TRIES = 4
"""So often an action is worked out again because another of the same learner came in between."""
MAX_TYPED = 60
KIND = "kind"
"""The kind of answer, kept with its verdict."""
MAX_KEPT_BYTES = 64_000
"""Of one answer with its run."""


class Missing(LookupError):
    """There is no such lesson."""


class Contended(RuntimeError):
    """The learner did too much at once."""


class Kept(NamedTuple):
    """What is stored of a learner in a lesson."""

    way: Way | None = None
    answers: Sequence[Answered] = ()
    count: int = 0
    """Of their answers to anything: it has grown where one has come in between."""
    known: bool = False
    """Whether the answer with the key that was asked for is among them."""


class Desk:
    """Lessons as learners meet them, on a database and by a clock."""

    def __init__(self, database: Database = DATABASE, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def cards(self, cookie: str | None) -> list[dict[str, Any]]:
        """All lessons, with how far the learner is. Raises Away."""
        lessons, kept = SHELF.playable(), {}
        if cookie:
            with self._database.reading() as session:
                learner = learning.learner_of(session, cookie)
                rows = {row.lesson: row for row in learning.progress_of(session, learner)} if learner else {}
                kept = {one.id: _kept(session, learner, one, rows[one.id], FREE) for one in lessons if one.id in rows}
        return [card(one, *kept.get(one.id, Kept())[:2]) for one in lessons]

    def state(self, cookie: str | None, lesson_id: str, rules: Rules = FREE) -> dict[str, Any]:
        """Where the learner is in a lesson. Raises Missing, Away or NotReady."""
        lesson = lesson_of(lesson_id, cookie)
        kept = self._kept(cookie, lesson, rules)
        return self._told(lesson, kept.way or way.begun(lesson, self._clock(), rules=rules), kept.answers)

    def design(self, cookie: str | None, lesson_id: str) -> tuple[Lesson, dict[str, Any] | None]:
        """A lesson, and the settings with which the learner last answered its last goal; None where they have not.

        Raises Missing or Away.
        """
        lesson = lesson_of(lesson_id, cookie)
        step = last_goal(lesson)
        runs = [one.run for one in self._kept(cookie, lesson).answers if step and one.step == step.id and one.run]
        own = own_of(lesson, stage_of(lesson), runs[-1]) if runs else None
        return lesson, own and own.values

    def act(self, cookie: str, lesson_id: str, action: Any, rules: Rules = FREE) -> dict[str, Any]:
        """Take an action; the state after it. Raises Missing, Away, Full, Contended, and for what cannot be done or judged Refused,
        BadAsk, NotYet or BadRun.
        """
        lesson = lesson_of(lesson_id, cookie)
        if not isinstance(action, dict):
            raise BadAsk(t("An action is an object with its name."))
        for _ in range(TRIES):
            try:
                done = self._tried(cookie, lesson, action, rules)
            except IntegrityError:
                continue  # another process stored something for the same learner at the same time
            if done is not None:
                return done
        raise Contended(t("Too much at once: try again."))

    def _tried(self, cookie: str, lesson: Lesson, action: dict[str, Any], rules: Rules) -> dict[str, Any] | None:
        """Work an action out and store it; None if something else was stored meanwhile."""
        now_s = self._clock()
        key = _key(action.get("key")) if action.get("action") == "answer" else None
        kept = self._kept(cookie, lesson, rules, key)
        mine, answers = way.ready(lesson, kept.way or way.begun(lesson, now_s, rules=rules), now_s), kept.answers
        new: dict[str, Any] = {}
        if kept.known:
            return self._told(lesson, mine, answers)
        if key:
            answered = self._judged(lesson, mine, answers, action)
            after, seen = mine, [*answers, answered]
            new = _row(lesson, mine, answered, key, now_s)
        else:
            after = way.moved(lesson, mine, answers, action, now_s)
            seen = answers if after.run_through == mine.run_through else ()
        state = self._told(lesson, after, seen)
        with self._database.writing() as session, session.no_autoflush:  # what changes is written once, at the end
            learner = learning.seen(session, cookie, now_s)
            rows = learning.progress_of(session, learner, lesson.id)
            before = _way(rows[0], rules) if rows else None
            if before != kept.way or learner.answers_count != kept.count:
                return None
            if new:
                learning.add_answer(session, learner, new)
            learning.put_progress(session, learner, lesson.id, now_s, _columns(after))
        return state

    def _kept(self, cookie: str | None, lesson: Lesson, rules: Rules = FREE, key: str | None = None) -> Kept:
        """What is stored of the learner in this lesson; `key`: of an answer that may be there already."""
        if not cookie:
            return Kept()
        with self._database.reading() as session:
            learner = learning.learner_of(session, cookie)
            rows = learning.progress_of(session, learner, lesson.id) if learner else []
            kept = _kept(session, learner, lesson, rows[0], rules) if rows else Kept(count=learner.answers_count if learner else 0)
            return kept._replace(known=bool(key and learner and learning.known(session, learner, key)))

    def _told(self, lesson: Lesson, mine: Way, answers: Answers) -> dict[str, Any]:
        now_s = self._clock()
        with CORES:
            return told.state(lesson, stage_of(lesson), way.ready(lesson, mine, now_s), answers, now_s, FIXED)

    def _judged(self, lesson: Lesson, mine: Way, answers: Answers, action: dict[str, Any]) -> Answered:
        step, vote = way.may_answer(lesson, mine, answers, action.get("step"), action.get("vote"))
        confidence = action.get("confidence")
        if confidence is not None and (isinstance(confidence, bool) or confidence not in CONFIDENCES):
            raise BadAsk(t("confidence: give a whole number from 0 to 3, or null."))
        stage = stage_of(lesson)
        run, own = _own(lesson, stage, step, action.get("run"))
        if own and step.check_kind in ON_RUN and own.scene != way.scene(lesson, mine, step, answers):
            raise Refused(t("Your run is of another step's scene. Start this step's scene again, then answer."))
        if own and step.check_kind in ON_RUN and (locked := set(mine.rules.locks) & _moved(lesson, stage, run, own)):
            names = [one.label for one in stage.controls if one.path in locked]
            raise Refused(t("Your teacher has locked: {names}. Start this step's scene again.", names=", ".join(names)))
        with CORES:
            verdict = judge(lesson, step, action.get("answer"), own, runs_of(lesson, stage, answers))
        attempt = len(way.of_step(answers, step)) + 1
        answer = _plain_answer(step, action.get("answer"))
        kept = _finite(asdict(verdict)) | {KIND: step.check_kind, way.ROUND: vote}
        if vote <= mine.rules.shown.get(step.id, 0):
            kept[way.LATE] = True
        return Answered(step.id, attempt, answer, confidence, verdict.right, kept, run)


def lesson_of(lesson_id: Any, cookie: str | None = None) -> Lesson:
    """The lesson with this id, or this person's draft. Raises Missing or Away."""
    lesson = (SHELF.get(lesson_id) or DRAFTS.opened(cookie, lesson_id)) if isinstance(lesson_id, str) else None
    if lesson is None:
        raise Missing(t("There is no lesson {name}; the home page has all of them.", name=f"{lesson_id!r:.40}"))
    return lesson


def _own(lesson: Lesson, stage: Any, step: Step, raw: Any) -> tuple[dict[str, Any] | None, Own | None]:
    """The run that came with an answer, as it is kept and as it is judged. One that is not needed and no good is left out."""
    try:
        run = read_run(raw, stage)
        return run, own_of(lesson, stage, run)
    except (BadAsk, BadRun):
        if step.check_kind in ON_RUN:
            raise
        return None, None


def _moved(lesson: Lesson, stage: Any, run: dict[str, Any], own: Own) -> set[str]:
    """The controls that the learner moved in a run, also those that they moved back."""
    happens = planned(stage, lesson, run["scene"])
    return {*own.values, *(path for change in run["changes"] if change not in happens for path in change[1])}


def _key(raw: Any) -> str:
    if isinstance(raw, str) and KEY.fullmatch(raw):
        return raw
    raise BadAsk(t("key: give 8 to 64 letters, digits, - and _, made by chance for each answer."))


def _plain_answer(step: Step, answer: Any) -> Any:
    """The answer as it is kept; the judge has seen that it is one."""
    if step.check_kind in ("compare", "goal"):
        return None
    return answer[:MAX_TYPED] if isinstance(answer, str) else answer


def _row(lesson: Lesson, mine: Way, answered: Answered, key: str, now_s: float) -> dict[str, Any]:
    row = {
        "lesson": lesson.id, "version": lesson.version, "run_through": mine.run_through, "step": answered.step,
        "key": key, "answer": {"given": answered.answer}, "confidence": answered.confidence,
        "right": answered.right, "verdict": answered.verdict, "run": answered.run, "answered_s": now_s,
    }  # fmt: skip
    if len(json.dumps(row)) > MAX_KEPT_BYTES:
        raise BadAsk(t("The answer with its run is too long. Start the run again, then answer."))
    return row


def _finite(value: Any) -> Any:
    """The same, with None for numbers that a database cannot keep, and lists for tuples."""
    if isinstance(value, dict):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _way(row: Progress, rules: Rules) -> Way:
    place = row.version, row.step, row.run_through, row.support
    return Way(*place, tuple(row.passed), dict(row.hints), dict(row.entered), rules)


def _columns(mine: Way) -> dict[str, Any]:
    return {name: getattr(mine, name) for name in ("version", "step", "run_through", "support", "hints", "entered")} | {
        "passed": list(mine.passed)
    }


def _kept(session: Session, learner: Learner, lesson: Lesson, row: Progress, rules: Rules) -> Kept:
    """What is stored, with the answers to what the lesson asks now: a new version may ask something else in the same step.

    Whoever voted on the step at which a class is and then began anew has voted all the same.
    """
    kinds = {step.id: step.check_kind for step in lesson.all_steps}
    mine = _way(row, rules)
    rows = learning.answers_of(session, learner, lesson.id, mine.run_through, mine.rules.until)
    return Kept(mine, [_answered(one) for one in rows if kinds.get(one.step) == one.verdict.get(KIND)], learner.answers_count)


def _answered(row: Answer) -> Answered:
    return Answered(row.step, row.attempt, row.answer["given"], row.confidence, row.right, row.verdict, row.run)
