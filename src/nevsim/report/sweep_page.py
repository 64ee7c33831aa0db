"""A sweep as one plain HTML page that holds its figures and its table of odds; it computes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import nevsim
from nevsim.report.page import Picture, environment, picture_of
from nevsim.report.style import level, shift
from nevsim.report.sweep_figures import sweep_kinds
from nevsim.report.sweep_terminal import rows_shown
from nevsim.report.sweep_words import MODES, bare, moved, sentences, told
from nevsim.sweeps import SweepAxis, SweepTable, SweepTarget

MOST = 200
"""Cases that the table shows at most; all are in the results folder."""
MOST_VALUES = 8
"""Values of an axis that are listed; of more, the first and the last."""
COLUMNS = 4
"""Targets beside one another in a table of odds."""
WHAT = {
    "lines": "Odds along the axis, with their intervals",
    "map": "Map of the odds over the two axes",
    "maps": "Maps of the odds over the first two axes, one for each value of the third",
    "parallel": "A line for each case through its values, coloured by its odds",
    "cases": "Differences of the cases set by hand from the base",
}
"""What each kind of figure is, for those who cannot see it."""


@dataclass(frozen=True)
class Section:
    """What the page says of one target."""

    target: SweepTarget
    base: str
    sentences: tuple[str, ...]
    pictures: tuple[Picture, ...]


def sweep_page(table: SweepTable, drawn: Mapping[str, str]) -> str:
    """Return the report of a sweep as a self-contained HTML page: the same table, the same text.

    ``drawn`` holds its figures as SVG, by the names of :func:`nevsim.report.sweep_figures.sweep_figures`.
    """
    return (
        environment()
        .get_template("sweep.html.j2")
        .render(
            table=table,
            version=nevsim.__version__,
            mode=MODES[table.mode],
            axes=[(axis, axis_words(axis, table)) for axis in table.axes] if table.on_axes else [],
            sections=[_section(table, number, drawn) for number in range(len(table.targets))],
            rows=rows_shown(table, MOST),
            groups=[
                range(first, min(first + COLUMNS, len(table.targets)))
                for first in range(0, len(table.targets), COLUMNS)
            ],
            level=level,
            shift=shift,
            told=told,
        )
    )


def axis_words(axis: SweepAxis, table: SweepTable) -> str:
    """Return the values of an axis: all, or of many how many there are and between which."""
    levels = axis.levels(table.on_axes)
    if len(levels) <= MOST_VALUES:
        return ", ".join(level(value) for value in levels)
    return f"{len(levels):,} values from {level(levels[0])} to {level(levels[-1])}"


def _section(table: SweepTable, number: int, drawn: Mapping[str, str]) -> Section:
    target = table.targets[number]
    said = tuple(f"{one[0].upper()}{one[1:]}." for one in (*sentences(table, number), moved(table, number)) if one)
    pictures = tuple(
        picture_of(
            drawn[f"{kind}-{target.id}"], f"{WHAT[kind]}, {target.title}. {said[0]} Its numbers stand in the table."
        )
        for kind in sweep_kinds(table)
    )
    return Section(target, bare(table, 0, number), said, pictures)
