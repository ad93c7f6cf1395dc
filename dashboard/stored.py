"""Stored: what each table and column of the database holds, in words for the privacy page. A test holds it against the models.

Knows what the store's models say; nothing of how it is shown.
"""

from dataclasses import dataclass
from typing import Any

from dashboard.classroom.rooms import DAY_S, KEPT_DAYS, MOST_OPEN_DAYS, OPEN_DAYS
from dashboard.keeping import LEARNER_DAYS
from dashboard.store.drafts import MAX_AGE_S, MAX_OWN
from dashboard.store.models import Base
from dashboard.words import mark, marked, t

DAYS = {
    "kept": KEPT_DAYS, "open": OPEN_DAYS, "most": MOST_OPEN_DAYS, "alone": LEARNER_DAYS, "draft": round(MAX_AGE_S / DAY_S),
    "drafts": MAX_OWN,
}  # fmt: skip
"""For how many days things are kept, by the names that the texts have for them; and how many drafts."""
ROOM_ENDS = mark("With the room: {kept} days after it closes, or when the teacher deletes it.")
LEARNER_ENDS = mark("{alone} days after they last did something in a lesson, or when they delete it themselves.")
ROW = mark("the number of the row")
WHOSE = mark("whose it is: a number of a row")
IN_ROOM = mark("of which room: a number of a row")


@dataclass(frozen=True)
class Told:
    """What is told of a table."""

    title: str
    about: str
    until: str
    seen: str
    columns: dict[str, str]


