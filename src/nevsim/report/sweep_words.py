"""What a sweep says, in sentences: where a target comes to even odds and to 80 %, and what moves it; no drawing."""

from __future__ import annotations

from collections import Counter
from math import floor, log10

from nevsim.odds.interval import Odds
from nevsim.report.style import level, percent, shift
from nevsim.sweeps import EVEN, LIKELY, Crossing, SweepTable, crossings, known

MODES = {
    "product": "every value of an axis with every value of the others",
    "zip": "the axes move together, value by value",
    "sample": "values drawn at random within the axes",
}
"""What each mode plays."""

FEW = 3
"""Axes up to which a case is told by their titles alone."""
MOST_CROSSINGS = 2
"""Crossings that a sentence tells."""


def place(table: SweepTable, case: int) -> str:
    """Return where a case lies: its values on the axes, or its name."""
    if case == 0:
        return "the base"
    if case in table.by_hand:
        return f"case {table.cases[case].id}"
    if len(table.axes) <= FEW:
        return ", ".join(f"{axis.title} = {_value(axis.values[case])}" for axis in table.axes)
    values = ", ".join(f"{axis.name} = {_value(axis.values[case])}" for axis in table.axes)
    return f"case {table.cases[case].id} ({values})"


def sentences(table: SweepTable, target: int) -> list[str]:
    """Return where the odds of a target come to even and to 80 %; where none comes to even odds, that alone."""
    shares = (EVEN,) if _falls_short(_found(table, target), EVEN) else (EVEN, LIKELY)
    return [sentence(table, target, share) for share in shares]


def sentence(table: SweepTable, target: int, share: float) -> str:
    """Return where the odds of a target come to a share: between which neighbours, at which case, or that none does.

    Along a line, cases by hand are left aside.
    """
    aside, name, found = _aside(table), share_name(share), _found(table, target)
    if not found:
        cases = [case for case in range(len(table.cases)) if case not in aside]
        return f"{name}: nothing is known ({silent(table, cases, target)})"
    if passed := crossings(table, target, share):
        return f"{name} {' and '.join(_passed(table, target, share))}" + (
            "" if len(passed) <= MOST_CROSSINGS else f" and {len(passed) - MOST_CROSSINGS} times more"
        )
    case, odds = min(found, key=lambda one: abs(one[1].odds - share))
    at, which = place(table, case), "case on the axis" if aside else "case"
    if odds.low <= share <= odds.high:
        return f"{name} at {at}: {percent(odds)}"
    if _falls_short(found, share):
        return f"no {which} reaches {100 * share:.0f} %: the best is {percent(odds)} at {at}"
    if all(one.odds > share for _, one in found):
        return f"every {which} is above {100 * share:.0f} %: the lowest is {percent(odds)} at {at}"
    return f"nearest to {name}: {percent(odds)} at {at}"


def _aside(table: SweepTable) -> set[int]:
    """Return the cases that sentences leave aside."""
    return set(table.by_hand) if table.is_line else set()


def _found(table: SweepTable, target: int) -> list[tuple[int, Odds]]:
    """Return the cases that sentences tell of, with their odds of a target."""
    aside = _aside(table)
    return [one for one in known(table, target) if one[0] not in aside]


def _falls_short(found: list[tuple[int, Odds]], share: float) -> bool:
    """Whether the odds of all cases, with their intervals, lie below a share."""
    return bool(found) and all(max(one.odds, one.high) < share for _, one in found)


def _passed(table: SweepTable, target: int, share: float) -> list[str]:
    axis = table.axes[0]
    found = []
    for one in crossings(table, target, share)[:MOST_CROSSINGS]:
        ends = [
            f"{_value(axis.values[case])} ({bare(table, case, target)})"
            for case in dict.fromkeys((one.below, one.above))
        ]
        between = f", between {' and '.join(ends)}" if len(ends) == 2 else ""
        found.append(f"near {axis.title} = {about(table, one)}{between}")
    return found


def about(table: SweepTable, crossing: Crossing) -> str:
    """Return where a line passes a share, as finely as its neighbours let it be known: a tenth of their gap."""
    low, high = (float(table.axes[0].values[case] or 0) for case in (crossing.below, crossing.above))
    return level(crossing.at if low == high else round(crossing.at, 1 - floor(log10(abs(high - low)))))


def share_name(share: float) -> str:
    """Return odds that are looked for, in words."""
    return "even odds" if share == EVEN else f"odds of {100 * share:.0f} %"


def told(table: SweepTable, case: int, target: int) -> str:
    """Return the odds of a case with their interval, or why there are none."""
    odds = table.odds[case][target]
    return percent(odds) if odds is not None else "no such target" if any(table.odds[case]) else "withheld"


def bare(table: SweepTable, case: int, target: int) -> str:
    """Return the odds of a case without their interval, or their bound, or why there are none."""
    return told(table, case, target).partition(" (")[0]


def silent(table: SweepTable, cases: list[int], target: int) -> str:
    """Return how many of some cases have no odds of a target, by why; nothing where all have."""
    reasons = Counter(told(table, case, target) for case in cases if table.odds[case][target] is None)
    return ", ".join(f"{count} {'with ' * (why != 'withheld')}{why}" for why, count in sorted(reasons.items()))


def moves(table: SweepTable, target: int) -> list[int]:
    """Return the positions of the cases by hand whose difference from the base is known, the highest first."""
    found = [
        (case, difference.value)
        for case in table.by_hand
        if (difference := table.differences[case][target]) is not None
    ]
    return [case for case, _ in sorted(found, key=lambda one: -one[1])]


def moved(table: SweepTable, target: int) -> str:
    """Return by how much the case by hand that moves a target most does so, against the base; nothing without any."""
    found = [(case, difference) for case in moves(table, target) if (difference := table.differences[case][target])]
    if not found:
        return ""
    case, most = max(found, key=lambda one: abs(one[1].value))
    if not any(difference.is_sure for _, difference in found):
        return "no case by hand moves it beyond its interval"
    return f"case {table.cases[case].id} moves it most, by {shift(most)} percentage points"


def _value(value: float | str | None) -> str:
    return "" if value is None else level(value)
