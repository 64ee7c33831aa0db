"""How a file builds on another: tables with ids are merged, every other value is replaced whole; no meaning."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import Any

from nevsim.scenario.address import Path, at, plain_keys

BY_ID = frozenset(
    {
        ("plants",),
        ("plants", "phases"),
        ("plants", "stages"),
        ("plants", "phases", "stages"),
        ("crews",),
        ("hazards",),
        ("supplies",),
        ("markets",),
        ("rollouts",),
        ("factors",),
        ("readings",),
        ("targets",),
    }
)
"""Lists whose elements are merged by id, key by key."""
BY_KEY = frozenset({("scenario",), ("sources",)})
"""Tables that are merged key by key."""


@dataclass(frozen=True)
class Place:
    """Where a value was written: line and column count from 1, and are 0 for what no file holds.

    ``over`` is the place of the value that this one replaced; ``is_cell`` says that line and column are a row and a
    column of a table.
    """

    file: str
    line: int
    column: int
    over: Place | None = None
    is_cell: bool = False

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}" if self.is_cell else f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Text:
    """The data of a file, or of several merged, with the place of every value."""

    data: dict[str, Any]
    places: Mapping[Path, Place]

    def place(self, path: Path) -> Place:
        """Return the place of a path, or of the nearest thing around it that stands in a file."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path) or Place(next(iter(self.places.values())).file, 1, 1)

    def origins(self, path: Path) -> tuple[Place, ...]:
        """Return where a value was written: its own place, and the first within it of every other file."""
        found = {(place := self.place(path)).file: place}
        self._gather(at(self.data, path), path, found)
        return tuple(found.values())

    def _gather(self, value: Any, path: Path, found: dict[str, Place]) -> None:
        if path in self.places:
            found.setdefault(self.places[path].file, self.places[path])
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value if type(value) is list else ()):
            self._gather(inner, (*path, key), found)


def extended(base: Text, child: Text) -> Text:
    """Return the child's data over the base's, in the order of the base, with the place of every value."""
    places: dict[Path, Place] = {(): child.place(())}
    data = _merged(base, child, (), (), (), places)
    return Text(data, places)


def _merged(base: Text, child: Text, old: Path, new: Path, out: Path, places: dict[Path, Place]) -> Any:
    was, now = at(base.data, old), at(child.data, new)
    keys = plain_keys(out)
    if keys in BY_ID and isinstance(was, list) and isinstance(now, list):
        return _merged_lists(base, child, old, new, out, places)
    by_key = not keys or keys in BY_KEY or (keys in BY_ID and isinstance(out[-1], int))
    if by_key and isinstance(was, dict) and isinstance(now, dict):
        merged = {}
        for key in [*was, *(key for key in now if key not in was)]:
            if key not in now:
                merged[key] = _copied(base, (*old, key), (*out, key), places)
            elif key not in was:
                merged[key] = _copied(child, (*new, key), (*out, key), places)
            else:
                places[(*out, key)] = child.place((*new, key))
                merged[key] = _merged(base, child, (*old, key), (*new, key), (*out, key), places)
        return merged
    value = _copied(child, new, out, places)
    if was != now:
        places[out] = replace(child.place(new), over=base.place(old))
    return value


def _merged_lists(base: Text, child: Text, old: Path, new: Path, out: Path, places: dict[Path, Place]) -> list[Any]:
    was, now = at(base.data, old), at(child.data, new)
    where = {_id(element): index for index, element in reversed(list(enumerate(now))) if _id(element) is not None}
    merged: list[Any] = []
    used = set()
    for index, element in enumerate(was):
        spot = (*out, len(merged))
        match = where.get(_id(element))
        if match is None:
            merged.append(_copied(base, (*old, index), spot, places))
        else:
            used.add(match)
            places[spot] = child.place((*new, match))
            merged.append(_merged(base, child, (*old, index), (*new, match), spot, places))
    for index in range(len(now)):
        if index not in used:
            merged.append(_copied(child, (*new, index), (*out, len(merged)), places))
    return merged


def _copied(text: Text, path: Path, out: Path, places: dict[Path, Place]) -> Any:
    value = at(text.data, path)
    if path in text.places:
        places[out] = text.places[path]
    if isinstance(value, dict):
        return {key: _copied(text, (*path, key), (*out, key), places) for key in value}
    if isinstance(value, list):
        return [_copied(text, (*path, index), (*out, index), places) for index in range(len(value))]
    return value


def without(text: Text, removed: Set[Path]) -> Text:
    """Return a text less what stands at some paths; what follows in a list moves up."""
    places: dict[Path, Place] = {(): text.place(())}
    return Text(_left(text, removed, (), (), places), places)


def _left(text: Text, removed: Set[Path], path: Path, out: Path, places: dict[Path, Place]) -> Any:
    value = at(text.data, path)
    if path in text.places:
        places[out] = text.places[path]
    if isinstance(value, dict):
        return {
            key: _left(text, removed, (*path, key), (*out, key), places) for key in value if (*path, key) not in removed
        }
    if isinstance(value, list):
        kept = [index for index in range(len(value)) if (*path, index) not in removed]
        return [_left(text, removed, (*path, index), (*out, number), places) for number, index in enumerate(kept)]
    return value


def _id(element: Any) -> str | None:
    found = element.get("id") if isinstance(element, dict) else None
    return found if isinstance(found, str) else None
