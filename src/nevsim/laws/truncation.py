"""A law known to lie between two bounds: its mass is spread anew, never piled on a bound."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nevsim.arrays import Floats
from nevsim.laws.law import BELOW_ONE, Atoms, Law, LawError

STEPS = 2**22
"""A truncation must keep so many float64 steps of probability; fewer show as grains, and are no mass."""


@dataclass(frozen=True)
class Truncated(Law):
    """The law of X given low <= X <= high: Q(u) = Q_X(B + u (F - B)), B = P(X < low), F = P(X <= high).

    A bound may be infinite. An atom on a bound is kept whole. LawError if low > high, and if no mass is left:
    in the upper tail that is F - B below 5e-10, as the numbers just below 1 are no finer.

    Reference: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 1 (1994), section 10.1.

    >>> from nevsim.laws import Uniform
    >>> float(Truncated(Uniform(-6, 2), low=0, high=9).quantile(0.5))
    1.0
    """

    law: Law
    low: float
    high: float

    def __post_init__(self) -> None:
        if not isinstance(self.law, Law):
            raise LawError(f"law is {self.law!r}: want a law")
        for name in ("low", "high"):
            if math.isnan(bound := float(getattr(self, name))):
                raise LawError(f"{name} is nan: want a number, inf or -inf")
            object.__setattr__(self, name, bound)
        if self.low > self.high:
            raise LawError(f"low {self.low:g} is above high {self.high:g}: want low <= high")
        before, upto = self._cut
        if upto - before < STEPS * np.spacing(upto):
            first, last = self.law.support
            raise LawError(
                f"no mass is left from low {self.low:g} to high {self.high:g}: want bounds that the law, "
                f"from {first:g} to {last:g}, reaches"
            )

    @cached_property
    def _cut(self) -> tuple[float, float]:
        return float(self.law.below(self.low)), float(self.law.cdf(self.high))

    @cached_property
    def _mass(self) -> float:
        return self._cut[1] - self._cut[0]

    @cached_property
    def support(self) -> tuple[float, float]:
        """The part of the law's support that the bounds leave."""
        return self.law.within(self.low, self.high)

    @cached_property
    def mean(self) -> float:
        """E[X; low <= X <= high] / (F - B)."""
        return min(max(self.law.partial_mean(self.low, self.high) / self._mass, self.support[0]), self.support[1])

    @property
    def is_discrete(self) -> bool:
        """Whether the law is discrete, or one value is left."""
        return self.is_fixed or self.law.is_discrete

    @property
    def atoms(self) -> Atoms:
        """The law's atoms between the bounds, each mass divided by F - B."""
        if self.is_fixed:
            return ((self.support[0], 1.0),)
        return tuple((v, min(1.0, mass / self._mass)) for v, mass in self.law.atoms if self.low <= v <= self.high)

    def within(self, low: float, high: float) -> tuple[float, float]:
        """Return the smallest interval that holds the mass of [low, high]."""
        return self.law.within(max(low, self.low), min(high, self.high))

    def _quantile(self, u: Floats) -> Floats:
        before, upto = self._cut
        inside = np.minimum(before + u * self._mass, min(upto, BELOW_ONE))
        return np.clip(self.law.quantile(inside), *self.support)

    def _cdf(self, x: Floats) -> Floats:
        return self._rescaled(self.law.cdf(x))

    def _below(self, x: Floats) -> Floats:
        return self._rescaled(self.law.below(x))

    def _rescaled(self, p: Floats) -> Floats:
        return (np.clip(p, *self._cut) - self._cut[0]) / self._mass

    def _partial_mean(self, low: float, high: float) -> float:
        return self.law.partial_mean(max(low, self.low), min(high, self.high)) / self._mass
