"""Judging: what an answer to a step of a lesson came to.

A verdict is a pure function of the lesson, the answer, and the learner's runs. Keys are measured: nothing that the simulator can
tell is taken from the file. Knows nothing of who answers, nor of how a verdict is shown.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.system.paths import value_at
from engine.system.shown import said
from lessons.checks import Choice, Compare, Number, OwnRun, Sketch, Wrong
from lessons.entries import Values
from lessons.expressions import parsed
from lessons.facts import Facts, Own
from lessons.format import Lesson, Step
from lessons.goals import Outcome, as_words, designed, is_free, judged, system_under
from lessons.parts import chosen, followed, in_words
from lessons.running import (
    BadRun,
    Run,
    Stretch,
    changed,
    measured,
    moves_of,
    read_lately,
    scene_of,
    system_of,
)

MAX_WRITTEN = 2_000
"""Characters of one written answer."""
TYPED = re.compile(r"[-+]?\d{1,12}(\.\d{1,9})?")


class NotYet(ValueError):
    """An answer that cannot be judged as it is; the message says what is missing. It is no attempt."""


@dataclass(frozen=True)
class Verdict:
    """What an answer came to. `right` is None where nobody marks it; `numbers` fill in {measured} and the like."""

    right: bool | None
    said: str
    """The answer in words."""
    reply: str | None = None
    """Prose with placeholders."""
    misconception: str | None = None
    numbers: dict[str, float | None] = field(default_factory=dict)
    unit: str = ""
    outcomes: tuple[Outcome, ...] = ()
    """Of a goal, condition by condition."""
    curve: tuple[float | None, ...] = ()
    """Of a sketch: the simulated heights."""


def judge(lesson: Lesson, step: Step, answer: Any, own: Own | None = None, runs: Mapping[str, Own] | None = None) -> Verdict:
    """The verdict on an answer; `own` is what came with it, `runs` what came with earlier steps.

    Raises NotYet for an answer that is none, and BadRun for a run that cannot be made.
    """
    facts = Facts(lesson, {**(runs or {}), **({step.id: own} if own else {})})
    match step.check_kind:
        case "choice":
            return _choice(step.choice, answer, facts)
        case "number":
            return _number(step.number, answer, facts)
        case "own_run":
            return _own_run(step.own_run, answer, _needed(own), facts)
        case "compare":
            return _compare(lesson, step.compare, _needed(own))
        case "sketch":
            return _sketch(step.sketch, answer, facts)
        case "goal":
            return _goal(lesson, step, _needed(own))
        case "part":
            return _part(lesson, step, answer, facts)
        case "writing":
            return _writing(step, answer)
    raise NotYet(said("there is nothing to answer here"))


def right_option(choice: Choice, facts: Facts) -> int | None:
    """The place of the option that is right: what the run shows; None where it shows no single one."""
    for seen in (facts, Facts(facts.lesson, seed=facts.seed)):  # a learner's own run may have left the question behind
        right = [
            place
            for place, option in enumerate(choice.options)
            if (option.right if option.when is None else parsed(option.when).holds(seen))
        ]
        if len(right) == 1:
            return right[0]
    return None


def simulated(sketch: Sketch, facts: Facts) -> list[float | None]:
    """The heights of the simulated curve."""
    return [height(sketch, x, facts) for x in sketch.points]


def height(sketch: Sketch, x: float, facts: Facts) -> float | None:
    """The simulated height at one value of the control."""
    lesson = facts.lesson
    scene = scene_of(lesson, sketch.scene)
    system = changed(system_of(lesson, sketch.scene), {sketch.control: x})
    run = Run.of(system, scene.seed if facts.seed is None else facts.seed, moves_of(scene.events))
    y = measured(run, Stretch(sketch.metric, "", sketch.from_s, sketch.to_s))
    if sketch.formula is None:
        return y
    return parsed(sketch.formula).number(Facts(lesson, seed=facts.seed, more={"y": y, "x": x}))


def distance(sketch: Sketch, drawn: list[float], curve: list[float | None]) -> float:
    """How far a drawn curve is from the simulated one on average, in parts of the axis; it ends the curve."""
    ends = [min(y, sketch.most) if y is not None else sketch.most for y in curve]
    return sum(abs(min(d, sketch.most) - y) for d, y in zip(drawn, ends)) / (len(ends) * sketch.most)


def compared(
    lesson: Lesson, compare: Compare, scene: str, before: dict, after: dict, seed: int | None = None
) -> list[float | None]:
    """The metric of both designs under the same requests."""
    played = scene_of(lesson, scene)
    systems = [changed(system_of(lesson, scene, own), own) for own in (before, after)]
    runs = [Run.of(system, played.seed if seed is None else seed, moves_of(played.events)) for system in systems]
    return [measured(run, Stretch(compare.metric, "", compare.from_s, compare.to_s)) for run in runs]


def together(lesson: Lesson, step: Step, policy: Values | None, seed: int | None = None) -> float | None:
    """What a part's condition measures where most of the class does as the policy says from some time on; None: nobody changes."""
    part, scene = step.part, scene_of(lesson, lesson.scene_at(step.id))
    system = system_of(lesson, lesson.scene_at(step.id), {})
    change = [] if policy is None else [[part.at_s, followed(part, system, policy)]]
    run = Run.of(system, scene.seed if seed is None else seed, [*moves_of(scene.events), *change])
    return measured(run, Stretch(part.condition.metric, "", part.from_s, part.to_s))


