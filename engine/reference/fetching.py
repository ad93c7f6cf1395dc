"""Coalescing: one attempt fetches an item, the others who miss it meanwhile wait."""

from collections import deque

import simpy


class Fetches:
    """The items that are being fetched, and who waits for each."""

    def __init__(self, clock):
        self.clock = clock
        self.waiting = {}

    def begin(self, key):
        self.waiting[key] = deque()

    def wait(self, key):
        """Wait for who fetches an item; returns the version that was fetched, none for who is to fetch in the other's place."""
        answer = self.clock.event()
        self.waiting[key].append(answer)
        try:
            return (yield answer)
        except simpy.Interrupt:
            if not answer.triggered:
                self.waiting[key].remove(answer)
            elif answer.value is None:
                self.hand_on(key)
            raise

    def share(self, key, version):
        """The item is there: all who wait get what was fetched, in order."""
        for answer in self.waiting.pop(key):
            answer.succeed(version)

    def hand_on(self, key):
        """The fetch has come to nothing: the first who waits fetches in its place."""
        if self.waiting[key]:
            self.waiting[key].popleft().succeed(None)
        else:
            del self.waiting[key]
