"""Privacy: the privacy page's plain words, with the numbers that the program itself goes by. The tables are `stored`'s.

Knows what the app does with data as a whole; nothing of how it is shown.
"""

import os
from collections.abc import Mapping

from dashboard.hosted import hosted
from dashboard.keeping import EVERY_S, QUICK_BYTES, QUIET_ROUNDS
from dashboard.recordings import MAX_KEPT
from dashboard.store.address import BadAddress, address
from dashboard.stored import DAYS
from dashboard.words import t

OPERATOR = "SCALE_IT_UP_OPERATOR"
"""Who runs this app and how they are reached, as the page shows it: "Example School, Main Street 1, privacy@school.example"."""
MOST_SIGNS = 300
KEPT: Mapping[str, tuple[str, ...]] = {
    "lesson/store.js": ("lesson:${room}:${id}", "lesson:${id}"),
    "pages/draft_file.js": ("write-lesson:file",),
    "pages/forgetting.js": (),
    "pages/teach.js": ("teach:projected",),
    "pages/teach_join.js": ("classroom:address",),
    "pages/teach_open.js": ("room:${token}:recovery",),
    "pages/teach_parts.js": ("teach:${name}",),
    "pages/teach_settings.js": ("teach:deleted",),
    "room/enter.js": ("room:${token}:light",),
    "room/here.js": ("room", "room:${name}"),
    "stage/memory.js": ("stage:",),
    "stage/progress.js": ("progress",),
    "stage/settings.js": ("settings:motion", "stActiveTheme-${path}-v2"),
}
"""What each script (in static) keeps in the browser, by its keys, as they are written there. `_where` says it in words."""

Section = tuple[str, list[str]]


def short() -> list[str]:
    """The whole of it in a few lines."""
    return [
        t("No account, no e-mail address, no real name. Learning alone needs no name at all, a room a nickname."),
        t("No internet address is stored. Nothing is sent to anybody else, nothing is loaded from elsewhere, nobody is followed."),
        t("A room is deleted {kept} days after it closes; what one did alone, after {alone} days without use.", **DAYS),
        t("Everybody can delete all that is kept of them, at once, without asking."),
    ]


def sections() -> list[Section]:
    """What a data protection officer asks, one after the other."""
    return [
        (t("Who is responsible"), _responsible()),
        (t("What is stored, and what for"), _what()),
        (t("Who sees what"), _who()),
        (t("Where"), _where()),
        (t("Logs"), [_logs()]),
        (t("How it is deleted"), _deleted()),
        (t("Children and young people"), _young()),
        (t("Rights"), _rights()),
    ]


def _responsible() -> list[str]:
    named = os.environ.get(OPERATOR, "").strip()[:MOST_SIGNS]
    unnamed = t(
        "Whoever runs this app: a school, a university, a teacher. They have not named themselves here; ask whoever gave you "
        "its address."
    )
    return [
        named or unnamed,
        t(
            "They decide what it is used for, and are the controller in the sense of the European data protection law (GDPR). "
            "Those who wrote the software get no data, and have no access to any."
        ),
    ]


def _what() -> list[str]:
    return [
        t(
            "Who learns alone: how far they are in each lesson and what they answered, so that they can go on later, and see "
            "their prediction again beside the outcome. A random cookie stands for them; nothing says who they are."
        ),
        t(
            "Who is in a room: a nickname, a number, whether they need help, their progress and answers in it, and when they "
            "were last seen. It is there so that a teacher can teach: see where somebody is stuck, and what the class believes."
        ),
        t("Who teaches: the title and the settings of the room. Who writes a lesson: its text."),
        t(
            "A file with measured traffic that somebody loads is kept in memory only, until newer ones take its place ({count} are "
            "kept) or the app is started anew; whoever has a link that names it can play it.",
            count=MAX_KEPT,
        ),
        t(
            "So that nobody can guess codes, fill the database or take up the room of all, the app counts tries, open pages and "
            "loaded files by internet address, in memory only; it writes them nowhere."
        ),
    ]


