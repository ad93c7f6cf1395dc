"""Goal: what the challenge asks of a running system, and the best design that a search has found, with its date.

Reads the engine's file of best known designs; judges nothing: the browser holds the running numbers against it.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import engine
from dashboard.words import t

BEST_KNOWN = Path(engine.__file__).parent / "best_known"
ROOM = 1.25
"""The budget is the best known cost times this: buying everything does not meet it, a sound design does."""
TIERS = ("servers", "cache", "database", "cdn")


@dataclass(frozen=True)
class Goal:
    """A goal in the engine's metric names, its budget, the system it is asked of, and the best known design."""

    title: str
    rate: float
    latency_p95_ms: float
    error_rate: float
    cost_per_hour: float
    base: dict[str, Any]
    best: dict[str, Any]

    def told(self) -> dict[str, Any]:
        """What the browser shows."""
        limits = {name: getattr(self, name) for name in ("rate", "latency_p95_ms", "error_rate", "cost_per_hour")}
        return {"title": t(self.title), "limits": limits, "best": self.best}


def read_goal(name: str) -> Goal:
    """The goal of the best known designs of this name."""
    known = json.loads((BEST_KNOWN / f"{name}.json").read_text(encoding="utf-8"))
    best, wanted = known["best"][0], known["goal"]
    choices = [
        {"tier": tier, "field": field, "value": value}
        for choice in best["choices"]
        for tier, fields in choice.items()
        for field, value in fields.items()
    ]
    told = {
        "cost_per_hour": round(best["cost_per_hour"], 2),
        "latency_p95_ms": max(one["latency_p95_ms"] for one in best["measured"]),
        "error_rate": max(one["error_rate"] for one in best["measured"]),
        "choices": choices,
        "date": known["date"],
        "prices_date": known["prices_date"],
        "designs_count": known["designs_count"],
    }
    budget = round(best["cost_per_hour"] * ROOM, -1)
    return Goal(known["title"], wanted["rate"], wanted["latency_p95_ms"], wanted["error_rate"], budget, known["base"], told)


HUNDRED_THOUSAND = read_goal("100k")
