"""Told: what the browser gets of a lesson from where a learner is. The wire's description is the package's docstring.

Texts are filled in with numbers, by simulation where they are not known yet. What may be told is `way`'s to say.
"""

import logging
from collections.abc import Mapping
from typing import Any

from dashboard.lesson import metrics, way
from dashboard.lesson.beside import planned
from dashboard.lesson.own import runs_of
from dashboard.lesson.report import last_goal
from dashboard.lesson.together import part_told, policy_told, values_told
from dashboard.lesson.way import Answered, Answers, Way
from dashboard.words import t
from engine.system.paths import value_at
from lessons.checks import Condition
from lessons.facts import Facts
from lessons.format import Lesson, Step
from lessons.goals import COST, Outcome, best_known, budget_of, words_of_money
from lessons.running import BadRun, NotReady, scene_of
from lessons.showing import names_in, paragraphs, rounded, shown

LOG = logging.getLogger(__name__)


def state(lesson: Lesson, stage: Any, mine: Way, answers: Answers, now_s: float, fixed: tuple[str, ...]) -> dict[str, Any]:
    """The state of a lesson. Raises BadRun where a number of its texts cannot be measured."""
    step = way.here(lesson, mine)
    reached = {one.id for one in way.reached(lesson, mine)}
    return {
        "lesson": {
            "id": lesson.id, "version": lesson.version, "number": lesson.number, "title": lesson.title, "concept": lesson.concept,
            "minutes": lesson.minutes, "objectives": [one.text for one in lesson.objectives], "support": mine.support,
        },
        "steps": [
            {
                "id": one.id,
                "kind": one.kind,
                "title": one.title if one.id in reached else None,
                "status": way.status(one, mine, answers),
                "here": one is step,
                "reached": one.id in reached,
            }
            for one in way.steps(lesson, mine)
        ],
        "finished": way.finished(lesson, mine, answers),
        "report": _report(lesson, answers),
        "step": _Step(lesson, stage, mine, answers, step).told(now_s),
        "scene": scene(lesson, stage, way.scene(lesson, mine, step, answers), fixed),
    }  # fmt: skip


def prompt(lesson: Lesson, stage: Any, step: Step) -> list[str]:
    """A step's prompt for everybody's eyes: where it speaks of one's own answer or run there is a dash, or the lesson's."""
    mine = Way(lesson.version, step.id, support=step.only or way.SUPPORTS[0])
    return _Step(lesson, stage, mine, (), step)._text(step.prompt)


def _report(lesson: Lesson, answers: Answers) -> str:
    """The address of the report on the learner's design; "" before the lesson's last goal was answered."""
    goal = last_goal(lesson)
    return f"lessons/{lesson.id}/report" if goal and any(one.step == goal.id for one in answers) else ""


def scene(lesson: Lesson, stage: Any, name: str, fixed: tuple[str, ...]) -> dict[str, Any]:
    """What the page plays."""
    system, written = stage.scenes[name], scene_of(lesson, name)
    return {
        "name": name,
        "seed": written.seed,
        "start": {one.path: value_at(system, one.path) for one in stage.controls},
        "fixed": {path: value_at(system, path) for path in fixed},
        "changes": planned(stage, lesson, name),
        "keeps": written.keeps,
        "named": list(written.system),
    }


class _Nothing(Facts):
    """No value is known."""

    def __getitem__(self, name: str) -> float | None:
        return None


