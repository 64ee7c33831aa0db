"""Quantiles of many laws read from their tables, in compiled loops; no building of tables and no uniforms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nevsim.arrays import Counts, Floats
from nevsim.compiled import compiled
from nevsim.laws import Law
from nevsim.laws.cells import PER_OCTAVE, SIDE
from nevsim.laws.table import table_of

_LEAST = 2.0**-53
_SHIFT = 52 - (PER_OCTAVE.bit_length() - 1)
_FIRST = int(np.float64(_LEAST).view(np.int64)) >> _SHIFT


class Tables(NamedTuple):
    """The tables of a sequence of laws back to back, for compiled loops; equal laws are there once.

    ``rows`` (rows, 8), ``shares``, ``values`` and ``guide`` are those of ``nevsim.laws.table.Table``; ``ends``
    (laws, 2) what the quantiles never leave; ``heads`` (laws, 3) the law's first row, or, where it is discrete, the
    first of its shares and values; the first of its guide; and the parts that its guide makes of u, otherwise 0.
    """

    heads: Counts
    ends: Floats
    rows: Floats
    shares: Floats
    values: Floats
    guide: Counts


def tables_of(laws: Sequence[Law]) -> Tables:
    """Return the tables of the laws, whose place in the sequence is their number."""
    places: dict[Law, int] = {}
    numbers = [places.setdefault(law, len(places)) for law in laws]
    tables = [table_of(law) for law in places]
    heads, ends = np.zeros((len(tables), 3), dtype=np.int64), np.zeros((len(tables), 2))
    row = step = mark = 0
    for k, table in enumerate(tables):
        heads[k] = (step, mark, len(table.guide) - 1) if len(table.guide) else (row, 0, 0)
        ends[k] = table.low, table.high
        row, step, mark = row + len(table.rows), step + len(table.shares), mark + len(table.guide)
    return Tables(
        heads=heads[numbers],
        ends=ends[numbers],
        rows=np.concatenate([np.empty((0, 8)), *(table.rows for table in tables)]),
        shares=np.concatenate([np.empty(0), *(table.shares for table in tables)]),
        values=np.concatenate([np.empty(0), *(table.values for table in tables)]),
        guide=np.concatenate([np.empty(0, dtype=np.int64), *(table.guide for table in tables)]),
    )


@compiled
def value(tables: Tables, law: int, u: float) -> float:
    """Return the quantile of one law at u, in the law's unit; a u beyond 2^-53 or 1 - 2^-53 counts as that.

    Loops that call it have it built in as long as it hands no more than one array on to another function.
    """
    first, parts = tables.heads[law, 0], tables.heads[law, 2]
    v = _distance(u)
    if parts > 0:
        u = 1.0 - v if u > 0.5 else v
        part = tables.heads[law, 1] + int(u * parts)
        low, high = tables.guide[part], tables.guide[part + 1]
        while low < high:
            middle = (low + high) >> 1
            if tables.shares[first + middle] < u:
                low = middle + 1
            else:
                high = middle
        return float(tables.values[first + low])
    found = _polynomial(tables.rows, first, first + _row(u, v), v)
    return float(min(max(found, tables.ends[law, 0]), tables.ends[law, 1]))


@compiled
def fill(tables: Tables, laws: Counts, chances: Floats, values: Floats) -> None:
    """Fill ``values`` (r, n) with the quantiles of ``laws`` (r,), by number, at ``chances`` (r, n); see ``value``.

    A row is gone through twice, so that the processor can look for the cells of many values at once.
    """
    count = chances.shape[1]
    places = np.empty(count, dtype=np.int64)
    for r in range(len(laws)):
        law = laws[r]
        if tables.heads[law, 2] > 0:
            for i in range(count):
                values[r, i] = value(tables, law, chances[r, i])
            continue
        first, low, high = tables.heads[law, 0], tables.ends[law, 0], tables.ends[law, 1]
        for i in range(count):
            values[r, i] = _distance(chances[r, i])
            places[i] = first + _row(chances[r, i], values[r, i])
        for i in range(count):
            values[r, i] = min(max(_polynomial(tables.rows, first, places[i], values[r, i]), low), high)


@compiled
def _distance(u: float) -> float:
    """Return the distance v of u from 0 or 1, at least 2^-53; anything that is not between them lies at an end."""
    return max(_LEAST, 1.0 - u if u > 0.5 else u)


@compiled
def _row(u: float, v: float) -> int:
    """Return the row that a smooth law begins with, counted from its first: the upper bits of v, read as a number."""
    row = (np.float64(v).view(np.int64) >> _SHIFT) - _FIRST
    return int(row + SIDE if u > 0.5 else row)


@compiled
def _polynomial(rows: Floats, first: int, place: int, v: float) -> float:
    """Return the value of the cell that v lies in, found from the row at ``place`` on; no index is below 0."""
    row = np.uint64(place)
    while np.isnan(rows[row, 0]):
        row = np.uint64(first + int(rows[row, 2] if v < rows[row, 1] else rows[row, 3]))
    t = (v - rows[row, 0]) * rows[row, 1]
    square = t * t
    upper = (rows[row, 4] + t * rows[row, 5]) + square * (rows[row, 6] + t * rows[row, 7])
    return float((rows[row, 2] + t * rows[row, 3]) + square * upper)
