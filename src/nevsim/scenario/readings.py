"""Facts that are unclear today: every combination of their readings as a text of its own; no chance and no odds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Any

from nevsim.scenario.address import Path, at, settable
from nevsim.scenario.contents import Found
from nevsim.scenario.extension import Place, Text
from nevsim.scenario.schema import Reading

MOST = 16
"""Combinations of readings that are played at most."""

Choice = tuple[int, ...]
"""Which value of each reading is taken."""


def choices(readings: tuple[Reading, ...]) -> list[Choice]:
    """Return every combination, the first of each reading first."""
    return list(product(*(range(len(reading.values)) for reading in readings)))


def labels_of(readings: tuple[Reading, ...], choice: Choice) -> dict[str, str]:
    """Return the label of the value taken of each reading, by its id."""
    return {
        reading.id: reading.labels[number] if reading.labels is not None else label_of(reading.values[number])
        for reading, number in zip(readings, choice, strict=True)
    }


def label_of(value: Any) -> str:
    """Return what stands for a value without a label."""
    if isinstance(value, dict):
        return str(value.get("law", value.get("value", "a table")))
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def paths_of(data: Any, wanted: tuple[str, ...]) -> list[Path]:
    """Return the paths that the addresses and patterns of a reading set."""
    return list(dict.fromkeys(path for pattern in wanted for path in settable(data, pattern)))


def read_as(text: Text, readings: tuple[Reading, ...], choice: Choice) -> Text:
    """Return the text with one value of each reading in place; what the command line has set stays."""
    data, places = _deep(text.data), dict(text.places)
    for index, (reading, number) in enumerate(zip(readings, choice, strict=True)):
        origin = ("readings", index, "values", number)
        for path in paths_of(text.data, reading.path):
            if is_set(text, path):
                continue
            at(data, path[:-1])[path[-1]] = _deep(at(text.data, origin))
            for old in [known for known in places if known[: len(path)] == path]:
                del places[old]
            places.update(_moved(text, origin, path))
    return Text(data, places)


def is_set(text: Text, path: Path) -> bool:
    """Whether a value was given on the command line."""
    return text.place(path).line == 0 and path in text.places


def unsettled(text: Text, readings: tuple[Reading, ...]) -> list[int]:
    """Return the positions of the readings that the command line has not settled."""
    return [
        index
        for index, reading in enumerate(readings)
        if not (paths := paths_of(text.data, reading.path)) or not all(is_set(text, path) for path in paths)
    ]


def check_readings(text: Text, readings: tuple[Reading, ...]) -> Found:
    """Every reading sets something, has a label for each value, and there are not too many combinations."""
    taken: dict[Path, str] = {}
    for index, reading in enumerate(readings):
        where: Path = ("readings", index)
        if reading.labels is not None and len(reading.labels) != len(reading.values):
            message = f"found {len(reading.labels)} labels for {len(reading.values)} values; write one for each"
            yield (*where, "labels"), "reading", message
        for pattern in reading.path:
            paths = settable(text.data, pattern)
            if not paths or any(path[0] in ("readings", "schema") for path in paths):
                message = f'nothing can be set at "{pattern}"; list the addresses with: nevsim show SCENARIO'
                yield (*where, "path"), "reading", message
            for path in paths:
                other = taken.setdefault(path, reading.id)
                if other != reading.id:
                    yield (*where, "path"), "reading", f"{other} sets the same value; leave it to one of the two"
    count = prod(len(reading.values) for reading in readings)
    if count > MOST:
        yield ("readings",), "reading", f"found {count} combinations, want at most {MOST}; remove some values"


def _moved(text: Text, origin: Path, path: Path) -> Iterator[tuple[Path, Place]]:
    for known, place in text.places.items():
        if known[: len(origin)] == origin:
            yield (*path, *known[len(origin) :]), place


def _deep(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _deep(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_deep(inner) for inner in value]
    return value