class _Step:
    """The step on screen."""

    def __init__(self, lesson: Lesson, stage: Any, mine: Way, answers: Answers, step: Step) -> None:
        self.lesson, self.stage, self.way, self.answers, self.step = lesson, stage, mine, answers, step
        self.scene = way.scene(lesson, mine, step, answers)
        self.given = way.of_step(answers, step)
        self.facts = Facts(lesson, runs_of(lesson, stage, answers))
        self.names: list[str] = []

    def told(self, now_s: float) -> dict[str, Any]:
        step, before = self.step, way.prediction(self.lesson, self.way, self.step, self.answers)
        show = way.show(self.lesson, self.way, step)
        voted = way.held(step, self.way) and not way.locked(step, self.way, self.answers)
        controls = [one.path for one in self.stage.controls]
        told = {
            "id": step.id,
            "kind": step.kind,
            "title": step.title,
            "prompt": self._text(step.prompt),
            "veiled": way.veiled(step, self.way, self.answers),
            "controls": _offered(way.controls(self.lesson, self.way, step), controls),
            "show": {"numbers": show.numbers, "chart": show.chart} if show else None,
            "ask": self._ask(controls),
            "answered": self._answered() if self.given and not voted else None,
            "held": way.held(step, self.way),
            "shown": self.way.rules.shown.get(step.id, 0) >= way.vote(step, self.way),
            "vote": way.vote(step, self.way),
            "voted": _before(self._in_words(self.given[-1]), self.given[-1]) if self.given and voted else None,
            "locks": _offered(list(self.way.rules.locks), controls),
            "hints": self._hints(now_s),
            "prediction": before and _before(self._in_words(before[1]), before[1]),
        }
        return told | {"source": self._source()}

    def _text(self, text: str | None, more: Mapping[str, str] | None = None) -> list[str]:
        self.names += names_in(text)
        said = {f"answer.{one.step}": self._in_words(one) for one in self.answers}
        if {"budget", "best"} & {*names_in(text)}:
            said |= words_of_money(self.lesson, self._goal_step(), metrics.money)
        scene = self.step.scene or self.scene  # a prediction may speak of the scene that is still to come
        try:
            return paragraphs(text, self.facts, scene, said | dict(more or {}), metrics.written)
        except NotReady:
            raise
        except BadRun:
            # One number that cannot be measured must not take the lesson away: there is a dash in its place.
            LOG.exception("a text of %s cannot be filled in", self.lesson.id)
            return paragraphs(text, _Nothing(self.lesson), scene, said | dict(more or {}), metrics.written)

    def _goal_step(self) -> Step:
        """The step with a goal that a text speaks of: this one, or else the nearest before it."""
        own = way.steps(self.lesson, self.way)
        before = [one for one in own[: own.index(self.step) + 1] if one.goal]
        return before[-1] if before else next(one for one in self.lesson.all_steps if one.goal)

    def _best(self) -> str:
        known = best_known(self.lesson.id).get(self._goal_step().id)
        return metrics.money(known and known[COST])

    def _ask(self, controls: list[str]) -> dict[str, Any] | None:
        step = self.step
        if step.check is None:
            return None
        told = {"kind": step.check_kind, "confidence": step.kind == "predict" if step.confidence is None else step.confidence}
        match step.check_kind:
            case "choice":
                return told | {"options": [option.text for option in step.choice.options]}
            case "number":
                return told | {"unit": step.number.unit}
            case "own_run":
                return told | {"unit": step.own_run.unit, "from_s": step.own_run.from_s}
            case "compare":
                path = step.compare.control
                return told | {"control": path, "label": next((one.label for one in self.stage.controls if one.path == path), "")}
            case "sketch":
                sketch = step.sketch
                return told | {"points": sketch.points, "label": sketch.label, "measure": sketch.measure, "most": sketch.most}
            case "part":
                return told | part_told(self.stage, self.lesson, step)
            case "writing":
                return told | {"parts": step.writing.parts}
        budget = budget_of(self.lesson, step)
        return told | {
            "conditions": [_condition(one) for one in step.goal.conditions],
            "budget": "" if budget is None else _condition(Condition(metric=COST, at_most=budget)),
            "free": _offered(step.goal.free, controls),
        }

    def _answered(self) -> dict[str, Any]:
        last, step = self.given[-1], self.step
        settled = way.settled(step, self.way, self.answers)
        mine = _said(last)
        if way.held(step, self.way):
            nothing = {"right": None, "reply": [], "explanation": [], "simulated": [], "final": True}
            given = {"attempt": last.attempt, "answer": last.answer, "said": self._in_words(last), "confidence": last.confidence}
            return given | nothing
        told = {
            "attempt": last.attempt,
            "answer": last.answer,
            "said": self._in_words(last),
            "confidence": last.confidence,
            "right": last.right,
            "reply": self._text(last.verdict.get("reply"), mine),
            "explanation": self._text(step.explanation, mine) if settled else [],
            "final": way.locked(step, self.way, self.answers),
            "uncounted": way.uncounted(step, self.way, self.answers),
        }
        match step.check_kind:
            case "sketch":
                return told | {"simulated": last.verdict.get("curve", []) if settled else []}
            case "goal":
                outcomes = [Outcome(**one) for one in last.verdict.get("outcomes", [])]
                report = _report(self.lesson, self.answers) if step is last_goal(self.lesson) else ""
                judged = {
                    "conditions": [_judged(one) for one in outcomes],
                    "best": self._best() if settled else "",
                    "report": report,
                }
                return told | judged
            case "compare":
                unit = last.verdict.get("unit", "")
                both = {name: " ".join(filter(None, [mine[name], unit])) for name in ("before", "after")}
                return told | both | {"label": metrics.label(step.compare.metric)}
            case "part":
                return told | {"values": values_told(self.stage, self.lesson, step, last.answer)}
            case "writing":
                return told | {"model": self._text(step.writing.model), "rubric": step.writing.rubric}
        return told

    def _in_words(self, given: Answered) -> str:
        """An answer as it is quoted: a comparison by its control's name, a curve by its ends."""
        said = given.verdict.get("said", "")
        if given.verdict.get("curve") and isinstance(given.answer, list) and given.answer:
            ends = {name: metrics.written(rounded(given.answer[at])) for name, at in (("first", 0), ("last", -1))}
            return t("a curve from {first} to {last}", **ends)
        if given.step == self.step.id and self.step.part:
            return policy_told(self.stage, given.answer)
        if given.step == self.step.id and self.step.compare:
            path, _, value = said.partition(": ")
            control = next((one for one in self.stage.controls if one.path == path), None)
            return f"{control.label}: {dict(control.choices).get(value, value)}" if control else value
        return said

    def _hints(self, now_s: float) -> dict[str, Any]:
        found = way.hints(self.step, self.way, self.answers, now_s)
        texts = [self._text(hint.text) for hint in self.step.hints[: found.shown]]
        return {"shown": texts, "more": found.more, "wait_s": found.wait_s, "attempts": found.attempts}

    def _source(self) -> str | None:
        """Whose run the numbers of the texts come from."""
        if any(self.facts.is_own(name) for name in self.names if name in self.lesson.values):
            return "yours"
        if {"measured", "before", "after"} & {*self.names} and self.step.check_kind in ("own_run", "compare"):
            return "yours"
        return "lesson" if any(name in self.lesson.values or name == "measured" for name in self.names) else None


