"""Cells: rows as a CSV file that every spreadsheet opens and none executes, and the name under which a file is saved.

UTF-8 with a byte order mark (without it Excel reads another encoding), CRLF, every text in quotes. A text that a spreadsheet would
take for a formula gets an apostrophe in front (OWASP, "CSV Injection"); numbers stay numbers. Knows nothing of what the rows say.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

BOM = "\ufeff"
FORMULA = "=+-@"
NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,3})?", re.ASCII)
NEXT_CELL = re.compile(r"([;\t]\s*)([^;\t]+)")
"""What a spreadsheet of a country that writes decimals with a comma would take for the next cell, whatever quotes there are."""
LINES = re.compile(r"[ \t]*(?:[\r\n\v\f\x85\u2028\u2029]+[ \t]*)+")
NONE = "-"
"""A dash alone is nothing to be worked out; Moodle takes it for no grade."""
MAX_CELL = 32_000
"""Characters; Excel takes 32,767."""
MAX_NAME = 60
"""Characters of a file's name before its ending."""

Cell = str | int | float | bool | None


def table(rows: Iterable[Iterable[Cell]]) -> str:
    """The rows as lines of CSV."""
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n").writerows([safe(one) for one in row] for row in rows)
    return text.getvalue()


def safe(value: Cell) -> str | int | float:
    """A value as a cell: a number as it is, yes or no, or a text in one line that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value
    text = NEXT_CELL.sub(lambda cell: cell[1] + _quoted(cell[2]), LINES.sub(" ", value))[:MAX_CELL]
    return text if text == NONE or NUMBER.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    """With an apostrophe in front, if a spreadsheet would take it for a formula."""
    first = next((sign for sign in text if not _changes_nothing(sign)), "")
    begins = text.startswith("\t") or unicodedata.normalize("NFKC", first)[:1] in tuple(FORMULA)  # wide forms count as plain ones
    return f"'{text}" if begins else text


def _changes_nothing(sign: str) -> bool:
    """Whether a formula is one with this in front of it, too: spaces, quotes, controls and signs without width."""
    return sign == '"' or sign.isspace() or unicodedata.category(sign).startswith("C")


def saved_as(title: str, ending: str) -> str:
    """The header that has a browser save an answer under a name: in plain letters, and as it is written (RFC 6266, RFC 5987)."""
    kept = "".join(sign if unicodedata.category(sign)[0] in "LN" else "-" for sign in unicodedata.normalize("NFKC", title))
    name = re.sub("-+", "-", kept).strip("-")[:MAX_NAME].strip("-") or "room"
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name) if sign.isascii())
    plain = re.sub("-+", "-", bare).strip("-") or "room"
    return f"attachment; filename=\"{plain}-{ending}\"; filename*=UTF-8''{quote(f'{name}-{ending}', safe='')}"
