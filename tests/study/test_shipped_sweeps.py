"""The sweeps that come along: each is read without fault, plays, and reaches those who installed the package."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from nevsim import shipped
from nevsim.cli import status
from nevsim.report.sweep_figures import sweep_kinds
from nevsim.scenario.load import load
from nevsim.study.sweep import read_sweep
from nevsim.sweeping import sweep

CASES = {
    "sweeps/seres": (1 + 6 * 5, "product"),
    "sweeps/slips-realised": (1 + 6 * 5 + 2, "product"),
    "sweeps/ten-inputs": (1 + 120, "sample"),
    "sweeps/unnamed-base": (1 + 9 + 6, "product"),
    "sweeps/unnamed-base-eased": (1 + 9, "zip"),
}
"""How many cases each has, counted by hand: the base, the grid, and those of their own."""
EASED = [50_000, 100_000, 200_000, 400_000, 700_000, 1_000_000, 1_500_000, 2_000_000, 3_000_000]


def test_these_ship_and_are_no_scenarios() -> None:
    assert shipped.sweeps() == list(CASES)
    assert not [name for name in shipped.names() if "sweep" in name or name in {"seres", "unnamed-base"}]


@pytest.mark.parametrize("name", CASES)
def test_each_is_read_without_fault_and_says_what_it_is_in_words(name: str) -> None:
    """Every axis has a title, which figures show; the id is the file's name, which the results folder has."""
    found = read_sweep(shipped.path_of(name))
    assert (len(found.cases), found.mode) == CASES[name]
    assert found.warnings == ()
    assert f"sweeps/{found.id}" == name
    assert found.title != found.id
    assert all(axis.title is not None and " " in axis.title for axis in found.axes)
    assert len(found.cases) * found.runs <= 250_000


@pytest.mark.parametrize("name", CASES)
def test_the_folder_that_it_is_played_into_is_free_in_a_checkout(name: str) -> None:
    """What it found is kept beside it, not in it: a folder with other files is refused."""
    results = Path(__file__).parents[2] / "results"
    assert (results / "sweeps" / "published" / Path(name).name / "odds.csv").is_file()
    folder = results / name
    assert not folder.exists() or (folder / "journal.jsonl").is_file()


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_dated_after_what_the_scenario_knows(name: str) -> None:
    """A promised start lies ahead; of anything else no date is set at all."""
    as_of = load(shipped.path_of("liangjiang-2025")).document.scenario.as_of
    for case in read_sweep(shipped.path_of(name)).cases:
        for change in case.changes:
            assert not isinstance(change.value, date), change
            if isinstance(change.value, str):
                assert change.address.endswith(".announced")
                assert int(change.value[:4]) >= as_of.year


def test_the_eased_base_is_the_case_that_lifts_all_limits() -> None:
    """What the zip changes at three million is what the case of the other sweep changes."""
    lifted = {case.id: case for case in read_sweep(shipped.path_of("sweeps/unnamed-base")).cases}["3m-all-of-it"]
    eased = read_sweep(shipped.path_of("sweeps/unnamed-base-eased"))
    assert [case.values[0] for case in eased.cases[1:]] == EASED
    told = [{(one.address, one.value, one.scales) for one in case.changes} for case in (eased.cases[-1], lifted)]
    assert told[0] == told[1]


def test_one_is_played_and_its_cases_by_hand_lie_off_its_axis(tmp_path: Path) -> None:
    """Nine cases on the axis and six of their own, which set its value as well."""
    found = sweep(shipped.path_of("sweeps/unnamed-base"), tmp_path / "played", workers=1, runs=40)
    table = found.table
    assert (len(table.on_axes), len(table.by_hand)) == (9, 6)
    assert sweep_kinds(table) == ["lines", "cases"]
    assert found.withheld == {}
    rows = found.odds[found.odds["target"] == "liangjiang-1m-output"].set_index("case")
    assert rows.loc["3m-all-of-it", "nameplate"] == 3_000_000
    assert rows.loc["3m-all-of-it", "hits"] > rows["hits"].drop("3m-all-of-it").max()


def test_a_copy_of_each_goes_where_its_scenarios_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The second finds the scenarios of the first, leaves them alone, and would write over nothing that differs."""
    for name in ("sweeps/seres", "sweeps/unnamed-base"):
        file = tmp_path / f"{Path(name).name}.toml"
        assert status(["new", str(file), "--from", name]) == 0
        assert f"nevsim sweep {file}" in capsys.readouterr().err
        assert len(read_sweep(file).cases) == CASES[name][0]
    made = {path.name for path in tmp_path.iterdir()}
    assert made == {"seres.toml", "unnamed-base.toml", "liangjiang-2025.toml", "liangjiang-named.toml"}
    (tmp_path / "liangjiang-named.toml").write_text("mine", encoding="utf-8")
    assert status(["new", str(tmp_path / "another.toml"), "--from", "sweeps/ten-inputs"]) == 2
    assert "liangjiang-named.toml: stands there already" in capsys.readouterr().err
    assert not (tmp_path / "another.toml").exists()


def test_the_wheel_takes_them_along() -> None:
    """The folder of scenarios goes into the package whole, and sweeps lie below it."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    taken = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert taken == {"scenarios": "nevsim/shipped"}
