"""The odds of a target along one axis, with their intervals, and where they pass 50 and 80 %; no odds are computed."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from nevsim.errors import UsageError
from nevsim.report.canvas import BLACK, BLUE, GREY, MIDDLE, VERMILION, percents, plain, root, sheet, title_of
from nevsim.report.sweep_map import base_words, name_axis, write_levels
from nevsim.report.sweep_words import about, bare, silent
from nevsim.sweeps import EVEN, LIKELY, SweepTable, crossings

ROOM = 480.0
"""Points of the width of the axes."""
MANY = 60
"""Cases above which a dot is smaller."""


def draw_sweep_lines(table: SweepTable, target: int = 0, ax: Axes | None = None) -> Figure:
    """Draw the odds of a target along the first axis: a line with a band for numbers, dots with bars for texts.

    Marked are the places where the line passes 50 and 80 %, between neighbours, and the odds of the base. Where several
    axes move together, it is drawn along the first. Raises UsageError for a sweep that is no such line.
    """
    if not table.is_line:
        raise UsageError(f"the cases of sweep {table.id} lie along no single axis; draw another of its figures instead")
    with sheet(table, title_of(table, target), base_words(table, target), _note(table, target), ax) as axes:
        draw = _line if table.axes[0].is_number else _dots
        axes.axhline(EVEN, color=GREY, lw=1, ls=(0, (5, 3)), zorder=1.2)
        axes.axhline(LIKELY, color=GREY, lw=1, ls=(0, (5, 3)), zorder=1.2)
        base = table.odds[0][target]
        if base is not None:
            axes.axhline(
                base.odds, color=BLACK, lw=1.2, ls=(0, (1, 1.2)), zorder=1.3, label=f"base: {bare(table, 0, target)}"
            )
        draw(axes, table, target)
        name_axis(axes, table.axes[0], ROOM, vertical=False)
        axes.set_ylabel("odds (%)")
        axes.set_ylim(-0.02, 1.02)
        axes.set_yticks([0, 0.2, 0.4, 0.5, 0.6, 0.8, 1])
        percents(axes.yaxis)
    return root(axes)


def _line(axes: Axes, table: SweepTable, target: int) -> None:
    """Draw odds over numbers; the line breaks where odds are withheld."""
    values = table.axes[0].values
    cases = sorted(table.on_axes, key=lambda case: float(values[case] or 0))
    places = [float(values[case] or 0) for case in cases]
    found = [table.odds[case][target] for case in cases]
    low, middle, high = (
        np.array([np.nan if one is None else getattr(one, end) for one in found]) for end in ("low", "odds", "high")
    )
    axes.fill_between(places, low, high, color=MIDDLE, alpha=0.6, lw=0, label="95 % interval", zorder=1.5)
    axes.vlines(places, low, high, color=MIDDLE, lw=2, zorder=1.6)
    size = 4.5 if len(cases) <= MANY else 2
    axes.plot(places, middle, color=BLUE, lw=1.4, marker="o", ms=size, clip_on=False, label="odds", zorder=3)
    for share, sign in ((EVEN, "D"), (LIKELY, "s")):
        found_there = crossings(table, target, share)
        if found_there:
            passed = [one.at for one in found_there]
            words = ", ".join(about(table, one) for one in found_there[:3]) + (" and on" if len(passed) > 3 else "")
            looks: dict[str, Any] = {"ls": "", "color": VERMILION, "ms": 7, "mec": "white", "zorder": 4}
            axes.plot(passed, [share] * len(passed), sign, label=f"{100 * share:.0f} % near {words}", **looks)
    base = table.axes[0].values[0]
    if base is not None and table.odds[0][target] is not None:
        axes.axvline(float(base), color=BLACK, lw=1.2, ls=(0, (1, 1.2)), zorder=1.3)
    reach = 0.04 * (places[-1] - places[0]) or max(0.1 * abs(places[0]), 0.1)
    axes.set_xlim(places[0] - reach, places[-1] + reach)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:,.10g}"))


def _dots(axes: Axes, table: SweepTable, target: int) -> None:
    """Draw odds by text: a dot and its interval for each case."""
    levels = table.axes[0].levels(table.on_axes)
    found = [
        (levels.index(value), odds)
        for case in table.on_axes
        if (value := table.axes[0].values[case]) is not None and (odds := table.odds[case][target]) is not None
    ]
    places = [at for at, _ in found]
    lows, highs = [one.low for _, one in found], [one.high for _, one in found]
    axes.vlines(places, lows, highs, color=MIDDLE, lw=6, label="95 % interval", zorder=1.5, clip_on=False)
    axes.plot(places, [one.odds for _, one in found], "o", color=BLUE, ms=5, clip_on=False, label="odds", zorder=3)
    axes.set_xlim(-0.5, len(levels) - 0.5)
    write_levels(axes, levels, ROOM / len(levels), vertical=False)
    plain(list(axes.get_xticklabels()))


def _note(table: SweepTable, target: int) -> str:
    together = ", ".join(axis.title for axis in table.axes[1:])
    words = "Odds of each case with their 95 % interval, on the same draws"
    words += f"; {without}" if (without := silent(table, table.on_axes, target)) else ""
    return f"{words}; moved together with {together}" if together else words
