"""The straight line from a scenario to its odds, as one pure function; no disk, no terminal and no figure."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral, Real

import numpy as np

from nevsim.arrays import Floats
from nevsim.clock import date_of
from nevsim.draws.catalogue import Catalogue, ceilings
from nevsim.draws.designs import DESIGNS, whole_replicates
from nevsim.engine.batch import Batch
from nevsim.engine.output import Engine
from nevsim.engine.relief import reliefs
from nevsim.engine.simulate import Simpy, played
from nevsim.errors import UsageError
from nevsim.odds.assumed import stated_probability
from nevsim.odds.bottleneck import Bottlenecks
from nevsim.odds.interval import Odds
from nevsim.odds.tally import Tally
from nevsim.odds.target import WHOLE
from nevsim.odds.verdict import verdicts
from nevsim.plant.losses import LEVELS, LOSSES
from nevsim.plant.plan import Plan
from nevsim.replications import Block, Cast, blocks, threads_for
from nevsim.result import Happening, QuarterOdds, ReadingOdds, Result, StartResult, TargetResult, Told
from nevsim.scenario.faults import shown
from nevsim.scenario.load import Scenario

ENGINES: dict[str, Callable[[Plan], Engine]] = {"batch": Batch, "simpy": Simpy}
"""The engines by name: the fast one, and the readable one that it is held against."""
LARGEST = 100_000_000
FINEST = 0.0005
"""The smallest half-width that may be asked for: some four million runs."""

Progress = Callable[[int, int, "Odds | None"], None]
"""Takes the runs done, the runs wanted, and the odds so far of the first target."""
Keep = Callable[["Catalogue", "Block"], None]
"""Takes a catalogue and a block of its replications, in order."""


def forecast(
    scenario: Scenario,
    runs: int | None = None,
    seed: int | None = None,
    precision: float | None = None,
    progress: Progress | None = None,
    design: str = "independent",
    engine: str = "batch",
    threads: int | None = None,
    keep: Keep | None = None,
) -> Result:
    """Return the odds of every target of a scenario, with their error, and what they come from.

    ``runs`` and ``seed`` default to the scenario's own. ``precision`` doubles the runs until the half-width of every
    target's 95 % interval is at most that. ``design`` is one of :data:`nevsim.draws.designs.DESIGNS`; runs are rounded
    up to whole replicates of it. ``engine`` is one of :data:`ENGINES`, which find the same; ``threads`` are as many as
    there are processors by default, and show in no result. ``keep`` takes every block of replications with its draws.
    Raises UsageError for what cannot be, ReplicationError where a replication fails.
    """
    head = scenario.document.scenario
    if design not in DESIGNS:
        raise UsageError(f'found design "{design}", want one of {", ".join(DESIGNS)}')
    if engine not in ENGINES:
        raise UsageError(f'found engine "{engine}", want one of {", ".join(ENGINES)}')
    _check_whole("threads", threads)
    if threads is not None and threads < 1:
        raise UsageError(f"found {threads} threads, want at least 1")
    wanted = head.runs if runs is None else runs
    key = head.seed if seed is None else seed
    _check(wanted, key, precision)
    wanted, key = whole_replicates(int(wanted), design), int(key)
    cast = Cast.of(scenario, design, key, ENGINES[engine], keeps=keep is not None)
    tally = Tally(cast.names.plan, ceilings(cast.names), len(cast.others), cast.replicate)
    while True:
        _extend(cast, tally, wanted, threads_for(threads), progress, keep)
        odds = [tally.odds(hits) for hits in tally.hits[:, 0].T]
        if precision is None or max(one.half_width for one in odds) <= precision:
            return _result(scenario, cast, tally, design)
        wanted = tally.runs * 2


def retell(scenario: Scenario, replication: int = 0, seed: int | None = None, design: str = "independent") -> Told:
    """Return one replication of a scenario, event by event: the same as in a run with that seed and design."""
    from nevsim.engine.events import play  # loads SimPy, which a run of the batch engine does without

    key = scenario.document.scenario.seed if seed is None else seed
    _check(1, key, None)
    _check_whole("replication", replication)
    if replication >= LARGEST:
        raise UsageError(f"found replication {replication}, want one from 0 to {LARGEST - 1:,}")
    cast = Cast.of(scenario, design, key, Simpy)
    plan, draws = cast.names.plan, cast.draw(cast.names, replication, 1)
    log: list[Happening] = []
    events = play(plan, draws, lambda *what: log.append(Happening(*what)))
    output = played(plan, draws, events)
    limits = Bottlenecks(plan)
    limits.add(reliefs(plan, draws))
    return Told(key, log, verdicts(plan, output), limits.found())


def check_request(runs: int | None, seed: int | None) -> None:
    """Raise UsageError for runs or a seed that cannot be; None is for a default."""
    _check_whole("runs", runs)
    _check_whole("seed", seed)
    if runs is not None and not 1 <= runs <= LARGEST:
        raise UsageError(f"found {runs} runs, want 1 to {LARGEST:,}")
    if seed is not None and not 0 <= seed < 2**63:
        raise UsageError(f"found seed {seed}, want a whole number from 0 to 2^63 - 1")


def _check(runs: int, seed: int, precision: float | None) -> None:
    check_request(runs, seed)
    if precision is not None and not isinstance(precision, Real):
        raise UsageError(f"found precision {shown(precision)}, want a number, such as 0.005; write one, without quotes")
    if precision is not None and not FINEST <= precision <= 0.5:
        raise UsageError(f"found precision {precision:g}, want a half-width from {FINEST} to 0.5, such as 0.005")


def _check_whole(name: str, value: object) -> None:
    """Raise UsageError for what is no whole number, as Python may hand it over; None is for a default."""
    if value is not None and not isinstance(value, Integral):
        raise UsageError(f"found {name} {shown(value)}, want a whole number; write one, without quotes or decimals")


def _extend(cast: Cast, tally: Tally, wanted: int, threads: int, progress: Progress | None, keep: Keep | None) -> None:
    if progress is not None:
        progress(tally.runs, wanted, tally.so_far if tally.runs else None)
    for block in blocks(cast, tally.runs, wanted, tally.open, threads):
        for piece in block.pieces:
            tally.add(piece.harvest, piece.chances)
            for number, hits in enumerate(piece.readings):
                tally.add_reading(number, hits)
            tally.bottlenecks.add(piece.relieved)
        if keep is not None:
            keep(cast.names, block)
        tally.add_sums(block.sums, is_whole=block.is_whole)
        if progress is not None:
            progress(tally.runs, wanted, tally.so_far)


def _result(scenario: Scenario, cast: Cast, tally: Tally, design: str) -> Result:
    names, plan = cast.names, cast.names.plan
    levels = tally.levels(cast.engine.levels) / tally.runs
    shares = tally.values.percentiles((0.1, 0.5, 0.9))
    counted = np.array([target.measure in WHOLE for target in plan.targets])
    shares = np.where(counted, np.rint(shares), shares)
    targets = []
    for number, target in enumerate(plan.targets):
        odds, on_time, full = (tally.odds(hits) for hits in tally.hits[:, :, number].T)
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
        seed=cast.seed,
        targets=tuple(targets),
        starts=_starts(scenario, plan, tally),
        levels=levels,
        series=tally.series,
        values=tally.values,
        rates=tally.rates,
        paths=tally.paths,
        hit_bits=tally.hit_bits,
        swung=tally.swings,
        bottlenecks=tally.bottlenecks.found(),
        readings=_readings(scenario, tally),
        engine=cast.engine.name,
        design=design,
    )


def _by_quarter(tally: Tally, number: int) -> tuple[QuarterOdds, ...]:
    return tuple(
        QuarterOdds(date_of(int(tally.plan.edges[months]) - 1, tally.plan.start), tally.odds(hits))
        for months, target, hits in zip(tally.quarters, tally.moved[number], tally.reached[:, number].T, strict=True)
        if target is not None
    )


def _readings(scenario: Scenario, tally: Tally) -> tuple[ReadingOdds, ...]:
    if not scenario.others:
        return ()
    hits = [tally.hits[:, 0], *np.moveaxis(tally.reading_hits, 1, 0)]
    return tuple(
        ReadingOdds(one.labels, tuple(tally.odds(counts) for counts in found.T))
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
