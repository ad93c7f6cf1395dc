"""Arrivals: an open stream that follows the rate, or users who come back after a pause."""

from engine.jit import inlined, jitable
from engine.kernel.agenda import at_once, new_slot, schedule, set_due
from engine.kernel.state import ARRIVAL, BURST, HEAP
from engine.workload import draws
from engine.workload.rates import NEVER, arrival_after, units_between

THINKING = 1
"""State of a slot that is a user between two requests."""
USERS_START, BURSTS_START, ARRIVALS_RESUME, ARRIVALS_START = 11, 12, 13, 14


@jitable
def start_traffic(w):
    """Begin to send, as the traffic's loop says."""
    run, par = w.run[0], w.par[0]
    if par.closed:
        at_once(w, USERS_START, 0, 0)
    elif not run.arriving:
        run.arriving = 1
        at_once(w, ARRIVALS_START, 0, 0)
    if par.bursts and w.sources[BURST].due == NEVER:
        set_due(w, BURST, NEVER - 1, 0)
        at_once(w, BURSTS_START, 0, 0)


@inlined
def next_gap(w):
    """Draw the gap before the next request, or end the stream."""
    run, par = w.run[0], w.par[0]
    if par.closed or run.next_request >= run.request_limit:
        run.arriving = 0
        set_due(w, ARRIVAL, NEVER, 0)
        return
    run.units = draws.gap(w.keys, run.next_request, par.gap_shape, par.gap_a, par.gap_b)
    run.anchor = run.now
    schedule_arrival(w)


@inlined
def schedule_arrival(w):
    """When the rate will have used up what is left of the gap."""
    run, par = w.run[0], w.par[0]
    run.seq += 1
    if run.surge == 1.0:
        due = arrival_after(w.starts, w.rates, w.slopes, par.period_ns, run.now, run.units)
    else:
        due = surging_arrival(w)
    set_due(w, ARRIVAL, due, run.seq)


@jitable
def surging_arrival(w):
    """The same where spikes multiply the rate."""
    run, par = w.run[0], w.par[0]
    if run.surge == 0.0:
        return NEVER
    return arrival_after(w.starts, w.rates, w.slopes, par.period_ns, run.now, run.units / run.surge)


@jitable
def resume_arrivals(w):
    """The rate has changed in the middle of a gap, or the loop has been closed."""
    run, par = w.run[0], w.par[0]
    if par.closed:
        run.arriving = 0
        set_due(w, ARRIVAL, NEVER, 0)
    else:
        schedule_arrival(w)


@jitable
def use_up_gap(w):
    """Count what has passed of the gap at hand at the rate so far; the stream goes on when all follows at once."""
    run, par = w.run[0], w.par[0]
    if run.arriving:
        passed = units_between(w.starts, w.rates, w.slopes, par.period_ns, run.anchor, run.now) * run.surge
        run.units = max(run.units - passed, 0.0)
        run.anchor = run.now
        at_once(w, ARRIVALS_RESUME, 0, 0)


@jitable
def surge(w, factor):
    """The rate is this multiple of the pattern's from here on."""
    use_up_gap(w)
    w.run[0].surge = factor


@jitable
def begin_stay(w):
    """The calm or the burst that begins now lasts an exponential time."""
    run, par = w.run[0], w.par[0]
    stay = draws.exponential(w.keys, draws.BURST, run.stays, 0)
    run.stays += 1
    run.seq += 1
    set_due(w, BURST, run.now + draws.to_ns(stay, par.burst_ns if run.bursting else par.calm_ns), run.seq)


@jitable
def switch_burst(w):
    run, par = w.run[0], w.par[0]
    run.bursting = 1 - run.bursting
    use_up_gap(w)
    w.rates[0] = par.burst_rate if run.bursting else par.calm_rate
    begin_stay(w)


@jitable
def start_users(w):
    """Every user who is not here yet comes, thinking."""
    par = w.par[0]
    for user in range(par.users):
        if not w.users_here[user]:
            w.users_here[user] = 1
            slot = new_slot(w)
            w.slots[slot].user = user
            think(w, slot, draws.exponential(w.keys, draws.FIRST_THINK, user, 0))


@jitable
def think(w, slot, units):
    w.slots[slot].state = THINKING
    schedule(w, slot, draws.to_ns(units, w.par[0].think_ns), HEAP)
