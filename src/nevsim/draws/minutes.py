"""The one place where a drawn time becomes whole minutes."""

from __future__ import annotations

import numpy as np

from nevsim.arrays import Floats


def minutes_of(values: Floats, unit: int, most: int) -> Floats:
    """Return value x unit in minutes, rounded half to even and saturating at ``most``, as whole floats.

    >>> minutes_of(np.array([0.5, 1.5]) / 1440, 1440, 100)
    array([0., 2.])
    """
    rounded: Floats = np.rint(np.minimum(values * unit, float(most)))
    return rounded
