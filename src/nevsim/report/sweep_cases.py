"""How far the cases set by hand lie from the base: a dot with its interval for each, sorted; no odds are computed."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from nevsim.errors import UsageError
from nevsim.report.canvas import BLUE, GREY, VERMILION, fitted, plain, readable, root, sheet, title_of
from nevsim.report.sweep_map import base_words
from nevsim.report.sweep_words import bare, moves, silent
from nevsim.sweeps import SweepTable

MOST = 30
"""Rows of a figure; of more cases, those that lie farthest from the base."""
ROW = 0.24
"""Inches of a row."""
ROOM = 190.0
"""Points of the name of a case with its odds."""
TEXT = 8.0


def draw_sweep_cases(table: SweepTable, target: int = 0, ax: Axes | None = None) -> Figure:
    """Draw the difference of each case by hand from the base with its 95 % interval, the highest first.

    Raises UsageError where there is no such case.
    """
    if not table.by_hand:
        raise UsageError(f"sweep {table.id} has no case beside the base and the axes; draw its axes instead")
    cases = moves(table, target)
    sizes = {case: abs(one.value) for case in cases if (one := table.differences[case][target]) is not None}
    kept = set(sorted(cases, key=lambda case: -sizes[case])[:MOST])
    shown = [case for case in cases if case in kept]
    height = 1.9 + ROW * max(len(shown), 3)
    note = _note(table, target, len(cases), len(shown))
    with sheet(table, title_of(table, target), base_words(table, target), note, ax, height) as axes:
        axes.axvline(0, color=GREY, lw=1.2, ls=(0, (1, 1.2)), zorder=1.2)
        for sure, colour, words in ((True, VERMILION, "differs from the base"), (False, BLUE, "may be the same")):
            rows = [
                (row, found)
                for row, case in enumerate(shown)
                if (found := table.differences[case][target]) is not None and found.is_sure is sure
            ]
            if rows:
                places = [row for row, _ in rows]
                axes.hlines(places, [one.low for _, one in rows], [one.high for _, one in rows], color=colour, lw=2)
                axes.plot([one.value for _, one in rows], places, "o", color=colour, ms=5, label=words, zorder=3)
        names = [_name(table, case, target) for case in shown]
        axes.set_yticks(range(len(shown)), names, fontsize=TEXT)
        plain(list(axes.get_yticklabels()))
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(max(len(shown), 1) - 0.5, -0.5)
        axes.set_ylabel("case (odds)")
        axes.set_xlabel("odds above the base (percentage points)")
        if not shown:
            axes.set_xlim(-0.01, 0.01)
        axes.margins(x=0.06)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 5, 10]))
        axes.xaxis.set_major_formatter(
            FuncFormatter(lambda value, _place: f"{100 * value + 0:+.10g}" if value else "0")
        )
    return root(axes)


def _name(table: SweepTable, case: int, target: int) -> str:
    found = table.cases[case]
    return fitted(f"{readable(found.id, f'case {case}')} ", f"({bare(table, case, target)})", ROOM, TEXT, lines=1)[0]


def _note(table: SweepTable, target: int, known: int, shown: int) -> str:
    words = "Difference from the base on the same draws, with its 95 % interval"
    if shown < known:
        words += f"; the {shown} farthest of {known} cases"
    without = silent(table, table.by_hand, target)
    return f"{words}; {without}" if without else words
