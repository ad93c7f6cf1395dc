"""Overview: what a teacher, a wall and, once they may, members see of a class: who is where, what it said, what it believes.

All of it is counted over rows when it is asked for; what may need a simulation is worked out once the rows are read, and left out
while the simulator is being prepared, so that a class never waits for that. Knows nothing of the web.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from dashboard.classroom import pace
from dashboard.classroom.in_full import in_full
from dashboard.classroom.radar import radar
from dashboard.classroom.results import results, votes_on
from dashboard.classroom.rights import Actor, Forbidden, Seat, authorise
from dashboard.classroom.rooms import CLAIMS, Rooms
from dashboard.classroom.told import room_told
from dashboard.cores import CORES
from dashboard.lesson.beside import SHELF, stage_of
from dashboard.lesson.told import prompt
from dashboard.store import rooms
from dashboard.store.models import Member, Room
from dashboard.words import t
from engine.kernel import compiled
from lessons.format import Lesson, Step
from lessons.running import NotReady
from lessons.showing import names_in

STUCK_ATTEMPTS = 3
"""Wrong answers to a step after which somebody is stuck;"""
STUCK_S = 300.0
"""or so long on a step without an answer."""
DONE = ("right", "answered", "wrong")


def class_told(service: Rooms, actor: Actor, token: str) -> dict[str, Any]:
    """The class for its teacher. Raises what `authorise` raises."""
    now_s = service.clock()
    with service.database.reading() as session:
        seat = authorise(session, actor, "class", token, now_s)
        lesson = SHELF.get(seat.room.lesson)
        told = {
            "room": room_told(seat.room, now_s, inside=True), "people": [], "steps": [], "results": None, "radar": [],
            "links": [one.created_s for one in rooms.keys(session, seat.room, CLAIMS) if now_s < one.ends_s],
            "preparing": compiled.preparing(),
        }  # fmt: skip
        if lesson is None:
            return told
        step = pace.at(seat.room, lesson)
        members, there = rooms.members(session, seat.room), rooms.progress(session, seat.room, lesson.id)
        away = set() if seat.room.pacing != pace.FREELY or len(there) == len(members) else rooms.begun(session, seat.room)
        rows = rooms.marked(session, seat.room, lesson.id)
        said, hands = _said(session, seat.room, lesson, step)
    told["steps"] = [_step(one) for one in lesson.steps_for(seat.room.support)]
    # Whoever has come in is led to the lesson's begin, and a class that goes together is, too. At their own pace whoever has done
    # something in another lesson may still be there.
    first = {one.id: told["steps"][0]["id"] for one in members if one.id not in away and told["steps"]}
    told["people"] = _people(lesson, members, rows, there, first, now_s)
    found = _results(seat.room, lesson, step, _counted(said), hands, tells=True)
    told["results"] = in_full(lesson, step, found, _counted(said), members)
    told["radar"] = radar(lesson, _counted(rows))
    return told


def wall_told(service: Rooms, actor: Actor, token: str) -> dict[str, Any]:
    """The class for everybody's eyes: no names (those that a teacher shows are told by `spotlight`), no outcome before it is shown.

    Raises what `authorise` raises.
    """
    now_s = service.clock()
    with service.database.reading() as session:
        seat = authorise(session, actor, "wall", token, now_s)
        room, lesson = seat.room, SHELF.get(seat.room.lesson)
        members = [one for one in rooms.members(session, room) if one.status not in rooms.OUT]
        told = {
            "room": room_told(room, now_s, inside=True),
            "counts": {"present": len(members), "answered": 0, "of": len(members), "help": sum(one.help for one in members)},
            "results": None,
            "step": None,
            "preparing": compiled.preparing(),
        }
        step = pace.at(room, lesson) if lesson else None
        if step is None:
            return told
        rows, hands = _said(session, room, lesson, step)
    held = pace.held(room, lesson) is not None
    found = _results(room, lesson, step, _counted(rows), hands, tells=not held)
    if found:
        vote = found["votes"][-1]
        told["counts"] |= {"answered": vote["answered"], "of": len(members) + vote["left"]}
    told["results"] = {"hidden": True} if found and room.results_hidden and held else found
    options = [one.text for one in step.choice.options] if step.choice else []
    measures = bool({*names_in(step.prompt)} & {*lesson.values})
    words = _simulated(lambda: prompt(lesson, stage_of(lesson), step), lambda: None, measures)
    told["step"] = _step(step) | {"prompt": words, "options": options}
    return told


def results_told(service: Rooms, actor: Actor, token: str, step_id: str | None) -> dict[str, Any]:
    """What the class said on a step: of the class's, or for members of one that they answered. Raises what `authorise` raises."""
    now_s = service.clock()
    with service.database.reading() as session:
        seat = authorise(session, actor, "results", token, now_s)
        lesson = SHELF.get(seat.room.lesson)
        wanted = None if lesson is None else pace.at(seat.room, lesson)
        if step_id and lesson:
            wanted = next((one for one in lesson.all_steps if one.id == step_id), None)
        if wanted is None or wanted.check is None:
            raise Forbidden(t("There are no results to see here."))
        rows, hands = _said(session, seat.room, lesson, wanted)
        members = rooms.members(session, seat.room) if "teacher" in seat.roles else None
    mine = [row for row in rows if seat.member and row.member_id == seat.member.id]
    found = _results(seat.room, lesson, wanted, _counted(rows), hands, tells=_may_see(seat, lesson, wanted, mine))
    voted = list(votes_on(wanted, mine).get(found["votes"][-1]["vote"], {}).values())
    told = found if members is None else in_full(lesson, wanted, found, _counted(rows), members)
    shown = pace.key(lesson.id, wanted.id) in seat.room.revealed
    return told | {"mine": voted[0].answer["given"] if voted and wanted.choice else None, "shown": shown}


