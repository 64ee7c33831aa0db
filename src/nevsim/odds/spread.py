"""How a quantity spreads over many runs in flat memory: every value of a short run, a fixed grid of a long one."""

from __future__ import annotations

import numpy as np

from nevsim.arrays import Counts, Floats
from nevsim.odds.counting import add_cells

CELLS = 4_000
"""Cells of the grid that a long run is counted on."""


def widths(top: Floats) -> Floats:
    """Return the width of the cells of grids from 0 to ``top`` (c)."""
    width: Floats = np.where(top > 0, top, 1.0) / (CELLS - 2)
    return width


def ranks_of(shares: tuple[float, ...], runs: int) -> Counts:
    """Return which of the ascending values of so many runs is the smallest that a share of them does not exceed."""
    return np.maximum(np.ceil(np.array(shares) * runs - 1e-9).astype(np.int64), 1)


def middles(counts: Counts, width: Floats, ranks: Counts) -> Floats:
    """Return the middles of the cells that hold the values of some ranks, (ranks, c), from counts (c, cells)."""
    reached = np.cumsum(counts, axis=1)
    cells = np.stack([np.argmax(reached >= rank, axis=1) for rank in ranks])
    found: Floats = np.where(cells > 0, (cells - 0.5) * width, 0.0)
    return found


class Spread:
    """The distribution of columns of values, (n, c), over all runs so far.

    Up to ``exact`` runs every value is kept, and percentiles are values that occurred. From then on the values are
    counted on ``CELLS`` cells from 0 to ``top`` (c), the last of which takes all beyond; 0 has a cell of its own, and a
    percentile is the middle of its cell.
    """

    def __init__(self, top: Floats, exact: int) -> None:
        self.width = widths(top)
        self.exact = exact
        self.runs = 0
        self._values: list[Floats] | None = []
        self._counts: Counts = np.zeros((len(top), CELLS), dtype=np.int64)

    @property
    def counted(self) -> bool:
        """Whether the run has grown so long that percentiles are cells."""
        return self._values is None

    def add(self, values: Floats) -> None:
        """Take in the values of more runs, (n, c)."""
        self.runs += len(values)
        if self._values is not None:
            self._values.append(values)
            if self.runs <= self.exact:
                return
            for found in self._values:
                add_cells(found, self.width, self._counts)
            self._values = None
            return
        add_cells(values, self.width, self._counts)

    def percentiles(self, shares: tuple[float, ...]) -> Floats:
        """Return the smallest value that at least each share of the runs does not exceed, (shares, c)."""
        ranks = ranks_of(shares, self.runs)
        if self._values is not None:
            ordered: Floats = np.sort(np.concatenate(self._values), axis=0)[ranks - 1]
            return ordered
        return middles(self._counts, self.width, ranks)

    def counts(self) -> Counts:
        """Return how many runs fall into each cell of each column's grid, (c, cells)."""
        if self._values is None:
            return self._counts
        counts = np.zeros_like(self._counts)
        add_cells(np.concatenate(self._values), self.width, counts)
        return counts

    def exceedance(self, column: int, points: int = 400) -> tuple[Floats, Floats]:
        """Return values and the share of runs that reach at least each, at most ``points`` of them, rising."""
        shares = np.linspace(0, 1, points)
        values = self.percentiles(tuple(shares))[:, column]
        return values, 1 - shares
