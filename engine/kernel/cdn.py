"""The content delivery network: points of presence near the people, which answer from their copies or fetch from the origin."""

from engine.jit import inlined, jitable
from engine.kernel import fetching, store
from engine.kernel.agenda import schedule
from engine.kernel.state import BACK_LANE, CDN_HITS, CDN_LOOK_UPS, CDN_SERVED, FIRST_POP, HEAP, OUT_LANE, READS, SERVED, STALE_READS
from engine.kernel.steps import AT_POP, TRAVELLING_BACK, TRAVELLING_OUT
from engine.log import FAILED, OK, READ, TIMEOUT, WRITE
from engine.reading import STORES
from engine.workload import draws
from engine.workload.rates import NEVER

# States of an attempt that waits on its way by a point of presence
TO_POP, LOOKING_AT_POP, WAITS_AT_POP, SERVED_AT_POP, LEADS_AT_POP, FROM_ORIGIN = range(
    TRAVELLING_OUT + AT_POP, TRAVELLING_OUT + AT_POP + 6
)

# How it goes on from there
WAITS, TO_ORIGIN, TO_CLIENT, ENDED = range(-1, 3)


@inlined
def sets_out(w, slot):
    """Whether the attempt goes to a point of presence: the nearest that is up, for files and dynamic reads that are cached."""
    return w.par[0].cdn and finds_pop(w, slot)


@jitable
def finds_pop(w, slot):
    par, a = w.par[0], w.slots[slot]
    if a.key < 0 or a.kind == WRITE or (a.kind == READ and not par.cdn_dynamic):
        return False
    for place in range(par.pop_count):
        region = w.pop_order[a.region * par.pop_count + place]
        if w.stores[FIRST_POP + region].is_up:
            a.pop = region
            a.version = 0
            return True
    return False


@jitable
def set_out(w, slot):
    """Leave for the point of presence."""
    a = w.slots[slot]
    delay = trip(w, slot, draws.POP_OUT, w.to_pop_ns[a.region * 10 + a.pop])
    if delay > 0:
        a.state = TO_POP
        schedule(w, slot, delay, OUT_LANE)
        return WAITS
    return go_on(w, slot, TO_POP)


@jitable
def trip(w, slot, stream, mean_ns):
    a = w.slots[slot]
    return draws.trip(w.keys, stream, a.request, a.attempt, mean_ns, w.par[0].jitter_cv)


@jitable
def go_on(w, slot, state):
    """What follows when the wait in a state is over."""
    run, par, a = w.run[0], w.par[0], w.slots[slot]
    if state == TO_POP:
        a.at_pop = run.now
        if par.pop_ns > 0:
            a.state = LOOKING_AT_POP
            schedule(w, slot, par.pop_ns, HEAP)
            return WAITS
        state = LOOKING_AT_POP
    if state == LOOKING_AT_POP:
        return look_up(w, slot)
    if state == SERVED_AT_POP:
        a.pop_waited = run.now
        return serve(w, slot, a.version)
    if state == LEADS_AT_POP:
        a.pop_waited = run.now
        a.pop_hit = 0
        return set_out_to_origin(w, slot)
    return keep(w, slot)


@jitable
def entry_of(w, a):
    """The entry of what the attempt asks for at its point of presence: each item has one as a file, and one as dynamic data."""
    return w.stores[FIRST_POP + a.pop].first_entry + 2 * a.key + (1 if a.kind == READ else 0)


@jitable
def takes_part(w, region):
    """Whether the CDN has a point of presence there."""
    par = w.par[0]
    for place in range(par.pop_count):
        if w.pop_order[place] == region:
            return par.cdn
    return False


