"""What a supply gives and a market takes in each month, settled before the play; no volumes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nevsim.arrays import Floats, Minutes
from nevsim.compiled import compiled


@dataclass(frozen=True)
class LimitLaws:
    """A limit: rows of (months from the start, amount a year), and where its level and growth are drawn."""

    name: str
    rows: tuple[tuple[int, float], ...]
    level: int
    growth: int


def monthly_limits(yearly: tuple[LimitLaws, ...], values: Floats, months: int) -> Floats:
    """Return the limits as amounts a month, (n, m, t), from the quantities (quantities, n).

    A month's limit is a twelfth of the yearly value in force at its beginning x level x (1 + growth)^(years since that
    row began); there is no limit before the first row.
    """
    limits = np.empty((values.shape[1], len(yearly), months))
    for number, limit in enumerate(yearly):
        _fill(*_in_force(limit.rows, months), values[limit.level], values[limit.growth], limits[:, number])
    return limits


@lru_cache(maxsize=256)
def _in_force(rows: tuple[tuple[int, float], ...], months: int) -> tuple[Floats, Minutes]:
    """Return a twelfth of the yearly value in force in each month, inf where there is none, and its age in months."""
    amounts, ages = np.full(months, np.inf), np.zeros(months, dtype=np.int64)
    for since, amount in rows:
        inside = slice(max(since, 0), None)
        amounts[inside] = amount / 12
        ages[inside] = np.arange(max(since, 0), months) - since
    return amounts, ages


@compiled
def _fill(amounts: Floats, ages: Minutes, level: Floats, growth: Floats, limits: Floats) -> None:
    for row in range(len(level)):
        monthly = (1.0 + growth[row]) ** (1.0 / 12.0)
        grown = 1.0
        for month in range(len(amounts)):
            if month == 0 or ages[month] != ages[month - 1] + 1:
                grown = monthly ** ages[month]
            elif ages[month] % 12 == 0:
                grown = (1.0 + growth[row]) ** (ages[month] // 12)
            else:
                grown *= monthly
            limits[row, month] = amounts[month] * level[row] * grown if amounts[month] < np.inf else np.inf
