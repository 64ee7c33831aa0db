"""What a run found out, and what a replication was: records that carry their uncertainty; nothing is played here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from nevsim.arrays import Bools, Counts, Floats
from nevsim.clock import date_of, months_between
from nevsim.draws.catalogue import Catalogue
from nevsim.odds.bottleneck import Bottleneck
from nevsim.odds.hits import HitBits
from nevsim.odds.interval import Odds
from nevsim.odds.spread import Spread
from nevsim.odds.swing import Swing, Swings
from nevsim.odds.tally import Series
from nevsim.odds.verdict import Verdict
from nevsim.plant.plan import Plan
from nevsim.scenario.load import Scenario


@dataclass(frozen=True)
class TargetResult:
    """A target's odds, and its quantity over all runs.

    ``mean`` and the percentiles in the unit of the measure: vehicles, vehicles a year, or a number of starts. They
    include ``already``, what was made in the window before the start.
    ``promised`` and ``losses`` are mean vehicles over an output target's scope and window, None elsewhere; its losses
    have ``unannounced`` besides the causes. ``stated`` is the probability that the odds merely repeat, or None.
    ``on_time`` and ``full`` are None for a count. ``quarters`` are the odds of the same target moved to the end of each
    quarter, where it can be measured there.
    """

    id: str
    title: str
    measure: str
    at_least: float
    already: float
    odds: Odds
    on_time: Odds | None
    full: Odds | None
    mean: float
    p10: float
    p50: float
    p90: float
    promised: float | None
    losses: dict[str, float] | None
    stated: float | None
    quarters: tuple[QuarterOdds, ...] = ()

    @property
    def likely_by(self) -> date | None:
        """The last day of the first quarter by whose end the level is as likely reached as not; None if in none."""
        return next((one.day for one in self.quarters if one.odds.odds >= 0.5), None)


@dataclass(frozen=True)
class QuarterOdds:
    """The odds of a target's level by the end of a quarter, on its last ``day``."""

    day: date
    odds: Odds


@dataclass(frozen=True)
class ReadingOdds:
    """The odds of every target (k) where the unclear facts read otherwise; ``labels`` by the id of the reading."""

    labels: dict[str, str]
    odds: tuple[Odds, ...]


@dataclass(frozen=True)
class StartResult:
    """When a phase starts production.

    ``promised`` its last promised day, None where it announced nothing. ``days`` (d) counts the runs in which it
    starts by the end of each day from the day before the scenario's start on; ``beyond`` and ``cancelled`` count the
    rest.
    """

    phase: str
    title: str
    promised: date | None
    days: Counts
    beyond: int
    cancelled: int
    start: date

    @property
    def runs(self) -> int:
        """All runs."""
        return int(self.days.sum()) + self.beyond + self.cancelled

    @property
    def kept(self) -> int | None:
        """The runs that start by the promised day; None where nothing was promised, or not within the horizon."""
        if self.promised is None or (days := (self.promised - self.start).days + 2) > len(self.days):
            return None
        return int(self.days[: max(days, 0)].sum())

    def percentile(self, share: float) -> date | None:
        """Return the day by whose end that share of the runs that go ahead have started; None where beyond the end."""
        goes = self.runs - self.cancelled
        rank = max(int(np.ceil(share * goes - 1e-9)), 1)
        reached = np.cumsum(self.days)
        if not goes or reached[-1] < rank:
            return None
        return date_of((int(np.argmax(reached >= rank)) - 1) * 1440, self.start)


@dataclass(frozen=True)
class Result:
    """Everything that a run found out.

    ``levels`` (9, p, t) mean vehicles a month after each loss; ``series`` (c) what the targets look at by month,
    ``rates`` its spread (c x t columns), ``paths`` (50, c, t) the first replications; ``hit_bits`` which replication
    hits which target; ``swung`` the hits where each drawn quantity was high; ``bottlenecks`` what each crew, supply and
    market limits; ``readings`` every combination of the readings of unclear facts, the one that is played first, and
    empty where nothing is unclear.
    """

    scenario: Scenario
    plan: Plan
    names: Catalogue
    runs: int
    seed: int
    targets: tuple[TargetResult, ...]
    starts: tuple[StartResult, ...]
    levels: Floats
    series: tuple[Series, ...]
    values: Spread
    rates: Spread
    paths: Floats
    hit_bits: HitBits
    swung: Swings
    bottlenecks: tuple[Bottleneck, ...]
    readings: tuple[ReadingOdds, ...]
    engine: str = "simpy"
    design: str = "independent"

    @property
    def hits(self) -> Bools:
        """Whether each replication hits each target, (n, k)."""
        return self.hit_bits.all()

    @cached_property
    def swings(self) -> tuple[Swing, ...]:
        """The odds of each target where each drawn quantity was low, and where it was high."""
        return self.swung.found(self.names.addresses)

    @property
    def months(self) -> tuple[date, ...]:
        """The firsts of the months played."""
        head = self.scenario.document.scenario
        return months_between(head.start, head.end)

    def fan(self, series: int, shares: tuple[float, ...]) -> Floats:
        """Return percentiles of a series by month, (shares, t)."""
        months = len(self.months)
        return self.rates.percentiles(shares)[:, series * months : (series + 1) * months]

    def volumes(self) -> list[int]:
        """Return the positions of the output targets, the first of each scope and window."""
        found: dict[tuple[bytes, tuple[int, int]], int] = {}
        for number, target in enumerate(self.plan.targets):
            if target.measure == "output":
                found.setdefault((target.inside.tobytes(), target.window), number)
        return list(found.values())

    def promised_rate(self, target: int) -> Floats:
        """Return the mean promised yearly rate of a target's scope by month, (t,), without the season.

        It is nan in a month of season 0, which says nothing of the rate.
        """
        seasoned = 12 * self.levels[0, self.plan.targets[target].inside].sum(axis=0)
        season = self.plan.season
        rates: Floats = np.divide(seasoned, season, out=np.full(len(season), np.nan), where=season > 0)
        return rates

    def series_of(self, target: int) -> int | None:
        """Return the position of a target's series, or None for starts and shares."""
        plan = self.plan.targets[target]
        if plan.measure in ("start", "share"):
            return None
        return next(
            number
            for number, one in enumerate(self.series)
            if one.rollout == plan.rollout and (one.inside == plan.inside).all()
        )


@dataclass(frozen=True)
class Told:
    """One replication: its events in order, the verdict of every target, and what limited in it."""

    seed: int
    events: list[Happening]
    verdicts: list[Verdict]
    limits: tuple[Bottleneck, ...]


@dataclass(frozen=True)
class Happening:
    """Something that happens at a minute: what, to which phase or stream, and a detail."""

    minute: int
    what: str
    subject: str
    detail: str
