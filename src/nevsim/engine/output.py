"""What a play leaves: starts, exposure, and the volumes that follow; no targets."""

from __future__ import annotations

from dataclasses import dataclass

from nevsim.arrays import Floats, Minutes
from nevsim.plant.losses import LOSSES


@dataclass(frozen=True)
class Play:
    """The events of n replications.

    ``starts`` (n, p) minutes of the start of production, CANCELLED or BEYOND; ``exposure`` (n, t + 1, p) operating
    minutes since minute zero that a plant would have had at each edge of a month; ``at_start`` and ``at_promise``
    (n, p) the same at the start and at the promised minute (0 where these are not played, less than 0 for a promise
    before minute zero); ``asked`` and ``granted`` (n, s) the minutes at which each stage was ready and at which it
    began, BEYOND where these are not played;
    ``opened`` for each rollout the minutes of its openings, (n, j) ascending, then BEYOND.
    """

    starts: Minutes
    exposure: Floats
    at_start: Floats
    at_promise: Floats
    asked: Minutes
    granted: Minutes
    opened: tuple[Minutes, ...]


@dataclass(frozen=True)
class Output:
    """The volumes of n replications.

    ``announced`` and ``starts`` (n, p) in minutes; ``levels`` (9, n, p, t) vehicles a month after each loss, before
    the season; ``capacity`` (n, p) built vehicles a year; ``season`` (t) weights; ``opened`` as in
    :class:`Play`.
    """

    announced: Minutes
    starts: Minutes
    levels: Floats
    capacity: Floats
    season: Floats
    opened: tuple[Minutes, ...]

    @property
    def promised(self) -> Floats:
        """Vehicles promised, (n, p, t)."""
        promised: Floats = self.levels[0] * self.season
        return promised

    @property
    def sold(self) -> Floats:
        """Vehicles sold, (n, p, t)."""
        sold: Floats = self.levels[-1] * self.season
        return sold

    @property
    def losses(self) -> dict[str, Floats]:
        """Vehicles lost by each cause, (n, p, t); promised - their sum = sold."""
        lost = (self.levels[:-1] - self.levels[1:]) * self.season
        return dict(zip(LOSSES, lost, strict=True))
