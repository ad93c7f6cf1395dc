"""Theory beside measurement: every metric that a formula gives for a system, and for the others the assumption that fails.

Predictions bear the names of the summary. Knows the system's description and the formulas; not how a system is simulated.
"""

import math
from collections.abc import Callable, Iterator

from engine.system import Network, System
from engine.theory import assumptions as given
from engine.theory.data_predictions import predict_database, predict_hits
from engine.theory.impatience import deadline_ok_ratio, ghost_work
from engine.theory.prediction import Prediction
from engine.theory.server_predictions import Fit, fit_servers
from engine.theory.stations import mmc_response_tail

__all__ = ["Prediction", "mean_latency", "predictions"]

RoundTrip = Callable[[Network, str], float]
PERCENTILES = {"latency_p50_ms": 50, "latency_p95_ms": 95, "latency_p99_ms": 99, "latency_p999_ms": 99.9}


def predictions(system: System, round_trip_ms: RoundTrip | None = None) -> list[Prediction]:
    """What theory says of a system. `round_trip_ms` gives the distances that the system itself does not set."""
    found = _of_stages(system)
    found += _of_latency(system, fit_servers(system), {prediction.metric: prediction for prediction in found}, round_trip_ms)
    found += _of_patience(system)
    return found


def mean_latency(system: System, round_trip_ms: RoundTrip | None = None) -> tuple[Prediction, Prediction]:
    """The servers' utilisation and the mean latency, as `predictions` has them: percentiles take much longer."""
    known = {prediction.metric: prediction for prediction in _of_stages(system)}
    return known["server_utilisation"], next(_of_latency(system, fit_servers(system), known, round_trip_ms))


def _of_stages(system: System) -> list[Prediction]:
    found = list(_of_servers(system))
    hits = None
    if system.cache.enabled:
        hits = predict_hits(system)
        found.append(hits)
    if system.traffic.static_ratio < 1:
        found += predict_database(system, hits.value if hits else None)
    return found


def _of_servers(system: System) -> Iterator[Prediction]:
    fit = fit_servers(system)
    station, count = fit.station, system.servers.count

    def say(metric: str, value: Callable[[], float]) -> Prediction:
        return Prediction(metric, fit.formula, fit.source, value() if station else None, fit.failing, fit.approximate)

    yield _utilisation(system, fit)
    yield say("latency_by_stage_ms.server_queue", lambda: 1000 * station.waiting_s)
    yield say("queue_length_mean", lambda: count * station.queue_length)
    yield say("throughput", lambda: count * station.throughput)
    if given.places(system) < math.inf:
        yield say("errors.refused", lambda: station.blocked_ratio)


def _utilisation(system: System, fit: Fit) -> Prediction:
    """By the utilisation law where all work is done: it needs no distribution."""
    law, source = "utilisation law", "Denning & Buzen 1978"
    if fit.station:
        return Prediction("server_utilisation", law, source, fit.station.utilisation)
    failing = given.first_failing(system, given.open_loop, given.no_failures, given.unlimited)
    offered = system.traffic.rate * given.cpu_s(system) / system.servers.count / min(system.servers.vcpus, system.servers.workers)
    if offered >= 1:
        failing = failing or f"The servers are offered {offered:.0%} of what they can do; the law needs less than 100 %."
    if not system.balancer.algorithm.startswith(("round", "random")):
        failing = failing or given.equal_servers(system)
    used = offered * min(system.servers.vcpus, system.servers.workers) / system.servers.vcpus
    if any(speed != 1 for speed in system.servers.speeds[: system.servers.count]):
        failing = failing or given.equal_servers(system)
    return Prediction("server_utilisation", law, source, None if failing else used, failing)


