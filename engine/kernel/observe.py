"""What is counted while a run goes on: cumulative counters and a histogram of latency, never a list that grows.

Reading them changes nothing; windows and summaries are differences of two readings.
"""

from engine.jit import inlined, jitable
from engine.kernel.state import (
    APPLIED,
    ATTEMPTS,
    ENDED,
    HITS,
    LATENCY_NS,
    LOOK_UPS,
    READS,
    SENT,
    STAGE_NS,
    STALE_READS,
    WRITES,
)
from engine.log import BUCKETS, COUNTED_OF_COHORT, COUNTED_OF_REGION, FIRST_OCTAVE, OCTAVE, OK, READ, WRITE
from engine.workload.numeric import split

COHORT_WIDTH = len(COUNTED_OF_COHORT)
REGION_WIDTH = len(COUNTED_OF_REGION)


@inlined
def bucket_of(duration_ns):
    """The bucket of a duration: equal parts of each doubling, from 1 µs on."""
    if duration_ns < 1 << FIRST_OCTAVE:
        return 0
    mantissa, exponent = split(duration_ns * 1.0)
    return min((exponent - 1 - FIRST_OCTAVE) * OCTAVE + int((mantissa - 0.5) * (2 * OCTAVE)), BUCKETS - 1)


@jitable
def note_applied(w, lag_ns):
    """A replica shows a write; the lag is counted in a histogram of its own."""
    w.counts[APPLIED] += 1
    w.histogram[BUCKETS + bucket_of(lag_ns)] += 1


@inlined
def note_sent(w, slot):
    """A request is sent for the first time."""
    w.counts[SENT] += 1
    w.cohort_counts[w.slots[slot].cohort * COHORT_WIDTH] += 1


@inlined
def note_request(w, slot):
    """A request is over: its outcome, and for an answered one the latency and its stages."""
    a, counts = w.slots[slot], w.counts
    of_cohort = a.cohort * COHORT_WIDTH
    counts[ENDED + a.outcome] += 1
    w.cohort_counts[of_cohort + 1 + a.outcome] += 1
    of_region = a.region * REGION_WIDTH
    w.region_counts[of_region + a.outcome] += 1
    if a.outcome != OK:
        return
    latency = a.ended - a.arrived
    counts[LATENCY_NS] += latency
    w.cohort_counts[of_cohort + COHORT_WIDTH - 1] += latency
    w.histogram[bucket_of(latency)] += 1
    w.region_counts[of_region + REGION_WIDTH - 1] += latency
    if a.pop >= 0:
        note_pop(w, slot)
        if a.at_balancer < 0:
            counts[STAGE_NS + 10] += a.failed_ns
            counts[STAGE_NS + 11] += a.retry_wait_ns
            return
    else:
        counts[STAGE_NS] += a.at_balancer - a.sent
    counts[STAGE_NS] += a.ended - a.left
    counts[STAGE_NS + 2] += a.dispatched - a.at_balancer
    counts[STAGE_NS + 3] += (a.worker_at - a.dispatched) + (a.cpu_at - a.worker_at)
    counts[STAGE_NS + 4] += a.cpu_done - a.cpu_at
    if a.looked_up >= 0:
        counts[STAGE_NS + 5] += a.looked_up - a.cpu_done
        if a.fetched >= 0:
            counts[STAGE_NS + 6] += a.fetched - a.looked_up
    if a.db_node >= 0:
        counts[STAGE_NS + 7] += a.db_at - a.db_queued
        counts[STAGE_NS + 8] += a.db_done - a.db_at
        if a.acknowledged >= 0:
            counts[STAGE_NS + 9] += a.acknowledged - a.db_done
    counts[STAGE_NS + 10] += a.failed_ns
    counts[STAGE_NS + 11] += a.retry_wait_ns


@jitable
def note_pop(w, slot):
    """The stages of an answered request on its way by a point of presence, up to the balancer or to its end."""
    a, counts = w.slots[slot], w.counts
    there = a.pop_waited if a.pop_waited >= 0 else a.pop_done
    counts[STAGE_NS] += a.at_pop - a.sent
    counts[STAGE_NS] += (a.at_balancer if a.at_balancer >= 0 else a.ended) - there
    counts[STAGE_NS + 1] += a.pop_done - a.at_pop
    counts[STAGE_NS + 6] += there - a.pop_done


@inlined
def note_data(w, slot):
    """A server has its data: reads, stale ones, writes."""
    a, counts = w.slots[slot], w.counts
    if a.kind == READ:
        counts[READS] += 1
        counts[STALE_READS] += a.stale
    elif a.kind == WRITE:
        counts[WRITES] += 1


@inlined
def note_attempt(w):
    w.counts[ATTEMPTS] += 1


@inlined
def note_look_up(w, hit):
    w.counts[LOOK_UPS] += 1
    w.counts[HITS] += hit
