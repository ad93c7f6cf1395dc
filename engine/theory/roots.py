"""Roots of functions of one number, by bisection: slow, and never wrong by more than the last digits.

Knows no formula.
"""

from collections.abc import Callable


def falling_root(function: Callable[[float], float], low: float = 0.0, high: float | None = None) -> float:
    """The place from `low` on where a falling function crosses 0; `low` if it is below 0 from the start."""
    if function(low) <= 0:
        return low
    if high is None:
        high = 2 * low + 1e-9
        while function(high) > 0:
            low, high = high, 2 * high
            if high > 1e300:
                raise ValueError("the function does not reach 0; give parameters for which it falls below 0")
    for _ in range(2_000):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if function(middle) > 0 else (low, middle)
    return (low + high) / 2
