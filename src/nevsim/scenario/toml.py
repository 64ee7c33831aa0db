"""Text to plain data, with limits that hold before ``tomllib`` sees the text and a place for every refusal.

Not a check of meaning: keys, units and ranges are checked elsewhere. TOML is version 1.0 on every Python.
"""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from nevsim.scenario.address import address_of
from nevsim.scenario.days import day_cure
from nevsim.scenario.positions import MAX_DEPTH, Event, Path, Place, events, positions

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_ENTRIES",
    "MAX_NUMBER",
    "MAX_NUMBER_LENGTH",
    "TomlError",
    "TomlFault",
    "decode",
    "parse",
]

FaultKind: TypeAlias = Literal[
    "not-utf-8", "too-large", "too-deep", "toml-syntax", "number-not-finite", "number-too-large"
]

MAX_BYTES = 1_048_576
MAX_ENTRIES = 50_000
MAX_NUMBER = 10**15
MAX_NUMBER_LENGTH = 64

_REASON = re.compile(r"(.*) \(at (?:line ([0-9]+), column ([0-9]+)|end of document)\)", re.DOTALL)
_CURES = {
    "Cannot declare": "put its keys together, or write [[ ]] for each of several",
    "Cannot overwrite": "a key stands once: remove one of the two",
    "Cannot redefine": "a table stands once: put its keys together",
    "Cannot mutate": "what is written in [ ] or { } is closed: add to it there",
    "Duplicate inline table key": "a key stands once: remove one of the two",
    "Escaped character": "write the character itself",
    "Expected ']": "close the header on its line",
    "Expected '='": "write key = value, and 80_000 for a number with thousands",
    "Expected newline": "put each key on its own line; quote text; write dates as 2025-12-31",
    "Found invalid character": "remove it, or escape it in double quotes",
    "Illegal character": "close the text on its line, or escape the character",
    "Invalid date": "write a date of the calendar, as 2025-12-31",
    "Invalid hex": "write four hexadecimal digits after \\u, eight after \\U",
    "Invalid initial character": "quote the key",
    "Invalid statement": "write key = value, or [table]",
    "Invalid value": "quote it if it is text",
    "Unclosed array": "put a comma between values, and ] after the last",
    "Unclosed inline table": "put a comma between keys, and } after the last",
    "Unescaped": "double the backslash, or use single quotes",
    "Unterminated string": "close the text that opens here",
    "Expected \"'": "close the text that opens here",
}

_DECLARED = re.compile(r"Cannot declare \('([a-z_]{1,24})',(?: '([a-z_]{1,24})')?\) twice")
_END = r"(?=\s*(?:[,}\]#]|$))"
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:[,' \u00a0\u202f]\d{3})+" + _END)
_DECIMAL = re.compile(r"([+-]?\d+),(\d+)" + _END)
_PERCENT = re.compile(r"([+-]?\d+(?:\.\d+)?) ?%" + _END)
_PERIOD = re.compile(r"\d{4}-(?:[QH]\d|\d\d)" + _END)
_DAY = re.compile(r"\d+([./-])\d+\1\d+" + _END)
_BOOLEAN = re.compile(r"(?i:true|false)" + _END)


@dataclass(frozen=True, order=True)
class TomlFault:
    """One fault of a text; line and column count from 1; path and address are empty where no key is known."""

    line: int
    column: int
    kind: FaultKind
    message: str
    path: Path = ()
    address: str = ""

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.message}"


class TomlError(ValueError):
    """A text is refused; ``faults`` stand in the order of the text and are never none."""

    def __init__(self, *faults: TomlFault) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


