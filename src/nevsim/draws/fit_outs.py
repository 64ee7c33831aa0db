"""How long each opening of a rollout takes, drawn one by one; no teams and no order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nevsim.arrays import Floats, Minutes
from nevsim.clock import MONTH
from nevsim.draws.minutes import minutes_of
from nevsim.draws.stream import keys_of, uniform_pair
from nevsim.laws import Law

MOST = 1_200 * MONTH
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


@dataclass(frozen=True)
class FitOuts:
    """The openings of n replications: ``teams`` (n), and ``minutes`` (n, j) of each, 0 beyond the number planned."""

    teams: Minutes
    minutes: Minutes


def draw_fit_outs(laws: RolloutLaws, values: Floats, seed: int, replications: Minutes) -> FitOuts:
    """Return the fit-outs of a rollout: its law x its pace, at least one minute each; their number has no limit."""
    planned = values[laws.planned].astype(np.int64)
    blocks = range((int(planned.max()) + 1) // 2)
    keys = keys_of(seed, [laws.address])
    chances = [chance[0] for block in blocks for chance in uniform_pair(keys, replications, block)]
    months = laws.fit_out.quantile(np.stack(chances[: int(planned.max())], axis=1))
    minutes = np.maximum(minutes_of(months * values[laws.pace][:, None], laws.minutes, MOST), 1.0).astype(np.int64)
    return FitOuts(
        teams=values[laws.teams].astype(np.int64),
        minutes=np.where(np.arange(minutes.shape[1]) < planned[:, None], minutes, 0),
    )
