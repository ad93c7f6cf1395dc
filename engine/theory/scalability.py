"""Laws that hold for any system, and the Universal Scalability Law: its value, its peak, and its fit to measurements.

Knows nothing of a `System`.
"""

import math
from collections.abc import Sequence

import numpy as np

from engine.theory.guard import at_least_zero, positive, share, whole


def little_in_system(throughput: float, response_s: float) -> float:
    """Mean number present: L = lambda W, of whatever lies between two points. Little (1961)."""
    at_least_zero(throughput=throughput, response_s=response_s)
    return throughput * response_s


def utilisation_law(throughput: float, service_s: float, workers: int = 1) -> float:
    """Mean share of the workers that are busy: throughput x service time / workers. Denning & Buzen (1978)."""
    at_least_zero(throughput=throughput, service_s=service_s)
    whole(workers=workers)
    return throughput * service_s / workers


def usl_speedup(size: float, contention: float, coherency: float) -> float:
    """Throughput at `size` / throughput at 1: N / (1 + s (N - 1) + k N (N - 1)).

    Gunther, Guerrilla Capacity Planning (2007), equation 4.1.
    """
    positive(size=size)
    at_least_zero(contention=contention, coherency=coherency)
    return size / (1 + contention * (size - 1) + coherency * size * (size - 1))


def usl_peak_size(contention: float, coherency: float) -> float:
    """The size of the largest throughput: sqrt((1 - s) / k); infinite without coherency cost. Gunther (2007), eq. 4.33."""
    at_least_zero(coherency=coherency)
    share(contention=contention)
    return math.sqrt((1 - contention) / coherency) if coherency > 0 else math.inf


def amdahl_limit(contention: float) -> float:
    """The largest speedup with this share of serial work: 1 / s. Amdahl (1967)."""
    share(contention=contention)
    return 1 / contention if contention > 0 else math.inf


def usl_fit_transformed(sizes: Sequence[float], throughputs: Sequence[float]) -> tuple[float, float]:
    """Contention and coherency by Gunther's regression: N / C - 1 against N - 1, a parabola through the origin.

    The first pair must be that of size 1. Gunther (2007), section 5.2.
    """
    size, speedup = _measurements(sizes, throughputs)
    if size[0] != 1:
        raise ValueError(f"the first size is {size[0]:g}; give the throughput at size 1 first")
    above = size - 1
    bend, slope = np.linalg.lstsq(np.stack([above**2, above], axis=1), size / (speedup / speedup[0]) - 1, rcond=None)[0]
    return float(slope - bend), float(bend)


def usl_fit(sizes: Sequence[float], throughputs: Sequence[float], at_one: float | None = None) -> tuple[float, float, float]:
    """Contention, coherency and throughput at size 1 by least squares of the throughputs; `at_one` fixes the last of them.

    Gauss-Newton steps, halved until they improve, from the regression of N / X on 1, N - 1 and N (N - 1).
    """
    size, measured = _measurements(sizes, throughputs)
    columns = np.stack([np.ones_like(size), size - 1, size * (size - 1)], axis=1)
    first = np.linalg.lstsq(columns, size / measured, rcond=None)[0]
    gain = at_one or 1 / first[0]
    values = np.array([max(0.0, first[1] * gain), max(0.0, first[2] * gain), gain])

    def error(tried: np.ndarray) -> np.ndarray:
        return measured - tried[2] * size / (1 + tried[0] * columns[:, 1] + tried[1] * columns[:, 2])

    for _ in range(200):
        below = 1 + values[0] * columns[:, 1] + values[1] * columns[:, 2]
        slopes = np.stack(
            [-values[2] * size * columns[:, 1] / below**2, -values[2] * size * columns[:, 2] / below**2, size / below], axis=1
        )
        free = slice(0, 2 if at_one else 3)
        step = np.zeros(3)
        scale = np.maximum(np.abs(values[free]), 1e-9)
        step[free] = scale * np.linalg.lstsq(slopes[:, free] * scale, error(values), rcond=None)[0]
        while np.sum(error(values + step) ** 2) > np.sum(error(values) ** 2) and np.abs(step).max() > 1e-300:
            step /= 2
        values = values + step
        if np.all(np.abs(step) <= 1e-13 * np.abs(values)):
            break
    return float(values[0]), float(values[1]), float(values[2])


def _measurements(sizes: Sequence[float], throughputs: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    size, measured = np.asarray(sizes, dtype=float), np.asarray(throughputs, dtype=float)
    if size.shape != measured.shape or len(size) < 3 or not ((size > 0).all() and (measured > 0).all()):
        raise ValueError("give at least three pairs of a size and a throughput, all above 0")
    return size, measured
