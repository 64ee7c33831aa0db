"""Polynomials of degree 5 in cells of u, halved until they meet a law's quantile function; no discrete laws.

A row of 8 numbers is a cell, or leads to two others:

    (a, w, c0, ..., c5)         Q = c0 + c1 t + ... + c5 t^5 with t = (v - a) w, for v from a to a + 1 / w
    (nan, cut, left, right)     go on at row ``left`` where v < cut, else at row ``right``

with v = u up to u = 1/2, and v = 1 - u, which is exact, above. The first ``SIDE`` rows are those of u <= 1/2, the next
``SIDE`` those of u > 1/2: 8 cells to each octave of v from 2^-53 up, and one for v = 1/2. The upper bits of v are the
number of its row.
"""

from __future__ import annotations

import numpy as np

from nevsim.arrays import Bools, Floats
from nevsim.laws.knots import ABOVE_ZERO, cuts, grain
from nevsim.laws.law import Law
from nevsim.laws.polynomials import TOLERANCE, Cells, fit, joined, spread_of

PER_OCTAVE = 8
SIDE = 52 * PER_OCTAVE + 1
"""Rows of one half of u."""
MOST_ROWS = 1 << 18
"""Where a law's own rounding exceeds the tolerance, cells would be halved without end: 16 MiB are enough."""
HALVINGS = 12
"""How often a cell is halved at once towards a bend, where many laws begin as a root does, or a jump."""


def rows_of(law: Law) -> tuple[Floats, float]:
    """Return the rows of a law that is not discrete, (rows, 8), and the largest deviation that was measured."""
    ends, steps, spread = cuts(law), grain(law), spread_of(law)
    places = np.nextafter(ends[ends < 0.5], 1.0), 1 - ends[ends > 0.5][::-1]
    rows, todo = _base(law)
    worst = 0.0
    while True:
        middle = _first_cut(todo, places)
        is_cut = np.isfinite(middle)
        whole = todo.only(~is_cut)
        fitted, errors = fit(law, whole, spread, steps)
        is_done = (errors <= TOLERANCE / 2) | (len(rows) > MOST_ROWS)
        rows[whole.row[is_done]] = fitted[is_done]
        worst = max(worst, float(errors[is_done].max(initial=0.0)))
        if is_done.all() and not is_cut.any():
            break
        rough = whole.only(~is_done)
        after, before = _touches(rough.a, rough.upper, places), _touches(rough.b, rough.upper, places)
        rows, pieces = _split(rows, todo.only(is_cut), middle[is_cut])
        rows, rising = _graded(rows, rough.only(after), to_left=True)
        rows, falling = _graded(rows, rough.only(before & ~after), to_left=False)
        inner = rough.only(~after & ~before)
        rows, halves = _split(rows, inner, (inner.a + inner.b) / 2)
        rows, quarters = _split(rows, halves, (halves.a + halves.b) / 2)
        todo = joined([pieces, rising, falling, quarters])
    return rows, worst


def _base(law: Law) -> tuple[Floats, Cells]:
    octaves = np.ldexp(ABOVE_ZERO, np.arange(52))[:, None]
    edges = np.append((octaves * (1 + np.arange(PER_OCTAVE) / PER_OCTAVE)).ravel(), 0.5)
    rows = np.zeros((2 * SIDE, 8))
    rows[[SIDE - 1, 2 * SIDE - 1], 2] = law.quantile(0.5)
    place = np.concatenate([np.arange(SIDE - 1), np.arange(SIDE, 2 * SIDE - 1)])
    return rows, Cells(place >= SIDE, np.tile(edges[:-1], 2), np.tile(edges[1:], 2), place)


def _first_cut(cells: Cells, places: tuple[Floats, Floats]) -> Floats:
    """Return the v that parts the pieces within each cell, the middle one of several, nan where there is none."""
    found = np.full(cells.a.size, np.nan)
    for side, cut in ((~cells.upper, places[0]), (cells.upper, places[1])):
        first = np.searchsorted(cut, cells.a[side], side="right")
        end = np.searchsorted(cut, cells.b[side], side="left")
        if cut.size:
            middle = cut[np.minimum((first + end) // 2, cut.size - 1)]
            found[side] = np.where(end > first, middle, np.nan)
    return found


def _touches(v: Floats, upper: Bools, places: tuple[Floats, Floats]) -> Bools:
    """Whether each v, an end of a cell, parts two pieces."""
    found: Bools = np.where(upper, np.isin(v, places[1]), np.isin(v, places[0]))
    return found


def _graded(rows: Floats, cells: Cells, *, to_left: bool) -> tuple[Floats, Cells]:
    """Return the rows, longer, and the parts of cells halved again and again towards one end, down to one float."""
    parts = []
    for _ in range(HALVINGS):
        is_wide = cells.b - cells.a > 8 * np.spacing(np.where(cells.upper, 0.5, cells.b))
        if not is_wide.any():
            break
        parts.append(cells.only(~is_wide))
        count = np.count_nonzero(is_wide)
        cells = cells.only(is_wide)
        rows, halves = _split(rows, cells, (cells.a + cells.b) / 2)
        is_nearer = (np.arange(2 * count) < count) == to_left
        cells = halves.only(is_nearer)
        parts.append(halves.only(~is_nearer))
    return rows, joined([*parts, cells])


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
