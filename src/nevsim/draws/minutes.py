"""The one place where a drawn time becomes whole minutes."""

from __future__ import annotations

from nevsim.compiled import inlined

_WHOLE = 1.5 * 2.0**52
"""A sum with it has no bits left for a fraction, and rounds half to even."""


@inlined
def minutes_of(value: float, unit: float, most: float) -> float:
    """Return value x unit in minutes, rounded half to even and saturating at ``most`` (below 2^51), as a whole float.

    >>> minutes_of(0.5 / 1440, 1440, 100), minutes_of(1.5 / 1440, 1440, 100), minutes_of(9.0, 1440, 100)
    (0.0, 2.0, 100.0)
    """
    return (min(value * unit, most) + _WHOLE) - _WHOLE
