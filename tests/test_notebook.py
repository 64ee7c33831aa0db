"""What a notebook shows of a case and an outcome, and what it is told where it hands over the wrong thing."""

from __future__ import annotations

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


@pytest.mark.parametrize(("part", "changed"), [("0", 1), ("*", None)])
def test_rows_of_a_market_are_reached_by_number_or_all_at_once(part: str, changed: int | None) -> None:
    rows = nevsim.load(path_of("changan"), [f"markets.*.yearly.{part}.value=7"]).scenario.document.markets[0].yearly
    assert [row.value == 7 for row in rows].count(True) == (changed or len(rows))
