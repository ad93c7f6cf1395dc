"""Way: where a learner is in a lesson, and what they may see from there: a pure function of lesson, way and answers.

Nothing that tells a prediction's outcome is open before the prediction is locked; nothing that tells the answer to another question
is open before it is answered rightly, or left behind. Knows no database, no clock and no simulation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dashboard.words import t
from lessons.format import Lesson, Show, Step

SUPPORTS = ("example", "explore")
FIRST_LEVEL = 1
"""Levels of controls that are in sight before a step says otherwise."""
MAX_ATTEMPTS = 100
"""Answers to one step in one run-through."""


class Refused(ValueError):
    """An action that is not possible where the learner is; the message is shown to them."""


@dataclass(frozen=True)
class Rules:
    """What a room asks of its members; alone one is free."""

    until: str | None = None
    """The step at which the class is: nobody goes beyond it, and all have come to it."""
    votes: Mapping[str, int] = field(default_factory=dict)
    """How many votes there are on a step; one where none is named."""
    held: frozenset[str] = frozenset()
    """Steps that are voted on: each takes one answer a vote, and its outcome is not told before the teacher shows it."""
    shown: Mapping[str, int] = field(default_factory=dict)
    """The last vote on a step whose outcome the class has seen: an answer to it, or one before, is kept, and is no vote."""
    locks: tuple[str, ...] = ()
    """Controls that nobody may move."""
    support: str = SUPPORTS[0]
    """With which level of support one begins."""
    paused: bool = False


FREE = Rules()
ROUND = "round"
"""The vote for which an answer was given, kept with its verdict."""
LATE = "late"
"""Kept with the verdict of an answer that came after the class had seen the outcome of its vote; not there with others."""


@dataclass(frozen=True)
class Way:
    """How far a learner is. `step` may be one that another level of support, or an older version of the lesson, has."""

    version: int
    step: str
    run_through: int = 1
    support: str = SUPPORTS[0]
    passed: tuple[str, ...] = ()
    """Steps that were left for the next one."""
    hints: dict[str, int] = field(default_factory=dict)
    """How many were asked for, by step."""
    entered: dict[str, float] = field(default_factory=dict)
    """When each step was first on screen (seconds by the server's clock)."""
    rules: Rules = FREE
    """Not the learner's to change, and not stored with them."""


@dataclass(frozen=True)
class Answered:
    """An answer that is kept."""

    step: str
    attempt: int
    answer: Any
    confidence: int | None
    right: bool | None
    """None where nobody marks it."""
    verdict: dict[str, Any]
    run: dict[str, Any] | None = None


Answers = Sequence[Answered]
"""Those of the present run-through, by their attempts."""


@dataclass(frozen=True)
class Hints:
    """The hints of a step: how many are shown and how many there still are, and what makes the next one due."""

    shown: int
    more: int
    wait_s: float | None
    """0 when it is due; None where it never is by time."""
    attempts: int | None

    @property
    def due(self) -> bool:
        """Whether the next one can be asked for."""
        return self.more > 0 and 0 in (self.wait_s, self.attempts)


def begun(lesson: Lesson, now_s: float, run_through: int = 1, support: str = "", rules: Rules = FREE) -> Way:
    """The way at its begin."""
    way = Way(lesson.version, "", run_through, support or rules.support, rules=rules)
    return _at(way, steps(lesson, way)[0], now_s)


def steps(lesson: Lesson, way: Way) -> list[Step]:
    """The steps of this way, in their order."""
    return lesson.steps_for(way.support) or lesson.all_steps


def here(lesson: Lesson, way: Way) -> Step:
    """The step on screen. Where this way does not have it: the one before it, or else the last that was reached."""
    own = steps(lesson, way)
    ids = [step.id for step in own]
    if way.step in ids:
        return own[min(ids.index(way.step), furthest(lesson, way))]
    every = [step.id for step in lesson.all_steps]
    if way.step in every:
        before = [ids.index(one) for one in every[: every.index(way.step)] if one in ids]
        return own[before[-1] if before else 0]
    return own[furthest(lesson, way)]


def furthest(lesson: Lesson, way: Way) -> int:
    """The place of the last step that was reached; where the class goes together, that of the step at which it is."""
    every = [step.id for step in lesson.all_steps]
    entered = [way.rules.until] if way.rules.until in every else way.entered
    last = max((every.index(one) for one in entered if one in every), default=0)
    reached = set(every[: last + 1])
    return max((place for place, step in enumerate(steps(lesson, way)) if step.id in reached), default=0)


def reached(lesson: Lesson, way: Way) -> list[Step]:
    """The steps that may be opened."""
    return steps(lesson, way)[: furthest(lesson, way) + 1]


def of_step(answers: Answers, step: Step) -> list[Answered]:
    """The answers to a step, vote by vote: what was given for one that is over may have come behind another."""
    return sorted((one for one in answers if one.step == step.id), key=lambda one: one.verdict.get(ROUND, 1))


def vote(step: Step, way: Way) -> int:
    """Which vote on a step is open: the first, unless a room votes once more."""
    return way.rules.votes.get(step.id, 1)


def locked(step: Step, way: Way, answers: Answers, number: int | None = None) -> bool:
    """Whether no further answer is asked for: a prediction has one, and what a room votes on has one a vote while it is open.

    `number`: whether none is taken for this vote, open or over: one may have waited.
    """
    given = of_step(answers, step)
    if number is None and not held(step, way):
        return step.kind == "predict" and bool(given)
    once, last = step.kind == "predict" or held(step, way), vote(step, way)
    return once and (number or last) in [min(one.verdict.get(ROUND, 1), last) for one in given]


def held(step: Step, way: Way) -> bool:
    """Whether the room has not shown the outcome yet."""
    return step.id in way.rules.held


def uncounted(step: Step, way: Way, answers: Answers) -> str:
    """Why no answer to the step is a vote in the last that the room had on it: "late", "missed" (there are earlier ones), or ""."""
    given = of_step(answers, step)
    if not given or any(one.verdict.get(ROUND, 1) >= vote(step, way) and not one.verdict.get(LATE) for one in given):
        return ""
    return "late" if given[-1].verdict.get(LATE) else "missed"


def veiled(step: Step, way: Way, answers: Answers) -> bool:
    """Whether what could give a prediction's outcome away must not be seen yet."""
    return step.kind == "predict" and (held(step, way) or not locked(step, way, answers))


def settled(step: Step, way: Way, answers: Answers) -> bool:
    """Whether the answer may be told: it was given rightly, nobody marks it, it is final, or the learner has gone on."""
    given = of_step(answers, step)
    if not given or held(step, way):
        return False
    return locked(step, way, answers) or step.id in way.passed or any(one.right is not False for one in given)


def status(step: Step, way: Way, answers: Answers) -> str:
    """One of open, answered, right, skipped; what asks for nothing is answered once it was left for the next step."""
    given = of_step(answers, step)
    if given:
        return "right" if any(one.right for one in given) and not held(step, way) else "answered"
    if step.id in way.passed:
        return "skipped" if step.check else "answered"
    return "open"


def finished(lesson: Lesson, way: Way, answers: Answers) -> bool:
    """Whether the exit ticket is done."""
    exits = {step.id for step in lesson.exit}
    return all(status(step, way, answers) in ("answered", "right") for step in steps(lesson, way) if step.id in exits)


def done_count(lesson: Lesson, way: Way, answers: Answers) -> int:
    """How many steps are done; skipped ones are not."""
    return sum(status(step, way, answers) in ("answered", "right") for step in steps(lesson, way))


def scene(lesson: Lesson, way: Way, step: Step, answers: Answers) -> str:
    """The scene that is played in a step: the last that began. One that a prediction is about begins when that is locked."""
    name = "start"
    for one in _up_to(lesson, way, step):
        begins = one.scene or (one.goal and one.goal.scene)
        if begins and not (one is step and veiled(one, way, answers)):
            name = begins
    return name


def controls(lesson: Lesson, way: Way, step: Step) -> list[str]:
    """The controls in sight: those of the levels so far, and what the step itself asks to move; none that the room has locked."""
    levels = [one.level for one in _up_to(lesson, way, step) if one.level is not None]
    paths = [path for level in lesson.controls[: levels[-1] if levels else FIRST_LEVEL] for path in level]
    own = step.goal.free if step.goal else [step.compare.control] if step.compare and step.compare.control else []
    return [path for path in dict.fromkeys([*paths, *own]) if path not in way.rules.locks]


def show(lesson: Lesson, way: Way, step: Step) -> Show | None:
    """What is shown of the page: what the last step said that said anything."""
    return next((one.show for one in reversed(_up_to(lesson, way, step)) if one.show), None)


def prediction(lesson: Lesson, way: Way, step: Step, answers: Answers) -> tuple[Step, Answered] | None:
    """The last prediction before this step, to be seen again beside what came of it."""
    for one in reversed(_up_to(lesson, way, step)[:-1]):
        if locked(one, way, answers):
            return one, of_step(answers, one)[-1]
    return None


def hints(step: Step, way: Way, answers: Answers, now_s: float) -> Hints:
    """The hints of a step as they stand now."""
    shown = min(way.hints.get(step.id, 0), len(step.hints))
    more = len(step.hints) - shown
    if not more:
        return Hints(shown, 0, None, None)
    hint, since_s = step.hints[shown], way.entered.get(step.id, now_s)
    wait_s = None if hint.after_minutes is None else max(0.0, since_s + 60 * hint.after_minutes - now_s)
    attempts = None if hint.after_attempts is None else max(0, hint.after_attempts - len(of_step(answers, step)))
    return Hints(shown, more, wait_s, attempts)


def may_answer(lesson: Lesson, way: Way, answers: Answers, step_id: Any, number: Any = None) -> tuple[Step, int]:
    """The step that an answer is for, and the vote on it: the open one, or the one with this number. Raises Refused where none is
    taken.
    """
    step = _reached_step(lesson, way, step_id)
    if step.check is None:
        raise Refused(t("This step asks for no answer."))
    last = vote(step, way)
    given_for = last if number is None else number
    if isinstance(given_for, bool) or not isinstance(given_for, int) or not 1 <= given_for <= last:
        raise Refused(t("There was no such vote."))
    if locked(step, way, answers, given_for):
        raise Refused(t("Your prediction is locked: the first one counts."))
    if len(of_step(answers, step)) >= MAX_ATTEMPTS:
        raise Refused(t("You have answered this step {most} times; go on with the next one.", most=MAX_ATTEMPTS))
    return step, given_for


def moved(lesson: Lesson, way: Way, answers: Answers, action: dict[str, Any], now_s: float) -> Way:
    """The way after an action other than an answer. Raises Refused."""
    way = ready(lesson, way, now_s)
    own, step = steps(lesson, way), here(lesson, way)
    place = own.index(step)
    if way.rules.paused:
        raise Refused(t("Your teacher has paused the class."))
    match action.get("action"):
        case "next":
            if place >= furthest(lesson, way) and way.rules.until:
                raise Refused(t("Your class goes on together: wait here for the next step."))
            passed = tuple(dict.fromkeys([*way.passed, step.id]))
            return _at(replace(way, passed=passed), own[min(place + 1, len(own) - 1)], now_s)
        case "back":
            return _at(way, own[max(place - 1, 0)], now_s)
        case "goto":
            return _at(way, _reached_step(lesson, way, action.get("step")), now_s)
        case "hint":
            return _hinted(way, _reached_step(lesson, way, action.get("step")), answers, now_s)
        case "support":
            return _supported(lesson, way, action.get("support"), now_s)
        case "restart":
            if way.rules.until:
                raise Refused(t("Your class goes on together; you can begin anew when it is over."))
            return begun(lesson, now_s, way.run_through + 1, way.support, way.rules)
    raise Refused(t("There is no such action in a lesson."))


def ready(lesson: Lesson, way: Way, now_s: float) -> Way:
    """The way in this version of the lesson: the clock of the step on screen runs from now on if it did not yet."""
    way = replace(way, version=lesson.version)
    step = here(lesson, way)
    return way if step.id in way.entered else replace(way, entered=way.entered | {step.id: now_s})


def _hinted(way: Way, step: Step, answers: Answers, now_s: float) -> Way:
    found = hints(step, way, answers, now_s)
    if not found.due:
        raise Refused(t("There is no further hint here.") if not found.more else t("The next hint comes a little later."))
    return replace(way, hints=way.hints | {step.id: found.shown + 1})


def _supported(lesson: Lesson, way: Way, support: Any, now_s: float) -> Way:
    """The way with another level of support. Its step stays, so that switching back leads where one was."""
    if support not in SUPPORTS:
        raise Refused(t("The support is one of {names}.", names=", ".join(SUPPORTS)))
    return ready(lesson, replace(way, support=support), now_s)


def _reached_step(lesson: Lesson, way: Way, step_id: Any) -> Step:
    step = next((one for one in reached(lesson, way) if one.id == step_id), None)
    if step is None:
        raise Refused(t("You have not come to this step yet."))
    return step


def _at(way: Way, step: Step, now_s: float) -> Way:
    entered = way.entered if step.id in way.entered else way.entered | {step.id: now_s}
    return replace(way, step=step.id, entered=entered)


def _up_to(lesson: Lesson, way: Way, step: Step) -> list[Step]:
    own = steps(lesson, way)
    return own[: own.index(step) + 1]
