"""From a plan and draws to volumes: events first, then the arithmetic of every month; no targets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    return played(plan, draws, play(plan, draws, note))


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


def same_play(plan: Plan, draws: Draws, other: Plan, others: Draws) -> bool:
    """Whether two plans with their draws have the same events: they may differ in volumes and targets alone."""
    return plan.played == other.played and all(
        np.array_equal(mine, theirs)
        for mine, theirs in zip(_settling_events(draws), _settling_events(others), strict=True)
    )


def _settling_events(draws: Draws) -> list[NDArray[Any]]:
    """Return all arrays that the events hang on."""
    windows = [part for stream in draws.windows for part in (stream.onset, stream.end, stream.severity)]
    openings = [part for rollout in draws.fit_outs for part in (rollout.teams, rollout.minutes)]
    return [draws.terms.ahead, draws.slip, draws.stages, draws.announced, draws.crews, *windows, *openings]


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
