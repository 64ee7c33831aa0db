"""The closed inverse of a mixture against the bisected one, and mixtures within mixtures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nevsim.laws import (
    Affine,
    Choice,
    Exponential,
    Fixed,
    Lognormal,
    Mixture,
    Normal,
    Piecewise,
    Triangular,
    Truncated,
    Uniform,
)
from nevsim.laws.knots import cuts, knots
from nevsim.laws.law import BELOW_ONE

GRID = (np.arange(2_000) + 0.5) / 2_000
LEVEL = Piecewise(((0, -1), (0.25, 2), (0.75, 2), (1, 4)))
KEPT = Truncated(Mixture((1, 1), (Fixed(4), Normal(6, 3))), 4, 8)
in_a_row = st.sampled_from(
    [
        (Uniform(-2, 7),),
        (Triangular(0, 2, 9),),
        (Normal(1, 3),),
        (Lognormal(0.5, 0.8),),
        (Exponential(4),),
        (LEVEL,),
        (Uniform(-12, 0), Lognormal(0.5, 0.8)),
        (Uniform(-3, -1), LEVEL, KEPT, Triangular(8, 8, 10)),
        (Truncated(Normal(1, 3), -math.inf, 2), Uniform(4, 5), Truncated(Normal(1, 3), 6, math.inf)),
    ]
)


@given(in_a_row, st.lists(st.integers(-3, 9), max_size=4), st.lists(st.integers(1, 20), min_size=5, max_size=5))
@settings(max_examples=100, deadline=None)
def test_the_closed_inverse_is_the_bisected_one(laws, values, weights):
    atoms = (Choice(tuple(values), (1,) * len(values)),) if values else ()
    parts = (*laws, *atoms)[::-1]
    mixture = Mixture(weights[: len(parts)], parts)
    closed, bisected = mixture.quantile(GRID), mixture._bisected(GRID)
    assert (mixture.below(closed) <= GRID + 1e-13).all()
    assert (mixture.cdf(closed) >= GRID - 1e-13).all()
    # At the edge of a jump, where the density may vanish, the last bit of u decides about x.
    edges = np.array([(mixture.below(value), mixture.cdf(value)) for value, _ in mixture.atoms]).ravel()
    clear = (np.abs(GRID[:, None] - edges) > 1e-9).all(axis=1)
    assert closed[clear] == pytest.approx(bisected[clear], rel=1e-6, abs=1e-6)


def test_early_or_late_by_hand():
    """Early in 2 of 5 cases, evenly over [-12, 0], else late: evenly over [0, 6], or lognormal with the median 1."""
    law = Mixture((3, 2), (Uniform(0, 6), Uniform(-12, 0)))
    assert law.quantile([0.1, 0.2, 0.3, 0.55, 0.7, 0.85]) == pytest.approx([-9, -6, -3, 1.5, 3, 4.5])
    law = Mixture((2, 3), (Uniform(-12, 0), Lognormal(0, 1)))
    assert law.quantile([0.2, 0.7]) == pytest.approx([-6, 1])


def test_laws_in_a_row_with_atoms_among_them_by_hand():
    """In sixteenths: 2 over [-4, -2], 2 at -2, 2 over [-2, 0], 4 at 0, 4 over [0, 8], 1 at 9, 1 over [10, 12]."""
    parts = (Uniform(-4, 0), Fixed(-2), Fixed(0), Uniform(0, 8), Fixed(9), Uniform(10, 12))
    law = Mixture((4, 2, 4, 4, 1, 1), parts)
    u = np.array([1, 2, 3, 4, 5, 6, 7, 10, 12, 14, 14.5, 15, 15.5]) / 16
    assert law.quantile(u) == pytest.approx([-3, -2, -2, -2, -1, 0, 0, 0, 4, 8, 9, 9, 11], abs=1e-14)
    after = law.quantile(np.nextafter([2 / 16, 4 / 16, 6 / 16, 10 / 16, 14 / 16, 15 / 16], 1))
    assert after == pytest.approx([-2, -2, 0, 0, 9, 10], abs=1e-14)
    assert law.quantile([3 / 16, 7 / 16, 14.5 / 16]).tolist() == [-2, 0, 9]


def test_an_atom_that_a_law_has_itself_adds_to_one_beside_it():
    """In eighths: 1 over [0, 2], at 2 one from the law and 4 beside it, then 2 over [2, 6]."""
    law = Mixture((1, 1), (Piecewise(((0, 0), (0.25, 2), (0.5, 2), (1, 6))), Fixed(2)))
    assert law.quantile([0.5 / 8, 1.5 / 8, 3 / 8, 6 / 8, 7 / 8]).tolist() == [1, 2, 2, 2, 4]


@given(
    st.lists(st.integers(1, 30), min_size=8, max_size=8),
    st.sampled_from([0.0, 0.5]),
    st.sampled_from([Uniform, lambda low, high: Affine(Uniform(-0.3, 0.3), (low + high) / 2, (high - low) / 0.6)]),
)
def test_no_rounding_shows_at_a_joint(weights, gap, over):
    """Weights that rounding makes miss 1, laws that touch or leave a gap, atoms at a joint, in a law and at the end."""
    laws = [over(k + gap, k + 1) for k in range(5)]
    law = Mixture(weights, (*laws, Fixed(1), Fixed(2.7), Fixed(5)))
    joints = np.array([edge for k in (1, 2, 2.7, 3, 4, 5) for edge in (law.below(k), law.cdf(k))])
    near = (joints[(joints > 0) & (joints < 1), None].view(np.int64) + np.arange(-4, 5)).view(np.float64).ravel()
    u = np.sort(np.concatenate([near[near < 1], GRID, [2.0**-53, BELOW_ONE]]))
    x = law.quantile(u)
    assert (np.diff(x) >= 0).all()
    assert ((x % 1 == 0) | (x % 1 >= gap)).all()
    assert (law.below(x) <= u + 1e-15).all()
    assert (law.cdf(x) >= u - 1e-15).all()
    assert gap <= x[0]
    assert x[-1] == 5


def test_a_law_that_rounding_ends_a_bit_early_leaves_no_hole():
    """Rounding makes P(X <= top) of the first law a bit less than 1; the u of that bit give the top."""
    first = Affine(Uniform(-0.2, 0.6), 3.3, 3.7)
    top = first.support[1]
    assert first.cdf(top) < 1
    law = Mixture((10, 1), (first, Uniform(top, top + 1)))
    near = (np.float64(10 / 11).view(np.int64) + np.arange(-4, 5)).view(np.float64)
    assert law.quantile(near) == pytest.approx(top, rel=1e-14)


def test_a_joint_is_a_cut_to_the_last_bit():
    """By hand: a quarter lies below 0, so that 1/4 is the last u of the early part, and the next is of the late one."""
    law = Mixture((1, 3), (Uniform(-3, 0), Lognormal(1, 0.7)))
    assert knots(law) == {-3, 0}
    assert cuts(law).tolist() == [0.25]
    assert law.quantile(0.25) <= 0 < law.quantile(np.nextafter(0.25, 1))


def test_laws_in_a_row_inside_other_laws_by_hand():
    """Half over [-3, 0], half over [0, 6]: above -1 a third of the first and all of the second are left, 1 to 3."""
    law = Mixture((1, 1), (Uniform(0, 6), Uniform(-3, 0)))
    u = [0.125, 0.25, 0.625]
    assert Truncated(law, -1, math.inf).quantile(u) == pytest.approx([-0.5, 0, 3], abs=1e-14)
    assert Affine(law, 3, 2).quantile([0.25, 0.75]) == pytest.approx([0, 9], abs=1e-14)
    nested = Mixture((1, 3), (law, Mixture((2, 1), (Uniform(6, 7), Uniform(-4, -3)))))
    assert nested.quantile([0.125, 0.3125, 0.4375, 0.75]) == pytest.approx([-3.5, -1.5, 3, 6.5], abs=1e-14)


def test_only_laws_that_overlap_are_bisected(monkeypatch):
    def refuse(*_):
        raise AssertionError

    monkeypatch.setattr(Mixture, "_bisected", refuse)
    Mixture((1, 1, 1), (Lognormal(0, 1), Uniform(-12, 0), Fixed(3))).quantile(GRID)
    with pytest.raises(AssertionError):
        Mixture((1, 1, 1), (Uniform(-12, 0.1), Lognormal(0, 1), Fixed(3))).quantile(GRID)


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
