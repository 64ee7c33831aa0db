"""What a supply gives and a market takes in each month, settled before the play; no volumes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nevsim.arrays import Floats, Minutes


@dataclass(frozen=True)
class LimitLaws:
    """A limit: rows of (months from the start, amount a year), and where its level and growth are drawn."""

    name: str
    rows: tuple[tuple[int, float], ...]
    level: int
    growth: int


def monthly_limits(yearly: tuple[LimitLaws, ...], values: Floats, edges: Minutes) -> Floats:
    """Return the limits as amounts a month, (n, m, t), from the quantities (quantities, n).

    A month's limit is a twelfth of the yearly value in force at its beginning x level x (1 + growth)^(years since that
    row began); there is no limit before the first row.
    """
    months = len(edges) - 1
    limits = np.full((values.shape[1], len(yearly), months), np.inf)
    for number, limit in enumerate(yearly):
        level, growth = values[limit.level], values[limit.growth]
        for month in range(months):
            row = next((row for row in reversed(limit.rows) if row[0] <= month), None)
            if row is not None:
                years = (month - row[0]) / 12
                limits[:, number, month] = row[1] / 12 * level * np.power(1.0 + growth, years)
    return limits
