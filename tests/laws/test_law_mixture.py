"""The closed inverse of a mixture against the bisected one, and mixtures within mixtures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nevsim.laws import Choice, Exponential, Fixed, Lognormal, Mixture, Normal, Triangular, Truncated, Uniform

GRID = (np.arange(2_000) + 0.5) / 2_000
continuous = st.sampled_from([Uniform(-2, 7), Triangular(0, 2, 9), Normal(1, 3), Lognormal(0.5, 0.8), Exponential(4)])


@given(continuous, st.lists(st.integers(-3, 9), min_size=1, max_size=4), st.integers(1, 20))
@settings(max_examples=60)
def test_the_closed_inverse_is_the_bisected_one(law, values, weight):
    mixture = Mixture((3, weight), (Choice(tuple(values), (1,) * len(values)), law))
    closed, bisected = mixture.quantile(GRID), mixture._bisected(GRID)
    assert law.cdf(closed) == pytest.approx(law.cdf(bisected), abs=1e-13)
    # At the edge of a jump, where the density may vanish, the last bit of u decides about x.
    edges = np.array([(mixture.below(value), mixture.cdf(value)) for value, _ in mixture.atoms]).ravel()
    clear = (np.abs(GRID[:, None] - edges) > 1e-9).all(axis=1)
    assert closed[clear] == pytest.approx(bisected[clear], rel=1e-6, abs=1e-6)


def test_the_bisected_inverse_is_the_smallest_float_that_reaches_u():
    mixture = Mixture((1, 2, 1), (Lognormal(1, 0.7), Normal(0, 2), Fixed(1)))
    x = mixture.quantile(GRID)
    assert (mixture.cdf(x) >= GRID).all()
    assert (mixture.cdf(np.nextafter(x, -np.inf)) < GRID).all()


def test_a_mixture_of_mixtures_is_the_flat_one():
    inner = Mixture((1, 3), (Fixed(0), Exponential(4)))
    nested = Mixture((2, 2), (inner, Uniform(0, 10)))
    flat = Mixture((1, 3, 4), (Fixed(0), Exponential(4), Uniform(0, 10)))
    assert nested.quantile(GRID) == pytest.approx(flat.quantile(GRID), rel=1e-12)
    assert nested.atoms == ((0.0, pytest.approx(1 / 8)),)
    assert nested.mean == pytest.approx(flat.mean)


def test_a_part_of_weight_zero_is_not_there():
    mixture = Mixture((0, 1), (Normal(0, 1), Uniform(2, 3)))
    assert mixture.support == (2, 3)
    assert np.array_equal(mixture.quantile(GRID), Uniform(2, 3).quantile(GRID))


def test_a_truncated_part_with_an_atom_on_its_bound():
    """By hand: given X >= 0 the part is 0 with 2/3 and [0, 6] with 1/3; mixed half and half with [0, 6]."""
    part = Truncated(Mixture((1, 1), (Fixed(0), Uniform(-6, 6))), 0, math.inf)
    mixture = Mixture((1, 1), (part, Uniform(0, 6)))
    assert (mixture.quantile([0.01, 0.2, 0.33]) == 0).all()
    assert mixture.quantile([0.5, 0.75]) == pytest.approx([1.5, 3.75], rel=1e-12)


def test_parts_far_apart_in_size():
    mixture = Mixture((1, 1, 1), (Lognormal(-300, 1), Normal(0, 1e-3), Lognormal(300, 1)))
    x = mixture.quantile(GRID)
    assert (np.diff(x) >= 0).all()
    assert mixture.cdf(x) == pytest.approx(GRID, abs=1e-12)


def test_only_fixed_parts_make_a_choice():
    mixture = Mixture((1, 1, 2), (Fixed(3), Choice((1, 3), (1, 1)), Uniform(5, 5)))
    assert mixture.atoms == ((1.0, 0.125), (3.0, 0.375), (5.0, 0.5))
    assert mixture.quantile([0.125, 0.126, 0.5, 0.501]).tolist() == [1, 3, 3, 5]
    assert mixture.is_discrete
    assert Mixture((1, 2), (Fixed(3), Fixed(3))).is_fixed
