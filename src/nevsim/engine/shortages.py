"""What supplies and markets leave of volumes, month by month, in compiled loops; no ramps and no events.

The same rule as nevsim.plant.limits: one pass over the supplies, then one over the markets.
"""

from __future__ import annotations

import numpy as np

from nevsim.arrays import Floats, Minutes
from nevsim.compiled import compiled
from nevsim.engine.volumes import PLAYED


@compiled
def ration(
    months: Floats, low: int, weights: Floats, limits: Floats, window: tuple[int, int], level: int, sums: Floats
) -> None:
    """Take what limits of one kind do not leave off volumes, and add what they leave to a level of the sums.

    ``months`` (variants, p, n, t) vehicles a month of the replications from ``low`` on, changed in place; ``weights``
    (all n or 1, m, p) units a vehicle and ``limits`` (all n, m, t) units a month as in nevsim.plant.limits; ``sums``
    (p, 13, w). Variants but the one as played are of use in the months [window[0], window[1]) alone.
    """
    variants, phases, count, last = months.shape
    most, drawn = limits.shape[1], len(weights) > 1
    left, share = np.empty((most, last)), np.empty(last)
    for variant in range(variants):
        first, until = np.uint64(window[0] if variant else 0), np.uint64(window[1] if variant else last)
        for row in range(count):
            number = low + row
            each = number if drawn else 0
            for limit in range(most):
                for month in range(first, until):
                    left[limit, month] = 0.0
                for phase in range(phases):
                    weight = weights[each, limit, phase]
                    if weight > 0:
                        for month in range(first, until):
                            left[limit, month] += weight * months[variant, phase, row, month]
                for month in range(first, until):
                    given, need = limits[number, limit, month], left[limit, month]
                    left[limit, month] = given / need if need > given else 1.0
            for phase in range(phases):
                for month in range(first, until):
                    share[month] = 1.0
                for limit in range(most):
                    if weights[each, limit, phase] > 0:
                        for month in range(first, until):
                            share[month] = min(share[month], left[limit, month])
                for month in range(first, until):
                    months[variant, phase, row, month] *= share[month]
                if variant == PLAYED:
                    for month in range(first, until):
                        sums[phase, level, month] += months[variant, phase, row, month]


@compiled
def deliver(months: Floats, low: int, first_scope: Minutes, scopes: Minutes, sold: Floats) -> None:
    """Add what is sold, ``months`` (variants, p, n, t) of the replications from ``low`` on, to ``sold`` by scope.

    ``sold`` (variants, c, all n, t).
    """
    variants, phases, count, last = months.shape
    for variant in range(variants):
        for phase in range(phases):
            for place in range(first_scope[phase], first_scope[phase + 1]):
                scope = np.uint64(scopes[place])
                for row in range(count):
                    for month in range(last):
                        sold[variant, scope, low + row, month] += months[variant, phase, row, month]
