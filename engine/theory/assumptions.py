"""What the formulas assume of a system, and the sentence that says which assumption fails.

Each check returns "" where the assumption holds. Knows the system's fields, and no formula.
"""

import math

from engine.system import Client, System


def cpu_s(system: System) -> float:
    """Mean CPU time of a request on one vCPU of a server of this size (Universal Scalability Law)."""
    servers = system.servers
    growth = 1 + servers.contention * (servers.vcpus - 1) + servers.coherency * servers.vcpus * (servers.vcpus - 1)
    return servers.cpu_ms / 1000 * growth


def places(system: System) -> float:
    """Requests that fit on one server, waiting ones included; infinite without a limit, or with one that is never reached."""
    servers = system.servers
    limits = [math.inf]
    if servers.queue_limit is not None:
        limits.append(servers.workers + servers.queue_limit)
    if servers.shed_above is not None:
        limits.append(servers.shed_above)
    if servers.memory_mb_per_request > 0:
        limits.append(int(servers.memory_gb * 1024 / servers.memory_mb_per_request))
    return min(limits) if min(limits) < _never_reached(system) else math.inf


def _never_reached(system: System) -> float:
    """A number of requests on one server that a run does not see: its chance falls as the utilisation to this power."""
    workers = min(system.servers.vcpus, system.servers.workers)
    utilisation = system.traffic.rate / system.servers.count * cpu_s(system) / workers
    if system.traffic.loop == "closed":
        return system.traffic.users / system.servers.count if system.servers.count == 1 else math.inf
    if utilisation >= 0.99 or patient(system) or no_retries(system) or steady(system):
        return math.inf
    held = _held_by_data(system)
    return workers + held + 10 * math.sqrt(held) + 40 / (1 - utilisation)


def _held_by_data(system: System) -> float:
    """Mean number of requests on one server that wait for data, if the database has no queue."""
    data_s = (read_ratio(system) * system.database.read_ms + write_ratio(system) * system.database.write_ms) / 1000
    return system.traffic.rate / system.servers.count * data_s


def clients(system: System) -> list[Client]:
    """The policies of those who ask."""
    return [cohort.client for cohort in system.traffic.cohorts if cohort.share > 0] or [system.client]


def write_ratio(system: System) -> float:
    """Share of all requests that write."""
    return (1 - system.traffic.static_ratio) * system.traffic.write_ratio


def read_ratio(system: System) -> float:
    """Share of all requests that read data."""
    return (1 - system.traffic.static_ratio) * (1 - system.traffic.write_ratio)


def steady(system: System) -> str:
    """The arrival rate stays, nothing breaks, and all requests go to the same servers."""
    if system.traffic.pattern != "steady":
        return f"The arrival rate moves (pattern {system.traffic.pattern!r}); the formula needs a steady one."
    if system.faults:
        return "Something breaks during the run; the formula's system stays whole."
    if system.autoscaler.enabled:
        return "The number of servers follows the load; the formula's stays."
    if system.cdn.enabled:
        return "Points of presence answer a part of the requests, so not all reach the servers; in the formula they do."
    return ""


def open_loop(system: System) -> str:
    """Requests come whatever happens, and arrive at the servers as they came."""
    if failing := steady(system):
        return failing
    if system.traffic.loop == "closed":
        return "The loop is closed: the next request waits for the answer, so a long queue slows the arrivals down."
    if system.balancer.max_rate is not None:
        return "The balancer passes on only so many a second, so the arrivals at the servers are smoother than they were sent."
    if system.database.colocated and system.traffic.static_ratio < 1:
        return "The database takes vCPUs from the first server; the formulas have a machine for each."
    return ""


def patient(system: System) -> str:
    """Nobody leaves."""
    if any(client.timeout_ms is not None for client in clients(system)):
        return "Clients leave after a timeout; the formula's clients wait for ever."
    return ""


def no_retries(system: System) -> str:
    """A refused request does not come back."""
    if any(client.retries > 0 for client in clients(system)):
        return "What fails is tried again, so the load is more than the arrivals; the formula's clients try once."
    return ""


def in_flight_is_computing(system: System) -> str:
    """Who counts as in flight on a server waits for a vCPU there or has one."""
    cached_s = read_ratio(system) * system.cache.lookup_ms if system.cache.enabled else 0.0
    if _held_by_data(system) > 0 or cached_s > 0:
        return "The balancer counts requests that wait for data as well; the formula's counts those at the CPU only."
    return ""


def no_failures(system: System) -> str:
    """Every request is served once: nobody leaves, comes back or is refused."""
    return patient(system) or unlimited(system)


def no_distance(system: System) -> str:
    """The way there and back is known to take no time."""
    trips = [trip for one in system.network.rtt_ms.values() for trip in one.values()]
    if not trips or any(trips) or system.network.jitter_cv > 0 or system.balancer.overhead_ms > 0:
        return "The way to the server counts against the deadline; the formula's clients are there already."
    return ""


def unlimited(system: System) -> str:
    """No server refuses."""
    limit = places(system)
    if limit < math.inf:
        return f"A server refuses what exceeds {limit:.0f} requests; the formula's queue has no end."
    return ""


def equal_servers(system: System) -> str:
    """All servers are alike to the balancer and in speed."""
    servers = system.servers
    if any(speed != 1 for speed in servers.speeds[: servers.count]):
        return "The servers differ in speed; the formula's are equal."
    weighted = system.balancer.algorithm in ("weighted_round_robin", "least_connections", "power_of_two", "consistent_hash")
    if weighted and any(weight != 1 for weight in servers.weights[: servers.count]):
        return "The servers differ in weight; the formula's are equal."
    return ""


def workers_suffice(system: System) -> str:
    """A worker held while the data answer is not missed by anybody: that none waits for a worker is taken from the means."""
    servers = system.servers
    if system.traffic.static_ratio == 1:
        return ""
    held = system.traffic.rate / servers.count * cpu_s(system) + _held_by_data(system)
    if held + 10 * math.sqrt(held) + servers.vcpus > servers.workers:
        return f"A worker is held until the data are there, and {servers.workers} are few for that; the formula has enough."
    return ""


def nobody_waits_to_share(system: System) -> str:
    """There is a worker for everybody, so that all who are there share the vCPUs."""
    if system.servers.workers < _never_reached(system) < math.inf:
        return (
            f"Who waits for one of {system.servers.workers} workers does not compute; the formula lets everybody share the vCPUs."
        )
    return ""


def first_come(system: System) -> str:
    """The vCPUs serve one after the other."""
    if system.servers.discipline != "fifo":
        return "The vCPUs are shared by all who compute; the formula's are first come first served."
    return ""


def poisson(system: System) -> str:
    """Arrivals are independent of each other."""
    if system.traffic.interarrival_cv != 1:
        return f"The gaps between arrivals have a variability of {system.traffic.interarrival_cv:g}; the formula's are Poisson (1)."
    return ""


def exponential(system: System) -> str:
    """CPU times are exponential."""
    if system.servers.service_distribution != "exponential":
        return f"The CPU time is {system.servers.service_distribution}; the formula's is exponential."
    return ""


def first_failing(system: System, *checks) -> str:
    """The sentence of the first assumption that fails, "" if none does."""
    return next((failing for check in checks if (failing := check(system))), "")
