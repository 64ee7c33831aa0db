"""When production was promised: as announced, or as the longest path of the stages; no waiting for crews, no chance."""

from __future__ import annotations

import numpy as np

from nevsim.arrays import Minutes
from nevsim.plant.plan import UNANNOUNCED, Plan


def promised_minutes(plan: Plan, durations: Minutes, slips: Minutes) -> Minutes:
    """Return the promised minute of every phase, (n, p), from stages (n, s) and slips (n, p) in minutes.

    A phase that announced nothing promised the end of the longest path of its stages, through other phases too.
    """
    return np.where(plan.announced == UNANNOUNCED, unhindered_starts(plan, durations, slips), plan.announced)


def unhindered_starts(plan: Plan, durations: Minutes, slips: Minutes) -> Minutes:
    """Return when every phase would start, (n, p), if no stage ever waited for a crew and none were cancelled."""
    staged = np.array([bool(stages) for stages in plan.stages_of], dtype=bool)
    starts = np.where(staged | plan.operating, 0, plan.announced + slips)
    ends = np.empty_like(durations)
    for number in plan.order:
        stage = plan.stages[number]
        ready = np.full(len(durations), stage.begins, dtype=np.int64)
        for other in stage.after:
            ready = np.maximum(ready, ends[:, other])
        for phase in stage.starts:
            ready = np.maximum(ready, starts[:, phase])
        ends[:, number] = ready + durations[:, number]
        starts[:, stage.phase] = np.maximum(starts[:, stage.phase], ends[:, number])
    return starts
