"""Processor sharing: all who compute on a server do so at once, each on an equal part of its vCPUs, at most on a whole one."""

from bisect import insort
from math import ceil

import simpy

from engine.workload.draws import LONGEST_NS


class Sharing:
    """The jobs that share a server's vCPUs.

    Everybody has been given the same amount of work at any instant (`attained`, counted from when the server was last idle), so
    a job ends when it reaches what it was when the job began plus the job's demand.
    """

    def __init__(self, clock, vcpus):
        self.clock = clock
        self.vcpus = vcpus
        self.jobs = []  # (what is attained at its end, number of its coming, event), first to end first
        self.come = 0
        self.plans = 0
        self.attained = 0.0
        self.settled_ns = clock.now
        self.excess_before_ns = 0

    @property
    def rate(self):
        """Work that each job is given per time."""
        return 1.0 if len(self.jobs) <= self.vcpus else self.vcpus / len(self.jobs)

    def work(self, duration_ns):
        """Compute so much work beside the others; an interrupt takes it away."""
        if duration_ns == 0:
            return
        self.settle()
        self.come += 1
        job = (self.attained + duration_ns, self.come, self.clock.event())
        insort(self.jobs, job)
        self.plan()
        try:
            yield job[2]
        except simpy.Interrupt:
            self.settle()
            self.jobs.remove(job)
            self.plan()
            raise

    def plan(self):
        """Come back when the first job will end, if nobody comes or goes."""
        self.plans += 1
        if not self.jobs:
            self.attained = 0.0
            return
        wait_ns = ceil(min(max((self.jobs[0][0] - self.attained) / self.rate, 0.0), LONGEST_NS))
        plan = self.plans
        self.clock.call_after(wait_ns, lambda: self.end(plan))

    def end(self, plan):
        """The first job has been given its work, and with it all that end at the same instant."""
        if plan != self.plans:
            return
        self.settle()
        while True:
            self.jobs.pop(0)[2].succeed()
            if not self.jobs or self.jobs[0][0] > self.attained:
                break
        self.plan()

    def resize(self, vcpus):
        """More vCPUs or fewer: all who compute are faster or slower at once."""
        if vcpus != self.vcpus:
            self.settle()
            self.vcpus = vcpus
            self.plan()

    def settle(self):
        """Bring what each job has been given up to now."""
        since_ns = self.clock.now - self.settled_ns
        if self.jobs:
            self.attained += since_ns * self.rate
        self.excess_before_ns = self.excess_ns
        self.settled_ns = self.clock.now

    @property
    def excess_ns(self):
        """The integral of how many more compute than there are vCPUs."""
        return self.excess_before_ns + max(len(self.jobs) - self.vcpus, 0) * (self.clock.now - self.settled_ns)
