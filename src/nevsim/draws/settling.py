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
    drawn = np.empty((int(settling.drawn.max(initial=-1)) + 1, chances.shape[1]))
    fill(settling.tables, np.arange(len(drawn)), chances[: len(drawn)], drawn)
    values = np.empty((len(settling.drawn), chances.shape[1]))
    _settle(settling.drawn, settling.fixed, settling.most, settling.minutes, settling.least, drawn, values)
    return values


@compiled
def _settle(
    rows: Minutes, fixed: Floats, most: Floats, minutes: Floats, least: Floats, drawn: Floats, values: Floats
) -> None:
    for row in range(len(rows)):
        unit, top, floor = minutes[row], most[row], least[row]
        if rows[row] < 0:
            value = fixed[row]
            if unit > 0:
                value = max(minutes_of(value, unit, _MOST), floor)
            values[row] = value
        elif unit > 0:
            for number in range(values.shape[1]):
                value = min(drawn[rows[row], number], top)
                values[row, number] = max(minutes_of(value, unit, _MOST), floor)
        else:
            for number in range(values.shape[1]):
                values[row, number] = max(min(drawn[rows[row], number], top), floor)
