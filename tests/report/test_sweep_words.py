"""What is said of a sweep, by hand: where odds come to even and to 80 %, and the records that it is said of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hard_sweeps import replaced, table

from nevsim.odds.interval import odds_of
from nevsim.report.sweep_terminal import sweep_tables
from nevsim.report.sweep_words import moved, sentence, sentences
from nevsim.sweeps import Crossing, crossings, nearest


def swept(axes, hits, cases, **other):
    """A table with so many hits of 2,000 in each case, the base first; None where they are withheld."""
    found = table(axes, cases=cases, **other)
    return replaced(found, [(None if one is None else odds_of(one, 2_000),) for one in hits])


ONE = [("Nameplate", (10.0, 20.0, 30.0, 40.0))]
POINTS = [(30.0,), (10.0,), (40.0,), (20.0,)]


def test_crossings_are_on_the_line_between_neighbours():
    """By hand: 30 % at 10, 40 % at 20, 60 % at 30, 40 % at 40: even at 25 and at 35; the cases come in no order."""
    found = swept(ONE, [100, 1_200, 600, 800, 800], POINTS)
    assert crossings(found, 0, 0.5) == [Crossing(pytest.approx(25), 4, 1), Crossing(pytest.approx(35), 1, 3)]
    assert crossings(found, 0, 0.8) == []
    assert sentence(found, 0, 0.5) == (
        "even odds near Nameplate = 25, between 20 (40.0 %) and 30 (60.0 %)"
        " and near Nameplate = 35, between 30 (60.0 %) and 40 (40.0 %)"
    )
    assert sentence(found, 0, 0.8) == "no case reaches 80 %: the best is 60.0 % (57.8–62.1 %) at Nameplate = 30"


def test_odds_that_are_the_share_are_met_once():
    found = swept(ONE, [100, 1_200, 600, 800, 1_000], POINTS)
    assert crossings(found, 0, 0.5) == [Crossing(20.0, 4, 4), Crossing(pytest.approx(35), 1, 3)]


def test_nothing_is_told_across_what_is_withheld():
    found = swept(ONE, [100, 1_200, 600, 1_300, None], POINTS)
    assert crossings(found, 0, 0.5) == []
    assert sentence(found, 0, 0.5) == "nearest to even odds: 60.0 % (57.8–62.1 %) at Nameplate = 30"


def test_the_nearest_case_is_named_with_its_values():
    axes = [("scenario plants.polestar.nameplate", (50_000, 60_000)), ("Ramp", ("step", "linear"))]
    cases = [(50_000, "step"), (50_000, "linear"), (60_000, "step"), (60_000, "linear")]
    found = swept(axes, [100, 300, 200, 1_010, 600], cases)
    assert nearest(found, 0, 0.5) == [3]
    assert nearest(found, 0, 0.5, 2) == [3, 4]
    at = "scenario plants.polestar.nameplate = 60,000, Ramp = step"
    assert sentences(found, 0) == [
        f"even odds at {at}: 50.5 % (48.3–52.7 %)",
        f"no case reaches 80 %: the best is 50.5 % (48.3–52.7 %) at {at}",
    ]
    found = swept(axes, [1_900, 1_300, 1_800, 1_810, 1_700], cases)
    assert sentence(found, 0, 0.5).startswith("every case is above 50 %: the lowest is 65.0 %")
    assert sentence(replace(found, axes=found.axes * 2), 0, 0.5).endswith(
        "case 0001 (axis-0 = 50,000, axis-1 = step, axis-0 = 50,000, axis-1 = step)"
    )


def test_what_reaches_no_even_odds_is_not_said_to_reach_no_more():
    found = swept(ONE, [100, 80, 120, 100, 90], POINTS)
    assert sentences(found, 0) == [sentence(found, 0, 0.5)]
    assert sentences(found, 0)[0].startswith("no case reaches 50 %: the best is 6.0 %")


def test_of_two_as_near_the_earlier_comes_first():
    assert nearest(swept(ONE, [100, 800, 1_200, 100, 100], POINTS), 0, 0.5) == [1]


def test_where_all_is_withheld_nothing_is_claimed():
    assert sentences(swept(ONE, [None] * 5, POINTS), 0) == [
        "even odds: nothing is known (5 withheld)",
        "odds of 80 %: nothing is known (5 withheld)",
    ]


def test_what_moves_most_is_told_of_cases_by_hand():
    found = table([], by_hand=3)
    assert moved(found, 0).startswith(
        "case case-2-with-a-name-that-goes-on-with-a-name-that-goes-on moves it most, by +21.0"
    )
    assert moved(table(ONE), 0) == ""
    assert moved(table([], by_hand=3, odds=0.4), 0) == "no case by hand moves it beyond its interval"


def test_cases_without_a_place_are_by_hand():
    found = table(ONE, by_hand=2)
    assert (found.on_axes, found.by_hand) == ([1, 2, 3, 4], [5, 6])
    assert found.axes[0].levels(found.on_axes) == [10, 20, 30, 40]
    assert table([], by_hand=2).by_hand == [1, 2]
    assert table(ONE, withheld=(2, 3)).withheld == [2, 3]


def test_cases_by_hand_lie_off_the_axes_whatever_they_set():
    """A case that sets the axis to 40 beside something else is no point of the line, and no sentence on it."""
    plain = table([("Nameplate", (10.0, 20.0, 30.0, 40.0))], cases=[*POINTS, (40.0,)])
    cases = (*plain.cases[:-1], replace(plain.cases[-1], is_by_hand=True))
    found = replaced(replace(plain, cases=cases), [(odds_of(one, 2_000),) for one in (100, 120, 60, 130, 80, 1_500)])
    assert (found.on_axes, found.by_hand) == ([1, 2, 3, 4], [5])
    assert crossings(found, 0, 0.5) == []
    best = "the best is 6.5 % (5.5–7.7 %) at Nameplate = 40"
    assert sentence(found, 0, 0.5) == f"no case on the axis reaches 50 %: {best}"
    assert "case 0005 moves it most" in moved(found, 0)


@pytest.mark.parametrize(
    ("values", "told"),
    [((1e6, 1.5e6), "1,110,000"), ((90_000, 100_000), "92,000"), ((1.0, 2.0), "1.2"), ((2_023, 2_025), "2,023")],
)
def test_where_a_line_passes_is_told_no_finer_than_its_neighbours(values, told):
    """By hand: from 48 to 57 % is even 2/9 of the way: 1,111,111, 92,222, 1.222, and years are whole."""
    found = swept([("Nameplate", values)], [100, 960, 1_140], [(values[0],), (values[1],)])
    assert sentence(found, 0, 0.5).startswith(f"even odds near Nameplate = {told}, between")


def test_the_terminal_has_tables_of_four_targets_and_a_line_of_each_other():
    printed = sweep_tables(table(ONE, targets=6))
    assert printed.count("odds and difference from the base") == 4
    assert "Of 2 more targets" in printed
    assert "(target-5): " in printed
    assert "more targets" not in sweep_tables(table(ONE, targets=4))


def test_a_table_whose_parts_do_not_go_together_is_refused():
    found = table(ONE)
    with pytest.raises(ValueError, match="5 cases with values, odds and differences of"):
        replace(found, odds=found.odds[:-1])
    with pytest.raises(ValueError, match="1 targets with odds and differences of"):
        replace(found, odds=tuple(row * 2 for row in found.odds))
