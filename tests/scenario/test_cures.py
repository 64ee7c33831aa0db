"""Cures that a fault or a warning names: what they say is what the file needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from nevsim.errors import ScenarioError
from nevsim.scenario.load import Scenario, load

CASE = """schema = 1
scenario = {{ id = "case", title = "Case", as_of = 2022-11-01, start = 2022-11-01, end = {end} }}
[[plants]]
id = "north"
nameplate = 30_000
load = {load}
announced = {announced}
[[targets]]
id = "all"
measure = "capacity"
at = 2025-06-30
at_least = {level}
"""
READING = '[[readings]]\nid = "nought"\npath = "plants.north.nameplate"\nvalues = [30_000, {other}]\n'


def case(folder: Path, more: str = "", **parts: str) -> Scenario:
    given = {"end": "2026-01-01", "load": "1", "announced": "2023-03-31", "level": "20_000"} | parts
    path = folder / "case.toml"
    path.write_text(CASE.format(**given) + more, encoding="utf-8")
    return load(path)


def told(folder: Path, **parts: str) -> list[str]:
    with pytest.raises(ScenarioError) as refused:
        case(folder, **parts)
    return [fault.message for fault in refused.value.faults]


def test_an_end_on_a_last_day_means_the_month_after(tmp_path: Path) -> None:
    """`end` is exclusive: who writes the last day of December plays December."""
    assert told(tmp_path, end="2025-12-31") == ["found 2025-12-31, want the first of a month; write 2026-01-01"]


@pytest.mark.parametrize(
    ("law", "message"),
    [
        ("low = 60, high = 95", "can reach 95, want at most 1.5 share; write 95 % as 0.95, and so on"),
        ("low = 0.6, high = 1.6", "can reach 1.6, want at most 1.5 share; add max = 1.5"),
        ("low = 300, high = 400", "can reach 400, want at most 1.5 share; correct it: no value is within"),
    ],
)
def test_a_law_outside_its_range_gets_a_cure_that_helps(law: str, message: str, tmp_path: Path) -> None:
    """A bound is no cure where the law would have nothing left within it."""
    assert told(tmp_path, load=f'{{ law = "uniform", {law} }}') == [message]


@pytest.mark.parametrize(
    ("given", "cure"),
    [
        ('"2023-03-31"', "remove the quotes"),
        ('"31.3.2023"', "write 2023-03-31"),
        ('"Q1 2023"', 'write "2023-Q1"'),
        ('"soon"', "correct it"),
    ],
)
def test_a_day_in_another_form_gets_its_cure(given: str, cure: str, tmp_path: Path) -> None:
    (message,) = told(tmp_path, announced=given)
    assert message.endswith(f"; {cure}")


@pytest.mark.parametrize(
    ("window", "cure"),
    [
        ('"2025"', "write 2025"),
        ('"2025-H1"', "write { from = 2025-01-01, to = 2025-07-01 }"),
        ('"next year"', "write 2025, or { from = 2025-01-01, to = 2026-01-01 }"),
        ("{ from = 2025-01-01, to = 2025-12-31 }", "write 2025-01-01 and 2026-01-01"),
    ],
)
def test_a_window_in_another_form_gets_its_cure(window: str, cure: str, tmp_path: Path) -> None:
    more = f'[[targets]]\nid = "made"\nmeasure = "output"\nduring = {window}\nat_least = 1\n'
    with pytest.raises(ScenarioError) as refused:
        case(tmp_path, more)
    assert refused.value.faults[0].message.endswith(f"; {cure}")


@pytest.mark.parametrize("load", ['"0.8"', '{ value = "0.8" }'])
def test_a_number_in_quotes_is_told_so(load: str, tmp_path: Path) -> None:
    assert told(tmp_path, load=load) == ['found "0.8", want a number; remove the quotes']


@pytest.mark.parametrize(
    ("more", "ending"),
    [
        ("", "no run can reach it"),
        (READING.format(other="31_000"), "no run can reach it"),
        (READING.format(other="300_000"), "no run can reach it as played, but under another reading"),
    ],
)
def test_a_level_out_of_reach_names_another_reading_that_reaches_it(more: str, ending: str, tmp_path: Path) -> None:
    (warning,) = case(tmp_path, more, level="100_000").warnings
    assert warning.message.endswith(f"; {ending}")