def _of_latency(system: System, fit: Fit, known: dict[str, Prediction], round_trip_ms: RoundTrip | None) -> Iterator[Prediction]:
    """The whole latency: the stages one after the other, and the percentiles where only one of them is random."""
    failing, fixed_ms = fit.failing, system.balancer.overhead_ms
    regions = {region: weight for region, weight in system.traffic.regions.items() if weight > 0}
    trips = {region: _trip_ms(system.network, region, round_trip_ms) for region in regions}
    if any(trip is None for trip in trips.values()):
        failing = failing or "The round trips are not known here."
    else:
        fixed_ms += sum(trips[region] * weight for region, weight in regions.items()) / sum(regions.values())
    data_ms = 0.0
    if system.traffic.static_ratio < 1:
        queue = known["latency_by_stage_ms.database_queue"]
        failing = failing or queue.failing
        hits = known["cache_hit_ratio"].value if system.cache.enabled else 0.0
        reads, writes = given.read_ratio(system), given.write_ratio(system)
        if not failing:
            data_ms = queue.value + reads * (1 - hits) * system.database.read_ms + writes * system.database.write_ms
            data_ms += reads * system.cache.lookup_ms if system.cache.enabled else 0.0
    source = fit.source if data_ms == 0 else f"{fit.source}; independent stages (Jackson 1963)"
    value = None if failing else fixed_ms + 1000 * fit.station.response_s + data_ms
    yield Prediction("latency_mean_ms", fit.formula, source, value, failing, fit.approximate)
    if system.traffic.static_ratio < 1:
        failing = failing or "Several stages are random; only the sum of their means is known."
    if len(regions) > 1 or system.network.jitter_cv > 0:
        failing = failing or "The way through the network differs between requests; the formula's is the same for all."
    if fit.percentile_s is None:
        failing = failing or f"{fit.formula} gives the mean, not the distribution."
    for metric, percent in PERCENTILES.items():
        value = None if failing else fixed_ms + 1000 * fit.percentile_s(percent)
        yield Prediction(metric, fit.formula, fit.source, value, failing, fit.approximate)


def _trip_ms(network: Network, region: str, round_trip_ms: RoundTrip | None) -> float | None:
    for one, other in ((region, network.origin_region), (network.origin_region, region)):
        if other in network.rtt_ms.get(one, {}):
            return network.rtt_ms[one][other]
    return round_trip_ms(network, region) if round_trip_ms else None


def _of_patience(system: System) -> Iterator[Prediction]:
    """Clients that leave one server of one vCPU: goodput and the share that fails."""
    policies, servers = given.clients(system), system.servers
    if len(policies) > 1 or policies[0].timeout_ms is None or system.traffic.static_ratio < 1:
        return
    timeout_s, service_s, rate = policies[0].timeout_ms / 1000, given.cpu_s(system), system.traffic.rate / servers.count
    failing = given.first_failing(
        system,
        given.open_loop,
        given.first_come,
        given.no_retries,
        given.equal_servers,
        given.poisson,
        given.exponential,
        given.no_distance,
    )
    if servers.count > 1 and system.balancer.algorithm != "random":
        failing = failing or "The formula has one server, or chance between several."
    if servers.vcpus > 1 or servers.workers < 1:
        failing = failing or "The formula has one vCPU."
    limit = given.places(system)
    if servers.drop_expired == "never":
        formula = "ghost work, M/M/1/K" if limit < math.inf else "ghost work, M/M/1"
        source = "Wolff 1982; Gross & Harris, section 2.2"
        if limit == math.inf and rate * service_s >= 1:
            failing = failing or "The queue grows as long as the run; the formula needs a load below 100 %, or a limit."
    else:
        formula, source = "M/M/1 with a deadline", "level crossing, Brill 1975"
        if servers.drop_expired == "before_work":
            failing = failing or "Work that has begun is finished; the formula stops it at the deadline."
        if limit < math.inf:
            failing = failing or given.unlimited(system)
    if failing or service_s == 0:
        failing = failing or "The CPU time is 0."
        yield Prediction("goodput", formula, source, failing=failing)
        return
    if servers.drop_expired == "at_once":
        ok_ratio = deadline_ok_ratio(rate, service_s, timeout_s)
    elif limit < math.inf:
        ok_ratio = ghost_work(rate, service_s, int(limit), timeout_s).ok_ratio
    else:
        ok_ratio = 1 - mmc_response_tail(rate, service_s, 1, timeout_s)
    yield Prediction("goodput", formula, source, system.traffic.rate * ok_ratio)
    yield Prediction("error_rate", formula, source, 1 - ok_ratio)
