"""Intervals of odds against the printed table of Newcombe (1998), and their coverage by summing the binomial."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.stats import binom

from nevsim.odds.interval import ENOUGH, clopper_pearson, odds_of, wilson

RUNS = 1_000

# R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998) 857,
# Table I: method 3 (score, without continuity correction) and method 5 (Clopper-Pearson), 95 %
TABLE = [
    ((81, 263), (0.2553, 0.3662), (0.2527, 0.3676)),
    ((15, 148), (0.0624, 0.1605), (0.0578, 0.1617)),
    ((0, 20), (0.0000, 0.1611), (0.0000, 0.1684)),
    ((1, 29), (0.0061, 0.1718), (0.0009, 0.1776)),
]


@pytest.mark.parametrize(("case", "score", "exact"), TABLE)
def test_newcombe_table(case, score, exact):
    """To the four places that are printed."""
    assert wilson(*case) == pytest.approx(score, abs=0.5001e-4)
    assert clopper_pearson(*case) == pytest.approx(exact, abs=0.5001e-4)


@pytest.mark.parametrize(("hits", "runs"), [(0, 20), (3, 40), (17, 1_000), (500, 1_000), (999, 1_000), (30, 30)])
def test_clopper_pearson_has_its_tails(hits, runs):
    """By definition: P(X >= hits | low) = P(X <= hits | high) = 0.025, and an end at 0 or 1 where a tail is empty."""
    low, high = clopper_pearson(hits, runs)
    assert (low == 0) == (hits == 0)
    assert (high == 1) == (hits == runs)
    if hits:
        assert binom.sf(hits - 1, runs, low) == pytest.approx(0.025, rel=1e-9)
    if hits < runs:
        assert binom.cdf(hits, runs, high) == pytest.approx(0.025, rel=1e-9)


@pytest.mark.parametrize(("hits", "runs"), [(10, 30), (81, 263), (500, 1_000), (990, 1_000)])
def test_wilson_solves_the_score_test(hits, runs):
    """Wilson (1927): its ends are the p with (hits/runs - p)^2 = z^2 p (1 - p) / runs, z = 1.959964 (tables)."""
    for p in wilson(hits, runs):
        assert (hits / runs - p) ** 2 == pytest.approx(1.959963984540054**2 * p * (1 - p) / runs, rel=1e-9)


def test_rule_of_three_bounds_what_never_happened():
    """0 of n: the upper end is 1 - 0.025^(1/n), by hand, and Hanley and Lippman-Hand's 3.7 / n (1983)."""
    found = odds_of(0, 10_000)
    assert found.low == 0
    assert found.high == pytest.approx(1 - 0.025**1e-4, rel=1e-9)
    assert found.high == pytest.approx(3.69 / 10_000, rel=1e-3)


@pytest.mark.parametrize("hits", [0, 9, 10, 11, 499, 500, 989, 990, 991, 1_000])
def test_wilson_from_ten_of_both(hits):
    """Wilson where hits and misses are 10 or more, else Clopper-Pearson; hits and misses are alike."""
    found, other = odds_of(hits, RUNS), odds_of(RUNS - hits, RUNS)
    method = wilson if min(hits, RUNS - hits) >= 10 else clopper_pearson
    assert (found.low, found.high) == method(hits, RUNS)
    assert (1 - other.high, 1 - other.low) == pytest.approx((found.low, found.high), abs=1e-12)
    assert found.low <= found.odds <= found.high
    assert found.half_width == pytest.approx((found.high - found.low) / 2)


# Coverage


@cache
def limits(method):
    """The ends of the interval of every count, two arrays (runs + 1,)."""
    return tuple(np.array([method(hits, RUNS) for hits in range(RUNS + 1)]).T)


def mixed(hits, runs):
    found = odds_of(hits, runs)
    return found.low, found.high


def coverage(method, odds):
    """P(the interval holds p) for every p of ``odds``: the binomial masses of the counts whose interval does."""
    low, high = limits(method)
    counts = np.arange(RUNS + 1)
    return np.array([binom.pmf(counts, RUNS, p)[(low <= p) & (p <= high)].sum() for p in odds])


def worst_points(method):
    """A hair to each side of every end of an interval, noise at 0 and 1 aside: coverage falls there, nowhere else."""
    ends = np.concatenate(limits(method))
    ends = ends[(ends > 1e-9) & (ends < 1 - 1e-9)]
    points = np.concatenate((ends * (1 - 1e-12), ends * (1 + 1e-12)))
    return points[points < 1]


def test_clopper_pearson_never_covers_less_than_it_says():
    """Clopper and Pearson (1934): at least 95 % for every p."""
    assert coverage(clopper_pearson, worst_points(clopper_pearson)).min() >= 0.95


def test_wilson_alone_fails_near_zero():
    """Near p = 0.00018 one hit is enough to miss p: coverage P(0 hits) = (1 - p)^1000, some 84 %.

    By hand: the lower end of 1 of n is about 0.1765 / n (Brown, Cai and DasGupta, Statistical Science 16 (2001) 101),
    and e^(-0.1765) = 0.838.
    """
    assert coverage(wilson, worst_points(wilson)).min() == pytest.approx(0.838, abs=0.002)


def test_odds_cover_what_they_say_nearly():
    """The switch at 10: over every p at least 93 %, and on average over p in [0.001, 0.999] 95 %.

    Where p is so small that fewer than 10 hits are all but certain, at least 95 %.
    """
    points = worst_points(mixed)
    found = coverage(mixed, points)
    assert found.min() >= 0.93
    assert found[points < 0.002].min() >= 0.95
    assert coverage(mixed, np.linspace(0.001, 0.999, 999)).mean() == pytest.approx(0.95, abs=0.003)
    assert ENOUGH == 10
