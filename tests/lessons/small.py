"""A small lesson as data, which tests change and write as a file."""

import copy
from typing import Any

import yaml

from lessons.reading import Source, read

OPTIONS = [
    {"text": "It stays", "when": "busy < 0.6", "misconception": "M01", "reply": "It is {busy}."},
    {"text": "It grows", "when": "busy >= 0.6"},
]
LESSON: dict[str, Any] = {
    "id": "small", "version": 1, "number": 1, "title": "A small lesson", "concept": "web_app", "level": "introductory",
    "minutes": 20,
    "objectives": [{"id": "o1", "text": "Predict how busy a server gets"}],
    "misconceptions": ["M01"],
    "system": {"traffic.rate": 100, "servers.count": 1, "servers.vcpus": 1, "servers.cpu_ms": 4},
    "controls": [["traffic.rate"]],
    "scenes": {"rush": {"events": [{"at_s": 5, "set": {"traffic.rate": 200}}]}},
    "values": {"busy": {"scene": "rush", "metric": "server_utilisation", "from_s": 10, "to_s": 40, "unit": "%", "figures": 2}},
    "recall": [
        {"id": name, "kind": "recall", "prompt": "Is it?", "choice": {"options": [{"text": "Yes", "right": True}, {"text": "No"}]}}
        for name in ("first", "second")
    ],
    "steps": [{"id": "guess", "kind": "predict", "objectives": ["o1"], "prompt": "How busy?", "choice": {"options": OPTIONS}}],
    "exit": [{"id": "last", "kind": "exit", "prompt": "Why?", "writing": {"model": "So.", "rubric": ["weak", "sound", "strong"]}}],
    "teacher": {
        "purpose": "To test.", "likely_answers": ["It stays"], "discussion": ["Why?"],
        "plans": [{"minutes": 25, "steps": {"guess": 25}}], "pairs": "One drives.", "support": ["A hint"], "extension": ["More"],
        "worksheet": {"intro": "Fill in.", "measure": ["busy"], "axes": [{"title": "Load", "x": "rate", "y": "busy"}]},
    },
    "authors": ["The tests"], "licence": "CC BY 4.0",
}  # fmt: skip


def text_of(changes: dict[str, Any] | None = None) -> str:
    """The lesson's file with something else at these places ("steps.0.prompt"; None takes the field away)."""
    data = copy.deepcopy(LESSON)
    for place, value in (changes or {}).items():
        *way, last = [int(part) if part.isdigit() else part for part in place.split(".")]
        at = data
        for part in way:
            at = at[part]
        if value is None and isinstance(at, dict):
            at.pop(last, None)
        elif isinstance(at, list) and last == len(at):
            at.append(value)
        else:
            at[last] = value
    return yaml.dump(data, sort_keys=False, Dumper=_Plain)


def small(changes: dict[str, Any] | None = None) -> Source:
    """The lesson of that file."""
    return read(text_of(changes), "small/en/lesson.yaml")


class _Plain(yaml.SafeDumper):
    """Writes no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True
