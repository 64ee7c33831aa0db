"""Laws between two finite bounds: uniform, triangular, Beta-PERT. None without a bound."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from nevsim.arrays import Floats
from nevsim.laws.law import Law, LawError


@dataclass(frozen=True)
class Uniform(Law):
    """Every value between two bounds alike: Q(u) = low + u (high - low).

    LawError if low > high; low = high is one fixed value.

    >>> float(Uniform(2, 10).quantile(0.25))
    4.0
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        self._settle("low", "high")
        _check_order(low=self.low, high=self.high)

    @property
    def support(self) -> tuple[float, float]:
        """From low to high."""
        return self.low, self.high

    @property
    def mean(self) -> float:
        """(low + high) / 2."""
        return self.low + (self.high - self.low) / 2

    def _quantile(self, u: Floats) -> Floats:
        return np.minimum(self.low + u * (self.high - self.low), self.high)

    def _cdf(self, x: Floats) -> Floats:
        return (np.clip(x, self.low, self.high) - self.low) / (self.high - self.low)

    def _partial_mean(self, low: float, high: float) -> float:
        low, high = max(low, self.low), min(high, self.high)
        return (low + high) / 2 * max(0.0, high - low) / (self.high - self.low)


@dataclass(frozen=True)
class Triangular(Law):
    """A density that rises linearly from low to the mode and falls linearly to high.

    With s = high - low and c = (mode - low) / s: Q(u) = low + s sqrt(u c) up to u = c, then
    high - s sqrt((1 - u)(1 - c)). LawError unless low <= mode <= high; low = high is one fixed value.

    Reference: Kotz and van Dorp, Beyond Beta (2004), chapter 1.

    >>> float(Triangular(0, 2, 8).quantile(0.25))
    2.0
    """

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        self._settle("low", "mode", "high")
        _check_order(low=self.low, mode=self.mode, high=self.high)

    @property
    def support(self) -> tuple[float, float]:
        """From low to high."""
        return self.low, self.high

    @property
    def mean(self) -> float:
        """(low + mode + high) / 3."""
        return self.low + ((self.mode - self.low) + (self.high - self.low)) / 3

    @property
    def _parts(self) -> tuple[float, float, float]:
        span = self.high - self.low
        return span, (self.mode - self.low) / span, (self.high - self.mode) / span

    def _quantile(self, u: Floats) -> Floats:
        span, left, right = self._parts
        rising = np.minimum(self.low + span * np.sqrt(u * left), self.mode)
        falling = np.maximum(self.high - span * np.sqrt((1 - u) * right), self.mode)
        return np.where(u <= left, rising, falling)

    def _cdf(self, x: Floats) -> Floats:
        span, left, right = self._parts
        x = np.clip(x, self.low, self.high)
        rising = ((x - self.low) / span) ** 2 / (left or 1.0)
        falling = 1 - ((self.high - x) / span) ** 2 / (right or 1.0)
        return np.where(x < self.mode, rising, falling)

    def _partial_mean(self, low: float, high: float) -> float:
        return self._mean_to(high) - self._mean_to(low)

    def _mean_to(self, x: float) -> float:
        span, left, right = self._parts
        rise = (min(max(x, self.low), self.mode) - self.low) / span
        total = self.low * left
        if left:
            total = self.low * rise**2 / left + span * 2 * rise**3 / (3 * left)
        if right and x > self.mode:
            fall = (self.high - min(x, self.high)) / span
            total += self.high * (right - fall**2 / right) - span * 2 * (right**2 - fall**3 / right) / 3
        return total


@dataclass(frozen=True)
class Pert(Law):
    """The Beta-PERT law: low + s Beta(1 + 4 c, 5 - 4 c), with s = high - low and c = (mode - low) / s.

    Its mean is (low + 4 mode + high) / 6. LawError unless low <= mode <= high; low = high is one fixed value.

    References: Malcolm, Roseboom, Clark and Fazar, Operations Research 7 (1959); Kotz and van Dorp (2004).

    >>> round(float(Pert(0, 5, 10).quantile(0.5)), 12)
    5.0
    """

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        self._settle("low", "mode", "high")
        _check_order(low=self.low, mode=self.mode, high=self.high)

    @property
    def support(self) -> tuple[float, float]:
        """From low to high."""
        return self.low, self.high

    @property
    def mean(self) -> float:
        """(low + 4 mode + high) / 6."""
        return self.low + (4 * (self.mode - self.low) + (self.high - self.low)) / 6

    @property
    def _shapes(self) -> tuple[float, float]:
        span = self.high - self.low
        return 1 + 4 * (self.mode - self.low) / span, 1 + 4 * (self.high - self.mode) / span

    def _quantile(self, u: Floats) -> Floats:
        unit: Floats = special.betaincinv(*self._shapes, u)
        return np.clip(self.low + (self.high - self.low) * unit, self.low, self.high)

    def _cdf(self, x: Floats) -> Floats:
        unit = (np.clip(x, self.low, self.high) - self.low) / (self.high - self.low)
        values: Floats = special.betainc(*self._shapes, unit)
        return values

    def _partial_mean(self, low: float, high: float) -> float:
        alpha, beta = self._shapes
        span = self.high - self.low
        ends = (np.clip([low, high], self.low, self.high) - self.low) / span
        mass = np.diff(special.betainc(alpha, beta, ends))
        part = np.diff(special.betainc(alpha + 1, beta, ends)) * alpha / (alpha + beta)
        return float((self.low * mass + span * part)[0])


def _check_order(**ascending: float) -> None:
    names, values = list(ascending), list(ascending.values())
    for i in range(len(values) - 1):
        if values[i] > values[i + 1]:
            name, above = names[i], names[i + 1]
            raise LawError(f"{name} {values[i]:g} is above {above} {values[i + 1]:g}: want {' <= '.join(names)}")
    if not math.isfinite(values[-1] - values[0]):
        raise LawError(f"high {values[-1]:g} is too far above low {values[0]:g}: want a finite difference")
