"""A table of plants says what the same plants in TOML say, whoever wrote it; its faults stand at cells."""

from __future__ import annotations

import csv
import io
import time
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nevsim.errors import ScenarioError
from nevsim.scenario import sheet
from nevsim.scenario.extension import Place, Text
from nevsim.scenario.load import files_named, load
from nevsim.scenario.samples import MAX_VALUES, with_samples
from nevsim.scenario.sheet import number_of, read_sheet
from nevsim.scenario.tables import SEPARATOR, column_of
from nevsim.study.manifest import digest, resolved

HEAD = """schema = 1
[scenario]
id = "case"
title = "Case"
as_of = 2022-11-01
start = 2022-11-01
end = 2026-01-01
[sources.article]
title = "Article"
date = 2022-11-01
kind = "statement"
[[targets]]
id = "any"
measure = "capacity"
at = 2025-12-31
at_least = 1
"""
TABLE = HEAD + '[tables]\nplants = "plants.csv"\n'
COLUMNS = "id,name,tags,nameplate.value,nameplate.source,announced,slip.law,slip.p10,slip.p90,realised\n"


def write(folder: Path, table: str | bytes, text: str = TABLE) -> Path:
    (folder / "plants.csv").write_bytes(table.encode() if isinstance(table, str) else table)
    path = folder / "case.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(path: Path) -> list[tuple[str, int, int, str]]:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return [(Path(one.file).name, one.line, one.column, one.kind) for one in caught.value.faults]


# What a row says


def test_a_row_is_the_plant_in_toml(tmp_path: Path) -> None:
    """Worked by hand: each cell becomes what its field wants, an empty one nothing."""
    rows = "007,2024,a; b,5e4,article,2024,lognormal,2,18.5,\nbare,,,,,2023-03-31,,,,0.5\n"
    scenario = load(write(tmp_path, COLUMNS + rows))
    assert scenario.text.data["plants"] == [
        {
            "id": "007",
            "name": "2024",
            "tags": ["a", "b"],
            "nameplate": {"value": 50_000.0, "source": "article"},
            "announced": "2024",
            "slip": {"law": "lognormal", "p10": 2, "p90": 18.5},
        },
        {"id": "bare", "announced": date(2023, 3, 31), "realised": 0.5},
    ]
    assert scenario.text.place(("plants", 0, "slip", "p90")) == Place(str(tmp_path / "plants.csv"), 2, 9, is_cell=True)
    assert "tables" not in scenario.text.data


WRITTEN = "id,name,announced,realised\nnorth,Nord,2023-Q1,0.5\nsouth,,2024,\n"


@pytest.mark.parametrize(
    "table",
    [
        "\ufeff" + WRITTEN,
        WRITTEN.replace("\n", "\r\n"),
        WRITTEN.replace("\n", "\r"),
        WRITTEN.replace(",", ";"),
        WRITTEN.replace(",", "\t"),
        WRITTEN.rstrip("\n"),
        WRITTEN + ",,,\n\n , ,,\n",
        WRITTEN.replace("\n", ",,,\n"),
        WRITTEN.replace("north", '"north"').replace("Nord", '" Nord "'),
        "\ufeff" + WRITTEN.replace(",", ";").replace("\n", ";;\r\n") + ";;;;;\r\n",
    ],
    ids=["mark", "crlf", "cr", "semicolon", "tab", "no-end", "empty-rows", "empty-columns", "quotes", "excel"],
)
def test_every_spreadsheet_says_the_same(table: str, tmp_path: Path) -> None:
    plants = load(write(tmp_path, table)).text.data["plants"]
    assert plants == [
        {"id": "north", "name": "Nord", "announced": "2023-Q1", "realised": 0.5},
        {"id": "south", "announced": "2024"},
    ]


def test_rows_are_counted_as_a_spreadsheet_counts_them(tmp_path: Path) -> None:
    """The header is row 1, a line break within quotes begins no row, an empty row is one."""
    table = 'id,name,announced\nnorth,"by\nthe\nriver",2023\n\nsouth,,2023-Q9\n'
    assert faults(write(tmp_path, table)) == [("plants.csv", 4, 3, "bad-date")]


