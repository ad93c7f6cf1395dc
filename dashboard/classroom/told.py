"""Told: a room and a member as they go over the wire. The wire's description is the package's docstring."""

from typing import Any

from dashboard.classroom import codes, pace
from dashboard.journey import CONCEPTS
from dashboard.lesson.beside import SHELF
from dashboard.places import path
from dashboard.store import rooms
from dashboard.store.models import Member, Room
from dashboard.words import marked, t
from lessons.format import Lesson

PUSHABLE = dict(CONCEPTS) | marked({"gallery": "Gallery", "glossary": "Glossary"})
"""What a teacher may show everybody: pages by their views, with their titles."""


def lesson_told(lesson: Lesson) -> dict[str, Any]:
    """A lesson as a room names it."""
    return {
        "id": lesson.id, "number": lesson.number, "title": lesson.title, "concept": lesson.concept,
        "address": f"{path(lesson.concept)}?lesson={lesson.id}",
    }  # fmt: skip


def room_told(room: Room, now_s: float, inside: bool = False) -> dict[str, Any]:
    """What a member may know of the room; `inside`: and what only a teacher or a wall may."""
    lesson = SHELF.get(room.lesson)
    steps = lesson.steps_for(room.support) if lesson else []
    ids = [step.id for step in steps]
    step = pace.at(room, lesson) if lesson else None
    told = {
        "token": room.token,
        "title": room.title,
        "lesson": lesson_told(lesson) if lesson else None,
        "pacing": room.pacing,
        "step": step.id if step else None,
        "place": ids.index(step.id) + 1 if step and step.id in ids else None,
        "steps": len(steps),
        "support": room.support,
        "vote": pace.vote(room, room.lesson, step.id) if step else 1,
        "held": bool(lesson and pace.held(room, lesson)),
        "push": room.push and room.push | {"title": t(PUSHABLE.get(room.push["view"], room.push["view"]))},
        "spotlight": spotlight_told(room),
        "locks": list(room.locks),
        "countdown_s": room.countdown_s,
        "now_s": now_s,
        "closed": now_s >= room.closes_s,
        "closes_s": room.closes_s,
        "deletes_s": room.deletes_s,
        "approves": room.approves,
        "revision": room.revision,
        "people": room.people_revision,
    }
    if inside:
        told |= {
            "code": codes.written(room.code) if room.code else None,
            "results_hidden": room.results_hidden,
            "lessons": [lesson_told(one) for one in SHELF.playable()],
        }
    return told


def spotlight_told(room: Room) -> dict[str, Any] | None:
    """Which runs are side by side, without the runs."""
    if room.spotlight is None:
        return None
    return {"step": room.spotlight["step"], "labels": [one["label"] for one in room.spotlight["runs"]]}


def member_told(member: Member | None) -> dict[str, Any] | None:
    """A member as they see themselves."""
    if member is None or member.status in rooms.GONE:
        return None
    return {"name": member.name, "number": member.number, "status": member.status, "help": member.help}
