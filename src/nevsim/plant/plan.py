"""The plan: the plain arrays that an engine needs, the same for every replication; no scenario and no chance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Any

import numpy as np

from nevsim.arrays import Bools, Floats, Minutes
from nevsim.plant.paths import Paths, paths_of
from nevsim.plant.ramp import Points

UNANNOUNCED = -1
"""The promised minute of a phase that announced nothing; a promise before the start is a whole number of days."""


@dataclass(frozen=True)
class StagePlan:
    """A stage of a phase: what it waits for, and the crew that it holds.

    It waits for the ends of the stages ``after`` and for the ``starts`` of phases (positions in the plan), for the
    minute ``begins``, and then for its ``crew`` (position, or None).
    """

    name: str
    phase: int
    after: tuple[int, ...]
    starts: tuple[int, ...]
    begins: int
    crew: int | None = None


@dataclass(frozen=True)
class RolloutPlan:
    """Things that teams open one by one from the minute ``begins`` on.

    ``already`` of them are open at minute zero, and ``most`` is the largest number that may be planned.
    """

    id: str
    begins: int
    already: int
    most: int


@dataclass(frozen=True)
class StreamPlan:
    """A stream of outages and the phases that it hits together.

    Onsets fall in the spans [opens[i], opens[i] + lengths[i]) of minutes; ``year`` is how many minutes of a mean year
    may have onsets.
    """

    name: str
    hazard: str
    phases: tuple[int, ...]
    opens: Minutes
    lengths: Minutes
    year: float


@dataclass(frozen=True)
class RampPlan:
    """The shape of a phase's ramp; ``points`` for shape points alone."""

    shape: str
    points: Points = ()


@dataclass(frozen=True)
class TargetPlan:
    """A target: ``inside`` (p) its scope, ``window`` its months [first, last) or ``at`` its deadline minute.

    ``window`` is empty and ``at`` a minute for run-rate, capacity, start and count. ``part`` (p) the part of the scope
    whose share is measured, ``rollout`` the position of what is counted; ``already`` what was there before.
    """

    id: str
    title: str
    measure: str
    inside: Bools
    at_least: float
    window: tuple[int, int] = (0, 0)
    at: int = 0
    already: float = 0.0
    part: Bools | None = None
    rollout: int | None = None


@dataclass(frozen=True)
class Plan:
    """What is played.

    ``edges`` (t + 1) minutes of the firsts of months, ``season`` (t) weights; for each phase (p): ``phases`` names,
    ``announced`` promised minute or UNANNOUNCED where the longest path of its stages is the promise, ``operating``,
    ``stated`` (whether it has a nameplate), ``climbs`` (whether an operating phase has a ramp) and ``ramps``;
    ``members`` (m, p) the phases of each market. Stages stand in the order of the file.
    """

    start: date
    edges: Minutes
    season: Floats
    phases: tuple[str, ...]
    titles: tuple[str, ...]
    announced: Minutes
    operating: Bools
    stated: Bools
    climbs: Bools
    ramps: tuple[RampPlan, ...]
    stages: tuple[StagePlan, ...]
    crews: tuple[str, ...]
    streams: tuple[StreamPlan, ...]
    supplies: tuple[str, ...]
    markets: tuple[str, ...]
    members: Bools
    rollouts: tuple[RolloutPlan, ...]
    targets: tuple[TargetPlan, ...]

    @property
    def end(self) -> int:
        """The last minute that is played."""
        return int(self.edges[-1])

    @property
    def played(self) -> tuple[Any, ...]:
        """What the events of a play hang on, beside the draws."""
        streams = tuple((stream.name, stream.phases) for stream in self.streams)
        return (
            self.edges.tolist(),
            self.announced.tolist(),
            self.operating.tolist(),
            self.phases,
            self.stages,
            self.crews,
            self.rollouts,
            streams,
        )

    @cached_property
    def scopes(self) -> Bools:
        """The scopes, and parts of scopes, whose volumes targets or their figures look at, (c, p), each once."""
        looking = [target for target in self.targets if target.measure in ("output", "run-rate", "share", "capacity")]
        masks = [mask for target in looking for mask in (target.inside, target.part) if mask is not None]
        found = {mask.tobytes(): mask for mask in masks}
        return np.array(list(found.values()), dtype=bool).reshape(len(found), len(self.phases))

    @cached_property
    def scope_places(self) -> dict[bytes, int]:
        """The position of each scope by its bytes."""
        return {mask.tobytes(): place for place, mask in enumerate(self.scopes)}

    @cached_property
    def looked_at(self) -> tuple[int, int]:
        """The months from the first to before the last in which any target looks at volumes; (0, 0) if none does."""
        windows = [target.window for target in self.targets if target.measure in ("output", "share")]
        months = [int(np.searchsorted(self.edges, one.at)) for one in self.targets if one.measure == "run-rate"]
        windows += [(month - 1, month) for month in months]
        return (min(first for first, _ in windows), max(last for _, last in windows)) if windows else (0, 0)

    @cached_property
    def strands(self) -> tuple[tuple[tuple[int, ...], ...], ...]:
        """For each phase, its stages in strands: in a strand, each stage waits for the one before it and no other."""
        found: list[list[list[int]]] = [[] for _ in self.phases]
        for number in self.order:
            stage = self.stages[number]
            mine = found[stage.phase]
            alone = len(stage.after) == 1 and not stage.starts
            strand = next((strand for strand in mine if alone and strand[-1] in stage.after), None)
            if strand is None:
                mine.append([number])
            else:
                strand.append(number)
        return tuple(tuple(tuple(strand) for strand in mine) for mine in found)

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The stages so that each comes after those that it waits for, itself or for the start of their phase."""
        of_phase = self.stages_of
        waits = {
            number: (*stage.after, *(other for phase in stage.starts for other in of_phase[phase]))
            for number, stage in enumerate(self.stages)
        }
        return tuple(TopologicalSorter(waits).static_order())

    @cached_property
    def paths(self) -> Paths:
        """What every stage waits for, as arrays."""
        return paths_of(self.stages, self.stages_of, self.order)

    @cached_property
    def stages_of(self) -> tuple[tuple[int, ...], ...]:
        """The stages of each phase, in the order of the file."""
        found: list[list[int]] = [[] for _ in self.phases]
        for number, stage in enumerate(self.stages):
            found[stage.phase].append(number)
        return tuple(tuple(mine) for mine in found)

    @cached_property
    def waits_on(self) -> tuple[tuple[int, ...], ...]:
        """For each phase, all others that it waits for, itself or through others: without them it cannot start."""
        direct: list[set[int]] = [set() for _ in self.phases]
        for stage in self.stages:
            direct[stage.phase] |= {*stage.starts, *(self.stages[other].phase for other in stage.after)}
        found = []
        for phase in range(len(self.phases)):
            reached: set[int] = set()
            ahead = [phase]
            while ahead:
                more = direct[ahead.pop()] - reached
                reached |= more
                ahead.extend(more)
            found.append(tuple(sorted(reached - {phase})))
        return tuple(found)
