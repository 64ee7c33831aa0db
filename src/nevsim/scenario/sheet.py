"""A CSV file as a spreadsheet writes it: a header and rows of cells, each with its place; no meaning."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path as FilePath
from typing import Any

from nevsim.errors import Fault, ScenarioError
from nevsim.scenario.extension import Place
from nevsim.scenario.faults import shown
from nevsim.scenario.toml import MAX_NUMBER, MAX_NUMBER_LENGTH

MAX_BYTES = 8 * 1_048_576
MAX_ROWS = 20_000
MAX_COLUMNS = 300
DELIMITERS = (",", ";", "\t")
"""What may stand between cells: the one that the header line has most of, and the comma where it has none."""

_QUOTED = re.compile(r'"[^"]*"')
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?|[0-9]*\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WITH_SIGNS = re.compile(r"[+-]?[0-9][0-9.,'_\u2019\s]*[0-9]")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_PERCENT = re.compile(r"[+-]?[0-9.]+ ?%")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Row:
    """A row by its number in a spreadsheet, where the header is row 1, with its cells less those left empty."""

    number: int
    cells: dict[int, str]


@dataclass(frozen=True)
class Sheet:
    """A CSV file: the names of its columns and its rows; columns count from 0 here and from 1 in a place."""

    file: str
    header: dict[int, str]
    rows: tuple[Row, ...]

    def place(self, row: int, column: int) -> Place:
        """Return the place of a cell."""
        return Place(self.file, row, column + 1, is_cell=True)

    def fault(self, row: int, column: int, kind: str, message: str, address: str = "") -> Fault:
        """Return a fault at a cell."""
        return Fault(self.file, row, column + 1, address, message, kind)


def read_sheet(path: FilePath) -> Sheet:
    """Return the cells of a CSV file, without white space around them; OSError where it cannot be read.

    Raises ScenarioError for what is too large, not UTF-8 or no CSV, for a column that stands twice, and for a cell
    without the name of its column.
    """
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    text = _decoded(str(path), content)
    records = _records(str(path), text)
    header, rows = (records[0].cells, records[1:]) if records and records[0].number == 1 else ({}, records)
    sheet = Sheet(str(path), header, tuple(rows))
    if not header or header.get(0, "").startswith("sep="):
        message = (
            "found no header, want the names of the columns in row 1; add it"
            if not header
            else (f"found {shown(header[0])}, want the names of the columns in row 1; remove the row")
        )
        raise ScenarioError([sheet.fault(1, 0, "csv", message)])
    faults = _header_faults(sheet)
    for row in rows:
        stray = next((column for column in row.cells if column not in header), None)
        if stray is not None:
            message = f"found {shown(row.cells[stray])} in a column without a name; quote cells with commas, or name it"
            faults.append(sheet.fault(row.number, stray, "csv", message))
    if faults:
        raise ScenarioError(faults)
    return sheet


def _decoded(name: str, content: bytes) -> str:
    if len(content) > MAX_BYTES:
        message = f"found over {MAX_BYTES:,} bytes, want fewer; split the table over files with extends"
        raise ScenarioError([Fault(name, 1, 1, "", message, "too-large")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig")
        row = max(len(_split(before)), 1)
        message = f"found the byte 0x{content[error.start]:02x}, want UTF-8; save the table as CSV UTF-8"
        raise ScenarioError([Fault(name, row, 1, "", message, "not-utf-8")]) from None


def _split(text: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error:
        return []


def _delimiter(text: str) -> str:
    line = _QUOTED.sub("", text.lstrip("\r\n").partition("\n")[0])
    return max(DELIMITERS, key=line.count)


def _records(name: str, text: str) -> list[Row]:
    """Return the records that are not empty: a line break within quotes begins no row of a spreadsheet."""
    found: list[Row] = []
    number = 0
    try:
        for number, cells in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True), 1
        ):
            kept = {column: _plain(cell) for column, cell in enumerate(cells) if cell and not cell.isspace()}
            if len(kept) > MAX_COLUMNS or max(kept, default=0) >= MAX_COLUMNS:
                message = f"found over {MAX_COLUMNS} columns, want fewer; remove some"
                raise ScenarioError([Fault(name, number, MAX_COLUMNS + 1, "", message, "too-large")])
            if kept:
                found.append(Row(number, kept))
            if len(found) > MAX_ROWS + 1:
                message = f"found over {MAX_ROWS:,} rows, want fewer; split the table over files with extends"
                raise ScenarioError([Fault(name, number, 1, "", message, "too-large")])
    except csv.Error as error:
        message = f"not a row of CSV ({error}); close the quotes, and double a quote within them"
        raise ScenarioError([Fault(name, number + 1, 1, "", message, "csv")]) from None
    return found


def _plain(cell: str) -> str:
    """Return a cell without the white space around it; a line within quotes may end as those of Windows do."""
    return cell.strip().replace("\r\n", "\n").replace("\r", "\n")


def _header_faults(sheet: Sheet) -> list[Fault]:
    first: dict[str, int] = {}
    faults = []
    for column, name in sheet.header.items():
        if first.setdefault(name, column) != column:
            message = f"found column {shown(name)} again, first in column {first[name] + 1}; remove one of the two"
            faults.append(sheet.fault(1, column, "csv", message))
    return faults


def number_of(cell: str) -> int | float | None:
    """Return the number that a cell holds, or None for other text.

    >>> number_of("50000"), number_of("0.8"), number_of("2023-Q1")
    (50000, 0.8, None)
    """
    if len(cell) > MAX_NUMBER_LENGTH or not _NUMBER.fullmatch(cell):
        return None
    value = float(cell)
    return int(cell) if cell.lstrip("+-").isdigit() else value


def value_of(cell: str, kind: str) -> Any:
    """Return what a cell says where a number, a date or a boolean is wanted; text that is none stays text.

    >>> value_of("2024-06-30", "date"), value_of("2024-Q1", "date"), value_of("TRUE", "boolean")
    (datetime.date(2024, 6, 30), '2024-Q1', True)
    """
    if kind == "number":
        value = number_of(cell)
        return cell if value is None else value
    if kind == "date" and _DAY.fullmatch(cell):
        try:
            return date.fromisoformat(cell)
        except ValueError:
            return cell
    if kind == "boolean" and cell.lower() in ("true", "false"):
        return cell.lower() == "true"
    return cell


def number_fault(cell: str) -> tuple[str, str] | None:
    """Return kind and words of what keeps a cell from being a number, where its cure can be named."""
    value = number_of(cell)
    if value is None:
        if len(cell) > MAX_NUMBER_LENGTH and (_WITH_SIGNS.fullmatch(cell) or _NUMBER.fullmatch(cell)):
            message = f"found {len(cell):,} characters of number, want at most {MAX_NUMBER_LENGTH}; round it"
            return "number-too-large", message
        if _WITH_SIGNS.fullmatch(cell):
            cure = _decimal(cell) or re.sub(r"[^0-9+-]", "", cell)
            return "wrong-type", f"found {shown(cell)}, want digits and at most a decimal point; write {cure}"
        if _PERCENT.fullmatch(cell) and (share := number_of(cell.rstrip("% "))) is not None:
            return "wrong-type", f"found {shown(cell)}, want a plain number; write {share / 100:g}"
    elif abs(value) > MAX_NUMBER:
        return "number-too-large", f"found {cell}, want a number within ±{MAX_NUMBER:.0e}; check its unit"
    return None


def thousands_fault(cell: str) -> tuple[str, str] | None:
    """Return kind and words where a point may part thousands: nobody counts vehicles to three decimals.

    >>> thousands_fault("25.000")
    ('wrong-type', 'found "25.000", which may be thousands or a fraction; write 25000 or 25.0')
    """
    if not _THOUSANDS.fullmatch(cell):
        return None
    return "wrong-type", (
        f"found {shown(cell)}, which may be thousands or a fraction; write {cell.replace('.', '')} or {float(cell)}"
    )


def cell_fault(cell: str) -> tuple[str, str] | None:
    """Return kind and words of what keeps a text where a number stands from being one, where its cure can be named."""
    return number_fault(cell) or thousands_fault(cell)


def _decimal(cell: str) -> str:
    """Return a number with one decimal comma with a point, or nothing: 0,8 but not 50,000."""
    found = re.fullmatch(r"([+-]?[0-9]+),([0-9]{1,2}|[0-9]{4,})", cell)
    return f"{found[1]}.{found[2]}" if found else ""
