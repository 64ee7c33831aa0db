"""Stages one after another, as arrays and as loops over replications; no crews and no chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nevsim.arrays import Minutes
from nevsim.compiled import compiled

if TYPE_CHECKING:
    from nevsim.plant.plan import StagePlan


class Paths(NamedTuple):
    """What every stage (s) waits for, as arrays.

    ``order`` (s) the stages so that each comes after those that it waits for; ``phase`` and ``begins`` (s); the stages
    that stage i waits for are ``after[first[i]:first[i + 1]]``, all those of a phase whose start it waits for among
    them; the phases without stages whose start it waits for are ``starts[first_start[i]:first_start[i + 1]]``.
    """

    order: Minutes
    phase: Minutes
    begins: Minutes
    first: Minutes
    after: Minutes
    first_start: Minutes
    starts: Minutes


def paths_of(stages: Sequence[StagePlan], stages_of: Sequence[Sequence[int]], order: Sequence[int]) -> Paths:
    """Return what stages wait for: ``stages_of`` each phase, and an ``order`` that goes with it."""
    after = [(*one.after, *(s for phase in one.starts for s in stages_of[phase])) for one in stages]
    starts = [[phase for phase in one.starts if not stages_of[phase]] for one in stages]
    return Paths(
        order=_whole(order),
        phase=_whole([one.phase for one in stages]),
        begins=_whole([one.begins for one in stages]),
        first=_whole(np.cumsum([0, *map(len, after)])),
        after=_whole([s for found in after for s in found]),
        first_start=_whole(np.cumsum([0, *map(len, starts)])),
        starts=_whole([phase for found in starts for phase in found]),
    )


@compiled
def follow(paths: Paths, stages: Minutes, lasts: Minutes, starts: Minutes, ready: Minutes, ended: Minutes) -> None:
    """Write when stages are ready and end, (s, n), in an order in which each comes after all that it waits for.

    ``lasts`` (s, n) minutes, ``starts`` (p, n) of the phases without stages; no stage waits for a crew.
    """
    count = lasts.shape[1]
    for stage in stages:
        for number in range(count):
            ready[stage, number] = paths.begins[stage]
        for place in range(paths.first[stage], paths.first[stage + 1]):
            other = paths.after[place]
            for number in range(count):
                ready[stage, number] = max(ready[stage, number], ended[other, number])
        for place in range(paths.first_start[stage], paths.first_start[stage + 1]):
            phase = paths.starts[place]
            for number in range(count):
                ready[stage, number] = max(ready[stage, number], starts[phase, number])
        for number in range(count):
            ended[stage, number] = ready[stage, number] + lasts[stage, number]


@compiled
def latest(phase: Minutes, ended: Minutes, starts: Minutes) -> None:
    """Raise the start of each phase, (p, n), to the latest end of its stages, (s, n)."""
    for stage in range(len(phase)):
        for number in range(ended.shape[1]):
            starts[phase[stage], number] = max(starts[phase[stage], number], ended[stage, number])


def _whole(found: object) -> Minutes:
    return np.asarray(found, dtype=np.int64).reshape(-1)
