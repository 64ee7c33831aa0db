"""Projects of stages with known completion times: sums, maxima, and a network of exponential activities.

A start is rounded to whole minutes, one part in 43,830 of a month: far below every standard error here.
"""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import product

import numpy as np
import pytest
from scenes import MONTH, months_until, near, near_share, played, read, world
from scipy.linalg import expm

from nevsim.forecast import forecast

RUNS = 6_000


def triangle(low, mode, high):
    return {"law": "triangular", "low": low, "mode": mode, "high": high}


def exponential(mean):
    return {"law": "exponential", "mean": mean}


def project(durations, after=(), deadlines=(), years=2):
    """One plant whose stages have these durations, by name, and targets of a start by each deadline."""
    stages = [{"id": name, "duration": law} for name, law in durations.items()]
    for stage, waits in zip(stages, after, strict=False):
        stage["after"] = list(waits)
    targets = [{"id": f"by-{day}", "measure": "start", "at": day} for day in deadlines]
    return world([{"id": "plant", "stages": stages}], end=date(2023 + years, 1, 1), targets=targets)


def months_to_start(data, seed):
    """The starts in months of duration, (runs,), all of which must lie before the end."""
    plan, output = played(data, RUNS, seed)
    assert output.starts.max() <= plan.end
    return output.starts[:, 0] / MONTH


def agree_by(data, seed, chance):
    """The odds of a start by each deadline are ``chance`` of its months after the start."""
    result = forecast(read(data), RUNS, seed)
    for target, found in zip(data["targets"], result.targets, strict=True):
        near_share(found.odds.hits, RUNS, float(chance(months_until(target["at"]))))


# Sums

TRIANGLES = [(2, 4, 9), (1, 2, 4), (3, 5, 6)]


def kinks(low, mode, high):
    """A triangular density as a sum of slope x (x - knot)+, by hand: up from low, down from mode, flat from high."""
    up, down = Fraction(2, (high - low) * (mode - low)), Fraction(2, (high - low) * (high - mode))
    return [(low, up), (mode, -up - down), (high, down)]


def sum_cdf(triangles, x):
    """P(sum <= x): each (x - a)+ has the transform e^(-as) / s^2, so k of them give (x - sum a)+^(2k) / (2k)!.

    The exact piecewise polynomial of a sum of triangulars; van Dorp and Kotz, The Statistician 51 (2002) 63, treat one.
    """
    total = Fraction(0)
    for terms in product(*(kinks(*one) for one in triangles)):
        knot = sum(place for place, _ in terms)
        if x > knot:
            total += math.prod(slope for _, slope in terms) * (x - knot) ** (2 * len(triangles))
    return total / math.factorial(2 * len(triangles))


def test_the_formula_of_a_sum_is_a_distribution():
    """By hand: 1 at the upper end; two symmetric triangles on [0, 2] reach 1/2 at 2 and 1/24 at 1 (x^4 / 4!)."""
    assert sum_cdf(TRIANGLES, Fraction(19)) == 1
    assert sum_cdf([(0, 1, 2)] * 2, Fraction(2)) == Fraction(1, 2)
    assert sum_cdf([(0, 1, 2)] * 2, Fraction(1)) == Fraction(1, 24)


@pytest.mark.parametrize("count", [2, 3])
def test_sum_of_triangulars_by_its_exact_distribution(count):
    """Every other month's end between the ends of the sum's support."""
    days = [date(2023, 5, 31), date(2023, 7, 15), date(2023, 9, 10), date(2023, 11, 30), date(2024, 1, 20)]
    chain = {f"s{i}": triangle(*TRIANGLES[i]) for i in range(count)}
    agree_by(project(chain, deadlines=days), 11, lambda x: sum_cdf(TRIANGLES[:count], x))


def test_sum_of_triangulars_by_its_moments():
    """Means (a+m+b)/3, variances (a2+m2+b2-am-ab-mb)/18, fourth cumulants -0.6 variance^2 add up.

    The variance of a sample's variance is (fourth cumulant + 2 variance^2) / n (Kendall and Stuart, vol. 1).
    """
    found = months_to_start(project({f"s{i}": triangle(*one) for i, one in enumerate(TRIANGLES)}), 12)
    mean = sum(sum(one) for one in TRIANGLES) / 3
    parts = [(a * a + m * m + b * b - a * m - a * b - m * b) / 18 for a, m, b in TRIANGLES]
    variance, fourth = sum(parts), -0.6 * sum(part * part for part in parts)
    near(found.mean(), mean, math.sqrt(variance / RUNS))
    near(found.var(ddof=1), variance, math.sqrt((fourth + 2 * variance**2) / RUNS))


def test_exponential_stages_in_a_row_are_erlang():
    """Four of mean m: P(T <= t) = 1 - e^(-x) (1 + x + x^2/2 + x^3/6), x = t / m (Erlang 1917)."""
    days = [date(2023, 3, 31), date(2023, 6, 30), date(2023, 10, 31), date(2024, 3, 31)]
    data = project({f"s{i}": exponential(1.5) for i in range(4)}, deadlines=days)

    def erlang(months):
        x = float(months) / 1.5
        return 1 - math.exp(-x) * sum(x**i / math.factorial(i) for i in range(4))

    agree_by(data, 13, erlang)


