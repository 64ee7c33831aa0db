"""Laws from what people state: percentiles, a mode, or moments. Fitting to data is not done here.

Percentiles are given as ``{10: 2.0, 90: 18.0}``: "one in ten below 2, one in ten above 18".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import TypeVar

import numpy as np
from scipy import special

from nevsim.laws.bounded import Pert, Triangular, Uniform
from nevsim.laws.law import LawError, finite
from nevsim.laws.piecewise import Piecewise
from nevsim.laws.unbounded import LEAST_SHAPE, MOST_SHAPE, Exponential, Gamma, Lognormal, Normal, Weibull

Peaked = TypeVar("Peaked", Triangular, Pert)


def uniform_from(percentiles: Mapping[int, float]) -> Uniform:
    """Return the uniform law with two percentiles: its span is (x2 - x1) / (p2 - p1).

    >>> uniform_from({25: 2, 75: 6})
    Uniform(low=0.0, high=8.0)
    """
    (p1, x1), (p2, x2) = _points(percentiles, 2)
    span = (x2 - x1) / (p2 - p1)
    return Uniform(x1 - p1 * span, x2 + (1 - p2) * span)


def normal_from(percentiles: Mapping[int, float]) -> Normal:
    """Return the normal law with two percentiles: sd = (x2 - x1) / (z2 - z1).

    >>> normal_from({10: -3, 90: 3}).mean
    0.0
    """
    (p1, x1), (p2, x2) = _points(percentiles, 2)
    z1, z2 = float(special.ndtri(p1)), float(special.ndtri(p2))
    sd = (x2 - x1) / (z2 - z1)
    return Normal((x1 + x2) / 2 - sd * (z1 + z2) / 2, sd)


def lognormal_from(percentiles: Mapping[int, float]) -> Lognormal:
    """Return the lognormal law with two percentiles, both above 0: the normal law of their logarithms.

    >>> round(float(lognormal_from({10: 2, 90: 18}).quantile(0.5)), 12)
    6.0
    """
    points = _points(percentiles, 2)
    _check_above_zero(points)
    logs = normal_from({round(100 * p): math.log(x) for p, x in points})
    return Lognormal(logs.mean, logs.sd)


def weibull_of(shape: float, mean: float) -> Weibull:
    """Return the Weibull law with this shape and mean: scale = mean / Gamma(1 + 1 / shape).

    >>> round(weibull_of(shape=2, mean=5).mean, 12)
    5.0
    """
    _check_all_positive(shape=shape, mean=mean)
    return Weibull(shape, mean * math.exp(-float(special.gammaln(1 + 1 / shape))))


def weibull_from(percentiles: Mapping[int, float]) -> Weibull:
    """Return the Weibull law with two percentiles above 0: shape = log(E2 / E1) / log(x2 / x1), E = -log(1 - p).

    >>> weibull_from({10: 2, 90: 18}).quantile([0.1, 0.9]).round(9).tolist()
    [2.0, 18.0]
    """
    points = _points(percentiles, 2)
    _check_above_zero(points)
    (e1, x1), (e2, x2) = ((-math.log1p(-p), x) for p, x in points)
    shape = math.log(e2 / e1) / (math.log(x2) - math.log(x1))
    if shape < LEAST_SHAPE:
        raise LawError(f"{x1:g} and {x2:g} lie too far apart for a Weibull law: want other percentiles")
    return Weibull(shape, math.exp(math.log(x1) - math.log(e1) / shape))


def gamma_of(mean: float, sd: float) -> Gamma:
    """Return the gamma law with this mean and standard deviation: shape = (mean / sd)^2, scale = sd^2 / mean.

    >>> gamma_of(mean=6, sd=3)
    Gamma(shape=4.0, scale=1.5)
    """
    _check_all_positive(mean=mean, sd=sd)
    _check_spread(f"mean {mean:g} and sd {sd:g}", math.log(mean) - math.log(sd))
    return Gamma((mean / sd) ** 2, sd * (sd / mean))


def gamma_from(percentiles: Mapping[int, float]) -> Gamma:
    """Return the gamma law with two percentiles above 0; their ratio falls with the shape, so there is one.

    LawError where they lie so far apart, or so near, that no shape from 0.05 to 1e8 has their ratio.

    >>> gamma_from({10: 2, 90: 18}).quantile([0.1, 0.9]).round(9).tolist()
    [2.0, 18.0]
    """
    from scipy.optimize import brentq  # slow to import, and needed for percentiles only

    points = _points(percentiles, 2)
    _check_above_zero(points)
    (p1, x1), (p2, x2) = points
    wanted = math.log(x2) - math.log(x1)

    def excess(log_shape: float) -> float:
        y1, y2 = special.gammaincinv(math.exp(log_shape), [p1, p2])
        return math.log(y2) - math.log(y1) - wanted

    ends = math.log(LEAST_SHAPE), math.log(MOST_SHAPE)
    if not excess(ends[0]) >= 0 >= excess(ends[1]):
        apart = "far apart" if excess(ends[0]) < 0 else "near together"
        raise LawError(
            f"p{100 * p1:.0f} {x1:g} and p{100 * p2:.0f} {x2:g} lie too {apart} for a gamma law: want others"
        )
    shape = min(max(math.exp(brentq(excess, *ends, xtol=1e-15, rtol=1e-15)), LEAST_SHAPE), MOST_SHAPE)
    return Gamma(shape, x2 / float(special.gammaincinv(shape, p2)))


def quantiles_from(percentiles: Mapping[int, float], low: float, high: float) -> Piecewise:
    """Return the law drawn straight through percentiles, from low to high.

    >>> quantiles_from({50: 4}, low=0, high=20).mean
    7.0
    """
    if not percentiles:
        raise LawError("no percentile is given: want one or more, such as p50")
    inner = [(number / 100, value) for number, value in sorted(percentiles.items())]
    return Piecewise(((0.0, low), *inner, (1.0, high)))


def exponential_from(percentiles: Mapping[int, float]) -> Exponential:
    """Return the exponential law with one percentile, above 0: mean = -x / log(1 - p).

    >>> round(exponential_from({50: math.log(2)}).mean, 12)
    1.0
    """
    points = _points(percentiles, 1)
    _check_above_zero(points)
    ((p, x),) = points
    return Exponential(-x / math.log1p(-p))


def triangular_from(percentiles: Mapping[int, float], mode: float) -> Triangular:
    """Return the triangular law with this mode and two percentiles around it; there is exactly one.

    Reference: Kotz and van Dorp, Beyond Beta (2004), chapter 1.

    >>> law = triangular_from({10: 8, 90: 12}, mode=10)
    >>> law.quantile([0.1, 0.9]).round(9).tolist()
    [8.0, 12.0]
    """
    return _peaked(Triangular, percentiles, mode)


def pert_from(percentiles: Mapping[int, float], mode: float) -> Pert:
    """Return the Beta-PERT law with this mode and two percentiles around it.

    >>> law = pert_from({10: 8, 90: 12}, mode=10)
    >>> law.quantile([0.1, 0.9]).round(9).tolist()
    [8.0, 12.0]
    """
    return _peaked(Pert, percentiles, mode)


def lognormal_of(mean: float, sd: float) -> Lognormal:
    """Return the lognormal law with this mean and standard deviation: sigma^2 = log(1 + (sd / mean)^2).

    >>> round(lognormal_of(mean=5, sd=2).mean, 12)
    5.0
    """
    _check_all_positive(mean=mean, sd=sd)
    ratio = sd / mean
    variance = math.log1p(ratio**2) if ratio < 1e8 else 2 * (math.log(sd) - math.log(mean))
    return Lognormal(math.log(mean) - variance / 2, math.sqrt(variance))


def _peaked(family: type[Peaked], percentiles: Mapping[int, float], mode: float) -> Peaked:
    """Solve for c, where the mode lies between the bounds: (c - y1) / (y2 - y1) = (mode - x1) / (x2 - x1).

    y1 and y2 are the percentiles of the family on [0, 1] with mode c. The left side passes from below 0 to
    above 1.
    """
    from scipy.optimize import brentq  # slow to import, and needed for a stated mode only

    (p1, x1), (p2, x2) = _points(percentiles, 2)
    mode = finite("mode", mode)
    if not x1 <= mode <= x2:
        raise LawError(f"mode {mode:g} is not between the percentiles {x1:g} and {x2:g}: want it there")
    target = (mode - x1) / (x2 - x1)

    def unit(c: float) -> tuple[float, float]:
        y1, y2 = family(0.0, c, 1.0).quantile(np.array([p1, p2]))
        return float(y1), float(y2)

    def excess(c: float) -> float:
        y1, y2 = unit(c)
        return (c - y1) - target * (y2 - y1)

    c = float(brentq(excess, 0.0, 1.0, xtol=1e-15, rtol=1e-15))
    y1, y2 = unit(c)
    span = (x2 - x1) / (y2 - y1)
    return family(min(mode - c * span, mode), mode, max(mode + (1 - c) * span, mode))


def _points(percentiles: Mapping[int, float], count: int) -> list[tuple[float, float]]:
    """Return the points (share, value), ascending; LawError unless ``count`` of them rise."""
    if len(percentiles) != count:
        raise LawError(f"{len(percentiles)} percentiles are given: want {count}")
    for key in percentiles:
        if isinstance(key, bool) or not isinstance(key, int) or not 1 <= key <= 99:
            raise LawError(f"percentile {key!r} is refused: want a whole number from 1 to 99")
    points = [(key / 100, finite(f"p{key}", value)) for key, value in sorted(percentiles.items())]
    for (p1, x1), (p2, x2) in pairwise(points):
        if x1 >= x2:
            raise LawError(f"p{100 * p1:.0f} {x1:g} is not below p{100 * p2:.0f} {x2:g}: want rising values")
    return points


def _check_all_positive(**values: float) -> None:
    for name, value in values.items():
        if finite(name, value) <= 0:
            raise LawError(f"{name} is {value:g}: want {name} > 0")


def _check_spread(found: str, log_ratio: float) -> None:
    """LawError unless a mean is so many times its deviation, by logarithm, that a gamma law has it."""
    low, high = math.log(LEAST_SHAPE) / 2, math.log(MOST_SHAPE) / 2
    if not low <= log_ratio <= high:
        raise LawError(f"{found} make no gamma law: want sd from 1/10,000 of the mean to 4.4 times it")


def _check_above_zero(points: list[tuple[float, float]]) -> None:
    p, x = points[0]
    if x <= 0:
        raise LawError(f"p{100 * p:.0f} is {x:g}: want it above 0")
