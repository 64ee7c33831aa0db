"""What a play leaves: starts, exposure, and the volumes that follow; no targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from nevsim.arrays import Bools, Floats, Minutes
from nevsim.draws.sample import Draws
from nevsim.engine.sales import Loaded
from nevsim.plant.limits import sum_over
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

    def volume(self, inside: Bools) -> Floats:
        """Vehicles sold by a scope (p), (n, t) a month before the season."""
        return sum_over(self.levels[-1], inside)

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


@dataclass(frozen=True)
class Seen:
    """What targets look at in n replications.

    ``starts`` (n, p) minutes, ``capacity`` (n, p) built vehicles a year, ``sold`` (c, n, t) vehicles a month before the
    season by scope; ``opened`` as in :class:`Play`; ``places`` the position of each scope by its bytes.
    """

    starts: Minutes
    capacity: Floats
    sold: Floats
    opened: tuple[Minutes, ...]
    places: dict[bytes, int]

    def volume(self, inside: Bools) -> Floats:
        """Vehicles sold by a scope (p) of a target, (n, t) a month before the season."""
        found: Floats = self.sold[self.places[inside.tobytes()]]
        return found


@dataclass(frozen=True)
class Harvest:
    """What targets look at: as played and, where wanted, with every start on time, and on time at the full rate.

    Of the latter two the months outside the windows of all targets are 0. ``loaded`` what phases load before any limit,
    where it was to be kept.
    """

    played: Seen | Output
    on_time: Seen | Output | None = None
    full: Seen | Output | None = None
    loaded: Loaded | None = None


class Engine(Protocol):
    """What plays the draws of one plan."""

    name: str
    chunk: int
    """Replications that it plays best at once; it shows in no result."""

    def sums(self) -> Floats:
        """Return empty sums."""

    def levels(self, sums: Floats) -> Floats:
        """Return summed levels in vehicles a month, (9, p, t), before the season."""

    def harvest(self, draws: Draws, sums: Floats, *, keeps: bool = False) -> Harvest:
        """Return what targets look at, and add to the sums; ``keeps``: and what is loaded, where that can be used."""

    def seen(
        self, draws: Draws, opened: tuple[Minutes, ...] | None = None, known: Loaded | None = None
    ) -> Seen | Output:
        """Return what targets look at as played; ``opened`` is known already, and so is what alike phases load."""

    def play(self, draws: Draws) -> Play:
        """Return the events."""
