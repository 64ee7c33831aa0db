"""How much of each crew, supply and market is used month by month, and what each one costs; no counting."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from nevsim.errors import UsageError
from nevsim.odds.bottleneck import Bottleneck
from nevsim.report.canvas import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    VERMILION,
    date_axis,
    day_number,
    fitted,
    root,
    sheet,
)
from nevsim.report.style import amount
from nevsim.result import Result

COLOURS = (BLUE, VERMILION, GREEN, BLACK, "#CC79A7", "#E69F00", "#56B4E9", GREY)
"""Those of Okabe and Ito; the labels at the ends of the lines do not hang on them."""
DASHES = {"crew": "-", "supply": (0, (6, 2)), "market": (0, (2, 1.5))}
"""How the line of each kind is drawn."""
MOST = 12
"""Limits that are drawn at most, those that cost most."""
LABEL = 0.34
"""Inches of a label of two lines."""
NAME = 140.0
"""Points of a label."""
TEXT = 8.0


def draw_limits(result: Result, ax: Axes | None = None) -> Figure:
    """Draw the mean use of each crew, supply and market by month, with what it costs at the end of its line.

    The cost is what would be sold more, in mean vehicles over the window of the first output target, without that
    limit alone; ± is half of its 95 % interval. Raises UsageError where nothing limits.
    """
    if not result.bottlenecks:
        raise UsageError("the scenario has no crew, supply or market; draw the waterfall instead")
    shown = sorted(result.bottlenecks, key=lambda one: -one.costs[0].vehicles if one.costs else 0.0)[:MOST]
    end = day_number(result.scenario.document.scenario.end)
    days = [*map(day_number, result.months), end]
    height = max(4.5, 1.9 + LABEL * len(shown))
    with sheet(result, "What limits", _finding(shown), _note(result, shown), ax, height) as axes:
        axes.set_ylim(0, 1.02)
        inches = height - 1.7 if ax is None else axes.get_window_extent().height / root(axes).dpi
        ends = [float(one.used[-1]) for one in shown]
        for number, (one, place) in enumerate(zip(shown, apart(ends, LABEL / inches), strict=True)):
            colour = COLOURS[number % len(COLOURS)]
            used = np.append(one.used, one.used[-1])
            axes.step(days, used, where="post", color=colour, lw=1.8, ls=DASHES[one.kind], clip_on=False)
            axes.annotate(
                _label(one),
                (end, used[-1]),
                (14, place),
                "data",
                ("offset points", "data"),
                va="center",
                size=TEXT,
                parse_math=False,
                annotation_clip=False,
                arrowprops={"arrowstyle": "-", "color": colour, "lw": 0.9, "shrinkA": 1, "shrinkB": 0},
            )
        axes.set_ylabel("mean use (%)")
        axes.set_xlabel("month")
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
        date_axis(axes, result.months[0], result.scenario.document.scenario.end, most=10)
    return root(axes)


def apart(places: list[float], gap: float) -> list[float]:
    """Return places, in [0, 1] where there is room, moved so that each two are at least a gap apart.

    They keep their order, and ties that of the list.

    >>> [round(place, 2) for place in apart([0.5, 0.5, 0.9], 0.2)]
    [0.4, 0.6, 0.9]
    >>> [round(place, 2) for place in apart([0.0, 0.0], 0.2)]
    [0.0, 0.2]
    """
    order = sorted(range(len(places)), key=lambda number: places[number])
    groups: list[tuple[float, list[int]]] = []
    for number in order:
        middle, members = places[number], [number]
        middle = _within(middle, len(members), gap)
        while groups and middle - groups[-1][0] < gap * (len(members) + len(groups[-1][1])) / 2 - 1e-12:
            members = [*groups.pop()[1], *members]
            middle = _within(sum(places[one] for one in members) / len(members), len(members), gap)
        groups.append((middle, members))
    found = dict[int, float]()
    for middle, members in groups:
        for rank, number in enumerate(members):
            found[number] = middle + gap * (rank - (len(members) - 1) / 2)
    return [found[number] for number in range(len(places))]


def _within(middle: float, count: int, gap: float) -> float:
    """Return the middle of some labels, moved so that they lie within [0, 1] where there is room."""
    reach = gap * (count - 1) / 2
    return min(max(middle, reach), max(1 - reach, reach))


def _label(one: Bottleneck) -> str:
    name = fitted(f"{one.kind} {one.id}", "", NAME, TEXT, lines=1)
    return "\n".join((*name, *(f"costs {amount(cost.vehicles)} ± {amount(cost.half_width)}" for cost in one.costs[:1])))


def _finding(shown: list[Bottleneck]) -> str:
    first = shown[0]
    if first.costs and first.costs[0].vehicles > first.costs[0].half_width:
        return f"{first.kind} {first.id} costs most"
    fullest = max(shown, key=lambda one: float(one.used.mean()))
    return f"{fullest.kind} {fullest.id} is used most"


def _note(result: Result, shown: list[Bottleneck]) -> str:
    left = len(result.bottlenecks) - len(shown)
    some = f" {left} more cost less." if left else ""
    if not shown[0].costs:
        return f"Mean use by month.{some}"
    return (
        f"Costs: mean vehicles more without that limit alone, in {shown[0].costs[0].target}, over the first"
        f" {shown[0].runs:,} runs.{some}"
    )
