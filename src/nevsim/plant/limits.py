"""What a supply or a market leaves of the volume of its phases, month by month; no growth and no chance."""

from __future__ import annotations

import numpy as np

from nevsim.arrays import Bools, Floats


def shares_left(volume: Floats, limits: Floats, weights: Floats) -> Floats:
    """Return the share of the volume that the limits leave, shape (n, p, t).

    ``volume`` (n, p, t) vehicles a month, ``limits`` (n, m, t) units a month, ``weights`` (n, m, p) units a vehicle:
    what it uses of a supply, or 1 in a market. Each phase gets the smallest of min(1, limit / need of all) over the
    limits on it; a limit that nobody needs leaves 1. One pass: what a phase leaves is not shared out again.
    """
    share = np.ones_like(volume)
    for number in range(limits.shape[1]):
        weight = weights[:, number]
        left = share_of(limits[:, number], need_of(volume, weight))
        for phase in np.flatnonzero(weight.any(axis=0)):
            limited = np.where(weight[:, phase, None] > 0, left, 1.0)
            share[:, phase] = np.minimum(share[:, phase], limited)
    return share


def share_of(limit: Floats, need: Floats) -> Floats:
    """Return min(1, limit / need) elementwise, 1 where nothing is needed."""
    return np.divide(limit, need, out=np.ones_like(need), where=need > limit)


def need_of(volume: Floats, weight: Floats) -> Floats:
    """Return what all phases together need of one limit, (n, t), from volume (n, p, t) and weight (n, p)."""
    total = np.zeros((volume.shape[0], volume.shape[2]))
    for phase in np.flatnonzero(weight.any(axis=0)):
        total += weight[:, phase, None] * volume[:, phase]
    return total


def sum_over(volume: Floats, inside: Bools) -> Floats:
    """Return the sum over the phases inside, in the order of the file: (n, p, t) to (n, t)."""
    total = np.zeros((volume.shape[0], volume.shape[2]))
    for phase in np.flatnonzero(inside):
        total += volume[:, phase]
    return total
