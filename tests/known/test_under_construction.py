"""How many plants are under construction: the queue M/G/infinity, given how many works were begun.

Given their number, the arrivals of a Poisson process over [0, T] are independent and uniform on it. So of N works each
is under way at t with p(t) = (1/T) times the integral of 1 - G(t - s) over s from 0 to min(t, T), whatever the others
do. L. Takacs, Introduction to the Theory of Queues (1962), chapter 3; S. M. Ross, Introduction to Probability Models,
the queue with infinitely many servers.
"""

from __future__ import annotations

import math
from datetime import date

import pytest
from scenes import MONTH, events, near_binomial, world

PLANTS, RUNS = 12, 2_000
LAST = 20
"""Months over which works begin, T."""
MEAN = 6
BUILDS = {
    "fixed": (MEAN, lambda x: min(x, MEAN)),
    "exponential": ({"law": "exponential", "mean": MEAN}, lambda x: MEAN * (1 - math.exp(-x / MEAN))),
    "uniform": (
        {"law": "uniform", "low": 2, "high": 10},
        lambda x: x - max(min(x, 10) - 2, 0) ** 2 / 16 - max(x - 10, 0),
    ),
}
"""Three laws of one mean, each with the integral of 1 - G from 0 to x."""
MONTHS = [3, 8, 15, 19, 24, 28]


def chance(integral, month):
    """p(t): the integral of 1 - G from max(0, t - T) to t, over T."""
    return (integral(month) - integral(max(0, month - LAST))) / LAST


@pytest.fixture(scope="module", params=BUILDS)
def works(request):
    """The law's integral, and the months at which works begin and end, (n, p), four in five plants being realised."""
    law, integral = BUILDS[request.param]
    stages = [{"id": "wait", "duration": {"law": "uniform", "low": 0, "high": LAST}}, {"id": "build", "duration": law}]
    plants = [{"id": f"p{i}", "stages": stages, "realised": 0.8} for i in range(PLANTS)]
    _, draws, play = events(world(plants, end=date(2026, 1, 1)), RUNS, seed=95)
    begun = play.granted[:, 1::2]
    return integral, begun / MONTH, (begun + draws.stages[:, 1::2]) / MONTH


def test_the_integrals_by_hand():
    """Each is x while nothing is finished, and the mean in the end; uniform: at 6, 6 - 4^2 / 16 = 5."""
    for _, integral in BUILDS.values():
        assert integral(1_000) == pytest.approx(MEAN)
    assert [BUILDS["fixed"][1](x) for x in (4, 6, 9)] == [4, 6, 6]
    assert [BUILDS["uniform"][1](x) for x in (2, 6, 10, 12)] == [2, 5, 6, 6]
    assert chance(BUILDS["fixed"][1], 8) == 6 / 20
    assert chance(BUILDS["fixed"][1], 24) == 2 / 20
    for name in ("fixed", "uniform"):
        assert chance(BUILDS[name][1], 15) == chance(BUILDS[name][1], 19) == MEAN / LAST


@pytest.mark.parametrize("month", MONTHS)
def test_the_number_under_construction(works, month):
    """Binomial(12, 0.8 p(t)) in mean and variance, while works begin and after.

    In months 15 and 19 the two laws that end by then agree, as only their mean counts: 6 / 20.
    """
    integral, begun, ended = works
    found = ((begun <= month) & (month < ended)).sum(axis=1)
    near_binomial(found, PLANTS, 0.8 * chance(integral, month))