def test_a_line_break_in_a_cell_is_one_whatever_the_system(tmp_path: Path) -> None:
    """Windows ends a line with a carriage return too, which no other text may hold."""
    table = 'id,name,announced\r\nnorth,"by\r\nthe\rriver",2023\r\n'
    assert load(write(tmp_path, table)).text.data["plants"][0]["name"] == "by\nthe\nriver"


words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
plain = words.filter(lambda text: SEPARATOR not in text)
numbers = st.integers(0, 10**9) | st.floats(0, 1e9).map(lambda value: abs(round(value, 6)))
promises = st.dates(date(2023, 1, 1), date(2025, 12, 31)) | st.sampled_from(["2023", "2024-Q2", "2025-H1", "2024-07"])
plants_of = st.lists(
    st.fixed_dictionaries(
        {"id": st.from_regex(r"[a-z0-9][a-z0-9-]{0,9}", fullmatch=True), "announced": promises},
        optional={
            "name": words | st.sampled_from(['a "b", c', "one\ntwo", "12", "true", "2024-01-01"]),
            "owner": words,
            "tags": st.lists(plain, min_size=1, max_size=3),
            "nameplate": numbers,
            "slip": st.fixed_dictionaries(
                {"law": st.just("choice"), "values": st.lists(st.integers(0, 99), min_size=1, max_size=3)},
                optional={"unit": st.just("weeks"), "source": st.just("article"), "note": words},
            ),
            "realised": st.sampled_from([0, 0.25, 1]),
            "ramp": st.just({"shape": "linear", "duration": {"value": 12, "source": "article"}}),
        },
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda plant: plant["id"],
)


def flat(value: dict[str, Any], before: str = "") -> dict[str, str]:
    """The cells of a plant by column."""
    cells: dict[str, str] = {}
    for key, one in value.items():
        if isinstance(one, dict):
            cells |= flat(one, f"{before}{key}.")
        else:
            cells[before + key] = SEPARATOR.join(map(str, one)) if isinstance(one, list) else str(one)
    return cells


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plants=plants_of, dialect=st.sampled_from(["excel", "excel-tab", "unix"]), delimiter=st.sampled_from(",;\t"))
def test_a_table_equals_the_same_plants_in_toml(
    plants: list[dict[str, Any]], dialect: str, delimiter: str, tmp_path: Path
) -> None:
    rows = [flat(plant) for plant in plants]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, dialect=dialect, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    by_table = load(write(tmp_path, out.getvalue()))
    other = tmp_path / "other.toml"
    other.write_text(tomli_w.dumps(tomllib.loads(HEAD) | {"plants": plants}), encoding="utf-8")
    by_file = load(other)
    assert by_table.document == by_file.document
    assert by_table.text.data == by_file.text.data
    assert digest(by_table) == digest(by_file)


# Beside the plants of the file


def test_rows_are_merged_by_id_and_follow(tmp_path: Path) -> None:
    own = '[[plants]]\nid = "north"\nslip = { law = "choice", values = [1] }\n'
    own += '[[plants]]\nid = "west"\nannounced = 2024-01-31\n'
    table = "id,announced,slip.source\neast,2023,\nnorth,2024,article\n"
    scenario = load(write(tmp_path, table, TABLE + own))
    data = scenario.text.data["plants"]
    assert [plant["id"] for plant in data] == ["north", "west", "east"]
    assert data[0]["slip"] == {"law": "choice", "values": [1], "source": "article"}
    places = [str(place).removeprefix(str(tmp_path)) for place in scenario.text.origins(("plants", 0, "slip"))]
    assert places == ["/case.toml:21", "/plants.csv:3:3"]


def test_the_resolved_text_stands_alone(tmp_path: Path) -> None:
    scenario = load(write(tmp_path, WRITTEN))
    kept = tmp_path / "kept" / "scenario.toml"
    kept.parent.mkdir()
    kept.write_text(resolved(scenario), encoding="utf-8")
    again = load(kept)
    assert again.document == scenario.document
    assert digest(again) == digest(scenario)
    (tmp_path / "plants.csv").write_text(WRITTEN.replace("0.5", "0.6"), encoding="utf-8")
    assert digest(load(tmp_path / "case.toml")) != digest(scenario)


