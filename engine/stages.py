"""Where the time of a request went: the stages of its latency, from the instants in its row of the log.

Both the counters of the reference and what is said about single requests read it.
"""

import numpy as np

from engine.log import STAGES


def stages_of(row: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The stages of each row's latency in ns; for answered requests they sum to it exactly."""
    asked_database, looked_up, asked_pop = row["db_node"] >= 0, row["looked_up"] >= 0, row["pop"] >= 0
    by_pop = asked_pop & (row["at_balancer"] < 0)
    pop_over = np.where(row["pop_waited"] >= 0, row["pop_waited"], row["pop_done"])
    set_out = np.where(asked_pop, pop_over, row["sent"])
    to_origin_and_back = (row["at_balancer"] - set_out) + (row["ended"] - row["left"])
    stages = {
        "network": np.where(by_pop, row["ended"] - pop_over, to_origin_and_back)
        + np.where(asked_pop, row["at_pop"] - row["sent"], 0),
        "cdn": np.where(asked_pop, row["pop_done"] - row["at_pop"], 0),
        "balancer": row["dispatched"] - row["at_balancer"],
        "server_queue": (row["worker_at"] - row["dispatched"]) + (row["cpu_at"] - row["worker_at"]),
        "server_cpu": row["cpu_done"] - row["cpu_at"],
        "cache": np.where(looked_up, row["looked_up"] - row["cpu_done"], 0),
        "coalesced_wait": np.where(row["pop_waited"] >= 0, row["pop_waited"] - row["pop_done"], 0)
        + np.where(row["fetched"] >= 0, row["fetched"] - row["looked_up"], 0),
        "database_queue": np.where(asked_database, row["db_at"] - row["db_queued"], 0),
        "database_service": np.where(asked_database, row["db_done"] - row["db_at"], 0),
        "commit_wait": np.where(row["acknowledged"] >= 0, row["acknowledged"] - row["db_done"], 0),
        "failed_attempts": row["failed_ns"],
        "retry_wait": row["retry_wait_ns"],
    }
    return {name: stages[name] for name in STAGES}
