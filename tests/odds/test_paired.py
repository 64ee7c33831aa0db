"""Differences on common draws against Newcombe's printed table, by hand, and their coverage by exact enumeration."""

from __future__ import annotations

from functools import cache
from math import isclose, lgamma, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nevsim.odds import paired
from nevsim.odds.interval import wilson
from nevsim.odds.paired import Pairs, difference_of, paired_counts

# R. G. Newcombe, Improved confidence intervals for the difference between binomial proportions based on paired data,
# Statistics in Medicine 17 (1998) 2635, Table III, method 10, 95 %: both, only the first, only the second, neither
TABLE = {
    (36, 12, 2, 0): (0.0569, 0.3404),
    (20, 12, 2, 16): (0.0562, 0.3292),
    (18, 12, 2, 18): (0.0562, 0.3290),
    (36, 14, 0, 0): (0.1528, 0.4167),
    (35, 14, 0, 1): (0.1461, 0.4175),
    (18, 14, 0, 18): (0.1441, 0.3963),
    (2, 97, 1, 0): (0.8721, 0.9854),
    (0, 29, 1, 0): (0.6666, 0.9882),
    (2, 98, 0, 0): (0.9178, 0.9945),
    (1, 98, 0, 1): (0.9171, 0.9916),
    (0, 30, 0, 0): (0.8395, 1.0000),
    (54, 0, 0, 0): (-0.0664, 0.0664),
    (53, 0, 0, 1): (-0.0729, 0.0729),
    (30, 0, 0, 24): (-0.0358, 0.0358),
    (27, 0, 0, 27): (-0.0351, 0.0351),
}
counts = st.integers(0, 200)
tables = st.tuples(counts, counts, counts, counts).filter(any)


@pytest.mark.parametrize("case", TABLE)
def test_newcombe_table(case):
    """To the four places that are printed."""
    found = difference_of(*case)
    assert (found.low, found.high) == pytest.approx(TABLE[case], abs=0.5001e-4)
    assert found.value == pytest.approx((case[1] - case[2]) / sum(case))


def test_a_table_printed_elsewhere():
    """Complete response before and after therapy (Cavo et al., 2012): -0.0621, -0.1186 to -0.0046.

    As in the tests of the R package contingencytables to M. W. Fagerland, S. Lydersen and P. Laake, Statistical
    Analysis of Contingency Tables (2017), chapter 8.
    """
    found = difference_of(59, 6, 16, 80)
    assert (found.value, found.low, found.high) == pytest.approx((-0.0621, -0.1186, -0.0046), abs=0.5001e-4)
    assert found.is_sure
    assert not difference_of(27, 0, 0, 27).is_sure


def test_all_of_one_and_none_of_the_other():
    """By hand: Wilson's limits of n of n and 0 of n are z^2 / (n + z^2) from the ends, so root 2 of that below 1."""
    reach = 1.959963984540054**2 / (3 + 1.959963984540054**2)
    found = difference_of(0, 3, 0, 0)
    assert found.value == found.high == 1
    assert found.low == pytest.approx(1 - sqrt(2) * reach, abs=1e-12)


def test_pairs_that_agree_in_all():
    """By hand: of 10,000 pairs half hit both; phi = (25e6 - 5,000) / 25e6 = 0.9998, and w of both is Wilson's reach.

    So the interval is root (2 (1 - 0.9998)) w = w / 50 wide to each side; were the runs apart it would be root 2 w.
    """
    reach = 0.5 - wilson(5_000, 10_000)[0]
    found = difference_of(5_000, 0, 0, 5_000)
    assert found.value == 0
    assert (found.low, found.high) == pytest.approx((-reach / 50, reach / 50), rel=1e-9)


@pytest.mark.parametrize("case", [(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)])
def test_a_single_pair_says_next_to_nothing(case):
    found = difference_of(*case)
    assert found.high - found.low > 1


@given(tables)
def test_a_difference_lies_in_its_interval(case):
    found = difference_of(*case)
    assert -1 <= found.low <= found.value <= found.high <= 1
    assert found.low < found.high
    if not case[1] and not case[2]:
        assert found.value == 0


@given(tables)
def test_the_other_way_round_is_the_same_with_the_other_sign(case):
    """Also where hits and misses are named the other way round."""
    both, first, second, neither = case
    found, swapped = difference_of(*case), difference_of(both, second, first, neither)
    turned = difference_of(neither, first, second, both)
    assert (found.value, found.low, found.high) == (-swapped.value, -swapped.high, -swapped.low)
    assert isclose(found.low, turned.low, abs_tol=1e-9)
    assert isclose(found.high, turned.high, abs_tol=1e-9)


