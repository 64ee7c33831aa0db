"""Each bad parameter is refused, by name, with what was found and what is wanted, in under 25 words."""

from __future__ import annotations

import math

import pytest

from nevsim.laws import (
    Affine,
    Choice,
    Exponential,
    Fixed,
    Gamma,
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

ONE = Fixed(1)
REFUSED = [
    (lambda: Fixed(math.nan), "value is nan: want a finite number"),
    (lambda: Fixed(math.inf), "value is inf: want a finite number"),
    (lambda: Fixed("3"), "value is '3': want a finite number"),
    (lambda: Fixed(True), "value is True: want a finite number"),
    (lambda: Fixed(10**400), "value is 1000"),
    (lambda: Uniform(9, 3), "low 9 is above high 3: want low <= high"),
    (lambda: Uniform(math.nan, 3), "low is nan"),
    (lambda: Uniform(-1.7e308, 1.7e308), "high 1.7e+308 is too far above low -1.7e+308"),
    (lambda: Triangular(3, 2, 9), "low 3 is above mode 2: want low <= mode <= high"),
    (lambda: Triangular(1, 12, 9), "mode 12 is above high 9: want low <= mode <= high"),
    (lambda: Pert(3, 2, 9), "low 3 is above mode 2"),
    (lambda: Pert(1, 12, 9), "mode 12 is above high 9"),
    (lambda: Normal(0, 0), 'sd is 0: want sd > 0, or law = "fixed"'),
    (lambda: Normal(0, -1), "sd is -1: want sd > 0"),
    (lambda: Lognormal(0, 0), 'sigma is 0: want sigma > 0, or law = "fixed"'),
    (lambda: Lognormal(0, -2), "sigma is -2: want sigma > 0"),
    (lambda: Lognormal(800, 1), "mu 800 and sigma 1 overflow"),
    (lambda: Lognormal(0, 40), "mu 0 and sigma 40 overflow"),
    (lambda: Exponential(0), 'mean is 0: want mean > 0, or law = "fixed"'),
    (lambda: Exponential(-3), "mean is -3: want mean > 0"),
    (lambda: Choice((), ()), "values is empty"),
    (lambda: Choice((1, 2), (1,)), "weights has 1 entries for 2 values: want one for each"),
    (lambda: Choice((1, 2), (1, -1)), "weights holds -1: want every weight >= 0"),
    (lambda: Choice((1, 2), (0, 0)), "weights are all 0: want at least one above 0"),
    (lambda: Choice((1, math.nan), (1, 1)), r"values\[1\] is nan"),
    (lambda: Choice((1, 2), (1, math.inf)), r"weights\[1\] is inf"),
    (lambda: Mixture((), ()), "laws is empty"),
    (lambda: Mixture((1,), (ONE, ONE)), "weights has 1 entries for 2 laws: want one for each"),
    (lambda: Mixture((1, -0.5), (ONE, ONE)), "weights holds -0.5: want every weight >= 0"),
    (lambda: Mixture((0, 0), (ONE, ONE)), "weights are all 0"),
    (lambda: Mixture((1, 1), (ONE, 3)), r"laws\[1\] is 3: want a law"),
    (lambda: Affine(ONE, 0, 0), "scale is 0: want scale > 0"),
    (lambda: Affine(ONE, 0, -2), "scale is -2: want scale > 0"),
    (lambda: Affine(ONE, math.inf, 1), "shift is inf"),
    (lambda: Affine(3, 0, 1), "law is 3: want a law"),
    (lambda: Truncated(3, 0, 1), "law is 3: want a law"),
    (lambda: Truncated(Normal(0, 1), 3, 2), "low 3 is above high 2: want low <= high"),
    (lambda: Truncated(Normal(0, 1), math.nan, 2), "low is nan"),
    (lambda: Truncated(Uniform(0, 3), 5, math.inf), "no mass is left from low 5 to high inf"),
    (lambda: Truncated(Uniform(0, 3), 3, 9), "no mass is left"),
    (lambda: Truncated(Uniform(0, 3), 1, 1), "no mass is left"),
    (lambda: Truncated(Normal(0, 1), 8, math.inf), "no mass is left"),
    (lambda: Truncated(Choice((1, 2), (1, 1)), 1.1, 1.9), "no mass is left"),
    (lambda: uniform_from({10: 1}), "1 percentiles are given: want 2"),
    (lambda: normal_from({10: 1, 50: 2, 90: 3}), "3 percentiles are given: want 2"),
    (lambda: normal_from({10: 5, 90: 5}), "p10 5 is not below p90 5: want rising values"),
    (lambda: normal_from({0: 1, 90: 5}), "percentile 0 is refused: want a whole number from 1 to 99"),
    (lambda: normal_from({10: 1, 100: 5}), "percentile 100 is refused"),
    (lambda: normal_from({0.5: 1, 90: 5}), "percentile 0.5 is refused"),
    (lambda: normal_from({True: 1, 90: 5}), "percentile True is refused"),
    (lambda: normal_from({10: math.nan, 90: 5}), "p10 is nan"),
    (lambda: lognormal_from({10: 0, 90: 5}), "p10 is 0: want it above 0"),
    (lambda: exponential_from({50: -1}), "p50 is -1: want it above 0"),
    (lambda: exponential_from({50: 1, 90: 2}), "2 percentiles are given: want 1"),
    (lambda: triangular_from({10: 1, 90: 5}, 0.5), "mode 0.5 is not between the percentiles 1 and 5"),
    (lambda: pert_from({10: 1, 90: 5}, 5.5), "mode 5.5 is not between the percentiles 1 and 5"),
    (lambda: pert_from({10: 1, 90: 5}, math.nan), "mode is nan"),
    (lambda: lognormal_of(0, 1), "mean is 0: want mean > 0"),
    (lambda: lognormal_of(1, 0), "sd is 0: want sd > 0"),
    (lambda: Weibull(0.01, 3), "shape is 0.01: want 0.05 or more"),
    (lambda: Weibull(0.05, 1e300), "shape 0.05 and scale 1e+300 overflow"),
    (lambda: Weibull(2, 0), "scale is 0: want scale > 0"),
    (lambda: weibull_of(0, 3), "shape is 0: want shape > 0"),
    (lambda: weibull_of(2, -3), "mean is -3: want mean > 0"),
    (lambda: weibull_from({10: 0, 90: 3}), "p10 is 0: want it above 0"),
    (lambda: weibull_from({10: 1, 90: 1e40}), "1 and 1e+40 lie too far apart for a Weibull law"),
    (lambda: Gamma(0.01, 3), "shape is 0.01: want 0.05 to 1e+08"),
    (lambda: Gamma(1e9, 3), "shape is 1e+09: want 0.05 to 1e+08"),
    (lambda: Gamma(2, 1e300), "shape 2 and scale 1e+300 overflow"),
    (lambda: gamma_of(1, 5), "mean 1 and sd 5 make no gamma law"),
    (lambda: gamma_of(1, 1e-9), "mean 1 and sd 1e-09 make no gamma law"),
    (lambda: gamma_of(1, math.inf), "sd is inf: want a finite number"),
    (lambda: gamma_from({10: 1, 90: 1e60}), "p10 1 and p90 1e+60 lie too far apart for a gamma law"),
    (lambda: gamma_from({10: 1, 90: 1.00001}), "p10 1 and p90 1.00001 lie too near together for a gamma law"),
    (lambda: quantiles_from({}, 0, 1), "no percentile is given"),
    (lambda: quantiles_from({50: 3}, 4, 9), "low 4 is above p50 3: want values that do not fall"),
    (lambda: quantiles_from({50: 3}, 0, 2), "p50 3 is above high 2: want values that do not fall"),
    (lambda: quantiles_from({10: 5, 50: 3}, 0, 9), "p10 5 is above p50 3: want values that do not fall"),
    (lambda: quantiles_from({50: math.nan}, 0, 9), "p50 is nan: want a finite number"),
    (lambda: Piecewise(((0, 1), (0.5, 2))), "points do not reach from share 0 to share 1"),
    (lambda: Piecewise(((0, 1), (0.5, 2), (0.5, 3), (1, 4))), "share 0.5 is not below 0.5: want rising shares"),
    (lambda: Piecewise(((0, -1.7e308), (1, 1.7e308))), "high 1.7e+308 is too far above low"),
]


@pytest.mark.parametrize(("build", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_a_bad_parameter_is_refused(build, message):
    with pytest.raises(LawError, match=message.replace("+", r"\+")) as caught:
        build()
    assert len(str(caught.value).split()) < 25


def test_equal_bounds_make_one_fixed_value():
    for law in (Uniform(3, 3), Triangular(3, 3, 3), Pert(3, 3, 3)):
        assert law.is_fixed
        assert law.atoms == ((3.0, 1.0),)
        assert law.mean == 3
        assert law.quantile([0.1, 0.9]).tolist() == [3, 3]
        assert law.cdf([2.9, 3]).tolist() == [0, 1]
        assert law.below([3, 3.1]).tolist() == [0, 1]
