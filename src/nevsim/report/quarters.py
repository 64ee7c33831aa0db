"""By when a target's level is reached: its odds by the end of each quarter, a panel for each target; no counting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nevsim.clock import day_done
from nevsim.errors import UsageError
from nevsim.report.canvas import (
    BLACK,
    BLUE,
    GREY,
    MIDDLE,
    VERMILION,
    date_axis,
    day_number,
    fitted,
    numbered,
    panels,
    percents,
    plain,
    root,
    sheet,
    sheets,
    title_of,
)
from nevsim.report.style import month_label, percent
from nevsim.result import Result, TargetResult

ROW = 1.9
"""Inches of a row of panels."""
NAME = 8.5
"""Points of the letters of a panel's title."""
ROOM = 228.0
"""Points of a line of a panel's title."""
MOST = 8
"""Panels of a figure of the report: no more than a page of paper holds."""
MANY = 24
"""Quarters above which each is a smaller dot."""
NOTE = "The same level moved to the end of each quarter; an output or a share over as many months up to it"


def draw_quarters(result: Result, target: int | None = None, ax: Axes | None = None, page: int | None = None) -> Figure:
    """Draw the odds of a level by the end of each quarter, with their intervals, and the target's own day.

    Of every target that can be moved, a panel each; of those on one of :func:`quarter_pages` where ``page`` is given;
    of one target where it is given, or on the caller's axes. Raises UsageError where no quarter ends within the months
    played.
    """
    known = moved(result)
    if not known or (target is not None and target not in known):
        name = "no target" if target is None else f"target {result.targets[target].id} not"
        raise UsageError(f"{name} measured at the end of any quarter; draw the exceedance instead")
    if target is not None or ax is not None or len(known) == 1:
        number = known[0] if target is None else target
        found = result.targets[number]
        with sheet(result, title_of(result, number), _first_even(found), NOTE, ax) as axes:
            _draw(axes, result, number)
            axes.set_xlabel("end of quarter (month)")
            axes.set_ylabel("odds (%)")
        return root(axes)
    finding = _finding([result.targets[number] for number in known])
    pages = quarter_pages(result)
    shown = known if page is None else pages[page]
    rows, title = -(-len(shown) // 2), numbered("By when", page, len(pages))
    with panels(result, title, finding, NOTE, (rows, 2, len(shown)), 1.6 + ROW * rows) as several:
        for place, (axes, number) in enumerate(zip(several, shown, strict=True)):
            _draw(axes, result, number, most=5)
            _name(axes, result, number)
            if place % 2 == 0:
                axes.set_ylabel("odds (%)")
            if place >= len(shown) - 2:
                axes.set_xlabel("end of quarter (month)")
            else:
                axes.tick_params(axis="x", labelbottom=False)
    return root(several[0])


def moved(result: Result) -> list[int]:
    """Return the positions of the targets that can be measured at the end of some quarter and are not assumed."""
    return [number for number, target in enumerate(result.targets) if target.quarters and target.stated is None]


def quarter_pages(result: Result) -> list[list[int]]:
    """Return the targets of each figure of the report."""
    known = moved(result)
    return [known[places.start : places.stop] for places in sheets(len(known), MOST, 2)]


def own_day(result: Result, target: int) -> date:
    """Return the last day that counts for a target."""
    plan = result.plan.targets[target]
    if plan.measure not in ("output", "share"):
        return day_done(plan.at, result.plan.start)
    edges = [*result.months, result.scenario.document.scenario.end]
    return edges[plan.window[1]] - timedelta(days=1)


def _draw(axes: Axes, result: Result, number: int, most: int = 14) -> None:
    """Draw one target: its odds by quarter, and on its own day."""
    found = result.targets[number]
    days = [day_number(one.day) + 1 for one in found.quarters]
    lows, highs = ([getattr(one.odds, end) for one in found.quarters] for end in ("low", "high"))
    axes.axhline(0.5, color=GREY, lw=1, ls=(0, (5, 3)), zorder=1.2, label="as likely as not")
    axes.vlines(days, lows, highs, color=MIDDLE, lw=6, zorder=1.5, label="95 % interval", clip_on=False)
    odds = [one.odds.odds for one in found.quarters]
    size = 3.5 if len(days) <= MANY else 1.5
    axes.plot(days, odds, color=BLUE, lw=1.2, marker="o", ms=size, clip_on=False, label="odds by the end of a quarter")
    own = day_number(own_day(result, number)) + 1
    axes.axvline(own, color=BLACK, lw=1.2, ls=(0, (1, 1.2)), zorder=1.2)
    axes.plot([own], [found.odds.odds], "D", color=VERMILION, ms=6, mec="white", clip_on=False, zorder=4)
    axes.plot([], [], "D", color=VERMILION, ms=6, mec="white", label="the target, on its own date")
    axes.set_ylim(-0.02, 1.02)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    percents(axes.yaxis)
    date_axis(axes, result.months[0], result.scenario.document.scenario.end, most=most, ends=True)


def _name(axes: Axes, result: Result, number: int) -> None:
    """Write the title of a panel above it: the target, its odds on its own day, and from when on they are even."""
    found = result.targets[number]
    facts = f"{percent(found.odds)}; {_first_even(found)}"
    lines = (*fitted(title_of(result, number), "", ROOM, NAME), *fitted(facts, "", ROOM, NAME))
    axes.set_title("\n".join(lines), loc="left", fontsize=NAME)
    plain([axes.title, *axes.texts])


def _first_even(found: TargetResult) -> str:
    """Return from which quarter on a level is as likely as not.

    A quarter stands by its last month.
    """
    if found.likely_by is None:
        return "never as likely as not"
    if found.likely_by == found.quarters[0].day:
        return "likely from the first quarter"
    return f"as likely as not by {month_label(found.likely_by)}"


def _finding(targets: Sequence[TargetResult]) -> str:
    even = sum(one.likely_by is not None for one in targets)
    return f"{even} of {len(targets)} levels are as likely as not by the end of some quarter"
