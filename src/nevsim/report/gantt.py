"""Promised against simulated starts of production, a row for each phase; nothing about vehicles."""

from __future__ import annotations

from datetime import date

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

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
    plain,
    readable,
    root,
    sheet,
    sheets,
)
from nevsim.report.style import day_label, month_label, share
from nevsim.result import Result, StartResult

ROW = 0.33
"""Inches of a row."""
MOST = 24
"""Rows of a figure of the report: no more than a page of paper holds."""
NAME = 160.0
"""Points of a phase's name."""
COLUMNS = (("promised", 14), ("median start", 104), ("cancelled", 180))
"""Headings of the columns on the right, and their points from the axes."""
TEXT = 8.0
SHARES = (0.1, 0.5, 0.9)


def draw_gantt(result: Result, target: int = 0, ax: Axes | None = None, page: int | None = None) -> Figure:
    """Draw for each phase that has yet to start the promised day and the simulated starts, P10 to P90 and median.

    Percentiles are of the runs that go ahead; what lies beyond the end is an arrow at the right edge. The target's
    window or date is marked. Of many phases ``page`` draws those on one of :func:`start_pages`. Raises UsageError where
    every phase operates from the beginning.
    """
    if not result.starts:
        raise UsageError("every phase operates from the beginning, so there is no start to draw; draw the fan instead")
    end = result.scenario.document.scenario.end
    rows = range(len(result.starts)) if page is None else start_pages(result)[page]
    shown, count = result.starts[rows.start : rows.stop], len(rows)
    title = numbered("Starts of production", page, len(start_pages(result)))
    note = "Rows in the order of the scenario; starts in the runs in which the phase goes ahead"
    with sheet(result, title, _finding(result), note, ax, height=1.75 + ROW * (count + 1)) as axes:
        date_axis(axes, result.months[0], end, most=6)
        axes.tick_params(axis="x", labeltop=count > MOST, top=count > MOST)
        axes.set_ylim(count - 0.4, -0.6)
        _mark_target(axes, result, target)
        for row, start in enumerate(shown):
            _draw(axes, row, start, end)
        _explain(axes, shown, end)
        axes.set_yticks(range(count), _names(result)[rows.start : rows.stop], fontsize=TEXT)
        plain(axes.get_yticklabels())
        for heading, offset in COLUMNS:
            axes.annotate(
                heading,
                (1, 1),
                (offset, 4),
                "axes fraction",
                textcoords="offset points",
                size=TEXT,
                weight="bold",
            )
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("start of production (date)")
        axes.set_ylabel("phase")
    return root(axes)


def start_pages(result: Result) -> list[range]:
    """Return the rows of each figure of the report."""
    return sheets(len(result.starts), MOST)


def _names(result: Result) -> list[str]:
    """Return the names of the phases in two lines each; where several are cut to the same, their ids."""
    names = ["\n".join(fitted(readable(one.title, one.phase), "", NAME, TEXT)) for one in result.starts]
    return [
        name if names.count(name) == 1 else "\n".join(fitted(one.phase, "", NAME, TEXT))
        for name, one in zip(names, result.starts, strict=True)
    ]


def _finding(result: Result) -> str:
    known = [start for start in result.starts if start.kept is not None]
    if not known:
        return "no date was promised within the period"
    kept = sum(2 * (start.kept or 0) > start.runs for start in known)
    if len(known) == 1:
        return f"the one promise is {'' if kept else 'not '}kept in most runs"
    promised = sum(start.promised is not None for start in result.starts)
    within = "" if promised == len(known) else "within the period "
    return f"{kept} of {len(known)} promises {within}are kept in most runs"