def _may_see(seat: Seat, lesson: Lesson, step: Step, mine: Sequence[Any]) -> bool:
    """Whether who sees what the class said may also know what is right. Raises Forbidden for who may see nothing yet.

    Members see it once they have answered, and it is not held; a wall what the teacher has shown. What is right a member knows as
    in the lesson: from an answer that is final, or is right.
    """
    if "teacher" in seat.roles:
        return True
    held = pace.held(seat.room, lesson)
    shown = pace.key(lesson.id, step.id) in seat.room.revealed
    hidden = held is not None and held.id == step.id
    if hidden or not (shown or mine or ("wall" in seat.roles and not seat.room.results_hidden)):
        raise Forbidden(t("The class’s answers can be seen once you have answered, and your teacher shows them."))
    return shown or any(row.right or step.kind == "predict" for row in mine)


def _said(session: Session, room: Room, lesson: Lesson, step: Step | None) -> tuple[list[Any], dict[int, list[int]]]:
    """The answers to a step, and the votes on it that were counted by hand."""
    if step is None:
        return [], {}
    return rooms.answers(session, room, lesson.id, step.id), rooms.hands(session, room, lesson.id, step.id)


def _counted(rows: Sequence[Any]) -> list[Any]:
    """Answers of all but those who were put out: who plays the fool and is removed is not counted any more."""
    return [row for row in rows if row.status not in rooms.UNCOUNTED]


def _results(
    room: Room, lesson: Lesson, step: Step | None, rows: Sequence[Any], hands: Mapping[int, Sequence[int]], tells: bool
) -> Any:
    if step is None or step.check is None:
        return None
    hold, vote = pace.held(room, lesson), pace.vote(room, lesson.id, step.id)
    held = hold is not None and hold.id == step.id

    def told(tells: bool) -> dict[str, Any]:
        return results(lesson, step, rows, hands, vote, held, tells)

    measures = tells and step.choice is not None and any(one.when is not None for one in step.choice.options)
    return _simulated(lambda: told(tells), lambda: told(False), measures)


def _simulated(work: Callable[[], Any], without: Callable[[], Any], measures: bool) -> Any:
    """What the work comes to; what there is without a run, where the work needs one and none can be made yet."""
    if measures and compiled.preparing():
        return without()
    try:
        with CORES:
            return work()
    except NotReady:
        return without()


def _step(step: Step) -> dict[str, Any]:
    return {
        "id": step.id, "title": step.title, "kind": step.kind, "check": step.check_kind, "polled": pace.polled(step),
        "goal": step.goal is not None,
    }  # fmt: skip


def _people(
    lesson: Lesson, members: Sequence[Member], rows: Sequence[Any], there: Mapping[int, Any], first: Mapping[int, str], now_s: float
) -> list[dict[str, Any]]:
    """`first`: where those are of whom nothing is stored."""
    given: dict[tuple[int, int], dict[str, list[Any]]] = {}
    for row in rows:
        given.setdefault((row.member_id, row.run_through), {}).setdefault(row.step, []).append(row)
    found = []
    for one in members:
        progress = there.get(one.id)
        mine = given.get((one.id, progress.run_through), {}) if progress else {}
        found.append(_person(lesson, one, mine, progress, progress.step if progress else first.get(one.id), now_s))
    return found


def _person(
    lesson: Lesson, member: Member, given: Mapping[str, Sequence[Any]], progress: Any, here: str | None, now_s: float
) -> dict[str, Any]:
    """`given`: their answers of the present run-through by step; `progress`: how far they are, None before they do anything;
    `here`: the step at which they are, None where they are in another lesson.
    """
    steps = lesson.steps_for(progress.support) if progress else lesson.all_steps
    states = {step.id: _status(step, given.get(step.id, ()), progress, step.id == here, now_s) for step in steps}
    return {
        "number": member.number, "name": member.name, "status": member.status, "help": member.help,
        "here": here, "states": states,
        "done": sum(state in DONE for state in states.values()),
        "seen_s": max(member.seen_s, progress.changed_s if progress else 0.0), "joined_s": member.joined_s,
    }  # fmt: skip


def _status(step: Step, given: Sequence[Any], progress: Any, here: bool, now_s: float) -> str:
    if given:
        if any(row.right for row in given):
            return "right"
        wrong = sum(row.right is False for row in given)
        if not wrong:
            return "answered"
        return "stuck" if here and wrong >= STUCK_ATTEMPTS else "wrong"
    if progress is not None and step.id in progress.passed:
        return "skipped" if step.check else "answered"
    if not here:
        return "open"
    waiting_s = now_s - progress.entered.get(step.id, now_s) if progress else 0.0
    return "stuck" if step.check and waiting_s > STUCK_S else "working"
