"""What every law answers: quantile, distribution function, support, mean, atoms; no family's formula."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from nevsim.arrays import Floats

BELOW_ONE = 1 - 2.0**-53
"""The largest float64 below 1."""

Atoms = tuple[tuple[float, float], ...]
"""Values that have a mass of their own, ascending, each with its mass."""


class LawError(ValueError):
    """A parameter of a law is refused; the message names it, what was found and what is wanted."""


class Law(ABC):
    """A probability law of one real quantity, in the unit of its parameters.

    The public methods take care of shapes, and of a law whose whole mass lies in one value, whichever its
    family. A family gives the formulas ``_quantile``, ``_cdf`` and ``_partial_mean``, the first two for flat,
    contiguous arrays; as they stand here they are those of one atom. No element of a result depends on the
    array that it sits in.
    """

    @property
    @abstractmethod
    def support(self) -> tuple[float, float]:
        """The smallest closed interval that holds the whole mass; its ends may be infinite."""

    if TYPE_CHECKING:  # a property at run time would stand in the way of the families with a field of this name

        @property
        def mean(self) -> float:
            """The expectation E[X]."""

    @property
    def is_fixed(self) -> bool:
        """Whether one value has the whole mass."""
        low, high = self.support
        return low == high

    @property
    def is_discrete(self) -> bool:
        """Whether the law is built of atoms alone; False where only a bound leaves nothing but atoms."""
        return self.is_fixed

    @property
    def atoms(self) -> Atoms:
        """The values that have a mass, ascending, as pairs (value, mass)."""
        return ((self.support[0], 1.0),) if self.is_fixed else ()

    def quantile(self, u: ArrayLike) -> Floats:
        """Return inf{x : P(X <= x) >= u} for each u in (0, 1), in the shape of u; it rises with u."""
        shape, flat = _flat(u)
        if flat.size and not (flat.min() > 0 and flat.max() < 1):
            raise LawError("u reaches 0 or 1, or is nan: want 0 < u < 1")
        return (Law._quantile(self, flat) if self.is_fixed else self._quantile(flat)).reshape(shape)

    def cdf(self, x: ArrayLike) -> Floats:
        """Return P(X <= x) for each x, in the shape of x."""
        shape, flat = _flat(x)
        with np.errstate(over="ignore"):
            return (Law._cdf(self, flat) if self.is_fixed else self._cdf(flat)).reshape(shape)

    def below(self, x: ArrayLike) -> Floats:
        """Return P(X < x) for each x, in the shape of x."""
        shape, flat = _flat(x)
        if self.is_fixed:
            return (flat > self.support[0]).astype(np.float64).reshape(shape)
        with np.errstate(over="ignore"):
            return self._below(flat).reshape(shape)

    def within(self, low: float, high: float) -> tuple[float, float]:
        """Return the smallest interval with the mass of [low, high]; its ends cross where there is none."""
        return max(low, self.support[0]), min(high, self.support[1])

    def partial_mean(self, low: float, high: float) -> float:
        """Return E[X; low <= X <= high]: what the interval adds to the mean; 0 where low > high."""
        if low > high:
            return 0.0
        if self.is_fixed:
            return Law._partial_mean(self, low, high)
        with np.errstate(over="ignore"):
            return self._partial_mean(low, high)

    def _quantile(self, u: Floats) -> Floats:
        return np.full_like(u, self.support[0])

    def _cdf(self, x: Floats) -> Floats:
        return (x >= self.support[0]).astype(np.float64)

    def _below(self, x: Floats) -> Floats:
        return self._cdf(x)

    def _partial_mean(self, low: float, high: float) -> float:
        value = self.support[0]
        return value if low <= value <= high else 0.0

    def _settle(self, *names: str) -> None:
        for name in names:
            object.__setattr__(self, name, finite(name, getattr(self, name)))


def finite(name: str, value: object) -> float:
    """Return the value as a float; LawError unless it is a finite number."""
    if isinstance(value, Real) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
    raise LawError(f"{name} is {value!r:.40}: want a finite number")


def shares(weights: Sequence[float], count: int, what: str) -> tuple[float, ...]:
    """Return the weights rescaled to sum to 1; LawError unless there are ``count``, >= 0, not all 0."""
    if len(weights) != count:
        raise LawError(f"weights has {len(weights)} entries for {count} {what}: want one for each")
    if not count:
        raise LawError(f"{what} is empty: want at least one entry")
    numbers = [finite(f"weights[{i}]", weight) for i, weight in enumerate(weights)]
    if min(numbers) < 0:
        raise LawError(f"weights holds {min(numbers):g}: want every weight >= 0")
    largest = max(numbers)
    if largest == 0:
        raise LawError("weights are all 0: want at least one above 0")
    total = math.fsum(number / largest for number in numbers)
    return tuple(number / largest / total for number in numbers)


def _flat(values: ArrayLike) -> tuple[tuple[int, ...], Floats]:
    array = np.asarray(values, dtype=np.float64)
    return array.shape, np.ascontiguousarray(array).reshape(-1)
