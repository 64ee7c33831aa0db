"""What a play measures up to: the measured quantity of every target, and whether it is a hit; no counting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nevsim.arrays import Bools, Counts, Floats, Minutes
from nevsim.engine.output import Output, Seen
from nevsim.odds.counting import count_started, count_windows, opened_by, sum_started, sum_window
from nevsim.plant.plan import Plan, TargetPlan

WHOLE = ("start", "count")
"""Measures that count, so that they compare as integers."""
TOLERANCE = 1e-9
"""Share of the level by which a sum may fall short for the rounding of floats."""
NOTHING = 1e-6
"""Vehicles of which a share is 0: what is left of nothing by the rounding of floats is less."""


@dataclass(frozen=True)
class Judgement:
    """``values`` (n, k) measured quantities and ``hits`` (n, k)."""

    values: Floats
    hits: Bools


def judge(plan: Plan, output: Output | Seen) -> Judgement:
    """Return the measured quantity of every target in every replication, and whether it reaches the level."""
    values = np.stack([measured(plan, target, output) for target in plan.targets], axis=1)
    hits = np.stack([_reaches(target, values[:, number]) for number, target in enumerate(plan.targets)], axis=1)
    return Judgement(values, hits)


def count_places(plan: Plan, places: Sequence[TargetPlan], output: Output | Seen, counts: Counts) -> None:
    """Add to counts (q) in how many replications one target reaches its level in each of its places in time."""
    first = places[0]
    ats = np.array([one.at for one in places])
    if first.measure == "output":
        firsts, lasts = np.array([one.window for one in places]).T.copy()
        count_windows(output.volume(first.inside), plan.season, firsts, lasts, first.already, level_of(first), counts)
    elif first.measure in ("start", "capacity"):
        amounts = output.capacity if first.measure == "capacity" else np.ones_like(output.capacity)
        count_started(*starts_and(amounts, output), first.inside, ats, level_of(first), counts)
    elif first.measure == "count":
        opened = opened_by(output.opened[first.rollout or 0], ats)
        counts += (first.already + opened >= level_of(first)).sum(axis=0)
    else:
        counts += [int(_reaches(one, measured(plan, one, output)).sum()) for one in places]


def _reaches(target: TargetPlan, values: Floats) -> Bools:
    reached: Bools = values >= level_of(target)
    return reached


def level_of(target: TargetPlan) -> float:
    """Return what a target's quantity has to reach."""
    return target.at_least if target.measure in WHOLE else target.at_least * (1 - TOLERANCE)


def measured(plan: Plan, target: TargetPlan, output: Output | Seen) -> Floats:
    """Return the measured quantity of one target, (n,): vehicles, vehicles a year, a number, or a share."""
    return MEASURES[target.measure](plan, target, output)


def _output(plan: Plan, target: TargetPlan, output: Output | Seen) -> Floats:
    return sum_window(output.volume(target.inside), plan.season, *target.window, target.already)


def _run_rate(plan: Plan, target: TargetPlan, output: Output | Seen) -> Floats:
    month = month_of(plan, target.at)
    rate: Floats = 12 * output.volume(target.inside)[:, month]
    return rate


def _capacity(_plan: Plan, target: TargetPlan, output: Output | Seen) -> Floats:
    return sum_started(*starts_and(output.capacity, output), target.inside, target.at)


def _start(_plan: Plan, target: TargetPlan, output: Output | Seen) -> Floats:
    return sum_started(*starts_and(np.ones_like(output.capacity), output), target.inside, target.at)


def starts_and(amounts: Floats, output: Output | Seen) -> tuple[Minutes, Floats]:
    """Return starts and amounts (n, p) as loops over replications take them, (p, n)."""
    return np.ascontiguousarray(output.starts.T), np.ascontiguousarray(amounts.T)


def _count(_plan: Plan, target: TargetPlan, output: Output | Seen) -> Floats:
    opened: Floats = target.already + opened_by(output.opened[target.rollout or 0], np.array([target.at]))[:, 0]
    return opened


def _share(plan: Plan, target: TargetPlan, output: Output | Seen) -> Floats:
    whole = _output(plan, target, output)
    part = _output(plan, replace(target, inside=target.inside if target.part is None else target.part), output)
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole > NOTHING)


MEASURES: dict[str, Callable[[Plan, TargetPlan, Output | Seen], Floats]] = {
    "output": _output,
    "run-rate": _run_rate,
    "capacity": _capacity,
    "start": _start,
    "count": _count,
    "share": _share,
}


def month_of(plan: Plan, minute: int) -> int:
    """Return the position of the month (e, e'] that holds a minute."""
    return int(np.searchsorted(plan.edges, minute, side="left")) - 1