def test_agreement_narrows():
    """The same two odds, 30 and 20 of 50, ever more in the same pairs."""
    widths = [(one := difference_of(both, 30 - both, 20 - both, both)).high - one.low for both in range(21)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 0.6 * widths[0]


def test_counts_beyond_64_bits():
    """The product of the four margins of ten million pairs has 27 digits; numpy's integers would wrap round."""
    case = (4_000_000, 1_000_000, 900_000, 4_100_000)
    assert difference_of(*(np.int64(count) for count in case)) == difference_of(*case)


@pytest.mark.parametrize("case", [(0, 0, 0, 0), (1, -1, 0, 5)])
def test_what_counts_nothing_is_refused(case):
    with pytest.raises(ValueError, match="counts no pairs"):
        difference_of(*case)


# Counting


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=70))
def test_pairs_are_counted_one_by_one(hits):
    """In pieces, against Python's own count."""
    first, second = (np.array([one[place] for one in hits], dtype=bool) for place in (0, 1))
    wanted = Pairs(*(hits.count(pair) for pair in ((True, True), (True, False), (False, True), (False, False))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paired, "PIECE", 3)
        assert paired_counts(first, second) == wanted


def test_hits_of_other_runs_are_refused():
    with pytest.raises(ValueError, match="as many replications"):
        paired_counts(np.zeros(3, dtype=bool), np.zeros(4, dtype=bool))


# Coverage


@cache
def every_table(runs):
    """All tables (m, 4) of so many pairs, the ends (m, 2) of their intervals, and log multinomial coefficients (m,)."""
    rows = [
        (a, b, c, runs - a - b - c)
        for a in range(runs + 1)
        for b in range(runs + 1 - a)
        for c in range(runs + 1 - a - b)
    ]
    ends = np.array([((one := difference_of(*row)).low, one.high) for row in rows])
    ways = np.array([lgamma(runs + 1) - sum(lgamma(count + 1) for count in row) for row in rows])
    return np.array(rows), ends, ways


def coverage(runs, chances):
    """P(the interval holds the true difference): the masses of all tables whose interval does."""
    rows, ends, ways = every_table(runs)
    logs = np.log(np.maximum(chances, 1e-300))
    mass = np.exp(ways + rows @ logs)
    assert mass.sum() == pytest.approx(1)
    true = chances[1] - chances[2]
    return float(mass[(ends[:, 0] <= true + 1e-12) & (true - 1e-12 <= ends[:, 1])].sum())


GRID = [
    np.array([a, b, c, 20 - a - b - c]) / 20
    for a in range(0, 21, 2)
    for b in range(0, 21 - a, 2)
    for c in range(0, 21 - a - b, 2)
]
"""Chances of the four kinds of pair in tenths, all of them."""


INNER = [chances for chances in GRID if chances.min() > 0]
"""Those under which every kind of pair occurs."""


@pytest.mark.parametrize(("runs", "least"), [(10, 0.91), (20, 0.92), (40, 0.93)])
def test_differences_cover_what_they_say_nearly(runs, least):
    """Over chances in tenths: 95 % and up to 2 more on average; never much less where each kind of pair occurs."""
    found = np.array([coverage(runs, chances) for chances in GRID])
    assert 0.95 <= found.mean() <= 0.97
    assert found.min() >= 0.855
    assert min(coverage(runs, chances) for chances in INNER) >= least


def test_few_differences_one_way_are_off_by_the_root_of_one_more():
    """By hand: of n pairs k differ, all one way; 2 (1 - phi) w^2 is z^2 (k + 1) / n^2 for large n."""
    half = 1.959963984540054 * sqrt(5 + 1) / 1_000_000
    found = difference_of(499_995, 5, 0, 500_000)
    assert (found.value - found.low, found.high - found.value) == pytest.approx((half, half), rel=1e-3)


def test_few_differences_one_way_cover_86_per_cent():
    """None found misses what is just over z = 1.96 expected, which comes with chance e^-1.96 = 0.141."""
    worst = min(coverage(40, np.array([0.45, rare, 0, 0.55 - rare])) for rare in np.linspace(0.049, 0.06, 12))
    assert 0.855 <= worst <= 0.90
    assert min(coverage(40, np.array([0.45, rare, 0, 0.55 - rare])) for rare in (0.005, 0.02, 0.1, 0.2)) >= 0.91