def _needed(own: Own | None) -> Own:
    if own is None:
        raise NotYet(said("this answer needs your run; let the page play first"))
    return own


def _choice(choice: Choice, answer: Any, facts: Facts) -> Verdict:
    if isinstance(answer, bool) or not isinstance(answer, int) or not 0 <= answer < len(choice.options):
        raise NotYet(said("choose one of the options"))
    option, key = choice.options[answer], right_option(choice, facts)
    right = None if key is None else answer == key
    return Verdict(right, option.text, option.reply, None if right else option.misconception)


def _number(number: Number, answer: Any, facts: Facts) -> Verdict:
    typed, key = typed_number(answer), facts[number.value]
    scale = 100 if number.unit == "%" else 1
    if key is None:
        raise BadRun(f"there is no {number.value} in this run")
    return _near(typed / scale, key, key, key, number.within, number.wrong, number.unit, facts)


def _own_run(own_run: OwnRun, answer: Any, own: Own, facts: Facts) -> Verdict:
    typed = typed_number(answer)
    if own.until_s < own_run.from_s:
        raise NotYet(said("let it run until {needed} s; you are at {now} s", needed=own_run.from_s, now=float(round(own.until_s))))
    now, least, most = read_lately(own.run, own_run.metric, own_run.of or "", own.until_s)
    if now is None:
        raise NotYet(said("there is nothing to read yet; let it run a little longer"))
    scale = 100 if own_run.unit == "%" else 1
    return _near(typed / scale, now, least, most, own_run.within, own_run.wrong, own_run.unit, facts)


def _near(
    typed: float, key: float, least: float, most: float, within: float, wrong: list[Wrong], unit: str, facts: Facts
) -> Verdict:
    """Whether a number is near enough to what is between the least and the most."""
    right = least - within * abs(least) <= typed <= most + within * abs(most)
    numbers = {"answer": typed, "measured": key}
    seen = None if right else _first(wrong, Facts(facts.lesson, facts.own, more=numbers))
    return Verdict(
        right, as_words(typed, unit), seen and seen.reply, seen and seen.misconception, numbers=numbers, unit=unit
    )  # fmt: skip


def _compare(lesson: Lesson, compare: Compare, own: Own) -> Verdict:
    if own.pinned is None:
        raise NotYet(said("pin a design first, then change one control"))
    start = system_of(lesson, own.scene, {})
    # On the page both designs have the traffic of now, unless it is what the step asks to be changed.
    paths = {path for path in (*own.pinned, *own.values) if not path.startswith("traffic.") or path == compare.control}
    full = [{path: design.get(path, _at(start, path)) for path in paths} for design in (own.pinned, own.values)]
    differing = sorted(path for path in full[0] if full[0][path] != full[1][path])
    if not differing:
        raise NotYet(said("both designs are the same: change one control after pinning"))
    if len(differing) > 1:
        raise NotYet(said("your two designs differ in {count} controls; change exactly one", count=len(differing)))
    if compare.control and differing != [compare.control]:
        raise NotYet(said("change the control that this step asks for, and nothing else"))
    before, after = compared(lesson, compare, own.scene, own.values | full[0], own.values)
    right = after is not None and before is not None and _better(compare, before, after)
    value = own.values.get(differing[0], _at(start, differing[0]))
    return Verdict(right, f"{differing[0]}: {value}", numbers={"before": before, "after": after}, unit=compare.unit)


def _at(system: Any, path: str) -> Any:
    try:
        return value_at(system, path)
    except (AttributeError, KeyError, IndexError, ValueError):
        raise BadRun(f"there is no such field of a system: {path[:60]}") from None


