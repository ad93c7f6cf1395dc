"""Showing: the prose of a lesson with its numbers filled in, as paragraphs of plain text.

How a number is written is the caller's (`write`), so that it follows the reader's language. Knows nothing of what is true.
"""

import math
from collections.abc import Callable, Mapping

from engine.system.paths import value_at
from lessons.facts import Facts
from lessons.format import PLACEHOLDER, Lesson
from lessons.running import system_of

Write = Callable[[float], str]
ABSENT = "–"
LONG = 1e15
"""A number of so many digits is written by its power of ten: in a text it could stand a thousand times."""


def plain(number: float) -> str:
    """A number as English writes it: 1,234.5."""
    if abs(number) >= LONG:
        return f"{number:.10g}"
    return f"{number:,.10g}" if abs(number) < 1e-4 else f"{number:,.6f}".rstrip("0").rstrip(".")


def rounded(number: float, figures: int = 3) -> float:
    """So many figures; 0 stays 0."""
    return 0.0 if number == 0 else round(number, figures - 1 - math.floor(math.log10(abs(number))))


def shown(number: float | None, unit: str = "", figures: int = 3, write: Write = plain) -> str:
    """A number without its unit; "%" is a share of 1."""
    if number is None:
        return ABSENT
    return write(rounded(number * 100 if unit == "%" else number, figures))


def paragraphs(
    text: str | None, facts: Facts, scene: str = "start", said: Mapping[str, str] | None = None, write: Write = plain
) -> list[str]:
    """The text filled in: an empty line begins a new paragraph, other line ends are spaces.

    `said` are the placeholders that are words or belong to one answer: answer.step, measured, answer, before, after, budget, best.
    """
    parts = [" ".join(part.split()) for part in (text or "").split("\n\n")]
    return [PLACEHOLDER.sub(lambda found: _filled(found[1], facts, scene, said or {}, write), part) for part in parts if part]


def names_in(text: str | None) -> list[str]:
    """The placeholders of a text."""
    return PLACEHOLDER.findall(text or "")


def _filled(name: str, facts: Facts, scene: str, said: Mapping[str, str], write: Write) -> str:
    if name in said:
        return said[name]
    if name.startswith("system."):
        return of_system(facts.lesson, name.removeprefix("system."), scene, write)
    if name in facts.lesson.values:
        value = facts.lesson.values[name]
        return shown(facts[name], value.unit, value.figures, write)
    return ABSENT


def of_system(lesson: Lesson, path: str, scene: str, write: Write) -> str:
    """A field of a scene's system; a ratio in percent. What is no field is absent."""
    try:
        value = value_at(system_of(lesson, scene), path)
    except (AttributeError, ValueError):
        return ABSENT
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).replace("_", " ")
    return write(rounded(value * 100 if path.endswith("_ratio") else value, 6))
