"""The yearly rate of a target's scope over time, as a fan over the runs, against the promise and the target."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nevsim.arrays import Floats
from nevsim.clock import date_of
from nevsim.errors import UsageError
from nevsim.report.canvas import (
    BLACK,
    GREY,
    MIDDLE,
    PALE,
    VERMILION,
    amounts,
    date_axis,
    day_number,
    root,
    sheet,
    title_of,
)
from nevsim.report.style import amount, percent
from nevsim.result import Result

RUNS = 3
"""Single runs that are shown as thin lines."""


def draw_fan(result: Result, target: int = 0, ax: Axes | None = None) -> Figure:
    """Draw the yearly rate month by month: 50 % and 90 % of the runs, their median, the mean promise and the target.

    All in vehicles a year, without the season. An output target stands as the mean rate that it needs over its window,
    less what was made before. Raises UsageError for a target of starts, which has no rate.
    """
    scope = result.series_of(target)
    found = result.targets[target]
    if scope is None:
        raise UsageError(f"target {found.id} counts starts and has no rate over time; draw its gantt instead")
    end = result.scenario.document.scenario.end
    days = [*map(day_number, result.months), day_number(end)]
    rates = result.fan(scope, (0.05, 0.25, 0.5, 0.75, 0.95))
    promised = result.promised_rate(target)
    needed, span, label = _needed(result, target)
    note = "Yearly rate of the vehicles made and sold, month by month, without the season"
    with sheet(result, title_of(result, target), percent(found.odds), note, ax) as axes:
        for low, high, colour, words in (
            (0, 4, PALE, "90 % of the runs"),
            (1, 3, MIDDLE, "50 % of the runs"),
        ):
            axes.fill_between(days, _held(rates[low]), _held(rates[high]), step="post", color=colour, lw=0, label=words)
        for number, path in enumerate(result.paths[:RUNS, scope]):
            axes.step(days, _held(path), where="post", color=GREY, lw=0.6, label=None if number else "single runs")
        axes.step(days, _held(rates[2]), where="post", color=BLACK, lw=1.8, label="median")
        axes.step(
            days,
            _held(promised),
            where="post",
            color=VERMILION,
            lw=1.6,
            ls=(0, (5, 2)),
            label="promised (mean)",
        )
        if needed is not None:
            marks: dict[str, Any] = {"marker": "o", "markersize": 5, "markevery": [1]}
            if found.measure == "output":
                axes.axvspan(*span, color="#F0F0F0", lw=0, zorder=0)
                marks.clear()
            axes.plot(span, [needed, needed], color=BLACK, lw=1.8, ls=(0, (1, 1.2)), label=label, **marks)
        highest = max(float(rates.max()), float(np.nanmax(promised, initial=0.0)), needed or 0.0)
        axes.set_ylim(0, 1.05 * highest if highest > 0 else 1)
        axes.set_ylabel("rate (vehicles a year)")
        axes.set_xlabel("month")
        amounts(axes.yaxis)
        date_axis(axes, result.months[0], end, most=14)
    return root(axes)


def _held(values: Floats) -> Floats:
    """Return a value for every edge of the months: each holds until the next edge."""
    return np.append(values, values[-1])


def _needed(result: Result, target: int) -> tuple[float | None, tuple[float, float], str]:
    """Return the target as a rate (vehicles a year), the days that it stands for, and its words."""
    plan = result.plan.targets[target]
    start = result.plan.start
    if plan.measure != "output":
        what = "capacity" if plan.measure == "capacity" else "rate"
        span = (day_number(start), day_number(date_of(plan.at, start)))
        return plan.at_least, span, f"target: {what} of {amount(plan.at_least)} a year"
    first, last = plan.window
    months = float(result.plan.season[first:last].sum())
    edges = [*result.months, result.scenario.document.scenario.end]
    span = (day_number(edges[first]), day_number(edges[last]))
    left = max(plan.at_least - plan.already, 0.0)
    if not months:
        return None, span, ""
    return 12 * left / months, span, f"needed for the target: {amount(12 * left / months)} a year"
