"""Figures: numbers as they go to the browser, with no more digits than chance leaves. Knows nothing of what they mean."""

from typing import Any


def rounded(value: float | None) -> float | None:
    """Six figures."""
    return None if value is None else float(f"{value:.6g}")


def numbers(summary: dict[str, Any], intervals: dict[str, Any], names: tuple[str, ...]) -> dict[str, list[float | None]]:
    """Each metric as [value, low, high], the last two None where there is no interval."""
    return {name: [rounded(value) for value in (summary[name], *intervals.get(name, (None, None)))] for name in names}
