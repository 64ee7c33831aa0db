"""Laws without an upper bound: normal, lognormal, exponential, Weibull, gamma. What cuts them is a truncation."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from nevsim.arrays import Floats
from nevsim.laws.law import Law, LawError

# scipy.special loops over scalars. The vector exp and log of numpy choose their code by stride and overlap,
# so the last bit could depend on the array that a value sits in.


def _exp(x: Floats) -> Floats:
    return np.asarray(special.inv_boxcox(x, 0.0), dtype=np.float64)


def _log(x: Floats) -> Floats:
    return np.asarray(special.xlogy(1.0, x), dtype=np.float64)


@dataclass(frozen=True)
class Normal(Law):
    """The normal law: Q(u) = mean + sd z(u), z the standard normal quantile. LawError unless sd > 0.

    >>> float(Normal(mean=10, sd=2).quantile(0.5))
    10.0
    """

    mean: float
    sd: float

    def __post_init__(self) -> None:
        self._settle("mean", "sd")
        _check_positive("sd", self.sd)

    @property
    def support(self) -> tuple[float, float]:
        """All real numbers."""
        return -math.inf, math.inf

    def _quantile(self, u: Floats) -> Floats:
        return self.mean + self.sd * special.ndtri(u)

    def _cdf(self, x: Floats) -> Floats:
        values: Floats = special.ndtr((x - self.mean) / self.sd)
        return values

    def _partial_mean(self, low: float, high: float) -> float:
        a, b = (low - self.mean) / self.sd, (high - self.mean) / self.sd
        density = (math.exp(-b * b / 2) - math.exp(-a * a / 2)) / math.sqrt(2 * math.pi)
        return float(self.mean * (special.ndtr(b) - special.ndtr(a)) - self.sd * density)


@dataclass(frozen=True)
class Lognormal(Law):
    """The law of X when log X is normal, its mean mu and its deviation sigma: Q(u) = exp(mu + sigma z(u)).

    LawError unless sigma > 0, and where the mean or the far tail would overflow.

    >>> float(Lognormal(mu=0, sigma=1).quantile(0.5))
    1.0
    """

    mu: float
    sigma: float

    def __post_init__(self) -> None:
        self._settle("mu", "sigma")
        _check_positive("sigma", self.sigma)
        if self.mu + self.sigma * max(9.0, self.sigma / 2) > 700:
            raise LawError(
                f"mu {self.mu:g} and sigma {self.sigma:g} overflow: want mu + sigma max(9, sigma / 2) <= 700"
            )

    @property
    def support(self) -> tuple[float, float]:
        """From 0, which is not reached, upwards."""
        return 0.0, math.inf

    @property
    def mean(self) -> float:
        """exp(mu + sigma^2 / 2)."""
        return math.exp(self.mu + self.sigma**2 / 2)

    def _quantile(self, u: Floats) -> Floats:
        return _exp(np.maximum(self.mu + self.sigma * special.ndtri(u), -700.0))

    def _cdf(self, x: Floats) -> Floats:
        values: Floats = special.ndtr((_log(np.maximum(x, 0.0)) - self.mu) / self.sigma)
        return values

    def _partial_mean(self, low: float, high: float) -> float:
        ends = (_log(np.maximum([low, high], 0.0)) - self.mu) / self.sigma
        return self.mean * float(np.diff(special.ndtr(ends - self.sigma))[0])


@dataclass(frozen=True)
class Exponential(Law):
    """The law of a memoryless waiting time: Q(u) = -mean log(1 - u). LawError unless mean > 0.

    >>> round(float(Exponential(mean=2).cdf(2)), 6)
    0.632121
    """

    mean: float

    def __post_init__(self) -> None:
        self._settle("mean")
        _check_positive("mean", self.mean)

    @property
    def support(self) -> tuple[float, float]:
        """From 0 upwards."""
        return 0.0, math.inf

    def _quantile(self, u: Floats) -> Floats:
        return np.asarray(self.mean * -special.xlog1py(1.0, -u), dtype=np.float64)

    def _cdf(self, x: Floats) -> Floats:
        return -special.expm1(-np.maximum(x, 0.0) / self.mean)

    def _partial_mean(self, low: float, high: float) -> float:
        ends = np.maximum([low, high], 0.0) / self.mean
        return self.mean * float(np.diff(special.gammainc(2.0, ends))[0])


@dataclass(frozen=True)
class Weibull(Law):
    """The law of a waiting time whose hazard goes with a power of time: Q(u) = scale (-log(1 - u))^(1 / shape).

    LawError unless scale > 0 and shape >= 0.05, and where the far tail would overflow.

    Reference: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 1 (1994), chapter 21.

    >>> round(float(Weibull(shape=1, scale=2).cdf(2)), 6)
    0.632121
    """

    shape: float
    scale: float

    def __post_init__(self) -> None:
        self._settle("shape", "scale")
        _check_positive("scale", self.scale)
        _check_shape(self.shape)
        if math.log(self.scale) + max(4 / self.shape, float(special.gammaln(1 + 1 / self.shape))) > 700:
            raise LawError(f"shape {self.shape:g} and scale {self.scale:g} overflow: want a smaller mean")

    @property
    def support(self) -> tuple[float, float]:
        """From 0 upwards."""
        return 0.0, math.inf

    @property
    def mean(self) -> float:
        """scale Gamma(1 + 1 / shape)."""
        return self.scale * math.gamma(1 + 1 / self.shape)

    def _power(self, x: Floats) -> Floats:
        """Return (x / scale)^shape, the hazard summed up to x."""
        return _exp(self.shape * (_log(np.maximum(x, 0.0)) - math.log(self.scale)))

    def _quantile(self, u: Floats) -> Floats:
        waited = np.asarray(-special.xlog1py(1.0, -u), dtype=np.float64)
        return _exp(_log(waited) / self.shape + math.log(self.scale))

    def _cdf(self, x: Floats) -> Floats:
        return -special.expm1(-self._power(x))

    def _partial_mean(self, low: float, high: float) -> float:
        ends = self._power(np.array([low, high]))
        return self.mean * float(np.diff(special.gammainc(1 + 1 / self.shape, ends))[0])


@dataclass(frozen=True)
class Gamma(Law):
    """The law of a sum of waiting times: Q(u) = scale P^-1(shape, u), P the regularised incomplete gamma function.

    Its mean is shape x scale. LawError unless scale > 0 and shape lies from 0.05 to 1e8.

    Reference: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 1 (1994), chapter 17.

    >>> round(float(Gamma(shape=2, scale=1).cdf(1)), 6)
    0.264241
    """

    shape: float
    scale: float

    def __post_init__(self) -> None:
        self._settle("shape", "scale")
        _check_positive("scale", self.scale)
        _check_shape(self.shape, MOST_SHAPE)
        if self.scale * (self.shape + 80) > 1e300:
            raise LawError(f"shape {self.shape:g} and scale {self.scale:g} overflow: want a smaller mean")

    @property
    def support(self) -> tuple[float, float]:
        """From 0 upwards."""
        return 0.0, math.inf

    @property
    def mean(self) -> float:
        """shape x scale."""
        return self.shape * self.scale

    def _quantile(self, u: Floats) -> Floats:
        return np.asarray(self.scale * special.gammaincinv(self.shape, u), dtype=np.float64)

    def _cdf(self, x: Floats) -> Floats:
        return np.asarray(special.gammainc(self.shape, np.maximum(x, 0.0) / self.scale), dtype=np.float64)

    def _partial_mean(self, low: float, high: float) -> float:
        ends = np.maximum([low, high], 0.0) / self.scale
        return self.mean * float(np.diff(special.gammainc(self.shape + 1, ends))[0])


LEAST_SHAPE, MOST_SHAPE = 0.05, 1e8
"""Below, the quantiles of small probabilities are no float64 but 0; above, a gamma law is hardly more than its mean."""


def _check_shape(shape: float, most: float = math.inf) -> None:
    if not LEAST_SHAPE <= shape <= most:
        upto = f" to {most:g}" if math.isfinite(most) else " or more"
        raise LawError(f"shape is {shape:g}: want {LEAST_SHAPE}{upto}")


def _check_positive(name: str, value: float) -> None:
    if value <= 0:
        cure = ', or law = "fixed"' if value == 0 else ""
        raise LawError(f"{name} is {value:g}: want {name} > 0{cure}")
