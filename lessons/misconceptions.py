"""The bank of misconceptions, read from `misconceptions.yaml`. Knows no lesson."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Misconception:
    """What people believe, and what a run shows."""

    id: str
    belief: str
    shows: str


@cache
def bank() -> dict[str, Misconception]:
    """All misconceptions by id."""
    text = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    return {name: Misconception(name, **fields) for name, fields in yaml.safe_load(text).items()}
