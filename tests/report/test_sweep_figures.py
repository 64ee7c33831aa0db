"""Figures of sweeps: what they show, and that every text can be read."""

from __future__ import annotations

from functools import cache

import hard_sweeps
import numpy as np
import pytest
from hard_sweeps import HARD, table
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, QuadMesh
from matplotlib.figure import Figure
from test_figures import clashes, shown, words

from nevsim.errors import UsageError
from nevsim.odds.interval import odds_of
from nevsim.report.canvas import save
from nevsim.report.sweep_cases import draw_sweep_cases
from nevsim.report.sweep_figures import DRAW, sweep_figures, sweep_kinds
from nevsim.report.sweep_lines import draw_sweep_lines
from nevsim.report.sweep_map import draw_sweep_map, top_of
from nevsim.report.sweep_maps import draw_sweep_maps
from nevsim.report.sweep_parallel import draw_sweep_parallel


@cache
def drawn(name):
    return sweep_figures(HARD[name]())


@pytest.mark.parametrize("name", HARD)
def test_every_text_can_be_read(name):
    """None clashes with another or the edge, is under 7 points, or comes in figures too high for a page of paper."""
    for title, figure in drawn(name).items():
        assert clashes(figure) == [], title
        assert min(text.get_fontsize() for text in shown(figure)) >= 7, title
        assert figure.get_figheight() < 10.5, title
        assert not any(text.get_parse_math() for text in shown(figure)), title


@pytest.mark.parametrize("name", HARD)
def test_the_caption_says_what_was_run(name):
    for figure in drawn(name).values():
        assert "2,000 runs, seed 7, as of 2022-11-01" in words(figure)


def test_each_sweep_has_the_figure_of_its_axes():
    kinds = {name: sweep_kinds(make()) for name, make in HARD.items()}
    wanted = {
        "one": ["lines", "cases"],
        "one-of-texts": ["lines"],
        "zip": ["lines"],
        "two": ["map", "cases"],
        "three": ["maps"],
        "five": ["parallel"],
        "twelve": ["parallel"],
        "hand": ["cases"],
        "base": [],
    }
    assert {name: kinds[name] for name in wanted} == wanted
    assert list(drawn("targets"))[:3] == ["map-target-0", "cases-target-0", "map-target-1"]
    assert len(drawn("targets")) == 24
    sample = table([hard_sweeps.NAMEPLATE, hard_sweeps.SLIP], mode="sample", cases=[(20_000, 0.5), (30_000, 0.75)])
    assert sweep_kinds(sample) == ["parallel"]


def test_the_line_is_the_odds_and_its_band_their_interval():
    found = HARD["one"]()
    axes = drawn("one")["lines-target-0"].axes[0]
    line = next(line for line in axes.lines if line.get_label() == "odds")
    odds = [found.odds[case][0] for case in found.on_axes]
    assert list(line.get_xdata()) == list(hard_sweeps.NAMEPLATE[1])
    assert list(line.get_ydata()) == [one.odds for one in odds]
    bars = next(one for one in axes.collections if isinstance(one, LineCollection)).get_segments()
    assert [(bar[0][1], bar[1][1]) for bar in bars] == [(one.low, one.high) for one in odds]


def test_even_odds_are_marked_where_the_line_passes_them():
    """40 % at 1 and 60 % at 3: halfway, at 2; and 80 % nowhere."""
    found = table([("Share built", (1.0, 3.0))], cases=[(1.0,), (3.0,)])
    odds = hard_sweeps.odds_of
    found = hard_sweeps.replaced(found, [(odds(800, 2_000),), (odds(800, 2_000),), (odds(1_200, 2_000),)])
    figure = draw_sweep_lines(found)
    mark = next(line for line in figure.axes[0].lines if "50 % near" in str(line.get_label()))
    assert (list(mark.get_xdata()), list(mark.get_ydata())) == ([pytest.approx(2)], [0.5])
    assert "50 % near 2" in words(figure)
    assert "80 % near" not in words(figure)


def test_a_line_breaks_where_odds_are_withheld():
    figure = drawn("one-of-thirty")["lines-target-0"]
    line = next(line for line in figure.axes[0].lines if line.get_label() == "odds")
    assert np.flatnonzero(np.isnan(line.get_ydata())).tolist() == [3, 4]
    assert "2 withheld" in words(figure)