def test_a_base_brings_its_table(tmp_path: Path) -> None:
    """The path goes from the base's folder, and the file over it may change a row and have a table itself."""
    (tmp_path / "below").mkdir()
    write(tmp_path / "below", WRITTEN)
    (tmp_path / "more.csv").write_text("id,realised,announced\nsouth,0.9,\neast,,2025\n", encoding="utf-8")
    path = tmp_path / "over.toml"
    path.write_text('schema = 1\nextends = "below/case.toml"\n[tables]\nplants = "more.csv"\n', encoding="utf-8")
    scenario = load(path)
    assert [(plant.id, plant.realised) for plant in scenario.document.plants] == [
        ("north", 0.5),
        ("south", 0.9),
        ("east", None),
    ]
    assert sorted(file.name for file in files_named(path)) == ["case.toml", "more.csv", "plants.csv"]


# What is refused, beside the files in tests/data/broken


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ("", (1, 1, "csv")),
        ("\nid\nnorth\n", (1, 1, "csv")),
        ("name\nnorth\n", (1, 1, "missing-key")),
        ("sep=;\nid;announced\nnorth;2023\n", (1, 1, "csv")),
        ("id,ramp,announced\nnorth,,2023\n", (1, 2, "unknown-key")),
        ("id,stages,announced\nnorth,,2023\n", (1, 2, "unknown-key")),
        ("id,name.first,announced\nnorth,,2023\n", (1, 2, "unknown-key")),
        ("id,announced,nameplate\nnorth,2023,1e16\n", (2, 3, "number-too-large")),
        (f"id,announced,nameplate\nnorth,2023,{'1' * 65}\n", (2, 3, "number-too-large")),
        ("id,announced,nameplate\nnorth,2023,nan\n", (2, 3, "wrong-type")),
        ("id,announced,slip.source\nnorth,2023,article\n", (2, 3, "missing-key")),
        ("id,announced,nameplate.value,nameplate\nnorth,2023,5,5\n", (2, 4, "given-twice")),
        ("id,announced,tags\nNORTH,2023,\n", (2, 1, "bad-id")),
        ("id,announced,slip.law,slip.values\nnorth,2023,choice,1;1.000.000\n", (2, 4, "wrong-type")),
        ("id,announced\n" + "".join(f"p{number},2023\n" for number in range(20_001)), (20_002, 1, "too-large")),
        ("id,announced" + "," * 299 + "name\n", (1, 301, "too-large")),
        (b"id,announced\n" + b" " * (8 * 1_048_576), (1, 1, "too-large")),
    ],
)
def test_a_fault_stands_at_its_cell(table: str | bytes, fault: tuple[int, int, str], tmp_path: Path) -> None:
    assert faults(write(tmp_path, table)) == [("plants.csv", *fault)]


def test_the_faults_of_all_cells_are_told_in_one_go(tmp_path: Path) -> None:
    """A percentage, a date, a law and an id: whoever mends the table sees them all at once."""
    rows = "north,80 %,2023-Q9,lognorm,1,9,\nsouth,1.2,2023,choice,,,1;2,5\nWest,0.5,2023,,,,\n"
    rows = rows.replace("1;2,5", '"1;2,5"')
    path = write(tmp_path, "id,realised,announced,slip.law,slip.p10,slip.p90,slip.values\n" + rows)
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert [(one.line, one.column, one.kind, one.address) for one in caught.value.faults] == [
        (2, 2, "wrong-type", "plants.north.realised"),
        (2, 3, "bad-date", "plants.north.announced"),
        (2, 4, "unknown-law", "plants.north.slip"),
        (3, 2, "out-of-range", "plants.south.realised"),
        (3, 7, "wrong-type", "plants.south.slip.values.1"),
        (4, 1, "bad-id", "plants.West.id"),
    ]
    assert caught.value.faults[0].message.endswith("write 0.8")
    assert caught.value.faults[4].message.endswith("write 2.5")


