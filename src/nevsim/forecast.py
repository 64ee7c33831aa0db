"""The straight line from a scenario to its odds, as one pure function; no disk, no terminal and no figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from nevsim.arrays import Bools, Counts, Floats
from nevsim.clock import MONTH, date_of, months_between
from nevsim.draws.catalogue import Catalogue, catalogue
from nevsim.draws.sample import draw
from nevsim.engine.events import play
from nevsim.engine.relief import reliefs
from nevsim.engine.simulate import played, same_play, simulate, simulate_all
from nevsim.errors import ReplicationError, UsageError
from nevsim.odds.bottleneck import MOST_RUNS, Bottleneck
from nevsim.odds.interval import Odds, odds_of
from nevsim.odds.spread import Spread
from nevsim.odds.tally import Series, Tally
from nevsim.odds.target import WHOLE, judge
from nevsim.odds.verdict import Verdict, verdicts
from nevsim.plant.losses import LEVELS, LOSSES
from nevsim.plant.plan import Plan
from nevsim.scenario.load import Scenario

CHUNK = 128
"""Replications that are drawn and settled at once, unless the plan is large; it shows in no result."""
CELLS_AT_ONCE = 200_000
"""Replications x phases x months that are settled at once, so that large plans need no more memory than small ones."""
LARGEST = 100_000_000
FINEST = 0.0005
"""The smallest half-width that may be asked for: some four million runs."""

Progress = Callable[[int, int, "Odds | None"], None]
"""Takes the runs done, the runs wanted, and the odds so far of the first target."""


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
    ``rates`` its spread (c x t columns), ``paths`` (50, c, t) the first replications; ``hits`` (n, k);
    ``bottlenecks`` what each crew, supply and market limits; ``readings`` every combination of the readings of unclear
    facts, the one that is played first, and empty where nothing is unclear.
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
    hits: Bools
    bottlenecks: tuple[Bottleneck, ...]
    readings: tuple[ReadingOdds, ...]
    engine: str = "simpy"
    design: str = "independent"

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


def forecast(
    scenario: Scenario,
    runs: int | None = None,
    seed: int | None = None,
    precision: float | None = None,
    progress: Progress | None = None,
) -> Result:
    """Return the odds of every target of a scenario, with their error, and what they come from.

    ``runs`` and ``seed`` default to the scenario's own. ``precision`` doubles the runs until the half-width of every
    target's 95 % interval is at most that. Raises UsageError for a number that cannot be, ReplicationError where a
    replication fails.
    """
    head = scenario.document.scenario
    wanted = head.runs if runs is None else runs
    key = head.seed if seed is None else seed
    _check(wanted, key, precision)
    names = catalogue(scenario)
    others = [catalogue(other) for other in scenario.others]
    tally = Tally(names.plan, _ceilings(names), len(others))
    while True:
        _extend(names, others, tally, key, wanted, progress)
        odds = [odds_of(int(hits), tally.runs) for hits in tally.hits[0]]
        if precision is None or max(one.half_width for one in odds) <= precision:
            return _result(scenario, names, tally, key)
        wanted = tally.runs * 2


@dataclass(frozen=True)
class Told:
    """One replication: its events in order, and the verdict of every target."""

    seed: int
    events: list[Happening]
    verdicts: list[Verdict]


@dataclass(frozen=True)
class Happening:
    """Something that happens at a minute: what, to which phase or stream, and a detail."""

    minute: int
    what: str
    subject: str
    detail: str


def retell(scenario: Scenario, replication: int = 0, seed: int | None = None) -> Told:
    """Return one replication of a scenario, event by event: the same as in a run with that seed."""
    key = scenario.document.scenario.seed if seed is None else seed
    _check(1, key, None)
    if replication >= LARGEST:
        raise UsageError(f"found replication {replication}, want one from 0 to {LARGEST - 1:,}")
    names = catalogue(scenario)
    events: list[Happening] = []
    output = simulate(names.plan, draw(names, key, replication, 1), lambda *what: events.append(Happening(*what)))
    return Told(key, events, verdicts(names.plan, output))


def _check(runs: int, seed: int, precision: float | None) -> None:
    if not 1 <= runs <= LARGEST:
        raise UsageError(f"found {runs} runs, want 1 to {LARGEST:,}")
    if not 0 <= seed < 2**63:
        raise UsageError(f"found seed {seed}, want a whole number from 0 to 2^63 - 1")
    if precision is not None and not FINEST <= precision <= 0.5:
        raise UsageError(f"found precision {precision:g}, want a half-width from {FINEST} to 0.5, such as 0.005")


def _extend(
    names: Catalogue, others: list[Catalogue], tally: Tally, seed: int, wanted: int, progress: Progress | None
) -> None:
    chunk = max(1, min(CHUNK, CELLS_AT_ONCE // (max(len(names.plan.phases), 1) * len(names.plan.season))))
    while tally.runs < wanted:
        if progress is not None:
            so_far = odds_of(int(tally.hits[0, 0]), tally.runs) if tally.runs else None
            progress(tally.runs, wanted, so_far)
        first, count = tally.runs, min(chunk, wanted - tally.runs)
        if first < MOST_RUNS:
            count = min(count, MOST_RUNS - first)
        try:
            _add(names, others, tally, seed, first, count)
        except ReplicationError:
            raise
        except (ArithmeticError, ValueError) as error:
            raise ReplicationError(first, f"{error} (in one of {count} from here on)") from error
    if progress is not None:
        progress(tally.runs, wanted, odds_of(int(tally.hits[0, 0]), tally.runs))


def _add(names: Catalogue, others: list[Catalogue], tally: Tally, seed: int, first: int, count: int) -> None:
    """Play some replications, relieve their limits in the first ones, and play every other reading on the same draws.

    A reading that changes volumes alone takes the events that are there already.
    """
    plan, draws = names.plan, draw(names, seed, first, count)
    events = play(plan, draws)
    outputs = simulate_all(plan, draws, events)
    tally.add(outputs)
    if first < MOST_RUNS:
        tally.bottlenecks.add(reliefs(plan, draws, events, outputs.played))
    known = [(plan, draws, events)]
    for number, other in enumerate(others):
        read = draw(other, seed, first, count)
        same = next((found for mine, its, found in known if same_play(mine, its, other.plan, read)), None)
        if same is None:
            same = play(other.plan, read)
            known.append((other.plan, read, same))
        tally.add_reading(number, judge(other.plan, played(other.plan, read, same)).hits)


def _ceilings(names: Catalogue) -> Floats:
    """Return the yearly volume that each phase hardly exceeds, (p): the top of the grids of long runs."""

    def high(field: str, phase: int) -> float:
        law = names.quantities[names.fields[field][phase]].law
        return law.support[1] if np.isfinite(law.support[1]) else float(law.quantile(np.array([1 - 1e-6]))[0])

    return np.array(
        [
            high("nameplate", phase) * high("built", phase) * max(high("load", phase), 1.0)
            for phase in range(len(names.plan.phases))
        ]
    )


def _result(scenario: Scenario, names: Catalogue, tally: Tally, seed: int) -> Result:
    plan = names.plan
    levels = tally.levels / tally.runs
    shares = tally.values.percentiles((0.1, 0.5, 0.9))
    counted = np.array([target.measure in WHOLE for target in plan.targets])
    shares = np.where(counted, np.rint(shares), shares)
    targets = []
    for number, target in enumerate(plan.targets):
        odds, on_time, full = (odds_of(int(hits), tally.runs) for hits in tally.hits[:, number])
        alone = target.measure == "count"
        p10, p50, p90 = (float(value) for value in shares[:, number])
        promised, losses = _losses(plan, number, levels)
        targets.append(
            TargetResult(
                target.id,
                target.title,
                target.measure,
                target.at_least,
                target.already,
                odds,
                None if alone else on_time,
                None if alone else full,
                float(tally.sums[number] / tally.runs),
                p10,
                p50,
                p90,
                promised,
                losses,
                stated_probability(names, number),
                _by_quarter(tally, number),
            )
        )
    return Result(
        scenario=scenario,
        plan=plan,
        names=names,
        runs=tally.runs,
        seed=seed,
        targets=tuple(targets),
        starts=_starts(scenario, plan, tally),
        levels=levels,
        series=tally.series,
        values=tally.values,
        rates=tally.rates,
        paths=tally.paths,
        hits=tally.hits_by_run(),
        bottlenecks=tally.bottlenecks.found(),
        readings=_readings(scenario, tally),
    )


def _by_quarter(tally: Tally, number: int) -> tuple[QuarterOdds, ...]:
    return tuple(
        QuarterOdds(date_of(int(tally.plan.edges[months]) - 1, tally.plan.start), odds_of(int(hits), tally.runs))
        for months, target, hits in zip(tally.quarters, tally.moved[number], tally.reached[number], strict=True)
        if target is not None
    )


def _readings(scenario: Scenario, tally: Tally) -> tuple[ReadingOdds, ...]:
    if not scenario.others:
        return ()
    hits = [tally.hits[0], *tally.reading_hits]
    return tuple(
        ReadingOdds(one.labels, tuple(odds_of(int(count), tally.runs) for count in found))
        for one, found in zip((scenario, *scenario.others), hits, strict=True)
    )


def _losses(plan: Plan, number: int, levels: Floats) -> tuple[float | None, dict[str, float] | None]:
    """Return the mean promise and losses of an output target over its scope and window."""
    target = plan.targets[number]
    if target.measure != "output":
        return None, None
    first, last = target.window
    sums = levels[:, target.inside, first:last].sum(axis=(1, 2))
    losses = dict(zip(LOSSES, (float(loss) for loss in sums[:-1] - sums[1:]), strict=True))
    promised = float(sums[LEVELS.index("promised")])
    losses["unannounced"] = max(0.0, target.at_least - target.already - promised)
    return promised, losses


def _starts(scenario: Scenario, plan: Plan, tally: Tally) -> tuple[StartResult, ...]:
    head = scenario.document.scenario
    results = []
    for phase, view in enumerate(scenario.phases):
        if plan.operating[phase]:
            continue
        days = tally.days[phase]
        announced = int(plan.announced[phase])
        promised = None if view.value("announced") is None else date_of(announced - 1, head.start)
        results.append(
            StartResult(view.name, view.title, promised, days[:-2], int(days[-2]), int(days[-1]), head.start)
        )
    return tuple(results)


def stated_probability(names: Catalogue, number: int) -> float | None:
    """Return the probability that a target's odds repeat as they were stated, or None where they are found.

    That is so for the start of a single phase with a slip: realised x P(slip within the time that is left).
    """
    plan, target = names.plan, names.plan.targets[number]
    phases = np.flatnonzero(target.inside)
    if target.measure != "start" or len(phases) != 1 or plan.strands[int(phases[0])]:
        return None
    phase = int(phases[0])
    slip = names.quantities[names.fields["slip"][phase]]
    realised = names.quantities[names.fields["realised"][phase]].law.mean
    left = (target.at - int(plan.announced[phase]) + 0.5) / (slip.minutes or MONTH)
    return float(realised * float(slip.law.cdf(np.array([left]))[0]))