def _better(compare: Compare, before: float, after: float) -> bool:
    return {"lower": after < before, "higher": after > before, None: True}[compare.better]


def _sketch(sketch: Sketch, answer: Any, facts: Facts) -> Verdict:
    count = len(sketch.points)
    sound = isinstance(answer, list) and len(answer) == count and all(_is_number(y) for y in answer)
    if not sound:
        raise NotYet(said("draw the curve: {count} heights are needed", count=count))
    drawn, curve = [min(max(float(y), 0.0), sketch.most) for y in answer], simulated(sketch, facts)
    right = distance(sketch, drawn, curve) <= sketch.within
    seen = None if right else _first(sketch.wrong, Facts(facts.lesson, facts.own, more=_points(drawn, curve)))
    heights = ", ".join(as_words(y, "") for y in drawn)
    return Verdict(right, heights, seen and seen.reply, seen and seen.misconception, curve=tuple(curve))


def _points(drawn: list[float], curve: list[float | None]) -> dict[str, float | None]:
    pairs = enumerate(zip(drawn, curve), 1)
    return {f"{name}{place}": y for place, both in pairs for name, y in zip("ds", both)}


def _goal(lesson: Lesson, step: Step, own: Own) -> Verdict:
    outcomes = judged(lesson, step, own.values)
    right = all(outcome.met for outcome in outcomes)
    missed = {outcome.metric for outcome in outcomes if not outcome.met}
    alike = [
        one for one in step.goal.mistakes if one.fails in missed and _kind(lesson, step, one.set) == _kind(lesson, step, own.values)
    ]
    seen = next(iter(alike), None)
    return Verdict(right, "", seen and seen.reply, seen and seen.misconception, outcomes=outcomes)


def _kind(lesson: Lesson, step: Step, values: Values) -> dict[str, Any]:
    """What kind of design it is: the settings that the goal leaves free and it changes, a number only by its direction."""
    before = system_under(lesson, step, designed(lesson, step, {}))
    after = system_under(lesson, step, designed(lesson, step, values))
    kind = {}
    for path in {free for free in (*step.goal.free, *values) if is_free(lesson, step, free)}:
        was, now = _at(before, path), _at(after, path)
        if was != now:
            numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (was, now))
            kind[path] = now > was if numbers else now
    return kind


def _part(lesson: Lesson, step: Step, answer: Any, facts: Facts) -> Verdict:
    part, policy = step.part, chosen(step.part, answer)
    if policy is None:
        raise NotYet(said("choose one value of each"))
    found = together(lesson, step, policy, facts.seed)
    right = found is not None and part.condition.leaves(found) >= 0
    seen = None if right else next((one for one in part.mistakes if one.set.items() <= policy.items()), None)
    words, numbers = in_words(policy), {"measured": found}
    return Verdict(right, words, seen and seen.reply, seen and seen.misconception, numbers=numbers, unit=part.unit)


def _writing(step: Step, answer: Any) -> Verdict:
    wanted = max(1, len(step.writing.parts))
    if not isinstance(answer, list) or len(answer) != wanted or not all(isinstance(part, str) for part in answer):
        raise NotYet(said("write something first"))
    if not any(part.strip() for part in answer):
        raise NotYet(said("write something first"))
    if max(map(len, answer)) > MAX_WRITTEN:
        raise NotYet(said("at most {most} characters, please", most=MAX_WRITTEN))
    return Verdict(None, "\n".join(part.strip() for part in answer))


def _first(wrong: list[Wrong], facts: Facts) -> Wrong | None:
    return next((one for one in wrong if parsed(one.when).holds(facts)), None)


def typed_number(answer: Any) -> float:
    """A number as people type it: 1234.5, "1,234.5", "1234,5", "80 ms". Raises NotYet."""
    if _is_number(answer):
        return float(answer)
    text = re.sub(r"[\s\u00a0\u202f'’]|[^\d.,+-]+$", "", answer[:60]) if isinstance(answer, str) else ""
    points, commas = text.count("."), text.count(",")
    if points and commas:  # the last one is the decimal sign
        decimal = max(".,", key=text.rfind)
        text = text.replace("." if decimal == "," else ",", "").replace(decimal, ".")
    elif commas:
        text = text.replace(",", "") if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+", text) else text.replace(",", ".")
    if not TYPED.fullmatch(text):
        raise NotYet(said("give a number"))
    return float(text)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and abs(value) < 1e15
