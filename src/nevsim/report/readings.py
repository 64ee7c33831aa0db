"""The odds under each reading of what is unclear today, a panel for each target that they move; no counting."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from nevsim.errors import UsageError
from nevsim.report.canvas import BLUE, GREY, VERMILION, fitted, panels, plain, readable, root, sheet, title_of
from nevsim.result import Result

ROW = 0.3
"""Inches of a combination of readings."""
NAME = 150.0
"""Points of a combination's name."""
TEXT = 8.0
COLUMNS = 3
"""Panels beside one another."""


def draw_readings(result: Result, target: int | None = None, ax: Axes | None = None) -> Figure:
    """Draw the odds under every combination of readings with their intervals, a row each.

    Of every target whose odds differ between readings by more than their intervals, a panel each (of the first target
    where none does); of one target where it is given, or on the caller's axes. Raises UsageError without readings.
    """
    if not result.readings:
        raise UsageError("the scenario has no readings of what is unclear; draw the exceedance instead")
    shown = differing(result) or [0]
    count = len(result.readings)
    if target is not None or ax is not None or len(shown) == 1:
        number = shown[0] if target is None else target
        height = 1.75 + ROW * (count + 1)
        with sheet(result, title_of(result, number), _span(result, number), _note(result), ax, height) as axes:
            _draw(axes, result, number, bins=8)
            _name_rows(axes, result)
            axes.set_xlabel("odds (%)")
        return root(axes)
    columns = min(COLUMNS, len(shown))
    rows = -(-len(shown) // columns)
    height = 1.5 + rows * (0.8 + ROW * (count + 1))
    found = sum(one.stated is None for one in result.targets)
    title, finding = "Readings of what is unclear", f"they move {len(shown)} of {found} targets"
    with panels(result, title, finding, _note(result), (rows, columns, len(shown)), height) as several:
        for place, (axes, number) in enumerate(zip(several, shown, strict=True)):
            _draw(axes, result, number, bins=3)
            room = (420.0 - NAME * 0.8) / columns
            axes.set_title(
                "\n".join(fitted(title_of(result, number), "", room, TEXT, lines=3)), loc="left", fontsize=TEXT
            )
            if place % columns == 0:
                _name_rows(axes, result)
            else:
                axes.tick_params(axis="y", labelleft=False)
            if place >= len(shown) - columns:
                axes.set_xlabel("odds (%)")
    return root(several[0])


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
    for row, odds in enumerate(found):
        first = row == 0
        axes.plot([odds.low, odds.high], [row, row], color=VERMILION if first else BLUE, lw=1.6, solid_capstyle="butt")
        axes.plot(
            [odds.odds],
            [row],
            "D" if first else "o",
            color=VERMILION if first else BLUE,
            ms=6,
            mec="white",
            clip_on=False,
            zorder=4,
            label={0: "as played in all other figures", 1: "read otherwise"}.get(row),
        )
    axes.set_ylim(len(found) - 0.5, -0.5)
    low, high = min(one.low for one in found), max(one.high for one in found)
    room = 0.06 * (high - low) + 0.005
    axes.set_xlim(max(low - room, 0.0) - 0.002, min(high + room, 1.0) + 0.002)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=bins, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    axes.set_yticks(range(len(found)), [""] * len(found))
    axes.tick_params(axis="y", length=0)


def _name_rows(axes: Axes, result: Result) -> None:
    """Write what each combination reads, and which readings they are."""
    names = [" · ".join(one.labels.values()) for one in result.readings]
    rows = [
        "\n".join(fitted(readable(name, f"combination {row + 1}"), "", NAME, TEXT)) for row, name in enumerate(names)
    ]
    axes.set_yticks(range(len(rows)), rows, fontsize=TEXT)
    plain(axes.get_yticklabels())
    axes.set_ylabel("\n".join(fitted(" · ".join(result.readings[0].labels), "", 72 * ROW * (len(rows) + 1), TEXT)))


def _span(result: Result, target: int) -> str:
    odds = [one.odds[target].odds for one in result.readings]
    return f"{100 * min(odds):.1f} to {100 * max(odds):.1f} % between readings"


def _note(result: Result) -> str:
    """Return what readings are, and which targets they leave where they are."""
    moves = differing(result)
    still = [one.id for number, one in enumerate(result.targets) if number not in moves and one.stated is None]
    words = f" Within their intervals: {', '.join(still)}." if still else ""
    words += " Assumed targets are left out." if any(one.stated is not None for one in result.targets) else ""
    return f"Doubt about facts, not chance; dots with 95 % intervals, on the same draws.{words}"
