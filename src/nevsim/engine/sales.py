"""From starts and outages to what every scope sells, some replications at a time, in one compiled loop; no events."""

from __future__ import annotations

import numpy as np

from nevsim.arrays import Floats
from nevsim.compiled import compiled
from nevsim.engine.exposure import Struck, outages_of
from nevsim.engine.shortages import deliver, ration
from nevsim.engine.volumes import SOLD, SUPPLIED, Ground, Settled, apart_by_month, begin, settle


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
    sums: Floats,
    sold: Floats,
) -> None:
    """Add all n replications to ``sums`` (p, 13, w), and write what is sold by scope and month, (variants, c, n, t).

    Vehicles a month before the season; variants as in nevsim.engine.volumes. ``uses`` (n or 1, u, p) and ``supplies``
    (n, u, t), ``members`` (1, m, p) and ``markets`` (n, m, t) as in nevsim.plant.limits. ``step`` replications are
    worked on at once, which shows in no result.
    """
    variants, scopes, count, months = sold.shape
    phases, limited = len(ground.group), supplies.shape[1] + markets.shape[1] > 0
    outages, groups = outages_of(struck), 0
    for phase in range(phases):
        groups = max(groups, ground.group[phase] + 1)
    begin(ground, settled, sums)
    if limited:
        sold[:] = 0.0
    for low in range(0, count, step):
        high = min(low + step, count)
        made = np.zeros((variants, high - low, groups, len(ground.edges)))
        loaded = np.empty((variants if limited else 0, phases, high - low, months))
        settle(ground, settled, outages, (low, high), sums, made, loaded)
        if limited:
            ration(loaded, low, uses, supplies, ground.window, SUPPLIED, sums)
            ration(loaded, low, members, markets, ground.window, SOLD, sums)
            deliver(loaded, low, ground.first_scope, ground.scopes, sold)
        else:
            apart_by_month(ground, made, 0, scopes, low, sold)
