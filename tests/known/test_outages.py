"""Outages of whole scenarios against renewal theory: availability, severity, months, and rates that are drawn.

Whole minutes, at least one, shift an availability by parts in 43,830: far below every standard error here.
"""

from __future__ import annotations

import math
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from scenes import DAY, MONTH, YEAR, drawn, near_mean, near_share, played, world
from scipy.integrate import quad
from scipy.stats import gamma

from nevsim.clock import date_of

RUNS = 3_000
EDGES = [(date(2023 + m // 12, m % 12 + 1, 1) - date(2023, 1, 1)).days * DAY for m in range(13)]
RUNNING = {"id": "plant", "nameplate": 12_000, "operating": {"share": 1}}
"""A thousand a month, whatever the month's length."""


def one_year(*hazards, plants=(RUNNING,), end=date(2024, 1, 1)):
    """A year of running plants under hazards."""
    return world(plants, end=end, hazards=hazards)


def hazard(rate, duration, severity=1.0, name="storm", **more):
    return {"id": name, "rate": rate, "duration": duration, "severity": severity} | more


def exponential(mean):
    return {"law": "exponential", "mean": mean}


def days(value):
    return {"law": "fixed", "value": value, "unit": "days"}


def up(rate, months):
    """A(t) = m/(l+m) + l/(l+m) e^(-(l+m) t), up at 0, exponential up (l) and down (m) times.

    D. R. Cox, Renewal Theory (1962), chapter 7; S. M. Ross, Introduction to Probability Models.
    """
    fails, mends = rate / YEAR, 1 / (months * MONTH)
    total = fails + mends
    return lambda minute: mends / total + fails / total * math.exp(-total * minute)


def mean_over(function, begin, end):
    return quad(function, begin, end, epsabs=0, epsrel=1e-10)[0] / (end - begin)


def test_the_mean_availability_has_its_closed_form():
    """By hand: the mean over [0, T] is m/(l+m) + l (1 - e^(-(l+m) T)) / ((l+m)^2 T)."""
    fails, mends, long = 4 / YEAR, 1 / (0.75 * MONTH), 365 * DAY
    total = fails + mends
    wanted = mends / total + fails * (1 - math.exp(-total * long)) / (total**2 * long)
    assert mean_over(up(4, 0.75), 0, long) == pytest.approx(wanted, rel=1e-9)


def test_availability_of_an_alternating_renewal_process():
    """Every month of a year makes 1,000 times the mean availability in it, and the year their sum."""
    _, output = played(one_year(hazard(4, exponential(0.75))), RUNS, 21)
    wanted = [1_000 * mean_over(up(4, 0.75), *month) for month in pairwise(EDGES)]
    for month, level in enumerate(wanted):
        near_mean(output.sold[:, 0, month], level)
        near_mean(output.losses["stopped"][:, 0, month], 1_000 - level)
    near_mean(output.sold[:, 0].sum(axis=1), sum(wanted))


def test_a_year_without_an_outage():
    """P(none in 365 days) = e^(-rate x 365/365.25): Poisson."""
    _, output = played(one_year(hazard(2, exponential(0.5))), RUNS, 22)
    near_share(int((output.sold[:, 0].sum(axis=1) > 12_000 - 1e-6).sum()), RUNS, math.exp(-2 * 365 / 365.25))


def test_partial_severity_takes_its_mean_share():
    """Severity uniform on [0.2, 0.8], of each outage by itself: 1 - 0.5 (1 - A) of the rate is left on average."""
    force = {"law": "uniform", "low": 0.2, "high": 0.8}
    _, output = played(one_year(hazard(6, exponential(0.5), force)), RUNS, 23)
    for month, span in enumerate(pairwise(EDGES)):
        near_mean(output.sold[:, 0, month], 1_000 * (0.5 + 0.5 * mean_over(up(6, 0.5), *span)))


def test_independent_hazards_multiply_what_is_left():
    """Two streams at once leave (1 - 0.6 (1 - A)) (1 - 0.3 (1 - B)) on average, for they are independent."""
    both = [hazard(6, exponential(1), 0.6), hazard(3, exponential(2), 0.3, "flood")]
    _, output = played(one_year(*both), RUNS, 24)
    a, b = up(6, 1), up(3, 2)
    for month, span in enumerate(pairwise(EDGES)):
        wanted = mean_over(lambda t: (0.4 + 0.6 * a(t)) * (0.7 + 0.3 * b(t)), *span)
        near_mean(output.sold[:, 0, month], 1_000 * wanted)


@pytest.mark.parametrize(("each", "streams"), [(False, 1), (True, 3)])
def test_common_and_separate_streams(each, streams):
    """P(nobody is hit all year) = e^(-streams x rate x 365/365.25): one stream for all, or one a plant."""
    plants = [RUNNING | {"id": f"p{i}"} for i in range(3)]
    _, output = played(one_year(hazard(0.5, days(3), each=each), plants=plants), RUNS, 25)
    whole = (output.sold.sum(axis=2) > 12_000 - 1e-6).all(axis=1)
    near_share(int(whole.sum()), RUNS, math.exp(-streams * 0.5 * 365 / 365.25))


def test_a_drawn_rate_holds_for_the_replication():
    """A rate of 0 or 4, evenly: P(no onset) = (1 + e^(-4 x 365/365.25)) / 2, not e^(-2)."""
    rate = {"law": "choice", "values": [0, 4]}
    _, output = played(one_year(hazard(rate, days(2))), RUNS, 26)
    whole = output.sold[:, 0].sum(axis=1) > 12_000 - 1e-6
    near_share(int(whole.sum()), RUNS, (1 + math.exp(-4 * 365 / 365.25)) / 2)


# Months and dates of onsets


def onset_counts(data, runs, seed, first, last):
    """Onsets of the first hazard from the beginning of one day to the beginning of another, (runs,)."""
    _, draws = drawn(data, runs, seed)
    low, high = ((day - date(2023, 1, 1)).days * DAY for day in (first, last))
    return np.array([sum(low <= one[0] < high for one in row) for row in draws.windows.rows(0)])


@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_expected_onsets_of_a_summer(year):
    """Rate 3 on the 62 days of July and August, each outage a day in which no other begins.

    The k-th onset of a summer lies at k gaps and k - 1 days: E = sum of P(Gamma(k) <= 3 (62 - (k - 1)) / 62).
    An outage of the last day ends long before the next summer, so every summer is alike.
    """
    data = one_year(hazard(3, days(1), months=[7, 8]), end=date(2026, 1, 1))
    counts = onset_counts(data, 8_000, 27, date(year, 7, 1), date(year, 9, 1))
    near_mean(counts, sum(gamma.cdf(3 * (63 - k) / 62, k) for k in range(1, 63)))


def test_onsets_fall_in_listed_months_only():
    """Sparse months, two of them neighbours over the turn of the year; outages go on into other months."""
    data = one_year(hazard(9, exponential(1), months=[2, 7, 12, 1]), end=date(2026, 1, 1))
    _, draws = drawn(data, 500, 28)
    rows = draws.windows.rows(0)
    found = {date_of(one[0], date(2023, 1, 1)).month for row in rows for one in row}
    assert found == {1, 2, 7, 12}
    assert {date_of(one[1], date(2023, 1, 1)).month for row in rows for one in row} > {3, 8}
    for row in rows:
        assert all(begin < end for begin, end, _ in row)
        assert all(one[1] < other[0] for one, other in pairwise(row)), "an onset within an active outage"


def test_an_outage_may_outlast_its_months():
    """62 days long, so at most one a summer, x = Exp(3/62) days after 1 July if x < 62; it lasts to day 62 + x.

    Lost of July (31 - x)+, of August 62 - max(x, 31), of September min(x, 30), of October min(x - 30, 31)+,
    of November (x - 61)+, in days, all for x < 62.
    """
    _, output = played(one_year(hazard(3, days(62), months=[7, 8])), RUNS, 29)
    rate = 3 / 62
    lost = {
        7: lambda x: max(31 - x, 0) / 31,
        8: lambda x: (62 - max(x, 31)) / 31,
        9: lambda x: min(x, 30) / 30,
        10: lambda x: min(max(x - 30, 0), 31) / 31,
        11: lambda x: max(x - 61, 0) / 30,
    }
    for month, part in lost.items():
        wanted = quad(lambda x, part=part: part(x) * rate * math.exp(-rate * x), 0, 62, points=[30, 31, 61])[0]
        near_mean(output.losses["stopped"][:, 0, month - 1], 1_000 * wanted)
    assert output.losses["stopped"][:, 0, [0, 1, 2, 3, 4, 5, 11]].max() == 0


def test_february_counts_as_28_days_and_a_quarter():
    """Rate 2 in February alone, outages of a minute: 2 x 28 / 28.25 onsets in 2023, 2 x 29 / 28.25 in 2024."""
    data = one_year(hazard(2, 0, months=[2]), end=date(2025, 1, 1))
    for year, length in ((2023, 28), (2024, 29)):
        counts = onset_counts(data, 8_000, 30, date(year, 1, 1), date(year, 12, 31))
        near_mean(counts, 2 * length / 28.25)


def test_onsets_from_one_day_until_another():
    """15 March to 1 May are 47 days: a Poisson number of mean 12 x 47 / 365.25, whose variance is its mean."""
    data = one_year(hazard(12, 0, **{"from": date(2023, 3, 15), "until": date(2023, 5, 1)}))
    counts = onset_counts(data, 8_000, 31, date(2023, 1, 1), date(2024, 1, 1))
    inside = onset_counts(data, 8_000, 31, date(2023, 3, 15), date(2023, 5, 1))
    assert (counts == inside).all()
    mean = 12 * 47 / 365.25
    near_mean(counts, mean)
    near_mean((counts - mean) ** 2, mean)
    near_share(int((counts == 0).sum()), len(counts), math.exp(-mean))


def test_experience_waits_for_the_end_of_an_outage():
    """A plant that starts at minute zero climbs linearly over 60 months of operation, A(t) = P(up).

    With rate 3 and outages of a minute nothing is lost; with severity 1 and mean 1 month the volume of the first year
    is N/R times E of the integral of age over up time = N E[age(T)^2] / (2 R), and E[age^2] = 2 x double integral of
    P(up at s and t) = 2 x integral over s < t of A(s) A(t - s), for an up time begins anew (exponential: no memory).
    """
    plant = {"id": "plant", "nameplate": 12_000, "announced": date(2022, 12, 31)}
    climbs = plant | {"ramp": {"shape": "linear", "duration": 60}}
    _, output = played(one_year(hazard(3, exponential(1)), plants=[climbs]), RUNS, 32)
    a, last = up(3, 1), EDGES[1]
    inner = quad(lambda t: quad(lambda s: a(s) * a(t - s), 0, t)[0], 0, last)[0]
    near_mean(output.sold[:, 0, 0], 1_000 * 2 * inner / (2 * 60 * MONTH * last))
