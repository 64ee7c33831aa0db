"""Losses: an identity, and each the difference that a rerun makes with that cause and all later ones switched off."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import PROPERTY, START, drawn, simulate, worlds
from scenes import played as play_data

from nevsim.draws.windows import Windows
from nevsim.engine.events import play
from nevsim.engine.simulate import simulate_all
from nevsim.plant.losses import LEVELS, LOSSES

ROWS = 3


def without_cancelled(plan, draws):
    """Everyone goes ahead."""
    return plan, replace(draws, terms=replace(draws.terms, ahead=np.ones_like(draws.terms.ahead)))


def without_shrunk(plan, draws):
    """All is built."""
    return plan, replace(draws, terms=replace(draws.terms, built=np.ones_like(draws.terms.built)))


def without_late(plan, draws):
    """No stages and no slip: what goes ahead starts at its promise."""
    stages = np.zeros((draws.count, 0), dtype=np.int64)
    return replace(plan, stages=()), replace(draws, stages=stages, slip=np.zeros_like(draws.slip))


def without_stopped(plan, draws):
    """No hazards."""
    return replace(plan, streams=()), replace(draws, windows=Windows.of([], draws.count))


def without_ramping(plan, draws):
    """Full rate at once; what runs already stays at its share."""
    terms = replace(draws.terms, ramp=np.zeros_like(draws.terms.ramp), to=draws.terms.share)
    return plan, replace(draws, terms=terms)


def without_underused(plan, draws):
    """All of the rate is run."""
    return plan, replace(draws, terms=replace(draws.terms, load=np.ones_like(draws.terms.load)))


def without_short(plan, draws):
    """No supplies."""
    terms = replace(draws.terms, supplies=draws.terms.supplies[:, :0], uses=draws.terms.uses[:, :0])
    return replace(plan, supplies=()), replace(draws, terms=terms)


def without_unsold(plan, draws):
    """No markets."""
    terms = replace(draws.terms, markets=draws.terms.markets[:, :0])
    return replace(plan, markets=(), members=plan.members[:0]), replace(draws, terms=terms)


SWITCHES = {
    "cancelled": without_cancelled,
    "shrunk": without_shrunk,
    "late": without_late,
    "stopped": without_stopped,
    "ramping": without_ramping,
    "underused": without_underused,
    "short": without_short,
    "unsold": without_unsold,
}


@st.composite
def supplied_worlds(draw):
    """Worlds with up to two supplies, each used by some plants."""
    data = draw(worlds())
    names = [f"s{number}" for number in range(draw(st.integers(0, 2)))]
    value, level = st.sampled_from([0, 3_000, 20_000]), st.sampled_from([1, {"law": "choice", "values": [0.5, 3]}])
    growth = st.sampled_from([-0.3, 0, {"law": "uniform", "low": 0, "high": 0.5}])
    data["supplies"] = [
        {"id": name, "yearly": [{"from": START, "value": draw(value)}], "level": draw(level), "growth": draw(growth)}
        for name in names
    ]
    used = st.sampled_from([0, 0.5, 3, {"law": "uniform", "low": 0, "high": 2}])
    for plant in data["plants"]:
        plant["uses"] = {name: draw(used) for name in names if draw(st.booleans())}
    return data


def room(draws):
    """1e-9 x N/12 of each replication and phase, (n, p, 1)."""
    return (1e-9 * np.maximum(draws.terms.nameplate, 1e-300) / 12)[:, :, None]


def test_the_causes_stand_in_their_order():
    """Section 4 names eight, in this order."""
    assert tuple(SWITCHES) == LOSSES
    assert len(LEVELS) == 9


@PROPERTY
@given(data=supplied_worlds(), seed=st.integers(0, 10**6))
def test_losses_add_up(data, seed):
    """promised - all losses = sold for every replication, phase and month, within 1e-9 x N/12, the season included."""
    names, draws = drawn(data, ROWS, seed)
    all_three = simulate_all(names.plan, draws, play(names.plan, draws))
    for output in (all_three.played, all_three.on_time, all_three.full):
        assert set(output.losses) == set(LOSSES)
        left = output.promised - sum(output.losses.values())
        assert (np.abs(left - output.sold) <= 20 * room(draws)).all()
        assert (output.sold >= 0).all()


@settings(PROPERTY, max_examples=80)
@given(data=supplied_worlds(), seed=st.integers(0, 10**6))
def test_each_loss_is_the_difference_of_two_reruns(data, seed):
    """With the causes from number j on switched off, the engine, run again, sells level j; with none, level 8."""
    names, draws = drawn(data, ROWS, seed)
    wanted = simulate(names.plan, draws)
    sold = {}
    for number in range(9):
        edited = names.plan, draws
        for cause in LOSSES[number:]:
            edited = SWITCHES[cause](*edited)
        sold[number] = simulate(*edited).sold
        assert (np.abs(sold[number] - wanted.levels[number] * wanted.season) <= 20 * room(draws)).all(), number
    for number, cause in enumerate(LOSSES):
        off = sold[number] - sold[number + 1] - wanted.losses[cause]
        assert (np.abs(off) <= 40 * room(draws)).all(), cause
    assert (np.abs(sold[0] - wanted.promised) <= 20 * room(draws)).all()


@settings(PROPERTY, max_examples=60)
@given(data=supplied_worlds(), seed=st.integers(0, 10**6))
def test_only_three_losses_may_be_negative(data, seed):
    """An early start, growth of what runs, and overtime; none other adds vehicles."""
    names, draws = drawn(data, ROWS, seed)
    losses = simulate(names.plan, draws).losses
    for cause in set(LOSSES) - {"late", "ramping", "underused"}:
        assert (losses[cause] >= -20 * room(draws)).all(), cause
    assert (losses["ramping"][:, ~names.plan.operating] >= -20 * room(draws)[:, ~names.plan.operating]).all()
    assert names.plan.supplies or (losses["short"] == 0).all()


# The same through the text of a scenario, on common draws


def uniform(low, high):
    return {"law": "uniform", "low": low, "high": high}


FILE = {
    "schema": 1,
    "scenario": {"id": "w", "title": "w", "as_of": START, "start": START, "end": date(2024, 7, 1)},
    "plants": [
        {"id": "slips", "nameplate": uniform(9_000, 15_000), "built": uniform(0.5, 1), "realised": 0.7}
        | {"announced": date(2023, 3, 10), "slip": uniform(-2, 8), "load": uniform(0.5, 1)}
        | {"ramp": {"shape": "s-curve", "duration": uniform(3, 9)}, "uses": {"cells": 0.5}},
        {"id": "staged", "nameplate": 12_000, "realised": 0.8, "announced": date(2023, 5, 31)}
        | {"stages": [{"id": "dig", "duration": uniform(2, 9)}], "load": 0.9},
        {"id": "runs", "nameplate": 20_000, "operating": {"share": 0.4, "to": uniform(0.3, 0.9)}}
        | {"ramp": {"shape": "linear", "duration": 12}, "uses": {"cells": uniform(0.5, 1)}},
    ],
    "supplies": [{"id": "cells", "yearly": [{"from": START, "value": 9_000}], "level": uniform(0.7, 1.3)}],
    "hazards": [{"id": "storm", "rate": 3, "duration": {"law": "exponential", "mean": 1}, "severity": uniform(0.2, 1)}],
    "markets": [{"id": "home", "yearly": [{"from": START, "value": 22_000}], "growth": uniform(0, 0.3)}],
    "targets": [{"id": "some", "measure": "capacity", "at": START, "at_least": 1}],
}


def edited(causes):
    """The file with causes taken out of its text."""
    data = deepcopy(FILE)
    for plant in data["plants"]:
        for cause, field in (("cancelled", "realised"), ("shrunk", "built"), ("underused", "load"), ("late", "slip")):
            if cause in causes:
                plant.pop(field, None)
        if "late" in causes:
            plant.pop("stages", None)
        if "short" in causes:
            plant.pop("uses", None)
        if "ramping" in causes:
            plant.pop("ramp", None)
            if "operating" in plant:
                plant["operating"].pop("to", None)
    for cause, rows in (("stopped", "hazards"), ("short", "supplies"), ("unsold", "markets")):
        if cause in causes:
            data.pop(rows)
    return data


@pytest.mark.parametrize("number", range(8))
def test_losses_through_the_text_of_a_scenario(number):
    """As a user would ask: what the file sells without this cause and all later ones, less without the later ones."""
    runs, cause = 200, LOSSES[number]
    lost = play_data(FILE, runs)[1].losses[cause]
    less, more = (play_data(edited(LOSSES[first:]), runs)[1].sold for first in (number + 1, number))
    np.testing.assert_allclose(more - less, lost, rtol=0, atol=1e-6)
    assert np.abs(lost).max() > 10
