"""What a notebook shows of a case and an outcome, and what it is told where it hands over the wrong thing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nevsim
from nevsim.errors import UsageError
from nevsim.report.style import percent
from nevsim.shipped import path_of


def test_a_case_and_an_outcome_are_shown_in_a_line() -> None:
    case = nevsim.load(path_of("example"))
    assert repr(case) == "Case(example: 2 plants, 1 targets)"
    outcome = case.run(runs=20, seed=1)
    assert repr(outcome) == f"Outcome(example, 20 runs: output-2025 {percent(outcome.result.targets[0].odds)})"


def test_one_override_without_a_list_is_refused() -> None:
    with pytest.raises(UsageError, match=r'found the text "plants.north.slip=0", want a list of overrides; write \['):
        nevsim.load(path_of("example"), "plants.north.slip=0")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"runs": "10"}, 'found runs "10", want a whole number; write one, without quotes or decimals'),
        ({"runs": 10.5}, "found runs 10.5, want a whole number; write one, without quotes or decimals"),
        ({"seed": "7"}, 'found seed "7", want a whole number; write one, without quotes or decimals'),
        ({"threads": "2"}, 'found threads "2", want a whole number; write one, without quotes or decimals'),
        ({"precision": "0.01"}, 'found precision "0.01", want a number, such as 0.005; write one, without quotes'),
    ],
)
def test_a_text_for_a_number_is_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError) as refused:
        nevsim.load(path_of("example")).run(**given)
    assert str(refused.value) == told


def test_whole_numbers_of_numpy_are_taken() -> None:
    outcome = nevsim.load(path_of("example")).run(runs=np.int64(20), seed=np.uint8(1))
    assert outcome.result.runs == 20


@pytest.mark.parametrize(("part", "changed"), [("0", 1), ("*", None)])
def test_rows_of_a_market_are_reached_by_number_or_all_at_once(part: str, changed: int | None) -> None:
    rows = nevsim.load(path_of("changan"), [f"markets.*.yearly.{part}.value=7"]).scenario.document.markets[0].yearly
    assert [row.value == 7 for row in rows].count(True) == (changed or len(rows))
