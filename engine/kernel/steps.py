"""States of an attempt that waits, and the steps of its journey that follow."""

# States of an attempt that waits
(
    TRAVELLING_OUT,
    PASSING,
    FAILING,
    WAITS_FOR_WORKER,
    GRANTED_WORKER,
    WAITS_FOR_CPU,
    GRANTED_CPU,
    COMPUTING,
    LOOKING_UP,
    WAITS_FOR_CONNECTION,
    GRANTED_CONNECTION,
    QUERYING,
    TRAVELLING_BACK,
    WAITS_FOR_MACHINE,
    GRANTED_MACHINE,
    QUERYING_BESIDE,
    WAITS_FOR_FETCH,
    SHARED_FETCH,
    HANDED_FETCH,
    WAITS_FOR_REPLICAS,
    WAITS_FOR_PARTS,
    WAITS_FOR_COPY,
    HAS_ARRIVED,
    WAITS_TO_ASK,
    MAY_ASK,
) = range(30, 55)

# Steps of the journey: first those that a wait ends in, each in the place of its state, then those that follow at once
(
    AT_BALANCER,
    CHOOSE,
    LEAVE,
    _,
    HAS_WORKER,
    _,
    HAS_CPU,
    CPU_DONE,
    LOOKED_UP,
    _,
    HAS_CONNECTION,
    QUERIED,
    ANSWERED,
    _,
    HAS_MACHINE,
    QUERIED_BESIDE,
    _,
    HAS_FETCHED,
    FETCHES,
    REPLICATED,
    HAS_PARTS,
    _,
    ASKS_NODE,
    _,
    ASKS_ALL,
    DATA,
    DATA_READ,
    WORK_DONE,
    CALL_OVER,
    ASKS_MACHINE,
    ASKS_PARTS,
) = range(31)

AT_POP = 40
"""The first of the steps at a point of presence, each in the place of its state."""
WAITS, ENDS = -1, -2
"""In the place of a step: the attempt has to wait, or nothing of it is left on the way."""
DROPPED = -2
"""Verdict on work that was let go because its client had left."""
OVER = 2
"""What follows at once: an attempt is over for its client."""
NEVER_DROP, DROP_AT_ONCE = 0, 2
