"""What a prediction is: a metric's value from a formula, or the assumption of the formula that fails.

Knows no system and no formula.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Prediction:
    """A metric by its name in the summary, with the value that a formula gives, or none and why."""

    metric: str
    formula: str
    source: str
    value: float | None = None
    failing: str = ""
    """The assumption that fails, in one sentence; "" where the formula fits."""
    approximate: str = ""
    """Why the value is close but not exact; "" where it is exact."""
