"""Pace: what a room asks of its members in a lesson: how far they may go, what is voted on, and what is not told yet.

A pure function of the room's row and the lesson.
"""

from dashboard.lesson.way import Rules
from dashboard.store.models import Room
from lessons.format import Lesson, Step

FREELY, PACED, PAUSED = PACINGS = ("free", "paced", "paused")
MOST_VOTES = 5
"""On one step."""


def key(lesson_id: str, step_id: str, over: int | None = None) -> str:
    """How a step is named in what a room keeps: `over`, the number of a vote that is over, or else its open vote."""
    return f"{lesson_id}.{step_id}" + (f" {over}" if over else "")


def polled(step: Step) -> bool:
    """Whether a class that goes together votes on the step: it has one answer, and the outcome is seen together."""
    return step.check_kind == "choice" or step.kind == "predict"


def at(room: Room, lesson: Lesson) -> Step | None:
    """The step at which the class is, if it goes together."""
    if room.pacing == FREELY or room.lesson != lesson.id:
        return None
    return next((one for one in lesson.all_steps if one.id == room.step), None)


def vote(room: Room, lesson_id: str, step_id: str) -> int:
    """Which vote on a step is open."""
    return room.rounds.get(key(lesson_id, step_id), 1)


def held(room: Room, lesson: Lesson) -> Step | None:
    """The step whose outcome is not told yet."""
    step = at(room, lesson)
    return step if step and polled(step) and key(lesson.id, step.id) not in room.revealed else None


def shown(room: Room, lesson: Lesson) -> dict[str, int]:
    """The last vote on each step whose outcome the class has seen."""
    last = {}
    for step in lesson.all_steps:
        open_vote = vote(room, lesson.id, step.id)
        seen = [number for number in range(1, open_vote) if key(lesson.id, step.id, number) in room.revealed]
        if key(lesson.id, step.id) in room.revealed:
            seen.append(open_vote)
        if seen:
            last[step.id] = seen[-1]
    return last


def rules(room: Room, lesson: Lesson) -> Rules:
    """The rules for a member in a lesson; in another one than the room's they are as free as alone, unless the class is paused."""
    paused = room.pacing == PAUSED
    votes = {one.id: vote(room, lesson.id, one.id) for one in lesson.all_steps if key(lesson.id, one.id) in room.rounds}
    if room.lesson != lesson.id:
        return Rules(votes=votes, shown=shown(room, lesson), paused=paused)
    step, hold = at(room, lesson), held(room, lesson)
    return Rules(
        until=step.id if step else None,
        votes=votes,
        held=frozenset({hold.id} if hold else ()),
        shown=shown(room, lesson),
        locks=tuple(room.locks),
        support=room.support,
        paused=paused,
    )