def _before(said: str, answered: Answered) -> dict[str, Any]:
    """An answer as it is seen again."""
    return {"said": said, "confidence": answered.confidence}


def _said(answered: Answered) -> dict[str, str]:
    """What an answer's own texts may speak of."""
    verdict = answered.verdict
    unit, numbers = verdict.get("unit", ""), verdict.get("numbers", {})
    said = {name: shown(number, unit, write=metrics.written) for name, number in numbers.items()}
    said.setdefault("answer", verdict.get("said", ""))
    if verdict.get("curve"):
        said.setdefault("measured", ", ".join(shown(y, write=metrics.written) for y in verdict["curve"]))
    return said


def _condition(condition: Condition | Outcome) -> str:
    sign, limit = ("≤", condition.at_most) if condition.at_most is not None else ("≥", condition.at_least)
    return f"{metrics.label(condition.metric)} {sign} {metrics.amount(condition.metric, limit)}"


def _judged(outcome: Outcome) -> dict[str, Any]:
    found, low, high = (metrics.amount(outcome.metric, value) for value in (outcome.found, outcome.low, outcome.high))
    if outcome.found is None:
        by = metrics.nothing()
    elif outcome.met:
        by = metrics.span(found, low, high)
    else:
        by = metrics.missed(metrics.span(found, low, high), metrics.amount(outcome.metric, outcome.off))
    return {"text": _condition(outcome), "met": outcome.met, "found": found, "low": low, "high": high, "by": by}


def _offered(paths: list[str], controls: list[str]) -> list[str]:
    """The controls at these paths; a path may stand for all that lie under it."""
    return [one for path in paths for one in controls if one == path or one.startswith(f"{path}.")]
