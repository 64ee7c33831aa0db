"""Volumes over the calendar: whole years, promises on every day, seasons, and ramps across months of all lengths."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from scenes import played, read, world

from nevsim.forecast import forecast

END = date(2029, 1, 1)
RUNNING = {"id": "running", "nameplate": 12_000, "operating": {"share": 1}}
STEP = {"id": "step", "nameplate": 12_000}


@pytest.mark.parametrize("season", [[1.0] * 12, [5.0, 0.0, 1.0, 2.0, 7.0, 1.0, 1.0, 3.0, 0.0, 0.0, 1.0, 9.0]])
@pytest.mark.parametrize("year", range(2023, 2029))
def test_a_calendar_year_makes_the_nameplate(year, season):
    """Twelve months of a twelfth, leap year or not; a season moves vehicles within the year, and its mean is 1."""
    target = {"id": "year", "measure": "output", "during": year, "at_least": 12_000}
    data = world([RUNNING], end=END, targets=[target], season=season)
    (result,) = forecast(read(data), 1, 1).targets
    assert result.odds.hits == 1
    assert result.mean == pytest.approx(12_000, rel=1e-12)


def test_a_season_weighs_its_own_months():
    """Weights 1 to 12 have the mean 6.5: month m makes 1,000 m / 6.5, of any year; the run-rate knows no season."""
    last = {"id": "rate", "measure": "run-rate", "at": date(2024, 12, 31), "at_least": 12_000}
    data = world([RUNNING], targets=[last], season=[float(m) for m in range(1, 13)])
    _, output = played(data, 1)
    np.testing.assert_allclose(output.sold[0, 0], [1_000 * m / 6.5 for m in range(1, 13)] * 2, rtol=1e-13)
    assert forecast(read(data), 1, 1).targets[0].mean == pytest.approx(12_000, rel=1e-13)


def test_a_promise_on_every_day_of_a_leap_year():
    """Announced for day d of a month of L days: (L - d) / L of that month, then twelfths to the end of the year."""
    days = [date(2024, 1, 1) + timedelta(days=d) for d in range(366)]
    data = world([STEP | {"id": f"p{d}", "announced": day} for d, day in enumerate(days)])
    _, output = played(data, 1)
    for d, day in enumerate(days):
        length = monthrange(day.year, day.month)[1]
        wanted = 1_000 * (Fraction(length - day.day, length) + 12 - day.month)
        assert output.promised[0, d].sum() == pytest.approx(float(wanted), rel=1e-12, abs=1e-9)
        assert output.sold[0, d].sum() == pytest.approx(float(wanted), rel=1e-12, abs=1e-9)


# Ramps: c(x), its antiderivative by hand as coefficients of x, x^2, ..., on [0, 1]
CURVES = {
    "linear": [0, Fraction(1, 2)],  # c = x
    "s-curve": [0, 0, 1, Fraction(-1, 2)],  # c = 3 x^2 - 2 x^3
    "fast-start": [0, 1, Fraction(-1, 3)],  # c = 1 - (1 - x)^2 = 2 x - x^2
}


def area(curve, x):
    """The integral of c from 0 to x, with c = 1 beyond 1."""
    inside = min(x, Fraction(1))
    return sum(part * inside ** (power + 1) for power, part in enumerate(curve)) + x - inside


@pytest.mark.parametrize("shape", CURVES)
@pytest.mark.parametrize("length", [1, 100, 400])
def test_ramps_across_months(shape, length):
    """From the end of 20 January 2023 over so many days: the mean of c over each month, by exact integrals in days.

    In the month of 2024-05 all are at full rate, and from the start to then R (1 - C(1)) days are lost.
    """
    ramp = {"shape": shape, "duration": {"law": "fixed", "value": length, "unit": "days"}}
    _, output = played(world([STEP | {"announced": date(2023, 1, 20), "ramp": ramp}]), 1)
    edges = [(date(2023 + m // 12, m % 12 + 1, 1) - date(2023, 1, 1)).days for m in range(25)]
    at = [length * area(CURVES[shape], Fraction(max(edge - 20, 0), length)) for edge in edges]
    wanted = [1_000 * (at[m + 1] - at[m]) / (edges[m + 1] - edges[m]) for m in range(24)]
    np.testing.assert_allclose(output.sold[0, 0], [float(x) for x in wanted], rtol=0, atol=1e-9 * 1_000)
    assert wanted[16] == 1_000
    lost = sum(output.losses["ramping"][0, 0, m] / 1_000 * (edges[m + 1] - edges[m]) for m in range(24))
    assert lost == pytest.approx(float(length * (1 - area(CURVES[shape], Fraction(1)))), rel=1e-9)
