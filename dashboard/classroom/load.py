"""Load: the class's parts of a step merged into one system, which its teacher plays live for all to see.

A member's part is their last answer to the step; who has not chosen yet is as the scene has them. Nothing is simulated here: the
page asks for the merged system as for any other. Knows nothing of the web.
"""

from collections import Counter
from typing import Any

from dashboard.classroom import pace
from dashboard.classroom.rights import Actor, Seat, authorise
from dashboard.classroom.rooms import Rooms
from dashboard.lesson import told
from dashboard.lesson.beside import SHELF, stage_of
from dashboard.lesson.together import policy_told
from dashboard.page import FIXED
from dashboard.places import path
from dashboard.store import rooms
from dashboard.store.models import Room
from lessons.format import Lesson, Step
from lessons.parts import chosen, merged, owns, part_steps, usual

PARAMETER = "class"
"""Of an address: the room whose class the page plays."""
MOST_TOLD = 12
"""Different parts that are told one by one."""
IN_CLASS = ("present", "hidden", "waiting")


def load_told(service: Rooms, actor: Actor, token: str) -> dict[str, Any]:
    """The class as a load, for whoever is in the room. Raises what `authorise` raises."""
    with service.database.reading() as session:
        seat = authorise(session, actor, "load", token, service.clock())
        room, lesson = seat.room, SHELF.get(seat.room.lesson)
        step = step_of(room, lesson)
        if step is None:
            return {"step": None, "back": _back(seat)}
        members = [one.id for one in rooms.members(session, room) if one.status in IN_CLASS]
        given = {row.member_id: row.answer["given"] for row in rooms.answers(session, room, lesson.id, step.id)}  # the last counts
    scene, stage = lesson.scene_at(step.id), stage_of(lesson)
    system, own = stage.scenes[scene], {one: chosen(step.part, answer) for one, answer in given.items()}
    policies = [own.get(one) or usual(step.part, system) for one in members]
    counted = Counter(policy_told(stage, policy) for policy in policies).most_common()
    mine = own.get(seat.member.id) if seat.member else None
    return {
        "step": {"id": step.id, "title": step.title},
        "back": _back(seat),
        "address": address(lesson, token),
        "scene": told.scene(lesson, stage, scene, FIXED),
        "owned": [one.path for one in stage.controls if owns(step.part, one.path)],
        "values": merged(step.part, system, policies),
        "members": len(members),
        "chosen": sum(own.get(one) is not None for one in members),
        "policies": [{"text": text, "count": count} for text, count in counted[:MOST_TOLD]],
        "others": sum(count for _, count in counted[MOST_TOLD:]),
        "mine": mine and policy_told(stage, mine),
    }


def _back(seat: Seat) -> str:
    """To which page whoever looks at the class belongs."""
    return next((page for role, page in (("teacher", "teach"), ("wall", "wall")) if role in seat.roles), "lesson")


def step_of(room: Room, lesson: Lesson | None) -> Step | None:
    """The step at which the class is, if it makes a system together there; or else the lesson's first such step."""
    if lesson is None:
        return None
    here = pace.at(room, lesson)
    return here if here and here.part else next(iter(part_steps(lesson)), None)


def address(lesson: Lesson, token: str) -> str:
    """Where the class's system is played."""
    return f"{path(lesson.concept)}?lesson={lesson.id}&{PARAMETER}={token}"
