"""The odds of a target over three axes: a map of the first two for each value of the third; no odds are computed."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from nevsim.errors import UsageError
from nevsim.report.canvas import WIDTH, fitted, panels, plain, readable, root, title_of
from nevsim.report.style import level
from nevsim.report.sweep_map import (
    base_words,
    colour_bar,
    draw_cells,
    layout,
    mark_names,
    name_axis,
    note_of,
    short,
    top_of,
)
from nevsim.sweeps import SweepTable

MOST = 12
"""Panels at most, spread evenly over the values of the third axis."""
COLUMNS = 3
NAME = 8.5
"""Points of the title of a panel."""


def draw_sweep_maps(table: SweepTable, target: int = 0) -> Figure:
    """Draw a map of the first two axes for each value of the third, at most 12, the first and the last among them.

    Raises UsageError for a sweep without three axes.
    """
    if len(table.axes) != 3 or not table.on_axes:
        raise UsageError(f"sweep {table.id} has not three axes; draw its map or its parallel coordinates instead")
    third = table.axes[2]
    levels = third.levels(table.on_axes)
    shown = shown_of(levels)
    across, up = layout(table)
    columns = min(COLUMNS, len(shown))
    rows = -(-len(shown) // columns)
    room = ((72 * WIDTH - 110) / columns - 34, min(150.0, 560.0 / rows))
    note = note_of(table, target)
    if len(shown) < len(levels):
        note = f"{len(shown)} of {len(levels)} values have a panel, spread evenly. {note}"
    parted: set[float] = set()
    title, finding = title_of(table, target), base_words(table, target)
    height = 1.9 + rows * (room[1] + 62) / 72
    with panels(table, title, finding, note, (rows, columns, len(shown)), min(height, 10.3)) as several:
        for number, (axes, value) in enumerate(zip(several, shown, strict=True)):
            cases = [case for case in table.on_axes if third.values[case] == value]
            parted |= draw_cells(axes, table, target, cases, room)
            name = readable(third.title, third.name)
            lines = fitted(f"{name} ", f"= {short(readable(level(value), 'value'))}", room[0], NAME, lines=2)
            axes.set_title("\n".join(lines), loc="left", fontsize=NAME)
            plain([axes.title, *axes.texts])
            if number % columns == 0:
                name_axis(axes, up, room[1], vertical=True)
            else:
                axes.tick_params(axis="y", labelleft=False)
            if number >= len(shown) - columns:
                name_axis(axes, across, room[0], vertical=False)
            else:
                axes.tick_params(axis="x", labelbottom=False)
        mark_names(several[0], parted)
        colour_bar(several[0], several, top_of(table, target))
    return root(several[0])


def shown_of(levels: list[float | str]) -> list[float | str]:
    """Return the levels that have a panel, spread evenly.

    >>> shown_of([1, 2, 3]), len(shown_of(list(range(30)))), shown_of(list(range(30)))[-1]
    ([1, 2, 3], 12, 29)
    """
    if len(levels) <= MOST:
        return levels
    return [levels[round(at)] for at in np.linspace(0, len(levels) - 1, MOST)]
