"""Repeated runs of the engine, and the rule by which an estimate agrees with a value from theory.

The rule: the value lies in the 99.9 % confidence interval from independent trials, and the interval is no wider than the power
target, so that a vague one cannot pass. Seeds are fixed; on failure once more with fresh seeds and four times the length.
"""

import warnings
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from engine import System, simulate
from engine.log import COLUMNS

TRIALS = 24
STUDENT = {23: 3.792, 24: 3.768, 50: 3.500, 99: 3.393, 100: 3.392, 400: 3.315, 4000: 3.293}
"""Quantile .9995 of Student's t by the number of trials, for one degree of freedom less."""

NO_DISTANCE = {"rtt_ms": {"europe_west": {"europe_west": 0.0}}}
"""A network without distances, so that the latency is that of the tiers."""

PLACES = {name: place for place, name in enumerate(COLUMNS)}
Measure = Callable[[object], float]


def station(
    rate: float, service_s: float = 1.0, vcpus: int = 1, *, traffic=None, balancer=None, client=None, faults=(), **servers
) -> System:
    """Servers that only compute: static requests, no distances, no limit on memory, workers without end."""
    return System.model_validate(
        {
            "traffic": {"rate": rate, "static_ratio": 1.0} | (traffic or {}),
            "client": client or {},
            "network": NO_DISTANCE,
            "balancer": {"health_check_interval_s": 3_600.0} | (balancer or {}),
            "servers": {"count": 1, "vcpus": vcpus, "workers": 100_000, "cpu_ms": 1000 * service_s, "memory_mb_per_request": 0.0}
            | servers,
            "faults": list(faults),
        }
    )


def bounded_station(rate: float, service_s: float, vcpus: int, places: int, **more) -> System:
    """A station of `places` places, those in service included."""
    return station(rate, service_s, vcpus, workers=vcpus, queue_limit=places - vcpus, **more)


def fleet(count: int, load: float, algorithm: str, vcpus: int = 1, *, balancer=None, **more) -> System:
    """Equal servers of mean service time 1 s behind a balancer, at this rate per server."""
    return station(count * load, 1.0, vcpus, balancer={"algorithm": algorithm} | (balancer or {}), count=count, **more)


def data_system(rate: float, *, traffic=None, cache=None, database=None) -> System:
    """Dynamic requests whose servers take no time: only the cache and the database count."""
    return System.model_validate(
        {
            "traffic": {"rate": rate, "static_ratio": 0.0, "write_ratio": 0.0} | (traffic or {}),
            "network": NO_DISTANCE,
            "balancer": {"health_check_interval_s": 3_600.0},
            "servers": {"count": 1, "workers": 100_000, "cpu_ms": 0.0, "memory_mb_per_request": 0.0},
            "cache": {"lookup_ms": 0.0} | (cache or {}),
            "database": {"read_ms": 0.0, "write_ms": 0.0, "connections": 10_000} | (database or {}),
        }
    )


@dataclass(frozen=True)
class Target:
    """A value from theory, the widest interval (half, relative to it), and what an approximate theory may be off."""

    value: float
    half_width: float = 1.0
    slack: float = 0.0


@dataclass(frozen=True)
class Estimate:
    """What the trials found: mean and half of the 99.9 % interval."""

    mean: float
    half: float


def estimates(
    system: System,
    measures: Mapping[str, Measure],
    requests: int,
    *,
    trials: int = TRIALS,
    seed: int | None = None,
    warmup: float = 0.1,
    keep: bool = False,
    load: float | None = None,
) -> dict[str, Estimate]:
    """Run independent trials of `requests` requests each, the first `warmup` share of the time not counted.

    With the true `load` per vCPU the trials' own loads serve as control variate (Law 2015, section 11.4): what a trial owes to
    having drawn more work than it should is taken out by regression. Seeds differ from system to system.
    """
    seed = seed_of(system) if seed is None else seed
    found = {name: np.empty(trials) for name in measures}
    loads = np.empty(trials)
    for trial in range(trials):
        result = run(system, requests, seed + trial, warmup=warmup, keep=keep)
        loads[trial] = result.summary()["server_utilisation"]
        for name, measure in measures.items():
            found[name][trial] = measure(result)
    return {name: _estimate(values, None if load is None else loads - load) for name, values in found.items()}


