"""Plants from a table: a row a plant, a column an address below it; rows are laid over the file that names the table.

Not a check of meaning: rows pass the checks of every plant, at the places of their cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path as FilePath
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from typing_extensions import TypeAliasType

from nevsim.errors import Fault, ScenarioError
from nevsim.scenario.address import Path, nearest
from nevsim.scenario.extension import Place, Text
from nevsim.scenario.faults import MAX_FAULTS, at_place, keys_of, shown
from nevsim.scenario.provenance import Record
from nevsim.scenario.schema import Plant, Tables
from nevsim.scenario.sheet import Row, Sheet, number_fault, read_sheet, thousands_fault, value_of

KEY = "tables"
SEPARATOR = ";"
"""What stands between the elements of a list in one cell."""
_PLAIN = ("scale", "shape", "weights")
"""Parameters of a law that are no vehicles."""
_LEAVES = {float: "number", int: "number", str: "text", bool: "boolean", date: "date"}


@dataclass(frozen=True)
class Column:
    """What the cells of a column are: their number from 0, their keys below the plant, and what they hold."""

    number: int
    keys: tuple[str, ...]
    kind: str
    is_list: bool


def with_tables(text: Text, path: FilePath) -> Text:
    """Return the data of a file with the rows of its tables among its plants, and no more tables in it."""
    if KEY not in text.data:
        return text
    data = {key: value for key, value in text.data.items() if key != KEY}
    tables = text.data[KEY]
    _check_tables(text, tables)
    if "plants" not in tables:
        return Text(data, text.places)
    rows, places = _plants(sheet_at(text, (KEY, "plants"), path.parent))
    given = data.get("plants", [])
    if not isinstance(given, list) or not all(isinstance(plant, dict) for plant in given):
        return Text(data, text.places)  # refused with the rest of the file
    merged = dict(text.places)
    plants = list(given)
    named = [(index, plant["id"]) for index, plant in enumerate(plants) if isinstance(plant.get("id"), str)]
    index_of = {name: index for index, name in reversed(named)}
    faults: list[Fault] = []
    for number, row in enumerate(rows):
        mine = places[number]
        index = index_of.get(row["id"])
        if index is None:
            index = len(plants)
            plants.append(row)
            merged |= {("plants", index, *keys): place for keys, place in mine.items()}
            continue
        owner: Path = ("plants", index)
        below = {keys: place for keys, place in mine.items() if keys not in ((), ("id",))}
        faults += _twice(plants[index], row, owner, below, text)
        plants[index] = _over(plants[index], row)
        merged |= {(*owner, *keys): place for keys, place in below.items() if (*owner, *keys) not in merged}
    if faults:
        raise ScenarioError(faults[:MAX_FAULTS])
    return Text(data | {"plants": plants}, merged)


def _check_tables(text: Text, tables: Any) -> None:
    known = keys_of(Tables)
    if not isinstance(tables, dict):
        message = f"found {shown(tables)}, want a table; write [tables] with plants = a file"
        raise ScenarioError([at_place(text, (KEY,), "wrong-type", message)])
    unknown = [key for key in tables if key not in known]
    faults = [
        at_place(
            text, (KEY, key), "unknown-key", f"found unknown key {shown(key)}{nearest(key, known) or '; remove it'}"
        )
        for key in unknown
    ]
    if faults:
        raise ScenarioError(faults)


def sheet_at(text: Text, path: Path, folder: FilePath) -> Sheet:
    """Return the CSV file that a value names, by its path from a folder; a fault of the value where there is none."""
    wanted: Any = text.data
    for part in path:
        wanted = wanted[part]
    if not isinstance(wanted, str) or not wanted or "\0" in wanted:
        message = f"found {shown(wanted)}, want the path of a CSV file; write it in quotes"
        raise ScenarioError([at_place(text, path, "wrong-type", message)])
    try:
        return read_sheet(folder / wanted)
    except OSError as error:
        message = f"found {shown(wanted)}, which cannot be read ({error.strerror or 'no file'}); correct the path"
        raise ScenarioError([at_place(text, path, "csv-missing", message)]) from None


def _plants(sheet: Sheet) -> tuple[list[dict[str, Any]], list[dict[tuple[str, ...], Place]]]:
    """Return the plants of a table, and the place of every value in each."""
    faults: list[Fault] = []
    columns: list[Column] = []
    for number, name in sheet.header.items():
        column, fault = column_of(number, name)
        columns += [column] if column else []
        faults += [sheet.fault(1, number, "unknown-key", fault)] if fault else []
    if not any(column.keys == ("id",) for column in columns):
        faults.append(sheet.fault(1, 0, "missing-key", 'column "id" is missing; add it'))
    if faults:
        raise ScenarioError(faults)
    id_column = next(column.number for column in columns if column.keys == ("id",))
    first: dict[str, int] = {}
    rows, places = [], []
    for row in sheet.rows:
        name = row.cells.get(id_column, "")
        if not name:
            faults.append(sheet.fault(row.number, id_column, "missing-key", '"id" is missing; add it', "plants"))
        elif first.setdefault(name, row.number) != row.number:
            message = f"found {shown(name)} again, first in row {first[name]}; rename one or merge the two"
            faults.append(sheet.fault(row.number, id_column, "duplicate-id", message, f"plants.{name}"))
        plant, where = _plant(sheet, row, columns, f"plants.{name}", faults)
        rows.append(plant)
        places.append(where)
    if faults:
        raise ScenarioError(faults[:MAX_FAULTS])
    return rows, places


def _plant(
    sheet: Sheet, row: Row, columns: list[Column], address: str, faults: list[Fault]
) -> tuple[dict[str, Any], dict[tuple[str, ...], Place]]:
    plant: dict[str, Any] = {}
    places: dict[tuple[str, ...], Place] = {(): sheet.place(row.number, 0)}
    for column in columns:
        cell = row.cells.get(column.number)
        if cell is None:
            continue
        place = sheet.place(row.number, column.number)
        parts = [part.strip() for part in cell.split(SEPARATOR)] if column.is_list else [cell]
        wrong = next((found for part in parts if (found := number_fault(part))), None)
        if column.kind == "number" and wrong and wrong[0] == "number-too-large":
            faults.append(sheet.fault(row.number, column.number, *wrong, ".".join((address, *column.keys))))
            continue
        unclear = column.keys[0] == "nameplate" and column.keys[-1] not in _PLAIN
        values = [  # what may mean thousands stays text, and is refused with everything else that is no number
            part if unclear and thousands_fault(part) else value_of(part, column.kind) for part in parts if part
        ]
        owner: Any = plant
        for depth, key in enumerate(column.keys[:-1], 1):
            places.setdefault(column.keys[:depth], place)
            owner = owner.setdefault(key, {}) if isinstance(owner, dict) else None
        last = column.keys[-1]
        if not isinstance(owner, dict) or last in owner:
            message = f"a plain value and its keys in one row; write {_plain_key(column.keys)} in place of the former"
            faults.append(sheet.fault(row.number, column.number, "given-twice", message, address))
            continue
        owner[last] = values if column.is_list else values[0]
        places[column.keys] = place
    return plant, places


def _plain_key(keys: tuple[str, ...]) -> str:
    return f"{keys[0]}.date" if keys[0] in ("announced", "begins") else f"{keys[0]}.value"


def _over(own: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    merged = dict(own)
    for key, value in row.items():
        both = isinstance(value, dict) and isinstance(own.get(key), dict)
        merged[key] = _over(own[key], value) if both else own.get(key, value)
    return merged


def _twice(
    own: dict[str, Any], row: dict[str, Any], path: Path, places: dict[tuple[str, ...], Place], text: Text
) -> Iterator[Fault]:
    """Yield a fault at the cell of every key of a row that the file gives too."""
    for keys, cell in places.items():
        ours: Any = own
        theirs: Any = row
        for depth, key in enumerate(keys):
            if not isinstance(ours, dict) or key not in ours:
                break
            ours, theirs = ours[key], theirs[key]
            if not (isinstance(ours, dict) and isinstance(theirs, dict)) and depth == len(keys) - 1:
                where = text.place((*path, *keys))
                message = f"given here and at {where.file}:{where.line}; remove one of the two"
                address = ".".join(("plants", str(row["id"]), *keys))
                yield Fault(cell.file, cell.line, cell.column, address, message, "given-twice")


def column_of(number: int, name: str) -> tuple[Column | None, str]:
    """Return what the cells of a column hold, by the type of its field; or None and why there is no such column."""
    keys = tuple(name.split("."))
    types: list[Any] = [Plant]
    for depth, key in enumerate(keys):
        records = [one for one in types if isinstance(one, type) and issubclass(one, Record)]
        within = [get_args(one)[1] for one in types if get_origin(one) is dict]
        fields = [(field.alias or own, field) for one in records for own, field in one.model_fields.items()]
        found = [field.annotation for own, field in fields if own == key]
        if not found and not within:
            if any(get_origin(one) is tuple for one in types):
                return None, f"column {shown(name)} is in a list of tables: write it in the file"
            names = list(dict.fromkeys(own for own, _ in fields))
            around = "".join(f"{part}." for part in keys[:depth])
            close = nearest(name, [around + own for own in names])
            known = ", ".join(names[:8]) + (", ..." if len(names) > 8 else "") or "no more keys"
            return None, f"found unknown column {shown(name)}{close or f'; want {known}; rename it'}"
        types = [kind for annotation in (*found, *within) for kind in _kinds(annotation)]
    lists = [get_args(one)[0] for one in types if get_origin(one) is tuple]
    inner = [kind for annotation in lists for kind in _kinds(annotation)] if lists else types
    leaves = [_LEAVES[kind] for kind in inner if kind in _LEAVES]
    if not leaves:
        what = "a list of tables: write it in the file" if lists else "a table: write a column a key"
        return None, f"column {shown(name)} is {what}"
    kind = next(one for one in ("date", "number", "boolean", "text") if one in leaves)
    return Column(number, keys, kind, bool(lists)), ""


def _kinds(annotation: Any) -> Iterator[Any]:
    """Yield the types that a field may have, its unions taken apart and the words of a choice as text."""
    origin = get_origin(annotation)
    if origin is Literal:
        yield from {type(word) for word in get_args(annotation)}
    elif origin in (Union, UnionType):
        for part in get_args(annotation):
            yield from _kinds(part)
    elif origin is Annotated:
        yield from _kinds(get_args(annotation)[0])
    elif isinstance(annotation, TypeAliasType):
        yield from _kinds(annotation.__value__)
    elif annotation is not type(None):
        yield annotation
