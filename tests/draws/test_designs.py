"""Designs: what makes a Latin hypercube and a Sobol net, replicates that know nothing of each other, their error."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import PROPERTY, START, TIMES, near_share, read, world

from nevsim.cli import cli
from nevsim.draws.designs import DESIGNS, LEAST, REPLICATE, design_of, latin, whole_replicates
from nevsim.draws.stream import uniforms
from nevsim.errors import UsageError
from nevsim.forecast import forecast, retell
from nevsim.odds.interval import clopper_pearson, odds_over

NAMES = ["plants.a.slip", "plants.b.slip", "plants.b.load", "factors.macro"]
REPLICATES = np.arange(3 * REPLICATE, dtype=np.int64)


@pytest.mark.parametrize("design", ["latin", "sobol"])
def test_each_cell_holds_one_of_every_replicate(design):
    """McKay, Beckman and Conover (1979); a (t, m, s)-net projects on each axis to one point a 1,024th."""
    found = design_of(design, NAMES)(3, NAMES, REPLICATES)
    assert ((found > 0) & (found < 1)).all()
    for column in found.reshape(len(NAMES), 3, REPLICATE):
        for replicate in column:
            assert sorted((replicate * REPLICATE).astype(int)) == list(range(REPLICATE))


def test_a_sobol_net_fills_two_dimensions():
    """The first two dimensions are a (0, 2)-sequence: each of 32 x 32 squares holds one point (Sobol 1967)."""
    x, y = design_of("sobol", NAMES)(3, sorted(NAMES)[:2], REPLICATES[:REPLICATE])
    assert len({(int(a * 32), int(b * 32)) for a, b in zip(x, y, strict=True)}) == REPLICATE


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("size", [1, 100, 1_024, 1_500])
def test_chunks_of_any_size(design, size):
    whole = design_of(design, NAMES)(3, NAMES, REPLICATES)
    one = design_of(design, NAMES)
    parts = [one(3, NAMES, REPLICATES[first : first + size]) for first in range(0, 300 if size == 1 else 3_072, size)]
    found = np.concatenate(parts, axis=1)
    assert (found == whole[:, : found.shape[1]]).all()


def test_a_latin_column_is_its_own():
    """What else is drawn leaves it bit for bit, as with independent draws."""
    both, alone = latin(3, NAMES, REPLICATES), latin(3, NAMES[2:3], REPLICATES)
    assert (both[2] == alone[0]).all()
    assert (latin(4, NAMES, REPLICATES) != both).all(axis=1).any()


def test_sobol_dimensions_go_by_the_order_of_addresses():
    design = design_of("sobol", NAMES)
    there, back = design(3, NAMES, REPLICATES), design(3, NAMES[::-1], REPLICATES)
    assert (there == back[::-1]).all()


@pytest.mark.parametrize("design", ["latin", "sobol"])
def test_columns_are_uncorrelated(design):
    """Two addresses: r within 4.5 standard errors, 1/sqrt(n), of 0."""
    found = design_of(design, NAMES)(5, NAMES, np.arange(60 * REPLICATE, dtype=np.int64))
    assert abs(np.corrcoef(found[0], found[1])[0, 1]) < TIMES / sqrt(found.shape[1])


def hits_by_replicate(design, replicates=400):
    """How often x + y <= 1 in each replicate."""
    found = design_of(design, NAMES)(5, NAMES, np.arange(replicates * REPLICATE, dtype=np.int64))
    return (found[0] + found[1] <= 1).reshape(replicates, REPLICATE).sum(axis=1)


@pytest.mark.parametrize("design", ["latin", "sobol"])
def test_replicates_know_nothing_of_one_another(design):
    """Counts of neighbouring replicates: r within 4.5 / sqrt(n) of 0."""
    hits = hits_by_replicate(design)
    assert abs(np.corrcoef(hits[:-1], hits[1:])[0, 1]) < TIMES / sqrt(len(hits))
    assert abs(hits.mean() - REPLICATE / 2) < TIMES * hits.std() / sqrt(len(hits))


def test_latin_takes_away_what_adds_up():
    """M. Stein, Technometrics 29 (1987) 143: what is left is the variance beyond the sum of single effects.

    For x + y <= 1: 1/4 in all, E[hit | x] = 1 - x varies by 1/12, as does y's: 1/4 - 2/12 = 1/12 a run is left. The
    variance of 400 counts has a relative standard error of sqrt(2 / 399).
    """
    left = hits_by_replicate("latin").var(ddof=1) / REPLICATE
    assert abs(left * 12 - 1) < TIMES * sqrt(2 / 399)


def test_sobol_takes_away_more():
    """Of a hit that is a half-plane in two dimensions, a net leaves far less than a Latin hypercube."""
    assert hits_by_replicate("sobol").var() < hits_by_replicate("latin").var() / 4


def test_the_ends_stay_inside(monkeypatch):
    """The largest uniform in the last cell rounds to 1 unless it is held back."""
    monkeypatch.setattr(
        "nevsim.draws.designs.uniforms", lambda seed, names, n: np.full((len(names), len(n)), 1 - 2.0**-53)
    )
    assert latin(91, ["x"], REPLICATES[:REPLICATE]).max() < 1


@PROPERTY
@given(st.integers(1, 10**6))
def test_runs_come_in_whole_replicates(runs):
    for design in ("latin", "sobol"):
        found = whole_replicates(runs, design)
        assert found % REPLICATE == 0
        assert found >= max(runs, LEAST * REPLICATE)
        assert found - runs < REPLICATE or found == LEAST * REPLICATE
    assert whole_replicates(runs, "independent") == runs


def test_the_command_offers_them_all():
    (option,) = [one for one in cli.commands["run"].params if one.name == "design"]
    assert tuple(option.type.choices) == DESIGNS


# Whole runs

SLIP = {"law": "uniform", "low": 0, "high": 20}
PLANT = {"id": "a", "nameplate": 12_000, "announced": START, "slip": SLIP}
HALF = world([PLANT], targets=[{"id": "half", "measure": "start", "at": START.replace(month=11), "at_least": 1}])


def test_one_uniform_slip_is_spread_to_the_grid():
    """Due from 2 January on, by 2 November: 304 of 608.75 days, 511.37 of every 1,024 cells, so 511 or 512 hits."""
    found = forecast(read(HALF), 1, 3, design="latin")
    assert (found.runs, found.design) == (LEAST * REPLICATE, "latin")
    hits = found.hits[:, 0].reshape(LEAST, REPLICATE).sum(axis=1)
    assert set(hits.tolist()) <= {511, 512}


def test_a_wrong_design_is_told():
    with pytest.raises(UsageError, match="independent, latin, sobol"):
        forecast(read(HALF), 5, 3, design="hypercube")


@pytest.mark.parametrize("design", DESIGNS)
def test_a_replication_is_retold(design):
    """Replication 1,500 of a run is the one that is traced."""
    data = read(HALF)
    run = forecast(data, LEAST * REPLICATE, 3, design=design)
    (verdict,) = retell(data, 1_500, 3, design).verdicts
    assert verdict.hit == bool(run.hits[1_500, 0])


@pytest.mark.parametrize("design", ["latin", "sobol"])
def test_odds_are_the_same_by_any_design(design):
    """Two stages that sum to 20 of 40 months or less have probability 1/2, but for a day."""
    stage = {"id": "one", "duration": SLIP}
    plant = {"id": "a", "nameplate": 1, "stages": [stage, {"id": "two", "duration": SLIP}]}
    at = {"id": "both", "measure": "start", "at": START.replace(year=2024, month=8, day=31), "at_least": 1}
    found = forecast(read(world([plant], targets=[at])), 1, 3, design=design).targets[0].odds
    near_share(found.hits, found.runs, 0.5)


def test_the_interval_over_replicates_by_hand():
    """Student (1908): shares 0.50, 0.52, 0.54: mean 0.52, s 0.02, t(2) = 4.3027, so 0.52 -+ 4.3027 x 0.02 / sqrt 3."""
    found = odds_over(np.array([500, 520, 540]), 3_000)
    reach = 4.302653 * 0.02 / sqrt(3)
    assert (found.low, found.high) == pytest.approx((0.52 - reach, 0.52 + reach), abs=1e-7)
    assert found.odds == 0.52


def test_replicates_that_agree_have_the_exact_interval():
    found = odds_over(np.array([0] * 10), 10_240)
    assert (found.low, found.high) == clopper_pearson(0, 10_240)
    assert (odds_over(np.array([7] * 10), 10_240).low, 70) == (clopper_pearson(70, 10_240)[0], 70)


def test_the_interval_stays_within_0_and_1():
    assert odds_over(np.array([0, 0, 3]), 30).low == 0
    assert odds_over(np.array([10, 10, 7]), 30).high == 1


def test_independent_is_what_it_was():
    assert (design_of("independent", ())(3, NAMES, REPLICATES) == uniforms(3, NAMES, REPLICATES)).all()
