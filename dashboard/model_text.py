"""The model's own description, `engine/MODEL.md`, as sections of blocks that a page can draw: rendered, never retyped.

Reads the part of Markdown that the file uses: headings, paragraphs, bullet lists, tables, and inside them strong, emphasis, code
and links. Raises ValueError for what it does not know, so that nothing is shown wrongly.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

MODEL = Path(__file__).resolve().parents[1] / "engine" / "MODEL.md"
INLINE = re.compile(
    r"\*\*(?P<strong>.+?)\*\*|(?<![\w*])\*(?P<em>[^*\s][^*]*?)\*(?![\w*])|`(?P<code>[^`]+)`|\[(?P<link>[^\]]+)\]\([^)]*\)"
)

Run = tuple[str, str]
"""(kind, text) of a piece of a line: "", "strong", "em" or "code"."""
Block = dict[str, Any]


@cache
def sections() -> list[dict[str, Any]]:
    """The sections of the model: {number, title, blocks}, in order."""
    return parsed(MODEL.read_text(encoding="utf-8"))


def parsed(text: str) -> list[dict[str, Any]]:
    """The numbered sections of a text; what stands before the first is left out."""
    found: list[dict[str, Any]] = []
    for chunk in re.split(r"\n\s*\n", text):
        lines = chunk.strip("\n").splitlines()
        while lines and lines[0].startswith("#"):
            level, _, title = lines.pop(0).partition(" ")
            if level == "##":
                number, _, name = title.partition(". ")
                found.append({"number": int(number), "title": name, "blocks": []})
            elif level == "###":
                found[-1]["blocks"].append({"kind": "heading", "runs": runs(title)})
            elif level != "#":
                raise ValueError(f"a heading of level {len(level)}: {title!r}; the model has ## and ###")
        if lines and found:
            found[-1]["blocks"] += _blocks(lines)
    return found


def _blocks(lines: list[str]) -> list[Block]:
    if lines[0].startswith("|"):
        rows = [[runs(cell.strip()) for cell in line.strip().strip("|").split("|")] for line in lines]
        if any(len(row) != len(rows[0]) for row in rows):
            raise ValueError(f"a table whose rows differ in length: {lines[0]!r}")
        return [{"kind": "table", "head": rows[0], "rows": rows[2:]}]
    first = next((place for place, line in enumerate(lines) if line.startswith("* ")), len(lines))
    blocks: list[Block] = [{"kind": "paragraph", "runs": runs(" ".join(lines[:first]))}] if first else []
    items: list[str] = []
    for line in lines[first:]:
        if line.startswith("* "):
            items.append(line[2:])
        else:
            items[-1] += " " + line.strip()
    return blocks + ([{"kind": "list", "items": [runs(item) for item in items]}] if items else [])


def runs(text: str) -> list[Run]:
    """A line in runs of one kind; a link is its words."""
    found: list[Run] = []
    at = 0
    for match in INLINE.finditer(text):
        if match.start() > at:
            found.append(("", text[at : match.start()]))
        kind = match.lastgroup or ""
        found.append(("" if kind == "link" else kind, match.group(kind)))
        at = match.end()
    return found + ([("", text[at:])] if at < len(text) else [])
