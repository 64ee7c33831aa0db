"""The odds of a target over two axes, a cell for each pair of values; no odds are computed."""

from __future__ import annotations

from math import ceil
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from nevsim.arrays import Floats
from nevsim.errors import UsageError
from nevsim.report.canvas import (
    BLACK,
    VERMILION,
    fitted,
    percents,
    plain,
    readable,
    root,
    sheet,
    title_of,
    width_of,
)
from nevsim.report.style import level
from nevsim.report.sweep_words import bare, silent
from nevsim.sweeps import EVEN, LIKELY, SweepAxis, SweepTable

COLOURS = mpl.colormaps["cividis"]
"""Evenly perceived, and alike for the colour-blind: J. R. Nuñez, C. R. Anderton, R. S. Renslow, PLoS ONE 13 (2018)."""
TOPS = (0.02, 0.05, 0.1, 0.2, 0.5)
"""Where colours end of odds that all lie under it; of others they end at 1."""
FINE = 0.2
"""Up to which of them cells have tenths of a per cent."""
LOOKS: dict[float, tuple[str, float, Any]] = {EVEN: (BLACK, 2.4, "solid"), LIKELY: (VERMILION, 1.8, (0, (2.2, 1.1)))}
"""Colour, width and dashes of the line between cells under and over a share."""
TEXT = 7.5
"""Points of the numbers in the cells and of the values along the axes."""
LINES = 2
"""Lines of the name of an axis."""
LONGEST = 100.0
"""Points of a value beside its row, or below its column."""
TAIL = 8
"""Letters that are kept at the end of a value that is cut within."""
PANEL = 430.0
"""Points of the width of all cells, beside a colour bar."""


def draw_sweep_map(table: SweepTable, target: int = 0, ax: Axes | None = None) -> Figure:
    """Draw the odds of a target over the two axes of a sweep, with the edges between cells under and over 50 and 80 %.

    A number stands in each cell where they are large enough. Raises UsageError for a sweep without two axes.
    """
    if len(table.axes) != 2 or not table.on_axes:
        raise UsageError(f"sweep {table.id} has not two axes; draw its lines or its parallel coordinates instead")
    across, up = layout(table)
    rows = len(up.levels(table.on_axes))
    height = min(max(3.4 + 0.26 * rows, 4.2), 9.5)
    with sheet(table, title_of(table, target), base_words(table, target), note_of(table, target), ax, height) as axes:
        parted = draw_cells(axes, table, target, table.on_axes, (PANEL, 72 * (height - 2.1)))
        name_axis(axes, across, PANEL, vertical=False)
        name_axis(axes, up, 72 * (height - 2.1), vertical=True)
        mark_names(axes, parted)
        colour_bar(axes, [axes], top_of(table, target))
    return root(axes)


def top_of(table: SweepTable, target: int) -> float:
    """Return where the colours of a target end: at 1, or nearer to the odds of the axes where all are small."""
    highest = max((one.odds for case in table.on_axes if (one := table.odds[case][target]) is not None), default=1.0)
    return next((top for top in TOPS if highest <= top), 1.0)


def layout(table: SweepTable) -> tuple[SweepAxis, SweepAxis]:
    """Return which of the first two axes runs across and which upwards: one of texts upwards, where they have room."""
    first, second = table.axes[:2]
    return (second, first) if second.is_number and not first.is_number else (first, second)


def base_words(table: SweepTable, target: int) -> str:
    """Return the odds of the base."""
    return f"base {bare(table, 0, target)}"


def note_of(table: SweepTable, target: int) -> str:
    """Return what the cells are, and how many have no odds, and why."""
    words = "Odds of each case in per cent, on the same draws; lines part what is under from what is over 50 % and 80 %"
    without = silent(table, table.on_axes, target)
    return f"{words}; crossed out: {without}" if without else words


def draw_cells(axes: Axes, table: SweepTable, target: int, cases: list[int], room: tuple[float, float]) -> set[float]:
    """Draw the cells of some cases on the levels of all, and return which of 50 and 80 % part some of them.

    ``room`` is the width and height (points) that all cells take.
    """
    across, up = layout(table)
    columns, rows = (one.levels(table.on_axes) for one in (across, up))
    odds, most = np.full((2, len(rows), len(columns)), np.nan)
    top = top_of(table, target)
    crossed = []
    for case in cases:
        x, y = (levels.index(one.values[case] or 0) for levels, one in ((columns, across), (rows, up)))
        found = table.odds[case][target]
        if found is None:
            crossed.append((x, y))
        else:
            odds[y, x], most[y, x] = found.odds, found.high
    axes.pcolormesh(
        np.arange(len(columns) + 1) - 0.5, np.arange(len(rows) + 1) - 0.5, odds, cmap=COLOURS, vmin=0, vmax=top
    )
    for x, y in crossed:
        looks: dict[str, Any] = {"facecolor": "white", "edgecolor": "#888888", "hatch": "xxx", "lw": 0}
        axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, **looks))
    axes.grid(visible=False)
    parted = {share for share in LOOKS if _edges(axes, odds, share)}
    width, height = room[0] / len(columns), room[1] / len(rows)
    if width >= width_of("100", TEXT) + 4 and height >= 1.3 * TEXT:
        for (y, x), share in np.ndenumerate(odds):
            if not np.isnan(share):
                colour = "white" if share < 0.47 * top else "black"
                words = _whole(share) if top > FINE else _tenths(share, float(most[y, x]))
                axes.text(x, y, words, ha="center", va="center", size=TEXT, color=colour)
    write_levels(axes, columns, width, vertical=False)
    write_levels(axes, rows, height, vertical=True)
    return parted