@pytest.mark.parametrize("name", ["phases.id", "stages.duration", "ramp.points.x"])
def test_a_list_of_tables_has_no_column(name: str) -> None:
    assert column_of(0, name) == (None, f'column "{name}" is in a list of tables: write it in the file')


@pytest.mark.parametrize(
    ("cell", "cure"),
    [("50,000", "50000"), ("50 000", "50000"), ("1.234.567", "1234567"), ("0,8", "0.8"), ("8 %", "0.08")],
)
def test_a_number_with_signs_is_told_how_to_be_written(cell: str, cure: str) -> None:
    found = sheet.number_fault(cell)
    assert found is not None
    assert found[1].endswith(f"write {cure}")
    assert number_of(cell) is None


@pytest.mark.parametrize(
    ("cell", "cure"),
    [
        ("31.03.2024", "write 2024-03-31"),
        ("3/31/2024", "write 2024-03-31"),
        ("03/04/2024", "write 2024-03-04 or 2024-04-03, whichever is meant"),
        ("2024-3-31", "write 2024-03-31"),
        ("2024-03-31 00:00:00", "write 2024-03-31"),
        ("45382", "write 2024-03-31 if a spreadsheet counted that day"),
        ("Q1 2024", 'write "2024-Q1"'),
        ("2024h2", 'write "2024-H2"'),
        ("2024-Q5", "correct it"),
        ("31.02.2024", "correct it"),
        ("Mar-24", "correct it"),
    ],
)
def test_a_day_in_another_order_is_told_how_to_be_written(cell: str, cure: str, tmp_path: Path) -> None:
    """Beside what is wrong with a number of the same row, not after it is mended."""
    with pytest.raises(ScenarioError) as refused:
        load(write(tmp_path, f"id;announced;nameplate\nnorth;{cell};50 000\n"))
    day, number = refused.value.faults
    assert (day.line, day.column, day.kind, day.address) == (2, 2, "bad-date", "plants.north.announced")
    assert day.message.endswith(f"; {cure}")
    assert number.message.endswith("; write 50000")


@pytest.mark.parametrize(("cell", "many", "few"), [("25.000", "25000", "25.0"), ("120.500", "120500", "120.5")])
@pytest.mark.parametrize("column", ["nameplate", "nameplate.value"])
def test_a_nameplate_that_may_mean_thousands_is_asked_back(
    cell: str, many: str, few: str, column: str, tmp_path: Path
) -> None:
    """25.000 is twenty-five thousand in a German spreadsheet and 25 in an English one."""
    with pytest.raises(ScenarioError) as refused:
        load(write(tmp_path, f"id;announced;{column}\nnorth;2023;{cell}\n"))
    (fault,) = refused.value.faults
    assert (fault.line, fault.column, fault.kind) == (2, 3, "wrong-type")
    assert fault.message.endswith(f"write {many} or {few}")


@pytest.mark.parametrize(("column", "cell"), [("nameplate", "25.5"), ("nameplate", "25000.000"), ("load", "1.000")])
def test_other_decimals_are_what_they_say(column: str, cell: str, tmp_path: Path) -> None:
    plant = load(write(tmp_path, f"id;announced;{column}\nnorth;2023;{cell}\n")).document.plants[0]
    assert getattr(plant, column) == float(cell)


def test_a_column_in_capitals_is_told_its_name() -> None:
    assert column_of(0, "ID") == (None, 'found unknown column "ID"; did you mean "id"?')


def test_what_a_column_holds() -> None:
    kinds = {
        name: (column.kind, column.is_list)
        for name in ("id", "nameplate", "announced", "begins.date", "slip.weights", "slip.unit", "tags", "ramp.shape")
        if (column := column_of(0, name)[0])
    }
    assert kinds == {
        "id": ("text", False),
        "nameplate": ("number", False),
        "announced": ("date", False),
        "begins.date": ("date", False),
        "slip.weights": ("number", True),
        "slip.unit": ("text", False),
        "tags": ("text", True),
        "ramp.shape": ("text", False),
    }


