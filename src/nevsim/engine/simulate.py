"""From a plan and draws to volumes: events first, then the arithmetic of every month; no targets."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from nevsim.arrays import Floats, Minutes
from nevsim.draws.sample import Draws
from nevsim.engine.events import Note, play
from nevsim.engine.output import Output, Play
from nevsim.errors import ReplicationError
from nevsim.plant.losses import Terms, settle
from nevsim.plant.plan import Plan


@dataclass(frozen=True)
class Outputs:
    """The volumes as they are played, with every start on time, and on time at the full rate: on the same draws."""

    played: Output
    on_time: Output
    full: Output


def simulate(plan: Plan, draws: Draws, note: Note | None = None) -> Output:
    """Return the volumes of all replications of the draws."""
    return _played(plan, draws, play(plan, draws, note))


def simulate_all(plan: Plan, draws: Draws) -> Outputs:
    """Return the volumes as played, on time, and on time at the full rate, from one play."""
    events = play(plan, draws)
    promised = replace(draws.terms, realised=np.ones_like(draws.terms.realised))
    ones = np.ones_like(draws.terms.built)
    full = replace(promised, built=ones, load=ones, share=ones, to=ones, ramp=np.zeros_like(ones))
    ages = _ages(events.exposure, events.at_promise, draws.announced, plan.edges)
    return Outputs(
        _played(plan, draws, events),
        _settled(plan, draws, promised, draws.announced, ages),
        _settled(plan, draws, full, draws.announced, ages),
    )


def _played(plan: Plan, draws: Draws, events: Play) -> Output:
    ages = _ages(events.exposure, events.at_start, events.starts, plan.edges)
    return _settled(plan, draws, draws.terms, events.starts, ages)


def _ages(exposure: Floats, at_start: Floats, starts: Minutes, edges: Minutes) -> Floats:
    """Return operating minutes since the start at every edge, (n, p, t + 1), from exposure (n, t + 1, p)."""
    since = np.swapaxes(exposure, 1, 2) - at_start[:, :, None]
    ages: Floats = np.where(edges > starts[:, :, None], since, 0.0)
    return ages


def _settled(plan: Plan, draws: Draws, terms: Terms, starts: Minutes, ages: Floats) -> Output:
    levels = settle(plan, terms, draws.announced, starts, ages)
    wrong = ~np.isfinite(levels).all(axis=(0, 2, 3))
    if wrong.any():
        number = draws.first + int(np.argmax(wrong))
        raise ReplicationError(
            number, "a volume is not a finite number; look for growth or nameplates out of all bounds"
        )
    return Output(draws.announced, starts, levels, terms.built * terms.nameplate, plan.season)
