"""Ada: whoever sends the request that the picture follows, and how long she waited; for the picture and its one line.

One person asks seldom: of 100,000 who send 1,800 requests a second, each once in 56 s. So Ada is one user after another: those
whose number a step divides, as many as ask about once in EVERY_S of the viewer's time; user 0 alone where she asks so often
herself. Who asks is drawn from the seed, so these are the same requests whatever is done to the servers; and as steps are powers
of two, who is followed at one rate or pace is followed at every lower one too.
"""

import math
from typing import Any

import numpy as np

from dashboard.parts import parts_of
from engine.log import COLUMNS, STAGES

EVERY_S = 5.0
"""Of the viewer's time: about so long after one of Ada's requests the next one sets out."""
MOST = 100
"""Attempts of hers in an answer; the latest ones are told."""
WAITS = ("server_queue", "coalesced_wait", "database_queue", "commit_wait", "failed_attempts", "retry_wait")
"""Stages of a request in which nothing is done for it."""
USER = list(COLUMNS).index("user")
ALONE = 1 << 62
"""A step beyond every number of a user: Ada is user 0."""


def step_of(asks: float) -> int:
    """Which users are Ada: those whose number this divides, where so many requests set out in a second of the viewer's time."""
    return 2 ** max(0, round(math.log2(max(asks, 1e-9) * EVERY_S)))


def rows_of(results: list[Any], step: int) -> dict[int, dict[str, int]]:
    """Her attempts in these slices by their id, in order of their ends; of one that is in several the last word counts."""
    rows = np.concatenate([result.rows[result.rows[:, USER] % step == 0] for result in results])
    attempts: dict[int, dict[str, int]] = {}
    for values in rows[-2 * MOST :].tolist():  # as many again for those of several slices
        row = dict(zip(COLUMNS, values))
        attempts.pop(number := row["request"] * 64 + min(row["attempt"], 63), None)
        attempts[number] = row
    return dict(list(attempts.items())[-MOST:])


def told(row: dict[str, int]) -> list[Any]:
    """[user] of an attempt; of a request's last one, if it is over, [user, µs that it took, parts, attempts].

    The parts are its longest one and its longest wait, unless there was none or they are the same: [stage of the log, µs].
    """
    if row["final"] != 1 or row["outcome"] < 0:
        return [row["user"]]
    (parts,) = parts_of([row])
    longest = [max(stages, key=lambda stage: parts[stage]) for stages in (STAGES, WAITS)]
    shown = [[stage, _us(parts[stage])] for stage in dict.fromkeys(longest) if parts[stage] > 0]
    return [row["user"], _us(row["ended"] - row["arrived"]), shown, row["attempt"] + 1]


def _us(duration_ns: int) -> int:
    return round(duration_ns / 1_000)
