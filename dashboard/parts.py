"""Parts: where one request spent its time, answered or not, from the row of its last attempt in the log.

Knows the log's columns and the stages; not which requests are looked at, nor how they are told.
"""

import numpy as np

from engine.log import COLUMNS, OK, STAGES
from engine.stages import stages_of

WALK = (
    ("network", "at_balancer"), ("balancer", "dispatched"), ("server_queue", "cpu_at"), ("server_cpu", "cpu_done"),
    ("cache", "looked_up"), ("database_queue", "db_at"), ("database_service", "db_done"), ("commit_wait", "acknowledged"),
)  # fmt: skip
"""The way of an attempt: each stage with the column that says when it was over."""
OPTIONAL = {"looked_up": "hit", "db_at": "db_node", "db_done": "db_node", "acknowledged": "acknowledged"}
"""Stages that not every attempt has, with the column that is -1 then."""


def parts_of(rows: list[dict[str, int]]) -> list[dict[str, int]]:
    """The stages of requests that are over, in ns; those of answered ones sum to their latencies."""
    stages = stages_of({name: np.array([row[name] for row in rows]) for name in COLUMNS})
    answered = zip(*(values.tolist() for values in stages.values()))
    return [dict(zip(stages, one)) if row["outcome"] == OK else unanswered_parts(row) for row, one in zip(rows, answered)]


def unanswered_parts(row: dict[str, int]) -> dict[str, int]:
    """Where a request spent its time that got no answer, in ns: its last attempt up to where it was when the client left.

    What the servers did for it afterwards is nobody's wait.
    """
    parts = dict.fromkeys(STAGES, 0) | {"failed_attempts": row["failed_ns"], "retry_wait": row["retry_wait_ns"]}
    until = min(instant for instant in (row["left"], row["ended"]) if instant >= 0)
    at = row["sent"]
    for stage, column in WALK:
        if column in OPTIONAL and row[OPTIONAL[column]] < 0:
            continue
        instant = row[column]
        over = min(instant, until) if instant >= 0 else until
        parts[stage] += max(over - at, 0)
        at = max(over, at)
        if over == until:
            break
    parts["network"] += row["ended"] - at
    return parts
