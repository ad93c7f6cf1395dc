"""Where the time of a request went: the stages of its latency, from the instants in its row of the log.

Both the counters of the reference and what is said about single requests read it.
"""

import numpy as np

from engine.log import STAGES


def stages_of(row: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The stages of each row's latency in ns; for answered requests they sum to it exactly."""
    nothing = np.zeros_like(row["sent"])
    asked_database, looked_up = row["db_node"] >= 0, row["looked_up"] >= 0
    stages = {
        "network": (row["at_balancer"] - row["sent"]) + (row["ended"] - row["left"]),
        "cdn": nothing,
        "balancer": row["dispatched"] - row["at_balancer"],
        "server_queue": (row["worker_at"] - row["dispatched"]) + (row["cpu_at"] - row["worker_at"]),
        "server_cpu": row["cpu_done"] - row["cpu_at"],
        "cache": np.where(looked_up, row["looked_up"] - row["cpu_done"], 0),
        "coalesced_wait": nothing,
        "database_queue": np.where(asked_database, row["db_at"] - row["db_queued"], 0),
        "database_service": np.where(asked_database, row["db_done"] - row["db_at"], 0),
        "commit_wait": nothing,
        "failed_attempts": row["failed_ns"],
        "retry_wait": row["retry_wait_ns"],
    }
    return {name: stages[name] for name in STAGES}