def decode(data: bytes) -> str:
    """Return ``data`` as text: at most ``MAX_BYTES`` of strict UTF-8, less a byte order mark.

    Raises ``TomlError`` with one fault, ``too-large`` or ``not-utf-8``.

    >>> decode(b"x = 1")
    'x = 1'
    """
    if len(data) > MAX_BYTES:
        message = f"found {len(data):,} bytes, wanted at most {MAX_BYTES:,}: spread it over files with extends"
        raise TomlError(TomlFault(1, 1, "too-large", message))
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8").removeprefix("\ufeff")
        message = f"found the byte 0x{data[error.start]:02x}, wanted UTF-8: save the file as UTF-8"
        raise TomlError(TomlFault(*_place(before, len(before)), "not-utf-8", message)) from None


def parse(text: str) -> tuple[dict[str, Any], dict[Path, Place]]:
    r"""Return the data of a TOML 1.0 text, with the line and the column of every path in it.

    Brackets nest at most ``MAX_DEPTH`` deep, a path has at most ``MAX_DEPTH`` key parts with those of its
    header, and a number at most ``MAX_NUMBER_LENGTH`` characters. Key parts and elements of arrays are at
    most ``MAX_ENTRIES`` in all: ``tomllib`` takes half a millisecond for a key of 64 parts, hence five
    seconds for 1 MiB of them. Every number is finite and within ``MAX_NUMBER`` of zero.

    Raises ``TomlError``: one fault of the text's form, or all faults of its numbers.

    >>> parse("a = [1, 2]\nb.c = 'x'\n")[0]
    {'a': [1, 2], 'b': {'c': 'x'}}
    """
    steps, opened = _limited(text)
    stop = steps[-1]
    checked = text
    if stop.kind == "broken":
        _refuse_newer(text, stop.at, opened)
        # What follows the break has met no limit, so it is kept from tomllib, but for the rest of the line.
        line_end = text.find("\n", stop.at) + 1 or len(text)
        checked = text[: min(line_end, stop.at + 200)]
    try:
        data = tomllib.loads(checked)
    except tomllib.TOMLDecodeError as error:
        raise TomlError(_translated(str(error), text, stop.at, opened)) from None
    if stop.kind == "broken":
        raise _refusal(text, stop.at, "toml-syntax", "found newer TOML, wanted TOML 1.0: write it as 1.0")
    places = positions(text, steps)
    faults = sorted(_number_faults(data, places), key=lambda fault: (fault.line, fault.column))
    if faults:
        raise TomlError(*faults)
    return data, places


def _limited(text: str) -> tuple[list[Event], int | None]:
    """Refuse what is too deep, too long or too much; return the events and the innermost open bracket."""
    entries = header = depth = 0
    opened: list[tuple[int, int]] = []  # the offset of each open bracket, and how many key parts lead to it
    steps: list[Event] = []
    for step in events(text):
        steps.append(step)
        kind, at, parts, token = step
        if kind in {"table", "element", "key"}:
            depth = len(parts)
            if kind == "key":
                depth += opened[-1][1] if opened else header
            else:
                header = depth
            entries += len(parts)
            if depth > MAX_DEPTH:
                message = f"found over {MAX_DEPTH} key parts, wanted at most {MAX_DEPTH}: shorten the path"
                raise _refusal(text, at, "too-deep", message)
        elif kind == "close":
            depth = opened.pop()[1]
        elif opened and text[opened[-1][0]] == "[":
            entries += 1
        if kind == "open":
            opened.append((at, depth))
            if len(opened) > MAX_DEPTH:
                message = f"found brackets over {MAX_DEPTH} deep, wanted at most {MAX_DEPTH}: write [tables]"
                raise _refusal(text, at, "too-deep", message)
        elif kind == "value" and len(token) > MAX_NUMBER_LENGTH and token[0] in "+-0123456789":
            message = f"found {len(token):,} characters of number, wanted at most {MAX_NUMBER_LENGTH}: round it"
            raise _refusal(text, at, "number-too-large", message)
        if entries > MAX_ENTRIES:
            message = f"found over {MAX_ENTRIES:,} keys and values, wanted fewer: spread them over files with extends"
            raise _refusal(text, at, "too-large", message)
    return steps, opened[-1][0] if opened else None