TABLES = {
    "learners": Told(
        mark("Learners"),
        mark("Somebody who did something in a lesson. No name, no account: a browser is known again by a random cookie."),
        LEARNER_ENDS,
        mark("Nobody: a row leads to no person. Whoever runs this app sees the rows."),
        marked({
            "id": ROW,
            "cookie_hash": "a fingerprint (SHA-256) of the cookie, from which it cannot be found; of members their room and number",
            "created_s": "when it was first made",
            "seen_s": "when they last did something in a lesson",
            "answers_count": "how many answers there are, to keep a bound on them",
        }),
    ),
    "progress": Told(
        mark("Progress"),
        mark("How far somebody is in a lesson, so that they can go on where they left off."),
        mark("With the learner."),
        mark("The learner; in a room also its teachers; and whoever runs this app."),
        marked({
            "learner_id": WHOSE,
            "lesson": "which lesson",
            "version": "which version of it",
            "run_through": "how often it was begun anew",
            "support": "whether examples come first",
            "step": "the step on screen",
            "passed": "steps that were left for the next one",
            "hints": "how many hints were asked for",
            "entered": "when each step was first on screen",
            "changed_s": "when it last changed",
        }),
    ),
    "answers": Told(
        mark("Answers"),
        mark("Each answer to a question of a lesson, so that it can be seen again beside the outcome, and counted in a class."),
        mark("With the learner."),
        mark("The learner; in a room also its teachers, and the class as counts without names; and whoever runs this app."),
        marked({
            "id": ROW,
            "learner_id": WHOSE,
            "lesson": "which lesson",
            "version": "which version of it",
            "run_through": "how often it had been begun anew",
            "step": "which question",
            "attempt": "the how-manieth answer to it",
            "key": "a random text by which an answer that was sent twice is there once",
            "answer": "what was answered: a choice, a number, a curve, or a few sentences",
            "confidence": "how sure one was, 0 to 3",
            "is_right": "whether it was right",
            "verdict": "the answer in words, the reply, and the misconception that it may show",
            "run": "which moves of the sliders it was read from",
            "answered_s": "when",
        }),
    ),
    "drafts": Told(
        mark("Drafts"),
        mark("Lesson files that somebody writes and previews here."),
        mark("{draft} days after they were last written, when they are deleted, or with the learner; at most {drafts} a person."),
        mark("Their writer, and whoever runs this app."),
        marked({
            "learner_id": WHOSE,
            "name": "what the draft is called",
            "file": "the name of the file",
            "digest": "a fingerprint of the text",
            "text": "the text of the file",
            "changed_s": "when it was last written",
        }),
    ),
    "rooms": Told(
        mark("Rooms"),
        mark("A taught group, and what its teacher has set for it."),
        ROOM_ENDS,
        mark("Its members, without what lets somebody in; its teachers; and whoever runs this app."),
        marked({
            "id": ROW,
            "token": "the random part of the link to it",
            "code": "the short code to join",
            "title": "its title, as the teacher wrote it",
            "created_s": "when it was opened",
            "closes_s": "when it closes: {open} days later, or as the teacher says, at most {most}",
            "deletes_s": "when it is deleted with everything in it: {kept} days after it closes",
            "lesson": "which lesson is taught",
            "pacing": "whether the class goes together",
            "step": "the step at which the class is",
            "support": "whether examples come first",
            "rounds": "how many votes there were on a question",
            "revealed": "which outcomes the class has seen",
            "locks": "which controls nobody may move",
            "push": "which page the teacher shows everybody",
            "spotlight": "runs of members, by number, that the teacher shows side by side; with names if the teacher wants it",
            "approves": "whether a name shows only after the teacher agreed",
            "results_hidden": "whether the projector keeps the results to itself",
            "countdown_s": "when the time for a step is over",
            "pushes_count": "how many pages were shown",
            "members_count": "how many ever joined",
            "revision": "counts its changes",
            "people_revision": "counts changes of its members",
        }),
    ),
    "members": Told(
        mark("Members"),
        mark("Somebody in a room: a nickname, and whether they need help."),
        mark("With the room, when they delete it themselves, or when they leave and have answered nothing."),
        mark("The teachers of the room, and whoever runs this app."),
        marked({
            "id": ROW,
            "room_id": IN_ROOM,
            "learner_id": "under which row their progress and answers are",
            "number": "their number in the room, which can stand for the name in exports",
            "name": "the nickname that they chose",
            "look": "the nickname as the eye takes it, so that two do not look alike",
            "status": "waiting, present, hidden, left, removed or blocked",
            "help": "whether they ask for help",
            "resume_hash": "a fingerprint (SHA-256) of the code with which they go on on another device",
            "browser_hash": "a fingerprint (SHA-256) of the browser's cookie, so that who comes in again does not vote twice",
            "joined_s": "when they came in",
            "seen_s": "when they last did something with themselves in the room",
        }),
    ),
    "devices": Told(
        mark("Devices"),
        mark("Which browser is which member."),
        mark("With the room, or when they delete it themselves."),
        mark("Nobody; whoever runs this app sees the rows."),
        marked({
            "room_id": IN_ROOM,
            "cookie_hash": "a fingerprint (SHA-256) of the browser's cookie",
            "member_id": "which member it is",
        }),
    ),
    "room_keys": Told(
        mark("Keys of rooms"),
        mark("What makes a browser a teacher of a room, or its projector."),
        ROOM_ENDS,
        mark("Nobody; whoever runs this app sees the rows."),
        marked({
            "hash": "a fingerprint (SHA-256) of the secret",
            "room_id": IN_ROOM,
            "kind": "what it is good for",
            "created_s": "when it was made",
            "ends_s": "until when it lets somebody in",
        }),
    ),
    "hand_counts": Told(
        mark("Votes counted by hand"),
        mark("How many hands a teacher counted for each option; nobody's in particular."),
        ROOM_ENDS,
        mark("The teachers and the class, and whoever runs this app."),
        marked({
            "room_id": IN_ROOM,
            "lesson": "which lesson",
            "step": "which question",
            "vote": "which vote on it",
            "counts": "how many for each option",
        }),
    ),
}  # fmt: skip


def tables() -> list[dict[str, Any]]:
    """All tables with their columns, in the viewer's language, as the models have them."""
    found = []
    for name, table in sorted(Base.metadata.tables.items(), key=lambda pair: list(TABLES).index(pair[0])):
        told = TABLES[name]
        columns = [[column.name, t(told.columns[column.name], **DAYS)] for column in table.columns]
        words = {part: t(getattr(told, part), **DAYS) for part in ("title", "about", "until", "seen")}
        found.append({"name": name, **words, "columns": columns})
    return found
