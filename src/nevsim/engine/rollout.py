"""When the things of a rollout open: jobs taken one after another by teams; no names."""

from __future__ import annotations

import numpy as np

from nevsim.arrays import BEYOND, Minutes
from nevsim.compiled import compiled
from nevsim.engine.heap import pop, push, replace


@compiled
def openings(begins: int, horizon: int, teams: Minutes, minutes: Minutes) -> Minutes:
    """Return the minutes of the openings by the minute ``horizon``, (n, j) ascending, then BEYOND.

    ``teams`` (n) at work from ``begins`` on, ``minutes`` (n, j) of each job, 0 beyond the last: whoever is free first
    takes the next.
    """
    count, most = minutes.shape
    opened = np.full((count, most), BEYOND, dtype=np.int64)
    busy = np.empty(most, dtype=np.int64)
    for row in range(count):
        working, done = 0, 0
        for job in range(most):
            if minutes[row, job] == 0:
                break
            if working < min(teams[row], most):
                working = push(busy, working, begins + minutes[row, job])
            else:
                opened[row, done], done = busy[0], done + 1
                replace(busy, working, busy[0] + minutes[row, job])
        while working:
            opened[row, done], done = busy[0], done + 1
            working = pop(busy, working)
        while done and opened[row, done - 1] > horizon:
            done -= 1
            opened[row, done] = BEYOND
    return opened