def _whole(share: float) -> str:
    """Return odds in whole per cent; those near 0 and 1 as a bound."""
    rounded = round(100 * share)
    return "<1" if rounded == 0 else ">99" if rounded == 100 else str(rounded)


def _tenths(share: float, most: float) -> str:
    """Return small odds in tenths of a per cent; those near 0 as the upper end of their interval."""
    found = f"{100 * share:.1f}"
    return found if found != "0.0" else f"<{ceil(1000 * most) / 10:.1f}"


def _edges(axes: Axes, odds: Floats, share: float) -> bool:
    """Draw the edges between neighbours under and over a share, upon a white line that parts them from any colour."""
    over, there = odds >= share, ~np.isnan(odds)
    across = np.argwhere((over[:, 1:] != over[:, :-1]) & there[:, 1:] & there[:, :-1])
    up = np.argwhere((over[1:] != over[:-1]) & there[1:] & there[:-1])
    lines = [[(x + 0.5, y - 0.5), (x + 0.5, y + 0.5)] for y, x in across]
    lines += [[(x - 0.5, y + 0.5), (x + 0.5, y + 0.5)] for y, x in up]
    colour, width, style = LOOKS[share]
    if lines:
        axes.add_collection(LineCollection(lines, colors="white", linewidths=width + 1.6, zorder=3))
        axes.add_collection(LineCollection(lines, colors=colour, linewidths=width, linestyles=style, zorder=3))
    return bool(lines)


def mark_names(axes: Axes, parted: set[float]) -> None:
    """Put the lines between the cells into the legend."""
    for share in sorted(parted):
        colour, width, style = LOOKS[share]
        words = f"{100 * share:.0f} % lies between the cells"
        axes.plot([], [], color=colour, lw=width, ls=style, label=words)


def write_levels(axes: Axes, levels: list[float | str], each: float, *, vertical: bool) -> None:
    """Write the values along an axis: upright where wider than their columns, and not all where they are many."""
    words = short_names([readable(level(one), f"value {number + 1}") for number, one in enumerate(levels)])
    widest = max(width_of(word, TEXT) for word in words)
    upright = not vertical and widest > each - 4
    step = max(1, int(np.ceil(1.35 * TEXT / each))) if vertical or upright else 1
    places = list(range(0, len(levels), step))
    axis = axes.yaxis if vertical else axes.xaxis
    axis.set_ticks(places, [words[at] for at in places], rotation=90 if upright else 0, fontsize=TEXT)
    axis.set_tick_params(length=2)
    plain(list(axis.get_ticklabels()))


def name_axis(axes: Axes, axis: SweepAxis, room: float, *, vertical: bool) -> None:
    """Write the title of an axis along it, in at most two lines."""
    words = "\n".join(fitted(readable(axis.title, axis.name), "", room, 9, lines=LINES))
    (axes.set_ylabel if vertical else axes.set_xlabel)(words)
    plain([axes.yaxis.label, axes.xaxis.label])


def colour_bar(axes: Axes, several: list[Axes], top: float) -> None:
    """Draw what the colours mean, from 0 to ``top``, beside the panels."""
    bar = root(axes).colorbar(ScalarMappable(Normalize(0, top), COLOURS), ax=several, aspect=30, pad=0.02)
    bar.set_label("odds (%)")
    percents(bar.ax.yaxis)


def short_names(texts: list[str], longest: float = LONGEST) -> list[str]:
    """Return values in one line each; what is too long is cut at its end, or within where ends alone tell it apart.

    >>> short_names(["a", ""]), short_names(["the reading number 12", "the reading number 13"], 80)
    (['a', '(empty)'], ['the rea… umber 12', 'the rea… umber 13'])
    """
    found = [short(text, longest) for text in texts]
    if len(set(found)) < len(set(texts)):
        found = [
            one if one == text else fitted(text[:-TAIL], text[-TAIL:], longest, TEXT, lines=1)[0]
            for one, text in zip(found, texts, strict=True)
        ]
    return found if len(set(found)) == len(set(texts)) else [f"value {number + 1}" for number in range(len(texts))]


def short(text: str, longest: float = LONGEST) -> str:
    """Return a value in one line that is not too long."""
    return fitted(text, "", longest, TEXT, lines=1)[0] if text else "(empty)"
