"""What is left of the rate while hazards are active; no chance and no clock."""

from __future__ import annotations

from collections.abc import Iterable


def rate_left(severities: Iterable[float]) -> float:
    """Return the product of (1 - severity), a share: hazards active at once multiply what is left.

    >>> rate_left([0.5, 0.5])
    0.25
    """
    left = 1.0
    for severity in severities:
        left *= 1.0 - severity
    return left
