"""The circuit breaker of each server, before its calls to the database: closed, open, or open with one call on trial."""

from engine.jit import jitable
from engine.kernel.state import BREAKER_REFUSED, NIL


@jitable
def renew_breaker(w, index):
    """Closed, and nothing known."""
    breaker = w.breakers[index]
    breaker.is_open = 0
    breaker.failures = 0
    breaker.trial = NIL


@jitable
def lets_through(w, slot):
    """Whether a server may call; after a time one call at a time may try."""
    breaker = w.breakers[w.slots[slot].server]
    if not breaker.is_open:
        return True
    if breaker.trial == NIL and w.run[0].now - breaker.opened >= w.par[0].half_open_ns:
        breaker.trial = slot
        return True
    w.counts[BREAKER_REFUSED] += 1
    return False


@jitable
def note_call(w, slot, failed):
    """A call is over: while the breaker is open only the one on trial counts."""
    breaker = w.breakers[w.slots[slot].server]
    if breaker.trial == slot:
        breaker.trial = NIL
        breaker.is_open = 1 if failed else 0
        breaker.failures = 0
        breaker.opened = w.run[0].now
    elif not breaker.is_open:
        breaker.failures = breaker.failures + 1 if failed else 0
        if breaker.failures >= w.par[0].breaker_failures:
            breaker.is_open = 1
            breaker.opened = w.run[0].now
