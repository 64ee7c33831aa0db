"""How long each opening of a rollout takes, drawn one by one; no teams and no order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nevsim.arrays import Floats, Minutes
from nevsim.clock import MONTH
from nevsim.compiled import compiled
from nevsim.draws.minutes import minutes_of
from nevsim.draws.quantiles import Tables, tables_of, value
from nevsim.draws.stream import keys_of, pair
from nevsim.laws import Law

MOST = 1_200.0 * MONTH
"""Minutes at which a fit-out saturates: a hundred years."""


@dataclass(frozen=True)
class RolloutLaws:
    """A rollout: the address of its fit-outs, the positions of what is drawn once, and the law of each fit-out."""

    address: str
    planned: int
    teams: int
    pace: int
    fit_out: Law
    minutes: int

    @property
    def drawn_once(self) -> tuple[int, int, int]:
        """The positions of what is drawn once a replication."""
        return self.planned, self.teams, self.pace


@dataclass(frozen=True)
class FitOuts:
    """The openings of n replications: ``teams`` (n), and ``minutes`` (n, j) of each, 0 beyond the number planned."""

    teams: Minutes
    minutes: Minutes


def draw_fit_outs(laws: RolloutLaws, values: Floats, seed: int, replications: Minutes) -> FitOuts:
    """Return the fit-outs of a rollout: its law x its pace, at least one minute each; their number has no limit."""
    planned = values[laws.planned].astype(np.int64)
    minutes = np.zeros((len(planned), int(planned.max())), dtype=np.int64)
    key = keys_of(seed, (laws.address,))[0]
    _fill(key, replications, tables_of([laws.fit_out]), planned, values[laws.pace], laws.minutes, minutes)
    return FitOuts(teams=values[laws.teams].astype(np.int64), minutes=minutes)


@compiled
def _fill(
    key: np.uint64, replications: Minutes, tables: Tables, planned: Minutes, pace: Floats, unit: int, minutes: Minutes
) -> None:
    for row in range(len(planned)):
        for job in range(0, planned[row], 2):
            first, second = pair(key, replications[row], job // 2)
            minutes[row, job] = max(minutes_of(value(tables, 0, first) * pace[row], unit, MOST), 1.0)
            if job + 1 < planned[row]:
                minutes[row, job + 1] = max(minutes_of(value(tables, 0, second) * pace[row], unit, MOST), 1.0)
