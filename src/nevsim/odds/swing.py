"""Counts how odds differ between runs in which a quantity was drawn low and runs in which it was drawn high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from nevsim.arrays import Bools, Floats
from nevsim.odds.counting import count_high
from nevsim.odds.interval import Odds, odds_of

SURE = 4.0
"""Standard errors by which two odds differ that are told: with hundreds of quantities, fewer come by chance."""


@dataclass(frozen=True)
class Swing:
    """The odds of a target where a quantity lay in the lower half of its law, and where in the upper."""

    address: str
    target: int
    low: Odds
    high: Odds

    @property
    def width(self) -> float:
        """How far the odds rise from low to high; negative where they fall."""
        return self.high.odds - self.low.odds

    @property
    def is_sure(self) -> bool:
        """Whether the two odds differ by over four standard errors of their difference were they the same."""
        runs = self.low.runs + self.high.runs
        pooled = (self.low.hits + self.high.hits) / runs
        error = sqrt(pooled * (1 - pooled) * (1 / self.low.runs + 1 / self.high.runs))
        return abs(self.width) > SURE * error


class Swings:
    """Counts over replications: how often each quantity was drawn high, and the hits of each target then."""

    def __init__(self, targets: int) -> None:
        self.targets = targets
        self.runs = 0
        self.highs = np.zeros(0, dtype=np.int64)
        self.hits_high = np.zeros((0, targets), dtype=np.int64)
        self.hits = np.zeros(targets, dtype=np.int64)

    def add(self, chances: Floats, hits: Bools) -> None:
        """Take in more replications: the uniforms (q, n) of each drawn quantity, and the hits (n, k)."""
        if not self.runs:
            self.highs = np.zeros(len(chances), dtype=np.int64)
            self.hits_high = np.zeros((len(chances), self.targets), dtype=np.int64)
        self.runs += len(hits)
        count_high(chances, np.ascontiguousarray(hits.T), self.highs, self.hits_high)
        self.hits += hits.sum(axis=0)

    def found(self, addresses: Sequence[str]) -> tuple[Swing, ...]:
        """Return the swing of every target with every quantity that was drawn both low and high."""
        return tuple(
            Swing(
                address,
                target,
                odds_of(int(self.hits[target] - self.hits_high[row, target]), self.runs - int(self.highs[row])),
                odds_of(int(self.hits_high[row, target]), int(self.highs[row])),
            )
            for row, address in enumerate(addresses)
            if 0 < self.highs[row] < self.runs
            for target in range(self.targets)
        )


def strongest(swings: tuple[Swing, ...], target: int, most: int) -> list[Swing]:
    """Return the sure swings of a target, the widest first."""
    sure = [one for one in swings if one.target == target and one.is_sure]
    return sorted(sure, key=lambda one: -abs(one.width))[:most]
