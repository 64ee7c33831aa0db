"""From starts and outages to what every scope sells, some replications at a time, in one compiled loop; no events."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nevsim.arrays import Bools, Floats
from nevsim.compiled import compiled
from nevsim.engine.exposure import Struck, outages_of
from nevsim.engine.shortages import deliver, ration
from nevsim.engine.volumes import PLAYED, SOLD, SUPPLIED, Ground, Settled, apart_by_month, begin, settle


class Loaded(NamedTuple):
    """What each phase loads before any limit in n replications, (p, n, t) vehicles a month, and what that hangs on."""

    ground: Ground
    settled: Settled
    struck: Struck
    months: Floats


GIVEN = ("edges", "month", "shape", "first_knot", "knots", "operating", "climbs", "first_stream", "streams")
"""What of the ground the volumes of a phase hang on."""


def alike(known: Loaded, ground: Ground, settled: Settled, struck: Struck) -> Bools:
    """Return which phases (p) come to what is known, since all that it hangs on is the same in all replications."""
    found = np.zeros(len(ground.group), dtype=bool)
    if not all(np.array_equal(getattr(ground, name), getattr(known.ground, name)) for name in GIVEN):
        return found
    found[:] = all(map(np.array_equal, struck, known.struck)) or np.diff(ground.first_stream) == 0
    for mine, theirs in zip(settled, known.settled, strict=True):
        found &= (mine == theirs).all(axis=1)
    return found


@compiled
def sell(
    ground: Ground,
    settled: Settled,
    struck: Struck,
    uses: Floats,
    supplies: Floats,
    members: Floats,
    markets: Floats,
    step: int,
    same: Bools,
    known: Floats,
    kept: Floats,
    sums: Floats,
    sold: Floats,
) -> None:
    """Add all n replications to ``sums`` (p, 13, w), and write what is sold by scope and month, (variants, c, n, t).

    Vehicles a month before the season; variants as in nevsim.engine.volumes. ``uses`` (n or 1, u, p) and ``supplies``
    (n, u, t), ``members`` (1, m, p) and ``markets`` (n, m, t) as in nevsim.plant.limits. ``step`` replications are
    worked on at once, which shows in no result. Where there are limits, what phases load before them is written to
    ``kept`` (p, n, t), if that has phases. The one variant as played is for what is sold alone, and leaves the sums
    unfinished: phases that are the ``same`` (p) then load what is ``known`` (p, n, t).
    """
    variants, scopes, count, months = sold.shape
    phases, limited = len(ground.group), supplies.shape[1] + markets.shape[1] > 0
    outages, groups = outages_of(struck), 0
    for phase in range(phases):
        groups = max(groups, ground.group[phase] + 1)
    if variants > 1:
        begin(ground, settled, sums)
    if limited:
        sold[:] = 0.0
    for low in range(0, count, step):
        high = min(low + step, count)
        made = np.zeros((variants, high - low, groups, len(ground.edges)))
        loaded = np.empty((variants if limited else 0, phases, high - low, months))
        settle(ground, settled, outages, (low, high), same, sums, made, loaded)
        if limited:
            for phase in range(phases):
                for row in range(low, high if same[phase] else low):
                    for month in range(months):
                        loaded[PLAYED, phase, row - low, month] = known[phase, row, month]
            for phase in range(len(kept)):
                for row in range(low, high):
                    for month in range(months):
                        kept[phase, row, month] = loaded[PLAYED, phase, row - low, month]
            ration(loaded, low, uses, supplies, ground.window, SUPPLIED, sums)
            ration(loaded, low, members, markets, ground.window, SOLD, sums)
            deliver(loaded, low, ground.first_scope, ground.scopes, sold)
        else:
            apart_by_month(ground, made, 0, scopes, low, sold)
