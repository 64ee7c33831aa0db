"""What a file takes away from its base is gone, exactly that; and `show` says where every value stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nevsim.errors import ScenarioError
from nevsim.report.terminal import listing
from nevsim.scenario.assumptions import resolved
from nevsim.scenario.extension import BY_ID
from nevsim.scenario.load import Scenario, load
from nevsim.scenario.removal import LISTS

BASE = """schema = 1
[scenario]
id = "below"
title = "Below"
as_of = 2022-11-01
start = 2022-11-01
end = 2026-01-01
[[plants]]
id = "north"
nameplate = 50_000
announced = 2023-12-31
slip = { law = "lognormal", p10 = 2, p90 = 18 }
[[plants]]
id = "base"
[[plants.phases]]
id = "one"
announced = 2023-12-31
[[plants.phases]]
id = "two"
announced = 2024-12-31
realised = 0.5
[[plants]]
id = "twin"
announced = 2024-12-31
[[hazards]]
id = "twin"
rate = 1
duration = 1
[[targets]]
id = "any"
measure = "capacity"
at = 2025-12-31
at_least = 1
"""


def over(folder: Path, lines: str) -> Scenario:
    (folder / "below.toml").write_text(BASE, encoding="utf-8")
    path = folder / "over.toml"
    path.write_text(f'schema = 1\nextends = "below.toml"\n{lines}\n', encoding="utf-8")
    return load(path)


def plants(scenario: Scenario) -> dict[str, Any]:
    return {plant["id"]: plant for plant in scenario.text.data["plants"]}


def test_an_id_drops_what_has_it(tmp_path: Path) -> None:
    scenario = over(tmp_path, 'remove = ["north"]')
    assert list(plants(scenario)) == ["base", "twin"]
    assert "remove" not in scenario.text.data
    assert scenario.text.place(("plants", 0)).line == 13, "the places move with what is left"


def test_an_address_drops_one_thing_or_one_key(tmp_path: Path) -> None:
    scenario = over(tmp_path, 'remove = ["plants.base.phases.two", "plants.north.slip", "hazards.twin"]')
    assert [phase["id"] for phase in plants(scenario)["base"]["phases"]] == ["one"]
    assert list(plants(scenario)["north"]) == ["id", "nameplate", "announced"]
    assert scenario.document.hazards == ()
    assert "twin" in plants(scenario)


def test_a_key_of_a_law_and_a_whole_list_can_go(tmp_path: Path) -> None:
    scenario = over(tmp_path, 'remove = ["hazards", "plants.base.phases.two.realised"]')
    assert scenario.document.hazards == ()
    assert "realised" not in plants(scenario)["base"]["phases"][1]


def test_what_is_removed_can_be_written_anew(tmp_path: Path) -> None:
    """Without `remove` the slip of the base would stay."""
    scenario = over(tmp_path, 'remove = ["north"]\n[[plants]]\nid = "north"\nannounced = 2025-01-31')
    assert list(plants(scenario)) == ["base", "twin", "north"]
    assert list(plants(scenario)["north"]) == ["id", "announced"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ('"twin"', "hazards.twin and plants.twin"),
        ('"nort"', 'did you mean "north"?'),
        ('"plants.north.slop"', 'did you mean "plants.north.slip"?'),
        ('"plants.nort.slip"', 'did you mean "plants.north.slip"?'),
        ('"plants.*.slip"', "not in the file below"),
        ('"plants.north.nameplate.value"', "not in the file below"),
        ('""', "not in the file below"),
        ('"."', "not in the file below"),
        ("3", "quote it"),
        ("{}", "quote it"),
    ],
)
def test_a_name_that_is_not_one_thing_is_a_fault(name: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        over(tmp_path, f"remove = [{name}]")
    (fault,) = caught.value.faults
    assert (Path(fault.file).name, fault.line, fault.column) == ("over.toml", 3, 11)
    assert words in fault.message


def test_remove_is_a_list(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        over(tmp_path, 'remove = "north"')
    assert [fault.kind for fault in caught.value.faults] == ["wrong-type"]


def test_every_list_by_id_is_searched() -> None:
    assert {(name,) for name in LISTS} == {keys for keys in BY_ID if len(keys) == 1}


FACTORS = """[[factors]]
id = "credit"
note = "of the base"
loads = { "plants.north.slip" = 0.6 }
[[factors]]
id = "weather"
loads = { "plants.*.slip" = 0.5 }
"""


def test_factors_are_merged_by_id_and_can_be_removed(tmp_path: Path) -> None:
    """As every list of things with ids: what the file does not speak of stays, and loads are replaced whole."""
    (tmp_path / "middle.toml").write_text(f'schema = 1\nextends = "below.toml"\n{FACTORS}', encoding="utf-8")
    over(tmp_path, "")
    path = tmp_path / "top.toml"
    lines = '[[factors]]\nid = "credit"\nloads = { "plants.*.slip" = -0.2 }\n[[factors]]\nid = "new"\n'
    path.write_text(
        f'schema = 1\nextends = "middle.toml"\n{lines}loads = {{ "plants.north.slip" = 0.1 }}', encoding="utf-8"
    )
    factors = load(path).document.factors
    assert [factor.id for factor in factors] == ["credit", "weather", "new"]
    assert (factors[0].note, factors[0].loads) == ("of the base", {"plants.*.slip": -0.2})
    path.write_text('schema = 1\nextends = "middle.toml"\nremove = ["credit"]', encoding="utf-8")
    assert [factor.id for factor in load(path).document.factors] == ["weather"]


# Origins


def test_show_names_the_origin_of_every_value(tmp_path: Path) -> None:
    """A value that replaces another says where that one stood; defaults are not written, so they are not listed."""
    (tmp_path / "more.csv").write_text("id,announced,realised\neast,2025,0.5\n", encoding="utf-8")
    lines = '[tables]\nplants = "more.csv"\n[[plants]]\nid = "north"\nnameplate = 60_000\nload = 0.9'
    over(tmp_path, lines)
    scenario = load(
        tmp_path / "over.toml", ["plants.north.slip.p90=20", "plants.north.load=0.8", "plants.twin.built=0.7"]
    )
    rows = [line.split("  ") for line in listing(resolved(scenario)).replace(f"{tmp_path}/", "").splitlines()]
    written = {row[0]: row[-1].strip() for row in rows}
    assert written["plants.north.nameplate"] == "over.toml:7, over below.toml:10"
    assert written["plants.north.announced"] == "below.toml:11"
    assert written["plants.north.slip"] == ("below.toml:12 and --set plants.north.slip.p90=20, over below.toml:12")
    assert written["plants.north.load"] == "--set plants.north.load=0.8, over over.toml:8"
    assert written["plants.twin.built"] == "--set plants.twin.built=0.7"
    assert written["plants.east.announced"] == "more.csv:2:2"
    assert written["plants.east.realised"] == "more.csv:2:3"
    assert written["schema"] == "over.toml:1"
    assert "plants.twin.load" not in written
    assert "hazards.twin.severity" not in written
