"""The request log: one row per attempt, what each column means, and the codes in it.

Both engines write these columns; metrics, pictures and tests read them. Times are whole nanoseconds since the start of the
run, -1 where an attempt never got there.
"""

OK, TIMEOUT, REFUSED, FAILED, UNAVAILABLE = range(5)
OPEN = -1
OUTCOMES = ("ok", "timeout", "refused", "failed", "unavailable")
STATIC, READ, WRITE = range(3)
KINDS = ("static", "read", "write")

COLUMNS = {
    "request": "number of the request, from 0",
    "attempt": "number of the attempt at it, from 0",
    "cohort": "index of the client's cohort",
    "region": "number of the client's region in workload.tables.REGIONS",
    "kind": "0 static, 1 read, 2 write",
    "key": "item asked for, 0 is the most popular; -1 for a file that nobody looks up by name",
    "user": "who asks",
    "server": "server it was sent to, -1 none",
    "db_node": "database node, in order of creation: 0 the first primary; -1 none",
    "hit": "1 cache hit, 0 miss, -1 no look-up",
    "stale": "1 if what was read was no longer current",
    "arrived": "when the request's first attempt was sent",
    "sent": "when this attempt was sent",
    "at_balancer": "when it reached the balancer",
    "dispatched": "when it was sent to a server",
    "worker_at": "when it got a worker",
    "cpu_at": "when it got a vCPU",
    "cpu_done": "when its CPU work was done",
    "looked_up": "when the cache had answered",
    "db_queued": "when it asked for a database node",
    "db_at": "when it got a connection",
    "db_done": "when the database had answered",
    "acknowledged": "when a committed write had reached as many replicas as it waits for",
    "left": "when the server (or the balancer) let go of it",
    "ended": "when the client had an answer or left",
    "outcome": "-1 open, 0 ok, 1 timeout, 2 refused, 3 failed, 4 unavailable",
    "final": "1 for the last attempt of its request",
    "failed_ns": "time in earlier attempts at the request",
    "retry_wait_ns": "time in pauses before retries",
    "pop": "point of presence that it asked, by the number of its region, -1 none",
    "pop_hit": "there: 1 hit, 0 miss that it fetched itself, 2 waited for the fetch of another, -1 no look-up",
    "at_pop": "when it reached the point of presence",
    "pop_done": "when the file had been looked up there",
    "pop_waited": "when its wait there for the fetch of another was over",
    "pop_filled": "when the origin's answer was back there",
    "fetched": "when its wait for another's fetch of the item ended",
}
"""Columns of the log, in order."""

STAGES = (
    "network",
    "cdn",
    "balancer",
    "server_queue",
    "server_cpu",
    "cache",
    "coalesced_wait",
    "database_queue",
    "database_service",
    "commit_wait",
    "failed_attempts",
    "retry_wait",
)
"""The stages of a latency; those of an answered request sum to it exactly."""

COUNTED = (
    "sent", "attempts", *OUTCOMES, "latency_ns", *STAGES,
    "look_ups", "hits", "reads", "stale_reads", "writes", "applied", "served", "nobody_ns",
    "evictions", "cache_keys_moved", "cdn_look_ups", "cdn_hits", "cdn_served", "breaker_refused", "coalesced", "stale_served",
    "violations", "lost_writes", "no_primary_ns", "keys_moved",
)  # fmt: skip
"""What a run counts, all cumulative: requests sent, attempts, requests over by outcome, the answered ones' latency and its
stages, look-ups, reads and writes that were answered, writes applied by replicas, attempts that servers or the CDN completed,
the time in which the balancer believed nobody healthy, what cache nodes evicted, items whose cache node became another, look-ups
and hits at points of presence, attempts that they answered without the origin, waits for another's fetch included, calls to
the database that circuit breakers refused, misses that got what another had fetched, hits on expired items, reads of
database nodes that did not show all writes of who asked, acknowledged writes that a failover lost, the time in which groups had no
primary that was up, and items that another shard holds since."""

COUNTED_OF_REGION = (*OUTCOMES, "latency_ns")
"""What is counted of each region besides, cumulative: its requests over by outcome, latency of the answered ones."""

COUNTED_OF_COHORT = ("sent", *OUTCOMES, "latency_ns")
"""What is counted of each cohort of clients besides, cumulative: requests sent, requests over by outcome, latency of the
answered ones."""

OCTAVE = 64
"""Buckets of the latency histogram per doubling: what is in a bucket is at most 0.8 % from its middle."""
FIRST_OCTAVE = 10
LAST_OCTAVE = 44
BUCKETS = (LAST_OCTAVE - FIRST_OCTAVE) * OCTAVE
"""From 1 µs to almost 5 hours; what is outside counts in the first or last bucket."""

REACHED, NEEDS_ROOM, OUT_OF_EVENTS, LOG_FULL, ALL_SENT, ALL_DONE = range(6)
"""Why an engine's `advance` came back: the time was reached, the budget is used up, all requests are sent, or all are over;
the kernel's loop also comes back for more room."""
NOT_BEFORE, WHEN_ALL_SENT, WHEN_ALL_DONE = range(3)
"""When it should come back before the time given."""


def thinned(keep_every: int, sent: int, most_kept: int) -> int:
    """Every how many-th request is kept once so many were sent: doubled until at most twice `most_kept` are."""
    while keep_every and sent > 2 * most_kept * keep_every:
        keep_every *= 2
    return keep_every