def _mark_target(axes: Axes, result: Result, target: int) -> None:
    """Mark the window of an output target, or the date of another."""
    plan = result.plan.targets[target]
    which = "first target" if target == 0 and len(result.targets) > 1 else "target"
    if plan.measure == "output":
        edges = [day_number(day) for day in (*result.months, result.scenario.document.scenario.end)]
        first, last = plan.window
        axes.axvspan(edges[first], edges[last], color="#E6E6E6", lw=0, zorder=0, label=f"window of the {which}")
        return
    day = day_done(plan.at, result.plan.start)
    axes.axvline(
        day_number(day) + 1,
        color=GREY,
        lw=1.4,
        ls=(0, (1, 1.2)),
        zorder=0.5,
        label=f"{which}: by {day_label(day)}",
    )


def _draw(axes: Axes, row: int, start: StartResult, end: date) -> None:
    """Draw one phase: its interval, median and promise, and the columns on the right."""
    low, median, high = (start.percentile(share) for share in SHARES)
    edge = day_number(end)
    if low is not None:
        until = edge if high is None else day_number(high) + 1
        axes.barh(
            row,
            until - day_number(low),
            0.42,
            day_number(low),
            color=MIDDLE,
            edgecolor=BLUE,
            lw=0.8,
            zorder=2,
        )
    if median is not None:
        axes.plot([day_number(median)] * 2, [row - 0.3, row + 0.3], color=BLACK, lw=2, zorder=3)
    if high is None and start.cancelled < start.runs:
        axes.plot([edge], [row], marker=">", color=BLUE, markersize=7, clip_on=False, zorder=4)
    if start.promised is not None:
        _draw_promise(axes, row, start.promised, start.start, end)
    never = start.cancelled == start.runs
    beyond = "never" if never else f"after {month_label(day_done(0, end))}"
    words = (
        "no date announced" if start.promised is None else day_label(start.promised),
        beyond if median is None else day_label(median),
        share(start.cancelled, start.runs) if start.cancelled else "–",
    )
    for text, (_, offset) in zip(words, COLUMNS, strict=True):
        axes.annotate(
            text,
            (1, row),
            (offset, 0),
            axes.get_yaxis_transform(),
            textcoords="offset points",
            va="center",
            size=TEXT,
            annotation_clip=False,
        )


def _draw_promise(axes: Axes, row: int, promised: date, start: date, end: date) -> None:
    """Draw the promised day, or an arrow at the edge beyond which it lies."""
    if start <= promised < end:
        axes.plot([day_number(promised)], [row], "D", ms=6.5, color=VERMILION, mec="white", clip_on=False, zorder=5)
        return
    edge, arrow = (end, ">") if promised >= end else (start, "<")
    axes.plot([day_number(edge)], [row - 0.3], arrow, ms=6, color=VERMILION, mec="white", clip_on=False, zorder=5)


def _explain(axes: Axes, starts: tuple[StartResult, ...], end: date) -> None:
    """Put what was drawn into the legend."""
    if any(start.promised is not None for start in starts):
        axes.plot([], [], marker="D", markersize=6.5, color=VERMILION, lw=0, label="promised")
    promises = [start.promised for start in starts if start.promised is not None]
    if any(promise < starts[0].start for promise in promises):
        words = f"promised before {month_label(starts[0].start)}"
        axes.plot([], [], "<", ms=6, color=VERMILION, mec="white", label=words)
    if any(promise >= end for promise in promises):
        words = f"promised after {month_label(day_done(0, end))}"
        axes.plot([], [], ">", ms=6, color=VERMILION, mec="white", label=words)
    if any(start.percentile(SHARES[0]) is not None for start in starts):
        axes.add_patch(Rectangle((0, 0), 0, 0, facecolor=MIDDLE, edgecolor=BLUE, lw=0.8, label="P10 to P90"))
        axes.plot([], [], marker="|", markersize=9, markeredgewidth=2, color=BLACK, lw=0, label="median")
    if any(start.percentile(SHARES[2]) is None and start.cancelled < start.runs for start in starts):
        axes.plot(
            [],
            [],
            marker=">",
            markersize=7,
            color=BLUE,
            lw=0,
            label=f"P90 after {month_label(day_done(0, end))}",
        )
