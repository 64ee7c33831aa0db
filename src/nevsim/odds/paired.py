"""How far two odds differ on common draws, with a 95 % interval from the pairs of their hits; no play.

Pairs differ less by luck than two runs on draws of their own: what hits or misses in both takes no part. R. G.
Newcombe, Improved confidence intervals for the difference between binomial proportions based on paired data,
Statistics in Medicine 17 (1998) 2635, method 10: Wilson's limits, squared and added, with the correlation of the two.

Where about two pairs are to differ of however many, and all in one direction, the interval covers as little as 86 %:
there it is some two runs wide and says that next to nothing differs. Elsewhere it covers 95 % nearly.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

import numpy as np

from nevsim.arrays import Bools
from nevsim.odds.interval import wilson

PIECE = 2**20
"""Replications that are compared at once."""


@dataclass(frozen=True)
class Difference:
    """The first odds less the second, with its 95 % interval for sampling error: all in [-1, 1]."""

    value: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """Whether the interval leaves out nought."""
        return self.low > 0 or self.high < 0


class Pairs(NamedTuple):
    """In how many replications both hit, only the first, only the second, and neither; counts of parts add up."""

    both: int
    first: int
    second: int
    neither: int


def paired_counts(first: Bools, second: Bools) -> Pairs:
    """Count the pairs of hits (n,) and hits (n,) of the same replications, in flat memory.

    Raises ValueError where the two have not as many replications.

    >>> import numpy as np
    >>> paired_counts(np.array([True, True, False, True]), np.array([True, False, False, True]))
    Pairs(both=2, first=1, second=0, neither=1)
    """
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError(
            f"hits of shapes {first.shape} and {second.shape}: two rows of as many replications are wanted"
        )
    pieces = (slice(start, start + PIECE) for start in range(0, len(first), PIECE))
    both = sum(int(np.count_nonzero(first[piece] & second[piece])) for piece in pieces)
    return _pairs(both, int(np.count_nonzero(first)), int(np.count_nonzero(second)), len(first))


def _pairs(both: int, first: int, second: int, runs: int) -> Pairs:
    """Return the pairs where each of the two hits so often, and both together."""
    return Pairs(both, first - both, second - both, runs - first - second + both)


def difference_of(both: int, first: int, second: int, neither: int) -> Difference:
    """Return by how much the first of two odds is above the second, over independent replications of both.

    Its ends, with p and q the two odds and their Wilson limits l, u: p - q less the root of (p - l_p)^2 -
    2 phi (p - l_p) (u_q - q) + (u_q - q)^2, and likewise above. phi is the correlation of the hits, 0 where one of the
    two always or never hits; the numerator of a positive one is less by half of the runs, for continuity. Raises
    ValueError for counts below 0, or none at all.

    >>> found = difference_of(36, 12, 2, 0)
    >>> round(found.value, 4), round(found.low, 4), round(found.high, 4)
    (0.2, 0.0569, 0.3404)
    """
    counts = Pairs(*map(int, (both, first, second, neither)))  # the product of four margins leaves 64 bits
    runs = sum(counts)
    if min(counts) < 0 or not runs:
        raise ValueError(f"{tuple(counts)} counts no pairs: four numbers from 0 on are wanted, not all 0")
    hits = (counts.both + counts.first, counts.both + counts.second)
    (below, above), (other_below, other_above) = (_reaches(count, runs) for count in hits)
    phi = _correlation(counts)
    value = (counts.first - counts.second) / runs
    return Difference(
        value,
        max(value - _added(below, other_above, phi), -1.0),
        min(value + _added(above, other_below, phi), 1.0),
    )


def _reaches(hits: int, runs: int) -> tuple[float, float]:
    """Return how far Wilson's limits lie below and above the odds."""
    low, high = wilson(hits, runs)
    return hits / runs - low, high - hits / runs


def _added(one: float, other: float, phi: float) -> float:
    return sqrt(max(one * one + other * other - 2 * phi * (one * other), 0.0))


def _correlation(counts: Pairs) -> float:
    """Return the correlation of the hits of the two, corrected for continuity where it is positive."""
    both, first, second, neither = counts
    margins = (both + first) * (second + neither) * (both + second) * (first + neither)
    if not margins:
        return 0.0
    excess: float = both * neither - first * second
    if excess > 0:
        excess = max(2 * excess - sum(counts), 0) / 2
    return excess / sqrt(margins)
