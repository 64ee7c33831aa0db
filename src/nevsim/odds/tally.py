"""Counts what many plays come to, chunk by chunk, in flat memory and fixed order; no interval and no words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nevsim.arrays import Bools, Counts, Floats
from nevsim.clock import DAY, date_of
from nevsim.engine.output import Harvest, Output, Seen
from nevsim.odds.bottleneck import Bottlenecks
from nevsim.odds.counting import add_days, add_rows, opened_by
from nevsim.odds.hits import HitBits
from nevsim.odds.interval import Odds, odds_of, odds_over
from nevsim.odds.quarters import moved, quarter_ends
from nevsim.odds.spread import Spread
from nevsim.odds.swing import Swings
from nevsim.odds.target import count_places, judge
from nevsim.plant.plan import Plan

EXACT_VALUES = 100_000
"""Runs up to which every value of a target's quantity is kept."""
EXACT_PATHS = 4_000
"""Runs up to which every month of every scope is kept."""
PATHS = 50
"""Replications whose months are kept as they are."""


class Tally:
    """What all plays so far come to.

    Hits are counted by replicate (b), one where the runs are independent. ``hits`` (b, 3, k): played, on time, on time
    at the full rate. ``reached`` (b, k, q) hits of the targets moved to the end of each quarter, ``reading_hits``
    (b, r, k) where unclear facts read otherwise. ``closed`` the sums over whole blocks of
    replications, ``open`` those of the block under way, as the engine keeps them. ``days`` (p, d + 2) counts of
    starts by day, then beyond the end, then cancelled. ``values`` spreads the targets' quantities, ``rates`` what each
    of the ``series`` comes to by month, (c x t) columns. ``paths`` (first 50, c, t) the same of single runs. Sums run
    in the order of the replications, so no chunk size shows in them.
    """

    def __init__(self, plan: Plan, ceilings: Floats, readings: int = 0, replicate: int | None = None) -> None:
        months = len(plan.season)
        self.plan = plan
        self.replicate = replicate
        self.series = series_of(plan)
        self.quarters = quarter_ends(plan.start, date_of(plan.end, plan.start))
        self.moved = [[moved(plan, target, months) for months in self.quarters] for target in plan.targets]
        self.reading_hits: Counts = np.zeros((0, readings, len(plan.targets)), dtype=np.int64)
        self.bottlenecks = Bottlenecks(plan)
        self.runs = 0
        self.hits: Counts = np.zeros((0, 3, len(plan.targets)), dtype=np.int64)
        self.sums: Floats = np.zeros(len(plan.targets))
        self.closed: Floats | None = None
        self.open: Floats | None = None
        self.days: Counts = np.zeros((len(plan.phases), plan.end // DAY + 3), dtype=np.int64)
        self.values = Spread(np.array([top_of(plan, k, ceilings) for k in range(len(plan.targets))]), EXACT_VALUES)
        self.reached: Counts = np.zeros((0, len(plan.targets), len(self.quarters)), dtype=np.int64)
        tops = np.array([top_of(plan, one.first, ceilings, whole=False) for one in self.series])
        self.rates = Spread(np.repeat(tops, months), EXACT_PATHS)
        self.paths: Floats = np.zeros((0, len(self.series), months))
        self.swings = Swings(len(plan.targets))
        self.hit_bits = HitBits(len(plan.targets))

    def add(self, harvest: Harvest, chances: Floats) -> None:
        """Take in the plays of more replications of one replicate, and the uniforms (q, n) that settled them."""
        if self.runs % self.replicate == 0 if self.replicate else not self.runs:
            self._open_replicate()
        output = harvest.played
        verdict = judge(self.plan, output)
        self.runs += len(verdict.hits)
        self.hits[-1, 0] += verdict.hits.sum(axis=0)
        for variant, seen in enumerate((harvest.on_time, harvest.full), start=1):
            if seen is not None:
                self.hits[-1, variant] += judge(self.plan, seen).hits.sum(axis=0)
        self.hit_bits.add(verdict.hits)
        self.swings.add(chances, verdict.hits)
        self.values.add(verdict.values)
        add_rows(verdict.values, self.sums)
        add_days(np.ascontiguousarray(output.starts.T), self.days)
        self._add_rates(output)
        for number, moved_on in enumerate(self.moved):
            known = [quarter for quarter, place in enumerate(moved_on) if place is not None]
            places = [place for place in moved_on if place is not None]
            counts = np.zeros(len(places), dtype=np.int64)
            if places:
                count_places(self.plan, places, output, counts)
            self.reached[-1, number, known] += counts

    def _open_replicate(self) -> None:
        for name in ("hits", "reached", "reading_hits"):
            counts: Counts = getattr(self, name)
            setattr(self, name, np.concatenate((counts, np.zeros((1, *counts.shape[1:]), dtype=np.int64))))

    def odds(self, counts: Counts) -> Odds:
        """Return the odds of something from its hits by replicate (b)."""
        return odds_over(counts, self.runs)

    @property
    def so_far(self) -> Odds:
        """The odds of the first target, with the interval of independent runs: replicates may be unfinished."""
        return odds_of(int(self.hits[:, 0, 0].sum()), self.runs)

    def add_sums(self, sums: Floats, *, is_whole: bool) -> None:
        """Take in the sums of the block under way, as its engine keeps them; ``is_whole``: it is the whole block."""
        self.open = sums
        if is_whole:
            self.closed = sums if self.closed is None else self.closed + sums
            self.open = None

    def levels(self, read: Callable[[Floats], Floats]) -> Floats:
        """Return the summed levels with the season, (9, p, t); ``read`` gives them from the sums of the engine."""
        sums = [one for one in (self.closed, self.open) if one is not None]
        levels: Floats = read(np.sum(sums, axis=0) if len(sums) > 1 else sums[0]) * self.plan.season
        return levels

    def add_reading(self, number: int, hits: Bools) -> None:
        """Take in the hits (n, k) of the same replications under another reading."""
        self.reading_hits[-1, number] += hits.sum(axis=0)

    def _add_rates(self, output: Output | Seen) -> None:
        if not self.series:
            return
        rates = np.empty((len(output.starts), len(self.series), len(self.plan.season)))
        for number, one in enumerate(self.series):
            one.by_month(self.plan, output, rates[:, number])
        self.rates.add(rates.reshape(len(rates), -1))
        self.paths = np.concatenate((self.paths, rates[: PATHS - len(self.paths)]))


@dataclass(frozen=True)
class Series:
    """What a target looks at month by month: the yearly rate of a scope, or how many of a rollout are open.

    ``first`` is the first target of it, ``inside`` (p) the scope, ``rollout`` the position of the rollout or None.
    """

    first: int
    inside: Bools
    rollout: int | None = None
    already: float = 0.0

    def by_month(self, plan: Plan, output: Output | Seen, found: Floats) -> None:
        """Write it at every month, (n, t): the unseasoned yearly rate in it, or the number open at its end."""
        if self.rollout is None:
            np.multiply(output.volume(self.inside), 12, out=found)
        else:
            np.add(opened_by(output.opened[self.rollout], plan.edges[1:]), self.already, out=found)


def series_of(plan: Plan) -> tuple[Series, ...]:
    """Return the distinct series of the targets, in the order of the file; starts and shares have none."""
    found: dict[tuple[bytes, int | None], Series] = {}
    for number, target in enumerate(plan.targets):
        if target.measure not in ("start", "share"):
            already = target.already if target.measure == "count" else 0.0
            one = Series(number, target.inside, target.rollout, already)
            found.setdefault((target.inside.tobytes(), target.rollout), one)
    return tuple(found.values())


def top_of(plan: Plan, number: int, ceilings: Floats, *, whole: bool = True) -> float:
    """Return what a target's quantity, or its series by month where not ``whole``, hardly exceeds: its grid's top."""
    target = plan.targets[number]
    if target.measure == "start":
        return float(target.inside.sum())
    if target.measure == "share":
        return 1.0
    if target.rollout is not None:
        return target.already + plan.rollouts[target.rollout].most
    yearly = float(ceilings[target.inside].sum())
    if target.measure != "output" or not whole:
        return yearly
    first, last = target.window
    return target.already + yearly * float(plan.season[first:last].sum()) / 12