def _who() -> list[str]:
    return [
        t(
            "Oneself: all of one's own. Other members: counts of answers without names; a name or a run only where the teacher "
            "shows it. The projector: counts, and no list of names."
        ),
        t(
            "The teachers of a room: nicknames, progress, answers and runs in this room, and nothing of what its members do "
            "elsewhere. They can export it, with names, or with numbers instead; such a file is then theirs to look after."
        ),
        t(
            "Whoever runs the app: the database. Nobody else. There is no advertising and no analysis of visitors, and no "
            "machine decides anything about anybody: answers are marked by the simulator, and what follows from that is the "
            "teacher's to say."
        ),
    ]


def _where() -> list[str]:
    return [
        t("In one file on the machine that runs this app.")
        if _in_a_file()
        else t("In a PostgreSQL database of whoever runs this app."),
        t(
            "In the browser, as cookies: who one is here (learner: random, for a year; in the frame of a learning platform one "
            "for there alone); what a teacher or a projector may do (room_key: random, for a year, until one stops teaching there; "
            "room_key_former: the one before, while it is exchanged); the language, if one chose "
            "it; what keeps other sites from loading files up in one's name (_streamlit_xsrf); and where several processes run, "
            "which of them serves one. They do what one asks the app for, and nothing else."
        ),
        t(
            "Also in the browser, until one deletes it there: appearance and motion; which pages one played on; whether one wants "
            "only the questions of a room; at which address a teacher’s classes come in; and an answer that could not be saved "
            "yet, which is sent as soon as it can be."
        ),
        t(
            "In an open tab, until it is closed: its run; what one has begun to write, and which parts one has folded; its room, "
            "where it was there, and that one was just deleted; and of a new room the recovery code, until the teacher has put it "
            "away. It is sent only with what one does oneself."
        ),
    ]


def _logs() -> str:
    if hosted():
        return t(
            "The app's own log holds errors, counts and times: no names, answers, cookies or internet addresses. Run as its "
            "manual says, the web server in front of it lists nowhere who opened what. Another web server, a firewall or a "
            "provider on the way may log internet addresses: whoever runs this app can say so."
        )
    return t(
        "This app runs on somebody's own machine, and writes errors to the window in which it was started; such a line may "
        "quote what was sent when something failed. It lists nowhere who opened what. A network on the way may log internet "
        "addresses."
    )


def _deleted() -> list[str]:
    return [
        t("By oneself, with a button in the settings: progress, answers, drafts, and name and answers in rooms."),
        t(
            "By a teacher: the whole room, at once. A member who is only removed or blocked is kept as long as the room, so "
            "that they can be let in again; who has answered nothing goes sooner where the room needs the place. By time: as the "
            "tables below say."
        ),
        t(
            "Within a minute it is overwritten in the database's file. The file is then also written anew, for copies that the "
            "database may have made in it: no byte of it is left there. With more than {size} MB that takes a while, and is done "
            "once nobody has saved anything for {minutes} minutes, at the latest after a day.",
            size=QUICK_BYTES // 1_000_000,
            minutes=round(QUIET_ROUNDS * EVERY_S / 60),
        )
        if _in_a_file()
        else t("The rows are gone at once. The database uses their place in its files again, and writes over it in time."),
        t(
            "Copies are not reached: files that a teacher exported, and backups of whoever runs the app. Backups that are made "
            "as its manual says are deleted after 14 days, in the night that follows."
        ),
    ]


def _young() -> list[str]:
    return [
        t(
            "A nickname need not say who somebody is, and should not: no family names. The teacher can agree to each name "
            "before it shows, change it or hide it. No question asks for anything about a person; do not write about people "
            "in answers."
        ),
        t(
            "Whether parents have to agree, the school says that uses the app. A class can also answer with cards of paper or "
            "by hand; of that only the counts are stored."
        ),
    ]


def _rights() -> list[str]:
    return [
        t(
            "To know: the settings say what is kept of you, and your teacher can give you a copy of what you did in the room. "
            "To correct: your teacher can change your name. To delete: see above. To complain: to the data protection authority."
        ),
        t(
            "Only the browser with your cookie can show that something is yours. Whoever deletes their cookies first can no "
            "longer be found; what was theirs goes by time."
        ),
    ]


def _in_a_file() -> bool:
    try:
        return address().get_backend_name() == "sqlite"
    except BadAddress:
        return True
