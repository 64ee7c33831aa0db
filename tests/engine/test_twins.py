"""The two engines agree: the same minutes, the same operating time, the same volumes and the same hits for every row.

A run plays ``TWINS_CASES`` invented cases (300) from the seed ``TWINS_SEED`` (0) on, and all shipped scenarios. Cases
come in rounds of 500, each with a seed of its own, so that a long run needs no more memory, and a round that fails is
played again alone with its seed.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from cases import Case, cases, only
from hypothesis import HealthCheck, Phase, given, note, seed, settings
from scenes import drawn, world

from nevsim import shipped
from nevsim.arrays import BEYOND, Floats
from nevsim.draws.catalogue import catalogue
from nevsim.draws.sample import Draws, draw
from nevsim.engine.batch import Batch
from nevsim.engine.output import Harvest, Play
from nevsim.engine.simulate import Simpy, played
from nevsim.odds.target import judge
from nevsim.plant.losses import LEVELS
from nevsim.plant.plan import Plan
from nevsim.scenario.load import Scenario, load

CASES = int(os.environ.get("TWINS_CASES", "300"))
SEED = int(os.environ.get("TWINS_SEED", "0"))
ROUND = 500
MINUTES, SHARE = 1e-6, 1e-9
"""How far operating minutes may be apart, and monthly volumes as a share of a twelfth of the nameplate."""
ROUNDS = settings(
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def volumes(engine: Batch, draws: Draws) -> Floats:
    """Return the levels of the batch engine in vehicles a month, (9, n, p, t), before the season."""
    levels = []
    for row in range(draws.count):
        sums = engine.sums()
        engine.harvest(only(draws, row), sums)
        levels.append(engine.levels(sums))
    return np.stack(levels, axis=1)


def opened(rows: np.ndarray) -> list[list[int]]:
    """Return the minutes of the openings replication by replication, without the empty places."""
    return [[minute for minute in row if minute < BEYOND] for row in rows.tolist()]


def in_events(plan: Plan, one: Play, other: Play) -> list[str]:
    """Return in words where two plays differ."""
    found = []
    stages = [f"{plan.phases[stage.phase]}.{stage.name}" for stage in plan.stages]
    for what, names in (("starts", plan.phases), ("asked", stages), ("granted", stages)):
        mine, others = getattr(one, what), getattr(other, what)
        assert mine.shape == others.shape, what
        for row, column in np.argwhere(mine != others).tolist():
            found.append(f"{what} of {names[column]}, row {row}: {mine[row, column]}, {others[row, column]}")
    for what in ("exposure", "at_start", "at_promise"):
        mine, others = getattr(one, what), getattr(other, what)
        assert mine.shape == others.shape, what
        for place in np.argwhere(~(np.abs(mine - others) <= MINUTES)).tolist():
            name = plan.phases[place[-1]]
            found.append(f"{what} of {name}, {place[:-1]}: {mine[*place]}, {others[*place]}")
    assert len(one.opened) == len(other.opened)
    for rollout, mine, others in zip(plan.rollouts, one.opened, other.opened, strict=True):
        if opened(mine) != opened(others):
            found.append(f"openings of {rollout.id}: {opened(mine)}, {opened(others)}")
    return found


def in_volumes(plan: Plan, nameplate: Floats, one: Floats, other: Floats) -> list[str]:
    """Return in words where the levels of two engines, (9, n, p, t), differ."""
    assert one.shape == other.shape
    off = ~(np.abs(one - other) <= SHARE * (nameplate / 12)[:, :, None])
    return [
        f"{LEVELS[level]} of {plan.phases[phase]}, row {row}, month {month}: "
        f"{one[level, row, phase, month]!r}, {other[level, row, phase, month]!r}"
        for level, row, phase, month in np.argwhere(off).tolist()
    ]


def in_hits(plan: Plan, nameplate: Floats, one: Harvest, other: Harvest) -> list[str]:
    """Return in words where two harvests differ: hits, and the volumes of the targets' scopes in their windows."""
    found = []
    opens, closes = plan.looked_at
    for variant in ("played", "on_time", "full"):
        mine, others = getattr(one, variant), getattr(other, variant)
        hits, twins = judge(plan, mine).hits, judge(plan, others).hits
        for row, target in np.argwhere(hits != twins).tolist():
            found.append(f"{variant}: hit of {plan.targets[target].id}, row {row}: {hits[row, target]}")
        for inside in plan.scopes:
            off = np.abs(mine.volume(inside) - others.volume(inside))[:, opens:closes]
            room = SHARE * (nameplate[:, inside].sum(axis=1) / 12)[:, None]
            if not (off <= room).all():
                found.append(f"{variant}: volumes of {np.flatnonzero(inside)} by {off.max()}")
    return found


