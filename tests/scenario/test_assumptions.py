"""Assumptions in the words of `show` and of the report: numbers written out, units of the thing they count."""

from __future__ import annotations

from pathlib import Path

from nevsim.scenario.assumptions import assumptions
from nevsim.scenario.load import load

CASE = """schema = 1
scenario = { id = "case", title = "Case", as_of = 2022-11-01, start = 2022-11-01, end = 2026-01-01 }
[[crews]]
id = "one"
[[crews]]
id = "builders"
count = 1
[[supplies]]
id = "cells"
unit = "GWh"
yearly = [{ from = 2022-11-01, value = 6.5 }]
level = 0.9
[[plants]]
id = "north"
nameplate = { law = "normal", mean = 30_000, sd = 100, min = 10_000 }
uses.cells = 0.00006
announced = 2023-03-31
[[targets]]
id = "all"
measure = "start"
at = 2025-12-31
[[targets]]
id = "any"
measure = "start"
at = 2025-12-31
at_least = 1
"""


def test_values_are_written_as_one_would_say_them(tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    path.write_text(CASE, encoding="utf-8")
    said = {one.address: f"{one.value} {one.unit}" for one in assumptions(load(path))}
    assert said["plants.north.uses.cells"] == "0.00006 GWh a vehicle"
    assert said["plants.north.nameplate"] == "normal, mean 30,000, sd 100, min 10,000 vehicles a year"
    assert said["crews.builders.count"] == "1 crew"
    assert said["supplies.cells.level"] == "0.9 multiplier"
    assert said["supplies.cells.yearly.0"] == "6.5 from 2022-11 on GWh a year"
    assert said["targets.all"] == "all starts"
    assert said["targets.any"] == "at least 1 start"
