"""The sheet that every figure is drawn on: style, title, legend, caption, date axis, files; no results are read."""

from __future__ import annotations

import unicodedata
from bisect import bisect
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FuncFormatter
from matplotlib.transforms import Bbox
from PIL import Image

from nevsim.clock import months_between, next_month
from nevsim.report.style import MONTHS
from nevsim.result import Result
from nevsim.sweeps import SweepTable

BLACK, BLUE, GREEN, VERMILION, GREY = (
    "#000000",
    "#0072B2",
    "#009E73",
    "#D55E00",
    "#6B6B6B",
)
"""Colours that the colour-blind tell apart: M. Okabe and K. Ito, Color Universal Design (2008)."""
PALE, MIDDLE = "#CFE6F5", "#7FB6DB"
"""Tints of blue for bands."""
WIDTH = 8.0
"""Inches of every figure."""
HEIGHT = 4.5
"""Inches of a figure that has no reason to be higher."""
FONT = "DejaVu Sans"
"""It comes with matplotlib, so a figure looks the same on every machine."""

_EDGE = 10.0
_NO_BREAK = "\N{NO-BREAK SPACE}"
_LEFT_TO_RIGHT = "\N{LEFT-TO-RIGHT MARK}"
_TITLE, _NOTE, _LEGEND, _CAPTION = 11.0, 9.0, 8.5, 7.0
_LINE = 1.35
_DPI = 144
_STYLE: dict[str, Any] = {
    "font.family": [FONT],
    "font.size": 9.0,
    "text.parse_math": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.labelsize": 9.0,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "legend.fontsize": _LEGEND,
    "legend.frameon": False,
    "hatch.linewidth": 0.7,
    "svg.fonttype": "path",
    "svg.hashsalt": "nevsim",
    "savefig.facecolor": "white",
}


@contextmanager
def _styled() -> Iterator[None]:
    with mpl.style.context(["default", _STYLE]):
        yield


@contextmanager
def sheet(
    result: Result | SweepTable,
    title: str,
    finding: str,
    note: str,
    ax: Axes | None,
    height: float = HEIGHT,
) -> Iterator[Axes]:
    """Give axes to draw on, and set title, legend and caption when they are drawn.

    A title too long for two lines is cut, the ``finding`` after it never; the ``note`` stands below both. On the
    caller's own axes there is the title and a legend, and the caller captions the figure.
    """
    title = f"{title}: "
    with _styled():
        if ax is not None:
            yield ax
            width = ax.get_window_extent().width * 72 / root(ax).dpi
            lines = (*fitted(title, finding, width, _TITLE, bold=True), *fitted(note, "", width, _NOTE))
            ax.set_title("\n".join(lines), loc="left", fontsize=_NOTE)
            if ax.get_legend_handles_labels()[0]:
                ax.legend(loc="best", frameon=True)
            return
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        axes = figure.add_subplot()
        yield axes
        _finish(figure, axes, result, title, finding, note)


@contextmanager
def panels(
    result: Result | SweepTable,
    title: str,
    finding: str,
    note: str,
    places: tuple[int, int, int],
    height: float,
    widths: tuple[float, ...] | None = None,
) -> Iterator[list[Axes]]:
    """Give several axes to draw on, in so many ``places`` (rows, columns, how many of them), under one title.

    The legend is that of the first; ``widths`` are those of the columns, which are alike without. What stands below
    the last axes of a column may hang into the empty place below.
    """
    rows, columns, count = places
    with _styled():
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        grid = figure.add_gridspec(rows, columns, width_ratios=widths)
        axes = [figure.add_subplot(grid[divmod(number, columns)]) for number in range(count)]
        for one in axes[max(count - columns, 0) : (rows - 1) * columns]:
            one.xaxis.set_in_layout(False)
        yield axes
        _finish(figure, axes[0], result, f"{title}: ", finding, note)


def _finish(figure: Figure, axes: Axes, result: Result | SweepTable, title: str, finding: str, note: str) -> None:
    """Write what stands around the axes, and lay them out between it."""
    top = _head(figure, axes, fitted(title, finding, _room(), _TITLE, bold=True), fitted(note, "", _room(), _NOTE))
    bottom = _caption(figure, result)
    _settle(figure, top, bottom)


def title_of(result: Result | SweepTable, target: int) -> str:
    """Return a target's title, or its id where the font cannot write the title."""
    found = result.targets[target]
    return readable(found.title, found.id)


def root(axes: Axes) -> Figure:
    """Return the figure that axes stand in."""
    figure = axes.get_figure(root=True)
    if figure is None:
        raise ValueError("the axes belong to no figure")
    return figure


