"""Draws are a function of seed, address and replication alone: whatever else is drawn leaves them bit for bit."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import PROPERTY, START, drawn, read, world, worlds

from nevsim.draws.catalogue import catalogue
from nevsim.draws.sample import draw
from nevsim.plant.losses import Terms

RUNS = 40


def columns(data, runs=RUNS, seed=1, first=0):
    """Everything that was drawn, by what it belongs to: arrays, and outages as lists."""
    names, draws = drawn(data, runs, seed, first)
    found = {}
    for number, phase in enumerate(names.plan.phases):
        for field in fields(Terms):
            if field.name not in ("markets", "supplies", "uses"):
                found[phase, field.name] = getattr(draws.terms, field.name)[:, number].tolist()
        found[phase, "slip"] = draws.slip[:, number].tolist()
        found[phase, "announced"] = draws.announced[:, number].tolist()
    for number, stage in enumerate(names.plan.stages):
        found[names.plan.phases[stage.phase], stage.name] = draws.stages[:, number].tolist()
    for number, market in enumerate(names.plan.markets):
        found["markets", market] = draws.terms.markets[:, number].tolist()
    for number, stream in enumerate(names.plan.streams):
        found["hazards", stream.name] = draws.windows.rows(number)
    return found


def same(found, wanted):
    """What both have is equal, bit for bit, and ``found`` lacks nothing."""
    assert wanted.keys() <= found.keys()
    for name, values in wanted.items():
        assert found[name] == values, name


def uniform(low, high):
    return {"law": "uniform", "low": low, "high": high}


RICH = world(
    [
        {"id": "slips", "nameplate": uniform(1, 9), "built": uniform(0.5, 1), "realised": 0.5, "announced": START}
        | {"slip": {"law": "exponential", "mean": 4}, "ramp": {"shape": "linear", "duration": uniform(1, 9)}},
        {"id": "built", "load": uniform(0.1, 1), "stages": [{"id": "dig", "duration": uniform(0, 9)}]},
        {"id": "two", "load": uniform(0.1, 1), "announced": START, "slip": uniform(0, 9)}
        | {"phases": [{"id": "a"}, {"id": "b", "stages": [{"id": "dig", "duration": uniform(0, 9)}]}]},
        {"id": "runs", "operating": {"share": uniform(0, 1), "to": uniform(0, 1)}}
        | {"nameplate": 9, "ramp": {"shape": "s-curve", "duration": uniform(1, 9)}},
    ],
    hazards=[
        {"id": "all", "rate": uniform(1, 9), "duration": uniform(0, 1), "severity": uniform(0, 1)},
        {"id": "each", "rate": 5, "duration": {"law": "exponential", "mean": 1}, "each": True, "months": [3, 4]},
    ],
    markets=[{"id": "home", "yearly": [{"from": START, "value": 9}], "growth": uniform(0, 1), "level": uniform(0, 1)}],
)
NEW_PLANT = {"id": "another", "nameplate": uniform(1, 9), "stages": [{"id": "dig", "duration": uniform(0, 9)}]}
NEW_HAZARD = {"id": "new", "rate": 3, "duration": uniform(0, 2), "severity": uniform(0, 1), "each": True}
NEW_MARKET = {"id": "abroad", "yearly": [{"from": START, "value": 5}], "level": uniform(0, 1)}


def changed(edit):
    data = deepcopy(RICH)
    edit(data)
    return data


@pytest.mark.parametrize("place", range(5))
def test_a_plant_added_anywhere(place):
    """Before, between and after: no draw of another moves."""
    same(columns(changed(lambda data: data["plants"].insert(place, NEW_PLANT))), columns(RICH))


@pytest.mark.parametrize("place", range(4))
def test_a_plant_removed_anywhere(place):
    """What is left has the draws that it had."""
    same(columns(RICH), columns(changed(lambda data: data["plants"].pop(place))))


@pytest.mark.parametrize("place", range(3))
def test_a_hazard_added_or_removed_anywhere(place):
    """Neither its own streams nor those that stand beside it move others."""
    same(columns(changed(lambda data: data["hazards"].insert(place, NEW_HAZARD))), columns(RICH))
    if place < 2:
        same(columns(RICH), columns(changed(lambda data: data["hazards"].pop(place))))


@pytest.mark.parametrize("place", range(2))
def test_a_market_added_anywhere(place):
    """Its level is its own."""
    same(columns(changed(lambda data: data["markets"].insert(place, NEW_MARKET))), columns(RICH))


def test_rows_in_another_order():
    """Plants, stages' plants, hazards and markets backwards."""

    def backwards(data):
        for rows in ("plants", "hazards"):
            data[rows].reverse()

    found = columns(changed(backwards))
    same(found, columns(RICH))
    same(columns(RICH), found)


