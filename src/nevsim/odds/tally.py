"""Counts what many plays come to, chunk by chunk, in flat memory and fixed order; no interval and no words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nevsim.arrays import BEYOND, CANCELLED, Bools, Counts, Floats, Minutes
from nevsim.clock import DAY
from nevsim.engine.output import Output
from nevsim.engine.simulate import Outputs
from nevsim.odds.spread import Spread
from nevsim.odds.target import judge
from nevsim.plant.limits import sum_over
from nevsim.plant.losses import LEVELS
from nevsim.plant.plan import Plan

EXACT_VALUES = 100_000
"""Runs up to which every value of a target's quantity is kept."""
EXACT_PATHS = 4_000
"""Runs up to which every month of every scope is kept."""
PATHS = 50
"""Replications whose months are kept as they are."""


class Tally:
    """What all plays so far come to.

    ``hits`` (3, k): played, on time, on time at the full rate. ``levels`` (9, p, t) sums of vehicles a month with the
    season. ``days`` (p, d + 2) counts of starts by day, then beyond the end, then cancelled. ``values`` spreads the
    targets' quantities, ``rates`` the yearly rates of ``scopes`` (c, p) by month, (c x t) columns. ``paths``
    (first 50, c, t) yearly rates. Sums run in the order of the replications, so no chunk size shows in them.
    """

    def __init__(self, plan: Plan, ceilings: Floats) -> None:
        months = len(plan.season)
        self.plan = plan
        self.scopes = scopes_of(plan)
        self.runs = 0
        self.hits: Counts = np.zeros((3, len(plan.targets)), dtype=np.int64)
        self.sums: Floats = np.zeros(len(plan.targets))
        self.levels: Floats = np.zeros((len(LEVELS), len(plan.phases), months))
        self.days: Counts = np.zeros((len(plan.phases), plan.end // DAY + 3), dtype=np.int64)
        self.values = Spread(np.array([_top(plan, k, ceilings) for k in range(len(plan.targets))]), EXACT_VALUES)
        tops = np.array([ceilings[inside].sum() for inside in self.scopes]) if len(self.scopes) else np.zeros(0)
        self.rates = Spread(np.repeat(tops, months), EXACT_PATHS)
        self.paths: Floats = np.zeros((0, len(self.scopes), months))
        self.hit_bits: list[NDArray[np.uint8]] = []

    def add(self, outputs: Outputs) -> None:
        """Take in the plays of more replications."""
        output = outputs.played
        verdict = judge(self.plan, output)
        self.runs += len(verdict.hits)
        others = (judge(self.plan, outputs.on_time).hits, judge(self.plan, outputs.full).hits)
        self.hits += np.stack([verdict.hits.sum(axis=0), *(hits.sum(axis=0) for hits in others)])
        self.hit_bits.append(np.packbits(verdict.hits, axis=1))
        self.values.add(verdict.values)
        for values in verdict.values:
            self.sums += values
        seasoned = np.ascontiguousarray(np.swapaxes(output.levels * self.plan.season, 0, 1))
        for levels in seasoned:
            self.levels += levels
        self._add_starts(output.starts)
        self._add_rates(output)

    def _add_starts(self, starts: Minutes) -> None:
        last = self.days.shape[1] - 1
        day = np.where(starts == CANCELLED, last, np.where(starts == BEYOND, last - 1, -(-starts // DAY)))
        for phase, found in enumerate(day.T):
            self.days[phase] += np.bincount(found, minlength=last + 1)

    def _add_rates(self, output: Output) -> None:
        if not len(self.scopes):
            return
        rates = np.stack([12 * sum_over(output.levels[-1], inside) for inside in self.scopes], axis=1)
        self.rates.add(rates.reshape(len(rates), -1))
        self.paths = np.concatenate((self.paths, rates[: PATHS - len(self.paths)]))

    def hits_by_run(self) -> Bools:
        """Return one bit per replication and target, (runs, k)."""
        bits = np.unpackbits(np.concatenate(self.hit_bits), axis=1, count=len(self.plan.targets))
        return bits.astype(bool)


def scopes_of(plan: Plan) -> Bools:
    """Return the distinct scopes of the targets of volume, (c, p), in the order of the file."""
    masks = dict.fromkeys(target.inside.tobytes() for target in plan.targets if target.measure != "start")
    return np.array([np.frombuffer(mask, dtype=bool) for mask in masks]).reshape(len(masks), len(plan.phases))


def _top(plan: Plan, number: int, ceilings: Floats) -> float:
    """Return what a target's quantity hardly exceeds: the top of its grid."""
    target = plan.targets[number]
    if target.measure == "start":
        return float(target.inside.sum())
    yearly = float(ceilings[target.inside].sum())
    if target.measure != "output":
        return yearly
    first, last = target.window
    return target.already + yearly * float(plan.season[first:last].sum()) / 12
