"""How numbers, odds and dates are written, in figures and in tables alike; no colours and no drawing."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from math import floor, log10

from nevsim.odds.interval import Odds
from nevsim.odds.paired import Difference

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Names of the months in any locale."""


def percent(odds: Odds) -> str:
    """Return odds with their 95 % interval; with no hits or no misses the bound alone, never a bare 0 % or 100 %.

    One decimal, more where the interval is too short to be seen with one or the odds lie near 0 or 1, and yet more for
    an end that would be taken for 0 or 1.

    >>> percent(Odds(10_920, 20_000, 0.5391, 0.5529))
    '54.6 % (53.9–55.3 %)'
    >>> percent(Odds(0, 20_000, 0.0, 0.00018443)), percent(Odds(20_000, 20_000, 0.99981557, 1.0))
    ('under 0.019 %', 'over 99.981 %')
    >>> percent(Odds(999, 1000, 0.9945, 0.99997))
    '99.90 % (99.45–99.997 %)'
    """
    if odds.hits == 0:
        return f"under {_upper(odds.high)} %"
    if odds.hits == odds.runs:
        return f"over {100 - _upper(1 - odds.low)} %"
    least = max(1, _decimals(odds.half_width, 1), _decimals(min(odds.odds, 1 - odds.odds), 2))
    middle, low, high = (
        f"{100 * share:.{max(least, _decimals(share, 1), _decimals(1 - share, 1))}f}"
        for share in (odds.odds, odds.low, odds.high)
    )
    return f"{middle} % ({low}–{high} %)"


def _decimals(share: float, significant: int) -> int:
    """Return how many decimals a share in per cent needs for so many significant digits; none where it is 0."""
    return significant - 1 - floor(log10(100 * share) + 1e-9) if share > 0 else 0


def _upper(share: float) -> Decimal:
    """Return a share above 0 in per cent, rounded up to 2 significant digits."""
    exact = Decimal(repr(round(100 * share, 12)))
    rounded = exact.quantize(Decimal(1).scaleb(exact.adjusted() - 1), rounding=ROUND_CEILING)
    whole = rounded.to_integral_value()
    return whole if rounded == whole else rounded.normalize()


def chance(probability: float) -> str:
    """Return a stated probability in per cent; 0 % and 100 % only where it is exactly that.

    >>> chance(0.451), chance(2.6e-48), chance(0.99996), chance(0.0)
    ('45.1 %', 'under 0.01 %', 'over 99.9 %', '0 %')
    """
    if 0 < probability < 5e-5:
        return "under 0.01 %"
    return "over 99.9 %" if 0.9995 <= probability < 1 else f"{100 * probability:.3g} %"


def share(count: int, runs: int) -> str:
    """Return a share of the runs in whole per cent; 0 % and 100 % only where they are exact.

    >>> share(0, 900), share(1, 900), share(225, 900), share(899, 900)
    ('0 %', 'under 1 %', '25 %', 'over 99 %')
    """
    rounded = round(100 * count / runs)
    if rounded == 0 and count:
        return "under 1 %"
    if rounded == 100 and count < runs:
        return "over 99 %"
    return f"{rounded} %"


def amount(value: float) -> str:
    """Return vehicles, or another quantity, with thousands separators; below 10 to 2 significant digits.

    >>> amount(1_234_567.4), amount(-12_300.0), amount(3.0), amount(0.4567), amount(1e-6)
    ('1,234,567', '-12,300', '3', '0.46', 'under 0.01')
    """
    if value == round(value) or abs(value) >= 9.95:
        return f"{round(value):,}"
    if abs(value) < 0.01:
        return "under 0.01" if value > 0 else "over -0.01"
    return f"{value:.2g}"


def level(value: float | str) -> str:
    """Return a value of an axis: a number to 4 significant digits, whole from 1,000 on, or a text as it stands.

    >>> level(60_000), level(1.25), level(2 / 3), level(-0.0), level(1e-7), level("s-curve")
    ('60,000', '1.25', '0.6667', '0', '1e-07', 's-curve')
    """
    if isinstance(value, str):
        return value
    return f"{round(value):,}" if value == round(value) or abs(value) >= 1_000 else f"{value:.4g}"


def shift(difference: Difference) -> str:
    """Return a difference of odds with its 95 % interval, in percentage points.

    >>> shift(Difference(0.0621, 0.0046, 0.1186)), shift(Difference(-0.00012, -0.0004, 0.00016))
    ('+6.2 (+0.5 to +11.9)', '-0.01 (-0.04 to +0.02)')
    """
    places = max(1, _decimals((difference.high - difference.low) / 2, 1))
    middle, low, high = (
        f"{100 * end:+.{places}f}" if round(100 * end, places) else "0"
        for end in (difference.value, difference.low, difference.high)
    )
    return f"{middle} ({low} to {high})"


def quantity(value: float, measure: str) -> str:
    """Return a measured quantity without its unit: a share in per cent, anything else as an amount.

    >>> quantity(0.8, "share"), quantity(0.76543, "share"), quantity(180.0, "count")
    ('80 %', '76.5 %', '180')
    """
    return f"{round(100 * value, 1):.15g} %" if measure == "share" else amount(value)


def about(value: float, half_width: float) -> str:
    """Return vehicles with half of their interval; nothing where neither comes to half a vehicle.

    >>> about(120_242.3, 19_682.0), about(-1e-9, 1e-7)
    ('120,242 ± 19,682', 'nothing')
    """
    if abs(value) < 0.5 and half_width < 0.5:
        return "nothing"
    return f"{amount(value)} ± {amount(half_width)}"


def signed(value: float) -> str:
    """Return an amount with its sign: a loss is negative, what comes early or grows positive."""
    return f"+{amount(value)}" if value > 0 else amount(value)


def month_label(day: date) -> str:
    """Return the month of a day.

    >>> month_label(date(2026, 1, 1))
    'Jan 2026'
    """
    return f"{MONTHS[day.month - 1]} {day.year}"


def day_label(day: date) -> str:
    """Return a day.

    >>> day_label(date(2025, 12, 31))
    '31 Dec 2025'
    """
    return f"{day.day} {month_label(day)}"


def window_label(first: date, end: date) -> str:
    """Return the months from ``first`` to before ``end``, both firsts of months.

    >>> window_label(date(2025, 1, 1), date(2026, 1, 1)), window_label(date(2024, 7, 1), date(2025, 7, 1))
    ('2025', 'Jul 2024–Jun 2025')
    """
    last = end - timedelta(days=1)
    if (first.month, last.month) == (1, 12):
        return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
    return (
        month_label(first) if month_label(first) == month_label(last) else f"{month_label(first)}–{month_label(last)}"
    )
