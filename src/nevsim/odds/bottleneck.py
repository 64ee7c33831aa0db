"""Counts what each crew, supply and market limits over many replications; the play without it is in engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

import numpy as np

from nevsim.arrays import Floats
from nevsim.engine.relief import Relief
from nevsim.plant.plan import Plan

_Z = 1.959963984540054


@dataclass(frozen=True)
class Cost:
    """Mean vehicles that one limit keeps from an output target, with the half-width of its 95 % interval."""

    target: str
    vehicles: float
    half_width: float


@dataclass(frozen=True)
class Bottleneck:
    """A crew, supply or market: ``used`` (t) its mean use by month as a share, and what it costs each output target."""

    kind: str
    id: str
    used: Floats
    costs: tuple[Cost, ...]
    runs: int

    def by_year(self, months: Sequence[date]) -> list[float]:
        """Return the mean use in each calendar year of the months played."""
        years = np.array([month.year for month in months])
        return [float(self.used[years == year].mean()) for year in sorted(set(years.tolist()))]


class Bottlenecks:
    """Sums over replications, in their order, so that no chunk size shows in them."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.runs = 0
        self.names: list[tuple[str, str]] = []
        self.used: list[Floats] = []
        self.gained: list[list[Floats]] = []

    def add(self, found: list[Relief]) -> None:
        """Take in more replications; ``found`` has each limit in the same order every time."""
        if not found:
            return
        self.names = [(one.kind, one.id) for one in found]
        self.runs += len(found[0].used)
        self.used.append(np.stack([one.used for one in found], axis=1))
        self.gained.append([np.stack([self._in(target, one) for one in found], axis=1) for target in self._outputs])

    @property
    def _outputs(self) -> list[int]:
        return [number for number, target in enumerate(self.plan.targets) if target.measure == "output"]

    def _in(self, number: int, relief: Relief) -> Floats:
        target = self.plan.targets[number]
        first, last = target.window
        gained = relief.without.volume(target.inside) - relief.played.volume(target.inside)
        inside: Floats = (gained * self.plan.season)[:, first:last].sum(axis=1)
        return inside

    def found(self) -> tuple[Bottleneck, ...]:
        """Return every limit with its mean use and its costs."""
        if not self.names:
            return ()
        used = np.concatenate(self.used).mean(axis=0)
        gained = [np.concatenate(parts) for parts in zip(*self.gained, strict=True)]
        return tuple(
            Bottleneck(
                kind,
                name,
                used[row],
                tuple(
                    _cost(self.plan.targets[number].id, values[:, row])
                    for number, values in zip(self._outputs, gained, strict=True)
                ),
                self.runs,
            )
            for row, (kind, name) in enumerate(self.names)
        )


def _cost(target: str, gained: Floats) -> Cost:
    error = float(gained.std(ddof=1)) / sqrt(len(gained)) if len(gained) > 1 else 0.0
    return Cost(target, float(gained.mean()), _Z * error)
