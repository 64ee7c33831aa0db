"""Observed values that a law takes from a column of a CSV file, put into the data; no law."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any

from nevsim.errors import Fault, ScenarioError
from nevsim.scenario.address import Path, address_of, at, nearest
from nevsim.scenario.extension import Place, Text
from nevsim.scenario.faults import MAX_FAULTS, at_place, shown
from nevsim.scenario.sheet import Sheet, number_fault, number_of
from nevsim.scenario.tables import sheet_at

LAW = "empirical"
MAX_VALUES = 10_000
"""Values of one law."""
MAX_ALL = 200_000
"""Values that all laws of a scenario take from files together."""


def with_samples(text: Text) -> Text:
    """Return a text in which every empirical law that names a ``file`` has the ``values`` of its ``column`` instead.

    A path goes from the folder of the file that wrote it, an override's from the present one. Empty cells are passed
    over. Raises ScenarioError with every fault of the files, their columns and cells.
    """
    paths = list(laws_of_files(text.data, ()))
    if not paths:
        return text
    sheets: dict[FilePath, Sheet] = {}
    places: dict[Path, Place] = dict(text.places)
    faults: list[Fault] = []
    filled: dict[Path, dict[str, Any]] = {}
    total = 0
    for path in paths:
        try:
            values, cells = _values(text, path, sheets)
        except ScenarioError as error:
            faults += error.faults
            continue
        total += len(values)
        if total > MAX_ALL:
            message = f"found over {MAX_ALL:,} values from files in all, want fewer; remove some laws"
            raise ScenarioError([*faults, at_place(text, path, "too-large", message)])
        law = at(text.data, path)
        filled[path] = {key: value for key, value in law.items() if key not in ("file", "column")} | {"values": values}
        places[*path, "values"] = text.place((*path, "file"))
        places |= {(*path, "values", index): cell for index, cell in enumerate(cells)}
    if faults:
        raise ScenarioError(faults[:MAX_FAULTS])
    return Text(_filled(text.data, (), filled), places)


def laws_of_files(value: Any, path: Path) -> Iterator[Path]:
    """Yield the path of every law that takes its values from a file."""
    if isinstance(value, dict):
        if value.get("law") == LAW and isinstance(value.get("file"), str):
            yield path
        for key, inner in value.items():
            yield from laws_of_files(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from laws_of_files(inner, (*path, index))


def _filled(value: Any, path: Path, filled: dict[Path, dict[str, Any]]) -> Any:
    if path in filled:
        return filled[path]
    if isinstance(value, dict):
        return {key: _filled(inner, (*path, key), filled) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, (*path, index), filled) for index, inner in enumerate(value)]
    return value


def _values(text: Text, path: Path, sheets: dict[FilePath, Sheet]) -> tuple[list[int | float], list[Place]]:
    law = at(text.data, path)
    if "values" in law:
        message = "values beside file; a law takes its values from one of the two: remove the other"
        raise ScenarioError([at_place(text, (*path, "values"), "given-twice", message)])
    where = text.place((*path, "file"))
    folder = FilePath(where.file).parent if where.line else FilePath()
    key = folder / law["file"]
    if key not in sheets:
        sheets[key] = sheet_at(text, (*path, "file"), folder)
    sheet = sheets[key]
    number = _column(text, path, sheet)
    address = address_of(text.data, path)
    values: list[int | float] = []
    cells: list[Place] = []
    faults: list[Fault] = []
    for row in sheet.rows:
        cell = row.cells.get(number)
        if cell is None:
            continue
        wrong, value = number_fault(cell), number_of(cell)
        if wrong or value is None:
            kind, message = wrong or ("wrong-type", f"found {shown(cell)}, want a number; correct it or empty the cell")
            faults.append(sheet.fault(row.number, number, kind, message, address))
            continue
        values.append(value)
        cells.append(sheet.place(row.number, number))
    if faults:
        raise ScenarioError(faults)
    if len(values) > MAX_VALUES or not values:
        kind = "too-large" if values else "csv"
        message = f"found {len(values):,} values, want 1 to {MAX_VALUES:,}; correct the column"
        raise ScenarioError([sheet.fault(1, number, kind, message, address)])
    return values, cells


def _column(text: Text, path: Path, sheet: Sheet) -> int:
    """Return the number of the column that a law names; the only one needs no name."""
    names = {name: number for number, name in sheet.header.items()}
    wanted = at(text.data, path).get("column")
    if wanted is None and len(names) == 1:
        return next(iter(names.values()))
    listed = ", ".join(list(names)[:6]) + (", ..." if len(names) > 6 else "")
    if wanted is None:
        message = f'"column" is missing; add one of {listed}'
        raise ScenarioError([at_place(text, path, "missing-key", message)])
    if not isinstance(wanted, str) or wanted not in names:
        close = nearest(wanted, names) if isinstance(wanted, str) else ""
        message = f"found {shown(wanted)}, want a column of {shown(sheet.file)}{close or f': {listed}; correct it'}"
        raise ScenarioError([at_place(text, (*path, "column"), "csv", message)])
    return names[wanted]
