"""SimPy's clock with whole nanoseconds and one rule for ties, and the queue that every station has.

The rule: what follows at once from an event happens before the next event of that instant, in the order in which it was
caused; other events of equal time keep the order in which they were scheduled. SimPy does so as soon as every event but a
timeout is urgent.
"""

from collections import deque

import simpy
from simpy.events import NORMAL, URGENT


class Clock(simpy.Environment):
    """Simulated time in ns."""

    def schedule(self, event, priority=NORMAL, delay=0):
        """Put an event on the agenda: timeouts at their time, everything else before the next timeout."""
        super().schedule(event, NORMAL if isinstance(event, simpy.Timeout) else URGENT, delay)

    def wait(self, duration_ns):
        """Let time pass; no time at all is no event."""
        if duration_ns > 0:
            yield self.timeout(duration_ns)

    def call_after(self, duration_ns, action):
        """Call `action` after so much time."""
        self.timeout(duration_ns).callbacks.append(lambda _: action())

    def settle(self):
        """Let everything happen that follows at once."""
        while self._queue and self._queue[0][:2] == (self._now, URGENT):
            self.step()

    def move_to(self, time_ns):
        """Set the clock to a time before which nothing is due."""
        self._now = time_ns


class Pool:
    """A number of places, and a queue before them: first come, first served.

    Whoever finds a place goes on at once; whoever is given one goes on when the giver has gone as far as it can.
    """

    def __init__(self, clock, places):
        self.clock = clock
        self.places = places
        self.taken = 0
        self.queue = deque()
        self.settled_ns = clock.now
        self.busy_ns = 0
        self.queue_ns = 0

    @property
    def is_full(self):
        return self.taken >= self.places

    def take(self):
        """Take a place, after a wait if need be; an interrupt leaves the queue."""
        self.settle()
        if not self.is_full:
            self.taken += 1
            return
        place = self.clock.event()
        self.queue.append(place)
        try:
            yield place
        except simpy.Interrupt:
            if place.triggered:
                self.give_back()
            else:
                self.settle()
                self.queue.remove(place)
            raise

    def give_back(self):
        """Give a place back; the first in the queue gets it."""
        self.settle()
        self.taken -= 1
        self._serve()

    def resize(self, places):
        """Change the number of places: more are given to the queue at once, fewer take effect as places are given back."""
        self.settle()
        self.places = places
        self._serve()

    def settle(self):
        """Bring the integrals of places taken and of queue length up to now."""
        since_ns = self.clock.now - self.settled_ns
        self.busy_ns += self.taken * since_ns
        self.queue_ns += len(self.queue) * since_ns
        self.settled_ns = self.clock.now

    def _serve(self):
        while self.queue and not self.is_full:
            self.taken += 1
            self.queue.popleft().succeed()
