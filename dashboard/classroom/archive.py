"""Archive: all that a room's record holds as one JSON file, and back again: `python -m dashboard.classroom.archive FILE TABLE`
prints one of the tables of `export` or `gradebook` from it, when the room itself is long deleted.

    format      "scale-it-up room"
    version     1
    exported_at ISO 8601, UTC
    who         names, or numbers: then the names of members are null
    room        {title, created_s, closes_s, deletes_s, lesson, pacing, step, support, rounds {lesson.step: votes on it}, revealed
                [lesson.step; "lesson.step 1" of a vote that is over], locks [control], push, approves, results_hidden,
                members_count}
    members     [{number, name, status, help, joined_s, seen_s}]
    progress    [{number, lesson, version, run_through, support, step, passed [step], hints {step: count}, entered {step: time},
                changed_s}]
    hand_counts [{lesson, step, round, counts {counts: [how many for each option]}}]
    answers     [{number, lesson, version, run_through, step, attempt, answer {given}, confidence, right, verdict {said, …}, run
                {scene, seed, changes, t_s, values, pin} or null, answered_s}]

Times ending in _s are seconds since 1970. No secret is in it: no link, code, cookie or key of the room or of anybody.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dashboard.classroom.cells import BOM, table
from dashboard.classroom.export import TABLES, moment
from dashboard.classroom.gradebook import GRADEBOOKS
from dashboard.classroom.records import Record, answers_of, kept
from dashboard.store.models import Answer, Base, HandCount, Member, Progress, Room

FORMAT = "scale-it-up room"
VERSION = 1
TABLES_OF = {"members": Member, "progress": Progress, "hand_counts": HandCount, "answers": Answer}


class BadArchive(ValueError):
    """A file that is no archive of a room."""


def written(record: Record, now_s: float) -> Iterator[str]:
    """The archive as pieces of text, one row a line."""
    head = {"format": FORMAT, "version": VERSION, "exported_at": moment(now_s), "who": record.who, "room": record.room}
    yield json.dumps(head, ensure_ascii=False, indent=1)[:-2]
    lists = (record.members, record.progress, record.hand_counts, record.every_answer())
    for name, rows in zip(TABLES_OF, lists):
        yield f',\n "{name}": ['
        between = "\n"
        for row in rows:
            yield between + json.dumps(row, ensure_ascii=False)
            between = ",\n"
        yield "\n]"
    yield "\n}\n"


def read(text: str) -> Record:
    """The record that an archive holds. Raises BadArchive."""
    try:
        found = json.loads(text.removeprefix(BOM))
    except ValueError as problem:
        raise BadArchive(f"This is no JSON: {problem}") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BadArchive("This is no archive of a room.")
    if found.get("version") != VERSION:
        raise BadArchive(f"This archive has the version {found.get('version')!r}; this app reads {VERSION}.")
    if not _are_rows([found.get("room")], Room) or not all(_are_rows(found.get(name), table) for name, table in TABLES_OF.items()):
        raise BadArchive("Something is missing in this archive.")
    lessons = sorted({found["room"]["lesson"], *(row["lesson"] for row in found["answers"])})
    lists = [found[name] for name in list(TABLES_OF)[:-1]]
    return Record(found["who"], found["room"], *lists, lessons, answers_of(found["answers"]))


def _are_rows(raw: Any, of: type[Base]) -> bool:
    """Whether this is a list of rows with all that is kept of the table."""
    columns = {*kept(of), *(["number"] if of in (Progress, Answer) else [])}
    return isinstance(raw, list) and all(isinstance(one, dict) and columns <= one.keys() for one in raw)


def main() -> None:
    """Print a table of an archive."""
    forms = TABLES | GRADEBOOKS
    parser = argparse.ArgumentParser(prog="python -m dashboard.classroom.archive", description="Print a table of an archive.")
    parser.add_argument("file", type=Path, help="the archive that was exported as JSON")
    parser.add_argument("table", choices=forms, help="which table")
    parser.add_argument("--address", default="", help="where the app is, for links that replay runs (https://lab.example.org/)")
    asked = parser.parse_args()
    try:
        record = read(asked.file.read_text("utf-8"))
    except (OSError, BadArchive) as problem:
        parser.error(str(problem))
    sys.stdout.reconfigure(encoding="utf-8", newline="")
    sys.stdout.write(BOM + table(forms[asked.table](record, asked.address)))


if __name__ == "__main__":
    main()
