"""From uniforms to the values of quantities, timed ones in whole minutes, in one compiled loop; no addresses."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nevsim.arrays import Floats, Minutes
from nevsim.clock import MONTH
from nevsim.compiled import compiled
from nevsim.draws.minutes import minutes_of
from nevsim.draws.quantiles import Tables, fill

MOST_MONTHS = 1_200
"""Months at which the unbounded upper tail of a duration or a slip saturates."""
_MOST = float(MOST_MONTHS * MONTH)


class Settling(NamedTuple):
    """Every quantity (q) as arrays.

    ``drawn`` (q) its row among the d quantities that are drawn, or -1 for one of a single value, ``fixed`` (q) that
    value, ``most`` (q) where an upper tail saturates, ``minutes`` (q) of its unit or 0 for what is no time, ``least``
    (q) the fewest minutes, and the ``tables`` of the drawn ones in their order.
    """

    drawn: Minutes
    fixed: Floats
    most: Floats
    minutes: Floats
    least: Floats
    tables: Tables


def settled(settling: Settling, chances: Floats) -> Floats:
    """Return every quantity, (q, n), from the uniforms of those that are drawn, (d or more, n)."""
    values = np.empty((len(settling.drawn), chances.shape[1]))
    _settle(settling, chances, values)
    return values


@compiled
def _settle(settling: Settling, chances: Floats, values: Floats) -> None:
    drawn, fixed, most, minutes, least, tables = settling
    for row in range(len(drawn)):
        unit, top, floor = minutes[row], most[row], least[row]
        if drawn[row] < 0:
            value = fixed[row]
            values[row] = max(minutes_of(value, unit, _MOST), floor) if unit > 0 else value
            continue
        law, found = drawn[row : row + 1], values[row]
        fill(tables, law, chances[drawn[row] : drawn[row] + 1], values[row : row + 1])
        if unit > 0:
            for number in range(len(found)):
                found[number] = max(minutes_of(min(found[number], top), unit, _MOST), floor)
        else:
            for number in range(len(found)):
                found[number] = max(min(found[number], top), floor)


@compiled
def whole(values: Floats, rows: Minutes) -> Minutes:
    """Return some rows of values that are whole minutes, (rows, n)."""
    found = np.empty((len(rows), values.shape[1]), dtype=np.int64)
    for place in range(len(rows)):
        row = rows[place]
        for number in range(values.shape[1]):
            found[place, number] = np.int64(values[row, number])
    return found
