"""What supplies and markets leave of volumes, month by month, in compiled loops; no ramps and no events.

The same rule as nevsim.plant.limits: one pass over the supplies, then one over the markets.
"""

from __future__ import annotations

import numpy as np

from nevsim.arrays import Floats, Minutes
from nevsim.compiled import compiled, inlined
from nevsim.engine.volumes import PLAYED, SOLD, SUPPLIED


@compiled
def ration(
    months: Floats,
    low: int,
    uses: Floats,
    supplies: Floats,
    members: Floats,
    markets: Floats,
    first_scope: Minutes,
    scopes: Minutes,
    sums: Floats,
    sold: Floats,
) -> None:
    """Turn what is loaded into what is sold, and add it up by scope and in the sums.

    ``months`` (variants, p, n, t) vehicles a month of the replications from ``low`` on, changed in place; ``uses``
    (all n, q, p), ``supplies`` (all n, q, t), ``members`` (m, p) and ``markets`` (all n, m, t) as in
    nevsim.plant.limits; ``sums`` (p, 13, w) and ``sold`` (variants, c, all n, t).
    """
    variants, phases, count, last = months.shape
    left = np.empty((max(supplies.shape[1], markets.shape[1]), last))
    share = np.empty(last)
    for variant in range(variants):
        for row in range(count):
            number = low + row
            for limit in range(supplies.shape[1]):
                _shares(months[variant, :, row], uses[number, limit], supplies[number, limit], left[limit])
            for phase in range(phases):
                if supplies.shape[1]:
                    _least(uses[number, :, phase], left, share)
                    for month in range(last):
                        months[variant, phase, row, month] *= share[month]
                if variant == PLAYED:
                    for month in range(last):
                        sums[phase, SUPPLIED, month] += months[variant, phase, row, month]
            for limit in range(markets.shape[1]):
                _shares(months[variant, :, row], members[limit], markets[number, limit], left[limit])
            for phase in range(phases):
                if markets.shape[1]:
                    _least(members[:, phase], left, share)
                    for month in range(last):
                        months[variant, phase, row, month] *= share[month]
                if variant == PLAYED:
                    for month in range(last):
                        sums[phase, SOLD, month] += months[variant, phase, row, month]
                for place in range(first_scope[phase], first_scope[phase + 1]):
                    for month in range(last):
                        sold[variant, scopes[place], number, month] += months[variant, phase, row, month]


@compiled
def _shares(volume: Floats, weight: Floats, limit: Floats, left: Floats) -> None:
    """Write min(1, limit / need of all) by month, 1 where nothing is needed."""
    left[:] = 0.0
    for phase in range(len(weight)):
        if weight[phase] > 0:
            for month in range(len(left)):
                left[month] += weight[phase] * volume[phase, month]
    for month in range(len(left)):
        left[month] = _share(limit[month], left[month])


@inlined
def _share(limit: float, need: float) -> float:
    return limit / need if need > limit else 1.0


@compiled
def _least(weight: Floats, left: Floats, share: Floats) -> None:
    """Write the smallest share that the limits on a phase leave, by month."""
    share[:] = 1.0
    for limit in range(len(weight)):
        if weight[limit] > 0:
            for month in range(len(share)):
                share[month] = min(share[month], left[limit, month])
