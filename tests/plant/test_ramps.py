"""Ramp shapes: their integrals against the shapes themselves, which are written again here."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import PROPERTY

from nevsim.plant.ramp import full_rate_minutes, integral

POINTS = ((0.0, 0.0), (0.25, 0.1), (0.5, 0.1), (1.0, 1.0))
# Section 4 of the design: c(x) on [0, 1]
CURVES = {
    "step": np.ones_like,
    "linear": lambda x: x,
    "s-curve": lambda x: 3 * x**2 - 2 * x**3,
    "fast-start": lambda x: 1 - (1 - x) ** 2,
    "points": lambda x: np.interp(x, *np.array(POINTS).T),
}
# C(1) by hand; of the points 1/80 + 1/40 + 22/80
WHOLE = {"step": 1, "linear": 1 / 2, "s-curve": 1 / 2, "fast-start": 2 / 3, "points": 25 / 80}
shapes = st.sampled_from(sorted(CURVES))


@pytest.mark.parametrize("shape", CURVES)
def test_integral_is_the_area_under_the_curve(shape):
    """Gauss and Legendre's rule of 5 points is exact for these polynomials, cell by cell between the knots."""
    nodes, weights = np.polynomial.legendre.leggauss(5)
    edges = np.linspace(0, 1, 81)  # all knots of POINTS are among them
    middles, half = (edges[1:] + edges[:-1]) / 2, 1 / 160
    cells = (CURVES[shape](middles[:, None] + half * nodes) * weights).sum(axis=1) * half
    np.testing.assert_allclose(integral(shape, edges[1:], POINTS), np.cumsum(cells), rtol=0, atol=1e-14)


@pytest.mark.parametrize("shape", CURVES)
def test_the_whole_and_beyond(shape):
    """C(0) = 0, C(1) by hand, C(x) = C(1) + x - 1 beyond."""
    found = integral(shape, np.array([0.0, 1.0, 3.5]), POINTS)
    assert found == pytest.approx([0, WHOLE[shape], WHOLE[shape] + 2.5], abs=1e-15)


@PROPERTY
@given(shape=shapes, ages=st.lists(st.integers(0, 10**6), min_size=2, max_size=20), duration=st.integers(0, 10**6))
def test_minutes_at_full_rate(shape, ages, duration):
    """They rise with age, never by more than the age does, and with no duration they are the age."""
    age = np.sort(np.array(ages, dtype=float))
    found = full_rate_minutes(shape, age, np.full_like(age, duration), POINTS)
    assert ((np.diff(found) >= -1e-9) & (np.diff(found) <= np.diff(age) + 1e-9)).all()
    assert (found <= age + 1e-9).all()
    if duration == 0:
        assert (found == age).all()
    elif shape != "step":
        whole = full_rate_minutes(shape, np.array([float(duration)]), np.array([float(duration)]), POINTS)
        assert whole[0] == pytest.approx(duration * WHOLE[shape], rel=1e-12)


@PROPERTY
@given(shape=shapes, ages=st.lists(st.integers(0, 10**5), min_size=1, max_size=9), duration=st.integers(1, 10**5))
def test_no_element_depends_on_its_array(shape, ages, duration):
    """Alone or among others, bit for bit: chunks may show nowhere."""
    age, long = np.array(ages, dtype=float), np.full(len(ages), float(duration))
    found = full_rate_minutes(shape, age, long, POINTS)
    assert found.tolist() == [float(full_rate_minutes(shape, age[[i]], long[[i]], POINTS)[0]) for i in range(len(age))]
