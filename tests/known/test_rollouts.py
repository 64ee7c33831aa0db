"""Rollouts with known counts and opening times: binomial counts, order statistics, sums, and schedules by hand."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from scenes import DAY, MONTH, due, events, months_until, near, near_binomial, near_share, read, world

from nevsim.forecast import forecast

RUNS = 2_500
LAWS = {
    "exponential": ({"law": "exponential", "mean": 4}, lambda x: 1 - math.exp(-x / 4)),
    "uniform": ({"law": "uniform", "low": 1, "high": 9}, lambda x: min(max((x - 1) / 8, 0), 1)),
    "choice": (
        {"law": "choice", "values": [2, 5, 11], "weights": [1, 2, 1]},
        lambda x: [0, 0.25, 0.75][(x > 2) + (x > 5)],
    ),
}
DAYS = [date(2023, 3, 15), date(2023, 5, 31), date(2023, 8, 31)]
EXPONENTIAL = {"law": "exponential", "mean": 1}


def stores(planned, teams, fit_out, days=(DAYS[0],), at_least=1, end=date(2028, 1, 1), **more):
    """Nothing but a rollout, and the targets of so many open by each day."""
    rollout = {"id": "stores", "planned": planned, "teams": teams, "fit_out": fit_out} | more
    targets = [
        {"id": f"t{i}", "measure": "count", "rollout": "stores", "at": day, "at_least": at_least}
        for i, day in enumerate(days)
    ]
    return world([], end=end, targets=targets) | {"rollouts": [rollout]}


def opened(data, seed, runs=RUNS):
    """The minutes of all openings, ascending, (runs, planned)."""
    return events(data, runs, seed)[2].opened[0]


# By hand


def days(value):
    return {"law": "fixed", "value": value, "unit": "days"}


def test_two_teams_and_five_stores():
    """Ten days each from 6 January on: days 15, 15, 25, 25 and 35 after the start."""
    data = stores(5, 2, days(10), begins=date(2023, 1, 6))
    assert opened(data, 1, 1)[0].tolist() == [15 * DAY, 15 * DAY, 25 * DAY, 25 * DAY, 35 * DAY]


def test_what_is_open_by_a_deadline():
    """Seven were open before; 25 days after the start is the end of 25 January, 35 that of 4 February."""
    by = [date(2023, 1, day) for day in (14, 15, 24, 25)] + [date(2023, 2, 3), date(2023, 2, 4)]
    data = stores(5, 2, days(10), by, 10, begins=date(2023, 1, 6), already=7)
    assert [target.mean for target in forecast(read(data), 1).targets] == [7, 9, 9, 11, 11, 12]
    assert [target.odds.hits for target in forecast(read(data), 1).targets] == [0, 0, 0, 1, 1, 1]


def test_what_opens_after_the_end_is_not_played():
    """One team, 30 days each, to 1 April, which is day 90: the third opens at that very minute, the fourth never."""
    found = opened(stores(4, 1, days(30), end=date(2023, 4, 1), days=[date(2023, 3, 31)]), 1, 1)
    assert found[0].tolist() == [30 * DAY, 60 * DAY, 90 * DAY]


def test_more_teams_than_stores():
    """Three stores for ten teams: all on day 10."""
    assert opened(stores(3, 10, days(10)), 1, 1)[0].tolist() == [10 * DAY] * 3


def test_a_team_takes_the_next_store_in_the_order_drawn():
    """Two teams, seven fit-outs: each goes to the team that is free first, as in a queue where all ask at once."""
    _, draws, play = events(stores(7, 2, LAWS["uniform"][0]), 50, 81)
    for lengths, found in zip(draws.fit_outs[0].minutes.tolist(), play.opened[0].tolist(), strict=True):
        assert found == sorted(ends_of(lengths, 2))


def ends_of(lengths, teams):
    """The minutes at which openings end, each begun by the team that is free first."""
    free, ends = [0] * teams, []
    for minutes in lengths:
        ends.append(min(free) + minutes)
        free[free.index(min(free))] = ends[-1]
    return ends


# A team for every store


@pytest.mark.parametrize("law", LAWS)
def test_the_number_open_is_binomial(law):
    """Nine stores, independent, each open by T with F(T)."""
    fit_out, cdf = LAWS[law]
    found = opened(stores(9, 9, fit_out), 82)
    for day in DAYS:
        near_binomial((found <= due(day)).sum(axis=1), 9, cdf(float(months_until(day))))


@pytest.mark.parametrize("law", LAWS)
def test_odds_of_a_count_are_a_binomial_tail(law):
    """Four were open already: at least eight are open when four of nine have opened."""
    fit_out, cdf = LAWS[law]
    for day, target in zip(
        DAYS, forecast(read(stores(9, 9, fit_out, DAYS, 8, already=4)), RUNS, 83).targets, strict=True
    ):
        p = cdf(float(months_until(day)))
        near_share(target.odds.hits, RUNS, sum(math.comb(9, k) * p**k * (1 - p) ** (9 - k) for k in range(4, 10)))


def test_openings_are_order_statistics_of_exponentials():
    """The k-th of n: mean m (1/n + ... + 1/(n - k + 1)), variance m^2 times the sum of the squares.

    A. Renyi, On the theory of order statistics, Acta Math. Acad. Sci. Hung. 4 (1953) 191.
    """
    found = opened(stores(8, 8, EXPONENTIAL), 84) / MONTH
    for k in range(1, 9):
        spacings = [1 / (8 - i) for i in range(k)]
        near(found[:, k - 1].mean(), sum(spacings), math.sqrt(sum(one**2 for one in spacings) / RUNS))


def test_openings_are_order_statistics_of_uniforms():
    """The k-th of n on [1, 9]: mean 1 + 8 k/(n + 1), variance 64 k (n - k + 1)/((n + 1)^2 (n + 2)) (David 1981)."""
    found = opened(stores(8, 8, LAWS["uniform"][0]), 85) / MONTH
    for k in range(1, 9):
        near(found[:, k - 1].mean(), 1 + 8 * k / 9, math.sqrt(64 * k * (9 - k) / (81 * 10 * RUNS)))


# Fewer teams


def test_one_team_adds_up():
    """The j-th is a sum of j exponentials, open by T with 1 - e^(-x) (1 + x + ... + x^(j-1)/(j-1)!) (Erlang 1917)."""
    found = opened(stores(6, 1, EXPONENTIAL), 86)
    for j in range(1, 7):
        near(found[:, j - 1].mean() / MONTH, j, math.sqrt(j / RUNS))
        for day in DAYS:
            x = float(months_until(day))
            wanted = 1 - math.exp(-x) * sum(x**i / math.factorial(i) for i in range(j))
            near_share(int((found[:, j - 1] <= due(day)).sum()), RUNS, wanted)


@pytest.mark.parametrize("teams", [2, 4])
def test_some_teams_are_a_death_process(teams):
    """With i left, one opens at the rate min(teams, i) / m; the spacings are independent (Feller, vol. 1, XVII.5)."""
    found = opened(stores(7, teams, EXPONENTIAL), 87) / MONTH
    stays = [1 / min(teams, 7 - i) for i in range(7)]
    for j in range(1, 8):
        near(found[:, j - 1].mean(), sum(stays[:j]), math.sqrt(sum(one**2 for one in stays[:j]) / RUNS))


# What is drawn once


def test_a_pace_multiplies_every_fit_out_of_a_replication():
    """On common draws: twice the pace, twice each opening of a team for every store, within a minute of rounding."""
    once, twice = (opened(stores(5, 5, LAWS["uniform"][0], pace=pace), 88, 200) for pace in (1, 2))
    assert np.abs(twice - 2 * once).max() <= 1


def test_a_pace_of_two_values_mixes_two_binomials():
    """Pace 1 or 3: P(k open) = (B(k; 8, F(T)) + B(k; 8, F(T/3))) / 2; the variance is far above a binomial's."""
    fit_out, cdf = LAWS["exponential"]
    found = opened(stores(8, 8, fit_out, pace={"law": "choice", "values": [1, 3]}), 89)
    for day in DAYS:
        months = float(months_until(day))
        counts = (found <= due(day)).sum(axis=1)
        for k in range(9):
            parts = [math.comb(8, k) * p**k * (1 - p) ** (8 - k) for p in (cdf(months), cdf(months / 3))]
            near_share(int((counts == k).sum()), RUNS, sum(parts) / 2)


def test_a_drawn_number_of_teams_and_of_stores():
    """Fixed fit-outs of 10 days: by day 20, of 4 or 12 stores, 1, 2 or 6 teams have opened min(planned, 2 teams)."""
    planned, teams = {"law": "choice", "values": [4, 12]}, {"law": "choice", "values": [1, 2, 6]}
    counts = (opened(stores(planned, teams, days(10)), 90) <= 20 * DAY).sum(axis=1)
    for number, chance in ((2, 1 / 3), (4, 1 / 3 + 1 / 6), (12, 1 / 6)):
        near_share(int((counts == number).sum()), RUNS, chance)
    assert set(counts.tolist()) == {2, 4, 12}
