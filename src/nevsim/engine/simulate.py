"""From a plan and draws to volumes, replication by replication: events by SimPy, then the arithmetic of every month."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from nevsim.arrays import Floats, Minutes
from nevsim.draws.sample import Draws
from nevsim.engine.output import Harvest, Output, Play
from nevsim.engine.sales import Loaded
from nevsim.errors import ReplicationError
from nevsim.plant.losses import LEVELS, Terms, settle
from nevsim.plant.plan import Plan


class Simpy:
    """The readable engine for one plan."""

    name = "simpy"
    chunk = 128

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def sums(self) -> Floats:
        """Return empty sums, which :meth:`harvest` adds to and :meth:`levels` reads."""
        return np.zeros((len(LEVELS), len(self.plan.phases), len(self.plan.season)))

    def levels(self, sums: Floats) -> Floats:
        """Return summed levels in vehicles a month, (9, p, t), before the season."""
        return sums

    def harvest(self, draws: Draws, sums: Floats, *, keeps: bool = False) -> Harvest:
        """Return what targets look at, and add to the sums; this engine keeps nothing for other readings."""
        del keeps
        outputs = simulate_all(self.plan, draws, self.play(draws))
        for levels in np.swapaxes(outputs.played.levels, 0, 1):
            sums += levels
        return Harvest(outputs.played, outputs.on_time, outputs.full)

    def seen(self, draws: Draws, opened: tuple[Minutes, ...] | None = None, known: Loaded | None = None) -> Output:
        """Return what targets look at as played; ``opened`` is known already, and nothing else."""
        del known
        events = self.play(draws if opened is None else replace(draws, fit_outs=()))
        return played(self.plan, draws, events if opened is None else replace(events, opened=opened))

    def play(self, draws: Draws) -> Play:
        """Return the events of all replications."""
        from nevsim.engine.events import play  # loads SimPy, which nothing else here needs

        return play(self.plan, draws)


@dataclass(frozen=True)
class Outputs:
    """The volumes as they are played, with every start on time, and on time at the full rate: on the same draws."""

    played: Output
    on_time: Output
    full: Output


def simulate_all(plan: Plan, draws: Draws, events: Play) -> Outputs:
    """Return the volumes as played, on time, and on time at the full rate, from one play."""
    promised = replace(draws.terms, ahead=np.ones_like(draws.terms.ahead))
    ones = np.ones_like(draws.terms.built)
    full = replace(promised, built=ones, load=ones, share=ones, to=ones, ramp=np.zeros_like(ones))
    ages = _ages(events.exposure, events.at_promise, draws.announced, plan.edges)
    return Outputs(
        played(plan, draws, events),
        _settled(plan, promised, draws, draws.announced, ages, events.opened),
        _settled(plan, full, draws, draws.announced, ages, events.opened),
    )


def played(plan: Plan, draws: Draws, events: Play) -> Output:
    """Return the volumes that follow from events."""
    ages = _ages(events.exposure, events.at_start, events.starts, plan.edges)
    return _settled(plan, draws.terms, draws, events.starts, ages, events.opened)


def _ages(exposure: Floats, at_start: Floats, starts: Minutes, edges: Minutes) -> Floats:
    """Return operating minutes since the start at every edge, (n, p, t + 1), from exposure (n, t + 1, p)."""
    since = np.swapaxes(exposure, 1, 2) - at_start[:, :, None]
    ages: Floats = np.where(edges > starts[:, :, None], since, 0.0)
    return ages


def _settled(
    plan: Plan, terms: Terms, draws: Draws, starts: Minutes, ages: Floats, opened: tuple[Minutes, ...]
) -> Output:
    levels = settle(plan, terms, draws.announced, starts, ages)
    wrong = ~np.isfinite(levels).all(axis=(0, 2, 3))
    if wrong.any():
        number = draws.first + int(np.argmax(wrong))
        raise ReplicationError(
            number, "a volume is not a finite number; look for growth or nameplates out of all bounds"
        )
    return Output(draws.announced, starts, levels, terms.built * terms.nameplate, plan.season, opened)
