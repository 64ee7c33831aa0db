"""Polynomials of degree 5 in cells of u, halved until they meet a law's quantile function; no atoms-only laws.

A row of 8 numbers is a cell, or leads to two others:

    (a, w, c0, ..., c5)         Q = c0 + c1 t + ... + c5 t^5 with t = (v - a) w, for v from a to a + 1 / w
    (nan, cut, left, right)     go on at row ``left`` where v < cut, else at row ``right``

with v = u up to u = 1/2, and v = 1 - u, which is exact, above. The first ``SIDE`` rows are those of u <= 1/2, the next
``SIDE`` those of u > 1/2: 8 cells to each octave of v from 2^-53 up, and one for v = 1/2. The upper bits of v are the
number of its row.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nevsim.arrays import Bools, Floats
from nevsim.laws.knots import ABOVE_ZERO, cuts, grain
from nevsim.laws.law import BELOW_ONE, Law

TOLERANCE = 1e-9
"""Largest deviation from the law, as a share of max(P90 - P10, abs(Q))."""
PER_OCTAVE = 8
SIDE = 52 * PER_OCTAVE + 1
"""Rows of one half of u."""
MOST_ROWS = 1 << 18
"""Where a law's own rounding exceeds the tolerance, cells would be halved without end: 16 MiB are enough."""

_NODES = (1 - np.cos(np.pi * np.arange(6) / 5)) / 2
_CHECKS = (_NODES[:-1] + _NODES[1:]) / 2
_POWERS = np.arange(6)
_INVERSE = np.linalg.inv(_NODES[:, None] ** _POWERS)

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

    def beside(self, other: Cells) -> Cells:
        """Return the cells of both."""
        return Cells(
            np.append(self.upper, other.upper),
            np.append(self.a, other.a),
            np.append(self.b, other.b),
            np.append(self.row, other.row),
        )


def rows_of(law: Law) -> tuple[Floats, float]:
    """Return the rows of a law that is not discrete, (rows, 8), and the largest deviation that was measured."""
    law_cuts, steps, spread = cuts(law), grain(law), spread_of(law)
    rows, todo = _base(law)
    worst = 0.0
    while todo.a.size:
        middle = _first_cut(todo, law_cuts)
        is_cut = np.isfinite(middle)
        whole = todo.only(~is_cut)
        fitted, errors = _fit(law, whole, spread, steps)
        is_done = (errors <= TOLERANCE / 2) | (len(rows) > MOST_ROWS)
        rows[whole.row[is_done]] = fitted[is_done]
        worst = max(worst, float(errors[is_done].max(initial=0.0)))
        rough = whole.only(~is_done)
        rows, first = _split(rows, todo.only(is_cut), middle[is_cut])
        rows, halves = _split(rows, rough, (rough.a + rough.b) / 2)
        rows, second = _split(rows, halves, (halves.a + halves.b) / 2)
        todo = first.beside(second)
    return rows, worst


def _base(law: Law) -> tuple[Floats, Cells]:
    octaves = np.ldexp(ABOVE_ZERO, np.arange(52))[:, None]
    edges = np.append((octaves * (1 + np.arange(PER_OCTAVE) / PER_OCTAVE)).ravel(), 0.5)
    rows = np.zeros((2 * SIDE, 8))
    rows[[SIDE - 1, 2 * SIDE - 1], 2] = law.quantile(0.5)
    place = np.concatenate([np.arange(SIDE - 1), np.arange(SIDE, 2 * SIDE - 1)])
    return rows, Cells(place >= SIDE, np.tile(edges[:-1], 2), np.tile(edges[1:], 2), place)


