"""Why one replication hits or misses a target: what was promised, what took it away, and from whom; no counting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nevsim.engine.output import Output
from nevsim.odds.target import judge, month_of
from nevsim.plant.losses import LOSSES
from nevsim.plant.plan import Plan, TargetPlan


@dataclass(frozen=True)
class Verdict:
    """What a target came to in one replication.

    ``promised``, ``losses`` (cause to phase to amount) and the quantity are in the unit of the measure; ``starts``
    gives the minute of each phase in scope that starts, by name; both are empty where they do not apply.
    """

    target: TargetPlan
    value: float
    hit: bool
    promised: float
    losses: dict[str, dict[str, float]]
    starts: dict[str, int]


def verdicts(plan: Plan, output: Output, replication: int = 0) -> list[Verdict]:
    """Return the verdict of every target for one replication of an output."""
    judged = judge(plan, output)
    return [
        Verdict(
            target,
            float(judged.values[replication, number]),
            bool(judged.hits[replication, number]),
            *_volumes(plan, target, output, replication),
            _starts(plan, target, output, replication),
        )
        for number, target in enumerate(plan.targets)
    ]


def _volumes(
    plan: Plan, target: TargetPlan, output: Output, replication: int
) -> tuple[float, dict[str, dict[str, float]]]:
    levels = output.levels[:, replication]
    if target.measure == "output":
        first, last = target.window
        amounts = (levels * plan.season)[:, :, first:last].sum(axis=2)
    elif target.measure == "run-rate":
        amounts = 12 * levels[:, :, month_of(plan, target.at)]
    else:
        return 0.0, {}
    amounts = np.where(target.inside, amounts, 0.0)
    lost = amounts[:-1] - amounts[1:]
    losses = {
        cause: {plan.phases[phase]: float(lost[row, phase]) for phase in np.flatnonzero(np.abs(lost[row]) > 0.5)}
        for row, cause in enumerate(LOSSES)
    }
    return float(amounts[0].sum()), {cause: parts for cause, parts in losses.items() if parts}


def _starts(plan: Plan, target: TargetPlan, output: Output, replication: int) -> dict[str, int]:
    if target.measure not in ("start", "capacity"):
        return {}
    phases = np.flatnonzero(target.inside & ~plan.operating)
    return {plan.phases[phase]: int(output.starts[replication, phase]) for phase in phases}