def cells(figure: Figure, panel: int = 0):
    mesh = next(one for one in figure.axes[panel].collections if isinstance(one, QuadMesh))
    return np.ma.filled(np.ma.asarray(mesh.get_array(), dtype=float), np.nan)


def test_each_cell_of_a_map_has_its_odds():
    """Nine nameplates across and seven slips upwards, two of them withheld and crossed out; numbers in the others."""
    found, figure = HARD["two"](), drawn("two")["map-target-0"]
    shares = cells(figure)
    assert shares.shape == (7, 9)
    for number, case in enumerate(found.on_axes):
        odds = found.odds[case][0]
        x, y = divmod(number, 7)
        assert np.isnan(shares[y, x]) if odds is None else shares[y, x] == odds.odds
    axes = figure.axes[0]
    assert len(axes.patches) == 2
    assert len(axes.texts) == 61
    assert {text.get_position(): text.get_text() for text in axes.texts}[8, 6] == f"{100 * shares[6, 8]:.0f}"
    assert axes.get_xlabel() == "Polestar's nameplate (vehicles a year)"
    assert axes.get_ylabel() == "plants.*.slip (factor)"
    assert axes.get_xticklabels()[0].get_text() == "20,000"


def test_the_lines_of_a_map_part_under_from_over():
    """Every edge of the line of 50 % has a cell of less on one side and of 50 % or more on the other."""
    figure = drawn("targets")["map-target-0"]
    shares = cells(figure)
    assert ((shares > 0.5) & (shares < 0.52)).any()
    line = [one for one in figure.axes[0].collections if isinstance(one, LineCollection)][1]
    edges = line.get_segments()
    for (x0, y0), (x1, y1) in edges:
        if x0 == x1:
            sides = [((y0 + y1) / 2, x0 - 0.5), ((y0 + y1) / 2, x0 + 0.5)]
        else:
            sides = [(y0 - 0.5, (x0 + x1) / 2), (y0 + 0.5, (x0 + x1) / 2)]
        odds = sorted(shares[round(y), round(x)] for y, x in sides)
        assert odds[0] < 0.5 <= odds[1]
    over = shares >= 0.5
    assert len(edges) == (over[:, 1:] != over[:, :-1]).sum() + (over[1:] != over[:-1]).sum()


def test_nothing_is_marked_that_no_case_reaches():
    assert "lies between" not in words(drawn("none")["map-target-0"])


def test_small_odds_are_told_in_tenths_on_colours_of_their_own():
    """Odds of 0.2, 1.24 and 4.96 %, so colours end at 5 %; no hit of 2,000 is under 1 - 0.025^(1/2000) = 0.18 %."""
    small = hard_sweeps.table([("Built", (0.5, 1.0)), ("Slips", (1.0, 2.0))])
    hits = [10, 0, 4, 25, 99]
    found = hard_sweeps.replaced(small, [(odds_of(one, 2_000),) for one in hits])
    axes = draw_sweep_map(found).axes
    texts = {text.get_position(): text.get_text() for text in axes[0].texts}
    assert texts == {(0, 0): "<0.2", (0, 1): "0.2", (1, 0): "1.2", (1, 1): "5.0"}
    assert axes[1].get_ylim() == (0, 0.05)
    assert [top_of(HARD[name](), 0) for name in ("none", "two", "withheld")] == [0.02, 1.0, 1.0]
    assert top_of(table([("Built", (0.5, 1.0)), ("Slips", (1.0, 2.0))], odds=0.3), 0) == 0.5


def test_texts_go_upwards_where_the_other_axis_is_of_numbers():
    axes = drawn("two-texts")["map-target-0"].axes[0]
    assert axes.get_ylabel() == "plants.polestar.ramp.shape"
    assert [label.get_text() for label in axes.get_yticklabels()][:3] == ["s-curve", "linear", "step"]


def test_a_panel_for_each_value_of_the_third_axis():
    found, figure = HARD["three"](), drawn("three")["maps-target-0"]
    assert [axes.get_title(loc="left") for axes in figure.axes[:4]] == [
        f"Share built = {value}" for value in ("0.25", "0.5", "0.75", "1")
    ]
    for panel, value in enumerate(hard_sweeps.BUILT[1]):
        odds = [
            found.odds[case][0].odds
            for case in found.on_axes
            if found.axes[2].values[case] == value and found.odds[case][0] is not None
        ]
        assert sorted(cells(figure, panel)[~np.isnan(cells(figure, panel))]) == sorted(odds)