@jitable
def look_up(w, slot):
    """A hit at once; a miss by a fetch, its own or another's."""
    par, a = w.par[0], w.slots[slot]
    if not (w.stores[FIRST_POP + a.pop].is_up and takes_part(w, a.pop)) or (a.kind == READ and not par.cdn_dynamic):
        a.verdict = FAILED
        return return_to_client(w, slot)
    a.pop_done = w.run[0].now
    w.counts[CDN_LOOK_UPS] += 1
    s, number = FIRST_POP + a.pop, entry_of(w, a)
    w.stores[s].look_ups += 1
    if store.find(w, s, number):
        w.stores[s].hits += 1
        store.use(w, s, number)
        a.pop_hit = 1
        w.counts[CDN_HITS] += 1
        return serve(w, slot, w.entries[number].version)
    a.pop_hit = 0
    if par.pop_coalescing and not fetching.fetch_or_wait(w, number, slot, WAITS_AT_POP):
        a.pop_hit = 2
        return WAITS
    return set_out_to_origin(w, slot)


@jitable
def set_out_to_origin(w, slot):
    a = w.slots[slot]
    delay = trip(w, slot, draws.TRIP_OUT, w.pop_out_ns[a.pop])
    if delay > 0:
        a.state = TRAVELLING_OUT
        schedule(w, slot, delay, OUT_LANE)
        return WAITS
    return TO_ORIGIN


@jitable
def serve(w, slot, version):
    """Answer from a copy; dynamic data may be older than the newest committed write."""
    a = w.slots[slot]
    a.version = version
    a.stale = 0
    w.counts[SERVED] += 1
    w.counts[CDN_SERVED] += 1
    if a.kind == READ:
        a.stale = 1 if version < w.items[a.key].last_write else 0
        w.counts[READS] += 1
        w.counts[STALE_READS] += a.stale
    a.verdict = OK
    return return_to_client(w, slot)


@jitable
def leave_origin(w, slot, is_dropped):
    """The origin has answered: on to the point of presence, for which it is kept, whether the client is still there or not."""
    a = w.slots[slot]
    if is_dropped:
        end_fetch(w, slot, False)
        return ENDED
    delay = trip(w, slot, draws.TRIP_BACK, w.pop_back_ns[a.pop])
    if delay > 0:
        a.state = FROM_ORIGIN
        schedule(w, slot, delay, BACK_LANE)
        return WAITS
    return keep(w, slot)


@jitable
def keep(w, slot):
    """The origin's answer is at the point of presence: keep it, let those go on who wait for it, answer the client."""
    run, par, a = w.run[0], w.par[0], w.slots[slot]
    a.pop_filled = run.now
    if a.verdict == OK and takes_part(w, a.pop) and (a.kind != READ or par.cdn_dynamic):
        expiry = NEVER if par.pop_ttl_ns < 0 else run.now + par.pop_ttl_ns
        store.fill(w, FIRST_POP + a.pop, entry_of(w, a), a.version, expiry)
    end_fetch(w, slot, a.verdict == OK)
    if a.outcome == TIMEOUT:
        return ENDED
    return return_to_client(w, slot)


@jitable
def return_to_client(w, slot):
    a = w.slots[slot]
    if a.outcome == TIMEOUT:
        return ENDED
    delay = trip(w, slot, draws.POP_BACK, w.from_pop_ns[a.region * 10 + a.pop])
    if delay > 0:
        a.state = TRAVELLING_BACK
        schedule(w, slot, delay, BACK_LANE)
        return WAITS
    return TO_CLIENT


@jitable
def change_pops(w):
    """Other capacities and rules of eviction."""
    par = w.par[0]
    for s in range(FIRST_POP, STORES):
        store.specify(w, s, par.pop_eviction, par.pop_capacity)


@jitable
def end_fetch(w, slot, is_answered):
    """If others wait for what the attempt was to fetch, they have it, or the first of them is to fetch it."""
    if len(w.fetches) == 0:
        return
    number = entry_of(w, w.slots[slot])
    if is_answered:
        fetching.share(w, number, slot)
    else:
        fetching.hand_on(w, number, slot)


@jitable
def interrupt(w, slot):
    """The attempt ends: it waits no longer for another's fetch, and another takes over its own."""
    a = w.slots[slot]
    if a.pop < 0:
        return
    if a.state == WAITS_AT_POP:
        fetching.stop_waiting(w, entry_of(w, a), slot)
    else:
        end_fetch(w, slot, False)
