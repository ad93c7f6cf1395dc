"""The random quantities of a run, in unit form (mean 1 or a share of 1), each from a stream of its own.

Both engines call these functions and no others; what they scale by is in `parameters`.
"""

from engine.jit import inlined, jitable
from engine.workload.counter import unit
from engine.workload.numeric import exp, log, normal_quantile

(
    GAP,
    GAP_BRANCH,
    CLASS,
    WRITE,
    KEY,
    USER,
    REGION,
    COHORT,
    CPU,
    CPU_BRANCH,
    DATABASE,
    DATABASE_BRANCH,
    APPLY,
    APPLY_BRANCH,
    LAG,
    REPLICA,
    TRIP_OUT,
    TRIP_BACK,
    PICK,
    SECOND_PICK,
    BACKOFF,
    FAIL_FAST,
    THINK,
    FIRST_THINK,
    BURST,
    WARM,
    FAILURE,
    REPAIR,
    EVICTION,
    POP_OUT,
    POP_BACK,
    TTL,
    REFRESH,
    REFRESH_BRANCH,
    REFRESH_REPLICA,
    FUNCTION,
    CROSS_SHARD,
    CROSS_FUNCTION,
    PART,
    PART_BRANCH,
) = range(40)
STREAMS = 40

DETERMINISTIC, EXPONENTIAL, LOGNORMAL, PARETO, HYPEREXPONENTIAL = range(5)
ERLANG = 5
LONGEST_NS = 1e17
"""About three years: a heavy tail ends here, so that times stay within 64 bits."""


@inlined
def demand(keys, stream, request, attempt, shape, a, b):
    """A service demand of mean 1; `shape`, `a` and `b` come from `parameters.shape_of`."""
    if shape == EXPONENTIAL:
        return exponential(keys, stream, request, attempt)
    return other_demand(keys, stream, request, attempt, shape, a, b)


@jitable
def other_demand(keys, stream, request, attempt, shape, a, b):
    """A demand that is not exponential."""
    if shape == DETERMINISTIC:
        return 1.0
    u = unit(keys[stream], request, attempt)
    if shape == LOGNORMAL:
        return exp(a * normal_quantile(u) - b)
    if shape == PARETO:
        return b * exp(-a * log(u))
    if unit(keys[stream + 1], request, attempt) < a:
        return -log(u) / (2.0 * a)
    return -log(u) / (2.0 * (1.0 - a))


@inlined
def gap(keys, request, shape, a, b):
    """The gap before a request, in units of the mean gap.

    For a coefficient of variation below 1 a mixture of Erlang k - 1 and Erlang k of the same rate (Tijms 1994, section 4.2);
    above 1 a hyperexponential of two branches with balanced means; 1 is Poisson, 0 evenly spaced.
    """
    if shape != ERLANG:
        return demand(keys, GAP, request, 0, shape, a, b)
    return erlang_mixture(keys, request, a, b)


@jitable
def erlang_mixture(keys, request, a, b):
    """A gap of one of two Erlang distributions of the same rate."""
    stages = int(a)
    if unit(keys[GAP_BRANCH], request, 0) < b:
        stages -= 1
    product = 1.0
    for stage in range(stages):
        product *= unit(keys[GAP], request, stage)
    return -log(product) / (a - b)


@inlined
def trip(keys, stream, request, attempt, mean_ns, jitter_cv):
    """One way through the network in ns: a fixed part and an exponential one, of the given mean and variability."""
    if jitter_cv == 0.0:
        return int(mean_ns + 0.5)
    return to_ns((1.0 - jitter_cv) - jitter_cv * log(unit(keys[stream], request, attempt)), mean_ns)


@inlined
def to_ns(units, mean_ns):
    """A quantity of unit mean in whole nanoseconds: the only place where a duration is rounded."""
    return int(min(units * mean_ns, LONGEST_NS) + 0.5)


@inlined
def exponential(keys, stream, request, attempt):
    """An exponential quantity of mean 1."""
    return -log(unit(keys[stream], request, attempt))


@jitable
def choice(cumulative, u):
    """The first index whose cumulative share exceeds u; the last share is 1."""
    index = 0
    while cumulative[index] <= u:
        index += 1
    return index


@inlined
def item(cumulative, guide, u):
    """The item at u in the inverse of the popularity, by a guide table (Chen and Asau 1974): items by falling popularity."""
    index = guide[int(u * len(guide))]
    while cumulative[index] <= u:
        index += 1
    return index


@jitable
def doubled(pause_ns, attempt, cap_ns):
    """The exponential back-off after the given attempt (0 is the first), not above its cap."""
    pause = pause_ns
    while attempt > 0 and pause < cap_ns:
        pause *= 2
        attempt -= 1
    return min(pause, cap_ns)