def test_at_most_twelve_panels_and_the_rest_told():
    figure = drawn("three-of-thirty")["maps-target-0"]
    assert len(figure.axes) == 13
    assert "12 of 30 values have a panel" in words(figure)
    assert figure.axes[0].get_title(loc="left").endswith("= 1")
    assert figure.axes[11].get_title(loc="left").endswith("= 59")


def test_a_parallel_line_goes_through_the_values_of_its_case():
    """The last axis is the odds; numbers stand by their size, within what their odds spread them."""
    found, figure = HARD["twelve"](), drawn("twelve")["parallel-target-0"]
    paths = next(one for one in figure.axes[0].collections if isinstance(one, LineCollection)).get_segments()
    assert len(paths) == 100
    for path, case in zip(paths, found.on_axes, strict=True):
        assert len(path) == 11
        assert path[10][1] == pytest.approx(found.odds[case][0].odds)
        values = [axis.values for axis in found.axes[:10]]
        for (_, height), column in zip(path, values, strict=False):
            low, high = min(column[1:]), max(column[1:])
            assert height == pytest.approx((column[case] - low) / (high - low), abs=0.01)
    assert "The first 10 of 12 axes" in words(figure)


def test_a_number_beside_a_parallel_axis_is_rounded_and_never_cut():
    figure = drawn("ten")["parallel-target-0"]
    beside = [text.get_text() for text in figure.axes[0].texts]
    assert beside[:10] == [
        "0.005483",
        "0.9925",
        "0.00708",
        "1.999",
        "50,000",
        "3e+06",
        "-0.01232",
        "12,345",
        "1.5",
        "2",
    ]


def test_upright_titles_keep_their_distance_from_the_caption():
    """Twelve points at least: more than a line of theirs."""
    figure = drawn("ten")["parallel-target-0"]
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    (caption,) = [text for text in figure.texts if "seed 7" in text.get_text()]
    top = caption.get_window_extent(canvas.get_renderer()).y1
    lowest = min(label.get_window_extent().y0 for label in figure.axes[0].get_xticklabels())
    assert 72 * (lowest - top) / figure.dpi >= 12


def test_of_many_lines_some_are_drawn_and_told():
    figure = drawn("five")["parallel-target-0"]
    paths = next(one for one in figure.axes[0].collections if isinstance(one, LineCollection)).get_segments()
    assert len(paths) == 400
    assert "400 of 448 cases" in words(figure)


def test_the_cases_by_hand_are_sorted_dots():
    found, figure = HARD["hand"](), drawn("hand")["cases-target-0"]
    rows = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert len(rows) == 30
    assert rows[0].startswith("case-44")
    assert rows[-1].startswith("case-0 (26.0 %)")
    values = [value for line in figure.axes[0].lines if len(line.get_xdata()) > 2 for value in line.get_xdata()]
    assert values == sorted(values, reverse=True)
    assert values[0] == found.differences[45][0].value
    assert "the 30 farthest of 45 cases" in words(figure)


def test_what_cannot_be_drawn_says_what_can():
    for draw, name in (
        (draw_sweep_lines, "two"),
        (draw_sweep_map, "one"),
        (draw_sweep_maps, "two"),
        (draw_sweep_parallel, "hand"),
        (draw_sweep_cases, "two-by-two"),
    ):
        with pytest.raises(UsageError, match="draw "):
            draw(HARD[name]())


@pytest.mark.parametrize(
    ("kind", "name"), [(sweep_kinds(HARD[name]())[0], name) for name in ("one", "two", "three", "five", "hand")]
)
def test_same_table_same_bytes_and_small(tmp_path, kind, name):
    one, other = ([path.read_bytes() for path in save(DRAW[kind](HARD[name](), 0), tmp_path / stem)] for stem in "ab")
    assert one == other
    assert all(len(content) < 400_000 for content in one)


@pytest.mark.parametrize(("kind", "name"), [("lines", "one"), ("map", "two"), ("parallel", "five"), ("cases", "hand")])
def test_own_axes_are_drawn_on(kind, name):
    figure = Figure(figsize=(14, 6))
    axes = figure.subplots(1, 2)
    assert DRAW[kind](HARD[name](), 0, ax=axes[1]) is figure
    assert axes[1].get_title(loc="left")
    assert not axes[0].has_data()
