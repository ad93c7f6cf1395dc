"""The end of a slot: its row goes into the log if it is wanted, and the slot is free."""

from engine.jit import compiled_as, inlined, jitable
from engine.kernel.agenda import free_slot


@inlined
def let_go(w, slot):
    """Both the client and the system are done with the attempt: keep its row if it is wanted, free its slot."""
    run, a = w.run[0], w.slots[slot]
    if run.keep_every > 0 and a.request % run.keep_every == 0:
        copy_row(w.log, run.log_count, w.slots, slot)
        run.log_count += 1
    if a.pop >= 0 or a.fetched >= 0 or a.acknowledged >= 0:
        empty(a)
    free_slot(w, slot)


@jitable
def empty(a):
    """What only some parts write: whoever has the slot next finds nothing there."""
    a.pop = -1
    a.pop_hit = -1
    a.at_pop = -1
    a.pop_done = -1
    a.pop_waited = -1
    a.pop_filled = -1
    a.fetched = -1
    a.acknowledged = -1


def copy_row(log, row, slots, slot):
    """The slot as a row of the log: its first fields are the log's columns."""
    for field in log[row].__slots__:
        setattr(log[row], field, getattr(slots[slot], field))


@compiled_as(copy_row)
def _copy_row_compiled(log, row, slots, slot):
    def copy_record(log, row, slots, slot):
        log[row] = slots[slot]

    return copy_record
