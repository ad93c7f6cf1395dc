"""Filled: a whole lesson with its numbers filled in and the key of every question, for whoever writes it.

Plain data and plain text: nothing of a lesson file is ever markup. Numbers are the lesson's own, measured in its scenes. What only
a learner can say stays as it is written: {answer}, {before}, {answer.step}. Knows neither pages nor learners.
"""

from collections.abc import Callable
from typing import Any

from dashboard.words import marked, t
from lessons.checks import Condition, Design, Wrong
from lessons.facts import Facts
from lessons.format import Lesson, Step
from lessons.goals import COST, as_words, conditions_of, words_of_money
from lessons.judging import right_option, simulated
from lessons.misconceptions import bank
from lessons.running import BadRun
from lessons.showing import names_in, paragraphs, plain, rounded, shown

OF_LEARNER = ("answer", "before", "after")
LEVELS = marked(("Weak", "Sound", "Strong"))
Text = Callable[[str | None], list[str]]
"""Fills in a text of a step."""


def filled(lesson: Lesson) -> dict[str, Any]:
    """The lesson as it is shown to its writer. A number that cannot be measured is a dash, and the proof says why."""
    return {
        "title": lesson.title,
        "number": lesson.number,
        "minutes": lesson.minutes,
        "objectives": [objective.text for objective in lesson.objectives],
        "steps": [_step(lesson, step) for step in lesson.all_steps],
        "values": [_value(lesson, name) for name in lesson.values],
    }


class _Known(Facts):
    """What cannot be measured is not known, and takes nothing else away."""

    def __getitem__(self, name: str) -> float | None:
        try:
            return super().__getitem__(name)
        except BadRun:
            return None


def _value(lesson: Lesson, name: str) -> dict[str, str]:
    value = lesson.values[name]
    what = value.formula or " ".join(filter(None, [value.metric, value.of and f"of {value.of}"]))
    told = shown(_Known(lesson)[name], value.unit, value.figures)
    return {"name": name, "told": f"{told} {value.unit}".strip(), "what": what, "scene": "" if value.formula else value.scene}


def _step(lesson: Lesson, step: Step) -> dict[str, Any]:
    facts, scene = _Known(lesson), lesson.scene_at(step.id)
    said = words_of_money(lesson, step) if step.goal else {}
    key = _key(lesson, step, facts)

    def text(words: str | None) -> list[str]:
        own = {name: f"{{{name}}}" for name in names_in(words) if name in OF_LEARNER or name.startswith("answer.")}
        return paragraphs(words, facts, scene, own | said | {"measured": key.get("measured", "{measured}")})

    return {
        "id": step.id,
        "kind": step.kind,
        "only": step.only or "",
        "title": step.title or "",
        "scene": scene,
        "prompt": text(step.prompt),
        "asks": step.check_kind,
        "key": key,
        "options": _options(step, facts, text),
        "replies": [_reply(one, text) for one in getattr(step.check, "wrong", ())],
        "hints": [text(hint.text) for hint in step.hints],
        "explanation": text(step.explanation),
    }


def _reply(one: Wrong, text: Text) -> dict[str, Any]:
    return {"when": one.when, "belief": belief(one.misconception), "reply": text(one.reply)}


def _options(step: Step, facts: Facts, text: Text) -> list[dict[str, Any]]:
    """The options with the one that is right; of a goal its solutions and its tempting mistakes."""
    if step.choice:
        right = right_option(step.choice, facts)
        return [
            _option(one.text, at == right, one.misconception, text(one.reply), one.when)
            for at, one in enumerate(step.choice.options)
        ]
    if step.part:
        passing = [_option(_named(one), True, None, []) for one in step.part.solutions]
        return [*passing, *(_option(_named(one), False, one.misconception, text(one.reply)) for one in step.part.mistakes)]
    if step.goal is None:
        return []
    passing = [_option(_named(one), True, None, []) for one in step.goal.solutions]
    failing = []
    for one in step.goal.mistakes:
        words = t("{design} (fails at {metric})", design=_named(one), metric=one.fails)
        failing.append(_option(words, False, one.misconception, text(one.reply)))
    return [*passing, *failing]


def _option(words: str, right: bool, misconception: str | None, reply: list[str], when: str | None = None) -> dict[str, Any]:
    return {"text": words, "right": right, "when": when or "", "belief": belief(misconception), "reply": reply}


def _named(design: Design) -> str:
    return f"{design.name}: {_set(design.set)}"


def _key(lesson: Lesson, step: Step, facts: Facts) -> dict[str, Any]:
    """What the simulator says is right: `told` in words, `rows` of a table, and what {measured} stands for."""
    if step.number:
        value, unit = facts[step.number.value], step.number.unit
        words = as_words(value, unit)
        return {"told": f"{words} ± {plain(step.number.within * 100)} %", "measured": shown(value, unit, 4)}
    if step.own_run:
        one = step.own_run
        return {
            "told": t(
                "{metric}, read off the learner’s own run, ± {number} %",
                metric=" · ".join(filter(None, [one.metric, one.of])), number=plain(one.within * 100),
            )
        }  # fmt: skip
    if step.compare:
        one = step.compare
        way = {"lower": t("must fall"), "higher": t("must rise"), None: t("is compared")}[one.better]
        told = t("{metric} {must}; for example with {design}", metric=one.metric, must=way, design=_set(one.example))
        return {"told": told}
    if step.sketch:
        return _curve(step, facts)
    if step.goal:
        return {"told": "", "rows": [[one.metric, _limit(one)] for one in conditions_of(lesson, step)]}
    if step.part:
        one = step.part.condition
        return {"told": "", "rows": [[one.metric, _limit(one)], *([path, _all(of)] for path, of in step.part.choices.items())]}
    if step.writing:
        return {"told": " ".join(step.writing.model.split()), "rows": list(zip(map(t, LEVELS), step.writing.rubric))}
    return {}


def _curve(step: Step, facts: Facts) -> dict[str, Any]:
    try:
        heights = simulated(step.sketch, facts)
    except BadRun as problem:
        return {"told": str(problem)}
    told = [None if y is None else plain(rounded(y)) for y in heights]
    rows = [[f"{step.sketch.label}: {plain(x)}", f"{y or '–'} ({step.sketch.measure})"] for x, y in zip(step.sketch.points, told)]
    return {"told": "", "rows": rows, "measured": ", ".join(y or "–" for y in told)}


def _limit(condition: Condition) -> str:
    sign, limit = ("≤", condition.at_most) if condition.at_most is not None else ("≥", condition.at_least)
    return f"{sign} {'$' if condition.metric == COST else ''}{plain(limit)}"


def _all(values: list[Any]) -> str:
    return ", ".join(map(str, values))


def _set(values: dict[str, Any]) -> str:
    return ", ".join(f"{path} = {value}" for path, value in values.items())


def belief(name: str | None) -> str:
    """A misconception in words."""
    known = bank().get(name or "")
    return f"{name}: {known.belief}" if known else name or ""