def test_a_quantity_that_becomes_certain_moves_no_other():
    """The load of one plant is fixed: everything but that load stays."""
    wanted = columns(RICH)
    del wanted["built", "load"]
    same(columns(changed(lambda data: data["plants"][1].update(load=0.5))), wanted)


def test_a_phase_shares_its_plants_draw():
    """The load at the plant's level is one draw for both phases, and no other plant's."""
    found = columns(RICH)
    assert found["two.a", "load"] == found["two.b", "load"] != found["built", "load"]
    assert found["two.b", "dig"] != found["built", "dig"]


def test_another_horizon_only_ends_the_windows():
    """Played to the end of May 2024 instead of the year: the onsets by then are the same."""
    shorter = columns(changed(lambda data: data["scenario"].update(end=START.replace(year=2024, month=6))))
    cut = 517 * 1_440
    for name, values in columns(RICH).items():
        if name[0] == "hazards":
            values = [[one for one in row if one[0] <= cut] for row in values]
        if name[0] == "markets":
            values = [row[:17] for row in values]
        assert shorter[name] == values


# Runs, chunks and seeds


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_chunks_of_any_size(size):
    """Draws of [first, first + size) are rows of the whole, windows included."""
    wanted = columns(RICH, 60)
    for first in range(0, 60, size):
        for name, values in columns(RICH, min(size, 60 - first), first=first).items():
            assert values == wanted[name][first : first + size], name


def test_more_runs_keep_the_first():
    """The first 30 of 60 are the 30."""
    many = columns(RICH, 60)
    assert {name: values[:30] for name, values in many.items()} == columns(RICH, 30)


def test_seeds():
    """The same seed draws the same; 0 is a seed, and not 1."""
    assert columns(RICH, seed=0) == columns(RICH, seed=0)
    zero, one = columns(RICH, seed=0), columns(RICH, seed=1)
    differing = {name for name in zero if zero[name] != one[name]}
    assert {("slips", "slip"), ("built", "dig"), ("hazards", "hazards.all"), ("markets", "home")} <= differing


@PROPERTY
@given(data=worlds(), more=worlds(), place=st.integers(0, 4), seed=st.integers(0, 2**63 - 1))
def test_any_world_beside_another(data, more, place, seed):
    """Plants, hazards and markets of a second world, renamed, among those of a first."""
    wanted = columns(data, 5, seed)
    both = deepcopy(data)
    for rows in ("plants", "markets"):
        for row in more.get(rows, []):
            row = {**row, "id": f"other-{row['id']}"}
            row.pop("scope", None)
            both.setdefault(rows, []).insert(min(place, len(both.get(rows, []))), row)
    same(columns(both, 5, seed), {name: values for name, values in wanted.items() if name[0] != "hazards"})
    named = {plant["id"] for plant in data["plants"]}
    kept = {
        name: values
        for name, values in wanted.items()
        if name[0] == "hazards" and (name[1].count(".") == 1 or name[1].rsplit(".", 1)[1] in named)
    }
    same(columns(both, 5, seed), kept)


# Meaning


def test_every_draw_rises_with_its_uniform():
    """Common uniforms for all: a higher u never gives a lower value, cancelled before realised."""
    grid = np.linspace(0.0005, 0.9995, 1_000)
    draws = draw(catalogue(read(RICH)), 1, 0, 1_000, lambda seed, names, n: np.tile(grid[n], (len(names), 1)))
    for field in fields(Terms):
        assert (np.diff(getattr(draws.terms, field.name).astype(float), axis=0) >= 0).all(), field.name
    assert (np.diff(draws.slip, axis=0) >= 0).all()
    assert (np.diff(draws.stages, axis=0) >= 0).all()
    # realised when u > 1 - p, p = 0.5
    assert draws.terms.ahead[:, 0].tolist() == (grid > 0.5).tolist()