def _refuse_newer(text: str, at: int, opened: int | None) -> None:
    """Refuse, in the same words on every Python, what ``tomllib`` reads as TOML 1.1 from Python 3.15 on."""
    sign = text[at : at + 1]
    if sign == "\\":
        found, cure = "an unknown escape", "double the backslash, or use single quotes"
    elif opened is None or text[opened] != "{":
        return
    elif sign in {"\n", "\r", "#"}:
        found, cure = "a line that ends inside { }", "write it on one line, or as a [table]"
    elif sign == "}" and text[opened:at].rstrip(" \t").endswith(","):
        found, cure = "a comma before }", "remove the comma"
    else:
        return
    raise _refusal(text, at, "toml-syntax", f"found {found}, wanted TOML 1.0: {cure}")


def _translated(reason: str, text: str, stop_at: int, opened: int | None) -> TomlFault:
    """The fault that ``tomllib`` tells of; what misses its end is placed where the grammar broke."""
    found = _REASON.fullmatch(reason)
    what, line, column = found.groups() if found else (reason, None, None)
    place = (int(line), int(column)) if line and column else _place(text, min(stop_at, len(text.rstrip())))
    cure = next((cure for start, cure in _CURES.items() if what.startswith(start)), None)
    if declared := _DECLARED.fullmatch(what):
        cure = f"put its keys together, or write [[{'.'.join(filter(None, declared.groups()))}]] for each of several"
    if line is None and opened is not None:
        cure = f"close the {text[opened]} of line {_place(text, opened)[0]}"
    if line is not None and what.startswith(("Expected '='", "Expected newline", "Unclosed", "Invalid value")):
        cure = _notation(text.split("\n")[place[0] - 1].rstrip("\r"), place[1]) or cure
    what = what if len(what) <= 80 else f"{what[:77]}..."
    return TomlFault(*place, "toml-syntax", f"{what}: {cure}" if cure else what)


def _notation(line: str, column: int) -> str:
    """Return how the value that ends or breaks at a column is written in TOML, where its meaning is plain."""
    value = line[line.rfind("=", 0, column) + 1 :].lstrip(" \t[{")
    if found := _THOUSANDS.match(value):
        return f"write {re.sub(r'[^0-9+-]', '_', found[0])}"
    if found := _DECIMAL.match(value):
        return f"write {found[1]}.{found[2]}"
    if found := _PERCENT.match(value):
        return f"write {float(found[1]) / 100:g}"
    if found := _PERIOD.match(value):
        return f'write "{found[0]}", in quotes'
    if found := _BOOLEAN.match(value):
        return f"write {found[0].lower()}"
    cure = day_cure(found[0]) if (found := _DAY.match(value)) else ""
    return cure if cure.startswith("write") else ""


def _number_faults(data: dict[str, Any], places: dict[Path, Place]) -> Iterator[TomlFault]:
    ahead: list[tuple[Path, dict[str, Any] | list[Any]]] = [((), data)]
    while ahead:
        path, inside = ahead.pop()
        for key, value in inside.items() if isinstance(inside, dict) else enumerate(inside):
            if isinstance(value, (dict, list)):
                ahead.append(((*path, key), value))
            elif isinstance(value, float) and not math.isfinite(value):
                message = f"found {value}, wanted a finite number: write one within ±{MAX_NUMBER:.0e}"
                yield TomlFault(
                    *places[*path, key], "number-not-finite", message, (*path, key), address_of(data, (*path, key))
                )
            elif isinstance(value, (int, float)) and abs(value) > MAX_NUMBER:
                message = f"found {value:.6g}, wanted a number within ±{MAX_NUMBER:.0e}: check its unit"
                yield TomlFault(
                    *places[*path, key], "number-too-large", message, (*path, key), address_of(data, (*path, key))
                )


def _refusal(text: str, at: int, kind: FaultKind, message: str) -> TomlError:
    return TomlError(TomlFault(*_place(text, at), kind, message))


def _place(text: str, at: int) -> Place:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
