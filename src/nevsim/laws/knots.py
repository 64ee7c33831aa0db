"""The probabilities at which a quantile function bends or jumps, exact to the last bit; no interpolation."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from nevsim.arrays import Floats
from nevsim.laws.affine import Affine
from nevsim.laws.bounded import Triangular
from nevsim.laws.law import BELOW_ONE, Law
from nevsim.laws.mixture import Mixture
from nevsim.laws.piecewise import Piecewise
from nevsim.laws.truncation import Truncated

ABOVE_ZERO = 2.0**-53
"""The smallest u that is ever drawn."""

Ranks = NDArray[np.int64]


def knots(law: Law) -> set[float]:
    """Return the finite values at which the distribution function of a law may not be smooth."""
    ends = {value for value in (*law.support, *(value for value, _ in law.atoms)) if math.isfinite(value)}
    if isinstance(law, Triangular):
        ends.add(law.mode)
    elif isinstance(law, Piecewise):
        ends.update(value for _, value in law.points)
    elif isinstance(law, Affine):
        ends.update(law.shift + law.scale * value for value in knots(law.law))
    elif isinstance(law, Truncated):
        ends.update(value for value in knots(law.law) if law.low <= value <= law.high)
    elif isinstance(law, Mixture):
        ends.update(*(knots(part) for weight, part in zip(law.weights, law.laws, strict=True) if weight > 0))
    return ends


def cuts(law: Law) -> Floats:
    """Return, ascending, the u after which a piece of the quantile function ends, strictly between 0 and 1.

    Such a u is the last before the law reaches a knot, or the last at which it still is at an atom.
    """
    reached = np.array(sorted(knots(law)))
    atoms = np.array([value for value, _ in law.atoms])
    found = np.concatenate(
        [
            last(law, np.nextafter(reached, -np.inf), law.below(reached)),
            last(law, atoms, law.cdf(atoms)),
        ]
    )
    return np.unique(found[(found >= ABOVE_ZERO) & (found < BELOW_ONE)])


def last(law: Law, x: Floats, guess: Floats) -> Floats:
    """Return, for each x, the largest float u at which the law's quantile is at most x, 0 where there is none.

    ``guess`` is where to begin to search, P(X <= x) up to rounding: a few evaluations when it is near.
    """
    first, beyond = (int(np.float64(u).view(np.int64)) for u in (ABOVE_ZERO, 1.0))
    low, high = np.full(x.size, first - 1), np.full(x.size, beyond)
    probe = np.clip(guess, ABOVE_ZERO, BELOW_ONE).view(np.int64)
    step = 1
    todo = np.arange(x.size)
    while todo.size:
        is_low = law.quantile(probe[todo].view(np.float64)) <= x[todo]
        low[todo[is_low]], high[todo[~is_low]] = probe[todo[is_low]], probe[todo[~is_low]]
        todo = todo[high[todo] - low[todo] > 1]
        middle = (low + high) >> 1
        upwards, downwards = np.minimum(low + step, beyond - 1), np.maximum(high - step, first)
        probe = np.where(high == beyond, upwards, np.where(low == first - 1, downwards, middle))
        step = min(4 * step, 2**60)
    return np.where(low < first, 0.0, low.view(np.float64))


def grain(law: Law) -> float:
    """Return the width in u of the steps that rounding makes in a quantile function, beyond those of u itself.

    Given that X lies deep in an upper tail, the probabilities just below 1 are all that tells its values apart. The
    distribution function of a mixture is a sum, and rounded.
    """
    if isinstance(law, Affine):
        return grain(law.law)
    if isinstance(law, Mixture):
        parts = math.fsum(weight * grain(part) for weight, part in zip(law.weights, law.laws, strict=True))
        return ABOVE_ZERO + parts
    if isinstance(law, Truncated):
        before, upto = float(law.law.below(law.low)), float(law.law.cdf(law.high))
        own = float(np.spacing(upto)) if before > 0 else 0.0
        return (own + grain(law.law)) / (upto - before)
    return 0.0
