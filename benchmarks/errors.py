"""The standard error of the odds against the seconds that it takes: a plain SimPy program and each engine of nevsim.

Every point is played: its seconds are the median of some rounds, all points in turn; its error is that of the hits
counted. Only the broken lines are drawn, not played. Writes docs/performance.svg, or the file that is named.
"""

from __future__ import annotations

import math
import sys
import time
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from statistics import median
from textwrap import fill
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

import plain
from nevsim.report.canvas import BLACK, BLUE, GREEN, GREY, VERMILION
from nevsim.result import Result
from nevsim.scenario.load import load
from rounds import Program, Times, digits, table
from speed import WORKLOAD, engines

FIGURE = Path(__file__).parents[1] / "docs" / "performance.svg"
SLOW = (100, 300, 1_000, 3_000)
FAST = (1_000, 10_000, 100_000, 1_000_000)
COLOURS = (BLACK, VERMILION, BLUE, GREEN)
MARKS = ("o", "s", "^", "D")
_STYLE = {
    "font.family": ["DejaVu Sans"],
    "font.size": 10.0,
    "svg.fonttype": "path",
    "svg.hashsalt": "nevsim",
    "axes.spines.top": False,
    "axes.spines.right": False,
}


@dataclass
class Point:
    """Some replications of one program: the seconds of each round, and the odds that each round found."""

    runs: int
    spent: Times = field(default_factory=list)
    odds: Times = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """The median of the rounds."""
        return median(self.spent)

    @property
    def error(self) -> float:
        """The standard error of the odds of one round, in percentage points, from the hits of all of them."""
        odds = sum(self.odds) / len(self.odds)
        return 100 * math.sqrt(odds * (1 - odds) / self.runs)


def measured(rounds: int, slow: tuple[int, ...], fast: tuple[int, ...]) -> dict[str, list[Point]]:
    """Play every program with every number of replications, in turn."""
    programs = [Program("plain SimPy program", 0, plain.run), *engines(load(WORKLOAD), 0, 0)]
    found = {one.name: [Point(runs) for runs in (fast if "batch" in one.name else slow)] for one in programs}
    for seed in range(1, rounds + 1):
        for one in programs:
            for point in found[one.name]:
                began = time.perf_counter()
                result = one.work(point.runs, seed)
                point.spent.append(time.perf_counter() - began)
                point.odds.append(result.targets[0].odds.odds if isinstance(result, Result) else result["odds"])
    return found


def told(found: dict[str, list[Point]], rounds: int) -> str:
    """Return the points as a table."""
    rows = [
        (name, f"{point.runs:,}", digits(point.seconds), digits(point.error))
        for name, points in found.items()
        for point in points
    ]
    heads = ("program", "replications", "seconds", "standard error, percentage points")
    return f"The figure's points, medians of rounds in turn ({rounds}):\n\n{table(heads, rows)}"


def drawn(found: dict[str, list[Point]]) -> str:
    """Return the figure as the text of an SVG file."""
    text = StringIO()
    with mpl.style.context(["default", _STYLE]):
        figure = Figure(figsize=(7.5, 4.7), layout="constrained")
        axes = figure.add_subplot()
        for points, colour, mark in zip(found.values(), COLOURS, MARKS, strict=True):
            times, errors = [one.seconds for one in points], [one.error for one in points]
            axes.loglog(times, errors, color=colour, marker=mark, markersize=5.5, linewidth=1.8)
        _extended(axes, found)
        _labelled(axes, found)
        axes.set_xlabel("seconds from draws to odds")
        axes.set_ylabel("standard error of the odds, percentage points")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_minor_locator(NullLocator())
            axis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:,.10g}"))
        axes.yaxis.set_major_locator(FixedLocator([10.0**power * step for power in (-2, -1, 0) for step in (1, 2, 5)]))
        axes.grid(color="#DDDDDD", linewidth=0.6)
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": "nevsim"})
    return text.getvalue()


def _extended(axes: Axes, found: dict[str, list[Point]]) -> None:
    """Draw each line on, with the slope of -1/2 that independent runs have, to the least error of all points."""
    least = min(point.error for points in found.values() for point in points)
    drawn_on = False
    for points, colour in zip(found.values(), COLOURS, strict=True):
        last = points[-1]
        reach = last.seconds * (last.error / least) ** 2
        if reach > 1.1 * last.seconds:
            axes.loglog([last.seconds, reach], [last.error, least], color=colour, linewidth=1.2, linestyle=(0, (4, 3)))
            drawn_on = True
    if drawn_on:
        note = "broken lines: slope −½ from\nthe last point, not played"
        axes.text(1, 0.45, note, transform=axes.transAxes, ha="right", va="top", color=GREY)


def _labelled(axes: Axes, found: dict[str, list[Point]]) -> None:
    """Write the names beside the lines: of two that run close together, above the slower and below the faster."""
    lines = [(name, points, colour) for (name, points), colour in zip(found.items(), COLOURS, strict=True)]
    for pair in (lines[:2], lines[2:]):
        faster, slower = sorted(pair, key=lambda line: line[1][-1].seconds)
        for (name, points, colour), side in ((faster, -1), (slower, 1)):
            text = fill(name, 22)
            _beside(axes, points[-2], text, side, color=colour, weight="bold")
        _beside(axes, slower[1][-1], f"{slower[1][-1].runs:,} replications", 1, color=GREY)


def _beside(axes: Axes, point: Point, text: str, side: int, **style: Any) -> None:
    """Write a text above a point to its right (side 1), or below it to its left (side -1)."""
    ends = ("left", "bottom") if side > 0 else ("right", "top")
    place = (point.seconds, point.error)
    axes.annotate(text, place, (8 * side, 3 * side), textcoords="offset points", ha=ends[0], va=ends[1], **style)


def figure(path: Path, *, quick: bool) -> str:
    """Play all points, write the figure, and return its points as a table."""
    rounds = 1 if quick else 3
    found = measured(rounds, SLOW[:-1] if quick else SLOW, FAST[:-1] if quick else FAST)
    path.write_text(drawn(found), encoding="utf-8", newline="\n")
    return told(found, rounds)


if __name__ == "__main__":
    files = [one for one in sys.argv[1:] if one != "--quick"]
    print(figure(Path(files[0]) if files else FIGURE, quick="--quick" in sys.argv))
