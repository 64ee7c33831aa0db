"""The odds under each reading of what is unclear today, a panel for each target that they move; no counting."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from nevsim.errors import UsageError
from nevsim.report.canvas import (
    BLUE,
    GREY,
    VERMILION,
    WIDTH,
    fitted,
    numbered,
    panels,
    percents,
    plain,
    readable,
    root,
    sheet,
    sheets,
    title_of,
    width_of,
)
from nevsim.report.style import percent
from nevsim.result import Result

ROW = 0.27
"""Inches of a combination of readings at least."""
LINE = 0.135
"""Inches of a line of its name."""
NAMES = (150.0, 200.0, 260.0)
"""Points of a line of its name: beside several panels, where the names are long, and beside one panel."""
LINES = 6
"""Lines of its name at most."""
TEXT = 8.0
COLUMNS = 3
"""Panels beside one another."""
HEAD = 0.85
"""Inches of a panel's title and ticks."""
TITLE = 5
"""Lines of a panel's title at most."""
PAGE = 10.0
"""Inches of a figure of the report: no more than a page of paper holds."""


def draw_readings(result: Result, target: int | None = None, ax: Axes | None = None, page: int | None = None) -> Figure:
    """Draw the odds under every combination of readings with their intervals, a row each.

    Of every target whose odds differ between readings by more than their intervals, a panel each (of the first target
    where none does); of those on one of :func:`reading_pages` where ``page`` is given; of one target where it is given,
    or on the caller's axes. Raises UsageError without readings.
    """
    if not result.readings:
        raise UsageError("the scenario has no readings of what is unclear; draw the exceedance instead")
    moved = differing(result) or [0]
    if target is not None or ax is not None or len(moved) == 1:
        names = _names(result, alone=True)
        number = moved[0] if target is None else target
        with sheet(
            result,
            title_of(result, number),
            _span(result, number),
            _note(result, several=False),
            ax,
            1.75 + _height(names),
        ) as axes:
            _draw(axes, result, number, bins=8)
            _name_rows(axes, result, names)
            axes.set_xlabel("odds (%)")
        return root(axes)
    names, pages = _names(result), reading_pages(result)
    shown = moved if page is None else pages[page]
    columns = min(COLUMNS, len(moved))
    rows = -(-len(shown) // columns)
    title = numbered("Readings of what is unclear", page, len(pages))
    found = sum(one.stated is None for one in result.targets)
    finding = f"they move {len(moved)} of {found} targets"
    room = _room(names, columns)
    height = 1.5 + rows * (_height(names) + HEAD)
    with panels(result, title, finding, _note(result, several=True), (rows, columns, len(shown)), height) as several:
        for place, (axes, number) in enumerate(zip(several, shown, strict=True)):
            _draw(axes, result, number, bins=4)
            lines = fitted(title_of(result, number), "", room, TEXT, lines=TITLE)
            axes.set_title("\n".join(lines), loc="left", fontsize=TEXT)
            plain([axes.title])
            if place % columns == 0:
                _name_rows(axes, result, names)
            else:
                axes.tick_params(axis="y", labelleft=False)
            if place >= len(shown) - columns:
                axes.set_xlabel("odds (%)")
    return root(several[0])


def reading_pages(result: Result) -> list[list[int]]:
    """Return the targets of each figure of the report, those that the readings move."""
    moved = differing(result) or [0]
    rows = max(1, int((PAGE - 1.5) / (_height(_names(result)) + HEAD)))
    return [moved[places.start : places.stop] for places in sheets(len(moved), COLUMNS * rows, COLUMNS)]


def differing(result: Result) -> list[int]:
    """Return the positions of the targets whose intervals do not all meet under the readings; none that is assumed."""
    return [
        number
        for number, target in enumerate(result.targets)
        if target.stated is None
        and max((one.odds[number].low for one in result.readings), default=0)
        > min((one.odds[number].high for one in result.readings), default=1)
    ]


def _draw(axes: Axes, result: Result, target: int, bins: int) -> None:
    """Draw one target: a dot and its interval in the row of each combination, and a line through the first."""
    found = [one.odds[target] for one in result.readings]
    axes.axvline(found[0].odds, color=GREY, lw=1, ls=(0, (1, 1.2)), zorder=1.2)
    rows, odds = list(range(len(found))), [one.odds for one in found]
    colours = [VERMILION, *[BLUE] * (len(found) - 1)]
    axes.hlines(rows, [one.low for one in found], [one.high for one in found], color=colours, lw=1.8)
    looks: dict[str, Any] = {"ls": "", "clip_on": False, "zorder": 4}
    axes.plot(odds[:1], rows[:1], "D", color=VERMILION, ms=5, label="as played in all other figures", **looks)
    axes.plot(odds[1:], rows[1:], "o", color=BLUE, ms=4.5, label="read otherwise", **looks)
    axes.set_ylim(len(found) - 0.5, -0.5)
    low, high = min(one.low for one in found), max(one.high for one in found)
    room = 0.06 * (high - low) + 0.005
    axes.set_xlim(max(low - room, 0.0) - 0.002, min(high + room, 1.0) + 0.002)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=bins, steps=[1, 2, 5, 10]))
    percents(axes.xaxis)
    axes.set_yticks(range(len(found)), [""] * len(found))
    axes.tick_params(axis="y", length=0)


