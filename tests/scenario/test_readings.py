"""Unclear facts: what is set where, what the command line settles, how the tables name it, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from nevsim.draws.catalogue import catalogue
from nevsim.errors import Fault, ScenarioError
from nevsim.forecast import forecast
from nevsim.scenario.load import Scenario, load
from nevsim.study.manifest import resolved

SCENARIO = """schema = 1
[scenario]
id = "unclear"
title = "Unclear"
as_of = 2022-11-01
start = 2022-11-01
end = 2026-01-01
runs = 400
[[plants]]
id = "north"
nameplate = { value = 30_000, note = "par. 4" }
announced = 2022-12-31
slip = { law = "uniform", low = 0, high = 40 }
[[targets]]
id = "started"
measure = "start"
at = 2024-12-31
"""


def reading(values: str, path: str = '"plants.north.slip"', more: str = "", name: str = "r") -> str:
    return f'[[readings]]\nid = "{name}"\npath = {path}\nvalues = {values}\n{more}\n'


def read(folder: Path, lines: str, *overrides: str) -> Scenario:
    path = folder / "unclear.toml"
    path.write_text(SCENARIO + lines, encoding="utf-8")
    return load(path, overrides)


def faults(folder: Path, lines: str) -> list[Fault]:
    with pytest.raises(ScenarioError) as caught:
        read(folder, lines)
    return caught.value.faults


def test_each_reading_has_the_odds_of_a_run_of_its_own(tmp_path: Path) -> None:
    """A reading is a fact: with it alone in the file, the same draws give the same hits."""
    values = ["12", '{ law = "uniform", low = 20, high = 30 }', '{ law = "lognormal", p10 = 6, p90 = 40 }']
    together = forecast(read(tmp_path, reading(f"[{', '.join(values)}]")), seed=5)
    hits = [one.odds[0].hits for one in together.readings]
    alone = [
        forecast(read(tmp_path, "", f"plants.north.slip={value}"), seed=5).targets[0].odds.hits for value in values
    ]
    assert hits == alone
    assert hits[0] == 400, "promised for December 2022, at most a year late"
    assert len(set(hits)) == 3


def test_a_reading_of_the_teams_has_openings_of_its_own(tmp_path: Path) -> None:
    """Four stores of two months each by the end of March, 151 days on: two by one team (121.75 days), four by two."""
    rollout = '[[rollouts]]\nid = "stores"\nplanned = 4\nteams = 1\nfit_out = 2\n'
    target = '[[targets]]\nid = "open"\nmeasure = "count"\nrollout = "stores"\nat = 2023-03-31\nat_least = 4\n'
    found = forecast(read(tmp_path, rollout + target + reading("[1, 2]", '"rollouts.stores.teams"')), 20, 5)
    assert [one.odds[1].hits for one in found.readings] == [0, 20]


def test_a_part_that_is_set_settles_the_reading_of_the_whole(tmp_path: Path) -> None:
    lines = reading("[1_000, 2_000]", '"plants.north.nameplate"')
    scenario = read(tmp_path, lines, "plants.north.nameplate.value=7_000")
    assert scenario.others == ()
    assert scenario.phases[0].value("nameplate").value == 7_000


def test_a_whole_that_is_set_settles_the_reading_of_a_part(tmp_path: Path) -> None:
    lines = reading("[1_000, 2_000]", '"plants.north.nameplate.value"')
    scenario = read(tmp_path, lines, "plants.north.nameplate={ value = 7_000 }")
    assert scenario.others == ()
    assert scenario.phases[0].value("nameplate").value == 7_000


def test_two_readings_cannot_set_the_same_thing(tmp_path: Path) -> None:
    """One of them would make the other void, or set a key within a plain number."""
    inner = reading("[1, 2]", '"plants.north.nameplate.value"', name="inner")
    outer = reading("[1, 2]", '"plants.north.nameplate"', name="outer")
    for lines in (inner + outer, outer + inner):
        (fault,) = faults(tmp_path, lines)
        assert (fault.address, fault.kind) == ("readings.inner.path", "reading")
        assert "a part of what outer sets" in fault.message
    (fault,) = faults(tmp_path, reading("[1, 2]", '["plants.north.nameplate", "plants.north.nameplate.value"]'))
    assert "a part of what r sets" in fault.message


@pytest.mark.parametrize("path", ["targets", "plants", "scenario", "schema", "readings", "readings.r.values"])
def test_a_whole_table_of_the_file_is_no_fact(path: str, tmp_path: Path) -> None:
    """Another number of targets would leave nothing to compare."""
    listed = faults(tmp_path, reading("[1, 2]", f'"{path}"'))
    assert [(fault.address, fault.kind) for fault in listed] == [("readings.r.path", "reading")]


FACTOR = '[[factors]]\nid = "credit"\nloads = { "plants.north.slip" = 0.5 }\n'


def test_a_number_in_place_of_a_loaded_law_is_no_fault(tmp_path: Path) -> None:
    """The factor moves what is uncertain in the file; a reading or --set that settles it leaves nothing to move.

    So the resolved scenario, which is kept with the results, loads too.
    """
    scenario = read(tmp_path, FACTOR + reading('[3, { law = "uniform", low = 0, high = 9 }]'))
    assert [catalogue(one).loads.tolist() for one in (scenario, *scenario.others)] == [[], [[0.5]]]
    scenario = read(tmp_path, FACTOR, "plants.north.slip=3")
    assert [warning.kind for warning in scenario.warnings] == ["factor-moves-nothing"]
    (tmp_path / "kept.toml").write_text(resolved(scenario), encoding="utf-8")
    assert catalogue(load(tmp_path / "kept.toml")).loads.tolist() == []


def test_the_faults_of_all_values_are_told_in_one_go(tmp_path: Path) -> None:
    found = faults(tmp_path, reading('[3, "soon", 5_000, { law = "uniform", low = 3, high = 2 }]'))
    assert [(fault.kind, fault.column) for fault in found] == [
        ("wrong-type", 14),
        ("out-of-range", 22),
        ("law-parameters", 29),
    ]


def test_laws_without_labels_are_told_apart(tmp_path: Path) -> None:
    values = '[{ law = "uniform", low = 0, high = 3 }, { law = "uniform", low = 3, high = 1_000, source = "s" }]'
    lines = reading(values) + '[sources.s]\ntitle = "S"\ndate = 2022-11-01\nkind = "judgement"\n'
    scenario = read(tmp_path, lines)
    labels = [scenario.labels["r"], *(other.labels["r"] for other in scenario.others)]
    assert labels == ["uniform, low 0, high 3", "uniform, low 3, high 1,000"]


def test_two_values_of_one_name_are_refused(tmp_path: Path) -> None:
    """No table could say which of the two it shows."""
    (fault,) = faults(tmp_path, reading("[3, 4, 5]", more='labels = ["early", "early", "late"]'))
    assert (fault.address, fault.kind) == ("readings.r.labels", "reading")
    (fault,) = faults(tmp_path, reading('[3, { value = 3, note = "again" }]'))
    assert (fault.address, fault.kind) == ("readings.r.values", "reading")
