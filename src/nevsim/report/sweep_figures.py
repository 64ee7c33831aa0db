"""Which figures a sweep has, by file name; how each is drawn stands in a file of its own."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from nevsim.report.sweep_cases import draw_sweep_cases
from nevsim.report.sweep_lines import draw_sweep_lines
from nevsim.report.sweep_map import draw_sweep_map
from nevsim.report.sweep_maps import draw_sweep_maps
from nevsim.report.sweep_parallel import draw_sweep_parallel
from nevsim.sweeps import SweepTable


def sweep_figures(table: SweepTable) -> dict[str, Figure]:
    """Return the figures of a sweep by name: of each target the odds on the axes, and the cases set by hand."""
    found: dict[str, Figure] = {}
    for number, target in enumerate(table.targets):
        for kind in sweep_kinds(table):
            found[f"{kind}-{target.id}"] = DRAW[kind](table, number)
    return found


def sweep_kinds(table: SweepTable) -> list[str]:
    """Return which kinds of figure a sweep has: one for its axes, and one for cases set by hand.

    A single axis, or several that move together, has lines; two have a map, three a row of maps; more, or a sample of
    more than one, parallel coordinates.
    """
    kinds = []
    if table.on_axes:
        count = len(table.axes)
        if table.is_line:
            kinds.append("lines")
        elif table.mode == "product" and count <= 3:
            kinds.append("map" if count == 2 else "maps")
        else:
            kinds.append("parallel")
    if table.by_hand:
        kinds.append("cases")
    return kinds


DRAW: dict[str, Callable[[SweepTable, int], Figure]] = {
    "lines": draw_sweep_lines,
    "map": draw_sweep_map,
    "maps": draw_sweep_maps,
    "parallel": draw_sweep_parallel,
    "cases": draw_sweep_cases,
}
"""How each kind of figure is drawn."""
