"""What holds for every law: order, support, agreement of quantile and distribution, independence of the array."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nevsim.laws
from nevsim.laws import (
    Affine,
    Choice,
    Exponential,
    Fixed,
    Gamma,
    Law,
    LawError,
    Lognormal,
    Mixture,
    Normal,
    Pert,
    Piecewise,
    Triangular,
    Truncated,
    Uniform,
    Weibull,
)

numbers = st.integers(-40, 40).map(lambda n: n / 4)
positive = st.integers(1, 40).map(lambda n: n / 8)
weights = st.integers(1, 9)


def ascending(count):
    return st.lists(numbers, min_size=count, max_size=count).map(sorted).map(tuple)


def choices(length):
    return st.builds(
        Choice,
        st.lists(numbers, min_size=length, max_size=length).map(tuple),
        st.lists(weights, min_size=length, max_size=length).map(tuple),
    )


families = st.one_of(
    numbers.map(Fixed),
    ascending(2).map(lambda p: Uniform(*p)),
    ascending(3).map(lambda p: Triangular(*p)),
    ascending(3).map(lambda p: Pert(*p)),
    st.builds(Normal, numbers, positive),
    st.builds(Lognormal, st.integers(-2, 2), st.sampled_from([0.25, 0.5, 1.0])),
    positive.map(Exponential),
    st.builds(Weibull, st.sampled_from([0.8, 1.0, 2.5, 9.0]), positive),
    st.builds(Gamma, st.sampled_from([0.8, 1.0, 2.5, 9.0, 400.0]), positive),
    ascending(4).map(lambda p: Piecewise(tuple(zip((0, 0.25, 0.75, 1), p, strict=True)))),
    st.integers(1, 5).flatmap(choices),
)


@st.composite
def truncations(draw, inner):
    law = draw(inner)
    low, high = draw(st.tuples(st.floats(0.05, 0.4), st.floats(0.6, 0.95)))
    bounds = law.quantile([low, high])
    return Truncated(
        law,
        draw(st.sampled_from([-math.inf, float(bounds[0])])),
        draw(st.sampled_from([math.inf, float(bounds[1])])),
    )


def mixtures(inner):
    parts = st.lists(st.tuples(weights, inner), min_size=1, max_size=3)
    return parts.map(lambda pairs: Mixture(*map(tuple, zip(*pairs, strict=True))))


laws = st.recursive(
    families,
    lambda inner: st.one_of(mixtures(inner), st.builds(Affine, inner, numbers, positive), truncations(inner)),
    max_leaves=4,
)
uniforms = st.lists(
    st.one_of(
        st.floats(2.0**-53, 1 - 2.0**-53),
        st.sampled_from([2.0**-53, 2.0**-30, 0.25, 0.5, 0.75, 1 - 2.0**-30, 1 - 2.0**-53]),
    ),
    min_size=1,
    max_size=40,
).map(np.array)


@given(laws, uniforms)
def test_the_quantile_rises_with_u(law: Law, u):
    x = law.quantile(np.sort(u))
    # The special functions of scipy are monotone up to their last bits only.
    assert (np.diff(x) >= -1e-14 * np.abs(x[1:])).all()


@given(laws, uniforms)
def test_the_quantile_inverts_the_distribution(law: Law, u):
    x = law.quantile(u)
    assert (law.cdf(x) >= u - 1e-12).all()
    assert (law.below(x) <= u + 1e-12).all()


@given(st.sampled_from([Weibull, Gamma]), st.sampled_from([0.05, 0.1, 0.3]), positive, uniforms)
def test_the_quantile_inverts_steep_distributions(family, shape, scale, u):
    """Shapes far below 1 crowd near 0: a shift would cost them their digits, so they stand by themselves."""
    law = family(shape, scale)
    x = law.quantile(u)
    assert np.allclose(law.cdf(x), u, rtol=1e-9, atol=1e-13)
    assert (x >= 0).all()


@given(laws, uniforms)
def test_values_lie_in_the_support(law: Law, u):
    low, high = law.support
    x = law.quantile(u)
    assert np.isfinite(x).all()
    assert (low <= x).all()
    assert (x <= high).all()
    assert law.below(low) <= 1e-12
    assert law.cdf(high) >= 1 - 1e-12
    assert low <= law.mean <= high or law.mean == pytest.approx(low) or law.mean == pytest.approx(high)


@given(laws)
def test_atoms_are_the_jumps_and_are_met_exactly(law: Law):
    for value, mass in law.atoms:
        before, upto = float(law.below(value)), float(law.cdf(value))
        assert upto - before == pytest.approx(mass, abs=1e-12)
        assert law.quantile((before + upto) / 2) == value
    whole = sum(mass for _, mass in law.atoms)
    assert whole <= 1 + 1e-12
    assert law.is_fixed == (len(law.atoms) == 1 and law.atoms[0][1] == 1)
    assert whole == pytest.approx(1) if law.is_discrete else law.support[0] < law.support[1]


@given(laws, st.lists(numbers, min_size=2, max_size=2).map(sorted))
def test_the_distribution_rises(law: Law, ends):
    low, high = ends
    assert law.below(low) <= law.cdf(low) <= law.cdf(high)
    assert law.below(-math.inf) == law.cdf(-math.inf) == 0
    assert law.cdf(math.inf) == pytest.approx(1, abs=1e-12)


@given(laws, numbers)
def test_partial_means_add_up(law: Law, cut):
    pieces = law.partial_mean(-math.inf, cut) + law.partial_mean(cut, math.inf)
    at_cut = cut * float(law.cdf(cut) - law.below(cut))
    assert pieces - at_cut == pytest.approx(law.mean, rel=1e-9, abs=1e-9)


MANY = np.random.default_rng(0).random(10_000) * (1 - 2.0**-52) + 2.0**-53
SAMPLES = [
    Uniform(1, 3),
    Triangular(6, 12, 24),
    Pert(6, 12, 24),
    Normal(3, 2),
    Lognormal(1, 0.7),
    Weibull(2.5, 4),
    Gamma(0.7, 3),
    Piecewise(((0, 1), (0.3, 4), (0.6, 4), (1, 9))),
    Exponential(5),
    Choice((1, 2, 5), (1, 2, 3)),
    Mixture((2, 3), (Fixed(0), Lognormal(1, 0.7))),
    Mixture((2, 3, 1), (Fixed(4), Lognormal(1, 0.7), Normal(0, 2))),
    Affine(Mixture((2, 3), (Fixed(0), Exponential(7))), 3, 0.7),
    Truncated(Normal(3, 2), 0, math.inf),
    Truncated(Mixture((2, 3), (Fixed(0), Lognormal(1, 0.7))), 0, 12),
]


@pytest.mark.parametrize("law", SAMPLES, ids=repr)
@pytest.mark.parametrize("size", [1, 7, 4096])
def test_no_value_depends_on_the_array_it_sits_in(law: Law, size):
    count = min(len(MANY), 300 * size)
    u = MANY[:count]
    whole = law.quantile(MANY)[:count]
    parts = np.concatenate([law.quantile(u[i : i + size]) for i in range(0, count, size)])
    assert parts.tobytes() == whole.tobytes()


@pytest.mark.parametrize("law", SAMPLES, ids=repr)
def test_no_value_depends_on_shape_stride_or_place(law: Law):
    whole = law.quantile(MANY)
    strided = np.empty((len(MANY), 3))
    strided[:, 1] = MANY
    assert law.quantile(strided[:, 1]).tobytes() == whole.tobytes()
    assert law.quantile(MANY[1:]).tobytes() == whole[1:].tobytes()
    assert law.quantile(MANY[::-1])[::-1].tobytes() == whole.tobytes()
    grid = law.quantile(MANY.reshape(100, 100).T)
    assert grid.shape == (100, 100)
    assert np.array_equal(grid.T.ravel(), whole)
    assert law.quantile(0.3).shape == ()


@given(laws, uniforms, st.integers(1, 7))
@settings(max_examples=60)
def test_any_law_is_independent_of_the_chunks(law: Law, u, size):
    parts = [law.quantile(u[i : i + size]) for i in range(0, len(u), size)]
    assert np.concatenate(parts).tobytes() == law.quantile(u).tobytes()


@given(laws, uniforms)
@settings(max_examples=60)
def test_a_law_survives_a_process_border(law: Law, u):
    before = law.quantile(u)
    again = pickle.loads(pickle.dumps(law))
    assert again == law
    assert hash(again) == hash(law)
    assert again.quantile(u).tobytes() == before.tobytes()


@pytest.mark.parametrize("law", [*SAMPLES, Fixed(3), Uniform(3, 3)], ids=repr)
@pytest.mark.parametrize("u", [0.0, 1.0, math.nan, -0.1, 1.1])
def test_u_outside_the_open_interval_is_refused(law: Law, u):
    with pytest.raises(LawError, match="want 0 < u < 1"):
        law.quantile([0.5, u])


def test_the_public_names_are_sorted_and_exist():
    names = nevsim.laws.__all__
    assert names == sorted(names)
    assert all(hasattr(nevsim.laws, name) for name in names)
