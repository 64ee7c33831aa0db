"""How much of each crew, supply and market is used month by month, and what each one costs; no counting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from nevsim.errors import UsageError
from nevsim.odds.bottleneck import Bottleneck
from nevsim.report.canvas import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    PALE,
    VERMILION,
    amounts,
    date_axis,
    day_number,
    fitted,
    panels,
    percents,
    plain,
    root,
    sheet,
)
from nevsim.report.style import about
from nevsim.result import Result

COLOURS = (BLUE, VERMILION, GREEN, BLACK, GREY)
"""Those of the lines on the caller's own axes."""
DASHES = {"crew": "-", "supply": (0, (6, 2)), "market": (0, (2, 1.5))}
"""How the line of each kind is drawn there."""
MOST = 10
"""Limits that are drawn at most, those that cost most."""
ROWS = (1.2, 0.8)
"""Inches of a limit, of few and of many."""
FEW = 4
"""Limits that are few."""
NAME = 8.5
"""Points of the letters above a limit."""
ROOM = (350.0, 125.0)
"""Points of a line above its use, and above its cost."""


def draw_limits(result: Result, ax: Axes | None = None) -> Figure:
    """Draw the mean use of each crew, supply and market by month, a row each, and beside it what it costs.

    The cost is what would be sold more, in mean vehicles over the window of the first output target, without that
    limit alone, with its 95 % interval. On the caller's axes the rows are lines, and the costs stand in the legend.
    Raises UsageError where nothing limits.
    """
    if not result.bottlenecks:
        raise UsageError("the scenario has no crew, supply or market; draw the waterfall instead")
    shown = sorted(result.bottlenecks, key=lambda one: -one.costs[0].vehicles if one.costs else 0.0)[:MOST]
    title, finding, note = "What limits", _finding(shown), _note(result, shown)
    if ax is not None:
        with sheet(result, title, finding, note, ax) as axes:
            _draw_lines(axes, result, shown)
        return root(axes)
    costs = bool(shown[0].costs)
    columns = 1 + costs
    places = (len(shown), columns, columns * len(shown))
    height = 1.75 + ROWS[len(shown) > FEW] * len(shown)
    with panels(result, title, finding, note, places, height, (2.7, 1.0) if costs else None) as several:
        for row, one in enumerate(shown):
            use = several[columns * row]
            _draw_use(use, result, one)
            if costs:
                _draw_cost(several[columns * row + 1], one, shown)
            for axes in several[columns * row : columns * (row + 1)]:
                axes.tick_params(axis="x", labelbottom=row == len(shown) - 1)
        several[-columns].set_xlabel("month")
        if costs:
            several[-1].set_xlabel("costs (vehicles)")
    return root(several[0])


def _draw_use(axes: Axes, result: Result, one: Bottleneck) -> None:
    """Draw the share of one limit that is used, month by month."""
    days, used = _steps(result, one)
    axes.fill_between(days, used, step="post", color=PALE, lw=0)
    axes.step(days, used, where="post", color=BLUE, lw=1.5, clip_on=False)
    axes.set_ylim(0, 1.02)
    axes.set_yticks([0, 0.5, 1])
    percents(axes.yaxis)
    axes.set_ylabel("use (%)", fontsize=8)
    date_axis(axes, result.months[0], result.scenario.document.scenario.end, most=10)
    fact = f": {100 * float(one.used.mean()):.0f} % used on average"
    _name(axes, fitted(f"{one.kind} {one.id}", fact, ROOM[0], NAME, lines=1))


def _draw_cost(axes: Axes, one: Bottleneck, shown: Sequence[Bottleneck]) -> None:
    """Draw what one limit costs, with its interval, on the scale of all that are shown."""
    cost = one.costs[0]
    ends = [end for other in shown for end in _ends(other)]
    room = 0.04 * (max(ends) - min(ends)) or 1.0
    looks: dict[str, Any] = {"facecolor": "white", "edgecolor": VERMILION, "hatch": "////", "linewidth": 1}
    axes.barh(0, cost.vehicles, 0.6, **looks)
    axes.errorbar([cost.vehicles], [0], xerr=[cost.half_width], color=BLACK, capsize=3, lw=1.2)
    axes.axvline(0, color=BLACK, lw=0.8)
    axes.set_xlim(min(ends) - room * (min(ends) < 0), max(ends) + room)
    axes.set_ylim(-0.6, 0.6)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=2, steps=[1, 2, 5, 10]))
    amounts(axes.xaxis)
    _name(axes, fitted(f"costs {about(cost.vehicles, cost.half_width)}", "", ROOM[1], NAME, lines=1))


def _ends(one: Bottleneck) -> tuple[float, float, float]:
    cost = one.costs[0]
    return 0.0, cost.vehicles - cost.half_width, cost.vehicles + cost.half_width


def _draw_lines(axes: Axes, result: Result, shown: Sequence[Bottleneck]) -> None:
    """Draw the use of all limits as lines."""
    for number, one in enumerate(shown):
        days, used = _steps(result, one)
        cost = f", costs {about(one.costs[0].vehicles, one.costs[0].half_width)}" if one.costs else ""
        colour, dashes = COLOURS[number % len(COLOURS)], DASHES[one.kind]
        looks: dict[str, Any] = {"color": colour, "ls": dashes, "label": f"{one.kind} {one.id}{cost}"}
        axes.step(days, used, where="post", lw=1.8, **looks)
    axes.set_ylim(0, 1.02)
    percents(axes.yaxis)
    axes.set_ylabel("mean use (%)")
    axes.set_xlabel("month")
    date_axis(axes, result.months[0], result.scenario.document.scenario.end, most=10)


def _steps(result: Result, one: Bottleneck) -> tuple[list[float], list[float]]:
    days = [*map(day_number, result.months), day_number(result.scenario.document.scenario.end)]
    return days, np.append(one.used, one.used[-1]).tolist()


def _name(axes: Axes, lines: list[str]) -> None:
    axes.set_title("\n".join(lines), loc="left", fontsize=NAME, pad=3)
    plain([axes.title])


def _finding(shown: Sequence[Bottleneck]) -> str:
    first = shown[0]
    if first.costs and first.costs[0].vehicles > first.costs[0].half_width:
        return f"{first.kind} {first.id} costs most"
    fullest = max(shown, key=lambda one: float(one.used.mean()))
    return f"{fullest.kind} {fullest.id} is used most"


def _note(result: Result, shown: Sequence[Bottleneck]) -> str:
    left = len(result.bottlenecks) - len(shown)
    if not shown[0].costs:
        return f"Mean use by month.{f' {left} more are left out.' if left else ''}"
    some = f" {left} more cost no more." if left else ""
    return (
        f"Mean use by month; costs: mean vehicles more without that limit alone, in {shown[0].costs[0].target}, first"
        f" {shown[0].runs:,} runs.{some}"
    )
