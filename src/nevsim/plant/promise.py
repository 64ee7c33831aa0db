"""When production was promised: as announced, or as the longest path of the stages; no waiting and no chance."""

from __future__ import annotations

import numpy as np

from nevsim.arrays import Minutes
from nevsim.plant.plan import UNANNOUNCED, Plan


def promised_minutes(plan: Plan, durations: Minutes) -> Minutes:
    """Return the promised minute of every phase, (n, p), from the stage durations (n, s) in minutes.

    A phase that announced nothing promised the end of the longest path of its stages.
    """
    promised = np.tile(plan.announced, (len(durations), 1))
    ends = np.empty_like(durations)
    for number in plan.order:
        stage = plan.stages[number]
        ready = np.full(len(durations), stage.begins, dtype=np.int64)
        for other in stage.after:
            ready = np.maximum(ready, ends[:, other])
        ends[:, number] = ready + durations[:, number]
        if plan.announced[stage.phase] == UNANNOUNCED:
            promised[:, stage.phase] = np.maximum(promised[:, stage.phase], ends[:, number])
    return promised
