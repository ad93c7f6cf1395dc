"""The circuit breaker of a server, before its calls to the database: closed, open, or open with one call on trial."""


class Breaker:
    """Remembers how the last calls ended; open, it refuses at once what would fail or hang."""

    def __init__(self, world):
        self.world = world
        self.refused = 0
        self.renew()

    def renew(self):
        """Closed, and nothing known."""
        self.is_open = False
        self.failures = 0
        self.opened_ns = 0
        self.trial = None

    @property
    def state(self):
        """0 closed, 1 open, 2 open with a call on trial."""
        return self.is_open + (self.trial is not None)

    def lets_through(self, attempt):
        """Whether a server may call; after a time one call at a time may try."""
        p = self.world.p
        if not (p.breaker and self.is_open):
            return True
        if self.trial is None and self.world.clock.now - self.opened_ns >= p.half_open_ns:
            self.trial = attempt
            return True
        self.refused += 1
        return False

    def note(self, attempt, failed):
        """A call is over: while the breaker is open only the one on trial counts."""
        p = self.world.p
        if not p.breaker:
            return
        if self.trial is attempt:
            self.trial = None
            self.is_open = failed
            self.failures = 0
            self.opened_ns = self.world.clock.now
        elif not self.is_open:
            self.failures = self.failures + 1 if failed else 0
            if self.failures >= p.breaker_failures:
                self.is_open = True
                self.opened_ns = self.world.clock.now
