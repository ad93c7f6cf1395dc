"""The checks that every formula makes on what it is given; each error says what is allowed.

Knows no formula.
"""

import math


def positive(**values: float) -> None:
    """Refuse values that are not finite numbers above 0."""
    for name, value in values.items():
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"{name} is {value}; give a finite number above 0")


def at_least_zero(**values: float) -> None:
    """Refuse values that are not finite numbers from 0 on."""
    for name, value in values.items():
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(f"{name} is {value}; give a finite number, 0 or more")


def whole(least: int = 1, **values: int) -> None:
    """Refuse values that are not whole numbers from `least` on."""
    for name, value in values.items():
        if value != int(value) or value < least:
            raise ValueError(f"{name} is {value}; give a whole number, {least} or more")


def share(**values: float) -> None:
    """Refuse values outside [0, 1]."""
    for name, value in values.items():
        if not 0 <= value <= 1:
            raise ValueError(f"{name} is {value}; give a share from 0 to 1")


def stable(utilisation: float) -> None:
    """Refuse a utilisation of 1 or more: the queue would grow without end."""
    if not utilisation < 1:
        raise ValueError(
            f"the utilisation is {utilisation:.6g}, so the queue grows without end; lower the arrival rate or the service "
            f"time, or add workers, until it is below 1"
        )
