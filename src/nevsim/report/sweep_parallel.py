"""The odds of a target over many axes: a line for each case through its value on each of them; nothing is computed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from nevsim.errors import UsageError
from nevsim.report.canvas import GREY, fitted, plain, readable, root, sheet, title_of, width_of
from nevsim.report.style import level
from nevsim.report.sweep_map import COLOURS, base_words, colour_bar, short_names, top_of
from nevsim.report.sweep_words import silent
from nevsim.sweeps import SweepAxis, SweepTable, known

MOST_AXES = 10
"""Axes that stand beside one another; the further ones are told."""
MOST_LINES = 400
"""Lines of a figure: of more cases, as many spread evenly over the odds."""
MOST_TEXTS = 12
"""Texts that are written along an axis."""
ROOM = 440.0
"""Points of the width of all axes."""
UPRIGHT = 100.0
"""Points of a line of an axis's title that stands upright, since it has a word too long for its place."""
ENDING = 20
"""Letters at the end of an address that are kept."""
TEXT = 7.5


def draw_sweep_parallel(table: SweepTable, target: int = 0, ax: Axes | None = None) -> Figure:
    """Draw a line for each case, coloured by its odds, through its values; the last axis is the odds themselves.

    Raises UsageError for a sweep without axes.
    """
    placed = set(table.on_axes)
    found = [(case, odds.odds) for case, odds in known(table, target) if case in placed]
    if not placed:
        raise UsageError(f"sweep {table.id} has no axis; draw its differences instead")
    axes_shown = table.axes[:MOST_AXES]
    lines = _spread(sorted(found, key=lambda one: one[1]))
    top = top_of(table, target)
    note = _note(table, target, len(found), len(lines))
    with sheet(table, title_of(table, target), base_words(table, target), note, ax, 5.5) as axes:
        heights = [_heights(one, table.on_axes) for one in axes_shown]
        apart = [_apart(one) for one in heights]
        paths = [
            [
                *((at, one[case] + apart[at] * (odds / top - 0.5)) for at, one in enumerate(heights)),
                (len(axes_shown), odds / top),
            ]
            for case, odds in sorted(lines)
        ]
        colours = [COLOURS(odds / top) for _, odds in sorted(lines)]
        width = 1.6 if len(lines) <= 40 else 0.8
        axes.add_collection(LineCollection(paths, colors=colours, linewidths=width, zorder=2, clip_on=False))
        axes.grid(visible=False)
        each = ROOM / max(len(axes_shown), 1)
        for at, one in enumerate(axes_shown):
            axes.axvline(at, color=GREY, lw=1, zorder=1)
            _mark(axes, table, one, at, each)
        axes.axvline(len(axes_shown), color=GREY, lw=1, zorder=1)
        _name(axes, axes_shown, each)
        axes.spines["left"].set_visible(False)
        axes.spines["bottom"].set_visible(False)
        axes.set_xlim(-0.3, len(axes_shown))
        axes.set_ylim(-0.03, 1.03)
        axes.set_yticks([])
        colour_bar(axes, [axes], top)
    return root(axes)


def _spread(found: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Return at most as many cases as there may be lines, spread evenly over those in the order of their odds."""
    if len(found) <= MOST_LINES:
        return found
    return [found[round(at)] for at in np.linspace(0, len(found) - 1, MOST_LINES)]


def _heights(axis: SweepAxis, cases: list[int]) -> dict[int, float]:
    """Return how high the value of each case stands on an axis, in [0, 1]: numbers by their size, texts evenly."""
    levels = axis.levels(cases)
    low, high = (float(levels[end]) if axis.is_number else end * (1 - len(levels)) for end in (0, -1))
    places = {value: float(value) if axis.is_number else float(at) for at, value in enumerate(levels)}
    return {
        case: (places[value] - low) / (high - low) if high > low else 0.5
        for case in cases
        if (value := axis.values[case]) is not None
    }


def _apart(heights: dict[int, float]) -> float:
    """Return how wide the lines through one value are spread by their odds: less than the values lie apart."""
    places = sorted(set(heights.values()))
    return 0.5 * min([0.2, *(after - here for here, after in pairwise(places))])


def _mark(axes: Axes, table: SweepTable, axis: SweepAxis, at: int, each: float) -> None:
    """Write the values beside an axis: the ends of numbers, or texts where there are not too many."""
    levels = axis.levels(table.on_axes)
    shown = list(levels)
    if axis.is_number or len(levels) > MOST_TEXTS:
        shown = list(dict.fromkeys((levels[0], levels[-1])))
    heights = _heights(axis, table.on_axes)
    by_value = {axis.values[case]: height for case, height in heights.items()}
    names = (
        [_rounded(float(value), each - 8) for value in shown]
        if axis.is_number
        else short_names([readable(str(value), f"value {levels.index(value) + 1}") for value in shown], each - 12)
    )
    for value, text in zip(shown, names, strict=True):
        box = {"facecolor": "white", "alpha": 0.85, "lw": 0, "pad": 0.8}
        axes.text(at + 0.03, by_value[value], text, size=TEXT, va="center", ha="left", zorder=4, bbox=box)
    plain(list(axes.texts))


def _rounded(value: float, room: float) -> str:
    """Return a number with as many digits as there is room for: one that is cut would be another.

    >>> _rounded(0.005483, 40), _rounded(0.005483, 30), _rounded(3_000_000, 36), _rounded(1.988, 36)
    ('0.005483', '0.0055', '3e+06', '1.988')
    """
    texts = [level(value), *(f"{value:.{digits}g}" for digits in (3, 2, 1))]
    return next((text for text in texts if width_of(text, TEXT) <= room), texts[-1])


def _name(axes: Axes, shown: tuple[SweepAxis, ...], each: float) -> None:
    """Write the titles of the axes below them."""
    titles = [readable(one.title, one.name) for one in shown]
    upright = any(width_of(word, TEXT) > each - 8 for title in titles for word in title.split())
    width, lines = (UPRIGHT, max(1, int((each - 8) / (1.3 * TEXT)))) if upright else (each - 8, 4)
    words = ["\n".join(fitted(*_parted(title), width, TEXT, lines=min(lines, 3))) for title in titles]
    axes.set_xticks(range(len(shown) + 1), [*words, "odds"], fontsize=TEXT, rotation=90 if upright else 0)
    axes.set_xlabel(" " * upright)  # the last letters keep their distance from the caption
    axes.tick_params(axis="x", length=0)
    plain(list(axes.get_xticklabels()))


def _parted(title: str) -> tuple[str, str]:
    """Return what of a title may be cut, and what not: the end of an address, which tells it from its like."""
    return (title[:-ENDING], title[-ENDING:]) if len(title) > 2 * ENDING and " " not in title else (title, "")


def _note(table: SweepTable, target: int, known: int, lines: int) -> str:
    words = "A line for each case, in the colour of its odds; through one value, those of higher odds lie higher"
    if lines < known:
        words = f"{lines} of {known:,} cases, spread evenly over the odds. {words}"
    if without := silent(table, table.on_axes, target):
        words += f"; {without}"
    count = len(table.axes)
    return f"The first {MOST_AXES} of {count} axes. {words}" if count > MOST_AXES else words
