"""Several uncertain plants together: binomial capacities, order statistics, truncated laws and atoms."""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import product

import pytest
from scenes import DAY, MONTH, drawn, months_until, near, near_mean, near_share, played, read, world
from scipy.stats import norm

from nevsim.arrays import CANCELLED
from nevsim.forecast import forecast

RUNS = 5_000
EARLY, LAST = date(2022, 12, 31), date(2023, 3, 31)
END = date(2023, 4, 1)


def announced(name, nameplate=10_000, **more):
    return {"id": name, "nameplate": nameplate, "announced": EARLY} | more


def capacities(levels):
    return [{"id": f"at-least-{i}", "measure": "capacity", "at": LAST, "at_least": x} for i, x in enumerate(levels)]


def run(plants, targets, seed, runs=RUNS, end=END):
    return forecast(read(world(plants, end=end, targets=targets)), runs, seed).targets


# Portfolios


def test_equal_plants_are_binomial():
    """Six of 10,000 that come with 0.7: P(capacity >= 10,000 m) = sum of C(6, k) 0.7^k 0.3^(6-k) from m on.

    The percentiles follow: F(2) = 0.07, F(3) = 0.26, F(4) = 0.58, F(5) = 0.88, so p10, p50, p90 are 3, 4 and 6.
    """
    chance = [math.comb(6, k) * 0.7**k * 0.3 ** (6 - k) for k in range(7)]
    assert [round(sum(chance[: k + 1]), 2) for k in (2, 3, 4, 5)] == [0.07, 0.26, 0.58, 0.88]
    targets = run([announced(f"p{i}", realised=0.7) for i in range(6)], capacities(range(10_000, 70_000, 10_000)), 41)
    for count, target in enumerate(targets, start=1):
        near_share(target.odds.hits, RUNS, sum(chance[count:]))
    near(targets[0].mean, 42_000, 10_000 * math.sqrt(6 * 0.7 * 0.3 / RUNS))
    assert (targets[0].p10, targets[0].p50, targets[0].p90) == (30_000, 40_000, 60_000)


def test_unequal_plants_by_enumeration():
    """All 2^5 outcomes of five plants with their own probabilities; a level met exactly is a hit."""
    sizes, chances = [5_000, 12_000, 30_000, 7_000, 18_000], [0.9, 0.5, 0.3, 0.8, 0.6]
    plants = [announced(f"p{i}", sizes[i], realised=chances[i]) for i in range(5)]
    levels = [12_000, 25_000, 30_000, 42_000, 60_000]
    for level, target in zip(levels, run(plants, capacities(levels), 42), strict=True):
        wanted = sum(
            math.prod(p if comes else 1 - p for p, comes in zip(chances, outcome, strict=True))
            for outcome in product((0, 1), repeat=5)
            if sum(size for size, comes in zip(sizes, outcome, strict=True) if comes) >= level
        )
        near_share(target.odds.hits, RUNS, wanted)


def test_phases_share_what_their_plant_says_once():
    """`realised` at the plant's level: both phases or neither, 0.6; at the phases' own level: 0.6 x 0.6 for both."""
    shared = announced("one", realised=0.6) | {"phases": [{"id": "a"}, {"id": "b"}]}
    apart = announced("two") | {"phases": [{"id": "a", "realised": 0.6}, {"id": "b", "realised": 0.6}]}
    targets = [
        {"id": f"{name}-{least}", "measure": "capacity", "at": LAST, "at_least": least, "scope": {"plant": name}}
        for name in ("one", "two")
        for least in (10_000, 20_000)
    ]
    for target, wanted in zip(run([shared, apart], targets, 43), (0.6, 0.6, 0.84, 0.36), strict=True):
        near_share(target.odds.hits, RUNS, wanted)


def test_independent_shares_multiply():
    """E[bN] = E[b] E[N], and the variance E[b^2] E[N^2] - E[b]^2 E[N]^2; uniforms: (b-a)^2 / 12 + mean^2."""
    law = {"law": "uniform", "low": 0.5, "high": 1}
    plant = announced("plant", {"law": "uniform", "low": 10_000, "high": 30_000}, built=law)
    (target,) = run([plant], capacities([15_000]), 44)
    square = (0.25 / 12 + 0.75**2) * (20_000**2 / 12 + 20_000**2)
    near(target.mean, 15_000, math.sqrt((square - 15_000**2) / RUNS))


