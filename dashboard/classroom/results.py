"""Results: what a class said on one step: counts over the rows of its answers, vote by vote.

Counts are never stored. What was answered after the class had seen the outcome is no vote, and counts nowhere here. Knows the
lesson and the rows; nothing of who may see which part, but for what `told` leaves out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from dashboard.lesson.desk import KIND
from dashboard.lesson.way import LATE, ROUND
from lessons.facts import Facts
from lessons.format import Lesson, Step
from lessons.judging import right_option

CONFIDENCES = 4
MOST_NUMBERS = 24
"""Different numbers that are told; the rest are few each."""


def votes_on(step: Step, rows: Iterable[Any]) -> dict[int, dict[str, Any]]:
    """The row that counts of each voter, by vote and voter: a member's first answer in each to what the step asks now.

    Of whoever has left and come in again by the same browser the last one that they were.
    """
    found: dict[int, dict[int, Any]] = {}
    for row in rows:
        votes = row.step == step.id and row.verdict.get(KIND) == step.check_kind and not row.verdict.get(LATE)
        if votes and _fits(step, row.answer["given"]):
            found.setdefault(row.verdict.get(ROUND, 1), {}).setdefault(row.member_id, row)
    return {vote: {row.voter: row for row in given.values()} for vote, given in found.items()}


def _fits(step: Step, given: Any) -> bool:
    """Whether an answer is one to the step as it is now: an older version may have had other options, or another curve."""
    if step.choice:
        return given < len(step.choice.options)
    return not step.sketch or len(given) == len(step.sketch.points)


def results(
    lesson: Lesson, step: Step, rows: Sequence[Any], hands: Mapping[int, Sequence[int]], vote: int, held: bool, tells: bool
) -> dict[str, Any]:
    """What the class said; `tells`: which option is right may be told."""
    found = votes_on(step, rows)
    key = right_option(step.choice, Facts(lesson)) if tells and step.choice else None
    every = range(1, max([vote, *found]) + 1)
    return {
        "step": step.id,
        "title": step.title,
        "kind": step.check_kind,
        "vote": vote,
        "held": held,
        "votes": [_vote(step, one, list(found.get(one, {}).values()), hands.get(one, ()), key, tells) for one in every],
        "shift": _shift(step, found, vote),
    }


def _vote(step: Step, vote: int, rows: list[Any], hands: Sequence[int], key: int | None, tells: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"vote": vote, "answered": len(rows), "hands": sum(hands)}
    told["left"] = sum(row.status == "left" for row in rows)  # and yet they have voted
    given = [row.answer["given"] for row in rows]
    match step.check_kind:
        case "choice":
            told["options"] = [
                _option(option.text, place, rows, hands, (place == key) if tells and key is not None else None)
                for place, option in enumerate(step.choice.options)
            ]
        case "number" | "own_run":
            counted = Counter(str(row.verdict.get("said") or row.answer["given"]) for row in rows)
            told["numbers"] = [{"text": text, "count": count} for text, count in counted.most_common(MOST_NUMBERS)]
        case "sketch" if given:
            heights = np.clip(np.array(given, float), 0, step.sketch.most)
            low, mid, high = np.percentile(heights, (25, 50, 75), axis=0).round(6).tolist()
            told["curves"] = {"points": step.sketch.points, "low": low, "mid": mid, "high": high}
    return told


def _option(text: str, place: int, rows: list[Any], hands: Sequence[int], right: bool | None) -> dict[str, Any]:
    mine = [row for row in rows if row.answer["given"] == place]
    sure = Counter(row.confidence for row in mine)
    return {
        "text": text,
        "count": len(mine),
        "sure": [sure[confidence] for confidence in range(CONFIDENCES)],
        "hands": hands[place] if place < len(hands) else 0,
        "right": right,
    }


def _shift(step: Step, found: Mapping[int, Mapping[str, Any]], vote: int) -> list[list[int]] | None:
    """Of those who answered both, how many went from which option (row) to which (column)."""
    if step.choice is None or vote < 2:
        return None
    first, last = found.get(1, {}), found.get(vote, {})
    count = len(step.choice.options)
    table = [[0] * count for _ in range(count)]
    for voter in first.keys() & last.keys():
        before, after = (rows[voter].answer["given"] for rows in (first, last))
        table[before][after] += 1
    return table
