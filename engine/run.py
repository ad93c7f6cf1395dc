"""A whole run at once: how long, how much of it is kept, and on which engine."""

import math

import numpy as np

from engine.kernel import Kernel, compiled
from engine.log import ALL_SENT, OUT_OF_EVENTS, WHEN_ALL_DONE, WHEN_ALL_SENT
from engine.reading import Reading
from engine.reference.counted import CountedReference
from engine.result import Result
from engine.system import Fault, RandomCrashes, System, TrafficSpike
from engine.system.shown import said, shown
from engine.workload.parameters import check_seed

MAX_REQUESTS = 50_000_000
MAX_DURATION_S = 1e7
EVENTS_PER_REQUEST = 60
"""Budget of a run: events for every request it may send."""
DEFAULT_REQUESTS = 100_000
MOST_BY_DEFAULT = 2_000_000
PLAIN_REQUESTS = 5_000
"""What answers in time without a compiler."""
KEPT_REQUESTS = 20_000
"""Requests kept in the log; of longer runs a sample, evenly thinned."""
MOST_WINDOWS_EXPECTED = 120
MAX_WINDOWS = 5_000
"""The most windows of a run: a reading takes 35 kB."""
ENGINES = ("auto", "compiled", "plain", "reference")


def simulate(
    system: System,
    *,
    requests: int | None = None,
    duration_s: float | None = None,
    seed: int = 1,
    warmup_s: float = 0.0,
    engine: str = "auto",
    window_s: float | None = None,
    keep_requests: int = KEPT_REQUESTS,
) -> Result:
    """Simulate a system from its first instant.

    Give `requests` (then sending stops after so many) or `duration_s` (then after so long); without either the run is as long as
    the system's own times ask, and at least 100,000 requests. What is in flight then is followed to its end, or for as long
    again. The summary measures from `warmup_s` on. Up to `keep_requests` requests are kept in the log, evenly thinned.
    Raises TypeError or ValueError for arguments out of their bounds.
    """
    if not isinstance(system, System):
        raise TypeError(f"system must be a System, not {type(system).__name__}; use System.model_validate({{…}}) for a dict")
    check_seed(seed)
    if engine not in ENGINES:
        raise ValueError(f"engine must be one of {', '.join(ENGINES)}, not {engine!r}")
    if requests is not None and duration_s is not None:
        raise ValueError("give requests or duration_s, not both")
    if requests is None and duration_s is None:
        duration_s = default_duration_s(system)
    if requests is not None:
        requests = whole("requests", requests, 1, MAX_REQUESTS)
    else:
        duration_s = number("duration_s", duration_s, 1e-6, MAX_DURATION_S)
    warmup_s = number("warmup_s", warmup_s, 0.0, MAX_DURATION_S)
    keep_requests = whole("keep_requests", keep_requests, 0, MAX_REQUESTS)
    expected_s = duration_s if duration_s is not None else requests / mean_rate(system)
    expected = requests if requests is not None else min(expected_s * mean_rate(system), MAX_REQUESTS)
    if window_s is None:
        window_s = max(expected_s / max(20, min(MOST_WINDOWS_EXPECTED, expected / 500)), 1e-6)
    window_s = number("window_s", window_s, 1e-6, MAX_DURATION_S)
    if expected_s / window_s > MAX_WINDOWS:
        raise ValueError(
            f"window_s = {window_s} makes more than {MAX_WINDOWS:,} windows; use at least {expected_s / MAX_WINDOWS:g}"
        )

    chosen, note = compiled.choose(engine)
    limit = requests if requests is not None else MAX_REQUESTS
    if engine == "auto" and chosen == "plain" and expected > PLAIN_REQUESTS:
        limit = PLAIN_REQUESTS
    keep_every = math.ceil(max(min(expected, limit), 1) / keep_requests) if keep_requests else 0
    if chosen == "reference":
        world = CountedReference(system, seed, request_limit=limit, keep_every=keep_every, most_kept=max(keep_requests, 1))
    else:
        world = Kernel(
            system, seed, request_limit=limit, plain=chosen == "plain", keep_every=keep_every, most_kept=max(keep_requests, 1)
        )
    world.set_budget(EVENTS_PER_REQUEST * max(min(limit, int(4 * expected) + 100_000), 10_000))
    readings, stopped = _run(world, duration_s, window_s, limit, requests is not None)
    answered = None if stopped else _drain(world, readings[-1])
    warm = int(np.searchsorted([reading.time_ns for reading in readings], round(warmup_s * 1e9)))
    return Result(
        system=system,
        seed=seed,
        readings=readings,
        rows=world.attempts(),
        engine=chosen,
        answered=answered,
        measured_from=min(warm, len(readings) - 2),
        stopped=stopped or world.stopped,
        note=note,
        events=world.events,
    )


