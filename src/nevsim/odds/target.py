"""What a play measures up to: the measured quantity of every target, and whether it is a hit; no counting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nevsim.arrays import Bools, Floats
from nevsim.engine.output import Output
from nevsim.plant.limits import sum_over
from nevsim.plant.plan import Plan, TargetPlan

TOLERANCE = 1e-9
"""Share of the level by which a sum may fall short for the rounding of floats."""


@dataclass(frozen=True)
class Judgement:
    """``values`` (n, k) measured quantities and ``hits`` (n, k)."""

    values: Floats
    hits: Bools


def judge(plan: Plan, output: Output) -> Judgement:
    """Return the measured quantity of every target in every replication, and whether it reaches the level."""
    values = np.stack([measured(plan, target, output) for target in plan.targets], axis=1)
    levels = np.array([target.at_least for target in plan.targets])
    counted = np.array([target.measure == "start" for target in plan.targets])
    return Judgement(values, values >= np.where(counted, levels, levels * (1 - TOLERANCE)))


def measured(plan: Plan, target: TargetPlan, output: Output) -> Floats:
    """Return the measured quantity of one target, (n,): vehicles, vehicles a year, or a number of starts."""
    return MEASURES[target.measure](plan, target, output)


def _output(plan: Plan, target: TargetPlan, output: Output) -> Floats:
    first, last = target.window
    months = sum_over(output.levels[-1][:, :, first:last], target.inside) * plan.season[first:last]
    return target.already + sum_months(months)


def _run_rate(plan: Plan, target: TargetPlan, output: Output) -> Floats:
    month = month_of(plan, target.at)
    return 12 * sum_over(output.levels[-1][:, :, month : month + 1], target.inside)[:, 0]


def _capacity(_plan: Plan, target: TargetPlan, output: Output) -> Floats:
    built = np.where(output.starts <= target.at, output.capacity, 0.0)
    return sum_over(built[:, :, None], target.inside)[:, 0]


def _start(_plan: Plan, target: TargetPlan, output: Output) -> Floats:
    started: Floats = ((output.starts <= target.at) & target.inside).sum(axis=1).astype(float)
    return started


MEASURES: dict[str, Callable[[Plan, TargetPlan, Output], Floats]] = {
    "output": _output,
    "run-rate": _run_rate,
    "capacity": _capacity,
    "start": _start,
}


def month_of(plan: Plan, minute: int) -> int:
    """Return the position of the month (e, e'] that holds a minute."""
    return int(np.searchsorted(plan.edges, minute, side="left")) - 1


def sum_months(volume: Floats) -> Floats:
    """Return the sum over months in their order, (n, t) to (n,)."""
    total = np.zeros(len(volume))
    for month in range(volume.shape[1]):
        total += volume[:, month]
    return total