# Maxima


def test_maximum_of_two_triangulars_is_the_product():
    """P(max <= x) = F(x) G(x) for stages side by side."""
    sides = [(2, 4, 9), (1, 6, 10)]
    days = [date(2023, 4, 15), date(2023, 6, 15), date(2023, 7, 31), date(2023, 9, 15)]
    data = project({f"s{i}": triangle(*one) for i, one in enumerate(sides)}, [(), ()], days)
    agree_by(data, 14, lambda x: sum_cdf(sides[:1], x) * sum_cdf(sides[1:], x))


@pytest.mark.parametrize("count", [2, 5])
def test_maximum_of_uniforms(count):
    """Of n on [1, 9]: mean 1 + 8 n / (n + 1), variance 64 n / ((n + 1)^2 (n + 2)) (David, Order Statistics, 1981)."""
    data = project({f"s{i}": {"law": "uniform", "low": 1, "high": 9} for i in range(count)}, [()] * count)
    found = months_to_start(data, 15)
    near(found.mean(), 1 + 8 * count / (count + 1), math.sqrt(64 * count / (count + 1) ** 2 / (count + 2) / RUNS))


def test_maximum_of_two_exponentials():
    """E[max] = 1/a + 1/b - 1/(a+b); E[max^2] = 2/a^2 + 2/b^2 - 2/(a+b)^2, by inclusion and exclusion."""
    a, b = 1 / 3, 1 / 2
    found = months_to_start(project({"x": exponential(3), "y": exponential(2)}, [(), ()], years=5), 16)
    mean = 1 / a + 1 / b - 1 / (a + b)
    variance = 2 / a**2 + 2 / b**2 - 2 / (a + b) ** 2 - mean**2
    near(found.mean(), mean, math.sqrt(variance / RUNS))


# A network: five exponential activities, a and b from the source, c and d after a, e after b and c (the bridge)

BRIDGE = {"a": (), "b": (), "c": ("a",), "d": ("a",), "e": ("b", "c")}
MEANS = {"a": 2, "b": 3, "c": 1, "d": 4, "e": 2}


def active(done):
    """The activities under way when those of ``done`` are."""
    return [name for name, after in BRIDGE.items() if name not in done and set(after) <= done]


def moments(means):
    """Mean and mean square of the completion time as fractions, from the Markov chain of the sets of what is done.

    V. G. Kulkarni and V. G. Adlakha, Markov and Markov-regenerative PERT networks, Operations Research 34 (1986) 769.
    A stay of rate r before a rest T has E = 1/r + E T and E of the square = 2/r^2 + 2 E T / r + E T^2.
    """

    @cache
    def rest(done):
        names = active(done)
        if not names:
            return Fraction(0), Fraction(0)
        rates = {name: Fraction(1, means[name]) for name in names}
        rate = sum(rates.values())
        ahead = [(rates[name] / rate, *rest(done | {name})) for name in names]
        mean = sum(share * first for share, first, _ in ahead)
        square = sum(share * second for share, _, second in ahead)
        return 1 / rate + mean, 2 / rate**2 + 2 * mean / rate + square

    return rest(frozenset())


def bridge_cdf(months):
    """P(done by so many months), from the exponential of the generator of the same chain."""
    states, queue = [], [frozenset()]
    while queue:
        done = queue.pop()
        if done not in states:
            states.append(done)
            queue += [done | {name} for name in active(done)]
    rates = np.zeros((len(states), len(states)))
    for row, done in enumerate(states):
        for name in active(done):
            rates[row, states.index(done | {name})] += 1 / MEANS[name]
            rates[row, row] -= 1 / MEANS[name]
    return expm(rates * float(months))[0, states.index(frozenset(BRIDGE))]


def test_the_chain_of_the_bridge_by_hand():
    """All means 1. d and e left: 3/2. c and d (b done), or b and d (c done): 1/2 + 1/2 x 3/2 + 1/2 x 2 = 9/4.

    b and c (d done): 3/2 + 1 = 5/2. b, c and d: 1/3 + (9/4 + 9/4 + 5/2) / 3 = 8/3. a (b done): 1 + 9/4 = 13/4.
    From the source: 1/2 + (8/3 + 13/4) / 2 = 83/24.
    """
    assert moments(dict.fromkeys(BRIDGE, 1))[0] == Fraction(83, 24)


def test_bridge_by_its_mean():
    """The mean from the Markov chain in fractions, the standard error from its variance."""
    data = project({name: exponential(mean) for name, mean in MEANS.items()}, BRIDGE.values(), years=7)
    mean, square = moments(MEANS)
    near(months_to_start(data, 17).mean(), float(mean), math.sqrt((square - mean**2) / RUNS))


def test_bridge_by_its_distribution():
    """The odds of a start by a date against the transient solution of the same chain."""
    days = [date(2023, 3, 31), date(2023, 7, 31), date(2023, 12, 31), date(2024, 9, 30)]
    data = project({name: exponential(mean) for name, mean in MEANS.items()}, BRIDGE.values(), days)
    agree_by(data, 18, bridge_cdf)
