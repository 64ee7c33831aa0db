"""From what was promised to what is sold, cause by cause, and the level of the target that stands above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nevsim.errors import UsageError
from nevsim.plant.losses import LOSSES
from nevsim.report.canvas import BLACK, BLUE, GREEN, GREY, VERMILION, amounts, plain, root, sheet, title_of
from nevsim.report.style import amount, percent, window_label
from nevsim.result import Result, TargetResult
from nevsim.scenario.target_check import window_of

GAINS = {"shrunk": "enlarged", "late": "early", "ramping": "growth", "underused": "overtime"}
"""What a cause is called where it brings vehicles."""
ROUNDING = 1e-9
"""Share of the promise below which a loss is the rounding of floats."""
WIDE = 0.8
"""Width of a bar, of 1 between two."""
LEGIBLE = 0.08
"""Share of the height from which on a value has room inside its bar."""
WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}


@dataclass(frozen=True)
class Bar:
    """A bar from ``foot`` to ``head``, and the level that it leaves to the next bar: all in vehicles."""

    name: str
    foot: float
    head: float
    level: float
    value: str
    colour: str
    hatch: str = ""

    @property
    def height(self) -> float:
        """Vehicles."""
        return self.head - self.foot


def draw_waterfall(result: Result, target: int = 0, ax: Axes | None = None) -> Figure:
    """Draw the mean vehicles of an output target's scope and window from promised through each loss to sold.

    What was made before the start stands below the promise; what nobody announced is the hatched box from the promise
    up to the target. Causes that take nothing are left out, and what brings vehicles goes up. Raises UsageError for a
    target of another measure.
    """
    found = result.targets[target]
    if found.promised is None or found.losses is None:
        raise UsageError(f"target {found.id} is not an output and has no losses; draw its exceedance instead")
    bars = _bars(found, found.promised, found.losses, result.plan.targets[target].already)
    gap = found.losses["unannounced"]
    tallest = max(found.at_least, *(bar.head for bar in bars)) or 1.0
    window = window_label(*window_of(result.scenario.document.targets[target]))
    with sheet(result, title_of(result, target), percent(found.odds), _note(found, result.runs), ax) as axes:
        axes.set_xlim(-0.6, len(bars) - 0.4)
        axes.set_ylim(0, 1.1 * tallest)
        size = min(8.5, 0.8 * 500 / len(bars) / (0.63 * max(len(bar.value) for bar in bars)))
        for place, bar in enumerate(bars):
            _draw(axes, place, bar, size, inside=bar.name == "promised" and bar.height > LEGIBLE * tallest)
            if place + 1 < len(bars):
                axes.plot([place + WIDE / 2, place + 1 - WIDE / 2], [bar.level, bar.level], color=GREY, lw=0.8)
        words = f"target: {amount(found.at_least)}"
        axes.axhline(found.at_least, color=BLACK, lw=1.6, ls=(0, (1, 1.2)), zorder=1.8, label=words)
        if gap > ROUNDING * found.at_least:
            _draw_gap(
                axes,
                1 if bars[0].name != "promised" else 0,
                found.at_least,
                gap,
                size if gap > 2 * LEGIBLE * tallest else None,
            )
        axes.set_xticks(range(len(bars)), [bar.name for bar in bars])
        axes.tick_params(axis="x", length=0)
        plain(axes.get_xticklabels())
        axes.grid(visible=False, axis="x")
        axes.set_xlabel("what the promise loses on its way to the sale, cause by cause")
        axes.set_ylabel(f"mean output, {window} (vehicles)")
        amounts(axes.yaxis)
    return root(axes)


def _bars(found: TargetResult, promised: float, losses: dict[str, float], already: float) -> list[Bar]:
    """Return the bars from left to right; each begins at the level that the bar before it left."""
    level = already + promised
    bars = [Bar("made\nbefore", 0.0, already, already, amount(already), GREY)] if already else []
    bars.append(Bar("promised", already, level, level, amount(promised), BLUE))
    for cause in LOSSES:
        loss = losses[cause]
        if abs(loss) <= ROUNDING * max(promised, 1.0):
            continue
        before, level = level, level - loss
        if loss > 0:
            bars.append(Bar(cause, level, before, level, f"−{amount(loss)}", VERMILION, "////"))
        else:
            bars.append(Bar(GAINS.get(cause, cause), before, level, level, f"+{amount(-loss)}", GREEN, "\\\\\\\\"))
    bars.append(Bar("made\nin all" if already else "sold", 0.0, level, level, amount(found.mean), BLUE))
    return bars


def _note(found: TargetResult, runs: int) -> str:
    away = found.at_least - found.mean
    side = f"{amount(abs(away))} {'below' if away > 0 else 'above'} the target" if away else "just the target"
    which = "The only run" if runs == 1 else f"Mean of {runs:,} runs"
    return f"{which}: {amount(found.mean)} vehicles, {side}"


def _draw(axes: Axes, place: int, bar: Bar, size: float, *, inside: bool) -> None:
    """Draw a bar with its value above it, or inside."""
    face = "white" if bar.hatch else bar.colour
    axes.bar(place, bar.height, WIDE, bar.foot, facecolor=face, edgecolor=bar.colour, hatch=bar.hatch, linewidth=1)
    axes.annotate(
        bar.value,
        (place, bar.head),
        (0, -3 if inside else 3),
        textcoords="offset points",
        ha="center",
        va="top" if inside else "bottom",
        size=size,
        color="white" if inside else BLACK,
        bbox={**WHITE, "facecolor": bar.colour} if inside else WHITE,
        zorder=4,
    )


def _draw_gap(axes: Axes, place: int, level: float, gap: float, size: float | None) -> None:
    """Draw what nobody announced, from the promise up to the target."""
    looks: dict[str, Any] = {
        "facecolor": "white",
        "edgecolor": GREY,
        "hatch": "xxx",
        "linestyle": "--",
        "linewidth": 1,
    }
    axes.bar(place, gap, WIDE, level - gap, zorder=1.5, label=f"not announced by anyone: {amount(gap)}", **looks)
    if size is not None:
        axes.text(place, level - gap / 2, amount(gap), ha="center", va="center", size=size, bbox=WHITE)
