"""Teach: the rooms that this browser teaches, and with `?room=` the page from which one is taught.

The browser asks the room itself (`api/rooms`); here it only gets what is the same for every room: lessons, pages to show, and the
teacher's notes of the lesson that it asks for.
"""

from typing import Any

import streamlit as st

from dashboard import places
from dashboard.classroom.commands import PUSHABLE
from dashboard.island import asked, island
from dashboard.lesson.beside import SHELF, named, stage_of
from dashboard.lesson.cards import card
from dashboard.lesson.metrics import written
from dashboard.situations import SITUATIONS
from dashboard.words import t
from lessons.facts import Facts
from lessons.format import Lesson
from lessons.notes import Plan
from lessons.running import BadRun
from lessons.showing import paragraphs


def notes(lesson: Lesson) -> dict[str, Any]:
    """The teacher's notes of a lesson, and the controls that can be locked in it."""
    teacher, facts, moved = lesson.teacher, Facts(lesson), named(lesson)
    return {
        "id": lesson.id,
        "purpose": _prose(teacher.purpose, facts),
        "lists": [
            [t("What they are likely to say"), teacher.likely_answers],
            [t("To discuss"), teacher.discussion],
            [t("For those who need support"), teacher.support],
            [t("For those who are quick"), teacher.extension],
        ],
        "pairs": _prose(teacher.pairs, facts),
        "plans": [_plan(lesson, one) for one in teacher.plans],
        "controls": [
            {"path": one.path, "label": t(one.label), "group": t(one.group)}
            for one in stage_of(lesson).controls
            if one.path in moved
        ],
        "worksheet": f"lessons/{lesson.id}/worksheet",
    }


def _prose(text: str | None, facts: Facts) -> list[str]:
    """Paragraphs; without a number that cannot be simulated, or not yet, there are none to read."""
    try:
        return paragraphs(text, facts, write=written)
    except BadRun:
        return [t("A number of this text cannot be simulated just now. Load the page again in a minute.")]


def _plan(lesson: Lesson, plan: Plan) -> dict[str, Any]:
    titles = {step.id: step.title or step.id for step in lesson.all_steps}
    return {
        "minutes": plan.minutes,
        "steps": [[titles[name], minutes] for name, minutes in plan.steps.items() if name in titles],
        "skip": [titles[name] for name in plan.skip if name in titles],
        "note": plan.note or "",
    }


wanted = asked("teach")
chosen = SHELF.get(wanted) if isinstance(wanted, str) else None
island("teach", {
    "room": st.query_params.get("room", ""),
    "lessons": [card(one) for one in SHELF.playable()],
    "pages": [
        {"view": name, "title": t(title), "path": places.path(name)} for name, title in PUSHABLE.items() if places.exists(name)
    ],
    "situations": [
        {"view": one.page, "title": t(one.title), "query": f"situation={one.name}"} for one in SITUATIONS if places.exists(one.page)
    ],
    "notes": notes(chosen) if chosen else None,
})  # fmt: skip
