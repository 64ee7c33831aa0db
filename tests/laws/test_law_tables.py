"""Tables of quantile functions: their stated bound in every family, exact atoms, exact discrete laws, order."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nevsim.draws.quantiles import fill, tables_of
from nevsim.laws import (
    Affine,
    Choice,
    Exponential,
    Fixed,
    Gamma,
    Law,
    Lognormal,
    Mixture,
    Normal,
    Pert,
    Piecewise,
    Triangular,
    Truncated,
    Uniform,
    Weibull,
    lognormal_from,
    quantiles_from,
)
from nevsim.laws.cells import MOST_ROWS
from nevsim.laws.knots import ABOVE_ZERO, cuts, grain, last
from nevsim.laws.law import BELOW_ONE
from nevsim.laws.polynomials import TOLERANCE, spread_of
from nevsim.laws.table import table_of

PLAIN = [
    Uniform(-1, 3),
    Triangular(6, 12, 24),
    Triangular(6, 6, 24),
    Triangular(6, 24, 24),
    Pert(6, 12, 24),
    Pert(6, 6, 24),
    Pert(6, 24, 24),
    Pert(0, 1e-3, 1_000),
    Normal(3, 2),
    Normal(1e6, 1e-3),
    Lognormal(1, 0.86),
    lognormal_from({10: 1, 90: 1_000}),
    Exponential(5),
    Weibull(0.3, 1),
    Weibull(2.5, 4),
    Gamma(0.05, 1),
    Gamma(2.5, 3),
    Gamma(400, 0.1),
    Piecewise(((0, 1), (0.3, 4), (0.31, 8), (1, 9))),
    quantiles_from({10: 2, 50: 4, 90: 9}, low=1, high=20),
    Truncated(Normal(3, 2), -math.inf, 4),
    Truncated(Normal(0, 1), -math.inf, -8),
    Truncated(Lognormal(1, 0.86), -math.inf, 12),
    Affine(Pert(6, 12, 24), 3, 0.1),
]
"""Laws whose quantile function is exact to the last bits of u."""
HARD = [
    Weibull(0.05, 1),
    Gamma(1e8, 1e-4),
    Lognormal(0, 10),
    Mixture((1e-12, 1), (Fixed(-1), Lognormal(0, 1))),
    Triangular(0, 1e-12, 1),
    Truncated(Normal(3, 2), 0, math.inf),
    Truncated(Normal(0, 1), 4, math.inf),
    Truncated(Normal(0, 1), 6, math.inf),
    Truncated(Truncated(Lognormal(1, 1), 2, math.inf), 9, math.inf),
    Mixture((2, 3), (Fixed(0), Lognormal(1, 0.86))),
    Mixture((2, 3), (Fixed(4), Normal(1, 3))),
    Mixture((95, 5), (Fixed(0), Lognormal(1, 0.86))),
    Mixture((1, 1), (Choice((0, 1, 3, 7), (1, 2, 1, 1)), Triangular(0, 2, 9))),
    Mixture((2, 3, 1), (Fixed(4), Lognormal(1, 0.7), Normal(0, 2))),
    Mixture((1, 1, 1), (Triangular(0, 1, 4), Uniform(2, 9), Exponential(1))),
    Mixture((1, 1), (Uniform(0, 1), Uniform(5, 6))),
    Mixture((1, 1), (Normal(-100, 1), Normal(100, 1))),
    Mixture((1, 1_000), (Normal(0, 1e-6), Normal(0, 1))),
    Mixture((1, 1), (Pert(0, 1, 4), Pert(12, 13, 19))),
    Truncated(Mixture((2, 3), (Fixed(0), Lognormal(1, 0.7))), 0, 12),
    Truncated(Mixture((1, 6, 8), (Normal(-9, 1), Fixed(-1), Fixed(3))), -math.inf, 3),
    Affine(Mixture((2, 3), (Fixed(0), Exponential(7))), 3, 0.7),
    Piecewise(((0, 1), (0.3, 4), (0.6, 4), (1, 9))),
    Mixture((1, 1), (Choice(tuple(range(200)), (1,) * 200), Normal(100, 40))),
]
"""Laws that bend, jump, or are rough in their last bits."""
RANDOM = np.random.Generator(np.random.Philox(7))
SPREAD_OUT = RANDOM.random((3, 2_000))


def every_u(law: Law):
    """Return u everywhere, in both tails down to their last, and around every bend and jump."""
    ends = [0.5, np.nextafter(0.5, 0), np.nextafter(0.5, 1), ABOVE_ZERO, 3 * ABOVE_ZERO, BELOW_ONE, 1 - 2.0**-52]
    middle, lower, upper = SPREAD_OUT[0], 2.0 ** (-1 - 52 * SPREAD_OUT[1]), 1 - 2.0 ** (-1 - 52 * SPREAD_OUT[2])
    near = np.empty(0)
    if not law.is_discrete:
        edges = cuts(law)[:40, None]
        steps = (edges.view(np.int64) + np.arange(-4, 5)).view(np.float64)
        near = np.hstack([steps, edges + 2.0 ** -np.arange(2, 53, 3), edges - 2.0 ** -np.arange(2, 53, 3)]).ravel()
    u = np.concatenate([ends, middle, lower, upper, near])
    return u[(u >= ABOVE_ZERO) & (u <= BELOW_ONE)]


def read(law: Law, u):
    """Return the quantiles that the table of a law gives."""
    tables, values = tables_of([law]), np.empty((1, u.size))
    fill(tables, np.array([0]), u[None, :], values)
    return values[0]


def excess(law: Law, u, x):
    """How far x lies outside of what Q takes within four steps of rounding around u, as a share of the size of Q."""
    exact = law.quantile(u)
    shift = 4 * (np.spacing(u) + grain(law))
    low = law.quantile(np.maximum(u - shift, ABOVE_ZERO))
    high = law.quantile(np.minimum(u + shift, BELOW_ONE))
    return np.maximum(0, np.maximum(low - x, x - high)) / np.maximum(spread_of(law), np.abs(exact))


@pytest.mark.parametrize("law", PLAIN, ids=str)
def test_smooth_families_meet_the_bound_as_it_stands(law):
    """No allowance for rounding: what is plain is exact to the bound down to the last u on either side."""
    u = every_u(law)
    exact = law.quantile(u)
    assert (np.abs(read(law, u) - exact) <= TOLERANCE * np.maximum(spread_of(law), np.abs(exact))).all()


@pytest.mark.parametrize("law", HARD, ids=lambda law: f"{law!s:.90}")
def test_every_law_meets_the_bound(law):
    u = every_u(law)
    x = read(law, u)
    assert excess(law, u, x).max() <= TOLERANCE
    assert law.support[0] <= x.min()
    assert x.max() <= law.support[1]
    assert table_of(law).error <= TOLERANCE / 2
    assert len(table_of(law).rows) < MOST_ROWS


@pytest.mark.parametrize("law", [*PLAIN, *HARD], ids=lambda law: f"{law!s:.90}")
def test_the_quantile_rises_with_u(law):
    u = np.sort(every_u(law))
    x = read(law, u)
    # The inverse gamma function of scipy falls here and there by 1e-5 where the shape is 1e8.
    own = np.minimum(np.diff(law.quantile(u)), 0)
    assert (np.diff(x) >= own - TOLERANCE * np.maximum(spread_of(law), np.abs(x[1:]))).all()


@pytest.mark.parametrize("law", [law for law in HARD if law.atoms], ids=lambda law: f"{law!s:.90}")
def test_atoms_are_met_exactly_from_their_first_u_to_their_last(law):
    values = np.array([value for value, _ in law.atoms])
    before = last(law, np.nextafter(values, -math.inf), law.below(values))
    upto = np.minimum(last(law, values, law.cdf(values)), BELOW_ONE)
    first = np.maximum(np.nextafter(before, 1), ABOVE_ZERO)
    assert (first < upto).all()
    for u in (first, first + (upto - first) / 3, upto):
        assert np.array_equal(read(law, u), values)
    inside = before >= ABOVE_ZERO
    assert (read(law, before[inside]) < values[inside] * (1 + 1e-12)).all()


def test_a_jump_without_an_atom_has_nothing_between():
    """By hand: half the mass on [0, 1], half on [5, 6]; Q(1/2) = 1, and the next u gives 5."""
    law = Mixture((1, 1), (Uniform(0, 1), Uniform(5, 6)))
    u = np.array([0.25, np.nextafter(0.5, 0), 0.5, np.nextafter(0.5, 1), 0.75])
    assert read(law, u) == pytest.approx([0.5, 1, 1, 5, 5.5], rel=1e-12)


def test_worked_by_hand():
    """Q of Triangular(6, 12, 24) is 6 + 18 sqrt(u / 3) up to the mode, at u = 1/3."""
    u = np.array([1 / 12, 1 / 3, 5 / 6])
    assert read(Triangular(6, 12, 24), u) == pytest.approx([9, 12, 18], rel=1e-9)
    assert read(Exponential(2), np.array([0.5, 1 - 2.0**-40])) == pytest.approx([2 * math.log(2), 80 * math.log(2)])


@pytest.mark.parametrize("count", [1, 2, 3, 7, 64, 65, 1_000, 10_000])
@pytest.mark.parametrize("shape", ["choice", "affine", "truncated", "mixture"])
def test_discrete_laws_are_met_bit_for_bit(count, shape):
    generator = np.random.Generator(np.random.Philox(count))
    law: Law = Choice(tuple(generator.normal(0, 9, count)), tuple(generator.exponential(1, count) ** 3))
    if shape == "affine":
        law = Affine(law, 3, 0.7)
    elif shape == "truncated":
        law = Truncated(law, float(law.quantile(0.1)), float(law.quantile(0.8)))
    elif shape == "mixture":
        law = Mixture((1, 2), (law, Choice((0.25, 1), (3, 1))))
    table = table_of(law)
    edges = np.concatenate([table.shares, np.nextafter(table.shares, 1), np.nextafter(table.shares, 0)])
    u = np.concatenate([edges[(edges >= ABOVE_ZERO) & (edges <= BELOW_ONE)], every_u(law)])
    assert table.rows.size == 0
    assert np.array_equal(read(law, u), law.quantile(u))


@pytest.mark.parametrize(
    "law", [Fixed(12), Uniform(3, 3), Pert(4, 4, 4), Mixture((1, 2), (Fixed(4), Pert(4, 4, 4))), Choice((7, 7), (1, 2))]
)
def test_a_law_of_one_value_gives_it(law):
    assert (read(law, every_u(law)) == law.support[0]).all()
    assert table_of(law).values.tolist() == [law.support[0]]


def test_the_last_u_is_found_from_any_guess():
    law = Triangular(6, 12, 24)
    x = np.array([5.0, 6.5, 12.0, 23.0, 24.0])
    found = [last(law, x, np.full(5, guess)).tolist() for guess in (0.0, 1e-9, 0.3, 0.999, 1.0)]
    assert all(row == found[0] for row in found)
    assert found[0][0] == 0
    assert found[0][-1] == BELOW_ONE
    u = np.array(found[0][1:-1])
    assert (law.quantile(u) <= x[1:-1]).all()
    assert (law.quantile(np.nextafter(u, 1)) > x[1:-1]).all()


def test_equal_laws_share_a_table_that_nobody_changes():
    table = table_of(Lognormal(1, 0.5))
    assert table_of(Lognormal(1.0, 0.5)) is table
    with pytest.raises(ValueError, match="read-only"):
        table.rows[0, 0] = 1


def test_the_spread_is_that_of_the_nearest_percentiles_that_differ():
    """By hand: 95 % of the mass is 0, the rest lies evenly on [0, 8]; at 2.5 % from the end half of it is left."""
    assert spread_of(Uniform(0, 10)) == pytest.approx(8)
    assert spread_of(Mixture((95, 5), (Fixed(0), Uniform(0, 8)))) == pytest.approx(4)


def test_tables_are_small():
    assert all(table_of(law).rows.nbytes <= 110 * 1024 for law in PLAIN)


numbers = st.integers(-40, 40).map(lambda n: n / 4)
positive = st.integers(1, 40).map(lambda n: n / 8)
smooth = st.one_of(
    st.lists(numbers, min_size=2, max_size=2, unique=True).map(sorted).map(lambda p: Uniform(*p)),
    st.lists(numbers, min_size=3, max_size=3, unique=True).map(sorted).map(lambda p: Triangular(*p)),
    st.lists(numbers, min_size=3, max_size=3, unique=True).map(sorted).map(lambda p: Pert(*p)),
    st.builds(Normal, numbers, positive),
    st.builds(Lognormal, st.integers(-2, 2), st.sampled_from([0.25, 0.5, 1.0, 2.0])),
    positive.map(Exponential),
    st.builds(Weibull, st.sampled_from([0.3, 0.8, 1.0, 2.5, 9.0]), positive),
    st.builds(Gamma, st.sampled_from([0.1, 0.8, 1.0, 2.5, 400.0]), positive),
    st.lists(numbers, min_size=4, max_size=4, unique=True)
    .map(sorted)
    .map(lambda p: Piecewise(tuple(zip((0, 0.25, 0.75, 1), p, strict=True)))),
)
late = st.builds(lambda w, value, law: Mixture((w, 10 - w), (Fixed(value), law)), st.integers(1, 8), numbers, smooth)
cut_off = st.builds(
    lambda law, low: Truncated(law, float(law.quantile(low)), math.inf), st.one_of(smooth, late), st.floats(0.01, 0.6)
)
laws = st.one_of(smooth, late, cut_off, st.builds(Affine, st.one_of(smooth, late), numbers, positive))


@given(laws)
@settings(max_examples=60, deadline=None)
def test_any_law_meets_the_bound_and_its_atoms(law):
    u = np.sort(every_u(law))
    x = read(law, u)
    assert excess(law, u, x).max() <= TOLERANCE
    for value, _ in law.atoms:
        assert (x[(u > law.below(value) + 1e-12) & (u < law.cdf(value) - 1e-12)] == value).all()
    assert law.support[0] <= x.min()
    assert x.max() <= law.support[1]


def test_stated_percentiles_are_met():
    law = quantiles_from({10: 2, 50: 4, 90: 9}, low=1, high=20)
    assert read(law, np.array([0.1, 0.5, 0.9])) == pytest.approx([2, 4, 9], rel=1e-9)
    law = lognormal_from({10: 1, 90: 1_000})
    assert read(law, np.array([0.1, 0.9])) == pytest.approx([1, 1_000], rel=1e-6)
