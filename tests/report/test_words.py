"""What the terminal and the report say in words: what odds hang on, what they repeat, what another reading does."""

from __future__ import annotations

from pathlib import Path

import pytest

from nevsim.forecast import forecast
from nevsim.report.findings import hinges
from nevsim.report.style import amount, percent
from nevsim.report.terminal import tables
from nevsim.result import Result
from nevsim.scenario.load import load
from nevsim.shipped import path_of

CASE = """schema = 1
scenario = {{ id = "case", title = "Case", as_of = 2022-11-01, start = 2022-11-01, end = 2026-01-01 }}
[[plants]]
id = "north"
nameplate = 30_000
announced = 2023-03-31
slip = {{ law = "lognormal", p10 = 1, p90 = 9 }}
[[plants]]
id = "south"
nameplate = {{ law = "uniform", low = 20_000, high = 40_000 }}
announced = 2023-03-31
[[readings]]
id = "nought"
path = "plants.south.nameplate"
values = [{{ law = "uniform", low = 20_000, high = 40_000 }}, {{ law = "uniform", low = {low}, high = 40_000 }}]
labels = ["as printed", "otherwise"]
[[targets]]
id = "all"
measure = "capacity"
at = 2025-12-31
at_least = 60_000
[[targets]]
id = "punctual"
measure = "start"
scope = {{ plant = "north" }}
at = 2023-03-31
[[targets]]
id = "soon"
measure = "start"
scope = {{ plant = "north" }}
at = 2023-06-30
"""


def played(folder: Path, low: int = 20_000) -> Result:
    path = folder / "case.toml"
    path.write_text(CASE.format(low=low), encoding="utf-8")
    return forecast(load(path), runs=400)


@pytest.mark.parametrize(
    ("low", "meets"), [(20_000, None), (21_000, True), (35_000, False)], ids=["same", "near", "far"]
)
def test_another_reading_is_told_by_what_it_does(low: int, meets: bool | None, tmp_path: Path) -> None:
    """On the same draws one hit more is a difference, whether or not the intervals still meet."""
    result = played(tmp_path, low)
    other = result.readings[1].odds[0]
    if meets is None:
        assert other.hits == result.readings[0].odds[0].hits
        expected = "They are the same under every reading of what is unclear."
    else:
        assert other.hits > result.readings[0].odds[0].hits
        assert (other.low <= result.readings[0].odds[0].high) == meets
        ending = "; the two intervals meet." if meets else "."
        expected = f"Read otherwise (nought as “otherwise”) they would be {percent(other)}{ending}"
    assert hinges(result)[0].sentences[-1] == expected


@pytest.mark.parametrize(("level", "words"), [(20_000, "Every run reaches"), (90_000, "No run reaches")])
def test_odds_that_nothing_moves_say_so(level: int, words: str, tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    path.write_text(CASE.format(low=20_000).replace("60_000", str(level)), encoding="utf-8")
    assert f"{words} the level, whatever is drawn." in hinges(forecast(load(path), runs=40))[0].sentences


def test_more_than_was_promised_has_no_rest() -> None:
    """A plant that runs already promises what it makes today, and grows beyond it."""
    result = forecast(load(path_of("changan")), runs=40)
    first, losses = result.targets[0], result.targets[0].losses or {}
    assert first.mean > (first.promised or 0)
    made = f"Of {amount(first.promised or 0)} vehicles promised, a mean of {amount(first.mean)} is made"
    lost = f"unsold {amount(losses['unsold'])} and stopped {amount(losses['stopped'])} are lost"
    assert hinges(result)[0].sentences[0] == f"{made}: ramping adds {amount(-losses['ramping'])}; {lost}."


def test_the_terminal_says_what_the_first_odds_hang_on(tmp_path: Path) -> None:
    result = played(tmp_path)
    said = tables(result).splitlines()
    first = said.index("What the odds of all hang on; the report says it of every target")
    assert tuple(said[first + 1 : -1]) == hinges(result)[0].sentences
    assert said[-1] == "low and high: the lower and the upper half of what is drawn of a quantity"


def test_a_repeated_probability_is_told_where_it_is_marked(tmp_path: Path) -> None:
    """A lognormal slip of 0 is all but impossible, and nobody wants to read 1e-40 %."""
    result = played(tmp_path)
    assert result.targets[1].stated == pytest.approx(0, abs=1e-9)
    soon = f"{100 * (result.targets[2].stated or 0):.3g} %"
    line = f"* repeats what the scenario states, an assumption and not a finding: punctual under 0.01 %, soon {soon}"
    assert line in tables(result).splitlines()
