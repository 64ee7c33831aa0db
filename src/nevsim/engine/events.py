"""The model as processes of SimPy: a stage, a plant's life, a promise, an outage, a team, the ends of months.

This is the readable definition of what happens. State changes only: nothing steps through time. A minute has three
rounds: what ends and what it sets off, requests for crews, and last the grants.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any

import numpy as np
import simpy

from nevsim.arrays import BEYOND, CANCELLED, Minutes
from nevsim.clock import lasting
from nevsim.draws.fit_outs import FitOuts
from nevsim.draws.sample import Draws
from nevsim.engine.output import Play
from nevsim.plant.outage import rate_left
from nevsim.plant.plan import Plan, StagePlan

Note = Callable[[int, str, str, str], None]
"""Takes minute, kind, subject and detail of what has just happened."""
Process = Generator[simpy.Event, Any, None]
Milestone = tuple[str, int]
"""The end of a stage, or the start of a phase, by its position in the plan."""
LAST = simpy.events.EventPriority(2)
"""The priority of what comes after everything else of its minute; SimPy itself uses 0 and 1."""


class Grants(simpy.Event):
    """The last round of a minute, which comes after all else that happens in it."""

    def __init__(self, env: simpy.Environment) -> None:
        super().__init__(env)
        self._ok, self._value = True, None
        env.schedule(self, priority=LAST)


class Crew:
    """A crew of so many: stages ask for one, and get it in the order of their minutes and then of the file."""

    def __init__(self, env: simpy.Environment, count: int) -> None:
        self.env, self.free = env, count
        self.queue: list[tuple[float, int, simpy.Event]] = []
        self.called = False

    def ask(self, stage: int) -> simpy.Event:
        """Return the event that one is granted to a stage."""
        granted = self.env.event()
        heappush(self.queue, (self.env.now, stage, granted))
        self.call()
        return granted

    def release(self) -> None:
        """Take one back."""
        self.free += 1
        self.call()

    def call(self) -> None:
        """See to it that this minute ends with a round of grants."""
        if not self.called and self.free and self.queue:
            self.called = True
            Grants(self.env).callbacks.append(self.grant)

    def grant(self, _: simpy.Event) -> None:
        """Give out what is free."""
        self.called = False
        while self.free and self.queue:
            self.free -= 1
            heappop(self.queue)[2].succeed()


@dataclass(frozen=True)
class Row:
    """The draws of one replication as plain numbers."""

    ahead: list[bool]
    realised: list[bool]
    slip: list[int]
    stages: list[int]
    announced: list[int]
    crews: list[int]
    fit_outs: list[tuple[int, list[int]]]
    windows: list[list[tuple[int, int, float]]]


class Replication:
    """One play of a plan: its processes, and the state that they change."""

    def __init__(self, plan: Plan, row: Row, note: Note | None = None) -> None:
        self.plan, self.row, self.note = plan, row, note
        self.env = simpy.Environment()
        phases = len(plan.phases)
        self.starts = [BEYOND if goes else CANCELLED for goes in row.ahead]
        self.left = [1.0] * phases
        self.hit_by: list[dict[int, float]] = [{} for _ in range(phases)]
        self.exposure = [0.0] * phases
        self.since: list[float] = [0] * phases
        self.at_start = [0.0] * phases
        self.at_promise = [0.0] * phases
        self.at_edges: list[list[float]] = []
        self.awaiting: dict[Milestone, simpy.Event] = {}
        self.crews = [Crew(self.env, count) for count in row.crews]
        self.asked = [BEYOND] * len(plan.stages)
        self.granted = [BEYOND] * len(plan.stages)
        self.ended = [BEYOND] * len(plan.stages)
        self.opened: list[list[int]] = [[] for _ in plan.rollouts]
        self.edges: list[int] = plan.edges.tolist()

    def play(self) -> None:
        """Play to the last minute, and nothing after it."""
        for phase, goes in enumerate(self.row.ahead):
            self.env.process(self.promise(phase))
            if goes:
                self.env.process(self.life(phase))
            else:
                self.tell(self.cancellation(phase), phase)
        for stream, windows in enumerate(self.row.windows):
            if windows:
                self.env.process(self.hazard(stream, windows))
        for rollout, (teams, minutes) in enumerate(self.row.fit_outs):
            jobs = iter(minutes)
            for _ in range(min(teams, len(minutes))):
                self.env.process(self.team(rollout, jobs))
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
        self.reach(("phase", phase))
        self.tell("runs already" if self.plan.operating[phase] else "starts production", phase)

    def work(self, strand: tuple[int, ...]) -> Process:
        """Do stages one after another: each after all that it waits for, not before its minute, with its crew."""
        for number in strand:
            stage = self.plan.stages[number]
            if stage.after or stage.starts:
                yield from self.awaited(stage)
            if stage.begins > self.env.now:
                yield self.at(stage.begins)
            self.asked[number] = int(self.env.now)
            if stage.crew is not None:
                yield self.crews[stage.crew].ask(number)
            self.granted[number] = int(self.env.now)
            self.tell("begins", stage.phase, stage.name + self.waited(number))
            yield self.env.timeout(self.row.stages[number])
            self.tell("ends", stage.phase, stage.name)
            if stage.crew is not None:
                self.crews[stage.crew].release()
            self.ended[number] = int(self.env.now)
            self.reach(("stage", number))

    def promise(self, phase: int) -> Process:
        """Wait for the promised minute, and remember what a punctual plant would run from."""
        yield self.at(self.row.announced[phase])
        self.at_promise[phase] = self.operated(phase) + min(self.row.announced[phase], 0)
        if not self.plan.operating[phase]:
            self.tell("was promised to start", phase)

    def hazard(self, stream: int, windows: list[tuple[int, int, float]]) -> Process:
        """Strike and leave, again and again."""
        for onset, end, severity in windows:
            yield self.at(onset)
            self.strike(stream, severity)
            yield self.at(end)
            self.lift(stream)

    def team(self, rollout: int, jobs: Iterator[int]) -> Process:
        """Take one opening after another, for as long as any is left."""
        yield self.at(self.plan.rollouts[rollout].begins)
        for minutes in jobs:
            yield self.env.timeout(minutes)
            self.opened[rollout].append(int(self.env.now))

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

    def awaited(self, stage: StagePlan) -> Process:
        """Wait for the ends of stages and the starts of phases that a stage comes after."""
        for other in stage.after:
            if self.ended[other] > self.env.now:
                yield self.milestone(("stage", other))
        for phase in stage.starts:
            if self.starts[phase] > self.env.now:
                yield self.milestone(("phase", phase))

    def milestone(self, name: Milestone) -> simpy.Event:
        """Return the event that a stage ends or a phase starts, for those that wait for it."""
        return self.awaiting.setdefault(name, self.env.event())

    def reach(self, name: Milestone) -> None:
        """Let those go on that wait for the end of a stage or the start of a phase."""
        if name in self.awaiting:
            self.awaiting[name].succeed()

    def waited(self, number: int) -> str:
        """Return in words how long a stage waited for its crew."""
        minutes, crew = self.granted[number] - self.asked[number], self.plan.stages[number].crew
        if not minutes or crew is None:
            return ""
        return f", {lasting(minutes)} after it asked for {self.plan.crews[crew]},"

    def cancellation(self, phase: int) -> str:
        """Return in words why a phase is cancelled."""
        lost = [self.plan.phases[other] for other in self.plan.waits_on[phase] if not self.row.realised[other]]
        if self.row.realised[phase] and lost:
            return f"is cancelled: it waits for {lost[0]}, which never starts"
        return "is cancelled: it never starts"

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
        exposure=np.array([one.at_edges for one in done], dtype=np.float64),
        at_start=np.array([one.at_start for one in done], dtype=np.float64),
        at_promise=np.array([one.at_promise for one in done], dtype=np.float64),
        asked=np.array([one.asked for one in done], dtype=np.int64),
        granted=np.array([one.granted for one in done], dtype=np.int64),
        opened=tuple(_padded([one.opened[number] for one in done]) for number in range(len(draws.fit_outs))),
    )


def _padded(found: list[list[int]]) -> Minutes:
    """Return lists of minutes as rows, (n, most), filled up with BEYOND."""
    rows = np.full((len(found), max(map(len, found))), BEYOND, dtype=np.int64)
    for number, minutes in enumerate(found):
        rows[number, : len(minutes)] = minutes
    return rows


def rows(draws: Draws) -> list[Row]:
    """Return the draws replication by replication."""
    parts = (draws.terms.ahead, draws.realised, draws.slip, draws.stages, draws.announced, draws.crews)
    columns = [part.tolist() for part in parts]
    fit_outs = _by_replication([_fit_outs(rollout) for rollout in draws.fit_outs], draws.count)
    windows = _by_replication([draws.windows.rows(number) for number in range(len(draws.windows.first))], draws.count)
    return [Row(*found) for found in zip(*columns, fit_outs, windows, strict=True)]


def _by_replication(found: list[list[Any]], count: int) -> list[list[Any]]:
    """Return what is listed by stream and replication by replication and stream."""
    return [[one[number] for one in found] for number in range(count)]


def _fit_outs(rollout: FitOuts) -> list[tuple[int, list[int]]]:
    """Return the teams and the openings of a rollout replication by replication."""
    listed = zip(rollout.teams.tolist(), rollout.minutes.tolist(), strict=True)
    return [(teams, [minutes for minutes in row if minutes]) for teams, row in listed]
