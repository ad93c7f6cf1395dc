"""The way between people and the system."""

from engine.workload import draws


class Network:
    """Trips between a client's region and the origin."""

    def __init__(self, world):
        self.world = world

    def out_ns(self, attempt):
        """Time to the balancer."""
        p = self.world.p
        mean_ns = p.out_ns[min(attempt.region, len(p.out_ns) - 1)]
        return draws.trip(self.world.keys, draws.TRIP_OUT, attempt.request, attempt.attempt, mean_ns, p.jitter_cv)

    def back_ns(self, attempt):
        """Time of the answer's way back."""
        p = self.world.p
        mean_ns = p.back_ns[min(attempt.region, len(p.back_ns) - 1)]
        return draws.trip(self.world.keys, draws.TRIP_BACK, attempt.request, attempt.attempt, mean_ns, p.jitter_cv)