def _run(world, duration_s: float | None, window_s: float, limit: int, by_requests: bool) -> tuple[list[Reading], str]:
    """Window after window until all is sent or the time is up; why it stopped early, if it did.

    A run that turns out much longer than expected gets longer windows, so that readings do not pile up.
    """
    readings = [world.reading()]
    end_ns = round((duration_s if duration_s is not None else MAX_DURATION_S) * 1e9)
    window_ns = max(round(window_s * 1e9), 1)
    while True:
        until_ns = min(readings[-1].time_ns + window_ns, end_ns)
        status = world.advance(until_ns, WHEN_ALL_SENT)
        readings.append(world.reading())
        if status == OUT_OF_EVENTS:
            return readings, world.stopped or said("the run's budget of events is used up")
        if status == ALL_SENT:
            return readings, "" if by_requests else said("the run's budget of {limit} requests is used up", limit=limit)
        if until_ns == end_ns:
            late = said("not all requests were sent within {seconds} s", seconds=MAX_DURATION_S)
            return readings, "" if duration_s is not None else late
        if by_requests and world.is_silent():
            sent = int(readings[-1].counts[0])
            return readings, said(
                "the arrival rate is 0 from here on: {sent} of {limit} requests were sent", sent=sent, limit=limit
            )
        if duration_s is None and len(readings) > 2 * MOST_WINDOWS_EXPECTED:
            readings = readings[::2]
            window_ns *= 2


def _drain(world, last: Reading) -> Reading:
    """Follow what is in flight to its end, for at most as long as the run has taken."""
    world.stop_sending()
    world.advance(2 * last.time_ns + 10**9, WHEN_ALL_DONE)
    return world.reading()


def mean_rate(system: System) -> float:
    """Requests per second to expect: of the pattern, or the bound of a closed loop (Denning and Buzen 1978): what its users can
    ask with nobody before them, or what the servers can compute.
    """
    traffic, servers = system.traffic, system.servers
    if traffic.loop == "closed":
        asked = traffic.users / max(traffic.think_time_s + (servers.cpu_ms + system.database.read_ms) / 1e3, 1e-3)
        computed = servers.count * servers.vcpus / max(servers.cpu_ms / 1e3, 1e-6)
        return min(asked, computed)
    match traffic.pattern:
        case "ramp":
            return max(traffic.rate, traffic.ramp_to) / 2 + min(traffic.rate, traffic.ramp_to) / 2
        case "bursts":
            return (traffic.rate * traffic.calm_s + traffic.burst_rate * traffic.burst_s) / (traffic.calm_s + traffic.burst_s)
        case "steps":
            return max(sum(rate for _, rate in traffic.steps) / len(traffic.steps), 0.01)
    return traffic.rate


def default_duration_s(system: System) -> float:
    """How long a run should be: thrice its longest time, 100,000 requests, ten relaxation times at its load."""
    traffic, cache = system.traffic, system.cache
    times = [DEFAULT_REQUESTS / mean_rate(system)]
    if cache.enabled and cache.ttl_s is not None:
        times.append(3 * cache.ttl_s)
    times += [3 * _over_s(fault) for fault in system.faults]
    if (scaler := system.autoscaler).enabled:
        times.append(3 * (scaler.interval_s + scaler.metric_window_s + scaler.scale_down_cooldown_s + system.servers.boot_s))
    times.append({"ramp": traffic.ramp_start_s + traffic.ramp_s, "spike": traffic.spike_start_s + 3 * traffic.spike_s,
                  "daily": traffic.day_s, "bursts": 20 * (traffic.burst_s + traffic.calm_s)}.get(traffic.pattern, 0.0))  # fmt: skip
    if traffic.pattern in ("steps", "recorded"):
        points = traffic.steps if traffic.pattern == "steps" else traffic.recording
        times.append((points[-1][0] - points[0][0]) * 1.2 / (traffic.recording_speed if traffic.pattern == "recorded" else 1.0))
    service_s = system.servers.cpu_ms / 1e3
    load = min(mean_rate(system) * service_s / (system.servers.count * system.servers.vcpus), 0.99)
    times.append(10 * service_s / (1.0 - load) ** 2)
    return min(max(times), MOST_BY_DEFAULT / mean_rate(system), MAX_DURATION_S)


def _over_s(fault: Fault) -> float:
    """When the effect of a fault can be seen: a spike when it is over, random crashes after some cycles."""
    match fault:
        case TrafficSpike():
            return fault.at_s + fault.for_s
        case RandomCrashes():
            return fault.at_s + 10 * (fault.mean_time_to_failure_s + fault.mean_time_to_repair_s)
    return fault.at_s


def number(name: str, value: float, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(f"{name} must be a number, not {value!r}")
    if not low <= value <= high:
        raise ValueError(f"{name} must be between {low:g} and {high:g}, not {shown(value)}")
    return float(value)


def whole(name: str, value: int, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be a whole number, not {value!r}")
    if not low <= value <= high:
        raise ValueError(f"{name} must be between {low:,} and {high:,}, not {shown(value)}")
    return int(value)
