"""A law that is one of several laws by chance, such as "on time or late"; not a sum of quantities."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nevsim.arrays import Floats
from nevsim.laws.discrete import Choice
from nevsim.laws.law import BELOW_ONE, Atoms, Law, LawError, shares


@dataclass(frozen=True)
class Mixture(Law):
    """Law i with probability weight i: F(x) = sum of w_i F_i(x); atoms are met exactly.

    Continuous laws that follow one another, as "early" and "late" do, have a closed form, and so have atoms anywhere
    among them: within law i and between atoms Q(u) = Q_i((u - mass of what lies below) / w_i). Continuous laws that
    overlap are bisected down to neighbouring floats, some 60 evaluations of F for each u. The record holds weights
    that sum to 1. LawError for weights that are negative, all 0 or not as many as the laws.

    >>> from nevsim.laws import Fixed, Uniform
    >>> Mixture((0.5, 0.5), (Fixed(0), Uniform(0, 8))).quantile([0.25, 0.5, 0.75]).tolist()
    [0.0, 0.0, 4.0]
    """

    weights: tuple[float, ...]
    laws: tuple[Law, ...]

    def __post_init__(self) -> None:
        for i, law in enumerate(self.laws):
            if not isinstance(law, Law):
                raise LawError(f"laws[{i}] is {law!r}: want a law")
        object.__setattr__(self, "weights", shares(self.weights, len(self.laws), "laws"))
        object.__setattr__(self, "laws", tuple(self.laws))

    @cached_property
    def _leaves(self) -> tuple[tuple[float, Law], ...]:
        """The laws that have a weight, those of mixtures within the mixture included."""
        leaves: list[tuple[float, Law]] = []
        for weight, law in zip(self.weights, self.laws, strict=True):
            inner = law._leaves if isinstance(law, Mixture) else ((1.0, law),)
            leaves += [(weight * share, leaf) for share, leaf in inner if weight * share > 0]
        return tuple(leaves)

    @cached_property
    def support(self) -> tuple[float, float]:
        """From the lowest to the highest end of the laws that have a weight."""
        ends = [law.support for _, law in self._leaves]
        return min(low for low, _ in ends), max(high for _, high in ends)

    @property
    def mean(self) -> float:
        """The weighted mean of the means."""
        return math.fsum(weight * law.mean for weight, law in self._leaves)

    @property
    def is_discrete(self) -> bool:
        """Whether every law is discrete."""
        return all(law.is_discrete for _, law in self._leaves)

    @cached_property
    def atoms(self) -> Atoms:
        """The atoms of all laws, equal ones merged."""
        return ((self.support[0], 1.0),) if self.is_fixed else _merged(self._leaves)

    def within(self, low: float, high: float) -> tuple[float, float]:
        """Return the smallest interval with the mass of [low, high], (inf, -inf) where there is none."""
        held = [law.within(low, high) for _, law in self._leaves if law.cdf(high) > law.below(low)]
        return min((a for a, _ in held), default=math.inf), max((b for _, b in held), default=-math.inf)

    @cached_property
    def _inverse(self) -> Callable[[Floats], Floats]:
        if len(self._leaves) == 1:
            return self._leaves[0][1].quantile
        atoms = _merged([leaf for leaf in self._leaves if leaf[1].is_discrete])
        rest = sorted((leaf for leaf in self._leaves if not leaf[1].is_discrete), key=lambda leaf: leaf[1].support)
        if not rest:
            values, masses = zip(*atoms, strict=True)
            return Choice(values, masses).quantile
        if all(one.support[1] <= other.support[0] for (_, one), (_, other) in pairwise(rest)):
            return _Interleaved(atoms, rest).quantile
        return self._bisected

    def _quantile(self, u: Floats) -> Floats:
        return self._inverse(u)

    def _bisected(self, u: Floats) -> Floats:
        """Return the smallest float whose F reaches u, between the quantiles of the laws."""
        ends = np.stack([law.quantile(u) for _, law in self._leaves])
        low, high = _rank(ends.min(axis=0)) - 1, _rank(ends.max(axis=0))
        while True:
            middle = (low >> 1) + (high >> 1) + (low & high & 1)
            is_open = middle > low
            if not is_open.any():
                return _float(high)
            reached = self._cdf(_float(middle)) >= u
            high = np.where(is_open & reached, middle, high)
            low = np.where(is_open & ~reached, middle, low)

    def _cdf(self, x: Floats) -> Floats:
        total = np.zeros_like(x)
        for weight, law in self._leaves:
            total += weight * law.cdf(x)
        return np.where(x >= self.support[1], 1.0, np.minimum(total, 1.0))

    def _below(self, x: Floats) -> Floats:
        total = np.zeros_like(x)
        for weight, law in self._leaves:
            total += weight * law.below(x)
        return np.where(x > self.support[1], 1.0, np.minimum(total, 1.0))

    def _partial_mean(self, low: float, high: float) -> float:
        return math.fsum(weight * law.partial_mean(low, high) for weight, law in self._leaves)


class _Interleaved:
    """The closed inverse of continuous laws that follow one another, ascending, with atoms anywhere among them.

    A stop is an atom, or the end of a law that another follows. What lies between two stops is of one law.
    """

    def __init__(self, atoms: Atoms, leaves: Sequence[tuple[float, Law]]) -> None:
        self.laws = [law for _, law in leaves]
        mass, tops = dict(atoms), [law.support[1] for law in self.laws[:-1]]
        stops = sorted({*mass, *tops})
        self.ends = np.array([-np.inf, *stops, np.inf])
        self.law = np.searchsorted(tops, self.ends[:-1], side="right")
        self.weight = np.array([weight for weight, _ in leaves])[self.law]
        atoms_passed = np.cumsum([0.0, *(mass.get(stop, 0.0) for stop in stops)])
        laws_passed = np.cumsum([0.0, *(weight for weight, _ in leaves)])[self.law]
        self.passed = atoms_passed + laws_passed
        upto = [float(self.laws[law].cdf(stop)) for law, stop in zip(self.law[:-1], stops, strict=True)]
        continuous = laws_passed[:-1] + self.weight[:-1] * upto
        self.below = np.append(atoms_passed[:-1] + continuous, np.inf)
        self.reached = atoms_passed[1:] + continuous

    def quantile(self, u: Floats) -> Floats:
        """Return the atom whose jump holds u, or the value of the law between two stops."""
        k = np.searchsorted(self.reached, u, side="left")
        with np.errstate(over="ignore"):
            p = np.clip((u - self.passed[k]) / self.weight[k], np.finfo(np.float64).tiny, BELOW_ONE)
        between = np.empty_like(u)
        for number, law in enumerate(self.laws):
            mine = self.law[k] == number
            between[mine] = law.quantile(p[mine])
        return np.where(u > self.below[k], self.ends[k + 1], np.clip(between, self.ends[k], self.ends[k + 1]))


def _merged(leaves: Sequence[tuple[float, Law]]) -> Atoms:
    """Return the atoms of weighted laws, ascending, equal ones merged."""
    merged: dict[float, list[float]] = {}
    for weight, law in leaves:
        for value, mass in law.atoms:
            merged.setdefault(value, []).append(weight * mass)
    return tuple((value, min(1.0, math.fsum(masses))) for value, masses in sorted(merged.items()))


def _rank(x: Floats) -> NDArray[np.int64]:
    """Return the place of each float among all floats, so that neighbours differ by 1."""
    magnitude = np.abs(x).view(np.int64)
    return np.where(x < 0, -magnitude, magnitude)


def _float(rank: NDArray[np.int64]) -> Floats:
    magnitude = np.abs(rank).view(np.float64)
    return np.where(rank < 0, -magnitude, magnitude)