def _names(result: Result, *, alone: bool = False) -> list[list[str]]:
    """Return what each combination reads, in lines; they are longer beside a panel that stands alone."""
    words = [
        readable(" · ".join(one.labels.values()), f"combination {row + 1}") for row, one in enumerate(result.readings)
    ]
    short, long, longest = NAMES
    names = [fitted(name, "", longest if alone else short, TEXT, lines=LINES) for name in words]
    if alone or max(map(len, names)) <= 2:
        return names
    return [fitted(name, "", long, TEXT, lines=LINES) for name in words]


def _height(names: list[list[str]]) -> float:
    """Return the inches of the rows of all combinations."""
    return max(ROW, 0.08 + LINE * max(map(len, names))) * len(names)


def _label(result: Result, names: list[list[str]]) -> list[str]:
    """Return which readings the combinations are of, in lines along their rows."""
    return fitted(" · ".join(result.readings[0].labels), "", 72 * _height(names), TEXT)


def _room(names: list[list[str]], columns: int) -> float:
    """Return the points that a panel leaves to a line of its title."""
    widest = max(width_of(line, TEXT) for lines in names for line in lines)
    return (72 * WIDTH - 60 - widest) / columns - 14


def _name_rows(axes: Axes, result: Result, names: list[list[str]]) -> None:
    """Write what each combination reads, and which readings they are."""
    axes.set_yticks(range(len(names)), ["\n".join(lines) for lines in names], fontsize=TEXT)
    plain(axes.get_yticklabels())
    axes.set_ylabel("\n".join(_label(result, names)), fontsize=TEXT)
    plain([axes.yaxis.label])


def _span(result: Result, number: int) -> str:
    """Return between what the readings move the odds."""
    if number not in differing(result):
        return "no reading moves it beyond its interval"
    odds = sorted((one.odds[number] for one in result.readings), key=lambda one: one.odds)
    low, high = (percent(one).partition(" (")[0] for one in (odds[0], odds[-1]))
    return f"{low} to {high} between readings"


def _note(result: Result, *, several: bool) -> str:
    """Return what readings are, and how many targets they leave where they are."""
    moves = differing(result)
    still = sum(number not in moves and one.stated is None for number, one in enumerate(result.targets))
    words = f" {still} more stay within their intervals." if still and moves else ""
    words += " Assumed targets are left out." if any(one.stated is not None for one in result.targets) else ""
    scales = "; scales differ" if several else ""
    return f"Doubt about facts, not chance; dots with 95 % intervals{scales}.{words}"
