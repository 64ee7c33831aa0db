"""Minutes, periods and months against Python's own calendar."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import PROPERTY

from nevsim.clock import (
    DAY,
    MONTH,
    MONTH_MINUTES,
    UNIT_MINUTES,
    YEAR,
    date_of,
    day_done,
    deadline_of,
    minute_of,
    month_edges,
    months_between,
    months_since,
    next_month,
    period_of,
    season_weights,
)

dates = st.dates(date(1950, 1, 1), date(2150, 12, 31))
firsts = dates.map(lambda day: day.replace(day=1))


def test_lengths():
    """A mean Gregorian month of duration is a twelfth of 365.25 days: 43,830 minutes; February has 28.25 days."""
    assert (DAY, MONTH, YEAR) == (24 * 60, 43_830, 525_960)
    assert 12 * MONTH == YEAR == 365.25 * DAY == sum(MONTH_MINUTES)
    assert MONTH_MINUTES[1] == 28.25 * DAY
    assert UNIT_MINUTES == {"days": 1_440, "weeks": 10_080, "months": 43_830, "years": 525_960}


@PROPERTY
@given(day=dates, start=dates)
def test_minutes_of_days(day, start):
    """The first minute of a day and the end of it, by datetime arithmetic; both lead back to the day."""
    first = datetime(day.year, day.month, day.day) - datetime(start.year, start.month, start.day)
    assert minute_of(day, start) == first / timedelta(minutes=1)
    assert deadline_of(day, start) == minute_of(day + timedelta(days=1), start)
    assert date_of(minute_of(day, start), start) == day
    assert date_of(deadline_of(day, start) - 1, start) == day
    assert day_done(deadline_of(day, start), start) == day
    assert day_done(deadline_of(day, start) + 1, start) == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023", date(2023, 1, 1), date(2023, 12, 31)),
        ("2023-H1", date(2023, 1, 1), date(2023, 6, 30)),
        ("2023-H2", date(2023, 7, 1), date(2023, 12, 31)),
        ("2023-Q1", date(2023, 1, 1), date(2023, 3, 31)),
        ("2023-Q4", date(2023, 10, 1), date(2023, 12, 31)),
        ("2022-11", date(2022, 11, 1), date(2022, 11, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2100-02", date(2100, 2, 1), date(2100, 2, 28)),
        ("2000-02", date(2000, 2, 1), date(2000, 2, 29)),
    ],
)
def test_periods(text, first, last):
    """By hand, leap years by the Gregorian rule."""
    assert period_of(text) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "23", "0000", "2023-00", "2023-13", "2023-Q0", "2023-Q5", "2023-H3", "2023-1", "2023-11-01", " 2023"]
)
def test_what_is_no_period(text):
    """Neither a date nor a month that does not exist."""
    with pytest.raises(ValueError, match="is not a period"):
        period_of(text)


@PROPERTY
@given(start=firsts, count=st.integers(1, 80))
def test_months(start, count):
    """Every month once, in order, each as long as the calendar says."""
    end = start
    for _ in range(count):
        end += timedelta(days=monthrange(end.year, end.month)[1])
    months, edges = months_between(start, end), month_edges(start, end)
    assert len(months) == count == months_since(end, start)
    assert edges.tolist() == [minute_of(month, start) for month in (*months, end)]
    assert [int(gap) // DAY for gap in edges[1:] - edges[:-1]] == [monthrange(m.year, m.month)[1] for m in months]
    assert [next_month(month) for month in months] == [*months[1:], end]
    assert months_since(start, end) == -count


@PROPERTY
@given(start=firsts, season=st.lists(st.integers(0, 9), min_size=12, max_size=12).filter(any))
def test_season_has_mean_one(start, season):
    """Over any twelve months in a row the weights sum to 12, in proportion to what is stated."""
    weights = season_weights(start, start.replace(year=start.year + 1), tuple(map(float, season)))
    assert weights.sum() == pytest.approx(12)
    assert weights[0] * sum(season) == pytest.approx(12 * season[start.month - 1])