def _first_cut(cells: Cells, law_cuts: Floats) -> Floats:
    """Return the v that parts the pieces within each cell, the middle one of several, nan where there is none."""
    found = np.full(cells.a.size, np.nan)
    lower = np.nextafter(law_cuts[law_cuts < 0.5], 1.0)
    upper = 1 - law_cuts[law_cuts > 0.5][::-1]
    for side, places in ((~cells.upper, lower), (cells.upper, upper)):
        first = np.searchsorted(places, cells.a[side], side="right")
        end = np.searchsorted(places, cells.b[side], side="left")
        if places.size:
            middle = places[np.minimum((first + end) // 2, places.size - 1)]
            found[side] = np.where(end > first, middle, np.nan)
    return found


def _split(rows: Floats, cells: Cells, middle: Floats) -> tuple[Floats, Cells]:
    """Return the rows, longer, and the two parts of every cell."""
    count = len(cells.a)
    left = len(rows) + np.arange(count)
    rows = np.concatenate([rows, np.zeros((2 * count, 8))])
    rows[cells.row, 0] = np.nan
    rows[cells.row, 1], rows[cells.row, 2], rows[cells.row, 3] = middle, left, left + count
    upper = np.tile(cells.upper, 2)
    ends = np.concatenate([cells.a, middle]), np.concatenate([middle, cells.b])
    return rows, Cells(upper, *ends, np.concatenate([left, left + count]))


def _fit(law: Law, cells: Cells, spread: float, steps: float) -> tuple[Floats, Floats]:
    """Return the row of every cell, and its deviation at points between those that it is drawn through."""
    scale = 1 / (cells.b - cells.a)
    at, checked = _floats_in(cells)
    t, t_checked = ((v - cells.a[:, None]) * scale[:, None] for v in (at, checked))
    u = np.where(cells.upper[:, None], 1 - np.hstack([at, checked]), np.hstack([at, checked]))
    exact = law.quantile(u)
    through, wanted, u = exact[:, :6], exact[:, 6:], u[:, 6:]
    slopes = _polynomials(t, through)
    found = _read(slopes, t_checked)
    lower, upper = np.sort([through[:, :-1], through[:, 1:]], axis=0)
    slack = 1e-13 * (np.abs(through).max(axis=1) + spread)[:, None]
    turns = ((found < lower - slack) | (found > upper + slack)).any(axis=1) | (cells.b - cells.a < 64 * steps)
    slopes[turns] = _lines(t[turns], through[turns])
    found[turns] = _read(slopes[turns], t_checked[turns])
    size = np.maximum(spread, np.abs(wanted))
    errors = np.abs(found - wanted) / size
    rough = (errors > TOLERANCE / 2).any(axis=1)
    shift = 4 * (np.spacing(u[rough]) + steps)
    below = law.quantile(np.maximum(u[rough] - shift, ABOVE_ZERO))
    above = law.quantile(np.minimum(u[rough] + shift, BELOW_ONE))
    errors[rough] = np.maximum(0, np.maximum(below - found[rough], found[rough] - above)) / size[rough]
    return np.column_stack([cells.a, scale, slopes]), errors.max(axis=1, initial=0.0)


def _polynomials(t: Floats, through: Floats) -> Floats:
    """Return the coefficients, (cells, 6), that meet the values; of least size where some of the points are one."""
    heights = through - through[:, :1]
    slopes = heights @ _INVERSE.T
    few = (np.diff(t) <= 0).any(axis=1)
    moved = (np.abs(t - _NODES) > 1e-11).any(axis=1) & ~few
    slopes[moved] = np.linalg.solve(t[moved, :, None] ** _POWERS, heights[moved, :, None])[:, :, 0]
    slopes[few] = np.einsum("nij,nj->ni", np.linalg.pinv(t[few, :, None] ** _POWERS), heights[few])
    slopes[(heights == 0).all(axis=1)] = 0.0
    slopes[:, 0] += through[:, 0]
    return slopes


def _lines(t: Floats, through: Floats) -> Floats:
    """Return the coefficients of the straight lines from the first value to the last."""
    slopes = np.zeros_like(through)
    slopes[:, 1] = (through[:, -1] - through[:, 0]) / np.maximum(t[:, -1] - t[:, 0], ABOVE_ZERO)
    slopes[:, 0] = through[:, 0] - slopes[:, 1] * t[:, 0]
    return slopes


def _read(slopes: Floats, t: Floats) -> Floats:
    found = np.zeros_like(t)
    for power in _POWERS[::-1]:
        found = slopes[:, power, None] + t * found
    return found


def _floats_in(cells: Cells) -> tuple[Floats, Floats]:
    """Return the v to draw each polynomial through, (cells, 6), and those to check it at, (cells, 5).

    Above u = 1/2 every v is a multiple of 2^-53. A cell that has six of them or fewer is drawn through all.
    """
    first = np.where(cells.upper, np.ceil(cells.a / ABOVE_ZERO) * ABOVE_ZERO, cells.a)
    final = np.where(cells.upper, (np.ceil(cells.b / ABOVE_ZERO) - 1) * ABOVE_ZERO, np.nextafter(cells.b, 0))
    final = np.maximum(first, final)
    unit = np.where(cells.upper, ABOVE_ZERO, np.spacing(cells.a))
    few = (final - first) < 6 * unit
    shares = np.where(few[:, None], np.arange(6) / 5, _NODES)
    both = np.hstack([shares, np.broadcast_to(_CHECKS, (len(shares), 5))])
    v = first[:, None] + both * (final - first)[:, None]
    v = np.minimum(np.rint(v / unit[:, None]) * unit[:, None], 0.5)
    return v[:, :6], v[:, 6:]


def spread_of(law: Law) -> float:
    """Return P90 - P10, or where that is 0 the distance of the nearest percentiles further out that differ."""
    share = 0.1 / 2.0 ** np.arange(50)
    widths = law.quantile(1 - share) - law.quantile(share)
    return float(widths[np.argmax(widths > 0)])
