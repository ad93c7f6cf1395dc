"""Which queueing station a tier of servers is, and what that says of waiting, latency, utilisation and refusals.

Knows the system's description and the formulas; not how a system is simulated.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

from engine.system import System
from engine.theory import assumptions as given
from engine.theory.balancing import power_of_two_response_s
from engine.theory.chains import chain_response_s
from engine.theory.networks import closed_loop
from engine.theory.renewal import Transform, every, gap_transform, gmc, gmc_response_percentile, thinned
from engine.theory.service import mdc, mg1, moments
from engine.theory.stations import Station, erlang_b, mmc, mmc_response_percentile, mmck

MAX_CHAIN = 16
"""The most vCPUs in all for which the chain of join the shortest queue is solved: more would take seconds."""


@dataclass(frozen=True)
class Fit:
    """The formula for one server, with the station that it gives, or the assumption that fails."""

    formula: str
    source: str
    station: Station | None = None
    percentile_s: Callable[[float], float] | None = None
    failing: str = ""
    approximate: str = ""


def fit_servers(system: System) -> Fit:
    """The station that each server is."""
    if system.servers.discipline == "processor_sharing":
        return _shared(system)
    if system.traffic.loop == "closed":
        return _closed(system)
    if given.places(system) < math.inf:
        return _bounded(system)
    failing = given.first_failing(system, given.open_loop, given.patient, given.equal_servers, given.workers_suffice)
    failing = failing or _overloaded(system)
    count, algorithm = system.servers.count, system.balancer.algorithm
    if count == 1 or algorithm == "random":
        return _alone(system, failing)
    if algorithm in ("round_robin", "weighted_round_robin"):
        return _in_turn(system, failing)
    if algorithm in ("least_connections", "power_of_two"):
        return _shortest(system, failing)
    why = {
        "least_latency": "Least latency chooses by what it has measured; no formula is known.",
        "client_hash": "A server's load depends on which clients hash to it; the formulas need equal or random shares.",
        "consistent_hash": "A server's load depends on the keys on its part of the ring; the formulas need equal or random shares.",
    }[algorithm]
    return Fit(algorithm.replace("_", " "), "", failing=failing or why)


def _load(system: System) -> tuple[float, float, int]:
    """Arrival rate per server, service time, and how many compute at the same time."""
    servers = system.servers
    return system.traffic.rate / servers.count, given.cpu_s(system), min(servers.vcpus, servers.workers)


def _overloaded(system: System) -> str:
    rate, service_s, workers = _load(system)
    if service_s == 0:
        return "The CPU time is 0, so there is no queue to predict."
    utilisation = rate * service_s / workers
    if utilisation >= 1:
        return f"The offered load is {utilisation:.0%} of the capacity, so the queue grows as long as the run lasts."
    return ""


def _alone(system: System, failing: str) -> Fit:
    """One server, or several of which chance chooses: each has a queue of its own."""
    rate, service_s, workers = _load(system)
    servers, cv = system.servers, system.traffic.interarrival_cv
    if cv != 1:
        failing = failing or given.exponential(system)
        if failing:
            return Fit("G/M/c", "Takács 1962, chapter 2", failing=failing)
        return _renewal(thinned(servers.count, gap_transform(system.traffic.rate, cv)), rate, service_s, workers, "G/M/c")
    if servers.service_distribution == "exponential":
        name, source = ("M/M/c", "Erlang 1917") if workers > 1 else ("M/M/1", "Erlang 1909")
        if failing:
            return Fit(name, source, failing=failing)
        return Fit(name, source, mmc(rate, service_s, workers), partial(mmc_response_percentile, rate, service_s, workers))
    if servers.service_distribution == "deterministic":
        return (
            Fit("M/D/c", "Crommelin 1932", failing=failing)
            if failing
            else Fit("M/D/c", "Crommelin 1932", mdc(rate, service_s, workers))
        )
    source = "Pollaczek 1930, Khinchine 1932"
    if workers > 1:
        failing = (
            failing or f"No formula is known for {workers} vCPUs with {servers.service_distribution} times; M/G/1 needs one vCPU."
        )
    if failing:
        return Fit("M/G/1", source, failing=failing)
    cv = max(servers.service_cv, 1.0) if servers.service_distribution == "hyperexponential" else servers.service_cv
    return Fit("M/G/1", source, mg1(rate, moments(servers.service_distribution, service_s, cv)))


def _shared(system: System) -> Fit:
    """Processor sharing: how many are there depends on the mean CPU time alone, so it is that of the exponential one."""
    rate, service_s, workers = _load(system)
    count, algorithm = system.servers.count, system.balancer.algorithm
    name, source, approximate = "M/G/c with processor sharing", "Cohen 1979", ""
    failing = given.first_failing(
        system, given.open_loop, given.no_failures, given.equal_servers, given.poisson, given.nobody_waits_to_share
    )
    failing = failing or _overloaded(system)
    if algorithm == "least_connections" and 1 < count <= 4 and count * workers <= MAX_CHAIN:
        name, source = "join the shortest queue with processor sharing", "Gupta, Harchol-Balter, Sigman & Whitt 2007"
        failing = failing or given.in_flight_is_computing(system)
        approximate = "The distribution of the CPU time hardly matters, but it does; the chain is that of the exponential one."
        approximate = "" if system.servers.service_distribution == "exponential" else approximate
        response_s = None if failing else _chain(rate, service_s, count, workers, algorithm)
    else:
        if count > 1 and algorithm != "random":
            failing = failing or "The balancer chooses between several servers; the formula has one, or chance between them."
        response_s = None if failing else mmc(rate, service_s, workers).response_s
    if failing:
        return Fit(name, source, failing=failing)
    station = Station(rate * service_s / workers, 0.0, 0.0, response_s, rate * response_s, 0.0, 0.0, rate)
    return Fit(name, source, station, approximate=approximate)


def _in_turn(system: System, failing: str) -> Fit:
    """Round robin: each server gets every n-th arrival."""
    rate, service_s, workers = _load(system)
    failing = failing or given.exponential(system)
    if failing:
        return Fit("round robin as G/M/c", "Takács 1962, chapter 2", failing=failing)
    gaps = every(system.servers.count, gap_transform(system.traffic.rate, system.traffic.interarrival_cv))
    return _renewal(gaps, rate, service_s, workers, "round robin as G/M/c")


def _renewal(gaps: Transform, rate: float, service_s: float, workers: int, name: str) -> Fit:
    percentile_s = partial(gmc_response_percentile, gaps, rate, service_s, workers)
    return Fit(name, "Takács 1962, chapter 2", gmc(gaps, rate, service_s, workers), percentile_s)


def _shortest(system: System, failing: str) -> Fit:
    """Join the shortest queue, and the power of two choices."""
    rate, service_s, workers = _load(system)
    count, algorithm = system.servers.count, system.balancer.algorithm
    failing = failing or given.first_failing(system, given.poisson, given.exponential, given.in_flight_is_computing)
    if count <= 4 and count * workers <= MAX_CHAIN:
        name = "join the shortest queue" if algorithm == "least_connections" else "two choices"
        response_s = None if failing else _chain(rate, service_s, count, workers, algorithm)
        return _mean_only(f"{name}, solved Markov chain", "Gaver, Jacobs & Latouche 1984", failing, system, response_s)
    if algorithm == "least_connections":
        why = f"The chain is solved for up to 4 servers of {MAX_CHAIN} vCPUs in all, not for {count} of {workers}."
        return Fit("join the shortest queue, solved Markov chain", "Gaver, Jacobs & Latouche 1984", failing=failing or why)
    if workers > 1:
        failing = failing or f"The fixed point is that of servers of one vCPU; these have {workers}."
    response_s = None if failing else power_of_two_response_s(rate, service_s, count)
    approximate = f"A fixed point for very many servers, corrected for {count}."
    return _mean_only("power of two, refined mean field", "Gast & Van Houdt 2017", failing, system, response_s, approximate)


@lru_cache(maxsize=64)
def _chain(rate: float, service_s: float, count: int, workers: int, algorithm: str) -> float:
    return chain_response_s(rate, service_s, count, workers, algorithm)


def _mean_only(name: str, source: str, failing: str, system: System, response_s: float | None, approximate: str = "") -> Fit:
    if failing:
        return Fit(name, source, failing=failing)
    rate, service_s, workers = _load(system)
    waiting_s = response_s - service_s
    station = Station(rate * service_s / workers, math.nan, waiting_s, response_s, rate * response_s, rate * waiting_s, 0.0, rate)
    return Fit(name, source, station, approximate=approximate)


def _bounded(system: System) -> Fit:
    """A server that refuses what it has no place for."""
    rate, service_s, workers = _load(system)
    limit = int(given.places(system))
    if service_s == 0:
        return Fit("M/M/c/K", "Gross & Harris, section 2.5", failing="The CPU time is 0, so there is no queue to predict.")
    loss = limit <= workers
    name, source = ("Erlang loss", "Erlang 1917") if loss else ("M/M/c/K", "Gross & Harris, section 2.5")
    failing = given.first_failing(system, given.open_loop, given.patient, given.no_retries, given.equal_servers, given.poisson)
    if not loss:
        failing = failing or given.exponential(system)
    if system.traffic.static_ratio < 1:
        failing = failing or "A place is held until the data are there; the formula's is given back after the CPU work."
    if system.servers.count > 1 and system.balancer.algorithm != "random":
        failing = failing or "The balancer chooses between several servers; the formula has one, or chance between them."
    if failing:
        return Fit(name, source, failing=failing)
    if loss:
        blocked = erlang_b(rate * service_s, limit)
        served = rate * (1 - blocked)
        used = served * service_s
        return Fit(name, source, Station(used / workers, 0.0, 0.0, service_s, used, 0.0, blocked, served))
    return Fit(name, source, mmck(rate, service_s, workers, limit))


def _closed(system: System) -> Fit:
    """Users who wait for their answer."""
    name, source = "closed loop M/M/c//N", "Gross & Harris, section 2.6"
    _, service_s, workers = _load(system)
    traffic, servers = system.traffic, system.servers
    failing = given.first_failing(system, given.steady, given.patient, given.unlimited, given.equal_servers, given.exponential)
    if servers.count > 1:
        failing = failing or f"There are {servers.count} servers; the formula has one queue for all."
    if traffic.static_ratio < 1:
        failing = failing or "The data take time too; the formula's users wait for the CPU only."
    if traffic.think_time_s == 0 or service_s == 0:
        failing = failing or "Users do not pause, or the CPU takes no time; the formula needs both above 0."
    if system.network.jitter_cv > 0 or any(trip > 0 for trips in system.network.rtt_ms.values() for trip in trips.values()):
        failing = failing or "The way there and back is a pause too; the formula's users are at the server."
    if failing:
        return Fit(name, source, failing=failing)
    return Fit(name, source, closed_loop(traffic.users, traffic.think_time_s, service_s, workers))
