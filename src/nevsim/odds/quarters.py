"""By when a target's level is reached: the same target moved to the end of every quarter; no counting."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from nevsim.clock import months_between
from nevsim.plant.plan import Plan, TargetPlan


def quarter_ends(start: date, end: date) -> list[int]:
    """Return how many months have been played at the end of each calendar quarter from start to end.

    >>> quarter_ends(date(2022, 11, 1), date(2023, 7, 1))
    [2, 5, 8]
    """
    return [number + 1 for number, month in enumerate(months_between(start, end)) if month.month % 3 == 0]


def moved(plan: Plan, target: TargetPlan, months: int) -> TargetPlan | None:
    """Return the target as it would stand so many months after the start, or None where it cannot be measured then.

    A day moves there; a window keeps its length and ends there. A window with something made before the start cannot
    move, as what was made before any other window is not known.
    """
    if target.measure not in ("output", "share"):
        return replace(target, at=int(plan.edges[months]))
    first, last = target.window
    begin = months - (last - first)
    if begin < 0 or (target.already and months != last):
        return None
    return replace(target, window=(begin, months))
