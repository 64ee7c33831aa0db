"""Names of the arrays and their axes; no arithmetic.

Axes have letters everywhere: ``n`` replication, ``t`` month, ``p`` phase, ``s`` stage, ``m`` market, ``k`` target.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Minutes = NDArray[np.int64]
Counts = NDArray[np.int64]
Bools = NDArray[np.bool_]

BEYOND = np.iinfo(np.int64).max - 1
"""The minute of what would come after the end of the play."""

CANCELLED = np.iinfo(np.int64).max
"""The minute of what never comes."""
