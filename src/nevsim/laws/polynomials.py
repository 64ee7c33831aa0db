"""Polynomials of degree 5 drawn through a law's quantile function, and how far they stray; no search for cells.

They go through the extrema of a Chebyshev polynomial, both ends of the cell among them, so that neighbours meet.
L. N. Trefethen, Approximation Theory and Approximation Practice (2013), chapter 2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nevsim.arrays import Bools, Floats
from nevsim.laws.knots import ABOVE_ZERO
from nevsim.laws.law import BELOW_ONE, Law

TOLERANCE = 1e-9
"""Largest deviation from the law, as a share of max(P90 - P10, abs(Q))."""

_COSINE = (1 + math.sqrt(5)) / 4
_NODES = np.array([0.0, (1 - _COSINE) / 2, (1.5 - _COSINE) / 2, (0.5 + _COSINE) / 2, (1 + _COSINE) / 2, 1.0])
_CHECKS = (_NODES[:-1] + _NODES[1:]) / 2
_SHARES, _EVEN = np.concatenate([_NODES, _CHECKS]), np.concatenate([np.arange(6) / 5, _CHECKS])

Places = NDArray[np.int64]


class Cells(NamedTuple):
    """Cells a <= v < b: whether they lie above u = 1/2, their ends, the number of their row; each (cells,)."""

    upper: Bools
    a: Floats
    b: Floats
    row: Places

    def only(self, chosen: Bools) -> Cells:
        """Return some of the cells."""
        return Cells(self.upper[chosen], self.a[chosen], self.b[chosen], self.row[chosen])


def joined(several: Sequence[Cells]) -> Cells:
    """Return the cells of all."""
    return Cells(
        np.concatenate([cells.upper for cells in several]),
        np.concatenate([cells.a for cells in several]),
        np.concatenate([cells.b for cells in several]),
        np.concatenate([cells.row for cells in several]),
    )


def fit(law: Law, cells: Cells, spread: float, steps: float) -> tuple[Floats, Floats]:
    """Return the row of every cell, and its deviation at points between those that it is drawn through.

    A straight line takes the place of a polynomial that turns back, and of one among the steps of the law's ``grain``,
    of width ``steps``. Where the tolerance is missed, what the law takes within four such steps is let pass.
    """
    width = cells.b - cells.a
    scale, v = 1 / width, _floats_in(cells)
    t, u = (v - cells.a) * scale, np.where(cells.upper, 1 - v, v)
    exact = law.quantile(u)
    t, checked, through, wanted, u = t[:6], t[6:], exact[:6], exact[6:], u[6:]
    slopes = _polynomials(t, through)
    found = _read(slopes, checked)
    lower, upper = np.minimum(through[:-1], through[1:]), np.maximum(through[:-1], through[1:])
    slack = 1e-13 * (np.abs(through).max(axis=0) + spread)
    turns = ((found < lower - slack) | (found > upper + slack)).any(axis=0) | (width < 64 * steps)
    slopes[:, turns] = _lines(t[:, turns], through[:, turns])
    found[:, turns] = _read(slopes[:, turns], checked[:, turns])
    size = np.maximum(spread, np.abs(wanted))
    errors = np.abs(found - wanted) / size
    rough = (errors > TOLERANCE / 2).any(axis=0)
    shift = 4 * (np.spacing(u[:, rough]) + steps)
    below = law.quantile(np.maximum(u[:, rough] - shift, ABOVE_ZERO))
    above = law.quantile(np.minimum(u[:, rough] + shift, BELOW_ONE))
    strayed = np.maximum(0, np.maximum(below - found[:, rough], found[:, rough] - above))
    errors[:, rough] = strayed / size[:, rough]
    return np.column_stack([cells.a, scale, *slopes]), errors.max(axis=0, initial=0.0)


def _polynomials(t: Floats, through: Floats) -> Floats:
    """Return the coefficients, (6, cells), that meet the values, by Newton's divided differences.

    Where several of the points are one, the polynomial is flat there. No linear algebra: its last bits would depend on
    the machine.
    """
    newton = through - through[0]
    for order in range(1, 6):
        width, rise = t[order:] - t[:-order], newton[order:] - newton[order - 1 : -1]
        newton[order:] = np.divide(rise, width, out=np.zeros_like(rise), where=width > 0)
    slopes: Floats = np.zeros_like(newton)
    for order in range(5, -1, -1):
        slopes[1:], slopes[0] = slopes[:-1] - t[order] * slopes[1:], newton[order] - t[order] * slopes[0]
    slopes[0] += through[0]
    return slopes


def _lines(t: Floats, through: Floats) -> Floats:
    """Return the coefficients of the straight lines from the first value to the last."""
    slopes = np.zeros_like(through)
    slopes[1] = (through[-1] - through[0]) / np.maximum(t[-1] - t[0], ABOVE_ZERO)
    slopes[0] = through[0] - slopes[1] * t[0]
    return slopes


def _read(slopes: Floats, t: Floats) -> Floats:
    found = np.zeros_like(t)
    for slope in slopes[::-1]:
        found = slope + t * found
    return found


def _floats_in(cells: Cells) -> Floats:
    """Return the v to draw each polynomial through, six of them, then five to check it at: (11, cells).

    Above u = 1/2 every v is a multiple of 2^-53. A cell that has six of them or fewer is drawn through all.
    """
    first = np.where(cells.upper, np.ceil(cells.a / ABOVE_ZERO) * ABOVE_ZERO, cells.a)
    final = np.where(cells.upper, (np.ceil(cells.b / ABOVE_ZERO) - 1) * ABOVE_ZERO, np.nextafter(cells.b, 0))
    final = np.maximum(first, final)
    unit = np.where(cells.upper, ABOVE_ZERO, np.spacing(cells.a))
    few = (final - first) < 6 * unit
    shares = np.where(few, _EVEN[:, None], _SHARES[:, None])
    v = first + shares * (final - first)
    nearest: Floats = np.rint(v / unit) * unit
    return np.minimum(nearest, 0.5)


def spread_of(law: Law) -> float:
    """Return P90 - P10, or where that is 0 the distance of the nearest percentiles further out that differ."""
    share = 0.1 / 2.0 ** np.arange(50)
    widths = law.quantile(1 - share) - law.quantile(share)
    return float(widths[np.argmax(widths > 0)])
