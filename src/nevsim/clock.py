"""Dates, whole minutes since a scenario's start, and month edges; no time zones and no clock of the machine."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

import numpy as np

from nevsim.arrays import Floats, Minutes

DAY = 1_440
"""Minutes of a day."""
MONTH = 43_830
"""Minutes of a month of duration: a twelfth of a year."""
YEAR = 525_960
"""Minutes of a year of duration: 365.25 days."""

UNIT_MINUTES: dict[str, int] = {"days": DAY, "weeks": 7 * DAY, "months": MONTH, "years": YEAR}

MONTH_MINUTES: tuple[float, ...] = tuple(DAY * days for days in (31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31))
"""Minutes of January to December in a mean year, February with 28.25 days."""

_PERIOD = re.compile(r"(\d{4})(?:-(?:Q([1-4])|H([12])|(\d{2})))?")


def minute_of(day: date, start: date) -> int:
    """Minutes from the first minute of ``start`` to the first minute of ``day``; negative before it."""
    return (day - start).days * DAY


def deadline_of(day: date, start: date) -> int:
    """Minutes from ``start`` to the end of ``day``, which is minute 0 of the day after."""
    return minute_of(day, start) + DAY


def date_of(minute: int, start: date) -> date:
    """The day that holds a minute; the minute 0 of a day belongs to that day."""
    return start + timedelta(days=minute // DAY)


def day_done(minute: int, start: date) -> date:
    """The last day by whose end something done at ``minute`` is done: the inverse of :func:`deadline_of`.

    >>> day_done(deadline_of(date(2023, 3, 31), date(2022, 11, 1)), date(2022, 11, 1))
    datetime.date(2023, 3, 31)
    """
    return start + timedelta(days=(minute - 1) // DAY)


def lasting(minutes: int) -> str:
    """A span in words: whole days, or hours where it is shorter than a day, or minutes where shorter than an hour.

    >>> lasting(1), lasting(90), lasting(1_500), lasting(43_830)
    ('1 minute', '2 hours', '1 day', '30 days')
    """
    unit, name = next(((size, name) for size, name in ((DAY, "day"), (60, "hour")) if minutes >= size), (1, "minute"))
    count = round(minutes / unit)
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def period_of(text: str) -> tuple[date, date]:
    """First and last day of ``"2022-11"``, ``"2023-Q1"``, ``"2023-H2"`` or ``"2023"``; ValueError for other text.

    >>> period_of("2023-Q1")
    (datetime.date(2023, 1, 1), datetime.date(2023, 3, 31))
    """
    match = _PERIOD.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a period")
    year, quarter, half, month = (int(part) if part else 0 for part in match.groups())
    if year == 0 or (match[4] is not None and not 1 <= month <= 12):
        raise ValueError(f"{text!r} is not a period")
    if quarter:
        first, last = 3 * quarter - 2, 3 * quarter
    elif half:
        first, last = 6 * half - 5, 6 * half
    elif month:
        first, last = month, month
    else:
        first, last = 1, 12
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def next_month(day: date) -> date:
    """The first of the month after the month of ``day``."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def months_between(start: date, end: date) -> tuple[date, ...]:
    """The firsts of the months from ``start`` to before ``end``, both firsts of months."""
    months = []
    while start < end:
        months.append(start)
        start = next_month(start)
    return tuple(months)


def months_since(day: date, start: date) -> int:
    """Months from the month of ``start`` to the month of ``day``; negative before it."""
    return (day.year - start.year) * 12 + day.month - start.month


def month_edges(start: date, end: date) -> Minutes:
    """Minutes of the firsts of the months from ``start`` to ``end``, both included: shape (t + 1,)."""
    firsts = (*months_between(start, end), end)
    return np.array([minute_of(first, start) for first in firsts], dtype=np.int64)


def season_weights(start: date, end: date, season: tuple[float, ...]) -> Floats:
    """Weight of each month from ``start`` to ``end``, shape (t,), from January to December rescaled to mean 1."""
    mean = sum(season) / 12
    return np.array([season[first.month - 1] / mean for first in months_between(start, end)])
