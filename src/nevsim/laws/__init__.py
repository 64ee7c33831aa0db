"""Probability laws known by their quantile function; they know neither scenarios nor generators."""

from __future__ import annotations

from nevsim.laws.affine import Affine
from nevsim.laws.bounded import Pert, Triangular, Uniform
from nevsim.laws.discrete import Choice, Fixed
from nevsim.laws.elicit import (
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
from nevsim.laws.law import Law, LawError
from nevsim.laws.mixture import Mixture
from nevsim.laws.piecewise import Piecewise
from nevsim.laws.truncation import Truncated
from nevsim.laws.unbounded import Exponential, Gamma, Lognormal, Normal, Weibull

__all__ = [
    "Affine",
    "Choice",
    "Exponential",
    "Fixed",
    "Gamma",
    "Law",
    "LawError",
    "Lognormal",
    "Mixture",
    "Normal",
    "Pert",
    "Piecewise",
    "Triangular",
    "Truncated",
    "Uniform",
    "Weibull",
    "exponential_from",
    "gamma_from",
    "gamma_of",
    "lognormal_from",
    "lognormal_of",
    "normal_from",
    "pert_from",
    "quantiles_from",
    "triangular_from",
    "uniform_from",
    "weibull_from",
    "weibull_of",
]
