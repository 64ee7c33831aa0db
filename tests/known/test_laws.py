"""Answers about laws that are known from the literature or by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

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
    exponential_from,
    gamma_from,
    gamma_of,
    lognormal_from,
    lognormal_of,
    normal_from,
    pert_from,
    quantiles_from,
    triangular_from,
    uniform_from,
    weibull_from,
    weibull_of,
)

MIDPOINTS = (np.arange(400_000) + 0.5) / 400_000


def moments(law: Law) -> tuple[float, float]:
    """Mean and variance by the midpoint rule over the quantile function, which uses neither formula."""
    x = law.quantile(MIDPOINTS)
    return float(x.mean()), float(x.var())


def test_pert_has_the_moments_of_malcolm():
    """Malcolm et al. (1959): mean (a + 4 m + b) / 6; Kotz and van Dorp (2004): variance (mu - a)(b - mu) / 7."""
    mean, variance = moments(Pert(2, 5, 20))
    assert Pert(2, 5, 20).mean == pytest.approx(7)
    assert mean == pytest.approx(7, abs=1e-6)
    assert variance == pytest.approx((7 - 2) * (20 - 7) / 7, rel=1e-6)


def test_pert_with_its_mode_at_low_is_a_power_law():
    """Beta(1, 5) by hand: F(x) = 1 - (1 - x)^5 on [0, 1]."""
    u = np.array([0.1, 0.5, 0.9])
    assert Pert(0, 0, 1).quantile(u) == pytest.approx(1 - (1 - u) ** 0.2, rel=1e-14)


def test_triangular_has_its_textbook_moments():
    """Kotz and van Dorp (2004), chapter 1: (a + m + b) / 3, (a2 + m2 + b2 - am - ab - mb) / 18, F(m) = (m-a)/(b-a)."""
    law = Triangular(6, 12, 24)
    mean, variance = moments(law)
    assert law.mean == 14
    assert mean == pytest.approx(14, abs=1e-6)
    assert variance == pytest.approx((36 + 144 + 576 - 72 - 144 - 288) / 18, rel=1e-6)
    assert law.cdf(12) == pytest.approx(1 / 3)
    assert law.quantile(1 / 3) == pytest.approx(12)


@pytest.mark.parametrize(
    ("low", "mode", "high", "middle"),
    [(0, 0, 1, 1 - math.sqrt(0.5)), (0, 1, 1, math.sqrt(0.5))],
)
def test_triangular_with_its_mode_at_an_end(low, mode, high, middle):
    """By hand: F(x) = 1 - (1 - x)^2 for the mode at 0, x^2 for the mode at 1."""
    law = Triangular(low, mode, high)
    assert law.quantile(0.5) == pytest.approx(middle)
    assert law.cdf(middle) == pytest.approx(0.5)


def test_normal_quantiles_of_the_printed_tables():
    """Abramowitz and Stegun (1964), table 26.5: z(0.975) = 1.95996 40, z(0.9) = 1.28155 16."""
    assert Normal(0, 1).quantile([0.975, 0.9]) == pytest.approx([1.9599640, 1.2815516], abs=5e-8)
    assert Normal(100, 10).cdf(100 + 19.599640) == pytest.approx(0.975, abs=1e-8)


def test_normal_cut_on_both_sides():
    """Johnson, Kotz and Balakrishnan (1994), 10.1: mu + sd (phi(a) - phi(b)) / (Phi(b) - Phi(a))."""
    a, b = (-0.5 - 0.2) / 0.4, (0.6 - 0.2) / 0.4
    phi = [math.exp(-z * z / 2) / math.sqrt(2 * math.pi) for z in (a, b)]
    area = (math.erf(b / math.sqrt(2)) - math.erf(a / math.sqrt(2))) / 2
    law = Truncated(Normal(0.2, 0.4), -0.5, 0.6)
    assert law.mean == pytest.approx(0.2 + 0.4 * (phi[0] - phi[1]) / area, rel=1e-12)
    assert moments(law)[0] == pytest.approx(law.mean, rel=1e-6)


def test_normal_cut_at_its_mean_is_half_normal():
    """Johnson, Kotz and Balakrishnan (1994), 10.1: the mean is mu + sd sqrt(2 / pi)."""
    assert Truncated(Normal(3, 2), 3, math.inf).mean == pytest.approx(3 + 2 * math.sqrt(2 / math.pi), rel=1e-12)


def test_exponential_is_memoryless():
    """Feller (1966), I.3: given X >= a, X - a has the law of X."""
    u = np.array([0.001, 0.3, 0.5, 0.999])
    law = Truncated(Exponential(5), 7, math.inf)
    assert law.quantile(u) == pytest.approx(7 + Exponential(5).quantile(u), rel=1e-12)
    assert law.mean == pytest.approx(12, rel=1e-12)
    assert Exponential(5).quantile(0.5) == pytest.approx(5 * math.log(2))


def test_lognormal_from_its_tenth_and_ninetieth_percentile():
    """By hand: the median is sqrt(2 x 18) = 6; sigma = log(18 / 2) / (2 x 1.2815516)."""
    law = lognormal_from({10: 2, 90: 18})
    assert law.mu == pytest.approx(math.log(6), rel=1e-14)
    assert law.sigma == pytest.approx(math.log(9) / (2 * 1.2815516), rel=1e-7)
    assert law.quantile([0.1, 0.5, 0.9]) == pytest.approx([2, 6, 18], rel=1e-13)


def test_lognormal_of_its_moments():
    """Aitchison and Brown (1957): mean exp(mu + s2 / 2), variance mean^2 (exp(s2) - 1)."""
    law = lognormal_of(mean=12, sd=3)
    assert law.mean == pytest.approx(12, rel=1e-14)
    assert law.mean**2 * math.expm1(law.sigma**2) == pytest.approx(9, rel=1e-12)
    mean, variance = moments(law)
    assert mean == pytest.approx(12, rel=1e-5)
    assert variance == pytest.approx(9, rel=1e-3)


def test_mixture_with_an_atom_inside_the_continuous_part():
    """By hand, 0.4 at 5 and 0.6 over [0, 10]: F(5-) = 0.3, F(5) = 0.7, so Q is u / 0.06, 5, (u - 0.4) / 0.06."""
    law = Mixture((0.4, 0.6), (Fixed(5), Uniform(0, 10)))
    u = np.array([0.06, 0.27, 0.31, 0.5, 0.69, 0.76, 0.94])
    assert law.quantile(u) == pytest.approx([1, 4.5, 5, 5, 5, 6, 9])
    assert (law.quantile(u)[2:5] == 5).all()
    assert law.below(5) == pytest.approx(0.3)
    assert law.cdf(5) == pytest.approx(0.7)
    assert law.mean == pytest.approx(5)
    assert law.atoms == ((5.0, pytest.approx(0.4)),)


def test_mixture_of_two_ranges_with_a_gap():
    """By hand: half over [0, 1], half over [5, 6]: Q(u) = 2 u up to a half, then 5 + (2 u - 1)."""
    law = Mixture((1, 1), (Uniform(0, 1), Uniform(5, 6)))
    assert law.quantile([0.25, 0.5, 0.75]) == pytest.approx([0.5, 1, 5.5], rel=1e-15)
    above = Truncated(law, 3, math.inf)
    assert above.support == (5, 6)
    assert above.mean == pytest.approx(5.5)
    # 1/2 + 2^-54 rounds to 1/2, whose quantile is 1 in the law that is cut.
    assert above.quantile(2.0**-53) == 5


def test_mixture_of_two_exponentials():
    """By hand: P(X > x) = (exp(-x) + exp(-x / 2)) / 2; with y = exp(-x / 2) the median solves y^2 + y = 1."""
    law = Mixture((1, 1), (Exponential(1), Exponential(2)))
    golden = (math.sqrt(5) - 1) / 2
    assert law.quantile(0.5) == pytest.approx(-2 * math.log(golden), rel=1e-14)
    assert law.mean == pytest.approx(1.5)


def test_slip_on_time_or_late_known_to_be_late():
    """By hand: 0.4 on time, 0.6 over [0, 10]; given X >= 4 only the range is left, evenly over [4, 10]."""
    slip = Mixture((0.4, 0.6), (Fixed(0), Uniform(0, 10)))
    law = Truncated(slip, 4, math.inf)
    assert law.quantile([0.25, 0.5]) == pytest.approx([5.5, 7])
    assert law.mean == pytest.approx(7)
    assert law.atoms == ()


def test_an_atom_on_the_bound_is_kept_whole():
    """By hand: values 0, 2, 4 with a third each; given X >= 2, a half each; given 2 <= X <= 2, all at 2."""
    choice = Choice((4, 0, 2), (1, 1, 1))
    law = Truncated(choice, 2, math.inf)
    assert law.atoms == ((2.0, pytest.approx(0.5)), (4.0, pytest.approx(0.5)))
    assert law.quantile([0.49, 0.51]).tolist() == [2, 4]
    assert law.mean == pytest.approx(3)
    assert Truncated(choice, 2, 2).is_fixed


def test_choice_merges_and_sorts():
    """By hand: P(10) = 1/2, P(30) = 1/4 + 1/4; the quantile at exactly one half is still 10."""
    law = Choice((30, 10, 30, 99), (1, 2, 1, 0))
    assert law == Choice((10, 30), (1, 1))
    assert law.quantile([0.5, np.nextafter(0.5, 1)]).tolist() == [10, 30]
    assert law.mean == 20


def test_change_of_unit():
    """By hand: a week is 7 days; 3 + 7 U(0, 2) has mean 10 and P(X <= 8.6) = 0.4."""
    law = Affine(Uniform(0, 2), shift=3, scale=7)
    assert law.mean == 10
    assert law.cdf(8.6) == pytest.approx(0.4)
    assert law.support == (3, 17)


def test_an_atom_survives_a_change_of_unit():
    """By definition: P(X <= v) counts the atom at v, though (v - shift) / scale is not the old value in floats."""
    old = np.arange(1, 200) / 7
    law = Affine(Choice(tuple(old), (1,) * 199), shift=0.1, scale=0.3)
    images = np.array([value for value, _ in law.atoms])
    assert ((images - 0.1) / 0.3 < old).any()
    assert law.cdf(images) == pytest.approx(np.arange(1, 200) / 199, rel=1e-12)
    assert law.below(images) == pytest.approx(np.arange(199) / 199, rel=1e-12)


PERCENTILES = {10: 3.0, 80: 11.0}


@pytest.mark.parametrize(
    "law",
    [
        uniform_from(PERCENTILES),
        normal_from(PERCENTILES),
        lognormal_from(PERCENTILES),
        weibull_from(PERCENTILES),
        gamma_from(PERCENTILES),
        quantiles_from(PERCENTILES, low=0, high=30),
        *(pert_from(PERCENTILES, mode) for mode in (3, 3.001, 5, 7, 10.9, 11)),
        *(triangular_from(PERCENTILES, mode) for mode in (3, 3.001, 5, 7, 10.9, 11)),
    ],
    ids=repr,
)
def test_stated_percentiles_come_back(law):
    """By definition of a percentile."""
    assert law.quantile([0.1, 0.8]) == pytest.approx([3, 11], rel=1e-10)


def test_stated_modes_come_back():
    """By definition; and by hand the symmetric triangle with P(X <= 1) = 1/8 about 2 is [0, 2, 4]."""
    assert triangular_from(PERCENTILES, 7).mode == 7
    assert pert_from(PERCENTILES, 7).mode == 7
    # F(x) = x^2 / 8 below the mode of [0, 2, 4]: F(0.8) = 0.08 and F(3.2) = 0.92.
    law = triangular_from({8: 0.8, 92: 3.2}, mode=2)
    assert (law.low, law.high) == pytest.approx((0, 4), abs=1e-10)


def test_pert_from_its_own_percentiles():
    """By definition: the percentiles of a law, with its mode, give back its bounds."""
    known = Pert(1, 4, 9)
    low, high = known.quantile([0.2, 0.7])
    law = pert_from({20: low, 70: high}, mode=4)
    assert (law.low, law.high) == pytest.approx((1, 9), rel=1e-10)


def test_exponential_from_its_median():
    """By hand: the median of an exponential law is mean x log 2."""
    assert exponential_from({50: 10}).mean == pytest.approx(10 / math.log(2), rel=1e-14)


def test_weibull_has_its_textbook_moments():
    """Johnson, Kotz and Balakrishnan (1994), chapter 21: mean s G(1 + 1/c), variance s^2 (G(1 + 2/c) - G(1 + 1/c)^2).

    With c = 2, the Rayleigh law: G(3/2) = sqrt(pi) / 2 and G(2) = 1.
    """
    mean, variance = moments(Weibull(2, 4))
    assert Weibull(2, 4).mean == pytest.approx(2 * math.sqrt(math.pi), rel=1e-14)
    assert mean == pytest.approx(2 * math.sqrt(math.pi), rel=1e-6)
    assert variance == pytest.approx(16 * (1 - math.pi / 4), rel=1e-4)
    assert weibull_of(shape=2, mean=2 * math.sqrt(math.pi)).scale == pytest.approx(4, rel=1e-12)


def test_weibull_of_shape_one_is_exponential():
    """By definition, and by hand: its quantile at 1 - 1/e is the scale, whatever the shape."""
    u = np.array([0.1, 0.5, 0.99])
    assert Weibull(1, 7).quantile(u) == pytest.approx(Exponential(7).quantile(u), rel=1e-14)
    assert Weibull(3.3, 7).quantile(1 - math.exp(-1)) == pytest.approx(7, rel=1e-14)


def test_weibull_from_two_percentiles():
    """By hand: p1 = 1 - exp(-1) at 8 is the scale; p at 4 is 1 - exp(-(1/2)^c), 1 - exp(-1/4) for c = 2.

    In whole percentiles: 63 and 22 are 0.2 and 0.1 points off, so the parameters are near 8 and 2.
    """
    law = weibull_from({22: 4, 63: 8})
    assert law.scale == pytest.approx(8, rel=0.01)
    assert law.shape == pytest.approx(2, rel=0.01)


def test_gamma_is_a_sum_of_waits():
    """A. K. Erlang (1917): with shape 3, P(X <= s y) = 1 - e^-y (1 + y + y^2 / 2); mean 3 s, variance 3 s^2."""
    law = Gamma(3, 2)
    y = np.array([0.5, 2.0, 6.0])
    assert law.cdf(2 * y) == pytest.approx(1 - np.exp(-y) * (1 + y + y * y / 2), rel=1e-13)
    mean, variance = moments(law)
    assert law.mean == 6
    assert mean == pytest.approx(6, rel=1e-6)
    assert variance == pytest.approx(12, rel=1e-4)
    assert gamma_of(mean=6, sd=math.sqrt(12)).shape == pytest.approx(3, rel=1e-12)


def test_gamma_of_half_is_chi_squared():
    """Abramowitz and Stegun (1964), table 26.8, chi-squared, 1 degree of freedom: 3.84146 at 0.95, 6.63490 at 0.99."""
    assert Gamma(0.5, 2).quantile([0.95, 0.99]) == pytest.approx([3.84146, 6.63490], abs=5e-6)


def test_gamma_from_its_own_percentiles():
    """By definition: the percentiles of a law give back its shape, from far from symmetric to nearly normal."""
    for shape in (0.06, 0.5, 3.0, 250.0, 1e6):
        low, high = Gamma(shape, 2).quantile([0.25, 0.9])
        found = gamma_from({25: low, 90: high})
        assert (found.shape, found.scale) == pytest.approx((shape, 2), rel=1e-6)


def test_quantiles_pass_through_their_points():
    """By hand: halves of the way in value are halves of the way in probability; the mean is the area of trapezia."""
    law = quantiles_from({10: 2, 50: 5, 90: 18}, low=0, high=40)
    assert law.quantile([0.1, 0.5, 0.9]).tolist() == [2, 5, 18]
    assert law.quantile([0.05, 0.3, 0.7, 0.95]) == pytest.approx([1, 3.5, 11.5, 29], rel=1e-14)
    assert law.cdf([-1, 1, 11.5, 40, 50]) == pytest.approx([0, 0.05, 0.7, 1, 1], rel=1e-14)
    assert law.mean == pytest.approx(0.1 * 1 + 0.4 * 3.5 + 0.4 * 11.5 + 0.1 * 29, rel=1e-14)


def test_equal_quantiles_are_an_atom():
    """By hand: p20 = p60 = 3 is a mass of 0.4 on 3; given X <= 3, of the 0.6 that are left two thirds."""
    law = quantiles_from({20: 3, 60: 3}, low=1, high=5)
    assert law.atoms == ((3, pytest.approx(0.4)),)
    assert (float(law.below(3)), float(law.cdf(3))) == (0.2, 0.6)
    assert law.quantile([0.2001, 0.4, 0.6]).tolist() == [3, 3, 3]
    kept = Truncated(law, -math.inf, 3)
    assert kept.atoms == ((3, pytest.approx(2 / 3)),)
    assert kept.mean == pytest.approx((2 + 2 * 3) / 3)


def test_uniform_from_its_deciles():
    """By hand: 80 % of the span is 16, so the span is 20 and begins 2 below p10 = 2."""
    law = uniform_from({10: 2.0, 90: 18.0})
    assert (law.low, law.high) == pytest.approx((0, 20))


@pytest.mark.parametrize(
    "law",
    [
        Uniform(-3, 8),
        Triangular(-3, 1, 8),
        Triangular(-3, -3, 8),
        Triangular(-3, 8, 8),
        Pert(-3, 1, 8),
        Normal(1, 3),
        Lognormal(0.3, 0.8),
        Exponential(2),
        Weibull(0.8, 2),
        Weibull(3, 2),
        Gamma(0.6, 2),
        Gamma(9, 0.2),
        Piecewise(((0, -3), (0.2, 1), (0.5, 1), (0.9, 2), (1, 8))),
        Choice((-1, 0, 2, 5), (1, 2, 3, 4)),
        Mixture((1, 2, 3), (Fixed(0), Normal(1, 3), Triangular(0, 1, 8))),
        Affine(Mixture((1, 2), (Fixed(0), Normal(1, 3))), 1, 0.5),
        Truncated(Mixture((1, 2), (Fixed(0), Normal(1, 3))), -2, 4),
    ],
    ids=repr,
)
@pytest.mark.parametrize("bounds", [(-math.inf, math.inf), (-1, 2), (0, 3.5), (1.5, math.inf), (-math.inf, 0.7)])
def test_truncated_mean_is_the_integral_of_the_quantile(law, bounds):
    """By definition: E[X | a <= X <= b] is the integral of the conditional quantile over (0, 1)."""
    conditioned = Truncated(law, *bounds)
    # u = 3 t^2 - 2 t^3 takes the infinite ends out of the integral; what is left is the rule's error at a jump.
    t = (np.arange(20_000) + 0.5) / 20_000
    integral = np.mean(conditioned.quantile(t * t * (3 - 2 * t)) * 6 * t * (1 - t))
    assert integral == pytest.approx(conditioned.mean, abs=3e-4)
