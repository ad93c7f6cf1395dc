"""The machines that compute."""

from typing import Annotated, Literal

from pydantic import Field

from engine.system.base import MAX_LISTED, Part, field

ServiceDistribution = Literal["deterministic", "exponential", "lognormal", "pareto", "hyperexponential"]
ServerWeight = Annotated[float, Field(ge=0.001, le=1_000)]
Speed = Annotated[float, Field(ge=0.001, le=1_000)]


class Servers(Part):
    """The servers: how many, how large, what a request costs them, and when they refuse."""

    count: int = field(2, "Number of servers.", ge=1, le=MAX_LISTED)
    vcpus: int = field(2, "Virtual CPUs of each server: how many requests compute at the same time.", ge=1, le=256)
    memory_gb: float = field(4.0, "Memory of each server.", unit="GB", ge=0.1, le=10_000, scale="log")
    workers: int = field(
        64, "Requests in progress per server: a worker is held from admission until the answer.", ge=1, le=100_000, scale="log"
    )
    queue_limit: int | None = field(
        None,
        "Requests that may wait for a worker on each server; one more is refused; empty: no limit.",
        ge=0,
        le=10_000_000,
        scale="log",
    )
    cpu_ms: float = field(5.0, "Mean CPU time of a request on one vCPU.", unit="ms", ge=0, le=1e6, scale="log")
    service_distribution: ServiceDistribution = field("exponential", "Distribution of the CPU time.")
    service_cv: float = field(
        1.0,
        "Variability of the CPU time (standard deviation ÷ mean), for lognormal, pareto and hyperexponential.",
        ge=0.05,
        le=20,
        step=0.05,
    )
    discipline: Literal["fifo", "processor_sharing"] = field(
        "fifo", "How the vCPUs are shared: first come first served, or all at once, each on an equal part."
    )
    memory_mb_per_request: float = field(
        10.0, "Memory that every request on a server holds, waiting ones too.", unit="MB", ge=0, le=1e6, scale="log"
    )
    contention: float = field(
        0.0, "Universal Scalability Law: share of the work that cannot run in parallel.", ge=0, le=1, step=0.005
    )
    coherency: float = field(
        0.0, "Universal Scalability Law: cost of keeping each pair of vCPUs in agreement.", ge=0, le=1, step=0.0005
    )
    boot_s: float = field(60.0, "Time from adding a server until it takes requests.", unit="s", ge=0, le=1e5, scale="log")
    weights: list[ServerWeight] = field(list, "Weights for the balancer, one a server; missing ones are 1.", max_length=MAX_LISTED)
    speeds: list[Speed] = field(
        list, "Speeds of the servers, one a server; 1 is as specified, missing ones are 1.", max_length=MAX_LISTED
    )
    shed_above: int | None = field(
        None,
        "Load shedding: with this many requests on a server, waiting or in progress, it refuses further ones; empty: never.",
        ge=1,
        le=10_000_000,
        scale="log",
    )
    drop_expired: Literal["never", "before_work", "at_once"] = field(
        "never",
        "What becomes of work whose client has left: it is done all the same, dropped before it starts, or stopped at once.",
    )
