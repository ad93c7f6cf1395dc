"""What happens next: slots for attempts, an agenda by time, and what follows at once.

Every event has a due time and a sequence number; equal times keep the order in which they were scheduled. Delays that are
the same for all wait in lanes, where the newest is always the last one due; the rest waits in a binary heap.
"""

from engine.jit import inlined, jitable
from engine.kernel.state import ARRIVAL, DEADLINE_LANE, HEAP, NIL, NOWHERE, UNKNOWN
from engine.workload.rates import NEVER

DEADLINE_BIT = 1 << 40
"""Marks the heap entries that are a client's deadline, not the slot's own next event."""
SHARED_BIT = 1 << 41
"""Marks those at which a slot has perhaps been given the work that it shares the vCPUs for."""


@inlined
def new_slot(w):
    """A free slot; the loop makes sure that there is one. What only some parts write is as empty as they have left it."""
    run = w.run[0]
    slot = run.free
    a = w.slots[slot]
    run.free = a.next
    run.free_count -= 1
    a.lane = NOWHERE
    a.deadline_lane = NOWHERE
    a.outcome = -1
    a.stale = 0
    a.final = 0
    a.journey_over = 0
    a.client_over = 0
    a.server = -1
    a.db_node = -1
    a.hit = -1
    a.at_balancer = -1
    a.dispatched = -1
    a.worker_at = -1
    a.cpu_at = -1
    a.cpu_done = -1
    a.looked_up = -1
    a.db_queued = -1
    a.db_at = -1
    a.db_done = -1
    a.left = -1
    a.ended = -1
    return slot


@inlined
def free_slot(w, slot):
    run = w.run[0]
    a = w.slots[slot]
    a.state = 0
    a.seq = 0
    a.deadline_seq = 0
    a.next = run.free
    run.free = slot
    run.free_count += 1


@inlined
def comes_before(heap, i, j):
    one, other = heap[i], heap[j]
    return one.due < other.due or (one.due == other.due and one.seq < other.seq)


@inlined
def set_due(w, source, due, seq):
    """When the next event of a source is due; of the sources before the arrivals the loop knows which is the earliest."""
    run, s = w.run[0], w.sources[source]
    s.due = due
    s.seq = seq
    if source < ARRIVAL:
        if run.earliest == source:
            run.earliest = UNKNOWN
        elif run.earliest != UNKNOWN and due < w.sources[run.earliest].due:
            run.earliest = source


@jitable
def push_heap(w, due, seq, what):
    run = w.run[0]
    heap = w.heap
    i = run.heap_size
    run.heap_size = i + 1
    while i > 0:
        parent = (i - 1) >> 1
        p = heap[parent]
        if p.due < due or (p.due == due and p.seq < seq):
            break
        h = heap[i]
        h.due = p.due
        h.seq = p.seq
        h.what = p.what
        i = parent
    h = heap[i]
    h.due = due
    h.seq = seq
    h.what = what
    if i == 0:
        set_due(w, HEAP, due, seq)


@inlined
def pop_heap(w):
    """Remove the first entry."""
    run = w.run[0]
    heap = w.heap
    size = run.heap_size - 1
    run.heap_size = size
    if size == 0:
        set_due(w, HEAP, NEVER, 0)
        return
    end = heap[size]
    due, seq, what = end.due, end.seq, end.what
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and comes_before(heap, child + 1, child):
            child += 1
        c = heap[child]
        if due < c.due or (due == c.due and seq < c.seq):
            break
        h = heap[i]
        h.due = c.due
        h.seq = c.seq
        h.what = c.what
        i = child
    h = heap[i]
    h.due = due
    h.seq = seq
    h.what = what
    first = heap[0]
    set_due(w, HEAP, first.due, first.seq)


@jitable
def schedule(w, slot, delay, lane):
    """The slot's next event, after a delay; in its lane if it is the last one due there, else on the heap."""
    run = w.run[0]
    a = w.slots[slot]
    run.seq += 1
    a.due = run.now + delay
    a.seq = run.seq
    if lane != HEAP:
        queue = w.sources[lane]
        tail = queue.last
        if tail == NIL:
            queue.first = slot
            set_due(w, lane, a.due, a.seq)
        elif w.slots[tail].due <= a.due:
            w.slots[tail].next = slot
        else:
            lane = HEAP
        if lane != HEAP:
            a.prev = tail
            a.next = NIL
            queue.last = slot
    if lane == HEAP:
        push_heap(w, a.due, a.seq, slot)
    a.lane = lane


@jitable
def cancel(w, slot):
    """Take the slot's next event off the agenda; on the heap its entry is left to be skipped."""
    a = w.slots[slot]
    if a.lane != HEAP and a.lane != NOWHERE:
        leave_lane(w, slot)
    a.seq = 0
    a.lane = NOWHERE


@jitable
def leave_lane(w, slot):
    a = w.slots[slot]
    queue = w.sources[a.lane]
    if a.prev == NIL:
        queue.first = a.next
        if a.next == NIL:
            set_due(w, a.lane, NEVER, 0)
        else:
            set_due(w, a.lane, w.slots[a.next].due, w.slots[a.next].seq)
    else:
        w.slots[a.prev].next = a.next
    if a.next == NIL:
        queue.last = a.prev
    else:
        w.slots[a.next].prev = a.prev
    a.lane = NOWHERE


@jitable
def schedule_deadline(w, slot, delay):
    """When the client will leave."""
    run = w.run[0]
    a = w.slots[slot]
    run.seq += 1
    a.deadline = run.now + delay
    a.deadline_seq = run.seq
    queue = w.sources[DEADLINE_LANE]
    tail = queue.last
    if tail != NIL and w.slots[tail].deadline > a.deadline:
        push_heap(w, a.deadline, a.deadline_seq, slot | DEADLINE_BIT)
        a.deadline_lane = HEAP
        return
    if tail == NIL:
        queue.first = slot
        set_due(w, DEADLINE_LANE, a.deadline, a.deadline_seq)
    else:
        w.slots[tail].after = slot
    a.before = tail
    a.after = NIL
    queue.last = slot
    a.deadline_lane = DEADLINE_LANE


@jitable
def cancel_deadline(w, slot):
    a = w.slots[slot]
    if a.deadline_lane == DEADLINE_LANE:
        queue = w.sources[DEADLINE_LANE]
        if a.before == NIL:
            queue.first = a.after
            if a.after == NIL:
                set_due(w, DEADLINE_LANE, NEVER, 0)
            else:
                set_due(w, DEADLINE_LANE, w.slots[a.after].deadline, w.slots[a.after].deadline_seq)
        else:
            w.slots[a.before].after = a.after
        if a.after == NIL:
            queue.last = a.before
        else:
            w.slots[a.after].before = a.before
    a.deadline_lane = NOWHERE
    a.deadline_seq = 0


# What follows at once, in the order in which it was caused


@inlined
def at_once(w, kind, slot, stamp):
    run = w.run[0]
    place = run.ready_first + run.ready_count
    if place >= len(w.ready):
        place -= len(w.ready)
    entry = w.ready[place]
    entry.kind = kind
    entry.slot = slot
    entry.stamp = stamp
    run.ready_count += 1
