"""A law shifted and scaled, as a change of unit or of origin; it never turns a law round."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nevsim.arrays import Floats
from nevsim.laws.law import Atoms, Law, LawError


@dataclass(frozen=True)
class Affine(Law):
    """The law of shift + scale X: Q(u) = shift + scale Q_X(u). LawError unless scale > 0.

    ``shift`` is in the new unit, ``scale`` in new units per old unit.

    >>> from nevsim.laws import Uniform
    >>> float(Affine(Uniform(0, 1), shift=3, scale=12).quantile(0.5))
    9.0
    """

    law: Law
    shift: float
    scale: float

    def __post_init__(self) -> None:
        self._settle("shift", "scale")
        if not isinstance(self.law, Law):
            raise LawError(f"law is {self.law!r}: want a law")
        if self.scale <= 0:
            raise LawError(f"scale is {self.scale:g}: want scale > 0")

    @property
    def support(self) -> tuple[float, float]:
        """The image of the law's support."""
        low, high = self.law.support
        return self.shift + self.scale * low, self.shift + self.scale * high

    @property
    def mean(self) -> float:
        """Shift + scale E[X]."""
        return self.shift + self.scale * self.law.mean

    @property
    def is_discrete(self) -> bool:
        """Whether the law is discrete."""
        return self.is_fixed or self.law.is_discrete

    @property
    def atoms(self) -> Atoms:
        """The images of the law's atoms; images that rounding makes equal are merged."""
        merged: dict[float, float] = {}
        for value, mass in self.law.atoms:
            image = self.shift + self.scale * value
            merged[image] = merged.get(image, 0.0) + mass
        return ((self.support[0], 1.0),) if self.is_fixed else tuple(merged.items())

    def within(self, low: float, high: float) -> tuple[float, float]:
        """Return the smallest interval that holds the mass of [low, high]."""
        inner = self.law.within(self._own(np.array([low]), closed=False)[0], self._own(np.array([high]))[0])
        first, last = (float(self.shift + self.scale * end) for end in inner)
        return max(low, first), min(high, last)

    @cached_property
    def _own_atoms(self) -> Floats:
        return np.array([-np.inf, *(value for value, _ in self.law.atoms), np.inf])

    def _own(self, x: Floats, *, closed: bool = True) -> Floats:
        """Return (x - shift) / scale, on the same side of every atom as x is of its image.

        Rounding alone could put an image just below its atom, and lose the whole mass of it from P(X <= x).
        """
        with np.errstate(over="ignore"):
            y = (x - self.shift) / self.scale
        atoms = self._own_atoms
        if atoms.size == 2:
            return y
        passed = np.searchsorted(self.shift + self.scale * atoms[1:-1], x, side="right" if closed else "left")
        before, after = atoms[passed], atoms[passed + 1]
        if closed:
            return np.clip(y, before, np.where(after == np.inf, after, np.nextafter(after, -np.inf)))
        return np.clip(y, np.where(before == -np.inf, before, np.nextafter(before, np.inf)), after)

    def _quantile(self, u: Floats) -> Floats:
        return self.shift + self.scale * self.law.quantile(u)

    def _cdf(self, x: Floats) -> Floats:
        return self.law.cdf(self._own(x))

    def _below(self, x: Floats) -> Floats:
        return self.law.below(self._own(x, closed=False))

    def _partial_mean(self, low: float, high: float) -> float:
        first, last = (
            float(self._own(np.array([low]), closed=False)[0]),
            float(self._own(np.array([high]))[0]),
        )
        mass = max(0.0, float(self.law.cdf(last) - self.law.below(first)))
        return self.shift * mass + self.scale * self.law.partial_mean(first, last)
