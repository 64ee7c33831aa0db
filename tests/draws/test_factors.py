"""Common causes: orthant probabilities from the literature, bounds of the copula, and what a factor leaves alone."""

from __future__ import annotations

from datetime import date
from math import asin, pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import MONTH, PROPERTY, START, TIMES, drawn, played, world

from nevsim.draws.factors import tied
from nevsim.draws.stream import uniforms
from nevsim.odds.target import judge

MANY = 200_000


def columns(loads, seed=5, runs=MANY):
    """Tied uniforms of as many quantities as there are rows of loads."""
    loads = np.array(loads, dtype=np.float64).reshape(len(loads), -1)
    numbers = np.arange(runs, dtype=np.int64)
    names = [f"plants.{row}.slip" for row in range(len(loads))]
    own = uniforms(seed, names, numbers)
    return own, tied(own, uniforms(seed, [f"factors.{f}" for f in range(loads.shape[1])], numbers), loads)


@pytest.mark.parametrize(("first", "second"), [(0.5, 0.5), (0.9, 0.6), (-0.7, 0.7), (0.3, 0.0)])
def test_two_quantities_above_their_medians(first, second):
    """W. F. Sheppard, Phil. Trans. R. Soc. A 192 (1899): 1/4 + asin(r) / 2 pi, r the correlation."""
    _, found = columns([[first], [second]])
    wanted = 0.25 + asin(first * second) / (2 * pi)
    both = (found > 0.5).all(axis=0).mean()
    assert abs(both - wanted) < TIMES * sqrt(wanted * (1 - wanted) / MANY)


def test_three_quantities_above_their_medians():
    """Three with one correlation r: 1/8 + 3 asin(r) / 4 pi (the same source, from the pairs by inclusion)."""
    load = 0.8
    _, found = columns([[load]] * 3)
    wanted = 1 / 8 + 3 * asin(load * load) / (4 * pi)
    assert abs((found > 0.5).all(axis=0).mean() - wanted) < TIMES * sqrt(wanted * (1 - wanted) / MANY)


def test_two_factors_add_their_products():
    """Correlation 0.6 x 0.6 - 0.6 x 0.2 = 0.24 by hand."""
    _, found = columns([[0.6, 0.6], [0.6, -0.2]])
    wanted = 0.25 + asin(0.24) / (2 * pi)
    assert abs((found > 0.5).all(axis=0).mean() - wanted) < TIMES * sqrt(wanted * (1 - wanted) / MANY)


def test_each_stays_uniform():
    """Mean 1/2, variance 1/12 and both tails, whatever the loads."""
    _, found = columns([[0.7, -0.4], [1.0, 0.0], [-0.2, 0.1]])
    for column in found:
        assert abs(column.mean() - 0.5) < TIMES * sqrt(1 / 12 / MANY)
        assert abs(column.var() - 1 / 12) < TIMES * sqrt(1 / 180 / MANY)
        for edge in (0.01, 0.99):
            assert abs((column < edge).mean() - edge) < TIMES * sqrt(edge * (1 - edge) / MANY)


def test_a_whole_load_moves_as_one():
    """With loads 1, 1 and -1 the first two are the factor itself, and the third its mirror image."""
    _, (first, second, third) = columns([[1.0], [1.0], [-1.0]], runs=500)
    factor = uniforms(5, ["factors.0"], np.arange(500))[0]
    assert np.allclose(first, factor, rtol=1e-12, atol=0)
    assert (first == second).all()
    assert np.allclose(third, 1 - factor, rtol=0, atol=1e-12)


@PROPERTY
@given(st.floats(-1, 1), st.integers(0, 2**40))
def test_never_beyond_the_ends(load, seed):
    """A sum of scores far out still gives a uniform inside (0, 1)."""
    ends = np.array([[2.0**-53, 1 - 2.0**-53]])
    found = tied(ends, ends, np.array([[load]]))
    assert ((found > 0) & (found < 1)).all()


def loaded(plants, loads):
    """Draws of plants under one factor."""
    return drawn(world(plants) | {"factors": [{"id": "f", "loads": loads}]}, 50)[1]


SLIP = {"law": "uniform", "low": 0, "high": 20}
PLANTS = [{"id": name, "nameplate": 1, "announced": START, "slip": SLIP} for name in "abc"]


def test_what_is_not_loaded_stays_bit_for_bit():
    plain, moved = drawn(world(PLANTS), 50)[1], loaded(PLANTS, {"plants.a.slip": 0.9})
    assert (plain.slip[:, 1:] == moved.slip[:, 1:]).all()
    assert (plain.slip[:, 0] != moved.slip[:, 0]).mean() > 0.9


def test_a_pattern_is_its_addresses():
    every = loaded(PLANTS, {f"plants.{name}.slip": 0.9 for name in "abc"})
    assert (loaded(PLANTS, {"plants.*.slip": 0.9}).slip == every.slip).all()


def test_a_load_of_nothing_changes_nothing():
    assert (loaded(PLANTS, {"plants.*.slip": 0}).slip == drawn(world(PLANTS), 50)[1].slip).all()


def test_plants_are_cancelled_together():
    """Each goes ahead with 1/2; with loads of 0.8 both do with 1/4 + asin(0.64) / 2 pi (Sheppard, 1899)."""
    both = [{"id": name, "nameplate": 1, "announced": START, "realised": 0.5} for name in "ab"]
    data = world(both) | {"factors": [{"id": "f", "loads": {"plants.*.realised": -0.8}}]}
    wanted, runs = 0.25 + asin(0.64) / (2 * pi), 20_000
    found = drawn(data, runs)[1].realised.all(axis=1).mean()
    assert abs(found - wanted) < TIMES * sqrt(wanted * (1 - wanted) / runs)


def test_phases_are_reached_through_their_plant():
    phases = [{"id": name, "nameplate": 1, "announced": START, "slip": SLIP} for name in ("one", "two")]
    slips = loaded([{"id": "p", "phases": phases}], {"plants.*.slip": 1}).slip
    assert (slips[:, 0] == slips[:, 1]).all()


def test_one_cause_makes_two_promises_one_bet():
    """Two starts by their median slips: even odds each; both at once with 1/4 + asin(r) / 2 pi (Sheppard, 1899)."""
    target = {"measure": "start", "at": date(2023, 10, 31), "at_least": 2}
    data = world(PLANTS[:2], targets=[{"id": "both", **target}]) | {
        "factors": [{"id": "f", "loads": {"plants.*.slip": 0.9}}]
    }
    plan, output = played(data, 4_000)
    wanted = 0.25 + asin(0.81) / (2 * pi)
    both = (output.starts <= 10 * MONTH).all(axis=1).mean()
    assert abs(both - wanted) < TIMES * sqrt(wanted * (1 - wanted) / 4_000)
    assert (judge(plan, output).hits[:, 0] == (output.starts <= plan.targets[0].at).all(axis=1)).all()
