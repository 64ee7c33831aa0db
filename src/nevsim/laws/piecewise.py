"""A law drawn through stated percentiles, straight from each to the next; no family and no tail beyond its ends."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from nevsim.arrays import Floats
from nevsim.laws.law import Atoms, Law, LawError, finite


@dataclass(frozen=True)
class Piecewise(Law):
    """Q(u) is linear between the points (share, value), the first at share 0 and the last at share 1.

    Between two points every value is alike; equal values are an atom with the mass between them. LawError unless the
    shares rise from 0 to 1 and the values never fall.

    >>> law = Piecewise(((0, 0), (0.5, 4), (1, 20)))
    >>> law.quantile([0.25, 0.5, 0.75]).tolist(), law.mean
    ([2.0, 4.0, 12.0], 7.0)
    """

    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        points = tuple((float(p), finite(_name(p), x)) for p, x in self.points)
        object.__setattr__(self, "points", points)
        if len(points) < 2 or points[0][0] != 0 or points[-1][0] != 1:
            raise LawError("points do not reach from share 0 to share 1: want both ends")
        for (p1, x1), (p2, x2) in pairwise(points):
            if not p1 < p2:
                raise LawError(f"share {p1:g} is not below {p2:g}: want rising shares")
            if x1 > x2:
                raise LawError(f"{_name(p1)} {x1:g} is above {_name(p2)} {x2:g}: want values that do not fall")
        if not math.isfinite(points[-1][1] - points[0][1]):
            raise LawError(f"high {points[-1][1]:g} is too far above low {points[0][1]:g}: want a finite difference")

    @cached_property
    def _shares(self) -> Floats:
        return np.array([p for p, _ in self.points])

    @cached_property
    def _values(self) -> Floats:
        return np.array([x for _, x in self.points])

    @property
    def support(self) -> tuple[float, float]:
        """From the first value to the last."""
        return self.points[0][1], self.points[-1][1]

    @property
    def mean(self) -> float:
        """The area under Q."""
        return math.fsum((p2 - p1) * (x1 + (x2 - x1) / 2) for (p1, x1), (p2, x2) in pairwise(self.points))

    @cached_property
    def atoms(self) -> Atoms:
        """Each value that several points share, with the mass between them."""
        spans: dict[float, list[float]] = {}
        for (p1, x1), (p2, x2) in pairwise(self.points):
            if x1 == x2:
                spans.setdefault(x1, []).append(p2 - p1)
        return tuple((value, math.fsum(masses)) for value, masses in spans.items())

    def _quantile(self, u: Floats) -> Floats:
        upper = np.searchsorted(self._shares, u, side="left")
        return _between(u, self._shares, self._values, upper)

    def _cdf(self, x: Floats) -> Floats:
        upper = np.searchsorted(self._values, x, side="right")
        inside = _between(x, self._values, self._shares, np.clip(upper, 1, len(self.points) - 1))
        return np.where(upper == 0, 0.0, np.where(upper == len(self.points), 1.0, inside))

    def _below(self, x: Floats) -> Floats:
        upper = np.searchsorted(self._values, x, side="left")
        inside = _between(x, self._values, self._shares, np.clip(upper, 1, len(self.points) - 1))
        return np.where(upper == 0, 0.0, np.where(upper == len(self.points), 1.0, inside))

    def _partial_mean(self, low: float, high: float) -> float:
        return self._area(float(self.cdf(high))) - self._area(float(self.below(low)))

    def _area(self, u: float) -> float:
        """Return the area under Q from 0 to u."""
        parts = []
        for (p1, x1), (p2, x2) in pairwise(self.points):
            if u > p1:
                part = (min(u, p2) - p1) / (p2 - p1)
                parts.append(part * (p2 - p1) * (x1 + part * (x2 - x1) / 2))
        return math.fsum(parts)


def _between(x: Floats, froms: Floats, tos: Floats, upper: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> Floats:
    """Return the value on the straight line that ends at ``upper``, exact at both of its ends."""
    x1, x2, y1, y2 = froms[upper - 1], froms[upper], tos[upper - 1], tos[upper]
    with np.errstate(invalid="ignore", divide="ignore"):
        part = (x - x1) / (x2 - x1)
    return np.where(x >= x2, y2, np.where(x <= x1, y1, np.minimum(y1 + part * (y2 - y1), y2)))


def _name(share: float) -> str:
    return {0.0: "low", 1.0: "high"}.get(float(share), f"p{100 * share:g}")
