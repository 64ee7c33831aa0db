"""What a text that is no day of the format most likely means, for the cure of a fault; nothing is taken for it."""

from __future__ import annotations

import re
from datetime import date, timedelta

from nevsim.clock import period_of

EPOCH = date(1899, 12, 30)
"""Day 0 of the numbers that a spreadsheet shows for days, from its 1 March 1900 on."""

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_GERMAN = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_PART = re.compile(r"(?i)(?:(\d{4})[ /-]?([qh])([1-4])|([qh])([1-4])[ /-]?(\d{4}))")
_SERIAL = re.compile(r"[34567]\d{4}")


def is_period(text: str) -> bool:
    """Whether a text is a period of the format.

    >>> is_period("2023-Q1"), is_period("Q1 2023")
    (True, False)
    """
    try:
        period_of(text)
    except ValueError:
        return False
    return True


def day_cure(text: str) -> str:
    """Return how a day or period that is written in another way has to be written, or what to do where it is unclear.

    >>> day_cure("31.03.2024"), day_cure("3/31/2024"), day_cure("Q1 2024"), day_cure("soon")
    ('write 2024-03-31', 'write 2024-03-31', 'write "2024-Q1"', 'correct it')
    >>> day_cure("03/04/2024")
    'write 2024-03-04 or 2024-04-03, whichever is meant'
    >>> day_cure("2024-03-31"), day_cure("2024-Q1")
    ('remove the quotes', 'write a day of it')
    """
    text = text.strip()
    if is_period(text):
        return "write a day of it"
    if _SERIAL.fullmatch(text):
        return f"write {EPOCH + timedelta(int(text))} if a spreadsheet counted that day"
    if part := _PART.fullmatch(text):
        year, letter, number = part.groups()[:3] if part[1] else (part[6], part[4], part[5])
        period = f"{year}-{letter.upper()}{number}"
        return f'write "{period}"' if is_period(period) else "correct it"
    if iso := _ISO.fullmatch(text):
        days = _days((iso[1], iso[2], iso[3]))
        return "remove the quotes" if days == [text] else _written(days)
    if german := _GERMAN.fullmatch(text):
        return _written(_days((german[3], german[2], german[1])))
    if slashed := _SLASHED.fullmatch(text):
        first, second, year = slashed.groups()
        return _written(_days((year, first, second), (year, second, first)))
    return "correct it"


def _days(*parts: tuple[str, str, str]) -> list[str]:
    """Return the days that there are of years, months and days, each once."""
    found: dict[str, None] = {}
    for year, month, day in parts:
        try:
            found[date(int(year), int(month), int(day)).isoformat()] = None
        except ValueError:
            continue
    return list(found)


def _written(days: list[str]) -> str:
    if not days:
        return "correct it"
    return f"write {days[0]}" if len(days) == 1 else f"write {' or '.join(days)}, whichever is meant"
