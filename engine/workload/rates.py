"""The arrival rate over time, as straight pieces, and the arrivals that follow it.

Arrivals are a renewal process in operational time: a gap of so many units ends when the integral of the rate has reached them.
So a change of rate in the middle of a gap stretches or shrinks what is left of it, and the gaps themselves stay as drawn.
"""

import math
from typing import NamedTuple

import numpy as np

from engine.jit import jitable
from engine.system import Traffic

NEVER = 4 * 10**18
"""A time that no run reaches, in ns."""
PIECES_PER_DAY = 96


class Rates(NamedTuple):
    """Pieces of arrival rate: start (ns), rate at the start (1/ns), slope (1/ns²); period in ns, 0 if it does not repeat."""

    starts_ns: np.ndarray
    rates: np.ndarray
    slopes: np.ndarray
    period_ns: int


def rates_of(traffic: Traffic) -> Rates:
    """The pieces of a traffic's pattern; `bursts` is the calm rate, which the engine switches."""
    level = traffic.rate
    match traffic.pattern:
        case "ramp":
            begin, end = traffic.ramp_start_s, traffic.ramp_start_s + traffic.ramp_s
            points = [(begin, level), (end, traffic.ramp_to)]
            points = [(0.0, level), *points] if begin > 0 else points
            return _straight([*points, (2 * end, traffic.ramp_to)])
        case "spike":
            begin, end = traffic.spike_start_s, traffic.spike_start_s + traffic.spike_s
            calm = [(0.0, level)] if begin > 0 else []
            return _constant([*calm, (begin, level * traffic.spike_factor), (end, level)])
        case "daily":
            swing = traffic.daily_peak_factor - 1.0
            step = traffic.day_s / PIECES_PER_DAY
            points = [(n * step, level * (1.0 - swing * cosine)) for n, cosine in enumerate(_cosines())]
            return _straight(points)._replace(period_ns=round(traffic.day_s * 1e9))
        case "steps":
            calm = [(0.0, level)] if traffic.steps[0][0] > 0 else []
            return _constant([*calm, *traffic.steps])
        case "recorded":
            return _recorded(traffic)
    return _constant([(0.0, level)])


def _constant(pieces: list[tuple[float, float]]) -> Rates:
    """Rates (requests/s) that hold from their times (s) on."""
    starts = np.array([round(time * 1e9) for time, _ in pieces], dtype=np.int64)
    rates = np.array([rate for _, rate in pieces]) / 1e9
    return Rates(starts, rates, np.zeros(len(pieces)), 0)


def _straight(points: list[tuple[float, float]]) -> Rates:
    """Rates (requests/s) that move in a straight line from point to point; the last one holds."""
    held = _constant(points)
    slopes = np.zeros(len(points))
    slopes[:-1] = np.diff(held.rates) / np.diff(held.starts_ns)
    return held._replace(slopes=slopes)


def _cosines() -> list[float]:
    """cos(2πn / 96) for n = 0 … 96 by half-angles from cos(π/3) and Chebyshev's recurrence: the same bits everywhere."""
    first = 0.5
    for _ in range(4):  # π/3 → π/6 → π/12 → π/24 → π/48 = 2π/96
        first = math.sqrt((1.0 + first) / 2.0)
    cosines = [1.0, first]
    while len(cosines) < PIECES_PER_DAY + 1:
        cosines.append(2.0 * first * cosines[-1] - cosines[-2])
    return cosines


def _recorded(traffic: Traffic) -> Rates:
    """The recording's shape around the mean rate, repeated when it ends; its last interval is as long as the median one."""
    times = np.array([time for time, _ in traffic.recording])
    counts = np.array([count for _, count in traffic.recording])
    lengths = np.append(np.diff(times), np.median(np.diff(times)))
    shape = (counts / lengths) * (lengths.sum() / counts.sum())
    starts = np.rint((times - times[0]) / traffic.recording_speed * 1e9).astype(np.int64)
    period = round(float(lengths.sum()) / traffic.recording_speed * 1e9)
    kept = np.append(np.diff(starts) > 0, True)  # at a very high speed an interval can vanish
    return Rates(starts[kept], (shape * traffic.rate / 1e9)[kept], np.zeros(int(kept.sum())), max(period, int(starts[-1]) + 1))


@jitable
def piece_at(starts_ns, time_ns):
    """The piece that holds at a time."""
    low, high = 0, len(starts_ns)
    while high - low > 1:
        middle = (low + high) // 2
        if starts_ns[middle] <= time_ns:
            low = middle
        else:
            high = middle
    return low


@jitable
def arrival_after(starts_ns, rates, slopes, period_ns, now_ns, units):
    """When so many units of operational time have passed since now, in ns; NEVER if the rate ends before."""
    if units <= 0.0:  # nothing is left of the gap, whatever the rate is now
        return now_ns
    pieces = len(starts_ns)
    base = now_ns // period_ns * period_ns if period_ns else 0
    time = now_ns - base
    piece = piece_at(starts_ns, time)
    while True:
        rate = rates[piece] + slopes[piece] * (time - starts_ns[piece])
        last = piece == pieces - 1
        if last and not period_ns:
            if rate <= 0.0 or units / rate > 1e17:
                return NEVER
            return base + time + int(units / rate + 0.5)
        end = period_ns if last else starts_ns[piece + 1]
        length = end - time
        area = (rate + 0.5 * slopes[piece] * length) * length
        if area >= units:
            step = 2.0 * units / (rate + math.sqrt(max(rate * rate + 2.0 * slopes[piece] * units, 0.0)))
            return base + time + int(min(step, length * 1.0) + 0.5)
        units -= area
        time = end
        piece += 1
        if last:
            base += period_ns
            time = 0
            piece = 0
        if base > NEVER // 4:
            return NEVER


@jitable
def units_between(starts_ns, rates, slopes, period_ns, from_ns, to_ns):
    """The integral of the rate between two times: how much of a gap has passed."""
    pieces = len(starts_ns)
    base = from_ns // period_ns * period_ns if period_ns else 0
    time = from_ns - base
    piece = piece_at(starts_ns, time)
    units = 0.0
    while True:
        last = piece == pieces - 1
        rate = rates[piece] + slopes[piece] * (time - starts_ns[piece])
        end = to_ns - base
        if not last:
            end = min(end, starts_ns[piece + 1])
        elif period_ns:
            end = min(end, period_ns)
        length = end - time
        units += (rate + 0.5 * slopes[piece] * length) * length
        if base + end >= to_ns:
            return units
        time = end
        piece += 1
        if last:
            base += period_ns
            time = 0
            piece = 0