@pytest.mark.parametrize("least", [1, 3, 5])
def test_starts_are_order_statistics(least):
    """Five slips uniform on [0, 10] months: P(at least k by x) = sum over j >= k of C(5, j) F^j (1 - F)^(5 - j).

    H. A. David, Order Statistics (1981), section 2.1.
    """
    plants = [announced(f"p{i}", slip={"law": "uniform", "low": 0, "high": 10}) for i in range(5)]
    days = [date(2023, 3, 31), date(2023, 6, 15), date(2023, 9, 30)]
    targets = [{"id": f"by-{day}", "measure": "start", "at": day, "at_least": least} for day in days]
    for day, target in zip(days, run(plants, targets, 45, end=date(2023, 12, 1)), strict=True):
        share = float(months_until(day)) / 10
        wanted = sum(math.comb(5, j) * share**j * (1 - share) ** (5 - j) for j in range(least, 6))
        near_share(target.odds.hits, RUNS, wanted)


# Laws through whole scenarios


def test_an_atom_stays_exact():
    """On time with 0.4, 3 months late with 0.25, else uniform on [0, 6]; never realised with 0.1: shares of starts.

    The continuous part gives no minute more than 1 / (6 x 43,830), so an atom's minute has its weight.
    """
    laws = {"law": "mixture", "weights": [0.4, 0.25, 0.35], "laws": [0, 3, {"law": "uniform", "low": 0, "high": 6}]}
    plants = [announced("plant", slip=laws, realised=0.9)]
    _, output = played(world(plants, end=date(2023, 9, 1)), RUNS, 46)
    starts = output.starts[:, 0]
    near_share(int((starts == 0).sum()), RUNS, 0.9 * 0.4)
    near_share(int((starts == 3 * MONTH).sum()), RUNS, 0.9 * 0.25)
    near_share(int((starts == CANCELLED).sum()), RUNS, 0.1)
    near_share(int((starts <= 2 * MONTH).sum()), RUNS, 0.9 * (0.4 + 0.35 / 3))


def test_an_old_promise_with_an_exponential_slip_has_no_memory():
    """Promised six months ago and not started: what remains is Exp(5) again, for P(X > s + t | X > s) = P(X > t)."""
    plants = [announced("plant", slip={"law": "exponential", "mean": 5}) | {"announced": date(2022, 6, 30)}]
    days = [date(2023, 1, 31), date(2023, 4, 30), date(2023, 11, 30)]
    targets = [{"id": f"by-{day}", "measure": "start", "at": day} for day in days]
    for day, target in zip(days, run(plants, targets, 47, end=date(2024, 1, 1)), strict=True):
        near_share(target.odds.hits, RUNS, 1 - math.exp(-float(months_until(day)) / 5))


def test_a_slip_is_cut_where_the_plant_has_not_started():
    """Normal(0, 4) months around a promise 90 days ahead, conditioned on slip >= -90 days: a ratio of normal masses."""
    promise = date(2023, 1, 1) + timedelta(days=89)
    plants = [announced("plant", slip={"law": "normal", "mean": 0, "sd": 4}) | {"announced": promise}]
    lost = norm.cdf(-90 * DAY / MONTH / 4)
    days = [date(2023, 2, 15), promise, date(2023, 7, 31)]
    targets = [{"id": f"by-{day}", "measure": "start", "at": day} for day in days]
    for day, target in zip(days, run(plants, targets, 48, end=date(2024, 1, 1)), strict=True):
        months = float(months_until(day) - months_until(promise))
        near_share(target.odds.hits, RUNS, (norm.cdf(months / 4) - lost) / (1 - lost))


def test_min_and_max_condition_and_do_not_clip():
    """Normal(100, 50) thousand on [60, 120]: mean m + s (f(a) - f(b)) / (F(b) - F(a)) (Johnson, Kotz, vol. 1, ch. 13).

    Nothing gathers at the bounds.
    """
    law = {"law": "normal", "mean": 100_000, "sd": 50_000, "min": 60_000, "max": 120_000}
    names, draws = drawn(world([announced("plant", law)], end=END), RUNS, 49)
    found = draws.terms.nameplate[:, 0]
    a, b = -0.8, 0.4
    near_mean(found, 100_000 + 50_000 * (norm.pdf(a) - norm.pdf(b)) / (norm.cdf(b) - norm.cdf(a)))
    assert len(set(found)) == RUNS
    assert {one.address: one.law for one in names.quantities}["plants.plant.nameplate"].support == (60_000, 120_000)
    assert 60_000 < found.min() < 60_500
    assert 119_500 < found.max() < 120_000
