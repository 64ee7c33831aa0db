"""How likely a target's quantity reaches at least each value, and where the target lies on that curve."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from nevsim.arrays import Floats
from nevsim.clock import day_done
from nevsim.report.canvas import BLACK, BLUE, GREEN, MIDDLE, VERMILION, amounts, percents, root, sheet, title_of
from nevsim.report.style import amount, day_label, month_label, percent, quantity, window_label
from nevsim.result import Result, TargetResult
from nevsim.scenario.assumptions import UNITS
from nevsim.scenario.target_check import window_of

FINE = 100_000
"""Points of a staircase: with no more runs it is exact."""
WIDE = 280.0
"""Points of all stairs together."""
NICE = [1, 2, 2.5, 5, 10]
"""Steps from tick to tick, times a power of ten."""
STEPS = 40
"""Numbers up to which each has a stair of its own."""


def draw_exceedance(result: Result, target: int = 0, ax: Axes | None = None) -> Figure:
    """Draw the share of runs that reach at least each value, the target's level, and the odds with their interval."""
    found = result.targets[target]
    counts = _has_stairs(result, target)
    with sheet(result, title_of(result, target), percent(found.odds), _note(found), ax) as axes:
        values, shares = _stairs(result, target) if counts else _curve(result, target)
        wide = min(6.0, WIDE / (np.ptp([*values, found.at_least]) + 1))
        marker: dict[str, Any] = {"marker": "o", "markersize": min(5.0, wide + 1.5)} if counts else {}
        axes.plot(
            values,
            shares,
            color=BLUE,
            lw=0 if counts else 1.8,
            drawstyle="steps-pre" if found.measure == "count" else "default",
            label="share of the runs that reach it",
            **marker,
        )
        if counts:
            axes.vlines(values, 0, shares, color=MIDDLE, lw=wide, zorder=1.5)
        words = f"target: {quantity(found.at_least, found.measure)}"
        axes.axvline(found.at_least, color=BLACK, lw=1.6, ls=(0, (1, 1.2)), label=words, zorder=1.8)
        if found.promised is not None:
            promised = found.promised + result.plan.targets[target].already
            axes.axvline(promised, color=GREEN, lw=1.4, ls=(0, (5, 2)), label=f"promised (mean): {amount(promised)}")
        _mark(axes, found)
        _frame(axes, result, target, values)
    return root(axes)


def _curve(result: Result, target: int) -> tuple[Floats, Floats]:
    """Return values and the share of runs that reach each, held at 1 and 0 beyond the ends."""
    values, shares = result.values.exceedance(target)
    low, high = _ends(result, target, values)
    return np.array([low, values[0], *values, high]), np.array([1.0, 1.0, *shares, 0.0])


def _has_stairs(result: Result, target: int) -> bool:
    """Whether a number is measured, and few enough of them can come out."""
    found = result.targets[target]
    values, _ = result.values.exceedance(target)
    few = max(found.at_least, np.rint(values[-1])) - min(found.at_least, np.rint(values[0])) <= STEPS
    return found.measure == "start" or (found.measure == "count" and bool(few))


def _stairs(result: Result, target: int) -> tuple[Floats, Floats]:
    """Return numbers of starts from 1 to all of the scope, or of what is open, and the share of runs that reach each.

    What is open begins with the least that came out.
    """
    values, shares = result.values.exceedance(target, min(result.runs, FINE) + 1)
    if result.targets[target].measure == "start":
        numbers = np.arange(1.0, int(result.plan.targets[target].inside.sum()) + 1)
    else:
        numbers = np.arange(max(float(np.rint(values[0])), 1.0), float(np.rint(values[-1])) + 1)
    first = np.searchsorted(np.rint(values), numbers)
    return numbers, np.where(first > 0, shares[np.maximum(first, 1) - 1], 1.0)


def _ends(result: Result, target: int, values: Floats) -> tuple[float, float]:
    """Return the ends of the axis: what came out, the target and the promise, with some room."""
    found = result.targets[target]
    shown = [found.at_least, float(values[0]), float(values[-1])]
    if found.promised is not None:
        shown.append(found.promised + result.plan.targets[target].already)
    room = 0.05 * (max(shown) - min(shown)) or 0.05 * max(shown) or 1.0
    return max(min(shown) - room, 0.0), max(shown) + room


def _mark(axes: Axes, found: TargetResult) -> None:
    """Draw the odds at the target with their interval."""
    odds = found.odds
    axes.errorbar(
        [found.at_least],
        [odds.odds],
        yerr=[[max(odds.odds - odds.low, 0)], [max(odds.high - odds.odds, 0)]],
        color=VERMILION,
        marker="D",
        markersize=5,
        capsize=4,
        lw=1.6,
        zorder=4,
        clip_on=False,
        label=f"odds with 95 % interval: {percent(odds)}",
    )


def _frame(axes: Axes, result: Result, target: int, values: Floats) -> None:
    """Set the limits, ticks and labels of both axes."""
    found = result.targets[target]
    if _has_stairs(result, target):
        shown = [found.at_least, *(float(value) for value in values)]
        axes.set_xlim(0.4 if found.measure == "start" else min(shown) - 0.6, max(shown) + 0.6)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=12, integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]))
    else:
        low, high = _ends(result, target, values[1:-1])
        axes.set_xlim(low, min(high, 1.02) if found.measure == "share" else high)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=7, integer=found.measure == "count", steps=NICE))
    axes.set_ylim(0, 1.02)
    axes.set_xlabel(_quantity(result, target))
    axes.set_ylabel("runs that reach at least this (%)")
    if found.measure == "share":
        percents(axes.xaxis)
    else:
        amounts(axes.xaxis)
    percents(axes.yaxis)


def _quantity(result: Result, target: int) -> str:
    """Return what is measured, when, and its unit."""
    plan = result.plan.targets[target]
    if plan.measure in ("output", "share"):
        window = window_label(*window_of(result.scenario.document.targets[target]))
        return f"output, {window} (vehicles)" if plan.measure == "output" else f"share of what is sold, {window} (%)"
    day = day_done(plan.at, result.plan.start)
    return {
        "run-rate": f"rate in {month_label(day)} (vehicles a year)",
        "capacity": f"capacity that has started by {day_label(day)} (vehicles a year)",
        "start": f"starts of production by {day_label(day)} (number of phases)",
        "count": f"open by {day_label(day)} (number)",
    }[plan.measure]


def _note(found: TargetResult) -> str:
    if found.stated is not None:
        return f"The odds repeat the probability as stated, {100 * found.stated:.3g} %: an assumption, not a finding"
    low, middle, high = (quantity(value, found.measure) for value in (found.p10, found.p50, found.p90))
    if found.p10 == found.p90:
        return f"At least 80 % of the runs come to {middle} {UNITS[found.measure]}"
    return f"Half of the runs reach {middle} {UNITS[found.measure]}; 80 % of them lie between {low} and {high}"
