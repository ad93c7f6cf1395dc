"""Reading: the text of a lesson file as a Lesson, or what is wrong with it, by file, line and field.

The text may be a stranger's: its size, depth and number of entries are bounded before anything is made of it, and anchors, aliases
and tags, by which a small file can become a huge one, are refused. Knows the file's syntax; nothing of what a lesson says.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from lessons.format import Lesson

MAX_BYTES = 200_000
MAX_DEPTH = 16
MAX_ENTRIES = 20_000
WHOLE = re.compile(r"[-+]?[0-9]+(_[0-9]+)*")
DECIMAL = re.compile(r"[-+]?([0-9]+(_[0-9]+)*(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
PLAIN = {"": None, "~": None, "null": None, "true": True, "false": False}
"""What unquoted words mean, as in YAML 1.2: "no" and "on" are words like others."""
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """What is wrong with a lesson file: where, and what to do."""

    file: str
    line: int
    """From 1; 0 where there is no line."""
    field: str
    """Such as `steps.2.choice.options`, places from 0; "" for the file as a whole."""
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.field}: {self.message}" if self.field else f"{place}: {self.message}"


class BadLesson(ValueError):
    """A file that is no lesson; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Source:
    """A lesson with the lines on which its fields stand."""

    lesson: Lesson
    file: str
    lines: dict[Place, int]

    def problem(self, place: Place, message: str) -> Problem:
        """A problem of the field at this place."""
        return Problem(self.file, line_of(self.lines, place), named(place), message)


def read(text: str | bytes, file: str) -> Source:
    """The lesson of a file's text. Raises BadLesson with every problem found."""
    size = len(text.encode() if isinstance(text, str) else text)
    if size > MAX_BYTES:
        raise BadLesson([Problem(file, 0, "", f"the file has {size:,} bytes; at most {MAX_BYTES:,} are allowed")])
    try:
        node = _Composer(text.decode("utf-8") if isinstance(text, bytes) else text).get_single_node()
        lines: dict[Place, int] = {}
        data = _made(node, (), lines, iter(range(MAX_ENTRIES))) if node else None
    except UnicodeDecodeError:
        raise BadLesson([Problem(file, 0, "", "the file is no UTF-8 text")]) from None
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        raise BadLesson([Problem(file, mark.line + 1 if mark else 0, "", str(problem.problem or problem.context))]) from None
    except yaml.YAMLError:
        raise BadLesson([Problem(file, 0, "", "the file holds a character that a text cannot hold")]) from None
    except RecursionError:
        raise BadLesson([Problem(file, 0, "", f"the file is nested deeper than {MAX_DEPTH} levels")]) from None
    if not isinstance(data, dict):
        raise BadLesson([Problem(file, 1, "", "a lesson file begins with fields such as `id: load_balancing`")])
    try:
        return Source(Lesson.model_validate(data), file, lines)
    except ValidationError as wrong:
        raise BadLesson([_problem(file, lines, error) for error in wrong.errors()]) from None


def load(folder: Path, language: str = "en") -> Source:
    """The lesson of a folder. Raises BadLesson, also where there is no file."""
    path = folder / language / "lesson.yaml"
    shown = "/".join(path.parts[-3:])
    try:
        with path.open("rb") as opened:
            text = opened.read(MAX_BYTES + 1)
    except OSError as problem:
        raise BadLesson([Problem(shown, 0, "", problem.strerror or "cannot be read")]) from None
    source = read(text, shown)
    if source.lesson.id != folder.name:
        raise BadLesson([source.problem(("id",), f"must be the name of the folder, {folder.name}")])
    return source


def line_of(lines: dict[Place, int], place: Place) -> int:
    """The line of a field, or of the nearest one that holds it."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def named(place: Place) -> str:
    """A place as it is written: steps.2.choice."""
    return ".".join(map(str, place))


class _Composer(yaml.SafeLoader):
    """Nodes without anchors, aliases and tags."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0

    def compose_node(self, parent: Any, index: Any) -> yaml.Node:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise yaml.MarkedYAMLError(problem="anchors, aliases and tags are not allowed", problem_mark=event.start_mark)
        if self.depth >= MAX_DEPTH:
            raise yaml.MarkedYAMLError(problem=f"nested deeper than {MAX_DEPTH} levels", problem_mark=event.start_mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _made(node: yaml.Node, place: Place, lines: dict[Place, int], entries: Iterator[int]) -> Any:
    """The plain data of a node; notes the line of every place."""
    if next(entries, None) is None:
        raise yaml.MarkedYAMLError(problem=f"more than {MAX_ENTRIES:,} entries", problem_mark=node.start_mark)
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_made(child, (*place, at), lines, entries) for at, child in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        made: dict[str, Any] = {}
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a field's name is a word", problem_mark=key.start_mark)
            name = key.value
            if name in made:
                raise yaml.MarkedYAMLError(problem=f"the field {name[:40]!r} stands here twice", problem_mark=key.start_mark)
            made[name] = _made(child, (*place, name), lines, entries)
            lines[(*place, name)] = key.start_mark.line + 1
        return made
    return node.value if node.style else _plain(node.value)


def _plain(word: str) -> Any:
    """What an unquoted word means."""
    if word in PLAIN:
        return PLAIN[word]
    if len(word) < 40 and WHOLE.fullmatch(word):
        return int(word)
    if len(word) < 40 and DECIMAL.fullmatch(word) and math.isfinite(number := float(word)):
        return number
    return word


def _problem(file: str, lines: dict[Place, int], error: Any) -> Problem:
    """A problem of the schema, in the words of a lesson file."""
    place = tuple(part for part in error["loc"] if part != "[key]")
    given = error["input"]
    match error["type"]:
        case "missing":
            message = "is missing"
        case "extra_forbidden":
            message = "there is no such field"
        case "value_error":
            message = str(error["ctx"]["error"])
        case _:
            message = error["msg"][0].lower() + error["msg"][1:]
            if isinstance(given, str | int | float) and not isinstance(given, bool):
                message += f", not {given!r:.60}"
    return Problem(file, line_of(lines, place), named(place), message)
