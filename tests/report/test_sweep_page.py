"""A sweep as a page and as tables on a terminal: every number there, nothing from outside, hostile words as words."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree

import pytest
from hard_sweeps import BUILT, HARD, NAMEPLATE, SLIP, table
from test_page import HOSTILE, Tree, spaced

from nevsim.report.canvas import svg
from nevsim.report.style import percent, shift
from nevsim.report.sweep_figures import sweep_figures
from nevsim.report.sweep_page import sweep_page
from nevsim.report.sweep_terminal import sweep_sentence, sweep_tables
from nevsim.report.sweep_words import sentences
from nevsim.sweeps import SweepTarget


def rendered(found):
    return sweep_page(found, {name: svg(figure) for name, figure in sweep_figures(found).items()})


def parsed(text):
    return Tree(text).root


@cache
def drawn(name):
    return {title: svg(figure) for title, figure in sweep_figures(HARD[name]()).items()}


@cache
def page_of(name):
    return sweep_page(HARD[name](), drawn(name))


def cells(row):
    return [spaced(cell.text) for cell in row.every("td")]


@pytest.mark.parametrize("name", ["one", "two", "hand", "base", "withheld", "dollars"])
def test_every_case_stands_in_the_table(name):
    found, tree = HARD[name](), parsed(page_of(name))
    rows = [row for body in tree.every("tbody") for row in body.every("tr")]
    assert len(rows) == len(found.cases)
    for case, row in enumerate(rows):
        last = cells(row)[-1]
        odds, difference = found.odds[case][0], found.differences[case][0]
        if odds is None:
            assert last == "withheld"
        elif difference is not None:
            assert last == f"{percent(odds)} {shift(difference)}"
        else:
            assert last == percent(odds)


@pytest.mark.parametrize("name", ["one", "two", "five", "hand", "base", "withheld"])
def test_what_is_said_stands_there(name):
    found = HARD[name]()
    text = spaced(parsed(page_of(name)).text)
    for said in sentences(found, 0):
        assert said[1:] in text
    assert "2,000 times with seed 7" in text
    assert ("Withheld" in text) is bool(found.withheld)
    for case in found.withheld:
        assert f"{found.cases[case].id}: a law leaves its range" in text


@pytest.mark.parametrize("name", ["one", "targets", "hand"])
def test_every_figure_stands_in_the_page_itself(name):
    """As a picture that is an SVG, with words in its place; no address leads outside."""
    tree = parsed(page_of(name))
    pictures = list(tree.every("img"))
    assert len(pictures) == len(drawn(name))
    for one in pictures:
        head, _, code = one.attributes["src"].partition(",")
        assert head == "data:image/svg+xml;base64"
        ElementTree.fromstring(base64.b64decode(code))
        assert "stand in the table" in one.attributes["alt"]
    assert not [one for one in tree.every("a") if not one.attributes["href"].startswith("#")]
    anchors = {one.attributes["href"][1:] for one in tree.every("a")}
    assert anchors <= {one.attributes.get("id") for one in tree.every("h2")}
    assert not re.findall(r"url\(|@import|<script|<link", page_of(name))


def test_of_many_cases_the_first_200_and_those_by_hand():
    found = table([NAMEPLATE, SLIP, BUILT], by_hand=2)
    tree = parsed(rendered(found))
    rows = [row for body in tree.every("tbody") for row in body.every("tr")]
    assert len(rows) == 200
    assert [one.text for one in rows[0].every("th")] == ["base"]
    assert [one.text for one in rows[-2].every("th")] == ["case-0"]
    assert "200 of 255 cases" in spaced(tree.text)
    shown = sweep_tables(found)
    assert sum(line.startswith(("base ", "0", "case-")) for line in shown.splitlines()) == 40
    assert "40 of 255 cases; all stand in the results folder" in shown


def test_hostile_words_stay_words():
    one, image, style, braces, quotes = HOSTILE
    found = table([(image, (1, 2)), (style, (braces, quotes))], by_hand=1, withheld=(2,))
    found = replace(
        found,
        title=one,
        targets=(SweepTarget("t", quotes),),
        axes=tuple(replace(axis, name=braces) for axis in found.axes),
        cases=tuple(replace(case, changes=(image,), withheld=case.withheld and style) for case in found.cases),
    )
    text = rendered(found)
    assert not re.findall(r"<script|<img src=x|<svg|onmouseover='", text)
    tree = parsed(text)
    assert not [node for tag in ("script", "svg") for node in tree.every(tag)]
    words = spaced(tree.text)
    for hostile in HOSTILE:
        assert spaced(hostile) in words
    assert not [node for node in tree.every("img") if not node.attributes["src"].startswith("data:")]


def test_the_same_table_is_the_same_page():
    assert rendered(HARD["two"]()) == page_of("two")


def test_the_terminal_has_a_row_a_case_and_says_the_rest():
    found = HARD["one"]()
    text = sweep_tables(found)
    for case in range(1, len(found.cases)):
        row = next(line for line in text.splitlines() if line.startswith(f"{found.cases[case].id} "))
        assert row.endswith(shift(found.differences[case][0]))
        assert percent(found.odds[case][0]) in row
    assert all(said in text.splitlines() for said in sentences(found, 0))
    assert "2,000 runs each, seed 7, as of 2022-11-01" in text
    assert sweep_sentence(found, "results/sweep").endswith(
        "13 cases of 2,000 runs, as of 2022-11-01; results in results/sweep"
    )
    assert "withheld, case 0007: a law leaves its range" in sweep_tables(HARD["two"]())


def test_the_terminal_lists_forty_withheld_and_counts_the_others():
    text = sweep_tables(table([NAMEPLATE, SLIP], withheld=tuple(range(10, 60))))
    assert text.count("withheld, case") == 40
    assert "10 more are withheld" in text
