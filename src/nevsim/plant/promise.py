"""When production was promised: as announced, or as the longest path of the stages; no waiting for crews, no chance."""

from __future__ import annotations

import numpy as np

from nevsim.arrays import Minutes
from nevsim.plant.paths import follow, latest
from nevsim.plant.plan import UNANNOUNCED, Plan


def promised_minutes(plan: Plan, durations: Minutes, slips: Minutes) -> Minutes:
    """Return the promised minute of every phase, (n, p), from stages (n, s) and slips (n, p) in minutes.

    A phase that announced nothing promised the end of the longest path of its stages, through other phases too.
    """
    promised = np.empty((len(plan.announced), len(durations)), dtype=np.int64)
    promised[:] = plan.announced[:, None]
    silent = plan.announced == UNANNOUNCED
    if silent.any():
        promised[silent] = unhindered_starts(plan, durations, slips).T[silent]
    return promised.T


def unhindered_starts(plan: Plan, durations: Minutes, slips: Minutes) -> Minutes:
    """Return when every phase would start, (n, p), if no stage ever waited for a crew and none were cancelled."""
    starts = beginnings(plan, slips)
    lasts = np.ascontiguousarray(durations.T)
    ended = np.empty_like(lasts)
    follow(plan.paths, plan.paths.order, lasts, starts, np.empty_like(lasts), ended)
    latest(plan.paths.phase, ended, starts)
    return starts.T


def beginnings(plan: Plan, slips: Minutes) -> Minutes:
    """Return when the phases without stages start, (p, n), and 0 for the others."""
    starts = np.ascontiguousarray(np.maximum(slips.T + plan.announced[:, None], 0))
    staged = np.array([bool(stages) for stages in plan.stages_of], dtype=bool)
    starts[staged | plan.operating] = 0
    return starts
