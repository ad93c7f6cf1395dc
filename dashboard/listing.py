"""Listings: the SimPy reference as it is run, read from its files, with each piece marked by what it is.

Reads sources; runs nothing and knows nothing of colours.
"""

import io
import keyword
import tokenize
from functools import cache
from pathlib import Path

from dashboard.words import mark

REFERENCE = Path(__file__).resolve().parents[1] / "engine" / "reference"
TIERS = {
    "traffic": mark("Arrivals"),
    "client": mark("Clients"),
    "network": mark("Network"),
    "cdn": mark("CDN"),
    "balancer": mark("Balancer"),
    "server": mark("Servers"),
    "cache": mark("Cache"),
    "database": mark("Database"),
    "replication": mark("Replication"),
    "sharing": mark("Processor sharing"),
    "breaker": mark("Circuit breaker"),
    "fetching": mark("Coalescing"),
    "store": mark("Stores"),
    "shards": mark("Shards"),
    "moving": mark("Items on their way to another shard"),
    "fanout": mark("Reads of several groups"),
    "clock": mark("Clock"),
    "counted": mark("Counters"),
    "__init__": mark("All together"),
}
"""The reference's files by name, in the order in which a request meets them."""
KINDS = {tokenize.STRING: "string", tokenize.COMMENT: "comment", tokenize.NUMBER: "number"}
F_STRING = {getattr(tokenize, name) for name in ("FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END") if hasattr(tokenize, name)}

Piece = tuple[str, str]
"""(kind, text); the kind is "" for what has no colour of its own."""


def source(tier: str) -> str:
    """The text of a tier's file. Raises KeyError for what is not one of TIERS."""
    if tier not in TIERS:
        raise KeyError(tier)
    return (REFERENCE / f"{tier}.py").read_text(encoding="utf-8")


@cache
def listing(tier: str) -> list[list[Piece]]:
    """A tier's file, line by line, in pieces."""
    return pieces(source(tier))


def pieces(text: str) -> list[list[Piece]]:
    """Python source line by line, each a list of pieces that together are the line."""
    lines = text.splitlines()
    kinds = [[""] * len(line) for line in lines]
    named = False
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        kind = KINDS.get(token.type, "string" if token.type in F_STRING else "")
        if token.type == tokenize.NAME:
            kind = "keyword" if keyword.iskeyword(token.string) else "name" if named else ""
            named = token.string in ("def", "class")
        elif token.type == tokenize.OP and token.string == "@" and not token.line[: token.start[1]].strip():
            kind = "keyword"
        if kind:
            _paint(kinds, token.start, token.end, kind)
    return [_joined(line, painted) for line, painted in zip(lines, kinds)]


def _paint(kinds: list[list[str]], start: tuple[int, int], end: tuple[int, int], kind: str) -> None:
    for row in range(start[0], end[0] + 1):
        line = kinds[row - 1]
        first, last = (start[1] if row == start[0] else 0), (end[1] if row == end[0] else len(line))
        line[first:last] = [kind] * (last - first)


def _joined(line: str, painted: list[str]) -> list[Piece]:
    found: list[Piece] = []
    for kind, character in zip(painted, line):
        if found and found[-1][0] == kind:
            found[-1] = (kind, found[-1][1] + character)
        else:
            found.append((kind, character))
    return found
