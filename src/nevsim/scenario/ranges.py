"""What each quantity may be: its range, its unit and its law in minutes or plain numbers; no structure of the file."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from nevsim.clock import UNIT_MINUTES
from nevsim.laws import Law, LawError
from nevsim.scenario.quantity import FixedLaw, Lawful, Stated, build, unit_of

Figure = float | Stated | Lawful


@dataclass(frozen=True)
class Range:
    """Where a quantity may lie, in its default unit.

    A free tail may run past its bound: an unbounded upper tail of a duration saturates, the lower tail of a slip is
    cut by what has not started yet. ``timed`` says that a unit of time may stand beside it, ``whole`` that only whole
    numbers will do.
    """

    low: float
    high: float
    free_low: bool = False
    free_high: bool = False
    open_low: bool = False
    timed: bool = False
    whole: bool = False
    unit: str = ""


RANGES: dict[str, Range] = {
    "nameplate": Range(0, 1e9, free_high=True, unit="vehicles a year"),
    "built": Range(0, 1, unit="share"),
    "realised": Range(0, 1, unit="probability"),
    "load": Range(0, 1.5, unit="share"),
    "share": Range(0, 1, unit="share"),
    "to": Range(0, 1, unit="share"),
    "slip": Range(-120, 1_200, free_low=True, free_high=True, timed=True, unit="months"),
    "uses": Range(0, 1e9, free_high=True, unit="units a vehicle"),
    "duration": Range(0, 1_200, free_high=True, timed=True, unit="months"),
    "rate": Range(0, 1_000, free_high=True, unit="onsets a year"),
    "severity": Range(0, 1, unit="share"),
    "growth": Range(-1, 100, free_high=True, open_low=True, unit="a year"),
    "level": Range(0, 1_000, free_high=True, unit="multiplier"),
    "count": Range(1, 10_000, whole=True, unit="crews"),
    "planned": Range(1, 10_000, whole=True, unit="openings"),
    "teams": Range(1, 10_000, whole=True, unit="teams"),
    "fit_out": Range(0, 1_200, free_high=True, timed=True, unit="months"),
    "pace": Range(0, 1_000, free_high=True, unit="multiplier"),
    "opened": Range(0, 1e9, whole=True, unit="open"),
    "already": Range(0, 1e12, unit="vehicles"),
}


def months_of(field: str, quantity: Figure) -> float:
    """Return how many months the unit of a timed quantity has: 1 for months, 1,440 / 43,830 for days."""
    named = unit_of(quantity)
    return UNIT_MINUTES[named or "months"] / UNIT_MINUTES["months"] if RANGES[field].timed else 1.0


@lru_cache(maxsize=4_096)
def law_of(quantity: Figure) -> Law:
    """Return the law of a quantity in the unit it names."""
    return build(quantity)


def quantity_faults(field: str, quantity: Figure) -> Iterator[tuple[str, str]]:
    """Yield the kind and the words of every fault of one quantity of the format."""
    allowed = RANGES[field]
    if unit_of(quantity) is not None and not allowed.timed:
        yield "unit-not-allowed", f'found unit "{unit_of(quantity)}", want none for {field}; remove it'
    try:
        law = law_of(quantity)
    except LawError as error:
        yield "law-parameters", str(error)
        return
    if allowed.whole and not (law.is_discrete and all(value == int(value) for value, _ in law.atoms)):
        found, cure = "it can be a fraction", 'write a number or law = "choice"'
        if law.is_fixed:
            found, cure = f"found {law.support[0]:g}", "round it"
        yield "out-of-range", f"{found}, want whole numbers; {cure}"
        return
    factor = months_of(field, quantity)
    low, high = law.support
    lowest, highest = allowed.low / factor, allowed.high / factor
    too_low = low < lowest or (allowed.open_low and low <= lowest)
    unit = unit_of(quantity) or allowed.unit
    if too_low and not (allowed.free_low and low == -math.inf):
        yield from _leaves(quantity, low, "min", lowest, allowed.open_low, unit)
    if high > highest and not (allowed.free_high and high == math.inf):
        yield from _leaves(quantity, high, "max", highest, False, unit)


def _leaves(
    quantity: Figure, value: float, key: str, bound: float, is_open: bool, unit: str
) -> Iterator[tuple[str, str]]:
    side = "more than" if is_open else "at least" if key == "min" else "at most"
    if isinstance(quantity, Lawful) and not isinstance(quantity, FixedLaw):
        step = bound + 0.01 if is_open else bound
        reach = "reaches below every bound" if value == -math.inf else f"can reach {value:g}"
        reach = "reaches above every bound" if value == math.inf else reach
        whole = law_of(quantity).support
        if key == "max" and unit in ("share", "probability") and 2 <= whole[0] <= whole[1] <= 100:
            cure = f"write {value:g} % as {value / 100:g}, and so on"
        elif whole[0] > bound if key == "max" else whole[1] < bound:
            cure = "correct it: no value is within"
        else:
            cure = f"add {key} = {step:g}"
        yield "law-leaves-range", f"{reach}, want {side} {bound:g} {unit}; {cure}"
    else:
        percent = unit in ("share", "probability") and 2 <= value <= 100
        cure = f"write {value:g} % as {value / 100:g}" if percent else "correct it"
        yield "out-of-range", f"found {value:g}, want {side} {bound:g} {unit}; {cure}"