def _estimate(values: np.ndarray, control: np.ndarray | None) -> Estimate:
    trials = len(values)
    if control is None:
        return Estimate(float(values.mean()), float(STUDENT[trials] * values.std(ddof=1) / np.sqrt(trials)))
    off = control - control.mean()
    slope = (off @ values) / (off @ off)
    rest = values - values.mean() - slope * off
    spread = np.sqrt((rest @ rest) / (trials - 2) * (1 / trials + control.mean() ** 2 / (off @ off)))
    return Estimate(float(values.mean() - slope * control.mean()), float(STUDENT[trials - 1] * spread))


def run(system: System, requests: int, seed: int, *, warmup: float = 0.0, keep=True):
    """One run; with `keep` all its attempts are kept. `traffic.rate` has to be about the rate of a closed loop, too."""
    expected_s = requests / system.traffic.rate
    return simulate(
        system,
        requests=requests,
        seed=seed,
        warmup_s=warmup * expected_s,
        window_s=expected_s / 50,
        keep_requests=requests if keep else 0,
    )


def seed_of(system: System) -> int:
    """A seed that each system has for itself, whatever fields others may need."""
    return zlib.crc32(system.model_dump_json(exclude_defaults=True).encode())


def assert_agrees(system: System, targets: Mapping[str, Target], measures: Mapping[str, Measure], requests: int, **options) -> None:
    """Apply the rule to each target; `measures` says how each is read off a result."""
    seed = seed_of(system)
    for attempt, (length, first_seed) in enumerate(((requests, seed), (4 * requests, seed + 10_000))):
        found = estimates(system, {name: measures[name] for name in targets}, length, seed=first_seed, **options)
        lines, wrong, vague = [], False, False
        for name, target in targets.items():
            off = abs(found[name].mean - target.value) - target.slack * abs(target.value)
            wrong |= not off <= found[name].half
            vague |= not found[name].half <= target.half_width * abs(target.value)
            lines.append(f"{name}: theory {target.value:.6g}, found {found[name].mean:.6g} ± {found[name].half:.2g}")
        report = "\n".join(lines)
        if not wrong and not vague:
            return
        if not attempt:
            found_out = "its interval is too wide" if vague else "outside its interval"
            warnings.warn(f"{found_out} at first; fresh seeds and four times the length\n{report}", stacklevel=2)
    said = "the interval is too wide to say anything; run longer" if vague else "theory and simulation disagree"
    raise AssertionError(f"{said}\n{report}")


# How quantities are read off a result. Times in seconds.


def summary(name: str, scale: float = 1.0) -> Measure:
    """A metric by its name."""
    return lambda result: result.summary()[name] * scale


Columns = Mapping[str, np.ndarray]


class Settled(Columns):
    """The columns of the attempts sent after the warm-up; those of the last 1 % of the time may still be open and are left out."""

    def __init__(self, result, warmup: float = 0.1):
        self.rows = result.rows
        sent = self["sent"]
        self.rows = result.rows[(sent >= warmup * sent[-1]) & (sent < 0.99 * sent[-1])]

    def __getitem__(self, name: str) -> np.ndarray:
        return self.rows[:, PLACES[name]]

    def __iter__(self):
        return iter(PLACES)

    def __len__(self) -> int:
        return len(PLACES)


def waits_s(attempts: Columns) -> np.ndarray:
    """Time in the server's queues."""
    return (attempts["cpu_at"] - attempts["dispatched"]) / 1e9


def responses_s(attempts: Columns) -> np.ndarray:
    """Time on the server."""
    return (attempts["left"] - attempts["dispatched"]) / 1e9


def share(condition: Callable[[Columns], np.ndarray]) -> Measure:
    """Share of the settled attempts that meet a condition."""
    return lambda result: float(np.mean(condition(Settled(result))))


MEASURES = {
    "T": summary("latency_mean_ms", 1e-3),
    "Wq": summary("latency_by_stage_ms.server_queue", 1e-3),
    "rho": summary("server_utilisation"),
    "throughput": summary("throughput"),
    "P_block": summary("errors.refused"),
    "P_wait": share(lambda attempts: waits_s(attempts) > 0),
}
