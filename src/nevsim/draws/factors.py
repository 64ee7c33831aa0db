"""Common causes: uniforms tied to one another by a Gaussian copula with factors; no laws and no addresses.

R. B. Nelsen, An Introduction to Copulas (2006); one common factor: O. Vasicek, Loan portfolio value, Risk (2002). The
score of a quantity is the sum of its loads times the scores of the factors, and of a part of its own that makes up the
rest of its variance, so that it stays standard normal: two quantities correlate, in scores, by the sum over the factors
of the products of their loads.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from nevsim.arrays import Floats

LEAST = 2.0**-53
"""No uniform comes nearer to 0 or 1."""


def tied(chances: Floats, factors: Floats, loads: Floats) -> Floats:
    """Return uniforms (q, n) with the factors (f, n) in them; ``loads`` (q, f), their squares at most 1 in a row.

    A row without a load comes back as it was, bit for bit.
    """
    if not loads.any():
        return chances
    scores = ndtri(factors)
    found = chances.copy()
    for row in np.flatnonzero(loads.any(axis=1)):
        own = np.sqrt(max(1.0 - float((loads[row] ** 2).sum()), 0.0))
        score = own * ndtri(chances[row])
        for load, factor in zip(loads[row], scores, strict=True):
            score += load * factor
        found[row] = np.clip(ndtr(score), LEAST, 1.0 - LEAST)
    return found
