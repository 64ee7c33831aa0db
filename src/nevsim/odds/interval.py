"""How far a share of hits may be off for the luck of the draw: 95 % intervals; no play.

E. B. Wilson, JASA 22 (1927) 209; C. J. Clopper and E. S. Pearson, Biometrika 26 (1934) 404; compared by R. G. Newcombe,
Statistics in Medicine 17 (1998) 857. Over replicates: Student, Biometrika 6 (1908) 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from scipy.special import betaincinv, ndtri, stdtrit

from nevsim.arrays import Counts

LEVEL = 0.95
"""How often the interval covers the true odds."""
ENOUGH = 10
"""Hits and misses from which on Wilson's interval is used: near 0 and 1 it covers too little."""


@dataclass(frozen=True)
class Odds:
    """A share of hits with its 95 % interval for sampling error: all in [0, 1]."""

    hits: int
    runs: int
    low: float
    high: float

    @property
    def odds(self) -> float:
        """Hits over runs."""
        return self.hits / self.runs

    @property
    def half_width(self) -> float:
        """Half of the interval's length."""
        return (self.high - self.low) / 2


def wilson(hits: int, runs: int, level: float = LEVEL) -> tuple[float, float]:
    """Return Wilson's score interval, without continuity correction.

    >>> [round(bound, 4) for bound in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    z = float(ndtri((1 + level) / 2))
    share = hits / runs
    centre = (share + z * z / (2 * runs)) / (1 + z * z / runs)
    reach = z * sqrt(share * (1 - share) / runs + z * z / (4 * runs * runs)) / (1 + z * z / runs)
    return max(centre - reach, 0.0), min(centre + reach, 1.0)


def clopper_pearson(hits: int, runs: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the exact interval: it covers at least ``level`` for every true share.

    >>> [round(bound, 4) for bound in clopper_pearson(0, 20)]
    [0.0, 0.1684]
    """
    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else float(betaincinv(hits, runs - hits + 1, tail))
    high = 1.0 if hits == runs else float(betaincinv(hits + 1, runs - hits, 1 - tail))
    return low, high


def student(hits: Counts, runs: int, level: float = LEVEL) -> tuple[float, float]:
    """Return Student's interval over replicates: ``hits`` (b) of each, of ``runs`` replications.

    Cut to [0, 1]. It tells how far the replicates differ, so it is nothing where they all agree.

    >>> import numpy as np
    >>> [round(bound, 4) for bound in student(np.array([500, 520, 540]), 1_000)]
    [0.4703, 0.5697]
    """
    shares = hits / runs
    reach = float(stdtrit(len(hits) - 1, (1 + level) / 2)) * float(shares.std(ddof=1)) / sqrt(len(hits))
    centre = float(shares.mean())
    return max(centre - reach, 0.0), min(centre + reach, 1.0)


def odds_over(hits: Counts, runs: int) -> Odds:
    """Return the odds of replicates with ``hits`` (b) each, of ``runs`` in all: independent runs are a single one.

    Student's interval over several replicates; Clopper-Pearson's on all runs where the replicates agree.
    """
    total = int(hits.sum())
    if len(hits) == 1:
        return odds_of(total, runs)
    if (hits == hits[0]).all():
        return Odds(total, runs, *clopper_pearson(total, runs))
    return Odds(total, runs, *student(hits, runs // len(hits)))


def odds_of(hits: int, runs: int) -> Odds:
    """Return the odds of independent runs: Wilson where hits and misses are 10 or more, else Clopper-Pearson."""
    method = wilson if min(hits, runs - hits) >= ENOUGH else clopper_pearson
    return Odds(hits, runs, *method(hits, runs))
