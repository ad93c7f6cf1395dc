"""Readings for tests of pages: what one holds besides servers and database nodes, and the windows that end with a slice's rows."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from dashboard.window import Windows, cuts_of
from engine.log import COUNTED_OF_COHORT, COUNTED_OF_REGION
from engine.reading import STORE_FIELDS, STORES, Reading
from engine.workload.tables import REGIONS

NOTHING_ELSE = {
    "cohorts": np.zeros((1, len(COUNTED_OF_COHORT)), np.int64),
    "regions": np.zeros((len(REGIONS), len(COUNTED_OF_REGION)), np.int64),
    "stores": np.zeros((STORES, len(STORE_FIELDS)), np.int64),
}


def windows_of(result: Any, window_s: float, before: Iterable[Reading] = ()) -> Windows:
    """The windows at the ends of a slice's rows; `before` are readings of the time before it."""
    return Windows(cuts_of([*before, *result.readings]), [one.time_ns for one in result.readings[1:]], window_s)
