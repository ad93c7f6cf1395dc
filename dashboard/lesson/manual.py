"""The manual: `lessons/WRITING.md`, read as sections for the page on which lessons are written; and the example that stands in it.

The page and the file are one: whatever is in the app is read from the file. Knows nothing of how a section is drawn.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

import lessons
from dashboard.model_text import parsed

MANUAL = Path(lessons.__file__).parent / "WRITING.md"
FENCE = re.compile(r"^```\w*\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
MARK = re.compile(r"\[code (\d+)\]")


@cache
def manual() -> list[dict[str, Any]]:
    """The sections of the manual: {number, title, blocks}, in order; a block of kind "code" has a `text`."""
    texts = listings()
    count = iter(range(len(texts)))
    sections = parsed(FENCE.sub(lambda _: f"\n[code {next(count)}]\n", MANUAL.read_text(encoding="utf-8")))
    for section in sections:
        section["blocks"] = [_listing(block, texts) for block in section["blocks"]]
    return sections


@cache
def listings() -> list[str]:
    """What stands between fences, in order."""
    return FENCE.findall(MANUAL.read_text(encoding="utf-8"))


def example() -> str:
    """The lesson file that the manual explains: the first listing."""
    return listings()[0]


def _listing(block: dict[str, Any], texts: list[str]) -> dict[str, Any]:
    words = "".join(words for _, words in block.get("runs", ()))
    found = MARK.fullmatch(words)
    return {"kind": "code", "text": texts[int(found[1])]} if found else block
