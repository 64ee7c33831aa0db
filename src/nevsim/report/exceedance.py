"""How likely a target's quantity reaches at least each value, and where the target lies on that curve."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from nevsim.arrays import Floats
from nevsim.clock import day_done
from nevsim.report.canvas import BLACK, BLUE, GREEN, MIDDLE, VERMILION, amounts, root, sheet, title_of
from nevsim.report.style import amount, day_label, month_label, percent, window_label
from nevsim.result import Result, TargetResult
from nevsim.scenario.target_check import window_of

FINE = 100_000
"""Points of a staircase: with no more runs it is exact."""


def draw_exceedance(result: Result, target: int = 0, ax: Axes | None = None) -> Figure:
    """Draw the share of runs that reach at least each value, the target's level, and the odds with their interval."""
    found = result.targets[target]
    counts = found.measure == "start"
    with sheet(result, title_of(result, target), percent(found.odds), _note(found), ax) as axes:
        values, shares = _stairs(result, target) if counts else _curve(result, target)
        marker: dict[str, Any] = {"marker": "o", "markersize": 5} if counts else {}
        axes.plot(
            values,
            shares,
            color=BLUE,
            lw=0 if counts else 1.8,
            label="share of the runs that reach it",
            **marker,
        )
        if counts:
            axes.vlines(values, 0, shares, color=MIDDLE, lw=6, zorder=1.5)
        words = f"target: {amount(found.at_least)}"
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


def _stairs(result: Result, target: int) -> tuple[Floats, Floats]:
    """Return the numbers of starts from 1 to all of the scope, and the share of runs that reach each."""
    values, shares = result.values.exceedance(target, min(result.runs, FINE) + 1)
    numbers = np.arange(1.0, int(result.plan.targets[target].inside.sum()) + 1)
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
    counts = result.targets[target].measure == "start"
    if counts:
        axes.set_xlim(0.4, max(float(values[-1]), result.targets[target].at_least) + 0.6)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=12, integer=True, min_n_ticks=1))
    else:
        axes.set_xlim(*_ends(result, target, values[1:-1]))
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6))
    axes.set_ylim(0, 1.02)
    axes.set_xlabel(_quantity(result, target))
    axes.set_ylabel("runs that reach at least this (%)")
    amounts(axes.xaxis)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))


def _quantity(result: Result, target: int) -> str:
    """Return what is measured, when, and its unit."""
    plan = result.plan.targets[target]
    if plan.measure == "output":
        return f"output, {window_label(*window_of(result.scenario.document.targets[target]))} (vehicles)"
    day = day_done(plan.at, result.plan.start)
    return {
        "run-rate": f"rate in {month_label(day)} (vehicles a year)",
        "capacity": f"capacity that has started by {day_label(day)} (vehicles a year)",
        "start": f"starts of production by {day_label(day)} (number of phases)",
    }[plan.measure]


def _note(found: TargetResult) -> str:
    if found.stated is not None:
        return f"The odds repeat the probability as stated, {100 * found.stated:.3g} %: an assumption, not a finding"
    unit = {"output": "vehicles", "start": "starts"}.get(found.measure, "vehicles a year")
    if found.p10 == found.p90:
        return f"At least 80 % of the runs come to {amount(found.p50)} {unit}"
    most = f"80 % lie between {amount(found.p10)} and {amount(found.p90)}"
    return f"Half of the runs reach {amount(found.p50)} {unit}; {most}"
