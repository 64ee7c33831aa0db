"""Figures as drawn: what they show, that every text can be read, and that the same figure is the same bytes."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from io import BytesIO
from itertools import combinations

import hard_to_draw
import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from PIL import Image

from nevsim.errors import UsageError
from nevsim.forecast import forecast
from nevsim.odds.interval import Odds, odds_of
from nevsim.report.canvas import BLUE, MIDDLE, VERMILION, fitted, png, save, width_of
from nevsim.report.exceedance import draw_exceedance
from nevsim.report.fan import draw_fan
from nevsim.report.figures import figures
from nevsim.report.gantt import draw_gantt
from nevsim.report.style import about, amount, percent
from nevsim.report.waterfall import draw_waterfall
from nevsim.result import Result
from nevsim.scenario.load import load

DRAW = {"fan": draw_fan, "waterfall": draw_waterfall, "gantt": draw_gantt, "exceedance": draw_exceedance}
TEXTS = {
    "kinds": hard_to_draw.MANY_KINDS,
    "month": hard_to_draw.ONE_MONTH,
    "nothing": hard_to_draw.NOTHING,
    "large": hard_to_draw.LARGE,
    "sixty": hard_to_draw.sixty(),
    "coin": hard_to_draw.few("0.5"),
    "crowd": hard_to_draw.crowd(),
    "limits": hard_to_draw.crowd(limits=36, readings=1),
    "shares": hard_to_draw.SHARES,
}
CASES = [
    *(("kinds", k, name) for k in range(3) for name in ("fan", "waterfall", "exceedance")),
    *(("kinds", k, name) for k in (3, 4) for name in ("fan", "exceedance")),
    *(("kinds", k, "exceedance") for k in (5, 6, 7)),
    *(("kinds", k, "gantt") for k in (0, 4)),
    *(("month", 0, name) for name in DRAW),
    *(("nothing", 0, name) for name in DRAW),
    *(("large", 0, name) for name in DRAW),
    *(("coin", 0, name) for name in ("waterfall", "exceedance")),
    ("month", 1, "fan"),
    ("sixty", 0, "gantt"),
    ("sixty", 0, "exceedance"),
]


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """Gives the result of one of the texts by its name."""
    folder = tmp_path_factory.mktemp("scenarios")

    @cache
    def found(name: str, runs: int = 120) -> Result:
        path = folder / f"{name}.toml"
        path.write_text(TEXTS[name], encoding="utf-8")
        return forecast(load(path), runs=runs)

    return found


@pytest.fixture(scope="module")
def figure(result):
    """Gives a figure by scenario, target and name."""
    return cache(lambda scenario, target, name: DRAW[name](result(scenario), target))


def shown(figure: Figure) -> list[Text]:
    """All texts that can be seen; tick labels outside the limits are not drawn."""
    hidden = set()
    for axes in figure.axes:
        hidden |= {
            id(label) for label in axes.get_xticklabels() if not inside(label.get_position()[0], axes.get_xlim())
        }
        hidden |= {
            id(label) for label in axes.get_yticklabels() if not inside(label.get_position()[1], axes.get_ylim())
        }
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return [text for text in texts if id(text) not in hidden]


def inside(value: float, limits: tuple[float, float]) -> bool:
    room = 1e-9 * abs(limits[1] - limits[0])
    return min(limits) - room <= value <= max(limits) + room


def words(figure: Figure) -> str:
    return " ".join(" ".join(text.get_text() for text in shown(figure)).split())


def clashes(figure: Figure) -> list[tuple[str, str]]:
    """Pairs of texts that cover one another by more than half a pixel, and texts that leave the figure."""
    canvas = FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    renderer = canvas.get_renderer()
    boxes = [(text.get_text(), Text.get_window_extent(text, renderer)) for text in shown(figure)]
    found = [
        (one, other)
        for (one, a), (other, b) in combinations(boxes, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 0.5 and min(a.y1, b.y1) - max(a.y0, b.y0) > 0.5
    ]
    width, height = canvas.get_width_height()
    outside = [one for one, a in boxes if a.x0 < 0 or a.y0 < 0 or a.x1 > width or a.y1 > height]
    return found + [(one, "the edge") for one in outside]


@pytest.mark.parametrize(("scenario", "target", "name"), CASES)
def test_every_text_can_be_read(figure, scenario, target, name):
    assert clashes(figure(scenario, target, name)) == []


@pytest.fixture(scope="module")
def drawn(result):
    """Gives all figures of a scenario by name."""
    return cache(lambda scenario: figures(result(scenario)))


@pytest.mark.parametrize("scenario", ["crowd", "limits", "shares", "sixty", "kinds"])
def test_every_text_of_every_figure_can_be_read(drawn, scenario):
    """None clashes with another, is under 7 points or comes in figures too high for a page of paper."""
    for name, figure in drawn(scenario).items():
        assert clashes(figure) == [], name
        assert min(text.get_fontsize() for text in shown(figure)) >= 7, name
        assert figure.get_figheight() < 10.5, name


def test_many_rows_go_on_several_figures(drawn, result):
    """Twenty phases on each of three, and none left out; eight panels on the first figure of eleven."""
    starts = [figure for name, figure in drawn("sixty").items() if name.startswith("starts")]
    rows = [label.get_text() for figure in starts for label in figure.axes[0].get_yticklabels()]
    assert [len(figure.axes[0].get_yticklabels()) for figure in starts] == [20, 20, 20]
    assert len(set(rows)) == 60
    assert "Starts of production, 2 of 3" in words(starts[1])
    panels = [len(figure.axes) for name, figure in drawn("crowd").items() if name.startswith("quarters")]
    assert panels == [6, 5]
    assert sum(panels) == len(result("crowd").targets)


def test_no_two_rows_are_named_alike(drawn):
    """Names that differ only in what is cut off give way to ids; readings take as many lines as they need."""
    for name in ("starts", "readings"):
        rows = [label.get_text() for label in drawn("crowd")[name].axes[0].get_yticklabels()]
        assert len(rows) == {"starts": 4, "readings": 16}[name]
        assert len(set(rows)) == len(rows)


def test_each_limit_has_its_use_and_its_cost(drawn, result):
    """A row each, the dearest first, with the use of every month and a bar as long as the cost."""
    figure = drawn("crowd")["limits"]
    found = {f"{one.kind} {one.id}": one for one in result("crowd").bottlenecks}
    uses, costs = figure.axes[::2], figure.axes[1::2]
    assert len(uses) == len(costs) == 10
    lengths = []
    for use, cost in zip(uses, costs, strict=True):
        one = found[use.get_title(loc="left").partition(":")[0]]
        assert list(use.lines[0].get_ydata()) == pytest.approx([*one.used, one.used[-1]])
        assert f"{100 * one.used.mean():.0f} % used on average" in use.get_title(loc="left")
        lengths.append(cost.patches[0].get_width())
        assert lengths[-1] == pytest.approx(one.costs[0].vehicles)
        assert about(one.costs[0].vehicles, one.costs[0].half_width) in cost.get_title(loc="left")
        assert cost.get_xlim() == costs[0].get_xlim()
    assert lengths == sorted(lengths, reverse=True)
    assert "2 more cost no more" in words(figure)


def test_quarters_are_named_after_the_month_that_they_end(drawn):
    """The last of December 2025 is not called January 2026."""
    axes = drawn("kinds")["quarters"].axes[-1]
    assert axes.get_xticklabels()[-1].get_text() == "Dec\n2025"


def test_of_two_levels_alike_the_earlier_can_be_seen(drawn):
    lines = drawn("crowd")["fan-shops-open-1"].axes[0].lines
    early, late = (next(line for line in lines if day in str(line.get_label())) for day in ("Jun 2023", "Dec 2024"))
    assert early.get_zorder() > late.get_zorder()


def test_many_stairs_do_not_run_into_one(drawn):
    axes = drawn("sixty")["exceedance-starts"].axes[0]
    width = axes.collections[0].get_linewidths()[0]
    apart = axes.get_window_extent().width * 72 / drawn("sixty")["exceedance-starts"].dpi / np.ptp(axes.get_xlim())
    assert width < 0.6 * apart


def test_a_clash_is_noticed(result):
    """The test above can fail: a text over another, and one over the edge."""
    figure = draw_exceedance(result("coin"))
    title = figure.texts[0]
    figure.text(*title.get_position(), "over the title", va="top", size=11)
    figure.text(0.97, 0.5, "over the edge")
    found = clashes(figure)
    assert (title.get_text(), "over the title") in found
    assert ("over the edge", "the edge") in found


@pytest.mark.parametrize(("scenario", "target", "name"), CASES)
def test_every_axis_says_what_it_shows(figure, scenario, target, name):
    axes = figure(scenario, target, name).axes[0]
    assert axes.get_xlabel()
    assert axes.get_ylabel()
    quantity = {"exceedance": axes.get_xlabel(), "gantt": axes.get_xlabel()}.get(name, axes.get_ylabel())
    assert any(unit in quantity for unit in ("(vehicles a year)", "(vehicles)", "(number of phases)", "(date)"))
    if name == "exceedance":
        assert "(%)" in axes.get_ylabel()


@pytest.mark.parametrize(("scenario", "target", "name"), CASES)
def test_the_caption_says_what_was_run(figure, scenario, target, name):
    text = words(figure(scenario, target, name))
    as_of = "2019-12-31" if scenario == "nothing" else "2022-10-31"
    assert f"120 runs, seed 7, as of {as_of}" in text


@pytest.mark.parametrize("name", ["fan", "waterfall", "exceedance"])
def test_the_title_says_the_odds(figure, result, name):
    for target in (0, 1, 2):
        odds = percent(result("kinds").targets[target].odds)
        assert odds in words(figure("kinds", target, name))


def test_text_of_a_scenario_is_drawn_as_it_stands(figure):
    """Dollars are no mathtext and angle brackets no markup; what the font lacks gives way to the id."""
    waterfall = figure("kinds", 0, "waterfall")
    assert not any(text.get_parse_math() for text in waterfall.texts)
    text = words(waterfall)
    assert "worth $20,000 each and $30,000 <i>in all</i> made in 2025" in text
    assert "What can go wrong: $5,000 <b>and</b> $6,000" in text
    starts = figure("kinds", 0, "gantt")
    assert "silent" in words(starts)
    assert not any(text.get_parse_math() for text in starts.axes[0].get_yticklabels())


def bars(figure: Figure) -> dict[str, tuple[float, float]]:
    """Foot and head of every bar of a waterfall, by the name below it; the gap as ``gap``."""
    axes = figure.axes[0]
    names = [label.get_text().replace("\n", " ") for label in axes.get_xticklabels()]
    found: dict[str, tuple[float, float]] = {}
    for bar in axes.patches:
        assert isinstance(bar, Rectangle)
        name = names[round(bar.get_x() + bar.get_width() / 2)]
        name = "gap" if bar.get_hatch() == "xxx" else name
        assert name not in found
        found[name] = (bar.get_y(), bar.get_y() + bar.get_height())
    return found


@pytest.mark.parametrize(("scenario", "target"), [("kinds", 0), ("kinds", 1), ("kinds", 2), ("large", 0), ("coin", 0)])
def test_the_bars_of_a_waterfall_add_up(figure, result, scenario, target):
    """Each bar begins where the one before it ended, down to the mean, and the gap reaches the target."""
    found = result(scenario).targets[target]
    drawn = bars(figure(scenario, target, "waterfall"))
    gap = drawn.pop("gap", None)
    before = drawn.pop("made before", (0, 0))[1]
    (first, promise), *causes, (_, last) = drawn.items()
    assert promise == pytest.approx((before, before + found.promised))
    assert first == "promised"
    level = promise[1]
    tolerance = 1e-9 * level
    for name, (foot, head) in causes:
        gains = name in ("early", "growth", "enlarged", "overtime")
        assert (foot if gains else head) == pytest.approx(level, abs=tolerance)
        level = head if gains else foot
    assert last == pytest.approx((0, found.mean), rel=1e-9)
    assert level == pytest.approx(found.mean, rel=1e-9)
    if gap is not None:
        assert gap == pytest.approx((promise[1], found.at_least), rel=1e-9)


def test_a_waterfall_leaves_out_what_takes_nothing(figure):
    """A coin that comes up or not: only cancelled; and promised exactly reaches the target."""
    assert list(bars(figure("coin", 0, "waterfall"))) == ["promised", "cancelled", "sold"]


def test_a_waterfall_shows_what_nobody_announced_and_what_grows(figure, result):
    text = words(figure("kinds", 0, "waterfall"))
    assert f"not announced by anyone: {amount(result('kinds').targets[0].losses['unannounced'])}" in text
    assert {"early", "growth"} <= set(bars(figure("kinds", 0, "waterfall")))
    assert bars(figure("kinds", 1, "waterfall"))["made before"] == (0, 300_000)


def test_a_gantt_has_a_row_for_every_start_and_says_what_is_not_announced(figure, result):
    starts = figure("kinds", 0, "gantt")
    rows = [label.get_text().replace("\n", " ") for label in starts.axes[0].get_yticklabels()]
    assert len(rows) == 7
    assert rows[1:] == ["silent", "unannounced", "never", "too-late", "overdue", "early"]
    assert starts.axes[0].yaxis_inverted()
    text = words(starts)
    for wanted in (
        "no date announced",
        "31 Mar 2024",
        "30 Jun 2027",
        "30 Jun 2022",
        "after Dec 2025",
        "never",
        "100 %",
    ):
        assert wanted in text
    assert len(figure("sixty", 0, "gantt").axes[0].get_yticklabels()) == 60


def test_kept_promises_are_counted_by_the_day(result):
    """A promise of 10 November with no slip is kept in every run; one beyond the end is not judged."""
    assert result("month").starts[0].kept == 120
    kept = {start.phase: start.kept for start in result("kinds").starts}
    assert kept["unannounced"] is None
    assert kept["too-late"] is None
    assert kept["never"] == kept["overdue"] == 0
    assert kept["early"] == 120


def test_the_stairs_of_starts_are_the_odds(figure, result):
    """Three starts: the third stair is as high as the odds of the target are."""
    for scenario, target in (("kinds", 5), ("kinds", 6), ("sixty", 0)):
        found = result(scenario).targets[target]
        line = figure(scenario, target, "exceedance").axes[0].lines[0]
        heights = dict(zip(line.get_xdata(), line.get_ydata(), strict=True))
        assert heights[found.at_least] == pytest.approx(found.odds.odds, rel=1e-12)
        assert all(np.diff(line.get_ydata()) <= 0)
        assert max(heights) == result(scenario).plan.targets[target].inside.sum()


def test_the_curve_passes_the_odds(figure, result):
    found = result("kinds").targets[4]
    line = figure("kinds", 4, "exceedance").axes[0].lines[0]
    values, shares = np.array(line.get_xdata()), np.array(line.get_ydata())
    assert shares[values >= found.at_least].max() <= found.odds.odds + 0.01
    assert shares[values < found.at_least].min() >= found.odds.odds - 0.01


def test_a_fan_shows_the_needed_rate_over_the_window(figure):
    """215,000 in half a year are 430,000 a year, from January to June 2025."""
    fan = figure("kinds", 2, "fan")
    assert "needed for the target: 430,000 a year" in words(fan)
    line = next(line for line in fan.axes[0].lines if str(line.get_label()).startswith("needed"))
    first, last = line.get_xdata()
    assert last - first == 181
    assert list(line.get_ydata()) == [430_000, 430_000]


def test_a_fan_of_a_certain_month_is_the_month(figure):
    """Promised for the 10th, so 20 of the 30 days of November at 12 vehicles a year: a rate of 8."""
    lines = {line.get_label(): line.get_ydata() for line in figure("month", 0, "fan").axes[0].lines}
    assert lines["median"] == pytest.approx([8, 8])
    assert lines["promised (mean)"] == pytest.approx([8, 8])


def test_what_cannot_be_drawn_says_what_can(result):
    with pytest.raises(UsageError, match="starts counts starts"):
        draw_fan(result("kinds"), 5)
    with pytest.raises(UsageError, match="capacity is not an output"):
        draw_waterfall(result("kinds"), 4)


@pytest.mark.parametrize("name", DRAW)
def test_same_result_same_bytes_and_small(result, tmp_path, name):
    one = [path.read_bytes() for path in save(DRAW[name](result("kinds")), tmp_path / "v1.0")]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["v1.0.png", "v1.0.svg"]
    figure = DRAW[name](result("kinds"))
    for stem in ("second", "third"):
        assert [path.read_bytes() for path in save(figure, tmp_path / stem)] == one
    assert all(len(content) < 300_000 for content in one)
    assert b"<dc:date>" not in one[0]


def test_a_figure_is_drawn_once_for_each_file(result, tmp_path):
    """A layout engine left on the figure would have it drawn twice for each."""

    class Counted(Line2D):
        draws = 0

        def draw(self, renderer):
            type(self).draws += 1
            super().draw(renderer)

    figure = draw_fan(result("kinds"))
    figure.add_artist(Counted([0, 1], [0, 1]))
    assert Counted.draws == 0
    save(figure, tmp_path / "once")
    assert Counted.draws == 2


def test_a_png_keeps_the_colours_of_what_is_small(result):
    """Its palette may not blend the one dot in the legend with something else."""
    picture = Image.open(BytesIO(png(draw_exceedance(result("kinds"), 6)))).convert("RGB")
    found = np.array([colour for _, colour in picture.getcolors(1_000)])
    for colour in (VERMILION, BLUE, MIDDLE, "#FFFFFF"):
        wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
        assert np.abs(found - wanted).max(axis=1).min() <= 3, colour


@pytest.mark.parametrize("name", DRAW)
def test_own_axes_are_drawn_on(result, name):
    figure = Figure(figsize=(12, 6))
    axes = figure.subplots(1, 2)
    assert DRAW[name](result("kinds"), 0, axes[1]) is figure
    assert isinstance(axes[1], Axes)
    assert axes[1].get_title(loc="left")
    assert not axes[0].has_data()


def test_a_long_title_is_cut_and_its_odds_are_not():
    lines = fitted("a word and another " * 30 + "end: ", "3.1 % (2.9–3.4 %)", 300, 11, bold=True)
    assert len(lines) == 2
    assert lines[-1].endswith("…: 3.1 % (2.9–3.4 %)")
    assert all(width_of(line, 11, bold=True) <= 300 for line in lines)
    assert fitted("W" * 5_000, "", 300, 11)[-1].endswith("…")
    assert fitted("Short: ", "yes", 300, 11) == ["Short: yes"]


def test_odds_beside_arabic_run_from_left_to_right():
    """A mark stands before each line and before the odds, whose ends would change places without it."""
    mark = "\N{LEFT-TO-RIGHT MARK}"
    assert fitted("مليون سيارة: ", "2.5 % (0.8–5.7 %)", 500, 11) == [f"{mark}مليون سيارة: {mark}2.5 % (0.8–5.7 %)"]
    assert all(line.startswith(mark) for line in fitted("مليون سيارة " * 30, "", 300, 11))
    assert fitted("A million: ", "2.5 %", 500, 11) == ["A million: 2.5 %"]


def test_percent_near_nothing_and_everything():
    """Hanley and Lippman-Hand's rule of three, JAMA 249 (1983) 1743, doubled tail: 3.69 / 20,000 = 0.01844 %."""
    assert percent(odds_of(0, 20_000)) == "under 0.019 %"
    assert percent(odds_of(20_000, 20_000)) == "over 99.981 %"
    assert percent(odds_of(0, 1)) == "under 98 %"
    assert percent(odds_of(1, 1)) == "over 2 %"
    assert percent(Odds(3, 20_000, 0.000031, 0.000438)) == "0.015 % (0.003–0.044 %)"
    assert percent(Odds(19_997, 20_000, 0.999562, 0.999969)) == "99.985 % (99.956–99.997 %)"
    assert percent(Odds(620, 20_000, 0.0287, 0.0335)) == "3.1 % (2.9–3.4 %)"
    assert percent(Odds(546_123, 1_000_000, 0.545147, 0.547099)) == "54.61 % (54.51–54.71 %)"


@pytest.mark.parametrize(("module", "unwanted"), [("style", "matplotlib"), ("figures", "matplotlib.pyplot")])
def test_imports_stay_light(module, unwanted):
    program = f"import sys, nevsim.report.{module}; sys.exit({unwanted!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_drawing_leaves_no_trace(result):
    """The caller's settings stand after a figure, and do not show in it."""
    before = dict(mpl.rcParams)
    plain = words(draw_fan(result("month")))
    assert dict(mpl.rcParams) == before
    with mpl.rc_context({"font.family": ["serif"], "text.usetex": True, "figure.facecolor": "black"}):
        figure = draw_fan(result("month"))
    assert words(figure) == plain
    assert figure.get_facecolor() == (1.0, 1.0, 1.0, 1.0)
    assert figure.texts[0].get_fontfamily() == ["DejaVu Sans"]
