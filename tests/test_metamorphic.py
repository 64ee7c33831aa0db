"""Changes of a scenario that must leave its numbers, or change them in a known way: bit for bit where stated."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import fields, replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import PROPERTY, START, drawn, events, played, read, worlds

from nevsim.forecast import forecast

RUNS = 300


def uniform(low, high, **more):
    return {"law": "uniform", "low": low, "high": high} | more


EAST, WEST = {"region": "east"}, {"region": "west"}
RICH = {
    "schema": 1,
    "scenario": {"id": "w", "title": "w", "as_of": START, "start": START, "end": date(2025, 1, 1)}
    | {"season": [1.0, 0.5, *[1.0] * 9, 1.5]},
    "plants": [
        EAST
        | {"id": "slips", "nameplate": uniform(9_000, 15_000), "built": uniform(0.5, 1), "realised": 0.7}
        | {"announced": date(2023, 3, 10), "slip": uniform(-2, 8), "load": uniform(0.5, 1)}
        | {"ramp": {"shape": "s-curve", "duration": uniform(3, 9)}},
        WEST
        | {"id": "staged", "nameplate": {"law": "triangular", "low": 5_000, "mode": 9_000, "high": 20_000}}
        | {"realised": 0.8, "load": 0.9, "announced": date(2023, 5, 31)}
        | {
            "stages": [
                {"id": "dig", "duration": {"law": "exponential", "mean": 4}},
                {"id": "hall", "duration": uniform(1, 4)},
                {"id": "lines", "duration": uniform(1, 6), "after": ["dig"]},
            ]
        },
        EAST
        | {"id": "runs", "nameplate": 20_000, "operating": {"share": 0.4, "to": uniform(0.3, 0.9)}}
        | {"ramp": {"shape": "linear", "duration": 12}},
        WEST | {"id": "silent", "announced": date(2023, 9, 30), "slip": uniform(0, 20)},
    ],
    "hazards": [
        {"id": "storm", "rate": 2, "duration": {"law": "exponential", "mean": 1}, "severity": uniform(0.2, 1)},
        {"id": "heat", "rate": 4, "months": [7, 8], "each": True, "scope": EAST, "severity": 0.5}
        | {"duration": uniform(2, 20, unit="days")},
    ],
    "markets": [
        {"id": "home", "yearly": [{"from": START, "value": 18_000}, {"from": date(2024, 1, 1), "value": 25_000}]}
        | {"growth": uniform(0, 0.3), "level": uniform(0.8, 1.2)},
        {"id": "far", "scope": WEST, "yearly": [{"from": date(2023, 7, 1), "value": 7_000}]},
    ],
    "targets": [
        {"id": "made", "measure": "output", "during": 2023, "at_least": 12_000, "scope": {"region": ["east", "west"]}},
        {"id": "window", "measure": "output", "during": {"from": date(2022, 7, 1), "to": date(2023, 7, 1)}}
        | {"already": 5_000, "at_least": 9_000, "scope": EAST},
        {"id": "rate", "measure": "run-rate", "at": date(2023, 12, 31), "at_least": 17_000},
        {"id": "room", "measure": "capacity", "at": date(2023, 12, 31), "at_least": 35_000},
        {"id": "begun", "measure": "start", "at": date(2023, 12, 31), "at_least": 2}
        | {"scope": {"plant": ["slips", "staged", "silent"]}},
    ],
}


def changed(edit, data=RICH):
    data = deepcopy(data)
    edit(data)
    return data


def run(data, runs=RUNS, seed=1, **more):
    return forecast(read(data), runs, seed, **more)


def same_odds(found, wanted):
    """The three odds and hits of every target."""
    for one, other in zip(found.targets, wanted.targets, strict=True):
        for field in ("odds", "on_time", "full"):
            assert getattr(one, field) == getattr(other, field), (one.id, field)
    assert (found.hits == wanted.hits).all()


def same(found, wanted, phases=None, months=None):
    """Every number of two results, bit for bit: of these phases and the first months, where given."""
    found_phases = range(len(found.plan.phases)) if phases is None else phases
    assert [found.plan.phases[p] for p in found_phases] == list(wanted.plan.phases)
    for one, other in zip(found.targets, wanted.targets, strict=True):
        assert one == replace(other, quarters=other.quarters[: len(one.quarters)])
        assert months is not None or one.quarters == other.quarters
    assert (found.hits == wanted.hits).all()
    cut = found.levels.shape[2] if months is None else months
    assert (found.levels[:, found_phases, :cut] == wanted.levels[:, :, :cut]).all()
    assert (found.paths[:, :, :cut] == wanted.paths[:, :, :cut]).all()
    assert (found.values.counts() == wanted.values.counts()).all()
    shares = (0.05, 0.5, 0.95)
    for series in range(len(wanted.series)):
        assert (found.fan(series, shares)[:, :cut] == wanted.fan(series, shares)[:, :cut]).all()


def same_starts(found, wanted):
    for one, other in zip(found.starts, wanted.starts, strict=True):
        for field in fields(one):
            assert np.array_equal(getattr(one, field.name), getattr(other, field.name)), field.name


@pytest.fixture(scope="module")
def rich():
    result = run(RICH)
    assert all(0.02 < target.odds.odds < 0.98 for target in result.targets), "a target that says nothing"
    return result


# Bit for bit


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_chunks_show_in_no_result(rich, monkeypatch, size):
    """Any number of replications at once: the same bits everywhere."""
    monkeypatch.setattr("nevsim.replications.CHUNK", size)
    found = run(RICH)
    same(found, rich)
    same_starts(found, rich)


@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_plant_of_no_capacity_added(rich, place):
    """It stands in the scopes of hazards, markets and targets of volume, and changes none of their numbers."""
    plant = EAST | {"id": "empty", "nameplate": 0, "announced": date(2023, 2, 1), "slip": uniform(0, 9)}
    found = run(changed(lambda data: data["plants"].insert(place, plant)))
    same(found, rich, [p for p in range(5) if p != place])
    same_starts(replace(found, starts=tuple(one for one in found.starts if one.phase != "empty")), rich)
    assert (found.levels[:, place] == 0).all()


def doubled(value):
    """A quantity times two: a power of two is exact for every law."""
    if isinstance(value, dict):
        return value | {"scale": 2.0} if "law" in value else {**value, "value": 2 * value["value"]}
    return 2 * value


def test_all_quantities_doubled(rich):
    """Nameplates, markets and levels of volume doubled: twice every volume, and the same odds."""

    def twice(data):
        for plant in data["plants"]:
            if "nameplate" in plant:
                plant["nameplate"] = doubled(plant["nameplate"])
        for market in data["markets"]:
            market["yearly"] = [row | {"value": 2 * row["value"]} for row in market["yearly"]]
        for target in data["targets"]:
            if target["measure"] != "start":
                target |= {key: 2 * target[key] for key in ("at_least", "already") if key in target}

    found = run(changed(twice))
    same_odds(found, rich)
    same_starts(found, rich)
    assert (found.levels == 2 * rich.levels).all()
    assert (found.paths == 2 * rich.paths).all()
    for one, other in zip(found.targets, rich.targets, strict=True):
        scale = 1 if one.measure == "start" else 2
        for field in ("mean", "p10", "p50", "p90"):
            assert getattr(one, field) == scale * getattr(other, field)
        if other.losses is not None:
            assert one.promised == 2 * other.promised
            assert one.losses == {cause: 2 * lost for cause, lost in other.losses.items()}


def test_the_horizon_shortened(rich):
    """To the end of 2023, by which all targets are due: the same numbers of the first twelve months."""
    found = run(changed(lambda data: data["scenario"].update(end=date(2024, 1, 1))))
    same(found, rich, months=12)
    for one, other in zip(found.starts, rich.starts, strict=True):
        assert (one.days == other.days[: len(one.days)]).all()
        assert one.cancelled == other.cancelled
        assert one.runs == other.runs == RUNS


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_hazard_of_rate_zero_added(rich, place):
    """It never strikes."""
    hazard = {"id": "never", "rate": 0, "duration": 9}
    found = run(changed(lambda data: data["hazards"].insert(place, hazard)))
    same(found, rich)
    same_starts(found, rich)


def test_a_hazard_that_takes_nothing(rich):
    """Severity 0 cuts the exposure into more sums, so volumes may differ in the last bits, and the odds not at all."""
    hazard = {"id": "harmless", "rate": 6, "duration": 1, "severity": 0}
    found = run(changed(lambda data: data["hazards"].append(hazard)))
    same_odds(found, rich)
    np.testing.assert_allclose(found.levels, rich.levels, rtol=1e-12)


def test_a_market_without_limit(rich):
    """A thousand times what could be supplied: nothing changes."""
    market = {"id": "endless", "yearly": [{"from": START, "value": 1e8}]}
    same(run(changed(lambda data: data["markets"].append(market))), rich)


def crewed(data, count):
    """Every stage needs one of so many of the same crew."""
    for plant in data["plants"]:
        for stage in plant.get("stages", []):
            stage["crew"] = "builders"
    data["crews"] = [{"id": "builders", "count": count}]


def costs(result, kind):
    """What each limit of a kind costs each output target."""
    return [cost.vehicles for one in result.bottlenecks if one.kind == kind for cost in one.costs]


def test_as_many_crews_as_stages(rich):
    """Nobody waits, so nothing changes, and the crew costs nothing."""
    found = run(changed(lambda data: crewed(data, 3)))
    same(found, rich)
    same_starts(found, rich)
    assert costs(found, "crew") == [0, 0]


@PROPERTY
@given(data=worlds(), seed=st.integers(0, 99))
def test_as_many_crews_as_stages_of_any_world(data, seed):
    """The same events and volumes, replication by replication; all that the crew adds is its own number."""
    number = sum(len(plant.get("stages", [])) for plant in data["plants"])
    other = changed(lambda one: crewed(one, max(number, 1)), data)
    (_, found), (_, wanted) = played(other, 4, seed), played(data, 4, seed)
    assert (found.levels == wanted.levels).all()
    assert (found.starts == wanted.starts).all()
    play = events(other, 4, seed)[2]
    assert (play.asked == play.granted).all()


def test_a_supply_of_which_there_is_enough(rich):
    """A thousand times what could be used: nothing changes, and the supply costs nothing."""

    def supplied(data):
        for plant in data["plants"]:
            plant["uses"] = {"cells": 2}
        data["supplies"] = [{"id": "cells", "yearly": [{"from": START, "value": 2e8}]}]

    found = run(changed(supplied))
    same(found, rich)
    assert costs(found, "supply") == [0, 0]


def test_a_supply_that_nobody_uses(rich):
    """There is nothing of it, and nobody misses it."""
    nothing = {"id": "cells", "yearly": [{"from": START, "value": 0}]}
    same(run(changed(lambda data: data.update(supplies=[nothing]))), rich)


STORES = {"id": "stores", "planned": 40, "teams": {"law": "choice", "values": [2, 9]}, "fit_out": uniform(1, 3)}


def test_a_rollout_added(rich):
    """It stands for itself."""
    found = run(changed(lambda data: data.update(rollouts=[STORES | {"pace": uniform(0.5, 2)}])))
    same(found, rich)
    same_starts(found, rich)


def columns(draws):
    """Every array of the draws by name, but for what crews, supplies and rollouts add to them."""
    new = ("uses", "supplies")
    found = {field.name: getattr(draws.terms, field.name) for field in fields(draws.terms) if field.name not in new}
    found |= {name: getattr(draws, name) for name in ("realised", "slip", "stages", "announced")}
    found |= {field.name: getattr(draws.windows, field.name) for field in fields(draws.windows)}
    return found


@pytest.mark.parametrize(
    "edit",
    [
        lambda data: crewed(data, 1),
        lambda data: crewed(data, {"law": "choice", "values": [1, 2, 5]}),
        lambda data: data.update(rollouts=[STORES]),
        lambda data: (
            data["plants"][0].update(uses={"cells": uniform(1, 2)})
            or data.update(supplies=[{"id": "cells", "yearly": [{"from": START, "value": 1}], "level": uniform(0, 2)}])
        ),
    ],
    ids=["crew", "some crews", "rollout", "supply"],
)
def test_what_is_shared_leaves_all_other_draws(edit):
    """Added or removed, a crew, a supply or a rollout changes no bit of any other draw, promises included."""
    found, wanted = (columns(drawn(data, 100)[1]) for data in (changed(edit), RICH))
    assert set(found) == set(wanted)
    for name, values in wanted.items():
        assert np.array_equal(found[name], values), name


def test_the_draws_of_a_rollout_are_its_own():
    """The teams and fit-outs are the same with a second rollout above and a crew."""
    second = STORES | {"id": "chargers", "planned": 7}
    alone = changed(lambda data: data.update(rollouts=[STORES]))
    both = changed(lambda data: data.update(rollouts=[second, STORES]))
    crewed(both, 1)
    one, two = drawn(alone, 50)[1].fit_outs[0], drawn(both, 50)[1].fit_outs[1]
    assert np.array_equal(one.teams, two.teams)
    assert np.array_equal(one.minutes, two.minutes)


def test_the_first_runs_of_more(rich):
    """The first 300 of 600 are the 300: hits and paths."""
    found = run(RICH, 2 * RUNS)
    assert (found.hits[:RUNS] == rich.hits).all()
    assert (found.paths == rich.paths).all()
    assert found.runs == 2 * RUNS
    other = run(RICH, 60)
    assert (other.hits == rich.hits[:60]).all()


def test_the_same_again_and_another_seed(rich):
    """Same file and seed, same bits; seed 0 is not seed 1."""
    same(run(RICH), rich)
    assert (run(RICH, seed=0).hits != rich.hits).any()
    by_file = changed(lambda data: data["scenario"].update(seed=1, runs=RUNS))
    same(forecast(read(by_file)), rich)
    zero = forecast(read(by_file), seed=0)
    assert zero.seed == 0
    assert (zero.hits != rich.hits).any()


def test_a_precision_is_a_run_that_was_asked_for():
    """Doubled until the half-width is reached: the result is that of as many runs at once."""
    found = run(RICH, 100, precision=0.04)
    same(found, run(RICH, found.runs))
    assert found.runs in {100 * 2**k for k in range(1, 9)}
    widths = [target.odds.half_width for target in found.targets]
    assert max(widths) <= 0.04
    assert max(target.odds.half_width for target in run(RICH, found.runs // 2).targets) > 0.04


# Within rounding


@pytest.mark.parametrize("order", [[3, 2, 1, 0], [1, 3, 0, 2]])
def test_rows_reordered(rich, order):
    """Plants in another order, hazards, markets and targets backwards: 1e-12, for sums run in the file's order."""

    def shuffled(data):
        data["plants"] = [data["plants"][p] for p in order]
        for rows in ("hazards", "markets", "targets"):
            data[rows].reverse()

    found = run(changed(shuffled))
    by_id = {target.id: target for target in found.targets}
    for target in rich.targets:
        other = by_id[target.id]
        assert (target.odds, target.on_time, target.full) == (other.odds, other.on_time, other.full)
        for field in ("mean", "p10", "p50", "p90"):
            assert getattr(other, field) == pytest.approx(getattr(target, field), rel=1e-12)
    np.testing.assert_allclose(found.levels, rich.levels[:, order], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("plant", ["slips", "staged"])
def test_a_plant_split_in_two_with_shared_draws(rich, plant):
    """Two phases of half the nameplate that take all else from their plant: the same volumes within 1e-12."""

    def split(data):
        whole = next(one for one in data["plants"] if one["id"] == plant)
        whole["nameplate"] = {"law": "fixed", "value": 12_000}
        data["targets"] = [one for one in data["targets"] if one["measure"] != "start"]

    def halved(data):
        split(data)
        whole = next(one for one in data["plants"] if one["id"] == plant)
        whole["nameplate"]["value"] = 6_000
        whole["phases"] = [{"id": "a"}, {"id": "b"}]

    one, two = run(changed(split)), run(changed(halved))
    same_odds(two, one)
    place = one.plan.phases.index(plant)
    together = np.concatenate(
        (two.levels[:, :place], two.levels[:, place : place + 2].sum(axis=1)[:, None], two.levels[:, place + 2 :]),
        axis=1,
    )
    np.testing.assert_allclose(together, one.levels, rtol=1e-12, atol=1e-9)


# Order


def delayed(data, months):
    """Every start that is still to come is later by so many months, the promise as it was."""
    for plant in data["plants"]:
        if "stages" in plant:
            plant["stages"] = [*plant["stages"], {"id": "wait", "duration": months}]
            plant["stages"][-1]["after"] = [s["id"] for s in plant["stages"][:-1]]
        elif "slip" in plant:
            slip = plant["slip"]
            base = slip if isinstance(slip, dict) else {"law": "fixed", "value": slip}
            plant["slip"] = base | {"shift": base.get("shift", 0) + months}


@settings(PROPERTY, max_examples=60)
@given(data=worlds(limits=False), months=st.integers(1, 9), seed=st.integers(0, 99))
def test_more_delay_never_helps(data, months, seed):
    """Without markets and crews: no replication that missed an output or a capacity hits when all starts are later.

    Each volume of a month end is no larger, whatever outages there are: a later plant is never older. Slips that
    are cut at the start are left out: conditioned on less, a shifted one may be earlier.
    """
    for plant in data["plants"]:
        if "slip" in plant and plant["announced"] < START + timedelta(days=100):
            plant["announced"] = START + timedelta(days=100)
    later = changed(lambda one: delayed(one, months), data)
    found, wanted = run(later, 6, seed), run(data, 6, seed)
    assert (found.hits <= wanted.hits).all()
    assert (found.levels[-1] <= wanted.levels[-1] * (1 + 1e-12) + 1e-9).all()


@pytest.mark.parametrize(
    ("edit", "better"),
    [
        (lambda data: data["plants"][0].update(realised=0.9), True),
        (lambda data: data["plants"][0].update(load=1), True),
        (lambda data: data["plants"][0].update(built=1), True),
        (lambda data: data.pop("markets"), True),
        (lambda data: data.pop("hazards"), True),
        (lambda data: data["plants"][0].update(realised=0.5), False),
        (lambda data: data["hazards"][0].update(severity=1), False),
        (lambda data: data["markets"][0].update(level=uniform(0.5, 0.9)), False),
    ],
)
def test_what_can_only_help_or_hurt(rich, edit, better):
    """On common draws, replication by replication, for the sum of all that is sold in 2023."""
    found = run(changed(edit))
    low, high = (rich, found) if better else (found, rich)
    assert (low.hits[:, 0] <= high.hits[:, 0]).all()
    assert low.hits[:, 0].sum() < high.hits[:, 0].sum()
