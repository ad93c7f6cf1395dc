"""The way between people and the system."""

from engine.workload import draws


class Network:
    """Trips between clients, points of presence and the origin."""

    def __init__(self, world):
        self.world = world

    def out_ns(self, attempt):
        """Time to the balancer, from the client or from the point of presence that fetches."""
        p = self.world.p
        mean_ns = p.out_ns[attempt.region] if attempt.pop < 0 else p.pop_out_ns[attempt.pop]
        return self.trip_ns(draws.TRIP_OUT, attempt, mean_ns)

    def back_ns(self, attempt):
        """Time of the answer's way back to where it was asked from."""
        p = self.world.p
        mean_ns = p.back_ns[attempt.region] if attempt.pop < 0 else p.pop_back_ns[attempt.pop]
        return self.trip_ns(draws.TRIP_BACK, attempt, mean_ns)

    def to_pop_ns(self, attempt):
        """Time from the client to the point of presence that it asks."""
        return self.trip_ns(draws.POP_OUT, attempt, self.world.p.to_pop_ns[attempt.region, attempt.pop])

    def from_pop_ns(self, attempt):
        """Time of the answer's way from there to the client."""
        return self.trip_ns(draws.POP_BACK, attempt, self.world.p.from_pop_ns[attempt.region, attempt.pop])

    def trip_ns(self, stream, attempt, mean_ns):
        return draws.trip(self.world.keys, stream, attempt.request, attempt.attempt, mean_ns, self.world.p.jitter_cv)
