"""In full: what only the teacher is told of the answers to a step: texts as they were written, and the parts that members chose.

A text is for its teacher's eyes: on a wall, or on the phones of others, it would be a way to say anything to a whole class.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from dashboard.classroom.results import MOST_NUMBERS
from dashboard.lesson.beside import stage_of
from dashboard.lesson.desk import KIND
from dashboard.lesson.together import policy_told
from dashboard.store.models import Member
from lessons.format import Lesson, Step
from lessons.parts import chosen

MOST_TEXTS = 100
"""Texts that are told; the others are in the files that can be taken away."""


def in_full(
    lesson: Lesson, step: Step | None, results: dict[str, Any] | None, rows: Sequence[Any], members: Sequence[Member]
) -> dict[str, Any] | None:
    """The results with what only the teacher is told; `rows` are the answers to the step as they came."""
    if step is None or results is None:
        return results
    newest: dict[str, Any] = {}
    for row in reversed(rows):
        if row.verdict.get(KIND) == step.check_kind:
            newest.setdefault(row.voter, row)
    match step.check_kind:
        case "writing":
            number = {one.id: one.number for one in members}
            said = [(row.member_id, row.answer["given"]) for row in newest.values()]
            texts = [{"number": number[member], "given": given} for member, given in said if member in number]
            return results | {"texts": texts[:MOST_TEXTS], "headings": step.writing.parts}
        case "part":
            stage, parts = stage_of(lesson), [chosen(step.part, row.answer["given"]) for row in newest.values()]
            counted = Counter(policy_told(stage, one) for one in parts if one)
            most = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_NUMBERS]
            numbers = [{"text": text, "count": count} for text, count in most]
            *before, last = results["votes"]
            return results | {"votes": [*before, last | {"numbers": numbers}]}
    return results
