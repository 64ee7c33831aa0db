"""Laws of finitely many values: one fixed value, and a choice. None with a density."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nevsim.arrays import Floats
from nevsim.laws.law import Atoms, Law, finite, shares


@dataclass(frozen=True)
class Fixed(Law):
    """One value that has the whole mass. LawError unless it is finite.

    >>> Fixed(12).atoms
    ((12.0, 1.0),)
    """

    value: float

    def __post_init__(self) -> None:
        self._settle("value")

    @property
    def support(self) -> tuple[float, float]:
        """The value, twice."""
        return self.value, self.value

    @property
    def mean(self) -> float:
        """The value."""
        return self.value


@dataclass(frozen=True)
class Choice(Law):
    """Finitely many values with weights: Q(u) is the first, ascending, whose cumulative weight reaches u.

    The record holds the values ascending, equal ones merged and those of weight 0 left out, and weights that
    sum to 1. LawError for weights that are negative, all 0 or not as many as the values.

    >>> Choice((30, 10, 30), (1, 2, 1))
    Choice(values=(10.0, 30.0), weights=(0.5, 0.5))
    >>> Choice((10, 30), (1, 1)).quantile([0.5, 0.6]).tolist()
    [10.0, 30.0]
    """

    values: tuple[float, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        masses = shares(self.weights, len(self.values), "values")
        merged: dict[float, list[float]] = {}
        for i, (value, mass) in enumerate(zip(self.values, masses, strict=True)):
            merged.setdefault(finite(f"values[{i}]", value), []).append(mass)
        kept = {value: math.fsum(parts) for value, parts in sorted(merged.items()) if max(parts) > 0}
        object.__setattr__(self, "values", tuple(kept))
        object.__setattr__(self, "weights", tuple(kept.values()))

    @property
    def support(self) -> tuple[float, float]:
        """The smallest and the largest value."""
        return self.values[0], self.values[-1]

    @property
    def mean(self) -> float:
        """The sum of value times weight."""
        return math.fsum(value * weight for value, weight in self.atoms)

    @property
    def is_discrete(self) -> bool:
        """True."""
        return True

    @property
    def atoms(self) -> Atoms:
        """The values with their weights."""
        return tuple(zip(self.values, self.weights, strict=True))

    def within(self, low: float, high: float) -> tuple[float, float]:
        """Return the first and the last value in [low, high], (inf, -inf) where there is none."""
        inside = [value for value in self.values if low <= value <= high]
        return (inside[0], inside[-1]) if inside else (math.inf, -math.inf)

    @cached_property
    def _cumulative(self) -> Floats:
        sums = np.minimum(np.cumsum((0.0, *self.weights)), 1.0)
        sums[-1] = 1.0
        return np.asarray(sums, dtype=np.float64)

    @cached_property
    def _values(self) -> Floats:
        return np.array(self.values)

    def _quantile(self, u: Floats) -> Floats:
        values: Floats = self._values[np.searchsorted(self._cumulative[1:], u, side="left")]
        return values

    def _cdf(self, x: Floats) -> Floats:
        return self._cumulative[np.searchsorted(self._values, x, side="right")]

    def _below(self, x: Floats) -> Floats:
        return self._cumulative[np.searchsorted(self._values, x, side="left")]

    def _partial_mean(self, low: float, high: float) -> float:
        return math.fsum(value * weight for value, weight in self.atoms if low <= value <= high)
