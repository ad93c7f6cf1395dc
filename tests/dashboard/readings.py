"""What a reading holds besides servers and database nodes, for tests of pages that do not show it."""

import numpy as np

from engine.log import COUNTED_OF_COHORT, COUNTED_OF_REGION
from engine.reading import STORE_FIELDS, STORES
from engine.workload.tables import REGIONS

NOTHING_ELSE = {
    "cohorts": np.zeros((1, len(COUNTED_OF_COHORT)), np.int64),
    "regions": np.zeros((len(REGIONS), len(COUNTED_OF_REGION)), np.int64),
    "stores": np.zeros((STORES, len(STORE_FIELDS)), np.int64),
}
