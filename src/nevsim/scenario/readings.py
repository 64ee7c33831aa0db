"""Facts that are unclear today: every combination of their readings as a text of its own; no chance and no odds."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

from nevsim.scenario.address import Path, address_of, at, settable
from nevsim.scenario.contents import Found
from nevsim.scenario.extension import Place, Text
from nevsim.scenario.faults import shown
from nevsim.scenario.schema import Reading

MOST = 16
"""Combinations of readings that are played at most."""
LISTED = 6
"""Elements of a list that stand for it in a label."""

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
    """Return what stands for a value without a label.

    >>> label_of(30_000), label_of({"law": "uniform", "low": 0, "high": 1_000, "source": "article"})
    ('30,000', 'uniform, low 0, high 1,000')
    """
    if isinstance(value, dict):
        words = [str(value["law"])] if "law" in value else []
        told = {key: inner for key, inner in value.items() if key not in ("law", "source", "where", "note")}
        if set(told) == {"value"} and not words:
            return label_of(told["value"])
        return ", ".join([*words, *(f"{key} {label_of(inner)}" for key, inner in told.items())])
    if isinstance(value, list):
        return " or ".join(label_of(inner) for inner in value) if len(value) <= LISTED else f"{len(value):,} values"
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def paths_of(data: Any, wanted: tuple[str, ...]) -> list[Path]:
    """Return the paths that the addresses and patterns of a reading set."""
    return list(dict.fromkeys(path for pattern in wanted for path in settable(data, pattern)))


def read_as(text: Text, readings: tuple[Reading, ...], choice: Choice) -> Text:
    """Return the text with one value of each reading in place; what the command line has set stays."""
    data: Any = text.data
    given = _given(text)
    moved: dict[Path, Place] = {}
    settled: set[Path] = set()
    for index, (reading, number) in enumerate(zip(readings, choice, strict=True)):
        origin = ("readings", index, "values", number)
        value = at(text.data, origin)
        depth = len(origin)
        places = [(known[depth:], place) for known, place in text.places.items() if known[:depth] == origin]
        for path in paths_of(text.data, reading.path):
            if not _is_given(given, path):
                data = _with(data, path, value)
                settled.add(path)
                moved |= {(*path, *below): place for below, place in places}
    lengths = {len(path) for path in settled}
    replaced = {known for length in lengths for known in text.places if known[:length] in settled}
    kept = {known: place for known, place in text.places.items() if known not in replaced}
    return Text(data, kept | moved)


def _given(text: Text) -> list[Path]:
    """Return the paths of what was given on the command line."""
    return [path for path, place in text.places.items() if place.line == 0]


def _is_given(given: list[Path], path: Path) -> bool:
    """Whether a value, a part of it, or what it is a part of was given on the command line."""
    return any(_within(one, path) or _within(path, one) for one in given)


def _within(path: Path, owner: Path) -> bool:
    return path[: len(owner)] == owner


def unsettled(text: Text, readings: tuple[Reading, ...]) -> list[int]:
    """Return the positions of the readings that the command line has not settled."""
    given = _given(text)
    return [
        index
        for index, reading in enumerate(readings)
        if not (paths := paths_of(text.data, reading.path)) or not all(_is_given(given, path) for path in paths)
    ]


def check_readings(text: Text, readings: tuple[Reading, ...]) -> Found:
    """Every reading sets something, has a label for each value, and there are not too many combinations."""
    taken: dict[Path, int] = {}
    for index, reading in enumerate(readings):
        where: Path = ("readings", index)
        yield from _label_faults(reading, where)
        for pattern in reading.path:
            paths = settable(text.data, pattern)
            if not paths or any(len(path) < 2 or path[0] == "readings" for path in paths):
                message = f'nothing can be set at "{pattern}"; list the addresses with: nevsim show SCENARIO'
                yield (*where, "path"), "reading", message
            for path in paths:
                other = taken.setdefault(path, index)
                if other != index:
                    message = f"{readings[other].id} sets the same value; leave it to one of the two"
                    yield (*where, "path"), "reading", message
    for path, index in taken.items():
        around = next((taken[path[:end]] for end in range(2, len(path)) if path[:end] in taken), None)
        if around is not None:
            message = f"{address_of(text.data, path)} is a part of what {readings[around].id} sets; leave it to one"
            yield ("readings", index, "path"), "reading", message
    count = prod(len(reading.values) for reading in readings)
    if count > MOST:
        yield ("readings",), "reading", f"found {count} combinations, want at most {MOST}; remove some values"


def _label_faults(reading: Reading, where: Path) -> Found:
    if reading.labels is not None and len(reading.labels) != len(reading.values):
        message = f"found {len(reading.labels)} labels for {len(reading.values)} values; write one for each"
        yield (*where, "labels"), "reading", message
        return
    labels = reading.labels or [label_of(value) for value in reading.values]
    twin = next((label for number, label in enumerate(labels) if label in labels[:number]), None)
    if twin is not None:
        key = "values" if reading.labels is None else "labels"
        yield (*where, key), "reading", f"{shown(twin)} stands here twice; write labels that tell the values apart"


def _with(data: Any, path: Path, value: Any) -> Any:
    """Return the data with a value at a path; what lies beside the path is shared with the data that were given."""
    key, *rest = path
    found = data.copy()
    found[key] = _with(data[key], tuple(rest), value) if rest else value
    return found
