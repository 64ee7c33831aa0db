"""Probability laws known by their quantile function; they know neither scenarios nor generators."""

from __future__ import annotations

from nevsim.laws.affine import Affine
from nevsim.laws.bounded import Pert, Triangular, Uniform
from nevsim.laws.discrete import Choice, Fixed
from nevsim.laws.elicit import (
    exponential_from,
    lognormal_from,
    lognormal_of,
    normal_from,
    pert_from,
    triangular_from,
    uniform_from,
)
from nevsim.laws.law import Law, LawError
from nevsim.laws.mixture import Mixture
from nevsim.laws.truncation import Truncated
from nevsim.laws.unbounded import Exponential, Lognormal, Normal

__all__ = [
    "Affine",
    "Choice",
    "Exponential",
    "Fixed",
    "Law",
    "LawError",
    "Lognormal",
    "Mixture",
    "Normal",
    "Pert",
    "Triangular",
    "Truncated",
    "Uniform",
    "exponential_from",
    "lognormal_from",
    "lognormal_of",
    "normal_from",
    "pert_from",
    "triangular_from",
    "uniform_from",
]
