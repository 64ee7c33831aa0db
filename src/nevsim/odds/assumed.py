"""Probabilities that the odds of a target merely repeat, since the scenario states them; nothing is counted."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

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
    from scipy.stats import multivariate_normal

    covariance = [[1.0, -correlation], [-correlation, 1.0]]
    both = multivariate_normal(cov=covariance, allow_singular=True).cdf(ndtri([low, high]))
    return float(both)
