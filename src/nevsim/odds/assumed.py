"""Probabilities that the odds of a target merely repeat, since the scenario states them; nothing is counted."""

from __future__ import annotations

from math import asin, copysign, inf, pi, sqrt

import numpy as np
from scipy.special import ndtr, ndtri, owens_t

from nevsim.clock import MONTH
from nevsim.draws.catalogue import Catalogue


def stated_probability(names: Catalogue, number: int) -> float | None:
    """Return the probability that a target's odds repeat as they were stated, or None where they are found.

    That is so for the start of a single phase with a slip: P(realised and slip within the time that is left), which is
    the product of the two but for the factors that tie them.
    """
    plan, target = names.plan, names.plan.targets[number]
    phases = np.flatnonzero(target.inside)
    if target.measure != "start" or len(phases) != 1 or plan.strands[int(phases[0])]:
        return None
    phase = int(phases[0])
    slip = names.quantities[names.fields["slip"][phase]]
    realised = names.quantities[names.fields["realised"][phase]]
    left = (target.at - int(plan.announced[phase]) + 0.5) / (slip.minutes or MONTH)
    in_time = float(slip.law.cdf(np.array([left]))[0])
    return _both(in_time, realised.law.mean, names.correlation(slip.address, realised.address))


def _both(low: float, high: float, correlation: float) -> float:
    """Return the probability that one quantity is in its lowest part and another in its highest, Gaussian copula."""
    if correlation == 0 or not (0 < low < 1 and 0 < high < 1):
        return low * high
    return _orthant(float(ndtri(low)), float(ndtri(high)), -correlation)


def _orthant(h: float, k: float, correlation: float) -> float:
    """Return P(X <= h, Y <= k) of two standard normal quantities, |correlation| <= 1.

    By Owen's T function: D. B. Owen, Annals of Mathematical Statistics 27 (1956) 1075, equation 2.1.
    """
    if 1.0 - abs(correlation) < 1e-12:
        return float(min(ndtr(h), ndtr(k)) if correlation > 0 else max(ndtr(h) + ndtr(k) - 1.0, 0.0))
    if h == 0.0 and k == 0.0:
        return 0.25 + asin(correlation) / (2 * pi)
    root = sqrt(1.0 - correlation * correlation)
    parts = 0.5 * (ndtr(h) + ndtr(k))
    for one, other in ((h, k), (k, h)):
        slope = (other / one - correlation) / root if one else copysign(inf, other)
        parts -= owens_t(one, slope)
    apart = h * k < 0 or (h * k == 0 and h + k < 0)
    return float(parts - 0.5 if apart else parts)