def differences(plan: Plan, draws: Draws) -> list[str]:
    """Return in words where the SimPy engine and the batch engine differ, the former first."""
    engines = Simpy(plan), Batch(plan)
    nameplate = draws.terms.nameplate
    mine, others = (engine.play(draws) for engine in engines)
    sums = [engine.sums() for engine in engines]
    harvests = [engine.harvest(draws, found) for engine, found in zip(engines, sums, strict=True)]
    plays = [engine.seen(draws) for engine in engines]
    alone = [Harvest(one, one, one) for one in plays]
    totals = [engine.levels(found)[:, None] for engine, found in zip(engines, sums, strict=True)]
    levels = played(plan, draws, mine).levels
    return [
        *in_events(plan, mine, others),
        *in_volumes(plan, nameplate, levels, volumes(engines[1], draws)),
        *(f"sum of {one}" for one in in_volumes(plan, nameplate.sum(axis=0)[None], *totals)),
        *in_hits(plan, nameplate, *harvests),
        *(f"alone, {one}" for one in in_hits(plan, nameplate, *alone)),
    ]


def agree(scenario: Scenario, case: Case) -> None:
    """Assert that the engines agree on a case, however its unclear facts are read."""
    first = None
    for one in (scenario, *scenario.others):
        names = catalogue(one)
        draws, engine = case.draw(names), Batch(names.plan)
        found = differences(names.plan, draws)
        if first is None:
            first = engine.harvest(draws, engine.sums(), keeps=True)
        plain, known = engine.seen(draws), engine.seen(draws, known=first.loaded)
        twins = (Harvest(seen, seen, seen) for seen in (plain, known))
        found += [f"loads known, {told}" for told in in_hits(names.plan, draws.terms.nameplate, *twins)]
        assert not found, f"{one.labels or ''} {len(found)} differences: " + "; ".join(found[:5])


def invented(case: Case) -> None:
    """Assert that the engines agree on an invented case, and show it where they do not."""
    note(f"{case} of:\n{case.text}")
    agree(case.load(), case)


def test_invented_scenarios():
    for number, first in enumerate(range(0, CASES, ROUND)):
        count = min(ROUND, CASES - first)
        try:
            seed(SEED + number)(settings(ROUNDS, max_examples=count)(given(cases())(invented)))()
        except BaseException as error:
            error.add_note(f"again: TWINS_SEED={SEED + number} TWINS_CASES={count}; {first} cases before it agreed")
            raise
    print(f"{CASES} cases agree, TWINS_SEED={SEED}")


@pytest.mark.parametrize("name", shipped.names())
@pytest.mark.parametrize("first", [0, 12_345])
def test_shipped_scenarios(name, first):
    scenario = load(shipped.path_of(name))
    agree(scenario, Case("", scenario.document.scenario.seed, first, 5))


def test_a_difference_is_told():
    """A minute more, two millionths of one, and the smallest part of a volume: each is found, and nothing else."""
    scenario = load(shipped.path_of("example"))
    plan = catalogue(scenario).plan
    draws = draw(catalogue(scenario), seed=1, first=0, count=2)
    play = Simpy(plan).play(draws)
    levels = played(plan, draws, play).levels
    assert in_events(plan, play, play) == []
    assert in_volumes(plan, draws.terms.nameplate, levels, levels) == []
    later, older, more = play.starts.copy(), play.exposure.copy(), levels.copy()
    later[1, 0] += 1
    older[1, -1, 0] += 2 * MINUTES
    more[8, 1, 0, -1] += 2 * SHARE * draws.terms.nameplate[1, 0] / 12
    assert len(in_events(plan, play, replace(play, starts=later))) == 1
    assert len(in_events(plan, play, replace(play, exposure=older))) == 1
    assert len(in_volumes(plan, draws.terms.nameplate, levels, more)) == 1
    more[8, 1, 0, -1] = np.nan
    assert len(in_volumes(plan, draws.terms.nameplate, levels, more)) == 1


def test_how_many_are_worked_on_at_once_shows_in_no_result(monkeypatch):
    names = catalogue(load(shipped.path_of("liangjiang-2025")))
    draws = draw(names, seed=1, first=0, count=50)
    engine = Batch(names.plan)
    sums, others = engine.sums(), engine.sums()
    whole = engine.harvest(draws, sums)
    monkeypatch.setattr("nevsim.engine.batch.CELLS", 2_000)
    parts = engine.harvest(draws, others)
    assert np.array_equal(sums, others)
    for variant in ("played", "on_time", "full"):
        assert np.array_equal(getattr(whole, variant).sold, getattr(parts, variant).sold)


@pytest.mark.parametrize("markets", [[], [{"id": "all", "yearly": [{"from": date(2023, 1, 1), "value": 9_000}]}]])
def test_what_has_come_to_nothing_is_not_less(markets):
    """A plant runs down to nothing in a month: sums up to edges differ by rounding alone, and at_least 0 is reached."""
    down = {"share": {"law": "uniform", "low": 0, "high": 1}, "to": 0}
    plants = [
        {"id": f"p{number}", "nameplate": 12_000, "operating": down, "ramp": {"shape": shape, "duration": 1}}
        for number, shape in enumerate(("linear", "s-curve", "fast-start"))
    ]
    targets = [
        {"id": f"by-{month}", "measure": "run-rate", "at": date(2023, month, 28), "at_least": 0}
        for month in range(3, 9)
    ]
    names, draws = drawn(world(plants, end=date(2023, 9, 1), targets=targets, markets=markets), 100)
    engine = Batch(names.plan)
    sums = engine.sums()
    harvest = engine.harvest(draws, sums)
    assert judge(names.plan, harvest.played).hits.all()
    assert engine.levels(sums).min() == 0