def sheets(count: int, most: int, step: int = 1) -> list[range]:
    """Return the positions of so many rows or panels by the figures that they go on.

    At most ``most`` on each, which is a multiple of ``step``, as evenly as whole steps allow.

    >>> sheets(14, 8, 2), sheets(3, 8, 2), sheets(0, 8)
    ([range(0, 8), range(8, 14)], [range(0, 3)], [])
    """
    if not count:
        return []
    each = -(-count // -(-count // most))
    each += -each % step
    return [range(first, min(first + each, count)) for first in range(0, count, each)]


def numbered(title: str, sheet: int | None, count: int) -> str:
    """Return a title that says which of several figures this is."""
    return title if sheet is None or count == 1 else f"{title}, {sheet + 1} of {count}"


def _room() -> float:
    """Return the points that a line of text may take; hinting widens it by some per cent on a coarse screen."""
    return 0.96 * (WIDTH * 72 - 2 * _EDGE)


def _head(figure: Figure, axes: Axes, title: list[str], note: list[str]) -> float:
    """Write title, note and legend from the top edge down, and return the points that they take."""
    left, height = _EDGE / (72 * WIDTH), 72 * figure.get_figheight()
    depth = _EDGE
    for lines, size, weight, colour in ((title, _TITLE, "bold", BLACK), (note, _NOTE, "normal", "#333333")):
        for line in lines:
            figure.text(
                left,
                1 - depth / height,
                line,
                size=size,
                weight=weight,
                color=colour,
                va="top",
                in_layout=False,
            )
            depth += size * _LINE
    handles, labels = axes.get_legend_handles_labels()
    if not labels:
        return depth
    columns = _columns(labels)
    legend = figure.legend(
        handles,
        labels,
        loc="upper left",
        bbox_to_anchor=(left, 1 - (depth + 3) / height),
        ncols=columns,
        borderpad=0,
        borderaxespad=0,
        labelspacing=0.35,
        columnspacing=1.6,
    )
    legend.set_in_layout(False)
    return depth + 3 + -(-len(labels) // columns) * _LEGEND * 1.6


def _columns(labels: list[str]) -> int:
    """Return into how many columns a legend goes."""
    widths = [width_of(label, _LEGEND) + 4.5 * _LEGEND for label in labels]
    for rows in range(1, len(labels)):
        columns = -(-len(labels) // rows)
        if sum(column.max() for column in np.array_split(widths, columns)) <= _room():
            return columns
    return 1


def _caption(figure: Figure, result: Result | SweepTable) -> float:
    """Write the caption along the bottom edge, and return the points that it takes."""
    head = result if isinstance(result, SweepTable) else result.scenario.document.scenario
    runs = "1 run" if result.runs == 1 else f"{result.runs:,} runs"
    facts = f"{runs}, seed {result.seed}, as of {head.as_of.isoformat()}"
    lines = fitted(f"{readable(head.title, head.id)}. ", facts, _room(), _CAPTION)
    height = 72 * figure.get_figheight()
    figure.text(
        _EDGE / (72 * WIDTH),
        0.6 * _EDGE / height,
        "\n".join(lines),
        size=_CAPTION,
        color="#444444",
        va="bottom",
        in_layout=False,
    )
    return 0.6 * _EDGE + len(lines) * _CAPTION * _LINE + 4


def _settle(figure: Figure, top: float, bottom: float) -> None:
    """Lay the axes out between head and caption once and for all, so that each file has the same layout."""
    height, side = 72 * figure.get_figheight(), _EDGE / (72 * WIDTH)
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(side / 2, bottom / height, 1 - 1.5 * side, 1 - (top + bottom) / height))
        engine.execute(figure)
        for axes in figure.axes:  # the solver orders by addresses in memory, and its last bits name the clip paths
            axes.set_position(Bbox.from_extents(*np.round(axes.get_position().extents, 6).tolist()))
    # Any engine left, even the one that does nothing, would have the figure drawn twice for each file.
    figure.set_layout_engine(None)


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a line of text in points."""
    properties = FontProperties(family=FONT, size=size, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(text, properties, ismath=False)[0])


def fitted(text: str, tail: str, width: float, size: float, *, bold: bool = False, lines: int = 2) -> list[str]:
    """Return ``text + tail`` in at most ``lines`` lines of ``width`` points; the text may be cut, never the tail.

    Beside Arabic or Hebrew the tail and its numbers still run from left to right.
    """
    leftward = any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text)
    if leftward and tail:
        tail = _LEFT_TO_RIGHT + tail
    if width_of(tail, size, bold=bold) <= width / 2:
        tail = tail.replace(" ", _NO_BREAK)
    body = text.rstrip(": .") if tail else text
    joint = text[len(body) :]
    cut = joint.replace(".", "").strip() + " " * bool(tail)

    def at(kept: int) -> list[str]:
        whole = body + joint if kept == len(body) else f"{body[:kept].rstrip()}…{cut}"
        return _wrapped(whole + tail, width, size, bold=bold)

    most = min(len(body), int(lines * width / (0.25 * size)))
    kept = most if len(at(most)) <= lines else bisect(range(most), lines, key=lambda kept: len(at(kept))) - 1
    return [_LEFT_TO_RIGHT * leftward + line.replace(_NO_BREAK, " ") for line in at(max(kept, 0))]


def _wrapped(text: str, width: float, size: float, *, bold: bool) -> list[str]:
    """Return a text in lines, broken between words, and within a word that is wider than a line."""
    lines: list[str] = []
    left = 0.0
    for word in text.split(" ") if text else []:
        needed = _advance(word, size, bold=bold)
        if lines and needed <= left:
            lines[-1] += f" {word}"
            left -= needed
            continue
        letters = max(1, int(width / (1.15 * size)))
        pieces = [word] if needed <= width else [word[at : at + letters] for at in range(0, len(word), letters)]
        lines += pieces
        left = width - _advance(pieces[-1], size, bold=bold)
    return lines


@cache
def _advance(word: str, size: float, *, bold: bool) -> float:
    """Return the width of a word and the space after it in points."""
    return width_of(f"{word} |", size, bold=bold) - width_of("|", size, bold=bold)


@cache
def _drawable(character: str) -> bool:
    return get_font(findfont(FONT)).get_char_index(ord(character)) != 0


def readable(text: str, instead: str) -> str:
    """Return a text, or the id to write instead of it where the font lacks one of its characters."""
    return text if all(_drawable(character) for character in text) else instead


def plain(texts: list[Text]) -> None:
    """Keep texts out of mathtext, also when they are drawn outside this style: a dollar is a dollar."""
    for text in texts:
        text.set_parse_math(False)


def amounts(axis: Any) -> None:
    """Write the ticks of an axis with thousands separators."""
    axis.set_major_formatter(
        FuncFormatter(lambda value, _place: f"{value:,.10g}" if abs(value) < 1e10 else f"{value:,.0f}")
    )


def percents(axis: Any) -> None:
    """Write the ticks of an axis, shares, in per cent with no more decimals than they have."""
    axis.set_major_formatter(FuncFormatter(lambda value, _place: f"{100 * value:.10g} %"))


def day_number(day: date) -> float:
    """Return the position of the first minute of a day on a date axis: days since matplotlib's epoch, 1970."""
    return float((day - date(1970, 1, 1)).days)


def date_axis(axes: Axes, first: date, end: date, most: int, *, ends: bool = False) -> None:
    """Put at most some ``most`` ticks at firsts of months from ``first`` to ``end``, with the year below its first.

    With ``ends`` each is named after the month that it ends.
    """
    days = [*months_between(first, end), end]
    years = next((years for years in (1, 2, 5, 10, 20, 50) if (end.year - first.year) / years <= most), 100)
    step = next((step for step in (1, 2, 3, 6) if len(days) / step <= most), 12)
    shown = [day for day in days if (day.month - 1) % step == 0 and (step < 12 or day.year % years == 0)]
    shown = shown or [first]
    named = [day - timedelta(days=1) for day in shown] if ends else shown
    labels = []
    for number, day in enumerate(named):
        new = number == 0 or day.year != named[number - 1].year
        month = MONTHS[day.month - 1]
        yearly = step == 12 and not ends
        labels.append(str(day.year) if yearly else f"{month}\n{day.year}" if new else f"{month}\n")
    axes.set_xticks([day_number(day) for day in shown], labels)
    axes.set_xlim(day_number(first), day_number(next_month(first) if end <= first else end))


def svg(figure: Figure) -> str:
    """Return a figure as the text of its ``.svg``: same figure, same text."""
    text = StringIO()
    with _styled():
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": "nevsim"})
    return text.getvalue()


def png(figure: Figure) -> bytes:
    """Return a figure as the bytes of its ``.png``: same figure, same bytes."""
    drawn, small = BytesIO(), BytesIO()
    with _styled():
        figure.savefig(drawn, format="rgba", dpi=_DPI)
    size = (int(_DPI * figure.get_figwidth()), int(_DPI * figure.get_figheight()))
    colours = Image.frombytes("RGBA", size, drawn.getvalue()).convert("RGB")
    colours.quantize(method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(small, format="png")
    return small.getvalue()


def save(figure: Figure, path_stem: str | Path) -> tuple[Path, Path]:
    """Write ``path_stem`` + ``.svg`` and ``.png``, and return both paths: same figure, same bytes."""
    stem = Path(path_stem)
    vector, raster = (stem.with_name(stem.name + ending) for ending in (".svg", ".png"))
    vector.write_text(svg(figure), encoding="utf-8", newline="\n")
    raster.write_bytes(png(figure))
    return vector, raster
