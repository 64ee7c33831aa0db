"""The model as processes of SimPy: a stage, a plant's life, a promise, a stream of outages, the ends of months.

This is the readable definition of what happens. State changes only: nothing steps through time.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy

from nevsim.arrays import BEYOND, CANCELLED
from nevsim.draws.sample import Draws
from nevsim.draws.windows import Windows
from nevsim.engine.output import Play
from nevsim.plant.outage import rate_left
from nevsim.plant.plan import Plan

Note = Callable[[int, str, str, str], None]
"""Takes minute, kind, subject and detail of what has just happened."""
Process = Generator[simpy.Event, Any, None]


@dataclass(frozen=True)
class Row:
    """The draws of one replication as plain numbers."""

    realised: list[bool]
    slip: list[int]
    stages: list[int]
    announced: list[int]
    windows: list[list[tuple[int, int, float]]]


class Replication:
    """One play of a plan: its processes, and the state that they change."""

    def __init__(self, plan: Plan, row: Row, note: Note | None = None) -> None:
        self.plan, self.row, self.note = plan, row, note
        self.env = simpy.Environment()
        phases = len(plan.phases)
        self.starts = [BEYOND if goes else CANCELLED for goes in row.realised]
        self.left = [1.0] * phases
        self.hit_by: list[dict[int, float]] = [{} for _ in range(phases)]
        self.exposure = [0.0] * phases
        self.since: list[float] = [0] * phases
        self.at_start = [0.0] * phases
        self.at_promise = [0.0] * phases
        self.at_edges: list[list[float]] = []
        self.ends: dict[int, simpy.Event] = {}
        self.done: set[int] = set()
        self.edges: list[int] = plan.edges.tolist()

    def play(self) -> None:
        """Play to the last minute, and nothing after it."""
        for phase, goes in enumerate(self.row.realised):
            self.env.process(self.promise(phase))
            if goes:
                self.env.process(self.life(phase))
            else:
                self.tell("is cancelled: it never starts", phase)
        for stream, windows in enumerate(self.row.windows):
            if windows:
                self.env.process(self.hazard(stream, windows))
        self.env.process(self.months())
        self.env.run(until=self.plan.end + 1)

    def life(self, phase: int) -> Process:
        """Work through the stages, or wait for the announced start and its slip; then start production."""
        strands = self.plan.strands[phase]
        branches = [self.env.process(self.work(strand)) for strand in strands[1:]]
        for strand in strands[:1]:
            yield from self.work(strand)
        yield from branches
        if not strands and not self.plan.operating[phase]:
            yield self.at(self.row.announced[phase] + self.row.slip[phase])
        self.starts[phase] = int(self.env.now)
        self.at_start[phase] = self.operated(phase)
        self.tell("runs already" if self.plan.operating[phase] else "starts production", phase)

    def work(self, strand: tuple[int, ...]) -> Process:
        """Do stages one after another, each after all that it waits for and not before its earliest minute."""
        for number in strand:
            stage = self.plan.stages[number]
            for other in stage.after:
                if other not in self.done:
                    yield self.end_of(other)
            if stage.begins > self.env.now:
                yield self.at(stage.begins)
            self.tell("begins", stage.phase, stage.name)
            yield self.env.timeout(self.row.stages[number])
            self.tell("ends", stage.phase, stage.name)
            self.finish(number)

    def promise(self, phase: int) -> Process:
        """Wait for the promised minute, and remember what a punctual plant would run from."""
        yield self.at(self.row.announced[phase])
        self.at_promise[phase] = self.operated(phase)
        if not self.plan.operating[phase]:
            self.tell("was promised to start", phase)

    def hazard(self, stream: int, windows: list[tuple[int, int, float]]) -> Process:
        """Strike and leave, again and again."""
        for onset, end, severity in windows:
            yield self.at(onset)
            self.strike(stream, severity)
            yield self.at(end)
            self.lift(stream)

    def months(self) -> Process:
        """At every edge of a month, write down the operating time of every phase."""
        for edge in self.edges:
            yield self.at(edge)
            state = zip(self.exposure, self.left, self.since, strict=True)
            self.at_edges.append([before + left * (edge - since) for before, left, since in state])

    def at(self, minute: int) -> simpy.Timeout:
        """Return the event of a minute, which is now where that minute has passed."""
        if minute < self.env.now:
            return self.env.timeout(0)
        return self.env.timeout(minute - self.env.now)

    def end_of(self, stage: int) -> simpy.Event:
        """Return the event that a stage ends."""
        return self.ends.setdefault(stage, self.env.event())

    def finish(self, stage: int) -> None:
        """Let what waits for the end of a stage go on."""
        self.done.add(stage)
        if stage in self.ends:
            self.ends[stage].succeed()

    def operated(self, phase: int) -> float:
        """Return the minutes up to now that a phase could operate, less what the hazards took."""
        return self.exposure[phase] + self.left[phase] * (self.env.now - self.since[phase])

    def strike(self, stream: int, severity: float) -> None:
        """Begin an outage of a stream on all its phases."""
        for phase in self.plan.streams[stream].phases:
            self.hit_by[phase][stream] = severity
            self.change(phase)
        self.report("begins", stream, f"takes {severity:.0%} of the rate")

    def lift(self, stream: int) -> None:
        """End the outage of a stream on all its phases."""
        for phase in self.plan.streams[stream].phases:
            del self.hit_by[phase][stream]
            self.change(phase)
        self.report("ends", stream, "")

    def change(self, phase: int) -> None:
        """Add up the operating time so far, and go on with what the hazards leave of the rate."""
        self.exposure[phase] = self.operated(phase)
        self.since[phase] = self.env.now
        self.left[phase] = rate_left(self.hit_by[phase].values())

    def report(self, what: str, stream: int, detail: str) -> None:
        """Note what has happened to a stream of outages, where somebody listens."""
        if self.note is not None:
            self.note(int(self.env.now), what, self.plan.streams[stream].name, detail)

    def tell(self, what: str, phase: int, detail: str = "") -> None:
        """Note what has happened to a phase, where somebody listens."""
        if self.note is not None:
            self.note(int(self.env.now), what, self.plan.phases[phase], detail)


def play(plan: Plan, draws: Draws, note: Note | None = None) -> Play:
    """Return the events of all replications of the draws."""
    done = []
    for row in rows(draws):
        replication = Replication(plan, row, note)
        replication.play()
        done.append(replication)
    return Play(
        starts=np.array([one.starts for one in done], dtype=np.int64),
        exposure=np.array([one.at_edges for one in done]),
        at_start=np.array([one.at_start for one in done]),
        at_promise=np.array([one.at_promise for one in done]),
    )


def rows(draws: Draws) -> list[Row]:
    """Return the draws replication by replication."""
    columns = [part.tolist() for part in (draws.terms.realised, draws.slip, draws.stages, draws.announced)]
    windows = [_windows(stream) for stream in draws.windows]
    return [
        Row(realised, slip, stages, announced, [stream[number] for stream in windows])
        for number, (realised, slip, stages, announced) in enumerate(zip(*columns, strict=True))
    ]


def _windows(stream: Windows) -> list[list[tuple[int, int, float]]]:
    """Return the outages of a stream replication by replication, without the empty places."""
    listed = zip(stream.onset.tolist(), stream.end.tolist(), stream.severity.tolist(), strict=True)
    return [
        [outage for outage in zip(onsets, ends, severities, strict=True) if outage[0] < BEYOND]
        for onsets, ends, severities in listed
    ]
