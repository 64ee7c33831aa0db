"""The plan: the plain arrays that an engine needs, the same for every replication; no scenario and no chance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from nevsim.arrays import Bools, Floats, Minutes
from nevsim.plant.ramp import Points

UNANNOUNCED = -1
"""The promised minute of a phase that announced nothing; a promise before the start is a whole number of days."""


@dataclass(frozen=True)
class StagePlan:
    """A stage of a phase: it waits for the stages ``after`` (positions in the plan) and for the minute ``begins``."""

    name: str
    phase: int
    after: tuple[int, ...]
    begins: int


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

    ``window`` is empty and ``at`` a minute for run-rate, capacity and start.
    """

    id: str
    title: str
    measure: str
    inside: Bools
    at_least: float
    window: tuple[int, int] = (0, 0)
    at: int = 0
    already: float = 0.0


@dataclass(frozen=True)
class Plan:
    """What is played.

    ``edges`` (t + 1) minutes of the firsts of months, ``season`` (t) weights; for each phase (p): ``phases`` names,
    ``announced`` promised minute or UNANNOUNCED where the longest path of its stages is the promise, ``operating``,
    ``stated`` (whether it has a nameplate), ``climbs`` (whether an operating phase has a ramp) and ``ramps``;
    ``members`` (m, p) the phases of each market.
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
    streams: tuple[StreamPlan, ...]
    markets: tuple[str, ...]
    members: Bools
    targets: tuple[TargetPlan, ...]

    @property
    def end(self) -> int:
        """The last minute that is played."""
        return int(self.edges[-1])

    @cached_property
    def strands(self) -> tuple[tuple[tuple[int, ...], ...], ...]:
        """For each phase, its stages in strands: in a strand, each stage waits for the one before it and no other."""
        found: list[list[list[int]]] = [[] for _ in self.phases]
        for number in self.order:
            stage = self.stages[number]
            mine = found[stage.phase]
            strand = next((strand for strand in mine if stage.after == (strand[-1],)), None)
            if strand is None:
                mine.append([number])
            else:
                strand.append(number)
        return tuple(tuple(tuple(strand) for strand in mine) for mine in found)

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The stages so that each comes after those that it waits for."""
        order: list[int] = []
        done: set[int] = set()
        while len(order) < len(self.stages):
            for number, stage in enumerate(self.stages):
                if number not in done and done.issuperset(stage.after):
                    done.add(number)
                    order.append(number)
        return tuple(order)
