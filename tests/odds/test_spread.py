"""Percentiles of many values: exact ones by their definition, and what a grid may change."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import PROPERTY

from nevsim.odds.spread import CELLS, Spread

SHARES = (0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99)


def filled(values, exact, top=None, sizes=(7,)):
    """A spread that was given the values in chunks."""
    spread = Spread(np.full(values.shape[1], 10.0) if top is None else np.array(top), exact)
    first, turn = 0, 0
    while first < len(values):
        size = sizes[turn % len(sizes)]
        spread.add(values[first : first + size])
        first, turn = first + size, turn + 1
    return spread


def sample(runs, columns=3, seed=1):
    """Skew values between 0 and 10, a fifth of them 0."""
    random = np.random.default_rng(seed)
    return np.where(random.random((runs, columns)) < 0.2, 0.0, 10 * random.random((runs, columns)) ** 3)


@pytest.mark.parametrize("runs", [1, 2, 3, 97, 997])
def test_exact_percentiles_are_numpys(runs):
    """Hyndman and Fan's (1996) definition 1, which numpy calls inverted_cdf; primes have no ties of rank."""
    values = sample(runs)
    wanted = np.percentile(values, [100 * share for share in SHARES], axis=0, method="inverted_cdf")
    assert (filled(values, 1_000).percentiles(SHARES) == wanted).all()


@PROPERTY
@given(
    values=st.lists(st.integers(0, 9), min_size=1, max_size=60),
    percent=st.integers(1, 100),
)
def test_a_percentile_is_the_smallest_value_that_enough_do_not_exceed(values, percent):
    """Ties of rank included, counted in whole numbers: 100 x #{x <= v} >= percent x n."""
    column = np.array(values, dtype=float)[:, None]
    enough = [v for v in sorted(values) if 100 * sum(x <= v for x in values) >= percent * len(values)]
    assert filled(column, 1_000).percentiles((percent / 100,))[0, 0] == enough[0]


@PROPERTY
@given(seed=st.integers(0, 10**6), runs=st.integers(2, 300), exact=st.integers(1, 200))
def test_the_grid_moves_a_percentile_by_a_cell_at_most(seed, runs, exact):
    """Before the switch equal, after it within one width; 0 stays 0."""
    values = sample(runs, seed=seed)
    exactly, counted = filled(values, 10**6), filled(values, exact)
    assert counted.counted == (runs > exact)
    off = np.abs(counted.percentiles(SHARES) - exactly.percentiles(SHARES))
    assert (off <= counted.width).all() if counted.counted else (off == 0).all()
    zeros = exactly.percentiles(SHARES) == 0
    assert (counted.percentiles(SHARES)[zeros] == 0).all()


def test_cells_have_their_stated_width():
    """4,000 cells: one for 0, one for all beyond the top, so top / 3,998 each."""
    spread = Spread(np.array([3_998.0, 0.0]), 0)
    assert spread.width.tolist() == [1.0, 1 / 3_998]
    spread.add(np.array([[0.0, 0.0], [0.5, 0.0], [1.5, 0.0], [3_997.5, 0.0], [3_998.5, 0.0], [1e300, 0.0]]))
    counts = spread.counts()
    assert counts.shape == (2, CELLS) == (2, 4_000)
    assert np.flatnonzero(counts[0]).tolist() == [0, 1, 2, 3_998, 3_999]
    assert counts[0, -1] == 2
    assert counts[1, 0] == 6
    assert spread.percentiles((0.3, 0.5))[:, 0].tolist() == [0.5, 1.5]
    assert (spread.percentiles(SHARES)[:, 1] == 0).all()


@pytest.mark.parametrize("exact", [0, 50, 1_000])
def test_counts_conserve_runs(exact):
    """Every run falls into one cell of every column, whenever the switch comes, and the same one."""
    values = sample(200)
    spread = filled(values, exact)
    assert spread.runs == 200
    assert (spread.counts().sum(axis=1) == 200).all()
    assert (spread.counts() == filled(values, 10**6).counts()).all()
    assert (spread.counts()[:, 0] == (values == 0).sum(axis=0)).all()


def test_memory_is_flat_after_the_switch():
    """The values are gone, and what is held does not grow with further runs."""

    def held(spread):
        parts = [part for part in vars(spread).values() if isinstance(part, np.ndarray)]
        lists = [part for part in vars(spread).values() if isinstance(part, list)]
        return sum(part.nbytes for part in parts) + sum(one.nbytes for part in lists for one in part)

    spread = filled(sample(100), 1_000)
    before = held(spread)
    spread.add(sample(900))
    assert held(spread) == before + 900 * 3 * 8
    spread.add(sample(1))
    flat = held(spread)
    assert spread.counted
    assert flat < before + 900 * 3 * 8
    for _ in range(5):
        spread.add(sample(1_000))
    assert held(spread) == flat
    assert spread.runs == 6_001


@pytest.mark.parametrize("exact", [0, 1_000])
def test_exceedance_falls_as_values_rise(exact):
    """The share of runs that reach each value, by definition within the run and the cell that a point stands for."""
    values = sample(500, 1)
    points, shares = filled(values, exact).exceedance(0, 50)
    assert (np.diff(points) >= 0).all()
    assert (np.diff(shares) <= 0).all()
    assert (shares[0], shares[-1]) == (1, 0)
    for point, share in zip(points, shares, strict=True):
        assert (values >= point - 10 / 3_998).mean() >= share - 1e-12
        assert (values > point + 10 / 3_998).mean() <= share + 1e-12


@pytest.mark.parametrize("sizes", [(1,), (7,), (200,), (3, 50, 1)])
def test_chunks_show_nowhere(sizes):
    """The same percentiles and counts, exact or counted."""
    values = sample(200)
    for exact in (0, 100, 1_000):
        found, wanted = filled(values, exact, sizes=sizes), filled(values, exact, sizes=(11,))
        assert (found.percentiles(SHARES) == wanted.percentiles(SHARES)).all()
        assert (found.counts() == wanted.counts()).all()


def test_ranks_are_whole():
    """0.1 x 30 is 3.0000000000000004 / 0.07 x 100 is 7.000000000000001 in floats: still the 3rd and the 7th value."""
    assert 0.07 * 100 > 7
    for share, runs, rank in ((Fraction(1, 10), 30, 3), (Fraction(7, 100), 100, 7), (Fraction(29, 100), 100, 29)):
        values = np.arange(1.0, runs + 1)[:, None]
        assert filled(values, 1_000).percentiles((float(share),))[0, 0] == rank
