"""What a target looks at over time, a yearly rate or a number open, as a fan over the runs against its level."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from nevsim.arrays import Floats
from nevsim.clock import date_of, day_done
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
from nevsim.report.style import amount, day_label, percent
from nevsim.result import Result

RUNS = 3
"""Single runs that are shown as thin lines."""
RATE = "Yearly rate of the vehicles made and sold, month by month, without the season"
OPEN = "Number open at the end of each month, what was open at the beginning included"


def draw_fan(result: Result, target: int = 0, ax: Axes | None = None) -> Figure:
    """Draw what a target looks at month by month: 50 % and 90 % of the runs, their median, and the target.

    For a volume that is the yearly rate in vehicles, without the season, beside the mean promise; an output target
    stands as the mean rate that it needs over its window, less what was made before. For a count it is how many are
    open, with every target on the same rollout. Raises UsageError for starts and shares, which have no such path.
    """
    scope = result.series_of(target)
    found = result.targets[target]
    if scope is None:
        what, other = ("counts starts", "gantt") if found.measure == "start" else ("is a share", "exceedance")
        raise UsageError(f"target {found.id} {what} and has no rate over time; draw its {other} instead")
    alone = found.measure == "count"
    note = OPEN if alone else RATE
    with sheet(result, title_of(result, target), percent(found.odds), note, ax) as axes:
        top = _bands(axes, result, scope, joined=alone)
        top = max(top, _mark_counts(axes, result, target) if alone else _mark_volume(axes, result, target))
        axes.set_ylim(0, 1.05 * top if top > 0 else 1)
        axes.set_ylabel("open (number)" if alone else "rate (vehicles a year)")
        axes.set_xlabel("month")
        if alone:
            axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        amounts(axes.yaxis)
        date_axis(axes, result.months[0], result.scenario.document.scenario.end, most=14)
    return root(axes)


def rollouts(result: Result) -> list[int]:
    """Return the positions of the count targets, the first of each rollout."""
    found: dict[int | None, int] = {}
    for number, plan in enumerate(result.plan.targets):
        if plan.measure == "count":
            found.setdefault(plan.rollout, number)
    return list(found.values())


def _bands(axes: Axes, result: Result, scope: int, *, joined: bool) -> float:
    """Draw bands, single runs and median, and return the highest value.

    A rate holds through its month; what is open is ``joined`` from the end of one month to that of the next.
    """
    days = _edges(result)
    rates = result.fan(scope, (0.05, 0.25, 0.5, 0.75, 0.95))

    def at_edges(values: Floats) -> Floats:
        return np.append(result.series[scope].already, values) if joined else _held(values)

    step: dict[str, Any] = {} if joined else {"drawstyle": "steps-post"}
    for low, high, colour, words in ((0, 4, PALE, "90 % of the runs"), (1, 3, MIDDLE, "50 % of the runs")):
        band = (at_edges(rates[low]), at_edges(rates[high]))
        axes.fill_between(days, *band, step=None if joined else "post", color=colour, lw=0, label=words)
    for number, path in enumerate(result.paths[:RUNS, scope]):
        axes.plot(days, at_edges(path), color=GREY, lw=0.6, label=None if number else "single runs", **step)
    axes.plot(days, at_edges(rates[2]), color=BLACK, lw=1.8, label="median", **step)
    return float(rates.max())


def _edges(result: Result) -> list[float]:
    return [*map(day_number, result.months), day_number(result.scenario.document.scenario.end)]


def _mark_volume(axes: Axes, result: Result, target: int) -> float:
    """Draw the mean promise and the rate that the target needs, and return the higher of the two."""
    promised = result.promised_rate(target)
    needed, span, label = _needed(result, target)
    looks: dict[str, Any] = {"color": VERMILION, "lw": 1.6, "ls": (0, (5, 2)), "label": "promised (mean)"}
    axes.step(_edges(result), _held(promised), where="post", **looks)
    if needed is not None:
        marks: dict[str, Any] = {"marker": "o", "markersize": 5, "markevery": [1]}
        if result.targets[target].measure == "output":
            axes.axvspan(*span, color="#F0F0F0", lw=0, zorder=0)
            marks.clear()
        axes.plot(span, [needed, needed], color=BLACK, lw=1.8, ls=(0, (1, 1.2)), label=label, **marks)
    return max(float(np.nanmax(promised, initial=0.0)), needed or 0.0)


def _mark_counts(axes: Axes, result: Result, target: int) -> float:
    """Draw the level of every target on the same rollout up to its day, and return the highest.

    Of those at the same level the earlier lies upon the later.
    """
    start = result.plan.start
    same = [one for one in result.plan.targets if one.rollout == result.plan.targets[target].rollout]
    for number, one in enumerate(same):
        later = sum(other.at > one.at for other in same)
        axes.plot(
            [day_number(start), day_number(date_of(one.at, start))],
            [one.at_least, one.at_least],
            color=(VERMILION, BLACK, GREY)[number % 3],
            lw=1.8,
            ls=(0, (1, 1.2)),
            marker="osD^"[number % 4],
            markersize=5,
            markevery=[1],
            zorder=3 + later / len(same),
            label=f"target: {amount(one.at_least)} by {day_label(day_done(one.at, start))}",
        )
    return max(one.at_least for one in same)


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