def test_five_hundred_plants_load_in_under_a_second(tmp_path: Path) -> None:
    row = "p{0},Plant {0},a;b,{1},article,2024-Q1,lognormal,2,{2},0.8\n"
    table = COLUMNS + "".join(row.format(number, 50_000 + number, 18 + number / 500) for number in range(500))
    path = write(tmp_path, table)
    load(path)
    before = time.process_time()
    assert len(load(path).phases) == 500
    assert time.process_time() - before < 1


# Values of a law from a column

LAW = {"law": "empirical", "file": "slips.csv", "column": "delay", "source": "article"}


def text_with(law: dict[str, Any], folder: Path) -> Text:
    places = {(): Place(str(folder / "case.toml"), 1, 1), ("plants", 0, "slip"): Place(str(folder / "case.toml"), 9, 1)}
    return Text({"plants": [{"id": "north", "slip": law}]}, places)


def test_a_law_takes_its_values_from_a_column(tmp_path: Path) -> None:
    (tmp_path / "slips.csv").write_text("plant;delay\na;3\nb;\nc;-1.5\n", encoding="utf-8")
    text = with_samples(text_with(LAW, tmp_path))
    assert text.data["plants"][0]["slip"] == {"law": "empirical", "values": [3, -1.5], "source": "article"}
    assert text.place(("plants", 0, "slip", "values", 1)) == Place(str(tmp_path / "slips.csv"), 4, 2, is_cell=True)


def test_the_only_column_needs_no_name(tmp_path: Path) -> None:
    (tmp_path / "slips.csv").write_text("delay\n3\n", encoding="utf-8")
    law = {"law": "mixture", "laws": [0, {"law": "empirical", "file": "slips.csv"}]}
    text = with_samples(text_with(law, tmp_path))
    assert text.data["plants"][0]["slip"]["laws"][1] == {"law": "empirical", "values": [3]}


@pytest.mark.parametrize(
    ("change", "table", "fault"),
    [
        ({}, "delay\n3\nlate\n", ("slips.csv", 3, 1, "wrong-type")),
        ({}, 'delay\n"1,000"\n', ("slips.csv", 2, 1, "wrong-type")),
        ({}, "other,delays\n", ("case.toml", 9, 1, "csv")),
        ({"column": 3}, "delay\n3\n", ("case.toml", 9, 1, "csv")),
        ({"column": None}, "a,b\n3\n", ("case.toml", 9, 1, "missing-key")),
        ({}, "a,delay\n3\n", ("slips.csv", 1, 2, "csv")),
        ({}, "delay\n" + "1\n" * (MAX_VALUES + 1), ("slips.csv", 1, 1, "too-large")),
        ({"values": [1]}, "delay\n3\n", ("case.toml", 9, 1, "given-twice")),
        ({"file": "none.csv"}, "delay\n3\n", ("case.toml", 9, 1, "csv-missing")),
    ],
)
def test_a_fault_of_a_column_stands_at_its_place(
    change: dict[str, Any], table: str, fault: tuple[str, int, int, str], tmp_path: Path
) -> None:
    (tmp_path / "slips.csv").write_text(table, encoding="utf-8")
    law = {key: value for key, value in (LAW | change).items() if value is not None}
    with pytest.raises(ScenarioError) as caught:
        with_samples(text_with(law, tmp_path))
    (found,) = caught.value.faults
    assert (Path(found.file).name, found.line, found.column, found.kind) == fault


def test_a_sheet_has_its_limits_stated(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"c{number}" for number in range(300)) + "\n" + "1,\n" * 20_000, encoding="utf-8")
    found = read_sheet(path)
    assert (len(found.header), len(found.rows)) == (300, 20_000)


pieces = st.sampled_from(
    ["id", "announced", "nameplate", "north", "2023", ",", ";", "\t", '"', "\n", "\r\n", "0,5", "\0", "\ufeff"]
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.binary(max_size=60) | st.lists(pieces, max_size=30).map(lambda parts: "".join(parts).encode()))
def test_any_bytes_are_read_or_refused_with_a_place(table: bytes, tmp_path: Path) -> None:
    try:
        load(write(tmp_path, table))
    except ScenarioError as error:
        for fault in error.faults:
            assert fault.line > 0
            assert fault.column > 0
            assert str(fault).isprintable()
