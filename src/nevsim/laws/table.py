"""A law's quantile function as flat arrays that a compiled loop reads; no loop and no drawing.

W. Hoermann and J. Leydold, Continuous random variate generation by fast numerical inversion, ACM TOMACS 13 (2003) 347:
polynomials in cells that are halved until the error is small. Here the cells are uniform within octaves of the distance
v = min(u, 1 - u) from the nearer end, so that both tails are as exact as the middle, down to the last u; and cells end
exactly where the law bends or jumps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nevsim.arrays import Counts, Floats
from nevsim.laws.cells import rows_of
from nevsim.laws.knots import last
from nevsim.laws.law import Law


@dataclass(frozen=True, eq=False)
class Table:
    """What Q(u) is read from, by cells or, where the law is made of atoms alone, by steps.

    ``rows`` (rows, 8) the cells, none for a discrete law (``nevsim.laws.cells`` says what is in them); ``shares`` (k,)
    the largest u that gives each of ``values`` (k,), ascending, the last 1; ``guide`` (2^b + 1,) how many shares lie
    below each multiple of 2^-b; ``low`` and ``high`` what Q never leaves, in the law's unit; ``error`` the largest
    deviation that was measured, as a share of max(P90 - P10, abs(Q)).
    """

    rows: Floats
    shares: Floats
    values: Floats
    guide: Counts
    low: float
    high: float
    error: float


@lru_cache(maxsize=256)
def table_of(law: Law) -> Table:
    """Return the table of a law, for every float u from 2^-53 to 1 - 2^-53.

    A discrete law is met bit for bit, and so is every atom. Elsewhere the table deviates from ``law.quantile`` by at
    most 1e-9 (``polynomials.TOLERANCE``) of max(P90 - P10, abs(Q)), plus what the law's own rounding hides: as much as
    Q moves when u moves by four steps of float64 and four of the law's ``grain``. Q falls nowhere by more than that.
    The deviation is measured at five points of each cell, to half of the bound, and not proved between them. Building
    asks the law for some 10,000 quantiles or more: a millisecond or two, 10 ms where Q is an inverse beta function, and
    50 to 200 ms for a mixture of continuous laws that overlap.

    >>> from nevsim.laws import Choice, Lognormal
    >>> table_of(Choice((1, 4), (3, 1))).shares.tolist()
    [0.75, 1.0]
    >>> table_of(Lognormal(1, 0.8)).error < 1e-8
    True
    """
    if law.is_discrete:
        table = _steps(law)
    else:
        rows, error = rows_of(law)
        nothing = np.empty(0)
        table = Table(rows, nothing, nothing, np.zeros(0, dtype=np.int64), *law.support, error)
    for array in (table.rows, table.shares, table.values, table.guide):
        array.flags.writeable = False
    return table


def _steps(law: Law) -> Table:
    """Return the table of a discrete law: guided search, H.-C. Chen and Y. Asau, AIIE Transactions 6 (1974) 163."""
    values = np.array(sorted(value for value, _ in law.atoms))
    shares = last(law, values, law.cdf(values))
    shares[-1] = 1.0
    grid = np.linspace(0.0, 1.0, max(64, 2 ** (values.size - 1).bit_length()) + 1)
    guide = np.minimum(np.searchsorted(shares, grid, side="left"), values.size - 1).astype(np.int64)
    return Table(np.empty((0, 8)), shares, values, guide, *law.support, 0.0)
