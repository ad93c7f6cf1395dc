"""Clients: send a request, wait, leave, pause, try again."""

from engine.jit import inlined, jitable
from engine.kernel.agenda import at_once, new_slot, schedule, schedule_deadline
from engine.kernel.balancer import CONSISTENT_HASH
from engine.kernel.journey import end_attempt
from engine.kernel.observe import note_attempt, note_request, note_sent
from engine.kernel.rows import let_go
from engine.kernel.state import HEAP, PAUSE_LANE
from engine.kernel.steps import DROP_AT_ONCE
from engine.kernel.traffic import think
from engine.log import OK, READ, STATIC, TIMEOUT, WRITE
from engine.workload import draws
from engine.workload.counter import unit
from engine.workload.parameters import BUDGET_CAP, NONE, TOKEN

PAUSING = 3
"""State of a slot that waits to be the next attempt."""
START, INTERRUPT_LEFT = 3, 4
NO_BACKOFF, FIXED, EXPONENTIAL = range(3)


@inlined
def new_request(w, number, user):
    """A request is sent for the first time; user -1 is drawn. Returns its slot, whose journey the caller starts."""
    run, par, keys = w.run[0], w.par[0], w.keys
    run.in_flight += 1
    slot = new_slot(w)
    a = w.slots[slot]
    a.request = number
    a.attempt = 0
    a.arrived = run.now
    a.failed_ns = 0
    a.retry_wait_ns = 0
    a.cohort = 0
    if len(w.cohort_shares) > 1:
        a.cohort = draws.choice(w.cohort_shares, unit(keys[draws.COHORT], number, 0))
    note_sent(w, slot)
    a.region = w.region_numbers[0]
    if len(w.region_shares) > 1:
        a.region = w.region_numbers[draws.choice(w.region_shares, unit(keys[draws.REGION], number, 0))]
    a.kind = READ
    if par.static_ratio > 0.0 and unit(keys[draws.CLASS], number, 0) < par.static_ratio:
        a.kind = STATIC
    elif par.write_ratio > 0.0 and unit(keys[draws.WRITE], number, 0) < par.write_ratio:
        a.kind = WRITE
    a.key = -1
    if a.kind != STATIC or par.cdn or par.algorithm == CONSISTENT_HASH:
        a.key = draws.item(w.popularity, w.guide, unit(keys[draws.KEY], number, 0))
    a.closed_user = user
    a.user = user
    if user < 0:
        a.user = int(unit(keys[draws.USER], number, 0) * par.users)
    policy = w.policies[a.cohort]
    if policy.budget != NONE:
        policy.tokens = min(policy.tokens + policy.budget, BUDGET_CAP)
    send(w, slot)
    return slot


@jitable
def new_request_apart(w, number, user):
    """`new_request` for callers that are not worth a copy of it."""
    return new_request(w, number, user)


@inlined
def send(w, slot):
    """The attempt counts, and the clock by which the client leaves starts; its journey follows."""
    a = w.slots[slot]
    a.sent = w.run[0].now
    note_attempt(w)
    a.deadline_seq = 0
    timeout = w.policies[min(a.cohort, len(w.policies) - 1)].timeout_ns
    if timeout != NONE:
        schedule_deadline(w, slot, timeout)


@jitable
def leave(w, slot):
    """The deadline: the client leaves, its work goes on unless it is dropped."""
    end_attempt(w, slot, TIMEOUT)
    if w.par[0].drop == DROP_AT_ONCE and not w.slots[slot].journey_over:
        at_once(w, INTERRUPT_LEFT, slot, 0)


@inlined
def attempt_over(w, slot):
    """The client goes on: with the answer, with another try after a pause, or without."""
    run, a = w.run[0], w.slots[slot]
    if a.outcome != OK and may_retry(w, a.cohort, a.attempt):
        try_again(w, slot)
    else:
        a.final = 1
        run.in_flight -= 1
        note_request(w, slot)
        if a.closed_user >= 0:
            again = new_slot(w)
            w.slots[again].user = a.closed_user
            think(w, again, draws.exponential(w.keys, draws.THINK, a.request, 0))
    a.client_over = 1
    if a.journey_over:
        let_go(w, slot)


@inlined
def may_retry(w, cohort, tries):
    """Whether there is a retry left, and the budget pays for it."""
    policy = w.policies[min(cohort, len(w.policies) - 1)]
    if tries >= policy.retries:
        return False
    if policy.budget != NONE:
        if policy.tokens < TOKEN:
            return False
        policy.tokens -= TOKEN
    return True


@jitable
def try_again(w, slot):
    """The next attempt, after the pause that the policy asks for."""
    a = w.slots[slot]
    again = new_slot(w)
    b = w.slots[again]
    b.request = a.request
    b.attempt = a.attempt + 1
    b.cohort = a.cohort
    b.region = a.region
    b.kind = a.kind
    b.key = a.key
    b.user = a.user
    b.closed_user = a.closed_user
    b.arrived = a.arrived
    policy = w.policies[min(a.cohort, len(w.policies) - 1)]
    pause, lane = 0, PAUSE_LANE
    if policy.backoff == FIXED:
        pause = policy.backoff_ns
    elif policy.backoff != NO_BACKOFF:
        pause = draws.doubled(policy.backoff_ns, a.attempt, policy.backoff_cap_ns)
        lane = HEAP
        if policy.backoff != EXPONENTIAL:
            pause = draws.to_ns(unit(w.keys[draws.BACKOFF], a.request, a.attempt), pause * 1.0)
    b.failed_ns = a.failed_ns + (a.ended - a.sent)
    b.retry_wait_ns = a.retry_wait_ns + pause
    if pause > 0:
        b.state = PAUSING
        schedule(w, again, pause, lane)
    else:
        send(w, again)
        at_once(w, START, again, 0)
