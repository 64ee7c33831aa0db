"""What a market takes in each month, settled before the play; no volumes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nevsim.arrays import Floats, Minutes


@dataclass(frozen=True)
class MarketLaws:
    """A market: rows of (months from the start, vehicles a year), and where its level and growth are drawn."""

    name: str
    rows: tuple[tuple[int, float], ...]
    level: int
    growth: int


def market_limits(markets: tuple[MarketLaws, ...], values: Floats, edges: Minutes) -> Floats:
    """Return the limits in vehicles a month, (n, m, t), from the quantities (quantities, n).

    A month's limit is a twelfth of the yearly value in force at its beginning x level x (1 + growth)^(years since that
    row began); there is no limit before the first row.
    """
    months = len(edges) - 1
    limits = np.full((values.shape[1], len(markets), months), np.inf)
    for number, market in enumerate(markets):
        level, growth = values[market.level], values[market.growth]
        for month in range(months):
            row = next((row for row in reversed(market.rows) if row[0] <= month), None)
            if row is not None:
                years = (month - row[0]) / 12
                limits[:, number, month] = row[1] / 12 * level * np.power(1.0 + growth, years)
    return limits
