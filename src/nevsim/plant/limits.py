"""What a market leaves of the volume of its phases, month by month; no growth and no chance."""

from __future__ import annotations

import numpy as np

from nevsim.arrays import Bools, Floats


def shares_sold(supplied: Floats, limits: Floats, members: Bools) -> Floats:
    """Return the share of the supplied volume that is sold, shape (n, p, t).

    ``supplied`` (n, p, t) vehicles a month, ``limits`` (n, m, t) vehicles a month, ``members`` (m, p). Each phase gets
    the smallest of min(1, limit / supplied by all members) over its markets; a market that nobody supplies leaves 1.
    One pass: what a phase leaves is not shared out again.
    """
    share = np.ones_like(supplied)
    for market, inside in enumerate(members):
        offered = sum_over(supplied, inside)
        limit = limits[:, market]
        left = np.divide(limit, offered, out=np.ones_like(offered), where=offered > limit)
        share[:, inside] = np.minimum(share[:, inside], left[:, None, :])
    return share


def sum_over(volume: Floats, inside: Bools) -> Floats:
    """Return the sum over the phases inside, in the order of the file: (n, p, t) to (n, t)."""
    total = np.zeros((volume.shape[0], volume.shape[2]))
    for phase in np.flatnonzero(inside):
        total += volume[:, phase]
    return total
